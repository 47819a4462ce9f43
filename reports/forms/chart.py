"""Charts as SVG: told apart by lightness and hatch, so that they read in grey; the same drawing in PDF and HTML."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from reports.content import Chart, ChartKind, Column
from reports.forms.writer import Writer

WIDTH, _PLOT, _LEFT, _BOTTOM = 720.0, 190.0, 62.0, 34.0
_GRID, _INK, _QUIET = "#d3dad6", "#1d2a24", "#54625b"
_LIGHTNESS = ("#1c5a45", "#7fae9b", "#d9a53a", "#45556b", "#b7c2cf", "#8a4b3a")
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "1 2")
_TICKS = 4
_WIDEST_GROUP = 120.0
_LETTER = 5.4  # width of a letter of 11 px, on average: labels are thinned out by it


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to heights. low <= 0 <= high, both round numbers."""

    low: float
    high: float
    step: float
    top: float

    def y(self, value: float) -> float:
        return self.top + _PLOT * (self.high - value) / (self.high - self.low)

    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + number * self.step for number in range(count + 1)]


def chart_svg(chart: Chart, writer: Writer) -> str:
    """The drawing, with its description for who cannot see it. Every text in it is escaped; ids begin with the chart's own."""
    legend, top = _legend(chart, writer)
    scale = _scale(chart, top)
    height = top + _PLOT + _BOTTOM
    told = f"{writer.text(chart.title)}. {writer.text(chart.description)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}" height="{height:g}" '
        f'role="img" aria-label="{escape(told, quote=True)}" font-family="Libertinus Serif, Georgia, serif" font-size="11">',
        _hatches(chart),
        *legend,
        *_axis(scale, writer),
        *(_lines(chart, scale) if chart.kind is ChartKind.LINE else _bars(chart, scale)),
        *_labels(chart, scale, writer),
        "</svg>",
    ]
    return "".join(parts)


def _scale(chart: Chart, top: float) -> _Scale:
    known = [[value for value in values if value is not None] for values in zip(*(s.values for s in chart.series), strict=True)]
    if chart.kind is ChartKind.STACK:
        extent = [sum(v for v in values if v > 0) for values in known] + [sum(v for v in values if v < 0) for values in known]
    else:
        extent = [value for values in known for value in values]
    finite = [value for value in extent if math.isfinite(value)]
    high, low = max([0.0, *finite]), min([0.0, *finite])
    if high == low:
        high = 1.0
    step = _round_step((high - low) / _TICKS)
    return _Scale(math.floor(low / step) * step, math.ceil(high / step) * step, step, top)


def _round_step(raw: float) -> float:
    size = 10.0 ** math.floor(math.log10(raw))
    return next(factor * size for factor in (1, 2, 2.5, 5, 10) if factor * size >= raw * 0.999)


def _hatches(chart: Chart) -> str:
    """The second and every other series is hatched over its lightness."""
    patterns = []
    for index in range(1, len(chart.series), 2):
        shade = _LIGHTNESS[index % len(_LIGHTNESS)]
        turn = 45 if index % 4 == 1 else -45
        patterns.append(
            f'<pattern id="{_id(chart)}-{index}" width="5" height="5" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate({turn})"><rect width="5" height="5" fill="{shade}"/>'
            f'<line x1="0" y1="0" x2="0" y2="5" stroke="{_INK}" stroke-width="1.3"/></pattern>'
        )
    return f"<defs>{''.join(patterns)}</defs>" if patterns else ""


def _id(chart: Chart) -> str:
    return "h-" + "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in chart.id)


def _fill(chart: Chart, index: int) -> str:
    return f"url(#{_id(chart)}-{index})" if index % 2 else _LIGHTNESS[index % len(_LIGHTNESS)]


def _legend(chart: Chart, writer: Writer) -> tuple[list[str], float]:
    """The legend above the plot, in as many lines as it needs, and where the plot begins."""
    parts, x, y = [f'<text x="0" y="11" fill="{_QUIET}">{escape(chart.unit)}</text>'], _LEFT, 11.0
    for index, series in enumerate(chart.series):
        name = writer.text(series.name)
        width = 24 + _LETTER * len(name) + 16
        if x > _LEFT and x + width > WIDTH:
            x, y = _LEFT, y + 17
        if chart.kind is ChartKind.LINE:
            parts.append(
                f'<line x1="{x:g}" x2="{x + 18:g}" y1="{y - 4:g}" y2="{y - 4:g}" stroke="{_LIGHTNESS[index % 6]}" '
                f'stroke-width="2.2" stroke-dasharray="{_DASHES[index % 6]}"/>'
            )
        else:
            parts.append(f'<rect x="{x:g}" y="{y - 10:g}" width="14" height="11" fill="{_fill(chart, index)}"/>')
        parts.append(f'<text x="{x + 22:g}" y="{y:g}" fill="{_INK}">{escape(name)}</text>')
        x += width
    return parts, y + 16


def _axis(scale: _Scale, writer: Writer) -> list[str]:
    parts = []
    decimals = max(0, -math.floor(math.log10(scale.step))) if scale.step < 1 else int(scale.step % 1 != 0)
    for value in scale.ticks():
        y = scale.y(value)
        colour = _QUIET if abs(value) < scale.step / 2 else _GRID
        parts.append(f'<line x1="{_LEFT:g}" x2="{WIDTH:g}" y1="{y:.2f}" y2="{y:.2f}" stroke="{colour}" stroke-width="0.8"/>')
        shown = writer.number(Decimal(repr(round(value, 9))), decimals)
        parts.append(f'<text x="{_LEFT - 6:g}" y="{y + 3.6:.2f}" text-anchor="end" fill="{_QUIET}">{shown}</text>')
    return parts


def _bars(chart: Chart, scale: _Scale) -> list[str]:
    slot = (WIDTH - _LEFT) / max(1, len(chart.labels))
    stacked = chart.kind is ChartKind.STACK
    group = min(slot * 0.8, _WIDEST_GROUP)
    width = group / (1 if stacked else max(1, len(chart.series)))
    parts = []
    for place in range(len(chart.labels)):
        up = down = 0.0
        for index, series in enumerate(chart.series):
            value = series.values[place]
            if value is None or not math.isfinite(value):
                continue
            start = (up if value >= 0 else down) if stacked else 0.0
            if value >= 0:
                up = start + value
            else:
                down = start + value
            ends = sorted((scale.y(start), scale.y(start + value)))
            x = _LEFT + (place + 0.5) * slot - group / 2 + (0 if stacked else index * width)
            height = max(ends[1] - ends[0], 0.0 if stacked else 0.9)  # a zero is a thin line, what is missing is not drawn
            parts.append(
                f'<rect x="{x:.2f}" y="{ends[1] - height:.2f}" width="{width:.2f}" height="{height:.2f}" '
                f'fill="{_fill(chart, index)}"/>'
            )
    return parts


def _lines(chart: Chart, scale: _Scale) -> list[str]:
    slot = (WIDTH - _LEFT) / max(1, len(chart.labels))
    parts = []
    for index, series in enumerate(chart.series):
        colour, dash = _LIGHTNESS[index % len(_LIGHTNESS)], _DASHES[index % len(_DASHES)]
        path, drawing = [], False
        for place, value in enumerate(series.values):
            known = value is not None and math.isfinite(value)
            if value is not None and known:
                path.append(f"{'L' if drawing else 'M'}{_LEFT + (place + 0.5) * slot:.2f} {scale.y(value):.2f}")
                alone = not drawing and (place + 1 == len(series.values) or series.values[place + 1] is None)
                path += ["h0.01"] * alone
            drawing = known
        if path:
            parts.append(
                f'<path d="{" ".join(path)}" fill="none" stroke="{colour}" stroke-width="2" stroke-linecap="round" '
                f'stroke-linejoin="round" stroke-dasharray="{dash}"/>'
            )
    return parts


def _labels(chart: Chart, scale: _Scale, writer: Writer) -> list[str]:
    """Names under the axis, every second or third where they would touch."""
    slot = (WIDTH - _LEFT) / max(1, len(chart.labels))
    column = Column("label", "")
    names = [writer.cell(label, column) for label in chart.labels]
    widest = max((len(name) for name in names), default=0) * _LETTER + 8
    every = max(1, math.ceil(min(widest, 110) / slot))
    y = scale.top + _PLOT + 15
    parts = []
    for place in range(0, len(names), every):
        name = names[place] if len(names[place]) <= 20 else names[place][:19] + "…"
        x = _LEFT + (place + 0.5) * slot
        parts.append(f'<text x="{x:.2f}" y="{y:g}" text-anchor="middle" fill="{_QUIET}">{escape(name)}</text>')
    return parts
