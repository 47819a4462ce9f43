"""A bar chart of the month's days as inline SVG: reads in grey, needs no script and no other host."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 900, 260, 56, 30, 24
_FILLS = ("#1f6f50", "#8fb8a5", "#e0b13c")


@dataclass(frozen=True, slots=True)
class DayRow:
    """kWh of one local day by column; None where nothing is known."""

    day: date
    kwh: tuple[float | None, ...]
    completeness: float


def day_chart(rows: Sequence[DayRow], names: Sequence[str], title: str) -> str:
    """Grouped bars, one group a day; hatched backgrounds would print badly, so a missing bar is simply not there."""
    if not rows:
        return ""
    top = max((value for row in rows for value in row.kwh if value is not None), default=0.0) or 1.0
    group = (_WIDTH - _LEFT) / len(rows)
    bar = group * 0.8 / max(1, len(names))
    plot = _HEIGHT - _BOTTOM - _TOP
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title, quote=True)}" font-size="11" fill="#5b6b63">'
    ]
    for quarter in range(5):
        y = _TOP + plot * (1 - quarter / 4)
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d5ddd8"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{top * quarter / 4:.0f}</text>')
    for index, row in enumerate(rows):
        x = _LEFT + index * group + group * 0.1
        for column, value in enumerate(row.kwh):
            if value is not None:
                height = plot * max(0.0, value) / top
                parts.append(
                    f'<rect x="{x + column * bar:.1f}" y="{_TOP + plot - height:.1f}" width="{bar:.1f}" height="{height:.1f}" '
                    f'fill="{_FILLS[column % len(_FILLS)]}"/>'
                )
        if len(rows) <= 16 or index % 2 == 0:
            parts.append(f'<text x="{x + group * 0.4:.1f}" y="{_HEIGHT - 10}" text-anchor="middle">{row.day.day}</text>')
    for column, name in enumerate(names):
        x = _LEFT + column * 150
        parts.append(f'<rect x="{x}" y="4" width="11" height="11" fill="{_FILLS[column % len(_FILLS)]}"/>')
        parts.append(f'<text x="{x + 16}" y="14">{escape(name)} kWh</text>')
    return "".join(parts) + "</svg>"
