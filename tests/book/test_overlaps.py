"""What overlaps a span is found among however many came before, and a change and its line in the audit trail are one."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.event import listen, remove

from premises.booking import Booking, BookingKey, BookingStatus
from premises.errors import StoreUnavailableError
from premises.ports import BookingQuery, PutOutcome
from premises.time import Interval
from stores.book import Books, open_books
from stores.book.bookings import LONG
from stores.book.database import Database
from stores.book.migrate import configuration
from tests.book.stories import HOUR, NOON, SITE, shoot

DAY = timedelta(days=1)


def _held(number: int, start: timedelta, length: timedelta) -> Booking:
    return Booking(BookingKey("diary", f"{number:05}"), SITE, ("stage-1",), Interval(NOON + start, NOON + start + length))


def test_every_booking_that_overlaps_is_found_however_long_it_is_held(books: Books) -> None:
    chance = random.Random(7)
    lengths = (HOUR, DAY, 6 * DAY, LONG - HOUR, LONG, LONG + HOUR, 40 * DAY, 300 * DAY)
    held = [_held(n, chance.randrange(-60 * 24, 60 * 24) * HOUR, chance.choice(lengths)) for n in range(120)]
    for booking in held:
        books.bookings.put(booking, NOON)
    for _ in range(40):
        start = NOON + chance.randrange(-90 * 24, 90 * 24) * HOUR
        span = Interval(start, start + chance.choice((HOUR, DAY, 20 * DAY, 100 * DAY)))
        found = {stored.booking.key for stored in books.bookings.find(BookingQuery(site=SITE, overlaps=span))}
        assert found == {booking.key for booking in held if booking.held.overlaps(span)}


def test_the_search_begins_near_the_span_and_not_with_the_first_booking_ever(tmp_path: Path) -> None:
    """SQLite tells how it looks: by the start from both sides, and for the few long ones by an index of them alone."""
    opened = open_books(f"sqlite:///{tmp_path}/book.db")
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(_c: object, _k: object, statement: str, values: tuple[object, ...], *_: object) -> None:
        if statement.startswith("SELECT"):  # and not PRAGMA
            asked.append((statement, values))

    try:
        listen(opened.database.engine, "before_cursor_execute", note)
        opened.bookings.find(BookingQuery(site=SITE, overlaps=Interval(NOON, NOON + DAY)))
        remove(opened.database.engine, "before_cursor_execute", note)
        with opened.database.reading() as connection:
            near, long = (
                " ".join(str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
                for statement, values in asked
            )
    finally:
        opened.close()
    assert "ix_booking_site_held_start (site=? AND held_start>? AND held_start<?)" in near
    assert "ix_booking_long (site=? AND held_start<?)" in long


def test_the_first_days_of_the_calendar_can_be_asked_for(books: Books) -> None:
    books.bookings.put(shoot(), NOON)
    ever = Interval(NOON.replace(year=1), NOON.replace(year=9999))
    assert len(books.bookings.find(BookingQuery(site=SITE, overlaps=ever))) == 1


def test_a_book_of_before_learns_which_of_its_bookings_are_long(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/book.db"
    with_both = open_books(url)
    for booking in (_held(1, -30 * DAY, 60 * DAY), _held(2, -HOUR, 2 * HOUR)):
        with_both.bookings.put(booking, NOON)
    with_both.close()
    database = Database(url)
    with database.writing() as connection:  # back to how version 0004 had it
        connection.execute(text("DROP INDEX ix_booking_long"))
        connection.execute(text("ALTER TABLE booking DROP COLUMN held_long"))
        config = configuration()
        config.attributes["connection"] = connection
        command.stamp(config, "0004")
    database.close()
    opened = open_books(url)
    found = opened.bookings.find(BookingQuery(site=SITE, overlaps=Interval(NOON, NOON + HOUR)))
    opened.close()
    assert [stored.booking.key.id for stored in found] == ["00001", "00002"]


def test_who_did_it_stands_in_the_trail_with_the_change(books: Books) -> None:
    books.bookings.put(shoot(), NOON, by="scheduler")
    books.bookings.put(shoot(), NOON + HOUR, by="scheduler")  # the same again: nothing happened
    books.bookings.put(shoot(people=3), NOON + 2 * HOUR, by="anna")
    books.bookings.cancel(shoot().key, NOON + 3 * HOUR, by="anna")
    books.bookings.cancel(shoot().key, NOON + 4 * HOUR, by="anna")
    books.bookings.put(shoot("other", status=BookingStatus.CANCELLED), NOON, by="diary")
    told = [(entry.who, entry.action, entry.detail) for entry in reversed(books.audit.recent())]
    assert told == [
        ("scheduler", "booking.created", "version 1"),
        ("anna", "booking.changed", "version 2"),
        ("anna", "booking.cancelled", "version 3"),
        ("diary", "booking.cancelled", "version 1"),
    ]
    assert books.audit.verify().ok


def test_without_its_line_in_the_trail_a_change_is_not_made(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    books.bookings.put(shoot(), NOON, by="scheduler")

    def full(*_: object) -> None:
        raise StoreUnavailableError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("stores.book.bookings.append_on", full)
        with pytest.raises(StoreUnavailableError):
            books.bookings.put(shoot(people=3), NOON + HOUR, by="scheduler")
        with pytest.raises(StoreUnavailableError):
            books.bookings.cancel(shoot().key, NOON + HOUR, by="scheduler")
    kept = books.bookings.get(shoot().key)
    assert kept is not None
    assert (kept.version, kept.booking) == (1, shoot())
    again, outcome = books.bookings.put(shoot(people=3), NOON + HOUR, by="scheduler")
    assert (outcome, again.revision) == (PutOutcome.CHANGED, 2), "the number that was not used is given out again"
