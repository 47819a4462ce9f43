"""Thermostatic valves and room thermostats: a proportional band, a slow motor, and a dead zone before it moves at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulators.noise import Array

_BAND_K = 1.0  # from shut to open
_LEAD_K = 0.5  # open this much of the band at the setpoint, so that the room is held near it
_DEAD = 0.08  # smaller moves are not worth the battery
_TRAVEL_PER_MIN = 0.35


class Valves:
    """All valves as arrays of shape (valves,): the zone of each, setpoint in °C, opening from 0 to 1.

    `stuck` valves keep their opening. In cooling the band works the other way round, above `cool_setpoint_c`.
    """

    def __init__(self, zones: Sequence[int], setpoints_c: Sequence[float], zone_count: int) -> None:
        self.zone: NDArray[np.intp] = np.array(zones, dtype=np.intp)
        self.setpoint_c: Array = np.array(setpoints_c, dtype=float)
        self.opening: Array = np.zeros(len(self.zone))
        self.stuck: NDArray[np.bool_] = np.zeros(len(self.zone), dtype=bool)
        self._zone_count = zone_count
        self._per_zone = np.maximum(np.bincount(self.zone, minlength=zone_count), 1)

    def step(self, felt_c: Array, cooling: NDArray[np.bool_], cool_setpoint_c: Array, allowed: NDArray[np.bool_]) -> Array:
        """Move for one minute; mean opening of each zone's valves, shape (zones,). felt_c, cooling, …: shape (zones,)."""
        felt, cools = felt_c[self.zone], cooling[self.zone]
        error = np.where(cools, felt - cool_setpoint_c[self.zone], self.setpoint_c - felt)
        wanted = np.clip((error + _LEAD_K) / _BAND_K, 0.0, 1.0)
        wanted = np.where(allowed[self.zone], wanted, 0.0)
        move = wanted - self.opening
        worth = (np.abs(move) >= _DEAD) | (wanted == 0.0) | (wanted == 1.0)
        move = np.where(worth & ~self.stuck, np.clip(move, -_TRAVEL_PER_MIN, _TRAVEL_PER_MIN), 0.0)
        self.opening = self.opening + move
        return self.zone_opening()

    def zone_opening(self) -> Array:
        """Mean opening of each zone's valves, 0 where it has none; shape (zones,)."""
        return np.bincount(self.zone, weights=self.opening, minlength=self._zone_count) / self._per_zone
