"""A batch of readings as columns, where all of it is plainly right: checked and turned in one go, not reading by reading.

What is not plainly right (a text, a flag of quality, another type, an odd time, an unknown point) goes the careful way of
`prepared`, which names it; the answer is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from premises.reading import Quality, Reading, Sheaf
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
    return Columns(names, at, numbers, came) if _right(numbers, at, came) else None


def sheaf_columns(points: Mapping[str, Point], sheaves: Sequence[Sheaf]) -> Columns | None:
    """As plain_columns, of the readings of the sheaves in their order; what messages of one form share is looked at once."""
    types: dict[tuple[str, ...], tuple[type, ...]] = {}
    for sheaf in sheaves:
        of_form = types.get(sheaf.points)
        if of_form is None:
            if not points.keys() >= set(sheaf.points):
                return None
            of_form = types[sheaf.points] = tuple(PLAINLY[points[name].quantity.kind] for name in sheaf.points)
            if str in of_form:
                return None
        if sheaf.marks is not None or tuple(map(type, sheaf.values)) != of_form:
            return None
        if sheaf.time.tzinfo is not UTC or sheaf.received_at.tzinfo is not UTC:
            return None
    names = [*chain.from_iterable(sheaf.points for sheaf in sheaves)]
    numbers = np.array([*chain.from_iterable(sheaf.values for sheaf in sheaves)], np.float64)
    sizes = [len(sheaf.values) for sheaf in sheaves]
    instants = [sheaf.time for sheaf in sheaves], [sheaf.received_at for sheaf in sheaves]
    at, came = (np.repeat(pa.array(told, _AWARE).view(pa.int64()).to_numpy(), sizes) for told in instants)
    return Columns(names, at, numbers, came) if _right(numbers, at, came) else None


def _right(numbers: npt.NDArray[np.float64], at: npt.NDArray[np.int64], came: npt.NDArray[np.int64]) -> bool:
    return bool(np.isfinite(numbers).all() and at.min() >= EARLIEST_US and (at <= came).all() and came.max() < LATEST_US)


def newest_rows(points: npt.NDArray[np.int32], times: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The row of the newest reading of each point; of several at one instant the last."""
    order = np.lexsort((np.arange(len(times)), times, points))
    ordered = points[order]
    last = np.append(ordered[1:] != ordered[:-1], True)
    rows: npt.NDArray[np.int64] = order[last]
    return rows
