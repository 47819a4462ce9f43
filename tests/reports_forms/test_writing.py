"""Numbers, dates, money and plurals as each language writes them, whatever the machine's locale."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from reports.content import CellKind, Column, Month
from reports.forms.writer import FORMS, LANGUAGES, Writer


def writer(language: str) -> Writer:
    return Writer(language, "Europe/Paris")


def test_every_language_of_the_forms_has_every_word() -> None:
    assert FORMS.languages() == LANGUAGES == ("en", "fr", "nl")
    for language in LANGUAGES:
        assert FORMS.keys(language) == FORMS.keys("en")


@pytest.mark.parametrize(
    ("language", "number", "percent", "money", "day", "long_day", "month"),
    [
        ("en", "−1,234,567.50", "12.3%", "€1,177,000.00", "03\u00a0Oct\u00a02026", "3\u00a0October\u00a02026", "October\u00a02026"),
        (
            "fr",
            "−1\u202f234\u202f567,50",
            "12,3\u202f%",
            "1\u202f177\u202f000,00\u00a0€",
            "03/10/2026",
            "3\u00a0octobre\u00a02026",
            "octobre\u00a02026",
        ),
        ("nl", "−1.234.567,50", "12,3%", "€\u00a01.177.000,00", "03-10-2026", "3\u00a0oktober\u00a02026", "oktober\u00a02026"),
    ],
)
def test_each_language_writes_its_own_way(
    language: str, number: str, percent: str, money: str, day: str, long_day: str, month: str
) -> None:
    say = writer(language)
    assert say.number(-1234567.5, 2) == number
    assert say.amount(12.3, "%", 1) == percent
    assert say.money(Decimal(1177000), "EUR") == money
    assert say.day(date(2026, 10, 3)) == day
    assert say.long_day(date(2026, 10, 3)) == long_day
    assert say.month(Month(2026, 10)) == month


def test_the_first_of_the_month_is_premier_in_french() -> None:
    assert writer("fr").long_day(date(2026, 10, 1)) == "1er\u00a0octobre\u00a02026"


def test_nothing_is_ever_minus_zero_and_halves_go_up() -> None:
    assert writer("en").number(-0.0004, 2) == "0.00"
    assert writer("en").number(Decimal("2.5")) == "3"
    assert writer("en").number(Decimal("-2.5")) == "\u22123"
    assert writer("en").number(Fraction(446, 1177) * 100, 2) == "37.89"
    assert writer("en").number(Fraction(1, 8), 2) == "0.13"
    assert writer("en").number(Fraction(-1, 8), 2) == "\u22120.13"


@pytest.mark.parametrize(("language", "unit"), [("en", "MWh/year"), ("fr", "MWh/an"), ("nl", "MWh/jaar")])
def test_words_within_a_unit_are_the_readers_and_signs_are_not_touched(language: str, unit: str) -> None:
    say = writer(language)
    assert say.amount(8.2, "MWh/year", 1).split("\u00a0")[1] == unit
    assert say.cell("MWh/year", Column("unit", "Unit")) == unit
    assert say.cell("year", Column("name", "Name")) == "year", "a name stays as it is"
    assert say.unit("kWh/m²") == "kWh/m²"


def test_french_breaks_no_line_before_its_high_signs() -> None:
    told = writer("fr").own("edition.read")
    assert "\u00ab\u00a0n. d.\u00a0\u00bb" in told
    assert "\u00a0: ce n" in told
    assert "\u00a0:" not in writer("en").own("edition.read")


def test_what_is_not_available_says_so_and_is_not_zero() -> None:
    assert writer("fr").cell(None) == "n. d."
    assert writer("en").amount(None, "kWh") == "not available"
    assert writer("nl").number(float("nan")) == "niet beschikbaar"


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    say = writer("fr")
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert say.instant(first) == "25/10/2026 02:30 (+0200)"
    assert say.instant(second) == "25/10/2026 02:30 (+0100)"
    assert say.instant(datetime(2026, 10, 25, 12, tzinfo=UTC)) == "25/10/2026 13:00"


@pytest.mark.parametrize(("language", "forms"), [("en", "other one other"), ("fr", "one one other"), ("nl", "other one other")])
def test_french_counts_nothing_as_one(language: str, forms: str) -> None:
    assert [writer(language)._plural(count) for count in (0, 1, 2)] == forms.split()


def test_a_unit_is_in_the_heading_unless_the_cells_carry_a_sign() -> None:
    say = writer("en")
    assert say.heading(Column("load_kwh", "Load", CellKind.NUMBER, "kWh")) == "Load (kWh)"
    assert say.heading(Column("share_pct", "Share", CellKind.PERCENT, "%")) == "Share"
    assert say.heading(Column("cost_eur", "Cost", CellKind.MONEY, "EUR")) == "Cost"
    assert say.cell(Decimal("12.5"), Column("cost_eur", "Cost", CellKind.MONEY, "EUR", 2)) == "€12.50"


def test_a_language_that_is_not_known_is_written_in_english() -> None:
    assert writer("de").language == "en"
