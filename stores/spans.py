"""Windows of time and how spans fall into them. All windows are made of quarter hours, so no figure depends on the road
taken to it: raw readings make quarters, quarters make hours and days, days make months, on every store alike."""

from __future__ import annotations

from datetime import date, tzinfo
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premises.ports import Resolution
from premises.time import Interval, following_month, local_days, local_midnight
from stores.instants import QUARTER_US, micros
from stores.track import Floats, Micros

HOUR_US = 4 * QUARTER_US
MOST_WINDOWS = 400_000  # eleven years of quarters: beyond that a question is a mistake


def edges(resolution: Resolution, interval: Interval, zone: tzinfo) -> Micros:
    """Edges (µs) of all windows that touch the interval: n windows have n + 1 edges. Days and months are cut in `zone`.

    Raises ValueError for RAW, which has no windows, and for more windows than anyone can mean.
    """
    if resolution is Resolution.RAW:
        raise ValueError("raw readings have no windows; ask for quarter, hour, day or month")
    if interval.start == interval.end:
        return np.array([micros(interval.start)], np.int64)
    if resolution in (Resolution.QUARTER, Resolution.HOUR):
        width = QUARTER_US if resolution is Resolution.QUARTER else HOUR_US
        first, end = micros(interval.start) // width, -(-micros(interval.end) // width)
        if end - first > MOST_WINDOWS:
            raise ValueError(f"{end - first} windows of a {resolution.value} are too many; ask for at most {MOST_WINDOWS}")
        return np.arange(first, end + 1, dtype=np.int64) * width
    return _local_edges(resolution, interval, zone)


@lru_cache(maxsize=64)
def _local_edges(resolution: Resolution, interval: Interval, zone: tzinfo) -> Micros:
    """Of days and months; the same for every point that is asked for the same years, so remembered, and not to be written to."""
    days = list(local_days(interval, zone))
    if resolution is Resolution.MONTH:
        days = sorted({day.replace(day=1) for day in days})
    after = date.fromordinal(days[-1].toordinal() + 1)
    if resolution is Resolution.MONTH:
        after = following_month(days[-1])
    found = np.array([micros(local_midnight(day, zone)) for day in (*days, after)], np.int64)
    found.flags.writeable = False
    return found


def quarter_edges(start: int, end: int) -> Micros:
    """Edges of the quarter hours from `start` to `end`, both multiples of a quarter hour."""
    return np.arange(start // QUARTER_US, end // QUARTER_US + 1, dtype=np.int64) * QUARTER_US


def over_quarters(starts: Micros, ends: Micros, first: int) -> tuple[NDArray[Any], NDArray[Any], Micros]:
    """Cut spans at quarter hours: (index of the span, index of the quarter counted from `first`, length µs) of each piece."""
    low, high = (starts - first) // QUARTER_US, (ends - 1 - first) // QUARTER_US
    pieces = high - low + 1
    if len(pieces) and pieces.max() == 1:
        return np.arange(len(starts)), low, ends - starts
    owner = np.repeat(np.arange(len(starts)), pieces)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    quarter = low[owner] + within
    begin = np.maximum(starts[owner], first + quarter * QUARTER_US)
    finish = np.minimum(ends[owner], first + (quarter + 1) * QUARTER_US)
    return owner, quarter, finish - begin


def total(weights: Floats, places: NDArray[Any], count: int) -> Floats:
    """Sum of weights by place, added in order: the same inputs give the same bits."""
    return np.bincount(places, weights=weights, minlength=count).astype(np.float64, copy=False)


def total_us(weights: Micros, places: NDArray[Any], count: int) -> Micros:
    """Sum of whole microseconds by place; exact, as a window holds far fewer than 2**53 of them."""
    return np.bincount(places, weights=weights, minlength=count).astype(np.int64)


def place_in(edges_of_windows: Micros, starts: Micros) -> NDArray[Any]:
    """Index of the window that holds each start."""
    return np.searchsorted(edges_of_windows, starts, side="right") - 1
