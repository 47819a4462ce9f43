"""Bookings made while the demo runs reach the simulators: all around now, once for each change, and none where nothing changed."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from greenroom.demo.hand_over import HandOver
from greenroom.demo.simulate import last_word
from premises.booking import Booking, BookingKey
from premises.time import Interval, ManualClock, parse_instant
from stores.book import open_books

NOW = parse_instant("2026-01-20T12:00:00Z")


def booking(name: str, days: int = 0, site: str = "la-kolok") -> Booking:
    start = NOW + timedelta(days=days)
    return Booking(BookingKey("visitor", name), site, ("stage-1",), Interval(start, start + timedelta(hours=4)))


def ids(told: tuple[Booking, ...] | None) -> list[str] | None:
    return None if told is None else [each.key.id for each in told]


def test_the_simulators_hear_of_every_change_and_of_nothing_else(tmp_path: Path) -> None:
    books = open_books(f"sqlite:///{tmp_path / 'books.sqlite3'}")
    books.bookings.put(booking("known"), NOW)
    house, simulators = multiprocessing.Pipe()
    running = cast(Any, SimpleNamespace(books=books, clock=ManualClock(NOW)))
    hand_over = HandOver(running, "la-kolok", house)
    hand_over.look()
    assert ids(last_word(simulators)) is None, "they were given what was known at the start"
    books.bookings.put(booking("walk-in"), NOW)
    books.bookings.put(booking("next year", 300), NOW)
    books.bookings.put(booking("elsewhere", site="other"), NOW)
    hand_over.look()
    hand_over.look()
    assert ids(last_word(simulators)) == ["known", "walk-in"]
    assert ids(last_word(simulators)) is None
    books.bookings.cancel(BookingKey("visitor", "known"), NOW)
    hand_over.look()
    books.bookings.put(booking("later", 1), NOW)
    hand_over.look()
    assert ids(last_word(simulators)) == ["walk-in", "later"], "the last word counts"
    simulators.close()
    books.bookings.put(booking("too late", 2), NOW)
    hand_over.look()
    books.close()


def test_simulators_whose_house_is_gone_go_on_as_they_were() -> None:
    house, simulators = multiprocessing.Pipe()
    house.close()
    assert last_word(simulators) is None
