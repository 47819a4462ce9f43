"""Lists in pages that neither skip nor repeat, and the feed of changes."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import Any

import pytest

from premises.booking import Booking, BookingKey, BookingStatus
from premises.ports import Role
from premises.time import Interval
from tests.gateway.conftest import Door
from tests.gateway.premises_of_tests import NOW


def book(door: Door, number: int, *, source: str = "cinema-diary", zone: str = "stage-1", hours: int = 0) -> None:
    held = Interval(NOW + timedelta(hours=number), NOW + timedelta(hours=number + 1))
    door.fakes.bookings.put(Booking(BookingKey(source, f"b{number:03}"), "old-mill", (zone,), held), NOW + timedelta(hours=hours))


def pages(door: Door, url: str, headers: dict[str, str]) -> list[list[str]]:
    """Ids page by page, by following the Link header."""
    found: list[list[str]] = []
    following: str | None = url
    while following:
        answer = door.client.get(following, headers=headers)
        assert answer.status_code == 200, answer.text
        found.append([item["id"] for item in answer.json()["items"]])
        following = answer.links.get("next", {}).get("url")
        assert (following is None) == (answer.json()["next"] is None)
    return found


def test_pages_hold_each_booking_once_in_order_of_time(door: Door, viewer: dict[str, str]) -> None:
    for number in (7, 3, 1, 5, 2, 6, 4):
        book(door, number)
    found = pages(door, "/v1/bookings?limit=3&site=old-mill", viewer)
    assert [len(page) for page in found] == [3, 3, 1]
    assert list(chain(*found)) == [f"b{number:03}" for number in range(1, 8)]


def test_a_booking_that_comes_in_meanwhile_moves_no_page(door: Door, viewer: dict[str, str]) -> None:
    for number in range(10, 16):
        book(door, number)
    first = door.client.get("/v1/bookings?limit=3", headers=viewer)
    book(door, 1)
    book(door, 99)
    rest = pages(door, first.links["next"]["url"], viewer)
    assert list(chain(*rest)) == ["b013", "b014", "b015", "b099"]


def test_a_key_of_few_bookings_gets_full_pages_all_the_same(door: Door) -> None:
    for number in range(40):
        book(door, number, source="rival-diary" if number % 10 else "cinema-diary")
    both = door.key("two diaries", Role.BOOKER, sources={"cinema-diary", "other"})
    found = pages(door, "/v1/bookings?limit=2", both)
    assert found == [["b000", "b010"], ["b020", "b030"]]


def test_filters(door: Door, viewer: dict[str, str]) -> None:
    book(door, 1, zone="stage-1")
    book(door, 2, zone="stage-2", hours=5)
    book(door, 3, zone="stage-2", source="rival-diary", hours=9)
    door.fakes.bookings.cancel(BookingKey("rival-diary", "b003"), NOW + timedelta(hours=10))

    def ids(query: str) -> list[str]:
        answer = door.client.get(f"/v1/bookings?{query}", headers=viewer)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert ids("") == ["b001", "b002"]
    assert ids("zone=stage-2") == ["b002"]
    assert ids("source=rival-diary&status=cancelled") == ["b003"]
    assert ids("status=cancelled&status=confirmed") == ["b001", "b002", "b003"]
    assert ids("from=2026-03-02T06:15:00Z&to=2026-03-02T07:00:00Z") == ["b001", "b002"]
    assert ids("from=2026-03-02T06:30:00Z") == ["b002"]
    assert ids("to=2026-03-02T06:30:00Z") == ["b001"]
    assert ids("updated_since=2026-03-02T09:30:00Z") == ["b002", "b003"]


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("cursor=nonsense", 404, "/problems/bad-cursor"),
        ("cursor=WyJyIiwxXQ", 404, "/problems/bad-cursor"),
        ("from=2026-03-02T06:15:00", 422, "/problems/invalid"),
        ("from=2026-03-02T06:15:00Z&to=2026-03-01T06:15:00Z", 422, "/problems/invalid"),
        ("status=maybe", 422, "/problems/invalid"),
        ("limit=0", 422, "/problems/invalid"),
        ("site=elsewhere", 404, "/problems/not-found"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(
    door: Door, viewer: dict[str, str], query: str, status: int, said: str
) -> None:
    answer = door.client.get(f"/v1/bookings?{query}", headers=viewer)
    assert (answer.status_code, answer.json()["type"]) == (status, said)


def test_the_change_feed_goes_on_where_it_stopped_and_tells_of_the_cancelled(door: Door, viewer: dict[str, str]) -> None:
    for number in (3, 1, 2):
        book(door, number)
    url = "/v1/bookings/changes?limit=2"
    first = door.client.get(url, headers=viewer).json()
    assert ([item["id"] for item in first["items"]], first["more"]) == (["b003", "b001"], True)
    second = door.client.get(f"{url}&cursor={first['next']}", headers=viewer).json()
    assert ([item["id"] for item in second["items"]], second["more"]) == (["b002"], False)
    nothing = door.client.get(f"{url}&cursor={second['next']}", headers=viewer).json()
    assert (nothing["items"], nothing["next"]) == ([], second["next"])
    door.fakes.bookings.cancel(BookingKey("cinema-diary", "b003"), NOW)
    (gone,) = door.client.get(f"{url}&cursor={second['next']}", headers=viewer).json()["items"]
    assert (gone["id"], gone["booking"]["status"]) == ("b003", BookingStatus.CANCELLED.value)


def test_the_change_feed_of_a_scoped_key_still_moves_on(door: Door) -> None:
    for number in range(6):
        book(door, number, source="rival-diary")
    book(door, 7)
    both = door.key("two diaries", Role.BOOKER, sources={"cinema-diary", "other"})
    cursor, seen = "", list[Any]()
    for _ in range(4):
        page = door.client.get(f"/v1/bookings/changes?limit=2{cursor}", headers=both).json()
        seen += [item["id"] for item in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert seen == ["b007"]
