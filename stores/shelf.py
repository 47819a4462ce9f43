"""Windows that were made once and are kept: what lies on the shelf, and how far it may be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from premises.ports import Resolution
from premises.site import Point
from stores.energy import EnergyWindows
from stores.track import Floats, Micros
from stores.windows import Windows


@dataclass(frozen=True)
class Rows:
    """Windows that hold anything, of one point and width, in order. starts: µs; amount: NaN where no energy is known."""

    starts: Micros
    integral: Floats
    covered: Micros
    low: Floats
    high: Floats
    last: Floats
    count: Micros
    texts: tuple[str | None, ...]
    amount: Floats
    estimated: Floats
    energy_covered: Micros

    def __len__(self) -> int:
        return len(self.starts)


@dataclass(frozen=True)
class Mark:
    """How far a point is rolled up. upto: end (µs, a UTC midnight) of the days whose quarters are kept; days_upto: end of the
    local days that are kept, cut in `zone`."""

    upto: int
    days_upto: int
    zone: str


@dataclass(frozen=True)
class Shelving:
    """Rows of one point and width that take the place of all that was kept from `first` to before `beyond`."""

    point: Point
    width: Resolution
    first: int
    beyond: int
    rows: Rows


class Shelf(Protocol):
    """Where a store keeps windows and marks."""

    def mark(self, point: Point) -> Mark | None:
        """How far the point is rolled up; None: not at all."""
        ...

    def marks_now(self, points: Sequence[Point]) -> dict[str, Mark]:
        """Marks by point id of the points (of one site) that have one, as they are now."""
        ...

    def kept(self, point: Point, width: Resolution, start: int, end: int) -> Rows:
        """Rows that start in the span."""
        ...

    def put(self, shelvings: Sequence[Shelving], marks: Sequence[tuple[Point, Mark | None, Mark]]) -> None:
        """Keep rows, then move each mark from what it was to what it is; a mark that was moved by others meanwhile stays."""
        ...


def rows_of(windows: Windows, energy: EnergyWindows | None) -> Rows:
    """The windows that hold anything, with energy where the point counts any."""
    n = len(windows)
    amount, estimated, energy_covered = np.full(n, np.nan), np.zeros(n), np.zeros(n, np.int64)
    if energy is not None:
        amount = np.where(energy.known, energy.amount, np.nan)
        estimated, energy_covered = energy.estimated, energy.covered
    some = np.flatnonzero((windows.count > 0) | (windows.covered > 0) | ~np.isnan(amount))
    return Rows(
        windows.edges[:-1][some],
        windows.integral[some],
        windows.covered[some],
        windows.low[some],
        windows.high[some],
        windows.last[some],
        windows.count[some],
        tuple(windows.texts[place] for place in some.tolist()) if windows.texts else (None,) * len(some),
        amount[some],
        estimated[some],
        energy_covered[some],
    )


def windows_of(rows: Rows, edges: Micros, of_texts: bool) -> Windows:
    """All windows between the edges, those without a row empty."""
    n = len(edges) - 1
    rows, place = _on_edges(rows, edges)
    integral, (low, high, last) = np.zeros(n), (np.full(n, np.nan) for _ in range(3))
    covered, count = np.zeros(n, np.int64), np.zeros(n, np.int64)
    integral[place], covered[place], count[place] = rows.integral, rows.covered, rows.count
    low[place], high[place], last[place] = rows.low, rows.high, rows.last
    texts: list[str | None] = [None] * n if of_texts else []
    for row, window in enumerate(place.tolist() if of_texts else ()):
        texts[window] = rows.texts[row]
    return Windows(edges, integral, covered, low, high, last, count, tuple(texts))


def _on_edges(rows: Rows, edges: Micros) -> tuple[Rows, NDArray[np.intp]]:
    """Rows that begin at an edge, and the windows they fill: days that were cut in another zone count for none."""
    place = np.searchsorted(edges[:-1], rows.starts)
    fits = edges[place] == rows.starts
    if fits.all():
        return rows, place
    kept = {one.name: getattr(rows, one.name)[fits] for one in fields(Rows) if one.name != "texts"}
    return Rows(**kept, texts=tuple(text for text, on in zip(rows.texts, fits, strict=True) if on)), place[fits]


def energy_of_rows(rows: Rows, edges: Micros) -> EnergyWindows:
    """Energy of all windows between the edges."""
    n = len(edges) - 1
    rows, place = _on_edges(rows, edges)
    known = ~np.isnan(rows.amount)
    amount, estimated, covered, told = np.zeros(n), np.zeros(n), np.zeros(n, np.int64), np.zeros(n, bool)
    amount[place] = np.where(known, rows.amount, 0.0)
    estimated[place], covered[place], told[place] = rows.estimated, rows.energy_covered, known
    return EnergyWindows(edges, amount, estimated, covered, told)


def joined(first: Windows, second: Windows) -> Windows:
    """Windows of two spans that meet, as one."""
    if not len(first) or not len(second):
        return first if len(first) else second
    return Windows(
        np.concatenate([first.edges, second.edges[1:]]),
        np.concatenate([first.integral, second.integral]),
        np.concatenate([first.covered, second.covered]),
        np.concatenate([first.low, second.low]),
        np.concatenate([first.high, second.high]),
        np.concatenate([first.last, second.last]),
        np.concatenate([first.count, second.count]),
        first.texts + second.texts,
    )


def joined_energy(first: EnergyWindows, second: EnergyWindows) -> EnergyWindows:
    """Energy of two spans that meet, as one."""
    if not len(first) or not len(second):
        return first if len(first) else second
    return EnergyWindows(
        np.concatenate([first.edges, second.edges[1:]]),
        np.concatenate([first.amount, second.amount]),
        np.concatenate([first.estimated, second.estimated]),
        np.concatenate([first.covered, second.covered]),
        np.concatenate([first.known, second.known]),
    )
