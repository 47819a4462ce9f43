"""Series and energy from any source of tracks: the one road from readings to figures, the same for every store."""

from __future__ import annotations

from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np

from premises.columns import EnergyColumns
from premises.errors import UnitError
from premises.ports import Bucket, EnergyBucket, Resolution
from premises.quantities import ValueKind
from premises.site import Point, Site
from premises.time import Interval
from stores.energy import (
    CONTEXT_US,
    EnergyWindows,
    as_energy_buckets,
    energy_quarters,
    gathered_energy,
    largest_gap,
    limit_per_hour,
)
from stores.instants import DAY_US, instant, micros
from stores.spans import edges
from stores.track import Micros, Track
from stores.windows import Windows, as_buckets, gathered, hold_of, quarters, raw_buckets


class TrackSource(Protocol):
    """Where readings come from. Spans are `[start, end)` in µs."""

    def track(self, point: Point, start: int, end: int) -> Track:
        """All readings of the point in the span."""
        ...

    def around(self, point: Point, start: int, end: int) -> Track:
        """All readings in the span, the last true one before it and the first true one after it (true: not out of range)."""
        ...


class FigureSource(Protocol):
    """Where figures by quarter hour and local day come from: made anew, or kept from before."""

    def quarters(self, point: Point, start: int, end: int) -> Windows:
        """Figures of the quarter hours in the span."""
        ...

    def energy_quarters(self, point: Point, start: int, end: int) -> EnergyWindows:
        """Energy of the quarter hours of the UTC days in the span (both ends UTC midnights)."""
        ...

    def days(self, point: Point, day_edges: Micros, zone: ZoneInfo) -> Windows:
        """Figures of the local days between the edges."""
        ...

    def energy_days(self, point: Point, day_edges: Micros, zone: ZoneInfo) -> EnergyWindows:
        """Energy of the local days between the edges."""
        ...


def quarters_from_readings(source: TrackSource, point: Point, start: int, end: int) -> Windows:
    """Quarter hours straight from the readings."""
    hold = hold_of(point)
    return quarters(source.track(point, start - hold, end), hold, start, end)


def energy_from_readings(source: TrackSource, point: Point, start: int, end: int) -> EnergyWindows:
    """Energy of quarter hours straight from the readings."""
    track = source.around(point, start - CONTEXT_US, end + CONTEXT_US)
    return energy_quarters(track, largest_gap(point), limit_per_hour(point), start, end)


def energy_between(figures: FigureSource, point: Point, start: int, end: int) -> EnergyWindows:
    """Energy of the quarter hours in a span whose ends are multiples of a quarter hour."""
    return figures.energy_quarters(point, start // DAY_US * DAY_US, -(-end // DAY_US) * DAY_US).between(start, end)


def series_of(
    readings: TrackSource, figures: FigureSource, site: Site, point: Point, interval: Interval, resolution: Resolution
) -> list[Bucket]:
    """The port's `series`: the one function that picks where windows of a resolution come from."""
    if resolution is Resolution.RAW:
        return raw_buckets(readings.track(point, micros(interval.start), micros(interval.end)), point)
    wanted = edges(resolution, interval, site.zoneinfo)
    if len(wanted) < 2:
        return []
    if resolution in (Resolution.DAY, Resolution.MONTH):
        found = figures.days(point, _days(wanted, site), site.zoneinfo)
    else:
        found = figures.quarters(point, int(wanted[0]), int(wanted[-1]))
    return as_buckets(found if len(found) == len(wanted) - 1 else gathered(found, wanted))


def energy_of(figures: FigureSource, site: Site, point: Point, interval: Interval, resolution: Resolution) -> list[EnergyBucket]:
    """The port's `energy`. Raises UnitError for a point that is no counter."""
    found = energy_windows_of(figures, site, point, interval, resolution)
    return [] if found is None else as_energy_buckets(found)


def energy_columns_of(figures: FigureSource, site: Site, point: Point, interval: Interval, resolution: Resolution) -> EnergyColumns:
    """The port's `energy_columns` of one point. Raises UnitError for a point that is no counter."""
    found = energy_windows_of(figures, site, point, interval, resolution)
    if found is None:
        nothing = np.empty(0)
        return EnergyColumns(np.empty(0, np.int64).data, nothing.data, nothing.data, nothing.data)
    share = np.minimum(found.covered / np.diff(found.edges), 1.0)
    starts = np.ascontiguousarray(found.edges[:-1], np.int64)
    amount = np.where(found.known, found.amount, np.nan)
    return EnergyColumns(starts.data, amount.data, np.ascontiguousarray(found.estimated).data, share.data)


def energy_windows_of(
    figures: FigureSource, site: Site, point: Point, interval: Interval, resolution: Resolution
) -> EnergyWindows | None:
    """Windows that touch the interval, None where there are none."""
    if not point.quantity.counter or point.quantity.kind is not ValueKind.NUMBER:
        raise UnitError(f"{point.id} is no counter: {point.quantity.name} does not add up; ask for its series")
    wanted = edges(resolution, interval, site.zoneinfo)
    if len(wanted) < 2:
        return None
    if resolution in (Resolution.DAY, Resolution.MONTH):
        found = figures.energy_days(point, _days(wanted, site), site.zoneinfo)
    else:
        found = energy_between(figures, point, int(wanted[0]), int(wanted[-1]))
    return found if len(found) == len(wanted) - 1 else gathered_energy(found, wanted)


def _days(wanted: Micros, site: Site) -> Micros:
    """Edges of the local days between the first and the last edge."""
    return edges(Resolution.DAY, Interval(instant(wanted[0]), instant(wanted[-1])), site.zoneinfo)
