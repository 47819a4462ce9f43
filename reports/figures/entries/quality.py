"""Entries: completeness, days with gaps, counters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from premises.time import Interval, local_day, local_month, zone_named
from reports.figures.exact import FigureInputError, Number, fraction, ratio
from reports.figures.form import Figure, Input, Kind, Output, number, series
from reports.figures.quality import CounterDifference, Swap, completeness, counter_difference, day_estimate
from reports.figures.told_times import instant


def _period(day: str | None, month: str | None, timezone: str) -> Interval | None:
    try:
        zone = zone_named(timezone)
        if day is not None:
            return local_day(date.fromisoformat(day), zone)
        if month is not None:
            first = date.fromisoformat(f"{month}-01")
            return local_month(first.year, first.month, zone)
    except ValueError as error:
        raise FigureInputError(f"{error}; write day like 2026-03-29, month like 2026-03, timezone like Europe/Paris") from None
    return None


def completeness_of(
    values: Sequence[Number | None] | None,
    meters: Mapping[str, Sequence[Number | None]] | None,
    valid: int | None,
    expected: int | None,
    day: str | None,
    month: str | None,
    timezone: str,
    interval_minutes: Number,
) -> dict[str, Any]:
    """Completeness of one list, of several meters, or of counts; what is expected may follow from the local day or month."""
    period = _period(day, month, timezone)
    if expected is None and period is not None:
        expected = int(fraction(period.duration.total_seconds()) / 60 / fraction(interval_minutes))
    given = [values is not None, meters is not None, valid is not None]
    if sum(given) != 1:
        raise FigureInputError("give values, meters or valid, one of them")
    if valid is not None:
        if expected is None:
            raise FigureInputError("valid needs expected, or the day or month")
        if valid > expected:
            raise FigureInputError(f"{valid} valid intervals of {expected} expected; the local day may have 23 or 25 hours")
        counts = {"valid": valid, "expected": expected, "missing": expected - valid, "longest_gap": None}
        return {**counts, "completeness_pct": ratio(valid, expected, 100), "by_meter_pct": {}}
    each = {name: completeness(series, expected) for name, series in (meters or {}).items()}
    found = [completeness(values, expected)] if values is not None else list(each.values())
    valid_sum, expected_sum = sum(one.valid for one in found), sum(one.expected for one in found)
    return {
        "completeness_pct": ratio(valid_sum, expected_sum, 100),
        "valid": valid_sum,
        "expected": expected_sum,
        "missing": expected_sum - valid_sum,
        "longest_gap": max((one.longest_gap for one in found), default=0),
        "by_meter_pct": {name: one.completeness_pct for name, one in each.items()},
    }


def day_estimate_of(hours_kwh: Sequence[Number | None], hours: int | None, day: str | None, timezone: str) -> Any:
    """The day's energy from its hours; the local day may have 23 or 25."""
    period = _period(day, None, timezone)
    if hours is None and period is not None:
        hours = int(period.duration.total_seconds() // 3600)
    return day_estimate(hours_kwh, hours)


def counter_of(
    readings: Sequence[Number | None],
    times: Sequence[str] | None,
    rolls_over_at: Number | None,
    jitter: Number,
    swaps: Sequence[Mapping[str, Any]] | None,
) -> CounterDifference:
    """A counter's difference; swaps by the number of the first reading of the new meter (from 0).

    With times, readings are put in order of them and one that stands twice counts once; two values at one instant are refused.
    """
    if times is not None:
        readings = _in_order(readings, times, bool(swaps))
    changed = {row["before"]: Swap(row["before"], row["removed_at"], row["installed_at"]) for row in swaps or ()}
    return counter_difference(readings, rolls_over_at, jitter, changed)


def _in_order(readings: Sequence[Number | None], times: Sequence[str], swapped: bool) -> list[Number | None]:
    if len(readings) != len(times):
        raise FigureInputError(f"{len(readings)} readings but {len(times)} times; give one time for each")
    found: dict[datetime, Number | None] = {}
    order = list[datetime]()
    for value, text in zip(readings, times, strict=True):
        at = instant(text, "times")
        if value is not None and found.get(at) not in (None, value):
            raise FigureInputError(f"two readings at {text}: {found[at]} and {value}; keep the right one")
        found[at] = found.get(at) if value is None else value
        order.append(at)
    if swapped and order != sorted(set(order)):
        raise FigureInputError("with swaps, by number of the reading, give the readings in order of time and each once")
    return [found[at] for at in sorted(found)]


_ZONE = Input("timezone", "", Kind.TEXT, "IANA name", default="Europe/Paris")
_DAY = Input("day", "", Kind.TEXT, "local day, like 2026-03-29 (23, 24 or 25 hours)")
_SWAP_COLUMNS = (
    Input("before", "", Kind.WHOLE, "number, from 0, of the new meter's first reading", required=True, low=1),
    number("removed_at", "kWh", "last of the old meter", required=True),
    number("installed_at", "kWh", "first of the new meter", required=True),
)

FIGURES = (
    Figure(
        "completeness",
        "Valid intervals of those expected, in local days of 23, 24 or 25 hours",
        completeness_of,
        (
            series("values", "any", "null where missing", low=None),
            Input("meters", "any", Kind.SERIES_TABLE, "values by meter"),
            Input("valid", "intervals", Kind.WHOLE, "or only their number", low=0, high=1e9),
            Input("expected", "intervals", Kind.WHOLE, "as many as are given where it is not said", low=0, high=1e9),
            _DAY,
            Input("month", "", Kind.TEXT, "local month, like 2026-03"),
            _ZONE,
            number("interval_minutes", "min", default=60, low=1, high=44_640),
        ),
        (
            Output("completeness_pct", "%", missing="nothing is expected"),
            Output("valid", "intervals"),
            Output("expected", "intervals"),
            Output("missing", "intervals"),
            Output("longest_gap", "intervals", missing="only counts are given"),
            Output("by_meter_pct", "%"),
        ),
        "CalTRACK; rule of this software",
        "null is missing, never 0; intervals beyond the end of the list are missing where more are expected",
        {"values": [3, 0, None, 2], "interval_minutes": 60},
    ),
    Figure(
        "day-estimate",
        "A day's energy with gaps: mean of the valid hours x hours of the day, where at least half are there",
        day_estimate_of,
        (
            series("hours_kwh", "kWh", "per hour", required=True, low=None),
            Input("hours", "h", Kind.WHOLE, "of the day; as many as are given where it is not said", low=1, high=25),
            _DAY,
            _ZONE,
        ),
        (
            Output("kwh", "kWh", "of the day", "under half of the day's hours are valid"),
            Output("measured_kwh", "kWh"),
            Output("estimated_kwh", "kWh", "not measured", "under half of the day's hours are valid"),
            Output("valid_hours", "h"),
            Output("hours", "h"),
            Output("estimated", "", "true where missing hours were estimated"),
        ),
        "CalTRACK (issue 63)",
        "a missing hour is not 0; under half of the hours the day is not available",
        {"hours_kwh": [2, 2, 3, None] * 6},
        ("hours_kwh",),
    ),
    Figure(
        "counter-difference",
        "What a counter counted: resets, roll-overs, jitter and meter swaps told apart",
        counter_of,
        (
            series("readings", "kWh", "in order of time, null where missing", required=True),
            Input("times", "", Kind.TEXTS, "instant of each, RFC 3339: then any order", gaps=False),
            number("rolls_over_at", "kWh", "the number that shows as 0 again, e.g. 1000000", above=0),
            number("jitter", "kWh", "a fall up to this is no reset", default=0),
            Input("swaps", "", Kind.ROWS, "changes of the meter, by index pairs", columns=_SWAP_COLUMNS),
        ),
        (
            Output("energy_kwh", "kWh", missing="fewer than two readings are known"),
            Output("resets", ""),
            Output("roll_overs", ""),
            Output("swaps", ""),
            Output("jitters", ""),
            Output("missing", "readings"),
            Output("by_interval", "kWh", "null beside a gap"),
        ),
        "rule of this software: a fall is a roll-over where the way through it is under half the range, else a reset from 0",
        "over a gap the whole difference counts, in no interval",
        {"readings": [99950, 99990, 30, None, 90, 5], "rolls_over_at": 100000},
    ),
)
