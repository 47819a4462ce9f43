"""A model's free run beside what was measured: as SVG, as a page, and as signs on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from rules.model_card import ModelCard
from rules.snapshot import LearnedLead

Course = Sequence[tuple[datetime, float, float]]
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 860, 340, 52, 42, 34, 16
MEASURED, FREE = "#1b6ca8", "#c4561d"
ROWS, COLUMNS = 14, 72
TICKS_H = 4


def svg(card: ModelCard, tz: ZoneInfo, title: str) -> str:
    """Two lines over a day: measured, and the free run from its first value; a text alternative says their distance."""
    course = card.course
    low, high = _bounds(course)
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def x(place: int) -> float:
        return LEFT + width * place / max(1, len(course) - 1)

    def y(value: float) -> float:
        return TOP + height * (high - value) / (high - low)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif"'
        ' font-size="13">',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(_said(card))}</desc>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20" font-weight="bold">{escape(title)}</text>',
    ]
    for value in _marks(low, high):
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g} °C</text>')
    for place, (at, _, _) in enumerate(course):
        local = at.astimezone(tz)
        if local.minute == 0 and local.hour % TICKS_H == 0:
            parts.append(f'<text x="{x(place):.1f}" y="{HEIGHT - 20}" text-anchor="middle">{local:%H:%M}</text>')
    lines = (([row[1] for row in course], MEASURED, ""), ([row[2] for row in course], FREE, ' stroke-dasharray="6 4"'))
    for values, colour, dash in lines:
        points = " ".join(f"{x(place):.1f},{y(value):.1f}" for place, value in enumerate(values) if value == value)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
    parts.append(f'<text x="{WIDTH - RIGHT}" y="20" text-anchor="end" fill="{MEASURED}">measured</text>')
    parts.append(f'<text x="{WIDTH - RIGHT - 74}" y="20" text-anchor="end" fill="{FREE}">free run (dashed)</text>')
    return "\n".join([*parts, "</svg>"])


def page(card: ModelCard, tz: ZoneInfo, title: str, standby_w: float | None = None) -> str:
    """The plot with the model's numbers under it, as one HTML file that needs nothing else."""
    rows = "\n".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in facts(card, standby_w) if value
    )
    style = "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}th{text-align:left;padding-right:2rem}"
    return (
        f"<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><title>{escape(title)}</title>"
        f"<meta name='viewport' content='width=device-width'><style>{style}svg{{max-width:100%}}</style></head>\n"
        f"<body><h1>{escape(title)}</h1>\n{svg(card, tz, title) if card.course else ''}\n<table>\n{rows}\n</table></body></html>\n"
    )


def facts(card: ModelCard, standby_w: float | None = None) -> list[tuple[str, str]]:
    """The model's numbers in terms of the trade. standby_w: what runs on in quiet nights, where the zone has meters."""
    lead = card.lead

    def kelvin(value: float | None) -> str:
        return "not known yet" if value is None else f"{value:.2f} K"

    return [
        ("heat lost to outdoors", f"{card.loss_w_k:.0f} W/K"),
        ("heat that warms the air side by a kelvin", f"{card.capacity_kwh_k:.1f} kWh/K"),
        ("time constant of the slow mass", f"{card.mass_h:.0f} h"),
        ("dead time of heat", f"{card.delay_min:.0f} min"),
        ("heat let through by half-open valves", f"{card.half_open_pct:.0f} %"),
        ("sun let in, as by so much glass", f"{card.solar_m2:.1f} m²"),
        ("a watt of people and lamps, beside one of the emitter", f"{card.gain_share:.2f}"),
        ("heat exchanged with zones beside", f"{card.beside_w_k:.0f} W/K" if card.beside_w_k else ""),
        ("one-day open-loop error when adopted", kelvin(card.error_k)),
        ("one-day open-loop error of the last three days", kelvin(card.recent_k)),
        ("plans are made by it", "yes" if card.trusted else "not yet: it errs too much"),
        ("lead from", lead_from(lead)),
        (
            "error of the lead",
            "" if lead is None or not lead.count else f"{lead.error_h:.2f} h (table: {lead.table_error_h:.2f} h)",
        ),
        ("standby at night", "" if standby_w is None else f"{standby_w:.0f} W"),
    ]


def lead_from(lead: LearnedLead | None) -> str:
    """What a zone's lead stands on."""
    if lead is None:
        return "table"
    return "model" if lead.warm is not None else f"{lead.count} warm-ups"


def signs(card: ModelCard, tz: ZoneInfo) -> list[str]:
    """The plot as lines of text: o measured, x free run, * both."""
    course = card.course
    if not course:
        return []
    low, high = _bounds(course)
    grid = [[" "] * COLUMNS for _ in range(ROWS)]
    for column in range(COLUMNS):
        _, measured, free = course[round(column * (len(course) - 1) / (COLUMNS - 1))]
        for value, sign in ((measured, "o"), (free, "x")):
            if value == value:
                row = round((high - value) / (high - low) * (ROWS - 1))
                grid[row][column] = "*" if grid[row][column] not in (" ", sign) else sign
    lines = []
    for row, cells in enumerate(grid):
        told = f"{high - (high - low) * row / (ROWS - 1):5.1f} °C" if row % 3 == 0 else ""
        lines.append(f"{told:>9} |{''.join(cells)}")
    first, last = course[0][0].astimezone(tz), course[-1][0].astimezone(tz)
    axis = f"{first:%a %H:%M}{last:%a %H:%M}".rjust(COLUMNS)
    lines.append(" " * 10 + "+" + "-" * COLUMNS)
    lines.append(" " * 11 + f"{first:%a %H:%M}" + f"{last:%a %H:%M}".rjust(COLUMNS - len(axis.strip()) + len(f"{last:%a %H:%M}")))
    lines.append(" " * 11 + "o measured   x free run from the first value on   * both")
    return lines


def _said(card: ModelCard) -> str:
    away = [abs(free - measured) for _, measured, free in card.course if measured == measured]
    return f"The free run is at most {max(away, default=0.0):.1f} K away from what was measured."


def _bounds(course: Course) -> tuple[float, float]:
    values = [value for row in course for value in row[1:] if value == value]
    low, high = min(values, default=0.0), max(values, default=1.0)
    spare = max(0.5, 0.08 * (high - low))
    return low - spare, high + spare


def _marks(low: float, high: float) -> list[float]:
    step = next(s for s in (0.5, 1.0, 2.0, 5.0, 10.0, 50.0) if (high - low) / s <= 8 or s == 50.0)
    first = int(low / step) * step
    return [value for k in range(40) if low <= (value := first + k * step) <= high]
