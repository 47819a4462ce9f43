"""People and their sessions, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from premises.desks import Person, Session
from premises.errors import StoreRefusedError
from premises.ports import Role
from stores.book import Books
from tests.book.stories import HOUR, NOON

ANNA = Person(
    id="anna",
    name="Anna Verhulst",
    password_hash="$argon2id$v=19$…",
    role=Role.TENANT,
    created_at=NOON,
    sites=frozenset({"old-mill"}),
    zones=frozenset({"edit-3", "edit-4"}),
    tenant="cutters",
    subject="https://id.example|4711",
    language="nl",
)
BEN = Person("ben", "Ben", "hash", Role.ENGINEER, NOON)


def test_a_person_is_kept_whole_and_replaced_by_id(books: Books) -> None:
    books.people.put(ANNA)
    books.people.put(BEN)
    assert books.people.get("anna") == ANNA
    assert books.people.get("nobody") is None
    moved = replace(ANNA, role=Role.VIEWER, zones=frozenset(), disabled_at=NOON + HOUR)
    books.people.put(moved)
    assert books.people.all() == [moved, BEN]


def test_a_subject_is_one_persons_and_the_empty_one_nobodys(books: Books) -> None:
    for person in (ANNA, BEN, replace(BEN, id="carl")):
        books.people.put(person)
    assert books.people.by_subject("https://id.example|4711") == ANNA
    assert books.people.by_subject("") is None
    with pytest.raises(StoreRefusedError):
        books.people.put(replace(BEN, subject=ANNA.subject))


def test_a_session_holds_until_it_expires_is_closed_or_the_person_is_disabled(books: Books) -> None:
    books.people.put(BEN)
    for secret in ("one", "two", "three"):
        books.people.open_session(Session(secret, "ben", NOON, NOON + HOUR))
    session, person = books.people.session("one", NOON + timedelta(minutes=59)) or (None, None)
    assert session == Session("one", "ben", NOON, NOON + HOUR)
    assert person is not None
    assert person.id == "ben"
    assert books.people.session("one", NOON + HOUR) is None
    assert books.people.session("unknown", NOON) is None
    books.people.close_session("one")
    assert books.people.session("one", NOON) is None
    assert books.people.session("two", NOON) is not None
    books.people.put(replace(BEN, disabled_at=NOON))
    assert books.people.session("two", NOON) is None
    books.people.put(BEN)
    books.people.close_sessions("ben")
    assert books.people.session("two", NOON) is None
    assert books.people.session("three", NOON) is None


def test_use_is_noted_once_a_minute_and_expired_sessions_are_forgotten(books: Books) -> None:
    books.people.put(BEN)
    books.people.open_session(Session("old", "ben", NOON - 2 * HOUR, NOON - HOUR))
    books.people.open_session(Session("new", "ben", NOON, NOON + HOUR))
    assert books.people.session("old", NOON - 2 * HOUR + timedelta(minutes=1)) is None, "forgotten when the next was opened"
    seen = []
    for minutes in (0.0, 0.5, 2.0):
        books.people.session("new", NOON + timedelta(minutes=minutes))
        kept = books.people.get("ben")
        seen.append(kept.last_seen_at if kept is not None else None)
    assert seen == [NOON, NOON, NOON + timedelta(minutes=2)]
