"""Tracks of many points fetched at once: a roll-up asks for a few days of every point, and a question each would take longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

import numpy as np

from premises.reading import Flag
from premises.site import Point
from stores.figures import TrackSource
from stores.track import EMPTY, Track

QUICK = timedelta(seconds=30)
"""Points that tell more often are asked for one by one: together they would take too much memory."""


class ManyTracks(TrackSource, Protocol):
    """A source that can answer for many points at once."""

    def tracks(self, points: Sequence[Point], start: int, end: int) -> Mapping[str, Track]:
        """All readings of the points (of one site) in the span, by point id; points without any may be missing."""
        ...


class Prefetched:
    """A TrackSource that holds a span of some points, and asks its source for anything else."""

    def __init__(self, source: ManyTracks, points: Sequence[Point], start: int, end: int) -> None:
        slow = [point for point in points if point.expected_every is None or point.expected_every >= QUICK]
        self._source = source
        self._start, self._end = start, end
        self._held = {point.id for point in slow}
        self._tracks = source.tracks(slow, start, end) if slow else {}

    def track(self, point: Point, start: int, end: int) -> Track:
        if point.id in self._held and self._start <= start and end <= self._end:
            return self._tracks.get(point.id, EMPTY).between(start, end)
        return self._source.track(point, start, end)

    def around(self, point: Point, start: int, end: int) -> Track:
        track = self._tracks.get(point.id, EMPTY).without(Flag.OUT_OF_RANGE)
        first, beyond = np.searchsorted(track.times, (start, end))
        if point.id in self._held and self._start <= start and end <= self._end and first > 0 and beyond < len(track):
            places = np.arange(len(track))
            return track.select((places >= first - 1) & (places <= beyond))
        return self._source.around(point, start, end)
