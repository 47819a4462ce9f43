"""What a model does not explain now: a disturbance in K per slot, followed online by a Kalman filter in its steady state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rules.thermal import ZoneModel, bent
from rules.trace import GUESSED_K, Trace

GAIN = 0.08
"""Steady-state gain for sensor noise of 0.1 K against a disturbance that wanders by about 0.01 K per slot and slot."""
MOST_K = 0.15


class Drift:
    """The disturbance of each zone with a learned model."""

    def __init__(self) -> None:
        self.by_zone: dict[str, float] = {}

    def follow(self, models: Mapping[str, ZoneModel], trace: Trace, mass: Mapping[str, tuple[datetime, float]]) -> None:
        """Compare the slot that has just closed with what the model made of the one before it."""
        for zone, model in models.items():
            air = trace.last(f"{zone}/air", 2)
            if len(air) < 2 or zone not in mass or len(trace.last(f"{zone}/heat", 2 + model.delay)) < 2 + model.delay:
                continue
            outdoor, sun = _before(trace, "outdoor"), _before(trace, "sun")
            heat = passed(trace, zone, model.bend, 2 + model.delay)
            gains = _before(trace, f"{zone}/gains")
            told = self.by_zone.get(zone, 0.0)
            free = model.sun * (0.0 if sun != sun else sun) + model.gain * (0.0 if gains != gains else gains)
            for other, weight in model.neighbours.items():
                beside = _before(trace, f"{other}/air")
                free += weight * (beside - air[0]) if beside == beside else 0.0
            door = _before(trace, f"{zone}/door")
            free += model.door * (0.0 if door != door else door) * (outdoor - air[0])
            expected, _ = model.step(air[0], mass[zone][1], outdoor, heat[0], free)
            wrong = air[1] - expected - told
            if wrong == wrong and not _guessed(trace, zone, air[0]):
                self.by_zone[zone] = min(MOST_K, max(-MOST_K, told + GAIN * wrong))


def passed(trace: Trace, zone: str, bend: float, count: int) -> tuple[float, ...]:
    """Heat in W of the newest closed slots as the zone's valves passed it, oldest first; NaN where it is not known."""
    heat, opening = trace.last(f"{zone}/heat", count), trace.last(f"{zone}/opening", count)
    if bend == 0.0 or len(opening) < len(heat):
        return heat
    return tuple(w * bent(f, bend) if f == f else w for w, f in zip(heat, opening, strict=True))


def _guessed(trace: Trace, zone: str, air_c: float) -> bool:
    """Whether its heat was but guessed, near what is wanted: then what the model does not explain is the guess."""
    opening, wanted = _before(trace, f"{zone}/opening"), _before(trace, f"{zone}/wanted")
    return opening != opening and abs(wanted - air_c) < GUESSED_K


def _before(trace: Trace, column: str, delay: int = 0) -> float:
    """The column in the slot before the last, or earlier by a dead time; NaN where not known."""
    found = trace.last(column, 2 + delay)
    return found[0] if len(found) == 2 + delay else float("nan")
