"""A batch of readings as columns, where all of it is plainly right: checked and turned in one go, not reading by reading.

What is not plainly right (a text, a flag of quality, another type, an odd time, an unknown point) goes the careful way of
`prepared`, which names it; the answer is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from premises.reading import Quality, Reading
from premises.site import Point
from stores.prepared import EARLIEST_US, LATEST_US, PLAINLY

_AWARE = pa.timestamp("us", tz="UTC")
_ONLY_UTC = {UTC}


class Columns(NamedTuple):
    """names: of points; times and received: µs; values: numbers, flags as 0 and 1. All plainly measured."""

    names: list[str]
    times: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    received: npt.NDArray[np.int64]


def plain_columns(points: Mapping[str, Point], readings: Sequence[Reading]) -> Columns | None:
    """The columns, None where any reading needs a closer look."""
    names = [reading.point for reading in readings]
    if not points.keys() >= (distinct := set(names)):
        return None
    types = {name: PLAINLY[points[name].quantity.kind] for name in distinct}
    values = [reading.value for reading in readings]
    if str in types.values() or [types[name] for name in names] != list(map(type, values)):
        return None
    if any(reading.flags for reading in readings) or {reading.quality for reading in readings} != {Quality.MEASURED}:
        return None
    times, received = [reading.time for reading in readings], [reading.received_at for reading in readings]
    if {time.tzinfo for time in times} != _ONLY_UTC or {time.tzinfo for time in received} != _ONLY_UTC:
        return None
    numbers = np.array(values, np.float64)
    at, came = (pa.array(told, _AWARE).view(pa.int64()).to_numpy() for told in (times, received))
    right = np.isfinite(numbers).all() and at.min() >= EARLIEST_US and (at <= came).all() and came.max() < LATEST_US
    return Columns(names, at, numbers, came) if right else None


def newest_rows(points: npt.NDArray[np.int32], times: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The row of the newest reading of each point; of several at one instant the last."""
    order = np.lexsort((np.arange(len(times)), times, points))
    ordered = points[order]
    last = np.append(ordered[1:] != ordered[:-1], True)
    rows: npt.NDArray[np.int64] = order[last]
    return rows
