"""Learning a zone's thermal model: batch ridge least squares with sign constraints on what was observed.

The model is that of `rules.thermal`. Its mass time constant and dead time are not linear and come from a grid; the rest is solved
for on differences over an hour, which noise of a tenth of a degree does not drown, and moved on by a few steps on free runs. A
model is judged by how far one-day free runs from measured starts go astray, and replaces the one in force only if it does better
on the last days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rules.margin import conformal
from rules.thermal import STEP_H, ZoneModel
from rules.trace import Record

Array = NDArray[np.float64]

TAU_GRID_H = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
DELAY_GRID = (0, 1, 2)
DELAY_GRID_SLAB = (0, 2, 4, 8)
SPAN = 4
"""Slots over which differences are taken: an hour."""
RIDGE = 1e-3
DAY = 96
STEPS = 5
LEAST_SLOTS = 3 * DAY
JUDGED = 3 * DAY
"""The last three days judge the new model against the old."""
AHEAD = (4, 12, 24, 48, 96)
LEAST_RUNS, DOUBT_MOST_K = 12, 1.2
START_EVERY = 12
"""Free runs start every three hours."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A candidate and its one-day open-loop error in K (root mean square) on the days that judged it."""

    model: ZoneModel
    error_k: float


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


def fit(record: Record, *, slow: bool = False, in_force: ZoneModel | None = None) -> Fit | None:
    """The best candidate on the record, None where there is too little or the model in force predicts as well.

    Candidates are fitted without the last three days and judged on them; the winner is then fitted on all.
    """
    if np.count_nonzero(~np.isnan(record.air)) < LEAST_SLOTS:
        return None
    split = max(len(record) - JUDGED, len(record) // 2)
    best: tuple[float, float, int] | None = None
    first: ZoneModel | None = None
    for delay in DELAY_GRID_SLAB if slow else DELAY_GRID:
        for tau_h in TAU_GRID_H:
            model = _solve(record.part(0, split), tau_h, delay)
            if model is None:
                continue
            error = day_error(model, record, split)
            if error == error and (best is None or error < best[0]):
                best = (error, tau_h, delay)
                first = model
    if best is None or first is None:
        return None
    moved = refined(first, record.part(0, split))
    better = day_error(moved, record, split)
    error = min(best[0], better)
    if in_force is not None and day_error(in_force, record, split) <= error:
        return None
    doubt = doubts(moved if better < best[0] else first, record, split)
    final = _solve(record, best[1], best[2])
    if final is None:
        return None
    return Fit(replace(refined(final, record) if better < best[0] else final, error_k=error, doubt=doubt), error)


def _solve(record: Record, tau_h: float, delay: int) -> ZoneModel | None:
    """Weights of all terms, none negative, by coordinate descent on the normal equations; None where heat did not show."""
    neighbours = tuple(record.neighbours)
    air, mass = record.air, mass_course(record.air, tau_h)
    terms = [mass - air, record.outdoor - air, delayed(record.heat, delay), record.gains, np.nan_to_num(record.sun)]
    terms.append(np.nan_to_num(record.door) * (record.outdoor - air))
    terms += [np.nan_to_num(record.neighbours[n] - air) for n in neighbours]
    columns = np.stack([_sums(term) for term in terms], axis=1)
    change = air[SPAN:] - air[:-SPAN]
    usable = ~np.isnan(columns).any(axis=1) & ~np.isnan(change)
    if np.count_nonzero(usable) < LEAST_SLOTS // 2:
        return None
    columns, change = columns[usable], change[usable]
    scale = np.sqrt(np.mean(columns**2, axis=0))
    live = scale > 1e-9
    scaled = np.where(live, columns / np.where(live, scale, 1.0), 0.0)
    weights = _non_negative(scaled, change, live) / np.where(live, scale, 1.0)
    if weights[2] <= 0.0 or weights[1] + weights[0] <= 0.0:
        return None
    return ZoneModel(
        mass=float(weights[0]),
        outdoor=float(weights[1]),
        heat=float(weights[2]),
        gain=float(weights[3]),
        tau_h=tau_h,
        sun=float(weights[4]),
        door=float(weights[5]),
        neighbours={n: float(w) for n, w in zip(neighbours, weights[6:], strict=True) if w > 0},
        delay=delay,
        learned=True,
    )


def _sums(term: Array) -> Array:
    """Sum of a term over each span; NaN where any slot of it is unknown."""
    total = np.cumsum(np.concatenate([[0.0], np.nan_to_num(term)]))
    gaps = np.cumsum(np.concatenate([[0.0], np.isnan(term).astype(float)]))
    sums = total[SPAN:] - total[:-SPAN]
    sums[(gaps[SPAN:] - gaps[:-SPAN]) > 0] = np.nan
    result: Array = sums[:-1]
    return result


def _non_negative(columns: Array, target: Array, live: NDArray[np.bool_]) -> Array:
    """Ridge least squares with no weight below zero, by active sets on the normal equations (Lawson and Hanson 1974)."""
    gram = columns.T @ columns + RIDGE * len(target) * np.eye(columns.shape[1])
    right = columns.T @ target
    weights, used = np.zeros(columns.shape[1]), np.zeros(columns.shape[1], dtype=bool)
    for _ in range(3 * columns.shape[1]):
        rises = np.where(live & ~used, right - gram @ weights, -np.inf)
        best = int(np.argmax(rises))
        if rises[best] <= 1e-9 * max(1.0, float(np.abs(right).max())):
            break
        used[best] = True
        while used.any():
            trial = np.zeros(len(weights))
            trial[used] = np.linalg.solve(gram[np.ix_(used, used)], right[used])
            negative = used & (trial <= 0.0)
            if not negative.any():
                weights = trial
                break
            share = float(np.min(weights[negative] / np.maximum(weights[negative] - trial[negative], 1e-12)))
            weights = weights + share * (trial - weights)
            used &= weights > 1e-12
            weights[~used] = 0.0
    return weights


def free_runs(model: ZoneModel, record: Record, starts: Sequence[int], slots: int = DAY) -> Array:
    """Air by the model alone from measured starts, shape (starts, slots + 1); unknown drivers are held from before."""
    air, mass = held(record.air), mass_course(record.air, model.tau_h)
    free = model.sun * np.nan_to_num(record.sun) + model.gain * np.nan_to_num(record.gains)
    heat = model.heat * delayed(np.nan_to_num(record.heat), model.delay)
    outdoor = held(record.outdoor)
    pull = sum((w * held(record.neighbours[n]) for n, w in model.neighbours.items() if n in record.neighbours), np.zeros(len(air)))
    weight = sum(w for n, w in model.neighbours.items() if n in record.neighbours)
    leak = model.outdoor + model.door * np.nan_to_num(record.door)
    first = np.array(starts)
    now, slow = air[first], mass[first]
    course = [now]
    for step in range(slots):
        at = first + step
        change = model.mass * (slow - now) + leak[at] * (outdoor[at] - now) + heat[at] + free[at] + pull[at] - weight * now
        now, slow = now + change, slow + (now - slow) * STEP_H / model.tau_h
        course.append(now)
    return np.stack(course, axis=1)


def refined(model: ZoneModel, record: Record) -> ZoneModel:
    """The model moved a little so that its one-day free runs come closest to what was seen (Levenberg-Marquardt, none negative).

    Differences over an hour bend weights towards zero where sensors are noisy; free runs do not.
    """
    starts = [i for i in range(DAY // 2, len(record) - DAY, START_EVERY) if not np.isnan(record.air[i])]
    if len(starts) < 4:
        return model
    seen = np.stack([record.air[i + 1 : i + DAY + 1] for i in starts])
    known = ~np.isnan(seen)

    def wrong(candidate: ZoneModel) -> Array:
        told = free_runs(candidate, record, starts)[:, 1:]
        result: Array = (seen - told)[known]
        return result

    weights, residual, damping = _weights(model), wrong(model), 1e-3
    for _ in range(STEPS):
        sizes = np.maximum(weights, weights.max() * 1e-6) * 0.02
        slope = np.stack([(residual - wrong(_with(model, weights + size * unit))) / size for size, unit in _units(sizes)], axis=1)
        gram = slope.T @ slope
        step = np.linalg.solve(gram + damping * np.diag(np.diag(gram) + 1e-12), slope.T @ residual)
        moved = np.maximum(0.0, weights + step)
        after = wrong(_with(model, moved))
        if after @ after < residual @ residual:
            weights, residual, damping = moved, after, damping / 3
        else:
            damping *= 10
    final = _with(model, weights)
    return final if final.heat > 0 else model


def _units(sizes: Array) -> list[tuple[float, Array]]:
    return [(float(size), np.eye(len(sizes))[index]) for index, size in enumerate(sizes)]


def _weights(model: ZoneModel) -> Array:
    return np.array([model.mass, model.outdoor, model.heat, model.gain, model.sun, model.door, *model.neighbours.values()])


def _with(model: ZoneModel, weights: Array) -> ZoneModel:
    mass, outdoor, heat, gain, sun, door, *rest = (float(w) for w in weights)
    neighbours = dict(zip(model.neighbours, rest, strict=True))
    return replace(model, mass=mass, outdoor=outdoor, heat=heat, gain=gain, sun=sun, door=door, neighbours=neighbours)


def day_error(model: ZoneModel, record: Record, since: int = 0) -> float:
    """Root mean square error in K of one-day free runs that start in the record from slot `since` on; NaN without any."""
    starts = [i for i in range(since, len(record) - DAY, START_EVERY) if not np.isnan(record.air[i])]
    if not starts:
        return float("nan")
    told = free_runs(model, record, starts)
    seen = np.stack([record.air[i : i + DAY + 1] for i in starts])
    wrong = (told - seen)[:, 1:]
    return float(np.sqrt(np.nanmean(wrong**2))) if not np.isnan(wrong).all() else float("nan")


def doubts(model: ZoneModel, record: Record, since: int = 0) -> tuple[tuple[int, float], ...]:
    """By slots ahead, the split-conformal 95 % quantile of what the model promised too much, never below zero, never falling.

    Where there are too few runs for the quantile, their worst. Only runs that end while the zone is heated for comfort count, where
    there are enough of those: what the model says of a cold zone promises nobody anything.
    """
    found: list[tuple[int, float]] = []
    least = 0.0
    comfort = np.nanmax(record.wanted) - 4.0 if not np.isnan(record.wanted).all() else -np.inf
    for ahead in AHEAD:
        starts = [i for i in range(since, len(record) - ahead, 2) if not np.isnan(record.air[[i, i + ahead]]).any()]
        warm = [i for i in starts if record.wanted[i + ahead] >= comfort]
        starts = warm if len(warm) >= LEAST_RUNS else starts
        if len(starts) < LEAST_RUNS:
            break
        wrong = free_runs(model, record, starts, ahead)[:, -1] - record.air[np.array(starts) + ahead]
        told = conformal(wrong.tolist())
        least = min(DOUBT_MOST_K, max(least, float(np.max(wrong)) if told is None else told))
        found.append((ahead, least))
    return tuple(found)


def held(column: Array) -> Array:
    """Gaps filled with the value before them, leading ones with the first known."""
    known = np.flatnonzero(~np.isnan(column))
    if len(known) == 0:
        return np.zeros(len(column))
    last = np.maximum.accumulate(np.where(np.isnan(column), -1, np.arange(len(column))))
    result: Array = column[np.where(last < 0, known[0], last)]
    return result


def learn_all(records: Mapping[str, Record], slow: frozenset[str], in_force: Mapping[str, ZoneModel]) -> dict[str, Fit]:
    """The zones whose new model is better than the one in force."""
    found = {zone: fit(record, slow=zone in slow, in_force=in_force.get(zone)) for zone, record in records.items()}
    return {zone: fitted for zone, fitted in found.items() if fitted is not None}
