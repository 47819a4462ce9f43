"""Two servers on one set of books, and a hundred clients that put the same booking at once: one order, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from gateway.app import create_app
from gateway.keys import make_key
from premises.booking import BookingKey
from premises.ports import Role
from stores.book import Books, open_books
from tests.book.conftest import postgres_server, postgres_url  # noqa: F401 - fixtures
from tests.gateway.client import Client
from tests.gateway.conftest import BOOKING, SHOOT, WIDE
from tests.gateway.fakes import Fakes
from tests.gateway.premises_of_tests import NOW

pytestmark = pytest.mark.slow

KEY = BookingKey("cinema-diary", "4711")
CLIENTS = 100


@contextmanager
def two_servers(url: str) -> Iterator[tuple[list[Client], dict[str, str], Books]]:
    """Two gateways, each with books of its own on the same database; and the headers of a booker's key."""
    both = [open_books(url), open_books(url)]
    try:
        house = Fakes().house()
        doors = [
            Client(create_app(replace(house, bookings=books.bookings, keys=books.keys, audit=books.audit), WIDE)) for books in both
        ]
        key, secret = make_key(Role.BOOKER, "cinema diary", NOW, sources={"cinema-diary"})
        both[0].keys.put(key)
        yield doors, {"Authorization": f"Bearer {secret}"}, both[0]
    finally:
        for books in both:
            books.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'books.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


def test_a_hundred_clients_on_one_booking_end_with_one_order_of_versions(url: str) -> None:
    with two_servers(url) as (doors, headers, books):

        def put(number: int) -> httpx.Response:
            body = {**SHOOT, "people": number}
            for _ in range(20):
                answer = doors[number % 2].put(BOOKING, json=body, headers=headers)
                if answer.status_code != 503:
                    return answer
            return answer

        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(put, range(CLIENTS)))
        assert {answer.status_code for answer in answers} == {200, 201}
        assert sum(answer.status_code == 201 for answer in answers) == 1
        versions = books.bookings.versions(KEY)
        assert [stored.version for stored in versions] == list(range(1, CLIENTS + 1))
        assert sorted(stored.booking.people or 0 for stored in versions) == list(range(CLIENTS))
        told = {answer.json()["version"]: answer.json()["booking"]["people"] for answer in answers}
        assert told == {stored.version: stored.booking.people for stored in versions}
        revisions = [stored.revision for stored in versions]
        assert revisions == sorted(set(revisions))
        assert len(books.audit.recent(1_000)) == CLIENTS


def test_of_many_who_make_the_same_booking_one_makes_it(url: str) -> None:
    with two_servers(url) as (doors, headers, books):
        once = {**headers, "If-None-Match": "*"}

        def put(number: int) -> int:
            return doors[number % 2].put(BOOKING, json={**SHOOT, "people": number}, headers=once).status_code

        with ThreadPoolExecutor(10) as pool:
            told = list(pool.map(put, range(20)))
        assert sorted(told) == [201] + [412] * 19
        assert len(books.bookings.versions(KEY)) == 1


def test_the_feed_of_changes_told_by_the_one_server_knows_what_the_other_took(url: str) -> None:
    with two_servers(url) as (doors, headers, _):
        doors[0].put(BOOKING, json=SHOOT, headers=headers)
        page = doors[1].get("/v1/bookings/changes", headers=headers).json()
        assert [item["id"] for item in page["items"]] == ["4711"]
        doors[1].delete(BOOKING, headers=headers)
        following = doors[0].get(f"/v1/bookings/changes?cursor={page['next']}", headers=headers).json()
        assert [item["booking"]["status"] for item in following["items"]] == ["cancelled"]
        everything = doors[0].get("/v1/bookings?status=cancelled&limit=1", headers=headers).json()
        assert [item["id"] for item in everything["items"]] == ["4711"]
