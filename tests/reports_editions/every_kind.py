"""Editions of every kind of report: three days of an example, of which nothing is known of the years before."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from greenroom.demo.samples import assumed_factors, sample_bookings
from premises.site import Cluster
from premises.sitefile import example, load_premises
from premises.time import Interval
from reports.editions.folder import Edition
from reports.editions.issue import Order, issue
from reports.editions.shelf import FolderShelf
from reports.inputs import Supplements
from reports.kinds import ReportRefusedError, kinds, make
from tests.reports.flat import FlatStore, gathered

FLAT = {"*": 0.25, "grid/energy": 10.0, "grid/energy_export": 0.5, "pv/energy": 2.0}
BEFORE = ("grid/energy", Interval(datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)))
FIRST, LAST = date(2026, 3, 27), date(2026, 3, 29)
"""A working day, and a weekend whose Sunday has 23 hours."""


def editions(name: str, folder: Path, at: datetime, forms: tuple[str, ...] = ("csv",), most: int = 2) -> Iterator[Edition]:
    """At most so many of each kind."""
    place = load_premises(example(name))
    sites = place.sites if isinstance(place, Cluster) else (place,)
    bookings = [one for site in sites for one in sample_bookings(site, FIRST, LAST)]
    papers = Supplements(factors=tuple(factor for site in sites for factor in assumed_factors(site)))
    for kind in kinds():
        inputs = gathered(kind, place, FlatStore(FLAT, [BEFORE]), FIRST, LAST, bookings=bookings, supplements=papers)
        try:
            reports = make(kind, inputs)
        except ReportRefusedError:
            continue
        for report in reports[:most]:
            yield issue(report, inputs, FolderShelf(folder), Order(name, "the office", at, forms=forms))


if __name__ == "__main__":
    for _ in editions(sys.argv[1], Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3]), ("pdf", "html", "xlsx", "csv"), 1):
        pass
