"""Entries: meter balance, shares that add up, booked windows, solar energy by taker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from reports.figures.allocation import (
    BookedEnergy,
    Window,
    allocated_by_windows,
    common_consumption,
    meter_balance,
    solar_shares,
)
from reports.figures.exact import FigureInputError, Number, fraction
from reports.figures.form import Figure, Input, Kind, Output, number, series
from reports.figures.shares import shared_out
from reports.figures.told_times import instant

_LARGEST = "largest remainder: floors in the last digit, what is left to the largest fractions, ties to the first name (any case)"
_DECIMALS = Input("decimals", "", Kind.WHOLE, "of the shares", default=1, low=0, high=9)


def booked_windows(
    energy_kwh: Sequence[Number | None],
    bookings: Sequence[Mapping[str, Any]] | None,
    booked_by: Sequence[str | None] | None,
    start: str | None,
    interval_minutes: Number,
    decimals: int | None,
) -> BookedEnergy:
    """A stage meter's energy by booking: windows as interval numbers or instants, or the booking of each interval."""
    if (bookings is None) == (booked_by is None):
        raise FigureInputError("give bookings (rows with from and to), or booked_by (a name or null per interval), one of them")
    if booked_by is not None:
        if len(booked_by) != len(energy_kwh):
            raise FigureInputError(f"{len(energy_kwh)} intervals of energy but {len(booked_by)} of booked_by")
        each = [Window(name, Fraction(i), Fraction(i + 1)) for i, name in enumerate(booked_by) if name is not None]
        return allocated_by_windows(energy_kwh, each, decimals)
    first = None if start is None else instant(start, "start")
    windows = [_window(row, first, fraction(interval_minutes)) for row in bookings or ()]
    return allocated_by_windows(energy_kwh, windows, decimals)


def _window(row: Mapping[str, Any], first: datetime | None, minutes: Fraction) -> Window:
    name = row["name"]
    weight = Fraction(1) if row["load_kw"] is None else fraction(row["load_kw"])
    if row["start"] is None and row["end"] is None:
        if row["from"] is None or row["to"] is None:
            raise FigureInputError(f"booking {name!r} needs from and to (interval numbers), or start and end (instants)")
        return Window(name, fraction(row["from"]), fraction(row["to"]), weight)
    if row["start"] is None or row["end"] is None or first is None:
        raise FigureInputError(f"booking {name!r} by instants needs start and end, and the figure the start of its first interval")

    def place(text: str) -> Fraction:
        seconds = (instant(text, f"booking {name!r}") - first).total_seconds()
        return fraction(seconds) / (60 * minutes)

    return Window(name, place(row["start"]), place(row["end"]), weight)


def by_hours(total: Number, hours: Mapping[str, Number], decimals: int) -> dict[str, Any]:
    """By booked hours: only where the zone has no meter of its own."""
    return {"shares": shared_out(fraction(total), hours, decimals), "estimated": True}


def largest_remainder(total: Number, weights: Mapping[str, Number], decimals: int) -> dict[str, Any]:
    """Shares by weight that add up."""
    return {"shares": shared_out(fraction(total), weights, decimals)}


_BOOKINGS = (
    Input("name", "", Kind.TEXT, required=True),
    number("from", "intervals", "since the first interval, may be broken"),
    number("to", "intervals"),
    Input("start", "", Kind.TEXT, "or an instant, RFC 3339"),
    Input("end", "", Kind.TEXT),
    number("load_kw", "kW", "declared, splits what overlaps", above=0),
)

FIGURES = (
    Figure(
        "meter-balance",
        "Main meter less its sub-meters: the remainder is shown, never hidden",
        meter_balance,
        (number("main_kwh", "kWh", required=True), Input("sub_meters_kwh", "kWh", Kind.WEIGHTS, "by name", required=True, low=0)),
        (
            Output("remainder_kwh", "kWh", "below 0: a fault or a missing meter", "a sub-meter is not known"),
            Output("remainder_pct", "%", "of the main meter", "a sub-meter is not known, or the main meter counted 0"),
            Output("main_kwh", "kWh"),
            Output("sub_meters_kwh", "kWh", "of the known ones"),
            Output("missing", "", "sub-meters without a reading"),
        ),
        "main = sum of sub-meters + remainder",
        "a sub-meter that is null makes the remainder not available",
        {"main_kwh": 5210.4, "sub_meters_kwh": {"stage-1": 2100, "offices": 1890.5}},
    ),
    Figure(
        "common-consumption",
        "What no sub-meter tells of, shared by area",
        common_consumption,
        (
            number("main_kwh", "kWh", required=True),
            Input("sub_meters_kwh", "kWh", Kind.WEIGHTS, "by name", required=True, low=0),
            Input("areas_m2", "m²", Kind.WEIGHTS, "by tenant", required=True, gaps=False),
            _DECIMALS,
        ),
        (
            Output("shares_kwh", "kWh", "add up to common_kwh rounded"),
            Output("common_kwh", "kWh"),
            Output("common_pct", "%", "of the main meter", "the main meter counted 0"),
        ),
        f"C. com. L145-40-2 (by area used); {_LARGEST}",
        "a sub-meter that is null is refused; so are weights that are all 0, or below 0",
        {"main_kwh": 5210.4, "sub_meters_kwh": {"A": 2100, "stages": 1890.5}, "areas_m2": {"A": 700, "B": 300, "C": 150}},
    ),
    Figure(
        "largest-remainder",
        "Shares of a total by weight that add up exactly",
        largest_remainder,
        (
            number("total", "any", required=True, low=None),
            Input("weights", "any", Kind.WEIGHTS, "by name, or a list", required=True, gaps=False),
            _DECIMALS,
        ),
        (Output("shares", "as total"),),
        _LARGEST,
        "weights that are all 0, or one below 0, are refused; nobody to share 0 is no fault",
        {"total": 250, "weights": {"P1": 12, "P2": 12, "P3": 5}, "decimals": 2},
    ),
    Figure(
        "allocation-booked-windows",
        "A shared meter's energy by booked windows; what nobody booked is standby, the owner's",
        booked_windows,
        (
            series("energy_kwh", required=True),
            Input("bookings", "", Kind.ROWS, "windows, by interval number or instant", columns=_BOOKINGS),
            Input("booked_by", "", Kind.TEXTS, "or the booking of each interval, null where none"),
            Input("start", "", Kind.TEXT, "instant of the first interval, RFC 3339"),
            number("interval_minutes", "min", default=60, low=1, high=44_640),
            Input("decimals", "", Kind.WHOLE, "not rounded where not given", low=0, high=9),
        ),
        (
            Output("by_booking_kwh", "kWh", "null where none of its intervals is known"),
            Output("standby_kwh", "kWh", missing="no interval outside bookings is known"),
            Output("total_kwh", "kWh"),
            Output("missing", "intervals"),
        ),
        "own meter first, then booked windows, then keys; an interval booked in part by time, overlaps by declared load or equally",
        "an interval with a gap is counted as missing and given to nobody",
        {
            "energy_kwh": [1, 18, 22, None, 1],
            "bookings": [{"name": "P1", "from": 1, "to": 2.5}, {"name": "P2", "from": 2, "to": 4}],
        },
        ("energy_kwh",),
    ),
    Figure(
        "allocation-by-hours",
        "Energy by booked hours: only where the zone has no meter of its own, and marked as estimated",
        by_hours,
        (
            number("total", "kWh", required=True),
            Input("hours", "h", Kind.WEIGHTS, "by booking", required=True, gaps=False),
            _DECIMALS,
        ),
        (Output("shares", "kWh"), Output("estimated", "", "always true: a key is no measurement")),
        _LARGEST,
        "hours that are all 0, or below 0, are refused",
        {"total": 400, "hours": {"P1": 30, "P2": 10}},
    ),
    Figure(
        "solar-sharing",
        "Solar energy by taker, each interval in proportion to the use in it (dynamic key)",
        solar_shares,
        (
            series("generation_kwh", required=True),
            Input("use_kwh", "kWh", Kind.SERIES_TABLE, "by taker, the same intervals", required=True, low=0),
        ),
        (
            Output("by_taker_kwh", "kWh"),
            Output("shared_kwh", "kWh"),
            Output("surplus_kwh", "kWh", "left for export"),
            Output("missing", "intervals"),
        ),
        "collective self-consumption, dynamic key by default",
        "an interval with a gap in generation or in any use is shared with nobody and counted as missing",
        {"generation_kwh": [6, 10, None], "use_kwh": {"A": [4, 2, 1], "B": [8, 3, 1]}},
        ("generation_kwh", "use_kwh"),
    ),
)
