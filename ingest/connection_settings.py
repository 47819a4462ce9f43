"""Where the broker is and how the session with it is held."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from premises.errors import SettingError

_PORTS = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """The broker's URL (`mqtt://user:password@host:port`, `mqtts://…`) and the session.

    client_id: fixed, as the session hangs on it. ca, certificate, key: PEM files for TLS (without `ca` the system's own
    authorities hold). mqtt_version: 5 or 4 (3.1.1), None to take 5 and fall back. receive_maximum: most messages that the
    broker sends before the first is acknowledged (MQTT 5). share: group of a shared subscription, "" for none.
    max_packet_bytes: what is beyond is cut off, so that the message ends in quarantine. buffered: False reads as paho does.
    answer_s: a broker that has not answered by then does not speak this version.
    """

    url: str = field(repr=False)
    client_id: str = "greenroom-ingest"
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    mqtt_version: int | None = None
    keepalive_s: int = 60
    session_expiry: timedelta = timedelta(days=7)
    receive_maximum: int = 2000
    max_packet_bytes: int = 1024 * 1024
    outgoing_limit: int = 1000
    reconnect_min_s: float = 0.5
    reconnect_max_s: float = 30.0
    answer_s: float = 3.0
    share: str = ""
    buffered: bool = True

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in _PORTS or not parts.hostname or port == -1 or parts.path not in {"", "/"}:
            raise SettingError("the broker's URL must be like mqtt://user:password@host:1883 or mqtts://host:8883")
        if not self.client_id:
            raise SettingError("the MQTT client id must not be empty: the session that keeps messages for us hangs on it")
        if self.mqtt_version not in {None, 4, 5}:
            raise SettingError(f"the MQTT version must be 5, 4 (which is 3.1.1) or nothing, not {self.mqtt_version!r}")
        if not 1 <= self.receive_maximum <= 65535:
            raise SettingError(f"receive_maximum must lie between 1 and 65535, it is {self.receive_maximum}")
        if any(sign in self.share for sign in "/+#"):
            raise SettingError(f"the name of a shared subscription must not hold / + or #, it is {self.share!r}")
        if (self.certificate is None) != (self.key is None):
            raise SettingError("a client certificate and its key are given together or not at all")

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        parts = urlsplit(self.url)
        return parts.port or _PORTS[parts.scheme]

    @property
    def tls(self) -> bool:
        return urlsplit(self.url).scheme == "mqtts"

    @property
    def user(self) -> str | None:
        name = urlsplit(self.url).username
        return None if name is None else unquote(name)

    @property
    def password(self) -> str | None:
        secret = urlsplit(self.url).password
        return None if secret is None else unquote(secret)

    @property
    def address(self) -> str:
        """host:port, for messages: never with the password."""
        return f"{self.host}:{self.port}"

    def tls_context(self) -> ssl.SSLContext:
        """Verifies the broker's name and chain. Raises SettingError where a file is missing or no PEM."""
        try:
            context = ssl.create_default_context(cafile=None if self.ca is None else str(self.ca))
            if self.certificate is not None:
                context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            files = ", ".join(str(path) for path in (self.ca, self.certificate, self.key) if path is not None)
            raise SettingError(f"the TLS files ({files}) cannot be used: {error}; each must be a readable PEM file") from error
        return context
