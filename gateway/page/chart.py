"""The day's chart: bookings as bars over measured, wanted and planned temperatures, as options for ECharts.

Keys that begin with a colon hold script that the browser evaluates: colours come from the style sheet, so that dark and light
need no second chart, and clock times are told in the site's zone wherever the browser is.
"""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Any

from gateway.page.day import Curve, DayView, booked_between
from gateway.page.words import Words
from premises.booking import Booking, BookingStatus

_STRIP = 26  # height of the bar of bookings, in pixels
_SMALL = {":color": "gr('--ink-2')", ":fontSize": "grRem(.8)"}
LEAST_RANGE_K = 8.0


def options(day: DayView, words: Words) -> dict[str, Any]:
    """Options for a chart of that day."""
    zone, comma = json.dumps(day.timezone), json.dumps(words.say("number.decimal"))
    low, high = _bounds(day)
    ticks = [_ms(tick) for tick in day.ticks]
    axis = {"type": "time", "min": _ms(day.span.start), "max": _ms(day.span.end), "axisTick": {"show": False}}
    label = {"customValues": ticks, ":formatter": f"grHours({zone})", **_SMALL}
    grid_lines = {"show": True, "lineStyle": {":color": "gr('--line')"}}
    return {
        "animation": False,
        "aria": {"enabled": True},
        "textStyle": {"fontFamily": "system-ui, Segoe UI, Roboto, Noto Sans, sans-serif"},
        "grid": [
            {"left": 44, "right": 28, "top": 40 + _STRIP, "bottom": 34, "outerBoundsMode": "none"},
            {"left": 44, "right": 28, "top": 32, "height": _STRIP, "outerBoundsMode": "none"},
        ],
        "legend": {
            "top": 0,
            "left": 40,
            "itemWidth": 22,
            "itemHeight": 8,
            "textStyle": {":color": "gr('--ink')", ":fontSize": "grRem(.8)"},
        },
        "tooltip": {
            "trigger": "axis",
            "confine": True,
            ":backgroundColor": "gr('--card')",
            ":borderColor": "gr('--line')",
            "textStyle": {":color": "gr('--ink')", ":fontSize": "grRem(.8)"},
            ":formatter": f"grTip({zone}, {comma})",
        },
        "xAxis": [
            {**axis, "axisLabel": label, "axisLine": {"lineStyle": {":color": "gr('--line')"}}, "splitLine": {"show": False}},
            {**axis, "gridIndex": 1, "show": False},
        ],
        "yAxis": [
            {
                "type": "value",
                "min": low,
                "max": high,
                "axisLabel": {"formatter": "{value}°", **_SMALL},
                "splitLine": grid_lines,
            },
            {"type": "value", "gridIndex": 1, "show": False, "min": 0, "max": 1},
        ],
        "series": [
            _line(words.say("chart.measured"), day.measured, "--measured", width=3, marks=_bands(day), now=_now(day, words)),
            _line(words.say("chart.wanted"), day.wanted, "--wanted", step="end", width=2),
            _line(words.say("chart.planned"), day.planned, "--planned", dash="dashed", width=2),
            _bars(day, words),
        ],
    }


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


def _bounds(day: DayView) -> tuple[float, float]:
    """Even degrees around all curves, at least LEAST_RANGE_K apart, so that a tenth of a degree does not look like a cliff."""
    known = [value for curve in (day.measured, day.wanted, day.planned) for _, value in curve if value is not None]
    if not known:
        return 10.0, 24.0
    low, high = 2 * math.floor(min(known) / 2 - 0.25), 2 * math.ceil(max(known) / 2 + 0.25)
    while high - low < LEAST_RANGE_K:
        low, high = (low - 2, high) if (high - low) % 4 else (low, high + 2)
    return float(low), float(high)


def _line(
    name: str,
    curve: Curve,
    colour: str,
    *,
    width: int,
    step: str | bool = False,
    dash: str = "solid",
    marks: list[Any] | None = None,
    now: dict[str, Any] | None = None,
) -> dict[str, Any]:
    line: dict[str, Any] = {
        "name": name,
        "type": "line",
        "data": [[_ms(at), None if value is None else round(value, 2)] for at, value in curve],
        "showSymbol": False,
        "step": step,
        "connectNulls": False,
        "lineStyle": {"width": width, "type": dash, ":color": f"gr('{colour}')"},
        "itemStyle": {":color": f"gr('{colour}')"},
    }
    if marks:
        line["markArea"] = {"silent": True, "data": marks}
    if now:
        line["markLine"] = now
    return line


def _now(day: DayView, words: Words) -> dict[str, Any] | None:
    if day.now not in day.span:
        return None
    label = {"formatter": words.say("chart.now"), "position": "insideEndTop", "rotate": 0, "distance": 6, **_SMALL}
    return {
        "silent": True,
        "symbol": "none",
        "label": label,
        "lineStyle": {":color": "gr('--ink-2')", "type": "solid", "width": 1},
        "data": [{"xAxis": _ms(day.now)}],
    }


def _opacity(booking: Booking) -> float:
    return 1.0 if booking.status is BookingStatus.CONFIRMED else 0.45


def _bands(day: DayView) -> list[Any]:
    """A pale band behind the curves while people are in."""
    return [
        [
            {"xAxis": _ms(part.start), "itemStyle": {":color": "gr('--booked')", "opacity": 0.12 * _opacity(booking)}},
            {"xAxis": _ms(part.end)},
        ]
        for booking, part in booked_between(day.bookings, day.span)
    ]


def _bars(day: DayView, words: Words) -> dict[str, Any]:
    """The bookings themselves, in the strip above the curves."""
    data = []
    for booking, part in booked_between(day.bookings, day.span):
        name = f"{words.clock(booking.call_at)} {words.booking(booking)}"
        wide = (part.end - part.start).total_seconds() / (day.span.end - day.span.start).total_seconds()
        style = {":color": "gr('--booked')", "opacity": _opacity(booking), "borderRadius": 4}
        label = {
            "show": wide > 0.06,
            "position": "inside",
            ":color": "gr('--on-booked')",
            ":fontSize": "grRem(.8)",
            "overflow": "truncate",
        }
        label[":width"] = f"grSpan({wide:.4f})"
        data.append([{"xAxis": _ms(part.start), "name": name, "itemStyle": style, "label": label}, {"xAxis": _ms(part.end)}])
    return {"type": "line", "xAxisIndex": 1, "yAxisIndex": 1, "data": [], "markArea": {"silent": True, "data": data}}
