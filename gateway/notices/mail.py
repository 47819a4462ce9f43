"""Notices by e-mail: text and HTML in the language of who reads, over SMTP with STARTTLS or TLS."""

from __future__ import annotations

import html
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Literal

from gateway.notices.answer import Answer, one_line
from gateway.notices.words import in_language, say
from premises.notice import Delivery, Notice, Urgency

SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The mail server. security: `starttls` (usual, port 587), `tls` (port 465) or `none` (inner networks only)."""

    host: str
    port: int
    sender: str
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    ca: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a mail: name, language, and the name of the site that it tells of; page: address of the live page or ""."""

    name: str
    language: str
    site: str
    page: str = ""


class MailSender:
    """`mail:<address>`."""

    def __init__(self, settings: MailSettings, reader_of: Callable[[Notice, str], Reader]) -> None:
        """reader_of: (notice, channel) -> who reads there."""
        self._settings = settings
        self._reader_of = reader_of

    def send(self, delivery: Delivery, where: str) -> Answer:
        """See Sender.send."""
        message = write(delivery.notice, self._reader_of(delivery.notice, delivery.channel), where, self._settings.sender)
        try:
            with _connected(self._settings) as server:
                if self._settings.user:
                    server.login(self._settings.user, self._settings.password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, refusal = next(iter(error.recipients.values()), (0, b""))
            return Answer(False, f"refused: {code} {one_line(_decoded(refusal))}", hopeless=500 <= code < 600)
        except smtplib.SMTPAuthenticationError:
            return Answer(False, "the mail server refuses our user and password")
        except smtplib.SMTPResponseException as error:
            return Answer(False, f"{error.smtp_code} {one_line(_decoded(error.smtp_error))}")
        except ssl.SSLError as error:
            return Answer(
                False, f"TLS with the mail server failed: {one_line(getattr(error, 'verify_message', '') or error.reason)}"
            )
        except (OSError, smtplib.SMTPException) as error:
            return Answer(False, f"no mail server: {one_line(getattr(error, 'strerror', '') or error)}")
        return Answer(True, "250 taken by the mail server")


def _decoded(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said


def _connected(settings: MailSettings) -> smtplib.SMTP:
    """A connection that is encrypted, where the settings say so, before anything is said on it."""
    tls = ssl.create_default_context(cafile=settings.ca)
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=SECONDS, context=tls)
    server = smtplib.SMTP(settings.host, settings.port, timeout=SECONDS)
    if settings.security == "starttls":
        try:
            server.starttls(context=tls)
        except BaseException:
            server.close()
            raise
    return server


def write(notice: Notice, reader: Reader, to: str, sender: str) -> EmailMessage:
    """The mail: plain text first, HTML beside it, marked as sent by a machine so that nobody's absence note answers."""
    title = in_language(notice.title, reader.language)
    lines = in_language(notice.text, reader.language).splitlines()
    footer = say(reader.language, "mail.footer", site=reader.site)
    page = say(reader.language, "alarm.page", address=reader.page) if reader.page else ""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = formataddr((one_line(reader.name), to)) if reader.name else to
    message["Subject"] = " ".join(title.split())[:200]
    message["Date"] = format_datetime(notice.at)
    message["Message-ID"] = f"<{notice.id}@greenroom.invalid>"
    thread = notice.data.get("thread")
    if isinstance(thread, str):
        message["References"] = f"<{thread}@greenroom.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = reader.language
    if notice.urgency is Urgency.URGENT:
        message["Importance"] = "high"
    greeting = say(reader.language, "mail.greeting", name=reader.name) if reader.name else ""
    text = [greeting, "", *lines, "", page, "-- ", footer] if greeting else [*lines, "", page, "-- ", footer]
    message.set_content("\n".join(text) + "\n")
    message.add_alternative(_html(reader.language, title, lines, reader.page, footer), subtype="html")
    return message


def _html(language: str, title: str, lines: list[str], page: str, footer: str) -> str:
    body = "".join(f"<p>{html.escape(line)}</p>\n" for line in lines if line)
    link = f'<p><a href="{html.escape(page, quote=True)}">{html.escape(page)}</a></p>\n' if page else ""
    return (
        f'<!doctype html>\n<html lang="{html.escape(language, quote=True)}"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title></head>\n"
        f'<body style="font-family:sans-serif;max-width:40em">\n<h1 style="font-size:1.2em">{html.escape(title)}</h1>\n'
        f'{body}{link}<p style="color:#666;font-size:0.85em">{html.escape(footer)}</p>\n</body></html>\n'
    )


def check(settings: MailSettings) -> Answer:
    """Connect and sign in, and send nothing: whether mails would be taken."""
    try:
        with _connected(settings) as server:
            server.ehlo()
            if settings.user:
                server.login(settings.user, settings.password)
            server.noop()
    except smtplib.SMTPAuthenticationError:
        return Answer(False, "the mail server refuses our user and password")
    except (OSError, smtplib.SMTPException) as error:
        return Answer(False, f"no mail server: {one_line(getattr(error, 'strerror', '') or error)}")
    return Answer(True, "takes mails from us")
