"""Tracks from memory: figures can be tested without any store."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import numpy as np

from premises.site import Point
from stores.energy import EnergyWindows, gathered_energy
from stores.figures import energy_between, energy_from_readings, quarters_from_readings
from stores.track import Micros, Track
from stores.windows import Windows, gathered


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

    def days(self, point: Point, day_edges: Micros, zone: ZoneInfo) -> Windows:
        return gathered(self.quarters(point, int(day_edges[0]), int(day_edges[-1])), day_edges)

    def energy_days(self, point: Point, day_edges: Micros, zone: ZoneInfo) -> EnergyWindows:
        return gathered_energy(energy_between(self, point, int(day_edges[0]), int(day_edges[-1])), day_edges)
