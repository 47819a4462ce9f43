"""A batch of readings as columns, where all of it is plainly right: checked and turned in one go, not reading by reading.

What is not plainly right (a text, a flag of quality, another type, an odd time, an unknown point) goes the careful way of
`prepared`, which names it; the answer is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from premises.reading import Quality, Reading, Sheaf, Value
from premises.site import Point
from stores.prepared import EARLIEST_US, LATEST_US, PLAINLY

_AWARE = pa.timestamp("us", tz="UTC")
_ONLY_UTC = {UTC}
_NEVER = np.iinfo(np.int64).max


class Columns(NamedTuple):
    """points: ids, each once; places: by row, where its point stands there; times and received: µs; values: numbers, flags as 0
    and 1. All plainly measured."""

    points: tuple[str, ...]
    places: npt.NDArray[np.int32]
    times: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    received: npt.NDArray[np.int64]

    @property
    def names(self) -> list[str]:
        """The point of each row."""
        return [self.points[place] for place in self.places]


def plain_columns(points: Mapping[str, Point], readings: Sequence[Reading]) -> Columns | None:
    """The columns, None where any reading needs a closer look."""
    names = [reading.point for reading in readings]
    distinct = dict.fromkeys(names)
    if not points.keys() >= distinct.keys():
        return None
    types = {name: PLAINLY[points[name].quantity.kind] for name in distinct}
    values = [reading.value for reading in readings]
    if str in types.values() or [types[name] for name in names] != list(map(type, values)):
        return None
    if any(reading.flags for reading in readings) or {reading.quality for reading in readings} != {Quality.MEASURED}:
        return None
    times, received = [reading.time for reading in readings], [reading.received_at for reading in readings]
    if not _all_utc(times) or not _all_utc(received):
        return None
    at, came = _micros(times), _micros(received)
    place_of = {name: place for place, name in enumerate(distinct)}
    places = np.array([place_of[name] for name in names], np.int32)
    numbers = np.array(values, np.float64)
    return Columns(tuple(distinct), places, at, numbers, came) if _right(numbers, at, came) else None


def sheaf_columns(points: Mapping[str, Point], sheaves: Sequence[Sheaf]) -> Columns | None:
    """As plain_columns, of the readings of the sheaves in their order; what messages of one form share is looked at once."""
    forms = [sheaf.points for sheaf in sheaves]
    distinct = dict.fromkeys(chain.from_iterable(dict.fromkeys(forms)))
    if not points.keys() >= distinct.keys() or any(sheaf.marks is not None for sheaf in sheaves):
        return None
    told = [sheaf.values for sheaf in sheaves]
    if not _rightly_typed(points, forms, told):
        return None
    times, received = [sheaf.time for sheaf in sheaves], [sheaf.received_at for sheaf in sheaves]
    if not _all_utc(times) or not _all_utc(received):
        return None
    place_of = {name: place for place, name in enumerate(distinct)}
    of_form = {form: np.array([place_of[name] for name in form], np.int32) for form in dict.fromkeys(forms)}
    places = np.concatenate([of_form[form] for form in forms])
    numbers = np.fromiter(chain.from_iterable(told), np.float64, len(places))
    sizes = [*map(len, told)]
    at, came = np.repeat(_micros(times), sizes), np.repeat(_micros(received), sizes)
    return Columns(tuple(distinct), places, at, numbers, came) if _right(numbers, at, came) else None


def _rightly_typed(points: Mapping[str, Point], forms: Sequence[tuple[str, ...]], told: Sequence[Sequence[Value]]) -> bool:
    """Whether each value is of the type of its point, and none is a text."""
    of_form = {form: tuple(PLAINLY[points[name].quantity.kind] for name in form) for form in dict.fromkeys(forms)}
    wanted = {*chain.from_iterable(of_form.values())}
    if str in wanted or [*map(len, told)] != [*map(len, forms)]:
        return False
    if len(wanted) == 1:
        return {*map(type, chain.from_iterable(told))} == wanted
    return all(tuple(map(type, values)) == of_form[form] for form, values in zip(forms, told, strict=True))


def _all_utc(instants: Sequence[datetime]) -> bool:
    return {one.tzinfo for one in instants} == _ONLY_UTC


def _micros(instants: Sequence[datetime]) -> npt.NDArray[np.int64]:
    micros: npt.NDArray[np.int64] = pa.array(instants, _AWARE).view(pa.int64()).to_numpy()
    return micros


def _right(numbers: npt.NDArray[np.float64], at: npt.NDArray[np.int64], came: npt.NDArray[np.int64]) -> bool:
    return bool(np.isfinite(numbers).all() and at.min() >= EARLIEST_US and (at <= came).all() and came.max() < LATEST_US)


def newest_rows(points: npt.NDArray[np.int32], times: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The row of the newest reading of each point; of several at one instant the last. points: small numbers, none below 0."""
    if bool((times[1:] >= times[:-1]).all()):  # as messages come: of each point its last row
        last = np.full(int(points.max()) + 1, -1, np.int64)
        last[points] = np.arange(len(points))  # of several for one place numpy keeps the last
        return last[last >= 0]
    order = np.lexsort((np.arange(len(times)), times, points))
    ordered = points[order]
    rows: npt.NDArray[np.int64] = order[np.append(ordered[1:] != ordered[:-1], True)]
    return rows


def oldest_of_each(
    points: npt.NDArray[np.int32], times: npt.NDArray[np.int64], since: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """The points that have readings at or after `since` (µs), and the oldest instant of those of each."""
    late_enough = times >= since
    points, times = points[late_enough], times[late_enough]
    oldest = np.full(int(points.max()) + 1 if len(points) else 0, _NEVER, np.int64)
    np.minimum.at(oldest, points, times)
    there = np.flatnonzero(oldest != _NEVER)
    return there.astype(np.int32), oldest[there]
