"""Tracks from memory: figures can be tested without any store."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from premises.site import Point
from stores.energy import EnergyWindows
from stores.figures import energy_from_readings, quarters_from_readings
from stores.track import Track
from stores.windows import Windows


class MemorySource:
    """A TrackSource of given tracks by point id."""

    def __init__(self, tracks: Mapping[str, Track]) -> None:
        self._tracks = tracks

    def track(self, point: Point, start: int, end: int) -> Track:
        return self._tracks[point.id].between(start, end)

    def around(self, point: Point, start: int, end: int) -> Track:
        track = self._tracks[point.id]
        first, beyond = np.searchsorted(track.times, (start, end))
        places = np.arange(len(track))
        return track.select((places >= first - 1) & (places <= beyond))

    def quarters(self, point: Point, start: int, end: int) -> Windows:
        return quarters_from_readings(self, point, start, end)

    def energy_quarters(self, point: Point, start: int, end: int) -> EnergyWindows:
        return energy_from_readings(self, point, start, end)
