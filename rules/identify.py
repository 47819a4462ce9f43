"""Learning a zone's thermal model: batch ridge least squares with sign constraints on what was observed.

The model is that of `rules.thermal`. Its mass time constant and dead time are not linear and come from a grid; the rest is solved
for on differences over an hour, which noise of a tenth of a degree does not drown, and moved on by a few steps on free runs. A
model is judged by how far one-day free runs from measured starts go astray, and replaces the one in force only if it does better
on the last days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from rules.arbiter import READY_BAND_K
from rules.free_run import DAY, delayed, free_runs, heat_given, mass_course
from rules.margin import conformal
from rules.refine import refined, run_starts
from rules.thermal import STEP_H, ZoneModel
from rules.trace import Record

Array = NDArray[np.float64]
Index = NDArray[np.int_]

TAU_GRID_H = (4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
TAU_SEEN = 3.0
"""A time constant shows in a record that is this many times as long."""
DELAY_GRID = (0, 1, 2)
DELAY_GRID_SLAB = (0, 2, 4, 8)
BEND_GRID = (0.0, 2.0, 5.0)
BEND_SHOWS = 0.75
"""Valves are taken as straight unless a bend leaves no more than this share of the error: it explains noise all too well."""
SPAN = 4
"""Slots over which differences are taken: an hour."""
RIDGE = 1e-3
LEAST_SLOTS = 3 * DAY
JUDGED = 3 * DAY
"""The last three days judge the new model against the old."""
AHEAD = (4, 12, 24, 48, 96)
LEAST_RUNS, DOUBT_MOST_K = 12, 2.5
RISE_K, LEAST_WARM_UPS, APART_SLOTS = 1.0, 2, 12
"""Promises are judged by warm-ups: runs that begin so far below the target, of two stretches at least, three hours apart."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A candidate and its one-day open-loop error in K (root mean square) on the days that judged it."""

    model: ZoneModel
    error_k: float


def fit(record: Record, *, slow: bool = False, in_force: ZoneModel | None = None) -> Fit | None:
    """The best candidate on the record, None where there is too little or the model in force predicts as well.

    Candidates are fitted without the last three days and judged on them; the winner is then fitted on all.
    """
    if np.count_nonzero(~np.isnan(record.air)) < LEAST_SLOTS:
        return None
    split = max(len(record) - JUDGED, len(record) // 2)
    seen = record.part(0, split)
    tried = [refined(first, seen) for first in _first(record, slow=slow, until=split)]
    best = min(tried, key=lambda model: day_error(model, record, split), default=None)
    if best is None:
        return None
    error = day_error(best, record, split)
    if error != error or (in_force is not None and day_error(in_force, record, split) <= error):
        return None
    final = replace(refined(best, record), error_k=error, doubt=doubts(best, record, split))
    return Fit(final, error)


def _first(record: Record, *, slow: bool, until: int) -> list[ZoneModel]:
    """By differences over an hour, without what comes from slot `until` on: for each time constant the best dead time and bend.

    They say little of the dead time of a slow zone: there all are given, to be told apart by free runs.
    """
    seen, found = record.part(0, until), []
    bends = BEND_GRID if record.opening is not None and not np.isnan(record.opening).all() else BEND_GRID[:1]
    grid = list(product(DELAY_GRID_SLAB if slow else DELAY_GRID, bends))
    for tau_h in (tau for tau in TAU_GRID_H if TAU_SEEN * tau <= max(len(seen) * STEP_H, TAU_SEEN * TAU_GRID_H[2])):
        solved = [model for delay, bend in grid if (model := _solve(seen, tau_h, delay, bend)) is not None]
        judged = [(error, model) for model in solved if (error := day_error(model, record)) == error]
        if slow:
            found += [model for _, model in judged if model.bend == 0.0]
            continue
        straight = [pair for pair in judged if pair[1].bend == 0.0]
        best = min(judged, key=lambda pair: pair[0], default=None)
        plain = min(straight, key=lambda pair: pair[0], default=best)
        if best is not None and plain is not None:
            found.append((best if best[0] < BEND_SHOWS * plain[0] else plain)[1])
    return found


def _solve(record: Record, tau_h: float, delay: int, bend: float = 0.0) -> ZoneModel | None:
    """Weights of all terms, none negative; None where heat did not show. A watt of gains is taken as one of heat."""
    neighbours = tuple(record.neighbours)
    air, mass = record.air, mass_course(record.air, tau_h)
    heat = delayed(heat_given(record, bend), delay) + np.nan_to_num(record.gains)
    terms = [mass - air, record.outdoor - air, heat, np.nan_to_num(record.sun)]
    terms.append(np.nan_to_num(record.door) * (record.outdoor - air))
    terms += [np.nan_to_num(record.neighbours[n] - air) for n in neighbours]
    columns = np.stack([_sums(term) for term in terms], axis=1)
    change = air[SPAN:] - air[:-SPAN]
    usable = ~np.isnan(columns).any(axis=1) & ~np.isnan(change)
    sure = usable & (_sums(delayed(record.guessed().astype(float), delay)) == 0.0)
    if np.count_nonzero(sure) >= LEAST_SLOTS // 2:
        usable = sure
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
        gain=float(weights[2]),
        tau_h=tau_h,
        sun=float(weights[3]),
        door=float(weights[4]),
        neighbours={n: float(w) for n, w in zip(neighbours, weights[5:], strict=True)},
        delay=delay,
        bend=bend,
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


def day_error(model: ZoneModel, record: Record, since: int = 0) -> float:
    """Root mean square error in K of one-day free runs that start in the record from slot `since` on; NaN without any."""
    starts = run_starts(record, since)
    if not starts:
        return float("nan")
    told = free_runs(model, record, starts)
    seen = np.stack([record.air[i : i + DAY + 1] for i in starts])
    wrong = (told - seen)[:, 1:]
    return float(np.sqrt(np.nanmean(wrong**2))) if not np.isnan(wrong).all() else float("nan")


def doubts(model: ZoneModel, record: Record, since: int = 0) -> tuple[tuple[int, float], ...]:
    """By slots ahead, the split-conformal 95 % quantile of what the model promised too much, never below zero, never falling.

    Where there are too few runs for the quantile, their worst. What counts is that a zone is warm when the model says so, not
    what it says on the way or of a cold room: runs are judged a quarter hour after they said that the zone is warm; before there
    are warm-ups enough for that, by all that end while the zone is heated for comfort.
    """
    record = _asking(record)
    comfort = np.nanmax(record.wanted) - 4.0 if not np.isnan(record.wanted).all() else -np.inf
    by_warm_ups: dict[int, float] = {}
    by_all: dict[int, float] = {}
    for ahead in AHEAD:
        starts = np.flatnonzero(~np.isnan(record.air[since : len(record) - ahead]) & ~np.isnan(record.air[since + ahead :])) + since
        if len(starts) < LEAST_RUNS:
            break
        told, wanted = free_runs(model, record, starts.tolist(), ahead), record.wanted[starts + ahead]
        due = (wanted >= comfort) & (record.wanted[starts + ahead - 1] >= wanted - READY_BAND_K)
        warmed = due & (told[:, -2] >= wanted - READY_BAND_K) & (record.air[starts] <= wanted - RISE_K)
        seen = record.air[starts + ahead]
        if np.count_nonzero(warmed) >= LEAST_RUNS and _stretches(starts[warmed] + ahead) >= LEAST_WARM_UPS:
            by_warm_ups[ahead] = _quantile((np.minimum(told[:, -1], wanted) - seen)[warmed])
        by_all[ahead] = _quantile((told[:, -1] - seen)[due if np.count_nonzero(due) >= LEAST_RUNS else slice(None)])
    judged, least, found = by_warm_ups or by_all, 0.0, []
    for ahead in by_all:
        least = min(DOUBT_MOST_K, max(least, judged.get(ahead, least)))
        found.append((ahead, least))
    return tuple(found)


def _asking(record: Record) -> Record:
    """The record with heat taken as guessed only where the zone is as good as warm: what is short of that was promised."""
    if record.opening is None or not record.guessed().any():
        return record
    return replace(record, opening=np.where(record.wanted - record.air > READY_BAND_K, 1.0, record.opening))


def _quantile(wrong: Array) -> float:
    told = conformal(wrong.tolist())
    return float(np.max(wrong)) if told is None else told


def _stretches(slots: Index) -> int:
    """How many stretches these slots are of, more than three hours apart."""
    return 1 + int(np.count_nonzero(np.diff(np.unique(slots)) > APART_SLOTS))
