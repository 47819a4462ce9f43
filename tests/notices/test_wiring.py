"""The wiring of a house: its ways out by its settings, its jobs, and two servers on one book."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.notices.device_watch import DeviceWatch
from gateway.notices.report_watch import ReportWatch
from greenroom.house import build
from greenroom.notices import mail_settings, notices_of, push_settings
from greenroom.settings import Settings
from premises.desks import EditionInfo
from premises.errors import SettingError
from premises.notice import Notice, NoticeKind, Urgency
from premises.notify import About
from premises.ports import IntakeStatus
from premises.time import ManualClock
from stores.book import Books, open_books
from tests.notices.conftest import Telling
from tests.notices.premises_of_tests import DUTY, HOUR, MINUTE, NOON, STUDIO, studio
from tests.notices.sinks import Board, Mailbox


def settings(**given: Any) -> Settings:
    return Settings(**given)


def test_a_house_tells_by_the_ways_that_its_settings_name(tmp_path: Path, mailbox: Mailbox, board: Board) -> None:
    ours = settings(
        data=tmp_path, smtp=f"smtp+plain://127.0.0.1:{mailbox.port}", mail_from="g@s.example", push=board.url, page_address="https://p.example/"
    )  # fmt: skip
    clock = ManualClock(NOON)
    running = build(ours, [studio(DUTY)], clock)
    notices = notices_of(running.house, running.books, ours)
    try:
        assert set(notices.jobs()) == {"alarms", "foresight", "outbox", "tidy-outbox"}
        running.books.alarms.raise_("studio", "not_ready", "stage-1", {"en": "cold", "fr": "froid"}, NOON)
        clock.advance(MINUTE)
        notices.look()
        notices.foresee()
        assert notices.deliver() == 2
        notices.tidy()
    finally:
        notices.close()
        running.close()
    [mail] = mailbox.mails
    assert "https://p.example/" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert [post.headers["click"] for post in board.posts] == ["https://p.example/"]


def test_a_way_that_has_no_settings_is_given_up_with_a_word(tmp_path: Path) -> None:
    ours, clock = settings(data=tmp_path), ManualClock(NOON)
    running = build(ours, [studio(DUTY)], clock)
    notices = notices_of(running.house, running.books, ours)
    try:
        running.books.alarms.raise_("studio", "not_ready", "stage-1", {"en": "cold"}, NOON)
        clock.advance(MINUTE)
        notices.look()
        notices.deliver()
        assert {kept.last_answer for kept in running.books.outbox.log()} == {"no settings for mail", "no settings for push"}
    finally:
        notices.close()
        running.close()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"smtp": "mail.example"}, "smtp://mail.example.org:587"),
        ({"smtp": "smtp://mail.example:99999", "mail_from": "g@s.example"}, "a port that is none"),
        ({"smtp": "smtp://me:sesame@mail.example", "mail_from": "g@s.example"}, "GREENROOM_SMTP_USER"),
        ({"smtp": "smtp://mail.example"}, "GREENROOM_MAIL_FROM"),
        ({"push": "ntfy.sh"}, "https://ntfy.sh"),
    ],
)
def test_a_way_that_cannot_be_says_what_would_be_right(given: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingError, match=told) as caught:
        (mail_settings if "smtp" in given else push_settings)(settings(**given))
    assert "sesame" not in str(caught.value)


def test_mail_is_encrypted_unless_told_otherwise() -> None:
    usual = mail_settings(settings(smtp="smtp://mail.example", mail_from="g@s.example"))
    tls = mail_settings(settings(smtp="smtps://mail.example", mail_from="g@s.example"))
    assert usual is not None
    assert tls is not None
    assert [(one.security, one.port) for one in (usual, tls)] == [("starttls", 587), ("tls", 465)]


def test_two_servers_on_one_book_deliver_each_notice_once(books: Books, mailbox: Mailbox, board: Board, tmp_path: Path) -> None:
    other = open_books(f"sqlite:///{tmp_path}/book.db")
    clock = ManualClock(NOON)
    servers = [Telling(studio(), each, mailbox, board, clock) for each in (books, other)]
    servers[0].listen()
    notices = [Notice(f"msg_{n}", NoticeKind.READY, "studio", "x", NOON, Urgency.INFO, {"en": "x"}, {"en": "x"}) for n in range(30)]
    for notice in notices:
        books.outbox.put(notice, ["webhook:wh-1"], NOON)
    with ThreadPoolExecutor(2) as crowd:
        tried = list(crowd.map(lambda server: server.dispatcher.deliver(), servers))
    other.close()
    assert sum(tried) == 30
    assert sorted(post.headers["webhook-id"] for post in board.posts) == sorted(notice.id for notice in notices)


class Shelf:
    """Two editions: one of this week, one of last year."""

    def editions(self, site: str | None = None, kind: str | None = None, limit: int = 1000) -> list[EditionInfo]:
        new = EditionInfo(
            "2026-01-month-1", "studio", "month", 1, date(2026, 1, 1), date(2026, 1, 31), ("fr",), NOON - HOUR,
            {"pdf": "report.pdf"}, "ab" * 32, {"fr": "Janvier 2026", "en": "January 2026"},
        )  # fmt: skip
        return [new, replace(new, id="old", issued_at=NOON - timedelta(days=300))]

    def get(self, edition_id: str) -> EditionInfo | None:
        raise NotImplementedError

    def read(self, edition_id: str, file_name: str) -> bytes:
        raise NotImplementedError


def test_a_report_that_was_issued_is_told_once(books: Books) -> None:
    site = studio(replace(DUTY, push="", about=frozenset({About.REPORTS})))
    for _ in range(2):
        ReportWatch(Shelf(), books.outbox, books.webhooks).look([site], NOON)
    [told] = books.outbox.log()
    assert told.notice.title["fr"] == "Studio du Canal: Rapport émis : Janvier 2026"
    assert told.notice.text["en"] == "January 2026, 1 January 2026 to 31 January 2026, edition 1."
    assert told.notice.data["hash"] == "ab" * 32


def test_a_silent_device_is_an_alarm_but_not_while_nothing_can_be_heard(books: Books) -> None:
    watch = DeviceWatch(books.alarms, NOON)

    def look(minutes: int, *, connected: bool = True, **seen: int) -> list[str]:
        at = {name.replace("_", "-"): NOON + number * MINUTE for name, number in seen.items()}
        status = IntakeStatus(0, 0, 0, 0, 0, 0, 0, 0.0, 0.0, connected, at)
        watch.look([STUDIO], status, NOON + minutes * MINUTE)
        return sorted(alarm.subject for alarm in books.alarms.active("studio") if alarm.cause == "device_away")

    assert look(60) == [], "after a start everything is given time"
    assert look(61, stage_1_sensor=55, stage_2_sensor=0) == ["stage-2-sensor", "stage-3-sensor"]
    assert look(500, connected=False) == ["stage-2-sensor", "stage-3-sensor"]
    assert look(62, stage_1_sensor=55, stage_2_sensor=61) == ["stage-3-sensor"]
    [alarm] = books.alarms.active("studio")
    assert "it should tell something every 15 min" in alarm.text["en"]
