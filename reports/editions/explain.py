"""Opening a figure of an edition: how it is computed, its factors, and the quarter hours of the meters that it comes from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

import numpy as np
import pandas as pd

from premises.errors import UnknownNameError
from reports.content import Evidence, Figure, Report
from reports.editions.folder import Edition
from reports.editions.quarters import Quarters, baseline_file, earlier_file, quarters_file, read_quarters

TOLERANCE_KWH = 1e-6
"""Sums of the same numbers in another order differ by less."""


@dataclass(frozen=True, slots=True)
class MeterRow:
    """One quarter hour of a register; kwh None: nothing is known of it."""

    start: datetime
    kwh: float | None
    estimated_kwh: float
    corrected_kwh: float
    completeness: float


@dataclass(frozen=True, slots=True)
class Opened:
    """One piece of evidence with its rows. agrees: their sum is what the figure was told; None: nothing to compare."""

    evidence: Evidence
    rows: tuple[MeterRow, ...]
    sum_kwh: float | None
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure taken apart."""

    edition: str
    report: Report
    figure: Figure
    factors: tuple[tuple[str, str], ...]
    opened: tuple[Opened, ...]


def explain(edition: Edition, figure_id: str) -> Explanation:
    """Raises UnknownNameError that names the nearest figures, EditionError where a file was changed since."""
    report = edition.report(attachments=False)
    figures = report.figures()
    if figure_id not in figures:
        near = get_close_matches(figure_id, figures, 3, 0.4) or list(figures)[:8]
        raise UnknownNameError(f"{edition.manifest.id} has no figure {figure_id!r}; there is {', '.join(near)}")
    figure = figures[figure_id]
    held: dict[str, Quarters] = {}
    opened = tuple(_open(edition, evidence, held) for evidence in figure.evidence)
    factors = tuple((name, edition.manifest.factors.get(name, "")) for name in figure.factors)
    return Explanation(edition.manifest.id, report, figure, factors, opened)


def _open(edition: Edition, evidence: Evidence, held: dict[str, Quarters]) -> Opened:
    quarters = _holding(edition, evidence, held) if evidence.meter else None
    block = None if quarters is None else quarters.values.get(f"{evidence.meter}/{evidence.register}")
    if quarters is None or block is None:
        return Opened(evidence, (), None, None)
    first, beyond = 0, len(quarters.starts)
    if evidence.interval is not None:
        edges = (pd.Timestamp(edge) for edge in (evidence.interval.start, evidence.interval.end))
        first, beyond = (int(quarters.starts.searchsorted(edge)) for edge in edges)
    known = block[first:beyond, 0][~np.isnan(block[first:beyond, 0])]
    total = float(known.sum()) if len(known) else None
    rows = tuple(_rows(quarters, block, first, beyond))
    return Opened(evidence, rows, total, _agrees(total, evidence.kwh))


def _holding(edition: Edition, evidence: Evidence, held: dict[str, Quarters]) -> Quarters | None:
    """The frozen quarter hours in which the evidence begins: the period's, or those of a year before."""
    name = f"{evidence.meter}/{evidence.register}"
    for file in (named(evidence.site) for named in (quarters_file, baseline_file, earlier_file)):
        if edition.manifest.file(file) is None:
            continue
        if file not in held:
            held[file] = read_quarters(edition.read(file), file)
        quarters, span = held[file], evidence.interval
        if name not in quarters.values:
            continue
        if span is None or (len(quarters.starts) and quarters.starts[0] <= pd.Timestamp(span.start) <= quarters.starts[-1]):
            return quarters
    return None


def _agrees(total: float | None, told: float | None) -> bool | None:
    if told is None or total is None:
        return None if told is total else False
    return math.isclose(total, told, rel_tol=1e-9, abs_tol=TOLERANCE_KWH)


def _rows(quarters: Quarters, block: np.ndarray, first: int, beyond: int) -> Iterator[MeterRow]:
    for place in range(first, beyond):
        kwh, estimated, corrected, complete = (float(value) for value in block[place])
        yield MeterRow(quarters.starts[place].to_pydatetime(), None if math.isnan(kwh) else kwh, estimated, corrected, complete)
