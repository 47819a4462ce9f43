"""Whole years of ledgers, read once: for who makes all reports of a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from premises.ports import TelemetryStore
from premises.site import Site
from premises.time import Interval, local_midnight
from reports.ledger.columns import Ledger
from reports.ledger.read import read_ledger

_BOUNDS = 32


def boundary_of(site: Site) -> Site:
    """The site with the meters at its boundary and of its sun, and nothing behind them."""
    return replace(site, meters=tuple(meter for meter in site.meters if meter.role in ("grid", "production")), plants=())


class YearLedgers:
    """Remembers the ledgers of local years as they were when first asked for; a period inside one is cut from it.

    Some 80 MB a year of seventy registers; only the newest `keep` are remembered. Not for a process that lives on: what is
    written later is not seen.
    """

    def __init__(self, store: TelemetryStore, keep: int = 6) -> None:
        self._store = store
        self._keep = keep
        self._years: dict[tuple[str, int, datetime], Ledger] = {}
        self._bounds: dict[tuple[str, Interval, datetime], Ledger] = {}

    def boundary(self, site: Site, period: Interval, now: datetime) -> Ledger:
        """The same of the boundary's meters alone, as `boundary_of` leaves them: a few registers, remembered apart."""
        key = (site.id, period, now)
        if key not in self._bounds:
            while len(self._bounds) >= _BOUNDS:
                del self._bounds[next(iter(self._bounds))]
            self._bounds[key] = read_ledger(boundary_of(site), self._store, period, now)
        return self._bounds[key]

    def read(self, site: Site, period: Interval, now: datetime) -> Ledger:
        """The ledger of the period. Raises what the store raises."""
        year = period.start.astimezone(site.zoneinfo).year
        whole = Interval(*(local_midnight(date(one, 1, 1), site.zoneinfo) for one in (year, year + 1)))
        if not whole.start <= period.start <= period.end <= whole.end:
            return read_ledger(site, self._store, period, now)
        key = (site.id, year, now)
        if key not in self._years:
            while len(self._years) >= self._keep:
                del self._years[next(iter(self._years))]
            self._years[key] = read_ledger(site, self._store, whole, now)
        kept = self._years[key]
        return kept if kept.period == period else kept.cut(period)
