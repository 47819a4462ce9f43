"""A house's outbox on a book of its own, with a mail server, a push server and a program that listen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.notices.alarm_watch import AlarmWatch
from gateway.notices.answer import Sender
from gateway.notices.dispatch import Dispatcher
from gateway.notices.mail import MailSender, MailSettings, Reader
from gateway.notices.posting import Road
from gateway.notices.push import PushSender, PushSettings
from gateway.notices.webhook import WebhookSender
from premises.desks import WebhookAddress
from premises.notice import Notice
from premises.site import Site
from premises.time import ManualClock
from stores.book import Books, open_books
from tests.notices.sinks import Board, Mailbox, mail_server, web_server

SECRET = "whsec_Z3JlZW5yb29tLXRlc3Rz"


@dataclass
class Telling:
    """One server of the house: looks at alarms and delivers. The clock stands until it is set."""

    site: Site
    books: Books
    mailbox: Mailbox
    board: Board
    clock: ManualClock
    road: Road = field(default_factory=lambda: Road(allow_private=True))

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """As after a restart: nothing is remembered but what the book holds."""

        def reader(notice: Notice, channel: str) -> Reader:
            contact = next((one for one in self.site.notify.contacts if channel in one.channels), None)
            language = contact.language if contact else self.site.languages[0]
            return Reader(contact.name if contact else "", language, self.site.name, "https://page.example/")

        mail = MailSettings("127.0.0.1", self.mailbox.port, "greenroom@studio.example", "none")
        push = PushSettings(self.board.url, "tk_secret", "https://page.example/")
        senders: dict[str, Sender] = {
            "webhook": WebhookSender(self.books.webhooks, self.clock, self.road),
            "mail": MailSender(mail, reader),
            "push": PushSender(push, lambda notice, channel: reader(notice, channel).language),
        }
        self.watch = AlarmWatch(self.books.alarms, self.books.outbox, self.books.webhooks)
        self.dispatcher = Dispatcher(self.books.outbox, self.books.alarms, self.clock, senders, chance=lambda: 0.0)

    def pass_time(self, length: timedelta) -> None:
        """Time goes by; at the end of it the alarms are looked at and what is due is delivered."""
        self.clock.advance(length)
        self.watch.look([self.site], self.clock.now())
        self.dispatcher.deliver()

    def raise_(self, cause: str, subject: str = "studio") -> None:
        texts = {"en": f"{subject} is cold: 9.5 °C", "fr": f"{subject} est froid : 9,5 °C"}
        self.books.alarms.raise_(self.site.id, cause, subject, texts, self.clock.now())

    def clear(self, cause: str, subject: str = "studio") -> None:
        self.books.alarms.clear(self.site.id, cause, subject, self.clock.now())

    def listen(self, address_id: str = "wh-1", **changes: object) -> WebhookAddress:
        """A program listens at the board."""
        given: dict[str, object] = {"url": f"{self.board.url}/hook", "secret": SECRET, "created_at": self.clock.now()} | changes
        address = WebhookAddress(address_id, **given)  # type: ignore[arg-type]
        self.books.webhooks.put(address)
        return address


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def board() -> Iterator[Board]:
    with web_server() as board:
        yield board


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    opened = open_books(f"sqlite:///{tmp_path}/book.db")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> ManualClock:
    """The present day, as signatures older than five minutes are refused; at noon, so that nothing is quiet."""
    return ManualClock(datetime.now(UTC))
