"""Reading a year before for baselines: whole days of the boundary's meters, and temperatures by local day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import numpy as np

from premises.errors import UnknownNameError
from premises.ports import Resolution, TelemetryStore
from premises.site import Point, Site
from premises.tariff import Carrier
from premises.time import Interval
from reports.inputs import Sources, period_of
from reports.ledger import IMPORT, Ledger
from reports.ledger.read import read_ledger
from reports.ledger.years import boundary_of

KNOWN_ENOUGH = 0.5
"""Share of a year's quarter hours that a boundary meter must tell for the year to be worth a try."""


def baseline_years(site: Site, first: date) -> list[int]:
    """Years to take as baseline, the best first: the one that the site's funds state, then the year before the period."""
    stated = [
        told.baseline_year
        for fund in site.funds
        for told in (fund.operation.indicators if fund.operation else ())
        if told.baseline_year is not None and told.baseline_year < first.year
    ]
    return list(dict.fromkeys([*sorted(stated)[:1], first.year - 1]))


def read_baseline(site: Site, sources: Sources, first: date, now: datetime) -> Ledger | None:
    """The first of those years that the boundary tells at least half of, with corrections; None where none is stored."""
    for year in baseline_years(site, first):
        span = period_of(site, date(year, 1, 1), date(year, 12, 31))
        if sources.ledgers is not None:
            ledger = sources.ledgers.boundary(site, span, now)
        else:
            ledger = read_ledger(boundary_of(site), sources.store, span, now)
        if sources.correct is not None:
            ledger = sources.correct(ledger.site, ledger)
        if _told(ledger) >= KNOWN_ENOUGH:
            return ledger
    return None


def _told(ledger: Ledger) -> float:
    grids = [meter.id for meter in ledger.site.meters if meter.role == "grid" and meter.carrier is Carrier.ELECTRICITY]
    told = [1.0 - float(np.isnan(ledger.arrays(name, IMPORT)[0]).mean()) for name in grids if ledger.has(name) and len(ledger.kwh)]
    return min(told, default=0.0)


def outdoor_days(site: Site, store: TelemetryStore, spans: Sequence[Interval], now: datetime) -> dict[date, float]:
    """Mean of the outdoor air by local day."""
    points = [point for point in site.points_of("outdoor") if point.quantity.name == "outdoor_temperature"]
    found: dict[date, float] = {}
    for span in spans:
        found |= _means(site, store, points, span, now)
    return found


def inside_days(site: Site, store: TelemetryStore, span: Interval, now: datetime) -> Mapping[str, Mapping[date, float]]:
    """Mean of the air by heated zone and local day."""
    zones = [zone.id for zone in site.zones if zone.heating_plant is not None]
    return {zone: _means(site, store, site.points_of(zone, "air_temperature"), span, now) for zone in zones}


def _means(site: Site, store: TelemetryStore, points: Sequence[Point], span: Interval, now: datetime) -> dict[date, float]:
    end = min(span.end, max(now, span.start))
    if not points or span.start >= end:
        return {}
    try:
        buckets = store.series(site.id, points[0].id, Interval(span.start, end), Resolution.DAY)
    except UnknownNameError:
        return {}
    days: dict[date, list[float]] = {}
    for bucket in buckets:
        if bucket.mean is not None:
            days.setdefault(bucket.start.astimezone(site.zoneinfo).date(), []).append(bucket.mean)
    return {day: float(np.mean(means)) for day, means in days.items()}
