"""A store in memory, with marks and a shelf: roll-ups can be tried in thousands of stories without any database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from premises.ports import Bucket, EnergyBucket, Resolution
from premises.reading import Flag, Reading
from premises.site import Point, Site
from premises.time import Interval
from stores.figures import energy_of, series_of
from stores.instants import micros
from stores.quality_marks import mark_of
from stores.rollup import RolledUp, RollUps, moved_back
from stores.shelf import Mark, Rows, Shelving
from stores.track import EMPTY, Track

Kept = dict[tuple[str, Resolution], dict[int, tuple[object, ...]]]
COLUMNS = ("integral", "covered", "low", "high", "last", "count", "texts", "amount", "estimated", "energy_covered")
WHOLES = ("covered", "count", "energy_covered")


class MemoryShelf:
    """A Shelf of dictionaries."""

    def __init__(self) -> None:
        self.marks: dict[str, Mark] = {}
        self._kept: Kept = {}

    def mark(self, point: Point) -> Mark | None:
        return self.marks.get(point.id)

    def marks_now(self, points: Sequence[Point]) -> dict[str, Mark]:
        return {point.id: self.marks[point.id] for point in points if point.id in self.marks}

    def kept(self, point: Point, width: Resolution, start: int, end: int) -> Rows:
        rows = sorted((at, row) for at, row in self._kept.get((point.id, width), {}).items() if start <= at < end)
        columns = list(zip(*(row for _, row in rows), strict=True)) or [()] * len(COLUMNS)
        told = {
            name: np.array(column, np.int64 if name in WHOLES else np.float64)
            for name, column in zip(COLUMNS, columns, strict=True)
            if name != "texts"
        }
        return Rows(starts=np.array([at for at, _ in rows], np.int64), texts=tuple(columns[COLUMNS.index("texts")]), **told)  # type: ignore[arg-type]

    def put(self, shelvings: Sequence[Shelving], marks: Sequence[tuple[Point, Mark | None, Mark]]) -> None:
        for one in shelvings:
            before = self._kept.get((one.point.id, one.width), {})
            rest = {at: row for at, row in before.items() if not one.first <= at < one.beyond}
            columns = [getattr(one.rows, name) for name in COLUMNS]
            new = {at: tuple(column[row] for column in columns) for row, at in enumerate(one.rows.starts.tolist())}
            self._kept[one.point.id, one.width] = rest | new
        for point, before_mark, after in marks:
            if self.marks.get(point.id) == before_mark:
                self.marks[point.id] = after


class MemoryStore:
    """Readings of one site by point and instant; the figures come by the same code as those of every store."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._readings: dict[str, dict[int, Reading]] = {}
        self._tracks: dict[str, Track] = {}
        self._shelf = MemoryShelf()
        self._rolled = RollUps(self, self._shelf)

    def take_site(self, site: Site) -> None:
        self._site = site

    def write(self, readings: Sequence[Reading]) -> None:
        for reading in readings:
            self._readings.setdefault(reading.point, {})[micros(reading.time)] = reading
            self._tracks.pop(reading.point, None)
            mark = self._shelf.marks.get(reading.point)
            back = moved_back(mark, micros(reading.time)) if mark else None
            if back is not None:
                self._shelf.marks[reading.point] = back

    def roll_up(self, now: datetime) -> RolledUp:
        return self._rolled.run(self._site, self._site.points, now)

    def series(self, point: str, interval: Interval, resolution: Resolution) -> list[Bucket]:
        return series_of(self, self._rolled, self._site, self._site.point(point), interval, resolution)

    def energy(self, point: str, interval: Interval, resolution: Resolution) -> list[EnergyBucket]:
        return energy_of(self._rolled, self._site, self._site.point(point), interval, resolution)

    # -- tracks

    def track(self, point: Point, start: int, end: int) -> Track:
        return self._whole(point).between(start, end)

    def tracks(self, points: Sequence[Point], start: int, end: int) -> Mapping[str, Track]:
        return {point.id: self.track(point, start, end) for point in points}

    def around(self, point: Point, start: int, end: int) -> Track:
        track = self._whole(point).without(Flag.OUT_OF_RANGE)
        first, beyond = np.searchsorted(track.times, (start, end))
        places = np.arange(len(track))
        return track.select((places >= first - 1) & (places <= beyond))

    def last_before(self, point: Point, end: int) -> int | None:
        return max((time for time in self._true(point) if time < end), default=None)

    def first_from(self, point: Point, start: int) -> int | None:
        return min((time for time in self._true(point) if time >= start), default=None)

    def lasts(self, points: Sequence[Point]) -> dict[str, int]:
        return {point.id: max(self._readings[point.id]) for point in points if point.id in self._readings}

    def _true(self, point: Point) -> list[int]:
        return [time for time, one in self._readings.get(point.id, {}).items() if Flag.OUT_OF_RANGE not in one.flags]

    def _whole(self, point: Point) -> Track:
        if point.id not in self._tracks:
            told = sorted(self._readings.get(point.id, {}).items())
            if not told:
                return EMPTY
            marks = {row: mark for row, (_, one) in enumerate(told) if (mark := mark_of(one.quality, one.flags))}
            values = np.array([float(one.value) for _, one in told])
            self._tracks[point.id] = Track(np.array([time for time, _ in told], np.int64), values, marks)
        return self._tracks[point.id]
