"""Notices of a running house: who looks at what, how often, and by which ways it goes out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from gateway.notices.alarm_watch import AlarmWatch
from gateway.notices.answer import Sender
from gateway.notices.booking_watch import BookingWatch
from gateway.notices.device_watch import DeviceWatch
from gateway.notices.dispatch import Dispatcher
from gateway.notices.mail import MailSender, MailSettings, Reader
from gateway.notices.posting import Road
from gateway.notices.push import PushSender, PushSettings
from gateway.notices.report_watch import ReportWatch
from gateway.notices.webhook import WebhookSender
from gateway.shelf import shelves_of
from premises.errors import SettingError

if TYPE_CHECKING:
    from greenroom.settings import Settings
    from premises.notice import Notice
    from premises.notify import Contact
    from premises.ports import House
    from premises.site import Site
    from stores.book import Books

LOOK_S, FORESEE_S, DELIVER_S, TIDY_S = 30.0, 300.0, 5.0, 86_400.0
_MAIL_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SECURITY: Mapping[str, Literal["starttls", "tls", "none"]] = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}


def _report_watch(house: House, books: Books) -> ReportWatch | None:
    if house.reports is None:
        return None
    return ReportWatch(house.reports, books.outbox, books.webhooks, partial(shelves_of, house))


Job = tuple[float, Callable[[], object]]


class Notices:
    """Looks, and delivers. Its methods may be called from several threads; those of one kind never overlap."""

    def __init__(self, house: House, books: Books, senders: Mapping[str, Sender]) -> None:
        self._house = house
        self._books = books
        self._alarms = AlarmWatch(books.alarms, books.outbox, books.webhooks)
        self._bookings = BookingWatch(house.bookings, house.planner, books.alarms, books.outbox, books.webhooks)
        self._devices = DeviceWatch(books.alarms, house.started_at)
        self._reports = _report_watch(house, books)
        self._dispatcher = Dispatcher(books.outbox, books.alarms, house.clock, senders)
        self._one = threading.Lock()

    def look(self) -> None:
        """What is to be told of alarms, devices and reports."""
        sites, now = tuple(self._house.sites.values()), self._house.clock.now()
        with self._one:
            self._devices.look(sites, self._house.intake.status(), now)
            self._alarms.look(sites, now)
            if self._reports is not None:
                self._reports.look(sites, now)

    def foresee(self) -> None:
        """Whether the calls to come will be kept."""
        self._bookings.look(tuple(self._house.sites.values()), self._house.clock.now())

    def deliver(self) -> int:
        """Try what is due; how many tries there were."""
        return self._dispatcher.deliver()

    def tidy(self) -> None:
        """Forget what was told long ago."""
        self._books.outbox.tidy(self._house.clock.now())

    def jobs(self) -> Mapping[str, Job]:
        """By name: every how many seconds, and what to call."""
        return {
            "alarms": (LOOK_S, self.look),
            "foresight": (FORESEE_S, self.foresee),
            "outbox": (DELIVER_S, self.deliver),
            "tidy-outbox": (TIDY_S, self.tidy),
        }

    def close(self) -> None:
        """Wait for tries that are under way; what was not tried stays in the outbox."""
        self._dispatcher.close()


def notices_of(house: House, books: Books, settings: Settings) -> Notices:
    """The notices of that house. Raises SettingError for addresses of mail and push that are none."""
    senders: dict[str, Sender] = {
        "webhook": WebhookSender(books.webhooks, house.clock, Road(allow_private=settings.private_webhooks))
    }
    mail = mail_settings(settings)
    if mail is not None:
        senders["mail"] = MailSender(mail, lambda notice, channel: _reader(house, settings, notice, channel))
    push = push_settings(settings)
    if push is not None:
        senders["push"] = PushSender(push, lambda notice, channel: _reader(house, settings, notice, channel).language)
    return Notices(house, books, senders)


def mail_settings(settings: Settings) -> MailSettings | None:
    """From `GREENROOM_SMTP`; None where there is none. Raises SettingError that says what would be right."""
    if not settings.smtp:
        return None
    right = "write it like smtp://mail.example.org:587 (STARTTLS), smtps://mail.example.org, or smtp+plain://127.0.0.1:25"
    parts = urlsplit(settings.smtp)
    security = _SECURITY.get(parts.scheme)
    try:
        port = parts.port
    except ValueError:
        raise SettingError(f"GREENROOM_SMTP has a port that is none; {right}") from None
    if security is None or not parts.hostname:
        raise SettingError(f"GREENROOM_SMTP is no address of a mail server; {right}")
    if parts.username or parts.password:
        raise SettingError("GREENROOM_SMTP holds a user; give GREENROOM_SMTP_USER and GREENROOM_SMTP_PASSWORD instead")
    if "@" not in settings.mail_from:
        raise SettingError("mail needs a sender: set GREENROOM_MAIL_FROM, such as greenroom@studio.example")
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
    ca = str(settings.smtp_ca) if settings.smtp_ca else None
    return MailSettings(
        parts.hostname, port or _MAIL_PORTS[security], settings.mail_from, security, settings.smtp_user, password, ca
    )


def push_settings(settings: Settings) -> PushSettings | None:
    """From `GREENROOM_PUSH`; None where there is none. Raises SettingError."""
    if not settings.push:
        return None
    if not settings.push.startswith(("https://", "http://")):
        raise SettingError("GREENROOM_PUSH is no address of a push server; write it like https://ntfy.sh")
    token = settings.push_token.get_secret_value() if settings.push_token else ""
    return PushSettings(settings.push, token, settings.page_address)


def _reader(house: House, settings: Settings, notice: Notice, channel: str) -> Reader:
    """Who reads at that channel; where the site file no longer says so, the site's first language is spoken."""
    site = house.sites.get(notice.site)
    if site is None:
        return Reader("", "en", notice.site, settings.page_address)
    contact = _contact(site, channel)
    if contact is None:
        return Reader("", site.languages[0], site.name, settings.page_address)
    return Reader(contact.name, contact.language, site.name, settings.page_address)


def _contact(site: Site, channel: str) -> Contact | None:
    return next((contact for contact in site.notify.contacts if channel in contact.channels), None)
