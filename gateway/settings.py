"""What the wiring decides about the front door. Nothing here is read from the environment: `greenroom/` does that."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class FetchSettings(BaseModel):
    """The account by which events are asked for that a notice only points at (Google Calendar, Microsoft Graph).

    With a refresh token (Google), else by client credentials of `scope` (Graph: `https://graph.microsoft.com/.default`).
    api: where the provider's API lies, where it is not the usual one; nothing else is ever asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    token_url: str = Field(pattern=r"^https://|^http://(127\.0\.0\.1|localhost|\[::1\])[:/]")
    client_id: str = Field(min_length=1, max_length=300)
    client_secret: SecretStr
    refresh_token: SecretStr | None = None
    scope: str = "https://graph.microsoft.com/.default"
    api: str = Field(default="", pattern=r"^$|^https://.*/$|^http://(127\.0\.0\.1|localhost|\[::1\])[:/].*/$")


class HookSettings(BaseModel):
    """One webhook that may come in, at `/v1/webhooks/{name}`.

    secret: signing key or shared word, as the provider means it. source: of its bookings. Title and location are mapped to
    zones by the rules of the site's calendar of that source; where none fits, `zones` are meant, or it is skipped.
    address: where the provider sends to, which Square signs too. fetch: for notices that only say that something changed.
    secret_before: the one that is still taken while the provider changes over to the new one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    provider: str
    secret: SecretStr
    secret_before: SecretStr | None = None
    source: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
    site: str | None = None
    zones: tuple[str, ...] = ()
    address: str = ""
    fetch: FetchSettings | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every word that is taken, the newest first."""
        return tuple(each.get_secret_value() for each in (self.secret, self.secret_before) if each is not None)


class OidcSettings(BaseModel):
    """A provider of OpenID Connect. issuer: its address, as in its discovery document. label: its name on the sign-in page.

    link_by_email: whether someone whose verified address is the name of a person here, and who never came by the provider, is them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str = Field(pattern=r"^https://|^http://(127\.0\.0\.1|localhost|\[::1\])[:/]")
    client_id: str = Field(min_length=1, max_length=200)
    client_secret: SecretStr
    scope: str = "openid profile email"
    label: str = Field(default="OpenID Connect", max_length=60)
    link_by_email: bool = False


class GatewaySettings(BaseModel):
    """Bounds and switches of the gateway. Every default is safe on an open network behind a TLS proxy.

    rate_per_s, rate_burst: token bucket of each key; open_rate_per_s, open_rate_burst: of each address without a valid key.
    body_max_bytes: of one request; body_timeout_s: until the whole body is there. page_*: items of one page of a list.
    series_max_points: windows or readings in one answer. cors_origins: empty, so browsers of other sites get nothing.
    allow_anonymous_page: whether the live page may be seen without a key; the API itself never is.
    hooks: webhooks that may come in.
    kept_messages: the folder where those of them are kept that could not be taken; None: nowhere.
    stream_*: server-sent events: how many at once, how often looked, how long each.
    session_hours: how long a person stays signed in. secure_cookie: send its cookie over TLS only, also where we see plain HTTP.
    oidc: the provider of OpenID Connect that people may sign in by.
    metrics_from_loopback: whether /metrics answers this machine without a key (never through a proxy).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate_per_s: float = Field(default=20.0, gt=0, le=10_000)
    rate_burst: int = Field(default=60, ge=1, le=100_000)
    open_rate_per_s: float = Field(default=2.0, gt=0, le=10_000)
    open_rate_burst: int = Field(default=30, ge=1, le=100_000)
    buckets_max: int = Field(default=10_000, ge=10, le=1_000_000)
    body_max_bytes: int = Field(default=1_048_576, ge=1_024, le=67_108_864)
    body_timeout_s: float = Field(default=15.0, gt=0, le=300)
    page_default: int = Field(default=100, ge=1, le=1_000)
    page_max: int = Field(default=500, ge=1, le=5_000)
    series_max_points: int = Field(default=5_000, ge=10, le=100_000)
    hold_max_days: int = Field(default=400, ge=1, le=4_000)
    override_max_hours: int = Field(default=168, ge=1, le=8_760)
    bulk_max: int = Field(default=500, ge=1, le=10_000)
    streams_max: int = Field(default=50, ge=0, le=10_000)
    stream_every_s: float = Field(default=2.0, gt=0, le=300)
    stream_longest_s: float = Field(default=3600.0, gt=0, le=86_400)
    used_every_s: float = Field(default=60.0, ge=0)
    cors_origins: tuple[str, ...] = ()
    allow_anonymous_page: bool = True
    metrics_from_loopback: bool = True
    hsts: bool = False
    session_hours: float = Field(default=12.0, gt=0, le=24 * 30)
    secure_cookie: bool = False
    oidc: OidcSettings | None = None
    hooks: tuple[HookSettings, ...] = ()
    kept_messages: Path | None = None
