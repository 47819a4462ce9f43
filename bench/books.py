"""What the books cost at each tick, on SQLite: `python -m bench.books [URL]`. Means, and how many empty commits each is worth."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from premises.booking import Booking, BookingKey
from premises.command import Command, CommandState, CommandStatus, Priority
from premises.decision import ZoneDecision, ZoneState
from premises.plan import Plan, PlanSlot, Rung, ZonePlan
from premises.ports import BookingQuery
from premises.reason import Reason
from premises.time import SLOT, Interval
from stores.book import Books, open_books

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITE = "la-kolok"
ZONES = tuple(f"zone-{number}" for number in range(12))
PREHEAT = Reason("preheat", {"call": "20:00", "air": 14.2})


def _booking(number: int) -> Booking:
    held = Interval(NOON + number * HOUR, NOON + (number + 10) * HOUR)
    return Booking(BookingKey("bench", str(number)), SITE, (ZONES[number % 12],), held)


def _decisions(number: int, changed: bool) -> list[ZoneDecision]:
    at, wanted = NOON + number * timedelta(minutes=1), float(number) if changed else 20.0
    return [ZoneDecision(zone, at, ZoneState.PRE_HEATING, wanted, None, PREHEAT, Reason("light_off")) for zone in ZONES]


def _plan() -> Plan:
    slots = tuple(PlanSlot(NOON + n * SLOT, 20.0, 14.0 + n / 40, 18e3, 0.0, PREHEAT) for n in range(192))
    zones = tuple(ZonePlan(zone, Rung.TABLE, slots) for zone in ZONES)
    return Plan(SITE, NOON, Interval(NOON, NOON + 48 * HOUR), zones, 100.0, 20.0, 5.0, "EUR")


def _commands(number: int) -> list[CommandStatus]:
    at = NOON + number * timedelta(minutes=1)
    of = [
        Command(f"c{number}-{n}", SITE, f"{ZONES[n]}/setpoint_temperature", 20.0, Priority.BOOKING, PREHEAT, at, at + HOUR)
        for n in range(4)
    ]
    return [CommandStatus(command, CommandState.SENT, at, 1) for command in of]


def _commit(books: Books) -> None:
    """The least that any change costs: one row, one commit."""
    with books.database.writing() as connection:
        connection.execute(text("UPDATE counter SET value = value WHERE name = 'audit'"))


def main(url: str) -> None:
    """Measure and print."""
    books = open_books(url)
    for number in range(300):
        books.bookings.put(_booking(number), NOON)
    plan, news = (
        _plan(),
        BookingQuery(site=SITE, after_revision=books.bookings.find(BookingQuery(after_revision=0))[-1].revision, limit=1),
    )
    measured: dict[str, Callable[[int], object]] = {
        "one commit": lambda _: _commit(books),
        "has a booking changed?": lambda _: books.bookings.find(news),
        "overrides in force": lambda _: books.overrides.active(SITE, NOON),
        "12 decisions, unchanged": lambda number: books.decisions.save(SITE, _decisions(number % 10, False)),
        "12 decisions, changed": lambda number: books.decisions.save(SITE, _decisions(number, True)),
        "4 commands": lambda number: books.commands.record(_commands(number)),
        "plan of 12 zones, 48 h": lambda _: books.plans.save(plan),
        "newest plan": lambda _: books.plans.latest(SITE),
        "booking, unchanged": lambda _: books.bookings.put(_booking(1), NOON),
        "booking, changed": lambda number: books.bookings.put(replace(_booking(1), people=number), NOON),
    }
    least = 0.0
    for name, deed in measured.items():
        deed(0)
        started = time.perf_counter()
        for number in range(1, 201):
            deed(number)
        each = (time.perf_counter() - started) / 200 * 1e3
        least = least or each
        print(f"{name:28} {each:7.3f} ms {each / least:6.1f} commits")
    books.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/book.db")
