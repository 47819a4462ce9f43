"""A track: the readings of one point over a span of time as arrays. Both stores answer with it; all figures come from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premises.quantities import ValueKind
from premises.reading import Flag, Reading, Value
from premises.site import Point
from stores.instants import instant
from stores.quality_marks import read_mark

Micros = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Track:
    """Readings of one point in order of time, each instant once.

    times: µs since the epoch, ascending; values: float64 (flags as 0 and 1, texts as 0); marks: by index, only for readings
    that are not plainly measured; texts: one per reading for points of texts, else empty; received: µs, or empty where it
    was not asked for.
    """

    times: Micros
    values: Floats
    marks: dict[int, str] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    received: Micros = field(default_factory=lambda: np.empty(0, np.int64))

    def __len__(self) -> int:
        return len(self.times)

    def flags(self, index: int) -> frozenset[Flag]:
        mark = self.marks.get(index)
        return read_mark(mark)[1] if mark else frozenset()

    def without(self, unwanted: Flag) -> Track:
        """The same without readings that carry the flag."""
        dropped = [index for index in self.marks if unwanted in self.flags(index)]
        if not dropped:
            return self
        keep = np.ones(len(self), bool)
        keep[dropped] = False
        return self.select(keep)

    def select(self, keep: NDArray[Any]) -> Track:
        """Readings where `keep` (booleans) holds."""
        places = np.flatnonzero(keep)
        marks = {new: self.marks[old] for new, old in enumerate(places.tolist()) if old in self.marks} if self.marks else {}
        texts = tuple(self.texts[i] for i in places) if self.texts else ()
        received = self.received[places] if len(self.received) else self.received
        return Track(self.times[places], self.values[places], marks, texts, received)

    def between(self, start: int, end: int) -> Track:
        """Readings in `[start, end)` µs."""
        if not len(self) or (self.times[0] >= start and self.times[-1] < end):
            return self
        return self.select((self.times >= start) & (self.times < end))


EMPTY = Track(np.empty(0, np.int64), np.empty(0, np.float64))


def newest_of_each(times: Micros, *columns: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Times (ascending, in order of writing within one instant) and columns with each instant once: the last written."""
    if len(times) < 2:
        return (times, *columns)
    keep = np.append(times[1:] != times[:-1], True)
    if keep.all():
        return (times, *columns)
    return (times[keep], *(column[keep] for column in columns))


def value_as(kind: ValueKind, number: float, text: str | None) -> Value:
    """The value in the type of its point."""
    if kind is ValueKind.TEXT:
        return text or ""
    return bool(number) if kind is ValueKind.FLAG else float(number)


def as_readings(track: Track, point: Point) -> list[Reading]:
    """The track as readings."""
    kind = point.quantity.kind
    times, values, received = track.times.tolist(), track.values.tolist(), track.received.tolist()
    texts = track.texts or (None,) * len(times)
    readings = []
    for index, (time, value, text, came) in enumerate(zip(times, values, texts, received, strict=True)):
        quality, flags = read_mark(track.marks.get(index))
        readings.append(Reading(point.id, instant(time), value_as(kind, value, text), instant(came), quality, flags))
    return readings
