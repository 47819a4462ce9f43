"""Moving a learned model so that its one-day free runs come closest to what was seen, as far as what is known of buildings allows.

Differences over an hour bend weights towards zero where sensors are noisy; free runs do not. A week holds few warm-ups and few days
with people in: what they cannot tell stays near what holds in any room (maximum a posteriori): a watt of people or lamps
warms as much as one of the emitter, give or take a third; windows, doors and neighbours count for little until they are seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rules.free_run import DAY, FreeRuns
from rules.thermal import ZoneModel
from rules.trace import Record

Array = NDArray[np.float64]

STEPS = 8
START_EVERY = 12
"""Free runs start every three hours."""
LEAST_STARTS = 4
ERROR_K, INDEPENDENT = 0.3, 24
"""What free runs are thought to err by, and values a day that err on their own: so what is seen is weighed against beliefs."""
GAIN_SPREAD = 0.3
SUN_SPREAD_M2 = 15.0
"""Of glass without shade."""
DOOR_SPREAD, BESIDE_SPREAD = 0.1, 0.03
COLDER_SPREAD_K, COLDER_MOST_K = 2.0, 10.0
"""How far the mass was from the mean of the first day when the record began: nobody measures it."""
STEP_SHARE = 0.02


def run_starts(record: Record, since: int = 0) -> list[int]:
    """Slots from which one-day free runs begin: where the air is known, and a day follows."""
    return [i for i in range(since, len(record) - DAY, START_EVERY) if not np.isnan(record.air[i])]


def refined(model: ZoneModel, record: Record) -> ZoneModel:
    """The model with its weights moved, none negative; itself where too little is known, or heat shows no effect."""
    starts = run_starts(record, DAY // 2)
    if len(starts) < LEAST_STARTS:
        return model
    runs = FreeRuns(model, record, starts)
    seen = np.stack([record.air[i + 1 : i + DAY + 1] for i in starts])
    known = ~np.isnan(seen)
    days = int(np.count_nonzero(~np.isnan(record.air))) / DAY
    scale = math.sqrt(INDEPENDENT * days / max(1, int(np.count_nonzero(known)))) / ERROR_K

    def wrong(numbers: Array) -> Array:
        told = runs.run(_with(model, numbers[:-1]), float(numbers[-1] - COLDER_MOST_K))[:, 1:]
        return np.concatenate([scale * (seen - told)[known], _unlikely(numbers)])

    final = _with(model, _moved(np.append(_numbers(model), COLDER_MOST_K), wrong)[:-1])
    return final if final.heat > 0 else model


def _moved(numbers: Array, wrong: Callable[[Array], Array]) -> Array:
    """Where Levenberg-Marquardt comes to from these numbers on (Marquardt 1963)."""
    typical = np.array([0.1, 0.01, 1.0, 1.0, 1.0, 0.1] + [0.02] * (len(numbers) - 7) + [COLDER_MOST_K])
    residual, damping = wrong(numbers), 1e-3
    for _ in range(STEPS):
        sizes = STEP_SHARE * np.maximum(numbers, typical)
        slope = np.stack(
            [(wrong(numbers + size * unit) - residual) / size for size, unit in zip(sizes, np.eye(len(sizes)), strict=True)], axis=1
        )
        gram = slope.T @ slope
        step = np.linalg.solve(gram + damping * np.diag(np.diag(gram) + 1e-9), -slope.T @ residual)
        moved = np.maximum(0.0, numbers + step)
        after = wrong(moved)
        if np.isfinite(after).all() and after @ after < residual @ residual:
            numbers, residual, damping = moved, after, damping / 3
        else:
            damping *= 10
    return numbers


def _unlikely(numbers: Array) -> Array:
    """How far the numbers are from what is believed, in spreads."""
    believed = [(numbers[3] - 1.0) / GAIN_SPREAD, numbers[4], numbers[5] / DOOR_SPREAD]
    return np.concatenate([believed, numbers[6:-1] / BESIDE_SPREAD, (numbers[-1:] - COLDER_MOST_K) / COLDER_SPREAD_K])


def _numbers(model: ZoneModel) -> Array:
    """What is moved, each of the size of one or less: heat as a multiple of the first, gains and sun by what heat does."""
    sun = model.sun / model.heat / SUN_SPREAD_M2
    return np.array([model.mass, model.outdoor, 1.0, model.gain / model.heat, sun, model.door, *model.neighbours.values()])


def _with(model: ZoneModel, numbers: Array) -> ZoneModel:
    mass, outdoor, share, gain, sun, door, *rest = (float(n) for n in numbers)
    heat = share * model.heat
    neighbours = dict(zip(model.neighbours, rest, strict=True))
    moved = replace(model, mass=mass, outdoor=outdoor, heat=heat, gain=gain * heat, sun=sun * SUN_SPREAD_M2 * heat)
    return replace(moved, door=door, neighbours=neighbours)
