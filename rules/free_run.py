"""A model left alone on what was observed: its air from measured starts on, for as long as one likes, many starts at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rules.thermal import STEP_H, ZoneModel, bent
from rules.trace import Record

Array = NDArray[np.float64]
DAY = 96
MOST_QUANTILE = 0.98
"""The most heat that a zone gets is taken as this quantile of what was seen."""


def mass_course(air: Array, tau_h: float) -> Array:
    """The slow mass by slot: the air filtered; gaps hold. It starts at the mean of the first day."""
    mass = np.empty(len(air))
    known = air[~np.isnan(air)]
    value = float(known[:DAY].mean()) if len(known) else np.nan
    share = STEP_H / tau_h
    for index, now in enumerate(air.tolist()):
        mass[index] = value
        if now == now:  # not a gap
            value += share * (now - value)
    return mass


def delayed(heat: Array, slots: int) -> Array:
    """Heat as it acts: later by the dead time."""
    return heat if slots == 0 else np.concatenate([np.full(slots, heat[0]), heat[:-slots]])


def held(column: Array) -> Array:
    """Gaps filled with the value before them, leading ones with the first known."""
    known = np.flatnonzero(~np.isnan(column))
    if len(known) == 0:
        return np.zeros(len(column))
    last = np.maximum.accumulate(np.where(np.isnan(column), -1, np.arange(len(column))))
    result: Array = column[np.where(last < 0, known[0], last)]
    return result


def heat_given(record: Record, bend: float) -> Array:
    """Heat in W as valves pass it: those that are half open pass more than half, by `bend`. NaN where it is not known."""
    if record.opening is None or bend == 0.0:
        return record.heat
    result: Array = record.heat * bent(np.nan_to_num(record.opening, nan=1.0), bend)
    return result


class FreeRuns:
    """What drives a zone, prepared once for models that share time constant, dead time and bend; starts: slots in the record.

    Unknown drivers are held from before, unknown heat, gains and sun are none. Where heat is but guessed from a setpoint that is
    near, the regulator is taken to do what was seen: the air is brought as close to the measured as any heat up to the most can.
    """

    def __init__(self, like: ZoneModel, record: Record, starts: Sequence[int], slots: int = DAY) -> None:
        self.air, self.mass = held(record.air), mass_course(record.air, like.tau_h)
        self.outdoor, self.door = held(record.outdoor), np.nan_to_num(record.door)
        self.sun, self.gains = np.nan_to_num(record.sun), np.nan_to_num(record.gains)
        self.heat = delayed(np.nan_to_num(heat_given(record, like.bend)), like.delay)
        self.beside = {name: held(air) for name, air in record.neighbours.items()}
        self.first, self.slots, self.keep = np.array(starts, dtype=int), slots, STEP_H / like.tau_h
        self.guessed = record.guessed()
        self.most_w = float(np.nanquantile(record.heat, MOST_QUANTILE)) if self.guessed.any() else 0.0

    def run(self, model: ZoneModel, colder_k: float = 0.0) -> Array:
        """Air by the model alone, shape (starts, slots + 1). colder_k: by how much the mass was colder at first than is taken."""
        push = model.heat * self.heat + model.sun * self.sun + model.gain * self.gains
        weight = model.mass + 0.0 * self.door
        leak = model.outdoor + model.door * self.door
        push = push + leak * self.outdoor
        weight = weight + leak
        for name, conductance in model.neighbours.items():
            if name in self.beside:
                push = push + conductance * self.beside[name]
                weight = weight + conductance
        rest = 1.0 - weight
        now, slow = self.air[self.first], self.mass[self.first] - colder_k * (1.0 - self.keep) ** self.first
        course, guesses = [now], bool(self.guessed.any())
        for step in range(self.slots):
            at = self.first + step
            now, slow = rest[at] * now + model.mass * slow + push[at], slow + self.keep * (now - slow)
            if guesses:
                cold = now - model.heat * self.heat[at]
                kept = np.clip(self.air[np.minimum(at + 1, len(self.air) - 1)], cold, cold + model.heat * self.most_w)
                now = np.where(self.guessed[at], kept, now)
            course.append(now)
        return np.stack(course, axis=1)


def free_runs(model: ZoneModel, record: Record, starts: Sequence[int], slots: int = DAY) -> Array:
    """Air by the model alone from measured starts, shape (starts, slots + 1); unknown drivers are held from before."""
    return FreeRuns(model, record, starts, slots).run(model)
