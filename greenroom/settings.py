"""Settings of a running Greenroom: from the environment (`GREENROOM_…`) and from options of the command, which win."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SecretsSettingsSource, SettingsConfigDict

from gateway.settings import HookSettings, OidcSettings


class Settings(BaseSettings):
    """Every address and bound that a person may want to change. Secrets are never printed."""

    model_config = SettingsConfigDict(env_prefix="GREENROOM_", extra="ignore")

    data: Path = Field(Path("greenroom-data"), description="folder of the journal, the embedded store and the books")
    store: str | None = Field(None, description="duckdb:///path or influxdb://host:port/organisation?bucket=name")
    influx_token: SecretStr | None = Field(None, description="token of the InfluxDB organisation")
    books: str | None = Field(None, description="sqlite:///path or postgresql://user@host/database")
    broker: str = Field("mqtt://127.0.0.1:1883", description="mqtt://user:password@host:port or mqtts://…")
    broker_ca: Path | None = Field(None, description="PEM file of the authority that signed the broker's certificate")
    broker_certificate: Path | None = Field(None, description="PEM file of our client certificate")
    broker_key: Path | None = Field(None, description="PEM file of its key")
    broker_version: Literal[4, 5] | None = Field(None, description="5, or 4 for MQTT 3.1.1; unset: 5 with a fall back")
    broker_share: str = Field("", description="group of a shared subscription, for several intakes at one broker")
    client_id: str = Field("greenroom", min_length=1, max_length=64, description="fixed MQTT client id of the intake")
    host: str = Field("127.0.0.1", description="address the gateway listens on")
    port: int = Field(8080, ge=0, le=65535, description="port the gateway listens on; 0 takes a free one")
    public_page: bool = Field(False, description="show the live page without a key")
    secure_cookie: bool = Field(False, description="send the page's cookie over HTTPS only; set it behind a TLS proxy")
    session_hours: float = Field(12.0, gt=0, le=720, description="how long people stay signed in")
    oidc: OidcSettings | None = Field(
        None, description="OpenID Connect, as JSON: issuer, client_id, client_secret, label, link_by_email; back to /sign-in/back"
    )
    hooks: tuple[HookSettings, ...] = Field((), description="webhooks that may come in, as JSON: name, provider, secret, source, …")
    solver: bool = Field(True, description="plan by the solver where a zone's model is trusted; off: by learned leads alone")
    calendars: bool = Field(True, description="follow the calendars of the site file")
    private_calendars: bool = Field(False, description="allow calendars at loopback and private addresses")
    smtp: str | None = Field(None, description="mail server: smtp://host:587 (STARTTLS), smtps://host or smtp+plain://host")
    smtp_user: str = Field("", description="user at the mail server; empty: no sign-in")
    smtp_password: SecretStr | None = Field(None, description="password of that user")
    smtp_ca: Path | None = Field(None, description="PEM file of the authority that signed the mail server's certificate")
    mail_from: str = Field("", max_length=254, description="sender of mails, such as greenroom@studio.example")
    push: str | None = Field(None, description="ntfy-style push server, such as https://ntfy.sh")
    push_token: SecretStr | None = Field(None, description="token of an account at the push server")
    private_webhooks: bool = Field(False, description="allow webhooks to loopback and private addresses, and without TLS")
    page_address: str = Field("", max_length=500, description="address of the page as people reach it, for links in notices")
    journal_bytes: int = Field(2 * 1024**3, ge=1024**2, description="largest size of the journal on disk")
    journal_days: int = Field(30, ge=1, description="how long settled messages are kept for decoding again")

    readings_days: int = Field(
        400, ge=60, description="how long single readings are kept in the embedded store; figures by quarter and day stay"
    )

    decision_days: int = Field(14, ge=1, le=400, description="how long what each tick knew and decided is kept")

    editions: Path | None = Field(None, description="folder of the reports that were issued; unset: `editions` in the data folder")
    report_key: Path | None = Field(None, description="private key that signs reports; unset: `report-key.pem` in the data folder")
    report_passphrase: SecretStr | None = Field(None, description="passphrase of that key, where it has one")
    emblems: Path | None = Field(None, description="folder of the funders' emblems, PNG or SVG, by the file name in the site file")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options win over the environment, that over files: one file for each setting, by its name (`greenroom_influx_token`).

        GREENROOM_SECRETS names their folders, with colons between them; those that are not there are passed over.
        """
        folders = [Path(folder) for folder in os.environ.get("GREENROOM_SECRETS", "").split(":") if folder]
        files = [SecretsSettingsSource(settings_cls, secrets_dir=folder) for folder in folders if folder.is_dir()]
        return (init_settings, env_settings, *files)

    @field_validator("data")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().absolute()

    @property
    def store_token(self) -> str | None:
        """The token in the clear, for the store alone."""
        return self.influx_token.get_secret_value() if self.influx_token else None

    @property
    def store_url(self) -> str:
        return self.store or f"duckdb:///{self.data / 'readings.duckdb'}"

    @property
    def books_url(self) -> str:
        return self.books or f"sqlite:///{self.data / 'books.sqlite3'}"

    @property
    def journal_path(self) -> Path:
        return self.data / "journal.sqlite3"

    @property
    def editions_path(self) -> Path:
        return self.editions or self.data / "editions"

    @property
    def report_key_path(self) -> Path:
        return self.report_key or self.data / "report-key.pem"

    @property
    def kept_messages(self) -> Path:
        """Webhook messages that could not be taken."""
        return self.data / "webhooks"

    @property
    def decisions_path(self) -> Path:
        return self.data / "decisions"
