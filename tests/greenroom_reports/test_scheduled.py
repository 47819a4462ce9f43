"""Ordered reports are issued when they are due, once, and a refusal is an alarm that ends when it is issued after all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from greenroom.reporting.desk import ReportDesk, keep_until
from greenroom.reporting.scheduled import ScheduledReports
from premises.corrections import Correction, CorrectionKind
from premises.reporting import ReportName, ReportOrder, Rhythm
from premises.site import Site
from premises.sitefile import example, load_site, load_text
from premises.time import ManualClock
from reports.editions.shelf import FolderShelf
from stores.book import open_books
from stores.opening import open_store

NOVEMBER = datetime(2026, 11, 6, 12, tzinfo=UTC)
FACTOR = "FR electricity location 2024, ADEME mix moyen France 2024"


@pytest.fixture
def site() -> Site:
    order = ReportOrder(ReportName.MONTH, Rhythm.MONTH, after_days=3, languages=("fr",))
    return replace(load_site(str(example("la-kolok"))), reports=(order,))


@pytest.fixture
def desk(data: Path, site: Site) -> Iterator[ReportDesk]:
    store = open_store(f"duckdb:///{data / 'readings.duckdb'}", [site])
    books = open_books(f"sqlite:///{data / 'books.sqlite3'}")
    yield ReportDesk(store, books, FolderShelf(data / "editions"))
    books.close()
    store.close()


@pytest.mark.slow
def test_a_due_report_is_issued_once_also_over_a_restart(desk: ReportDesk, site: Site) -> None:
    clock = ManualClock(datetime(2026, 11, 3, 12, tzinfo=UTC))

    def scheduled() -> ScheduledReports:
        return ScheduledReports(desk, lambda: {site.id: site}, clock, desk.books.alarms)

    assert scheduled().look() == 0, "data may still come late"
    clock.set(NOVEMBER)
    running = scheduled()
    assert running.look() == 1
    assert running.look() == 0
    assert scheduled().look() == 0, "what was issued is on the shelf"
    (info,) = desk.shelf.editions(site.id)
    assert (info.kind, f"{info.first}", f"{info.last}", info.languages) == ("month", "2026-10-01", "2026-10-31", ("fr",))


@pytest.mark.slow
def test_a_refusal_is_an_alarm_until_it_is_issued_after_all(desk: ReportDesk, site: Site) -> None:
    running = ScheduledReports(desk, lambda: {site.id: site}, ManualClock(NOVEMBER), desk.books.alarms)
    gone = Correction("w", site.id, CorrectionKind.FACTOR_WITHDRAWN, FACTOR, NOVEMBER, "the office", "an error", NOVEMBER)
    desk.books.corrections.add([gone])
    assert running.look() == 0
    assert running.look() == 0
    (alarm,) = desk.books.alarms.active(site.id)
    assert alarm.cause == "report_refused"
    assert "an error" in alarm.text["fr"]
    desk.books.corrections.withdraw("w", "the office", "it was another", NOVEMBER)
    assert running.look() == 1
    assert desk.books.alarms.active(site.id) == []


def test_nothing_is_issued_where_nothing_was_measured_or_ordered(desk: ReportDesk, site: Site) -> None:
    later = ManualClock(datetime(2030, 1, 20, tzinfo=UTC))
    assert ScheduledReports(desk, lambda: {site.id: site}, later, desk.books.alarms).look() == 0
    silent = replace(site, reports=())
    assert ScheduledReports(desk, lambda: {site.id: silent}, ManualClock(NOVEMBER), desk.books.alarms).look() == 0


def test_a_site_file_orders_reports() -> None:
    text = Path(str(example("la-kolok"))).read_text(encoding="utf-8")
    told = load_text(text + "\nreports:\n  - {kind: funder, every: year, after_days: 30, languages: [fr]}\n", "x")
    assert told.reports == (ReportOrder(ReportName.FUNDER, Rhythm.YEAR, 30, ("fr",)),)


def test_editions_are_kept_as_long_as_the_funds_last_payment_asks(site: Site) -> None:
    from premises.reporting import Operation

    assert keep_until(replace(site, funds=())) is None
    paid = [
        replace(site.funds[0], operation=Operation(last_payment=datetime(year, 3, 1, tzinfo=UTC).date())) for year in (2033, 2028)
    ]
    told = keep_until(replace(site, funds=tuple(paid)))
    assert told is not None
    assert told.isoformat() == "2038-12-31"
