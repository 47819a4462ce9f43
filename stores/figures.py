"""Series and energy from any source of tracks: the one road from readings to figures, the same for every store."""

from __future__ import annotations

from typing import Protocol

import numpy as np

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
from stores.track import Track
from stores.windows import Windows, as_buckets, gathered, hold_of, quarters, raw_buckets


class TrackSource(Protocol):
    """Where tracks come from. Spans are `[start, end)` in µs."""

    def track(self, point: Point, start: int, end: int) -> Track:
        """All readings of the point in the span."""
        ...

    def around(self, point: Point, start: int, end: int) -> Track:
        """All readings in the span, the last one before it and the first one after it."""
        ...

    def quarters(self, point: Point, start: int, end: int) -> Windows:
        """Figures of the quarter hours in the span."""
        ...

    def energy_quarters(self, point: Point, start: int, end: int) -> EnergyWindows:
        """Energy of the quarter hours of the UTC days in the span (both ends UTC midnights)."""
        ...


def quarters_from_readings(source: TrackSource, point: Point, start: int, end: int) -> Windows:
    """Quarter hours straight from the readings."""
    hold = hold_of(point)
    return quarters(source.track(point, start - hold, end), hold, start, end)


def energy_from_readings(source: TrackSource, point: Point, start: int, end: int) -> EnergyWindows:
    """Energy of quarter hours straight from the readings."""
    track = source.around(point, start - CONTEXT_US, end + CONTEXT_US)
    return energy_quarters(track, largest_gap(point), limit_per_hour(point), start, end)


def series_of(source: TrackSource, site: Site, point: Point, interval: Interval, resolution: Resolution) -> list[Bucket]:
    """The port's `series`."""
    if resolution is Resolution.RAW:
        return raw_buckets(source.track(point, micros(interval.start), micros(interval.end)), point)
    wanted = edges(resolution, interval, site.zoneinfo)
    if len(wanted) < 2:
        return []
    found = source.quarters(point, int(wanted[0]), int(wanted[-1]))
    if resolution is Resolution.MONTH:
        found = gathered(found, edges(Resolution.DAY, _span(interval, site, resolution), site.zoneinfo))
    return as_buckets(found if resolution is Resolution.QUARTER else gathered(found, wanted))


def energy_of(source: TrackSource, site: Site, point: Point, interval: Interval, resolution: Resolution) -> list[EnergyBucket]:
    """The port's `energy`. Raises UnitError for a point that is no counter."""
    if not point.quantity.counter or point.quantity.kind is not ValueKind.NUMBER:
        raise UnitError(f"{point.id} is no counter: {point.quantity.name} does not add up; ask for its series")
    wanted = edges(resolution, interval, site.zoneinfo)
    if len(wanted) < 2:
        return []
    start, end = int(wanted[0]), int(wanted[-1])
    days = source.energy_quarters(point, start // DAY_US * DAY_US, -(-end // DAY_US) * DAY_US)
    found = _cut(days, start, end)
    if resolution is Resolution.MONTH:
        found = gathered_energy(found, edges(Resolution.DAY, _span(interval, site, resolution), site.zoneinfo))
    return as_energy_buckets(found if resolution is Resolution.QUARTER else gathered_energy(found, wanted))


def _span(interval: Interval, site: Site, resolution: Resolution) -> Interval:
    """The interval widened to whole windows."""

    whole = edges(resolution, interval, site.zoneinfo)
    return Interval(instant(whole[0]), instant(whole[-1]))


def _cut(windows: EnergyWindows, start: int, end: int) -> EnergyWindows:
    first, last = np.searchsorted(windows.edges, (start, end))
    return EnergyWindows(
        windows.edges[first : last + 1],
        windows.amount[first:last],
        windows.estimated[first:last],
        windows.covered[first:last],
        windows.known[first:last],
    )
