"""Bookings: every version is kept, nothing is lost, and the feed of changes has one order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from premises.booking import BookingKey, BookingStatus
from premises.errors import ConflictError
from premises.ports import BookingQuery, PutOutcome
from premises.time import Interval
from stores.book import Books, open_books
from tests.book.stories import HOUR, NOON, SITE, shoot


def test_a_booking_comes_back_as_it_was_given(books: Books) -> None:
    stored, outcome = books.bookings.put(shoot(), NOON)
    assert outcome is PutOutcome.CREATED
    assert (stored.version, stored.revision) == (1, 1)
    again = books.bookings.get(shoot().key)
    assert again == stored
    assert again is not None
    assert again.booking == shoot()
    assert again.booking.call is not None
    assert again.booking.call.utcoffset() == timedelta(0)
    assert again.updated_at.utcoffset() == timedelta(0)


def test_a_wall_time_of_the_site_is_kept_as_the_same_instant(books: Books) -> None:
    call = datetime(2026, 1, 20, 15, tzinfo=ZoneInfo("Europe/Paris"))
    books.bookings.put(shoot(call=call), call)
    kept = books.bookings.get(shoot().key)
    assert kept is not None
    assert kept.booking.call == call
    assert kept.updated_at == call


def test_the_same_content_again_changes_nothing(books: Books) -> None:
    first, _ = books.bookings.put(shoot(), NOON)
    again, outcome = books.bookings.put(shoot(), NOON + HOUR)
    assert outcome is PutOutcome.UNCHANGED
    assert again == first
    assert len(books.bookings.versions(shoot().key)) == 1
    other, _ = books.bookings.put(shoot("other"), NOON)
    assert other.revision == 2, "an unchanged booking leaves no gap in the feed"


def test_a_later_call_makes_a_new_version_and_the_old_one_stays(books: Books) -> None:
    books.bookings.put(shoot(), NOON)
    later = shoot(call=NOON + 3 * HOUR, sequence=4)
    stored, outcome = books.bookings.put(later, NOON + HOUR)
    assert outcome is PutOutcome.CHANGED
    assert (stored.version, stored.revision) == (2, 2)
    assert (stored.created_at, stored.updated_at) == (NOON, NOON + HOUR)
    assert [kept.booking for kept in books.bookings.versions(later.key)] == [shoot(), later]


def test_news_older_than_what_is_known_is_refused(books: Books) -> None:
    books.bookings.put(shoot(sequence=7), NOON)
    with pytest.raises(ConflictError, match="sequence 6, but sequence 7"):
        books.bookings.put(shoot(sequence=6, people=1), NOON + HOUR)
    kept = books.bookings.get(shoot().key)
    assert kept is not None
    assert kept.booking.people == 42


def test_expectations_about_the_version_are_held_to(books: Books) -> None:
    books.bookings.put(shoot(), NOON, expect_version=0)
    with pytest.raises(ConflictError, match="exists already, at version 1"):
        books.bookings.put(shoot(people=2), NOON, expect_version=0)
    with pytest.raises(ConflictError, match="is at version 1, not at version 5"):
        books.bookings.put(shoot(people=2), NOON, expect_version=5)
    with pytest.raises(ConflictError, match="does not exist, not at version 1"):
        books.bookings.put(shoot("new"), NOON, expect_version=1)
    stored, _ = books.bookings.put(shoot(people=2), NOON, expect_version=1)
    assert stored.version == 2
    with pytest.raises(ConflictError, match="is at version 2"):
        books.bookings.cancel(shoot().key, NOON, expect_version=1)


def test_a_cancelled_booking_stays_as_a_tombstone_and_can_come_back(books: Books) -> None:
    books.bookings.put(shoot(), NOON)
    cancelled = books.bookings.cancel(shoot().key, NOON + HOUR)
    assert cancelled is not None
    assert cancelled.booking == shoot(status=BookingStatus.CANCELLED)
    assert books.bookings.cancel(shoot().key, NOON + 2 * HOUR) == cancelled, "cancelling twice is once"
    assert books.bookings.find(BookingQuery(site=SITE)) == [cancelled]
    back, outcome = books.bookings.put(shoot(), NOON + 3 * HOUR)
    assert (outcome, back.version) == (PutOutcome.CHANGED, 3)
    assert books.bookings.cancel(BookingKey("scheduler", "never was"), NOON) is None


def test_lists_are_filtered_as_asked(books: Books) -> None:
    monday = shoot("monday")
    tuesday = shoot("tuesday", held=Interval(NOON + 24 * HOUR, NOON + 36 * HOUR), zones=("stage-2",))
    option = shoot("option", status=BookingStatus.OPTION, held=Interval(NOON + 12 * HOUR, NOON + 24 * HOUR))
    elsewhere = shoot("elsewhere", site="commune-image")
    for hours, booking in enumerate([tuesday, monday, option, elsewhere]):
        books.bookings.put(booking, NOON + hours * HOUR)

    def found(**asked: object) -> list[str]:
        return [stored.booking.key.id for stored in books.bookings.find(BookingQuery(**asked))]  # type: ignore[arg-type]

    assert found(site=SITE) == ["monday", "option", "tuesday"]
    assert found(zone="stage-2") == ["tuesday"]
    assert found(source="calendar") == []
    assert found(site=SITE, statuses=frozenset({BookingStatus.CONFIRMED})) == ["monday", "tuesday"]
    assert found(site=SITE, overlaps=Interval(NOON + 12 * HOUR, NOON + 13 * HOUR)) == ["option"], "spans are half-open"
    assert found(site=SITE, updated_since=NOON + HOUR) == ["monday", "option"]
    assert found(site=SITE, limit=2) == ["monday", "option"]
    assert found(site=SITE, after=(NOON, "scheduler", "monday")) == ["option", "tuesday"]
    assert found(after_revision=1) == ["monday", "option", "elsewhere"]
    assert found(site=SITE, after_revision=3) == []


def test_zones_that_a_change_gives_up_are_found_no_longer(books: Books) -> None:
    books.bookings.put(shoot(zones=("stage-1",)), NOON)
    books.bookings.put(shoot(zones=("stage-2",)), NOON)
    assert books.bookings.find(BookingQuery(zone="stage-1")) == []
    assert len(books.bookings.find(BookingQuery(zone="stage-2"))) == 1


@pytest.mark.slow
def test_a_hundred_people_change_one_booking_at_once(books: Books) -> None:
    with ThreadPoolExecutor(16) as crowd:
        results = list(crowd.map(lambda people: books.bookings.put(shoot(people=people), NOON), range(100)))
    versions = books.bookings.versions(shoot().key)
    assert [kept.version for kept in versions] == list(range(1, 101))
    assert {kept.booking.people for kept in versions} == set(range(100)), "nothing is lost"
    assert [kept.revision for kept in versions] == list(range(1, 101)), "one order without gaps"
    assert sorted(stored.version for stored, _ in results) == list(range(1, 101))
    assert books.bookings.get(shoot().key) == versions[-1]


@pytest.mark.slow
def test_whoever_follows_the_feed_misses_no_change(book_url: str, books: Books) -> None:
    """A reader beside many writers, each on connections of its own: what it has passed never fills in later."""
    elsewhere = open_books(book_url)
    seen: list[int] = []

    def write(number: int) -> None:
        (books if number % 2 else elsewhere).bookings.put(shoot(f"b{number}"), NOON)

    with ThreadPoolExecutor(8) as crowd:
        writers = [crowd.submit(write, number) for number in range(120)]
        while len(seen) < 120:
            after = seen[-1] if seen else 0
            seen += [stored.revision for stored in elsewhere.bookings.find(BookingQuery(after_revision=after, limit=10))]
            if all(writer.done() for writer in writers):
                [writer.result() for writer in writers]
    elsewhere.close()
    assert seen == list(range(1, 121))


def test_only_one_of_two_who_expect_the_same_version_succeeds(books: Books) -> None:
    books.bookings.put(shoot(), NOON)

    def change(people: int) -> bool:
        try:
            books.bookings.put(replace(shoot(), people=people), NOON, expect_version=1)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(change, range(8))) == 1
