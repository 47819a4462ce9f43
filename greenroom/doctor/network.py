"""What is reached over the network: broker, Grafana, mail, push, calendars; and until when certificates hold."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from gateway.calendars.fetching import fetch
from gateway.notices.mail import check as check_mail
from greenroom.clock import SystemClock
from greenroom.doctor.finding import Finding, asked, unused, well, wrong
from greenroom.notices import mail_settings, push_settings
from greenroom.settings import Settings
from ingest.arrivals import Arrivals
from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from premises.errors import BrokerUnavailableError, GreenroomError
from premises.site import Site

SECONDS = 5.0
EXPIRES_SOON = timedelta(days=14)


def broker(settings: Settings, seconds: float = SECONDS) -> Finding:
    """Connects as the intake does, under a name of its own, so that the intake's session is left alone."""

    def ask() -> str:
        wire = ConnectionSettings(
            settings.broker,
            client_id=f"greenroom-doctor-{secrets.token_hex(4)}",
            ca=settings.broker_ca,
            certificate=settings.broker_certificate,
            key=settings.broker_key,
            mqtt_version=settings.broker_version,
            session_expiry=timedelta(0),
        )
        try:
            socket.create_connection((wire.host, wire.port), SECONDS).close()
        except OSError as error:
            raise BrokerUnavailableError(f"nothing listens at {wire.host}:{wire.port} ({error.strerror or error})") from None
        connection = MqttConnection(wire, SystemClock(), _ignore)
        connection.start()
        try:
            connection.wait_ready(seconds)
        finally:
            connection.stop()
        return f"{wire.host}:{wire.port} takes our credentials"

    return asked("broker", ask, "start it, or correct GREENROOM_BROKER, its user and password, or GREENROOM_BROKER_CA")


def _ignore(_arrivals: Arrivals) -> None:
    """Nothing is subscribed to."""


def grafana(environment: Mapping[str, str] = os.environ) -> Finding:
    """Whether Grafana answers at its health address; by GREENROOM_GRAFANA, as `greenroom boards` has it."""
    url = environment.get("GREENROOM_GRAFANA", "")
    if not url:
        return unused("Grafana", "GREENROOM_GRAFANA is not set")
    return asked("Grafana", lambda: f"answers {_get(url.rstrip('/') + '/api/health')}", "start it, or correct GREENROOM_GRAFANA")


def _get(url: str) -> int:
    """The status of an answer below 500. Raises OSError."""
    parts = urlsplit(url)
    host, tls = parts.hostname or "", parts.scheme == "https"
    if tls:
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(host, parts.port, timeout=SECONDS)
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
    try:
        connection.request("GET", parts.path or "/", headers={"User-Agent": "greenroom-doctor"})
        status = connection.getresponse().status
    except http.client.HTTPException as error:
        raise OSError(f"{parts.hostname} does not speak HTTP: {type(error).__name__}") from None
    finally:
        connection.close()
    if status >= 500:
        raise OSError(f"{parts.hostname} answers {status}")
    return status


def mail(settings: Settings, sites: Sequence[Site]) -> Finding:
    """Signs in at the mail server, and sends nothing."""
    wanted = [contact.id for site in sites for contact in site.notify.contacts if contact.mail]
    try:
        found = mail_settings(settings)
    except GreenroomError as error:
        return wrong("mail", str(error), "correct the settings of mail")
    if found is None and wanted:
        advice = "set GREENROOM_SMTP and GREENROOM_MAIL_FROM"
        return wrong("mail", f"the site file tells {', '.join(wanted[:5])} by mail, but there is no mail server", advice)
    if found is None:
        return unused("mail", "GREENROOM_SMTP is not set, and nobody is told by mail")
    answer = check_mail(found)
    if answer.delivered:
        return well("mail", f"{found.host}:{found.port} ({found.security}) {answer.text}")
    return wrong("mail", answer.text, "correct GREENROOM_SMTP, GREENROOM_SMTP_USER and GREENROOM_SMTP_PASSWORD")


def push(settings: Settings, sites: Sequence[Site]) -> Finding:
    """Whether the push server answers; nothing is pushed."""
    wanted = [contact.id for site in sites for contact in site.notify.contacts if contact.push]
    try:
        found = push_settings(settings)
    except GreenroomError as error:
        return wrong("push", str(error), "correct GREENROOM_PUSH")
    if found is None and wanted:
        return wrong("push", f"the site file tells {', '.join(wanted[:5])} by push, but there is no server", "set GREENROOM_PUSH")
    if found is None:
        return unused("push", "GREENROOM_PUSH is not set, and nobody is told by push")
    return asked("push", lambda: f"answers {_get(found.server.rstrip('/') + '/v1/health')}", "correct GREENROOM_PUSH")


def calendars(settings: Settings, sites: Sequence[Site]) -> Iterator[Finding]:
    """Every calendar of the site files, read once."""
    for site in sites:
        for feed in site.calendars:
            part = f"calendar {feed.source}"
            if not settings.calendars:
                yield unused(part, "GREENROOM_CALENDARS turns it off")
                continue

            def ask(address: str = feed.address) -> str:
                got = fetch(address, allow_private=settings.private_calendars, folder=settings.data)
                return f"{len(got.data or b'')} bytes"

            yield asked(part, ask, "correct its address in the site file, or see whether it is still shared")


def certificates(settings: Settings, environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Until when the certificates of what we talk to hold."""
    places = [
        ("broker", settings.broker, settings.broker_ca, 8883),
        ("store", (settings.store or "").replace("influxdbs://", "https://"), None, 8086),
        ("page", settings.page_address, None, 443),
        ("Grafana", environment.get("GREENROOM_GRAFANA", ""), None, 443),
        ("push", settings.push or "", None, 443),
    ]
    for name, url, ca, usual in places:
        parts = urlsplit(url)
        if parts.scheme in ("https", "mqtts") and parts.hostname:
            yield _certificate(name, parts.hostname, parts.port or usual, ca)


def _certificate(name: str, host: str, port: int, ca: Path | None) -> Finding:
    part = f"certificate of the {name}"
    try:
        tls = ssl.create_default_context(cafile=None if ca is None else str(ca))
        with socket.create_connection((host, port), SECONDS) as raw, tls.wrap_socket(raw, server_hostname=host) as made:
            told = made.getpeercert() or {}
    except ssl.SSLError as error:
        why = getattr(error, "verify_message", "") or error.reason or "TLS failed"
        return wrong(part, f"{host}: {why}", "renew it, or name the authority that signed it")
    except OSError as error:
        return wrong(part, f"{host}:{port}: {error.strerror or error}", "see whether it runs there")
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)
    left = until - datetime.now(UTC)
    if left < EXPIRES_SOON:
        return wrong(part, f"{host}: holds only until {until:%Y-%m-%d}", "renew it now")
    return well(part, f"{host}: holds until {until:%Y-%m-%d}, {left.days} days")
