"""Ordered reports are issued when they are due, once, and a refusal is an alarm that ends when it is issued after all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from greenroom.reporting.desk import ReportDesk, keep_until
from greenroom.reporting.scheduled import ScheduledReports
from premises.booking import Booking, BookingKey, DayKind
from premises.corrections import Correction, CorrectionKind
from premises.errors import StoreUnavailableError
from premises.ports import TelemetryStore
from premises.reading import Reading
from premises.reporting import ReportName, ReportOrder, Rhythm
from premises.site import Cluster, Site, ZoneUse
from premises.sitefile import example, load_premises, load_site, load_text
from premises.time import Interval, ManualClock
from reports.content import Report
from reports.editions.folder import Edition
from reports.editions.issue import Order, issue
from reports.editions.shelf import FolderShelf
from reports.inputs import Inputs
from reports.ledger import Ledger
from reports.ledger.read import read_ledger
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


def ordered(site: Site, kind: ReportName) -> Site:
    return replace(site, reports=(ReportOrder(kind, Rhythm.MONTH, after_days=3, languages=("fr",)),))


@pytest.mark.slow
def test_a_crash_amid_the_tenants_is_made_up_for_at_the_next_wake(
    desk: ReportDesk, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, issued = ordered(site, ReportName.TENANT), list[str]()

    def failing(report: Report, inputs: Inputs, shelf: FolderShelf, order: Order) -> Edition:
        if len(issued) == 2:
            raise StoreUnavailableError("the disk is full")
        issued.append(report.id)
        return issue(report, inputs, shelf, replace(order, forms=("csv",)))

    def look() -> int:
        return ScheduledReports(desk, lambda: {place.id: place}, ManualClock(NOVEMBER), desk.books.alarms).look()

    monkeypatch.setattr("greenroom.reporting.desk.issue", failing)
    assert look() == 0
    assert len(desk.shelf.editions(place.id)) == 2
    monkeypatch.undo()
    assert look() == len(place.tenants) + 1 - 2, "the rest, and the owner's copy"
    told = desk.shelf.editions(place.id)
    assert {info.tenant for info in told} == {tenant.id for tenant in place.tenants} | {None}
    assert {info.number for info in told} == {1}, "what was there already was left alone"
    assert look() == 0


@pytest.mark.slow
def test_each_production_has_its_edition_and_a_month_without_any_is_no_alarm(desk: ReportDesk, site: Site) -> None:
    place = ordered(site, ReportName.PRODUCTION)
    running = ScheduledReports(desk, lambda: {place.id: place}, ManualClock(NOVEMBER), desk.books.alarms)
    assert running.look() == 0
    assert desk.books.alarms.active(place.id) == []
    zone = next(zone.id for zone in place.zones if zone.use is ZoneUse.STAGE)
    for number, name in enumerate(("Nord", "Sud")):
        start = datetime(2026, 10, 5 + number, 6, tzinfo=UTC)
        held = Interval(start, start + timedelta(hours=10))
        key = BookingKey("test", name)
        desk.books.bookings.put(Booking(key, place.id, (zone,), held, day_kind=DayKind.SHOOT, production=name), start)
    assert running.look() == 2
    assert {info.production for info in desk.shelf.editions(place.id)} == {"Nord", "Sud"}
    assert running.look() == 0


@pytest.mark.slow
def test_letters_of_a_cluster_are_of_its_sites_and_issued_once(data: Path) -> None:
    cluster = load_premises(example("primi"))
    assert isinstance(cluster, Cluster)
    place = replace(cluster, reports=(ReportOrder(ReportName.LETTER, Rhythm.MONTH, after_days=3, languages=("fr",)),))
    store = open_store(f"duckdb:///{data / 'readings.duckdb'}", place.sites)
    books = open_books(f"sqlite:///{data / 'books.sqlite3'}")
    at = datetime(2026, 10, 20, 12, tzinfo=UTC)
    for one in place.sites:
        store.write(one.id, [Reading("grid/energy", at + timedelta(hours=hour), 100.0 + hour, at) for hour in range(3)])
    shelf = FolderShelf(data / "editions")
    running = ScheduledReports(ReportDesk(store, books, shelf), lambda: {place.id: place}, ManualClock(NOVEMBER), books.alarms)
    assert running.look() == len(place.sites)
    assert running.look() == 0, "their editions are under their own names"
    books.close()
    store.close()


@pytest.mark.slow
def test_the_year_is_read_once_for_all_reports_that_are_due(desk: ReportDesk, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = (ReportName.MONTH, ReportName.LETTER, ReportName.TENANT)
    orders = tuple(ReportOrder(kind, Rhythm.MONTH, after_days=3, languages=("fr",)) for kind in kinds)
    place, read, made = replace(site, reports=orders), list[int](), list[str]()

    def counted(of: Site, store: TelemetryStore, period: Interval, now: datetime) -> Ledger:
        if len(of.meters) == len(place.meters):
            read.append(period.start.astimezone(of.zoneinfo).year)
        return read_ledger(of, store, period, now)

    monkeypatch.setattr("reports.ledger.years.read_ledger", counted)
    monkeypatch.setattr("greenroom.reporting.desk.issue", lambda report, *_: made.append(report.id))
    ScheduledReports(desk, lambda: {place.id: place}, ManualClock(NOVEMBER), desk.books.alarms).look()
    assert len(made) == 1 + 1 + len(place.tenants) + 1
    assert sorted(read) == [2025, 2026], "the letter's year before, and the year"


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
