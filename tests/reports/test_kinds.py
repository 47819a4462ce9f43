"""Every kind of report on every example: it is made, it is well formed, and every word of it exists in three languages."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache

import pytest

from greenroom.demo.samples import assumed_factors, sample_bookings
from premises.catalogue import Catalogue, _load
from premises.errors import UnknownNameError
from premises.site import Cluster, Site
from premises.sitefile import example, load_premises
from reports.content import Figures, Month, Report, Say, Table
from reports.inputs import Supplements
from reports.kinds import ReportRefusedError, kinds, make
from reports.words import WORDS
from tests.reports.flat import FlatStore, gathered

EXAMPLES = ("la-kolok", "commune-image", "pole-images", "primi")
FLAT = {"*": 0.25, "grid/energy": 10.0, "grid/energy_export": 0.5, "pv/energy": 2.0}
FIRST, LAST = date(2026, 3, 1), date(2026, 4, 30)


@cache
def premises(name: str) -> Site | Cluster:
    return load_premises(example(name))


@cache
def made(kind: str, name: str) -> tuple[Report, ...]:
    place = premises(name)
    sites = place.sites if isinstance(place, Cluster) else (place,)
    bookings = [one for site in sites for one in sample_bookings(site, FIRST, LAST)]
    papers = Supplements(factors=tuple(factor for site in sites for factor in assumed_factors(site)))
    try:
        return make(kind, gathered(kind, place, FlatStore(FLAT), FIRST, LAST, bookings=bookings, supplements=papers))
    except ReportRefusedError:
        return ()


ALL = [(kind, name) for kind in kinds() for name in EXAMPLES]


def words_of(thing: object) -> Iterator[Say]:
    """Every text of the catalogue anywhere inside."""
    if isinstance(thing, Say):
        yield thing
    if isinstance(thing, list | tuple):
        for item in thing:
            yield from words_of(item)
    elif isinstance(thing, dict):
        for item in thing.values():
            yield from words_of(item)
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from words_of(getattr(thing, one.name))


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_a_report_is_well_formed(kind: str, name: str) -> None:
    for report in made(kind, name):
        assert report.kind == kind
        assert report.id.startswith(f"{kind}-")
        assert set(report.id) <= set(string.ascii_lowercase + string.digits + "-")
        shown = [f for s in report.sections for b in s.blocks if isinstance(b, Figures) for f in b.figures]
        tables = [b for s in report.sections for b in s.blocks if isinstance(b, Table)] + [a.table for a in report.attachments]
        assert len({s.id for s in report.sections}) == len(report.sections)
        assert len({t.id for t in tables}) == len(tables)
        assert len({c.id for c in report.covers}) == len(report.covers)
        for table in tables:
            assert len({column.id for column in table.columns}) == len(table.columns), table.id
            for row in (*table.rows, *((table.total,) if table.total else ())):
                assert len(row) == len(table.columns), table.id
        for figure in shown:
            for share in (figure.measured, figure.estimated, figure.corrected, figure.missing, figure.completeness):
                assert share is None or -1e-9 <= share <= 1 + 1e-9


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_every_word_is_said_in_three_languages(kind: str, name: str) -> None:
    for report in made(kind, name)[:3]:
        for text in words_of(report):
            values = {key: "x" for key, _ in text.values} | ({"count": "2"} if text.count is not None else {})
            for language in ("en", "fr", "nl"):
                code = text.code if text.count is None else f"{text.code}.other"
                assert WORDS.say(language, code, **values)


def test_the_three_catalogues_say_the_same_things() -> None:
    catalogue = Catalogue("reports", "messages")
    assert catalogue.languages() == ("en", "fr", "nl")
    english = catalogue.keys("en")
    for language in ("fr", "nl"):
        assert catalogue.keys(language) == english
    for key in english:
        blanks = {
            lang: {name for _, name, _, _ in string.Formatter().parse(_raw(lang, key)) if name} for lang in ("en", "fr", "nl")
        }
        assert blanks["en"] == blanks["fr"] == blanks["nl"], key


def _raw(language: str, key: str) -> str:
    class Blank(dict[str, str]):
        def __missing__(self, name: str) -> str:
            return f"{{{name}}}"

    return _load("reports", "messages", language)[key]


@pytest.mark.slow
def test_the_same_inputs_make_the_same_report() -> None:
    place, last = premises("la-kolok"), date(2026, 3, 15)
    assert isinstance(place, Site)
    bookings = sample_bookings(place, FIRST, last)
    for kind in kinds():
        told = [
            make(kind, gathered(kind, place, FlatStore(FLAT), FIRST, last, bookings=order)) for order in (bookings, bookings[::-1])
        ]
        assert told[0] == told[1], kind


def test_every_kind_is_made_for_some_example() -> None:
    for kind in kinds():
        assert any(made(kind, name) for name in EXAMPLES), kind
    assert len(made("tenant", "commune-image")) == 36  # 35 tenants and the owner's copy
    assert len(made("operat", "pole-images")) == 0  # describes no entity, and says so


def test_an_unknown_kind_is_told_which_there_are() -> None:
    with pytest.raises(UnknownNameError, match="funder"):
        make("novel", gathered("month", premises("la-kolok"), FlatStore(FLAT), FIRST, LAST))


def test_the_period_names_the_report() -> None:
    place = premises("la-kolok")
    month = make("month", gathered("month", place, FlatStore(FLAT), date(2026, 2, 1), date(2026, 2, 28)))[0]
    assert month.id == "month-la-kolok-2026-02"
    assert dict(month.title.values)["month"] == Month(2026, 2)  # type: ignore[union-attr]
    year = make("funder", gathered("funder", place, FlatStore(FLAT), date(2026, 1, 1), date(2026, 12, 31)))[0]
    assert year.id == "funder-la-kolok-2026"
