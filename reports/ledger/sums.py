"""Sums of the ledger with what they rest on: measured, estimated, corrected and missing apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from premises.site import Meter, Site
from premises.tariff import Carrier
from premises.time import Interval, following_month, utc
from reports.content import Evidence
from reports.ledger.columns import EXPORT, IMPORT, Ledger


@dataclass(frozen=True, slots=True)
class RegisterSum:
    """One register over an interval. kwh None: nothing is known of it; quarters: expected, known: those of which anything is."""

    site: str
    meter: str
    register: str
    interval: Interval
    kwh: float | None
    estimated_kwh: float
    corrected_kwh: float
    completeness: float
    quarters: int
    known: int

    @property
    def measured_kwh(self) -> float:
        return max(0.0, (self.kwh or 0.0) - self.estimated_kwh - self.corrected_kwh)

    @property
    def missing(self) -> float:
        """Share of the time of which nothing is known."""
        return 1.0 - self.known / self.quarters if self.quarters else 1.0

    def evidence(self, sign: int = 1) -> Evidence:
        return Evidence(
            self.site,
            self.meter,
            self.register,
            self.interval,
            self.kwh,
            self.estimated_kwh,
            self.corrected_kwh,
            self.completeness,
            sign,
        )


def register_sum(ledger: Ledger, meter: str, register: str = IMPORT, within: Interval | None = None) -> RegisterSum:
    """The sum of what is known; a gap adds nothing and lowers the completeness. One that is not there is not known."""
    span = Interval(ledger.period.start, ledger.until) if within is None else within
    if not ledger.has(meter, register):
        return RegisterSum(ledger.site.id, meter, register, span, None, 0.0, 0.0, 0.0, 0, 0)
    first, beyond = (0, len(ledger.kwh)) if within is None else ledger.span(span)
    kwh, estimated, corrected, complete = (values[first:beyond] for values in ledger.arrays(meter, register))
    known = ~np.isnan(kwh)
    return RegisterSum(
        ledger.site.id,
        meter,
        register,
        span,
        float(kwh[known].sum()) if known.any() else None,
        float(estimated[known].sum()),
        float(corrected[known].sum()),
        float(complete.mean()) if len(complete) else 0.0,
        len(kwh),
        int(known.sum()),
    )


def meters(site: Site, role: str | None = None, carrier: Carrier | None = None) -> list[Meter]:
    """Meters of a role and carrier, in the site file's order."""
    return [m for m in site.meters if (role is None or m.role == role) and (carrier is None or m.carrier is carrier)]


def added(ledger: Ledger, names: Iterable[str], register: str = IMPORT) -> pd.Series[float]:
    """Several registers by quarter hour; a quarter hour in which any is missing is missing. Empty where there is none."""
    columns = [ledger.arrays(name, register)[0] for name in names if ledger.has(name, register)]
    if not columns:
        return pd.Series(np.nan, index=ledger.kwh.index, dtype="float64")
    together = columns[0].copy()
    for column in columns[1:]:
        together = together + column
    return pd.Series(together, index=ledger.kwh.index)


def local_months(ledger: Ledger) -> list[tuple[date, Interval]]:
    """The local months of the past part, each with its first day and its span within the period."""
    zone, until = ledger.site.zoneinfo, ledger.until
    found, start = [], ledger.period.start
    while start < until:
        local = start.astimezone(zone)
        following = following_month(local)
        end = min(until, utc(pd.Timestamp(following).tz_localize(zone).to_pydatetime()))
        found.append((local.date().replace(day=1), Interval(start, end)))
        start = end
    return found


def local_index(ledger: Ledger) -> pd.DatetimeIndex:
    """The starts of the quarter hours in the site's local time."""
    index = ledger.kwh.index
    assert isinstance(index, pd.DatetimeIndex)
    return index.tz_convert(ledger.site.timezone)


def known_sum(sums: Sequence[RegisterSum]) -> float | None:
    """Their sum; None where any of them is not known at all."""
    return None if not sums or any(one.kwh is None for one in sums) else sum(one.kwh or 0.0 for one in sums)


def boundary(ledger: Ledger, carrier: Carrier) -> list[RegisterSum]:
    """Sums of the boundary meters of a carrier."""
    return [register_sum(ledger, meter.id) for meter in meters(ledger.site, "grid", carrier)]


def exported(ledger: Ledger) -> list[RegisterSum]:
    """Export registers of the boundary's electricity meters, gross."""
    grids = meters(ledger.site, "grid", Carrier.ELECTRICITY)
    return [register_sum(ledger, meter.id, EXPORT) for meter in grids if ledger.has(meter.id, EXPORT)]
