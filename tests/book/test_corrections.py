"""The book of corrections: who knew better than a meter, when and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from premises.corrections import Correction, CorrectionKind
from premises.errors import ConflictError
from premises.time import Interval
from stores.book import Books
from tests.book.stories import HOUR, NOON, SITE

DAY = timedelta(days=1)

READING = Correction(
    id="reading-1",
    site=SITE,
    kind=CorrectionKind.METER_READING,
    subject="gas",
    since=NOON,
    by="the caretaker",
    reason="the gateway was away for two days",
    recorded_at=NOON + HOUR,
    value=18_204.5,
    unit="m³",
    register="gas_volume",
)
INVOICE = Correction(
    id="invoice-1",
    site=SITE,
    kind=CorrectionKind.INVOICE,
    subject="grid",
    since=NOON - 30 * DAY,
    until=NOON,
    by="the accountant",
    reason="the supplier's bill",
    recorded_at=NOON + HOUR,
    value=41_250.0,
    unit="kWh",
    amount=Decimal("7312.40"),
    currency="EUR",
    document="F-2026-0117",
)


def test_what_is_entered_is_found_again_whole_and_in_order(books: Books) -> None:
    assert books.corrections.add([READING, INVOICE]) == 2
    assert books.corrections.find(SITE) == [INVOICE, READING]
    assert books.corrections.get("invoice-1") == INVOICE
    assert books.corrections.find("elsewhere") == []


def test_entering_the_same_twice_is_once_and_another_content_needs_another_id(books: Books) -> None:
    books.corrections.add([READING])
    again = replace(READING, recorded_at=NOON + DAY, by="the office")
    assert books.corrections.add([again]) == 0
    assert books.corrections.get("reading-1") == READING
    with pytest.raises(ConflictError, match="withdraw it and enter a new one"):
        books.corrections.add([INVOICE, replace(READING, value=18_205.5)])
    assert books.corrections.find(SITE) == [READING], "all or none"


def test_a_span_finds_what_touches_it(books: Books) -> None:
    books.corrections.add([READING, INVOICE])
    assert books.corrections.find(SITE, Interval(NOON, NOON + DAY)) == [READING]
    assert books.corrections.find(SITE, Interval(NOON - 2 * DAY, NOON - DAY)) == [INVOICE]
    assert books.corrections.find(SITE, kinds=[CorrectionKind.INVOICE]) == [INVOICE]
    assert books.corrections.find(SITE, subject="gas") == [READING]


def test_a_withdrawn_one_stays_listed_with_who_and_why(books: Books) -> None:
    books.corrections.add([READING])
    books.corrections.withdraw("reading-1", "the engineer", "read the wrong dial", NOON + DAY)
    books.corrections.withdraw("reading-1", "someone else", "again", NOON + 2 * DAY)
    assert books.corrections.find(SITE) == []
    (kept,) = books.corrections.find(SITE, withdrawn=True)
    assert (kept.withdrawn_by, kept.withdrawn_reason, kept.withdrawn_at) == ("the engineer", "read the wrong dial", NOON + DAY)
    assert not kept.stands
    assert books.corrections.withdraw("unheard-of", "x", "y", NOON) is None


def test_the_book_is_seen_as_it_stood_at_an_earlier_instant(books: Books) -> None:
    books.corrections.add([READING])
    books.corrections.withdraw("reading-1", "the engineer", "read the wrong dial", NOON + 2 * DAY)
    assert books.corrections.find(SITE, known_at=NOON) == [], "not entered yet"
    assert books.corrections.find(SITE, known_at=NOON + DAY) == [READING], "not withdrawn yet"
    assert books.corrections.find(SITE, known_at=NOON + 3 * DAY) == []
