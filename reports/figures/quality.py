"""How much of the data is there, what a day with gaps is estimated at, and what a counter counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from reports.figures.exact import FigureInputError, Number, fraction, ratio


@dataclass(frozen=True, slots=True)
class Completeness:
    """valid of expected intervals, in percent; None where nothing is expected."""

    valid: int
    expected: int
    missing: int
    completeness_pct: float | None
    longest_gap: int


def completeness(values: Sequence[Number | None], expected: int | None = None) -> Completeness:
    """Valid intervals of those expected. expected: more than the list holds where its end is missing too."""
    of = len(values) if expected is None else expected
    if len(values) > of:
        raise FigureInputError(f"{len(values)} intervals are given but only {of} expected; the local day may have 23 or 25 hours")
    valid = sum(value is not None for value in values)
    longest = run = 0
    for value in values:
        run = run + 1 if value is None else 0
        longest = max(longest, run)
    longest = max(longest, run + of - len(values))
    return Completeness(valid, of, of - valid, ratio(Fraction(valid), Fraction(of), 100), longest)


@dataclass(frozen=True, slots=True)
class DayEstimate:
    """kwh: the day's energy, None where under half of its hours are known. estimated_kwh: the part that was not measured."""

    kwh: float | None
    measured_kwh: float
    estimated_kwh: float | None
    valid_hours: int
    hours: int
    estimated: bool


def day_estimate(hours_kwh: Sequence[Number | None], hours: int | None = None) -> DayEstimate:
    """CalTRACK rule: mean of the valid hours x hours of the (local) day, where at least half of them are valid.

    hours: of the local day (23, 24 or 25; default: as many as the list holds). A day that is complete is its sum, measured.
    """
    of = len(hours_kwh) if hours is None else hours
    if len(hours_kwh) > of:
        raise FigureInputError(f"{len(hours_kwh)} hours are given of a day of {of}; give one value per hour of the local day")
    values = [fraction(value) for value in hours_kwh if value is not None]
    measured = sum(values, Fraction(0))
    if not values or 2 * len(values) < of:
        return DayEstimate(None, float(measured), None, len(values), of, False)
    day = measured / len(values) * of
    return DayEstimate(float(day), float(measured), float(day - measured), len(values), of, len(values) < of)


@dataclass(frozen=True, slots=True)
class CounterDifference:
    """What a counter counted between its first and last known reading; by_interval None where either end is missing."""

    energy_kwh: float | None
    resets: int
    roll_overs: int
    swaps: int
    jitters: int
    missing: int
    by_interval: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """The meter was changed between readings number before - 1 and `before` (from 0): last of the old, first of the new."""

    before: int
    removed_at: Number
    installed_at: Number


def counter_difference(
    readings_kwh: Sequence[Number | None],
    rolls_over_at: Number | None = None,
    jitter_kwh: Number = 0,
    swaps: Mapping[int, Swap] | None = None,
) -> CounterDifference:
    """Energy from a counter's readings in order of time.

    A fall is a roll-over where `rolls_over_at` is given and the way through it is shorter than half the range; else a fall by
    at most jitter_kwh is jitter (0), any other a reset: what the new reading shows was counted since. Over a gap the whole
    difference counts in the total, and in no interval. Raises FigureInputError for a reading at or above rolls_over_at.
    """
    limit = None if rolls_over_at is None else fraction(rolls_over_at)
    changes = dict(swaps or {})
    _check_counter(readings_kwh, limit, changes)
    counts = {"resets": 0, "roll_overs": 0, "swaps": 0, "jitters": 0}
    sums, by_interval = Fraction(0), list[float | None]()
    last: tuple[int, Fraction] | None = None
    for index, value in enumerate(readings_kwh):
        new = None if value is None else fraction(value)
        step = None
        if new is not None and last is not None:
            between = [changes[i] for i in range(last[0] + 1, index + 1) if i in changes]
            step = _step(last[1], new, between, limit, fraction(jitter_kwh), counts)
            sums += step
        if index:
            by_interval.append(float(step) if step is not None and last is not None and last[0] == index - 1 else None)
        if new is not None:
            last = (index, new)
    known = sum(value is not None for value in readings_kwh)
    return CounterDifference(
        float(sums) if known > 1 else None, missing=len(readings_kwh) - known, by_interval=tuple(by_interval), **counts
    )


def _step(
    old: Fraction, new: Fraction, between: Sequence[Swap], limit: Fraction | None, jitter: Fraction, counts: dict[str, int]
) -> Fraction:
    if between:
        counted = Fraction(0)
        for swap in between:
            counts["swaps"] += 1
            counted += _rise(old, fraction(swap.removed_at), limit, jitter, counts)
            old = fraction(swap.installed_at)
        return counted + _rise(old, new, limit, jitter, counts)
    return _rise(old, new, limit, jitter, counts)


def _rise(old: Fraction, new: Fraction, limit: Fraction | None, jitter: Fraction, counts: dict[str, int]) -> Fraction:
    if new >= old:
        return new - old
    if old - new <= jitter:
        counts["jitters"] += 1
        return Fraction(0)
    if limit is not None and limit - old + new < limit / 2:
        counts["roll_overs"] += 1
        return limit - old + new
    counts["resets"] += 1
    return new


def _check_counter(readings: Sequence[Number | None], limit: Fraction | None, swaps: Mapping[int, Swap]) -> None:
    for index, value in enumerate(readings):
        if value is not None and limit is not None and fraction(value) >= limit:
            raise FigureInputError(f"reading {index} is {float(value):g}, but the counter rolls over at {float(limit):g}")
    for before in swaps:
        if not 1 <= before < len(readings):
            raise FigureInputError(f"a swap before reading {before}: give a number from 1 to {len(readings) - 1}")
