"""A year of a site with 500 points at a minute: all its reports, timed against a plain pandas read of the same roll-ups.

`python -m bench.year_of_reports [--sites 3] [--forms] [--pdf] [--data FILE]`. The roll-ups of the year, as the store keeps them,
are put into a DuckDB file once; what is timed is one process that opens the file and makes every report of the year: the year's
(funder, OPERAT, BACS, tenants, studio pack), the twelve months and letters, each production. --forms: write them all as HTML, XLSX
and CSV too; --pdf: as PDF as well.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from greenroom.demo.samples import sample_bookings
from premises.booking import Booking, StoredBooking
from premises.ports import BookingQuery, Resolution
from premises.quantities import QUANTITIES
from premises.reading import Reading
from premises.reporting import Operat, OperatCategory, OperatPart
from premises.site import Cluster, Meter, Plant, PlantKind, Point, PvString, Site, Tenant, Zone, ZoneUse
from premises.tariff import Carrier
from premises.time import local_midnight
from reports.content import Report
from reports.inputs import Sources
from reports.kinds import kinds, make
from reports.ledger.years import YearLedgers
from stores.duckdb_store import DuckDBStore
from stores.instants import DAY_US, QUARTER_US, micros
from stores.shelf import Mark, Rows, Shelving

YEAR = 2025
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
NOW = datetime(YEAR + 1, 2, 1, tzinfo=UTC)
POINTS, ZONES, TENANTS = 500, 20, 10
EVERY = timedelta(minutes=1)


def site_of(number: int) -> Site:
    """20 zones with three meters each, 10 tenants, a grid meter, PV, a heat pump: 67 registers among 500 points."""
    name = f"bench-{number}"
    zones = tuple(
        Zone(f"zone-{n}", f"Zone {n}", ZoneUse.STAGE if n < 4 else ZoneUse.OFFICE, 200.0, 800.0, {}, heating_plant="pump")
        for n in range(ZONES)
    )
    subs = [
        Meter(f"{zone.id}-{use}", f"{zone.name} {use}", Carrier.ELECTRICITY, "sub", use, "grid", (zone.id,))
        for zone in zones
        for use in ("rig", "lighting", "plug")
    ]
    pump = Meter("pump-supply", "Pump", Carrier.ELECTRICITY, "sub", "heating", "grid")
    meters = (
        Meter("grid", "Grid", Carrier.ELECTRICITY, "grid"),
        Meter("pv", "Roof", Carrier.ELECTRICITY, "production"),
        pump,
        *subs,
    )
    points = [_point(name, meter.id, "energy") for meter in meters] + [_point(name, "grid", "energy_export")]
    points += [_point(name, "pump", "heat_energy"), _point(name, "outdoor", "outdoor_temperature")]
    points += [_point(name, f"zone-{n % ZONES}", "air_temperature", f".{n}") for n in range(POINTS - len(points))]
    return Site(
        id=name,
        name=name,
        timezone="Europe/Paris",
        country="FR",
        latitude=48.8,
        longitude=2.4,
        altitude_m=40.0,
        languages=("en", "fr"),
        currency="EUR",
        owner="Bench",
        floor_area_m2=4000.0,
        energy_area_m2=4000.0,
        zones=zones,
        devices=(),
        points=tuple(points),
        plants=(Plant("pump", "Pump", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, 200_000.0, meter="pump-supply"),),
        pv_strings=(PvString("roof", "Roof", 100_000.0, 10.0, 180.0, 100_000.0),),
        meters=meters,
        tenants=tuple(Tenant(f"tenant-{n}", f"Tenant {n}", (f"zone-{n + 5}",), 150.0, "en") for n in range(TENANTS)),
        climate_zone="H1a",
        operat=Operat(
            (OperatPart(OperatCategory.FILM_STUDIO, tuple(f"zone-{n}" for n in range(4))),), None, "", "", "", 2270.0, 150.0
        ),
    )


def _point(site: str, subject: str, quantity: str, qualifier: str = "") -> Point:
    zone = subject if subject.startswith("zone-") and "-" not in subject[5:] else ""
    found = QUANTITIES[quantity]
    return Point(f"{subject}/{quantity}{qualifier}", site, subject, found, "device", zone=zone, expected_every=EVERY)


def fill(file: Path, sites: tuple[Site, ...]) -> None:
    """Quarter hours and days of every point of the year, as roll-ups keep them; a reading each, after it."""
    store = DuckDBStore(file, sites)
    for site in sites:
        store.write(site.id, [Reading(point.id, NOW, 5.0, NOW) for point in site.points])
        start = micros(local_midnight(FIRST, site.zoneinfo)) // DAY_US * DAY_US
        end = -(-micros(local_midnight(date(YEAR + 1, 1, 1), site.zoneinfo)) // DAY_US) * DAY_US
        chance = np.random.default_rng(1)
        for first in range(0, len(site.points), 25):
            some = site.points[first : first + 25]
            shelvings = [Shelving(p, Resolution.QUARTER, start, end, _rows(p, start, end, chance)) for p in some]
            store._shelf.put(shelvings, [(p, None, Mark(end, start, site.timezone)) for p in some])
        store.roll_up(site.id, NOW)  # makes the days of the quarter hours
    store.close()


def _rows(point: Point, start: int, end: int, chance: np.random.Generator) -> Rows:
    starts = np.arange(start, end, QUARTER_US, dtype=np.int64)
    n = len(starts)
    value = 10.0 + 5.0 * np.sin(starts / DAY_US * 2 * np.pi) + chance.random(n)
    full, energy = np.full(n, QUARTER_US), point.quantity.counter
    amount = np.abs(value) / 10 if energy else np.full(n, np.nan)
    if point.id == "grid/energy":
        amount = amount * 90
    nothing = np.zeros(n)
    return Rows(
        starts=starts,
        integral=value * QUARTER_US,
        covered=full,
        low=value - 0.3,
        high=value + 0.3,
        last=value,
        count=np.full(n, 15, np.int64),
        texts=(None,) * n,
        amount=amount,
        estimated=nothing,
        energy_covered=full if energy else np.zeros(n, np.int64),
    )


class Book:
    """Bookings of every site, to be read."""

    def __init__(self, sites: tuple[Site, ...]) -> None:
        self._by_site: dict[str, list[Booking]] = {site.id: sample_bookings(site, FIRST, LAST) for site in sites}

    def find(self, query: BookingQuery) -> list[StoredBooking]:
        found = self._by_site[query.site or ""]
        held = [b for b in found if query.overlaps is None or b.held.overlaps(query.overlaps)]
        return [StoredBooking(booking, 1, 1, booking.held.start, booking.held.start) for booking in held]


def all_reports(premises: Site | Cluster, sources: Sources, given: Callable[[Report], None] | None) -> tuple[int, dict[str, float]]:
    """How many reports of the year, and seconds by kind. Each is given on and let go, as issuing does: it is not kept."""
    count = 0
    took: dict[str, float] = {}
    months = [date(YEAR, month, 1) for month in range(1, 13)]
    ends = [date(YEAR + m.month // 12, m.month % 12 + 1, 1) - timedelta(days=1) for m in months]
    for name, kind in kinds().items():
        began = time.perf_counter()
        spans = list(zip(months, ends, strict=True)) if kind.span.value == "month" else [(FIRST, LAST)]
        for first, last in spans:
            for report in make(name, kind.gather(premises, sources, first, last, NOW)):
                count += 1
                if given is not None:
                    paused = time.perf_counter()
                    given(report)
                    began += time.perf_counter() - paused
        took[name] = time.perf_counter() - began
    return count, took


def plain_read(file: Path, sites: tuple[Site, ...]) -> tuple[float, int]:
    """The limit: the same roll-ups of all counters as pandas frames, and their sums by month."""
    began, rows = time.perf_counter(), 0
    wanted = [(site.id, p.id) for site in sites for p in site.points if p.quantity.counter]
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.register("wanted", pd.DataFrame(wanted, columns=["site", "point"]))
        frame = connection.execute(
            "SELECT site, point, start, amount, estimated, energy_covered FROM quarters "
            "JOIN points ON points.id = point_id SEMI JOIN wanted USING (site, point)"
        ).df()
        rows = len(frame)
        month = frame["start"].dt.tz_localize("UTC").dt.tz_convert("Europe/Paris").dt.month
        frame.groupby([frame["site"], frame["point"], month])[["amount", "estimated"]].sum()
    return time.perf_counter() - began, rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=1)
    parser.add_argument("--forms", action="store_true", help="HTML, XLSX and CSV too")
    parser.add_argument("--pdf", action="store_true", help="PDF too")
    parser.add_argument("--data", type=Path, help="DuckDB file; made where it is missing")
    given = parser.parse_args()
    sites = tuple(site_of(number) for number in range(given.sites))
    premises: Site | Cluster = sites[0] if len(sites) == 1 else Cluster("bench", "Bench", sites, ("en",))
    with tempfile.TemporaryDirectory() as folder:
        file = given.data or Path(folder) / "readings.duckdb"
        if not file.exists():
            began = time.perf_counter()
            fill(file, sites)
            print(
                f"filled {given.sites} x {POINTS} points in {time.perf_counter() - began:.1f} s, {file.stat().st_size / 1e6:.0f} MB"
            )
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        read, rows = plain_read(file, sites)
        print(f"plain pandas read of {rows:,} quarter hours and sums by month: {read:.2f} s")
        began, worked = time.perf_counter(), time.process_time()
        store = DuckDBStore(file, sites)
        forms = Forms(pdf=given.pdf) if given.forms or given.pdf else None
        count, took = all_reports(premises, Sources(store, Book(sites), ledgers=YearLedgers(store)), forms)
        spent = time.perf_counter() - began - (forms.seconds if forms else 0.0)
        cpu = f", {time.process_time() - worked:.2f} s CPU" if forms is None else ""
        print(f"{count} reports: {spent:.2f} s{cpu}, {spent / read:.1f} times the plain read")
        print("  " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in took.items()))
        if forms is not None:
            print(f"forms of {count} reports: {forms.seconds:.1f} s, {forms.size / 1e6:.0f} MB")
        store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB (before the reports, with what filled the file: {before:.0f} MB)")


class Forms:
    """Writes each report in its forms as it comes, and adds up how long that takes and how much it is."""

    def __init__(self, *, pdf: bool) -> None:
        self.seconds, self.size = 0.0, 0
        self._kinds = ("html", "xlsx", "csv", "pdf") if pdf else ("html", "xlsx", "csv")

    def __call__(self, report: Report) -> None:
        from reports.forms.forms import render_forms

        began = time.perf_counter()
        self.size += sum(map(len, render_forms(replace(report), None, self._kinds).values()))
        self.seconds += time.perf_counter() - began


if __name__ == "__main__":
    main()
