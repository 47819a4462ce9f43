"""Figures of a report from sums of the ledger, with what they rest on beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from reports.content import CellKind, Column, Figure, Standing, Text, say
from reports.ledger.sums import RegisterSum

Terms = Sequence[tuple[int, RegisterSum]]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of the energy that was measured, estimated and corrected; of the time, missing; and the completeness. All 0 to 1."""

    missing: float
    completeness: float
    measured: float | None = None
    estimated: float | None = None
    corrected: float | None = None


def coverage(terms: Terms) -> Coverage:
    """Of several registers together; shares of the energy are None where there was none."""
    energy = sum(one.kwh or 0.0 for _, one in terms)
    quarters = sum(one.quarters for _, one in terms)
    missing = 1.0 - sum(one.known for _, one in terms) / quarters if quarters else 1.0
    complete = sum(one.completeness * one.quarters for _, one in terms) / quarters if quarters else 0.0
    if energy <= 0:
        return Coverage(missing, complete)
    estimated = min(1.0, sum(one.estimated_kwh for _, one in terms) / energy)
    corrected = min(1.0, sum(one.corrected_kwh for _, one in terms) / energy)
    return Coverage(missing, complete, max(0.0, 1.0 - estimated - corrected), estimated, corrected)


def energy_figure(
    figure_id: str,
    name: Text,
    terms: Terms,
    *,
    unit: str = "kWh",
    decimals: int = 0,
    scale: float = 1.0,
    formula: Text | None = None,
    definition: str = "energy-sums",
) -> Figure:
    """A sum of registers, each with its sign. Not available where any of them is not known at all, or there is none."""
    known = bool(terms) and all(one.kwh is not None for _, one in terms)
    value = sum(sign * (one.kwh or 0.0) for sign, one in terms) * scale if known else None
    told = coverage(terms)
    return Figure(
        figure_id,
        name,
        value,
        unit,
        decimals,
        measured=told.measured,
        estimated=told.estimated,
        corrected=told.corrected,
        missing=told.missing,
        completeness=told.completeness,
        formula=formula or say("formula.sum"),
        definition=definition,
        evidence=tuple(one.evidence(sign) for sign, one in terms),
        why=None if known else say("why.no_reading"),
    )


def derived(
    figure_id: str,
    name: Text,
    value: float | Decimal | Fraction | None,
    unit: str,
    *,
    of: Sequence[Figure] = (),
    decimals: int = 0,
    definition: str = "",
    formula: Text | None = None,
    source: str = "",
    factors: Sequence[str] = (),
    standing: Standing = Standing.FINAL,
    why: Text | None = None,
) -> Figure:
    """A figure computed from others: it rests on all that they rest on, and stands no firmer than the weakest of them."""
    worst = max((standing, *(one.standing for one in of)), key=_FIRMNESS.index)
    weighed = [one for one in of if one.completeness is not None]
    refused = next((one.why for one in of if one.standing is Standing.REFUSED and one.why is not None), None)
    return Figure(
        figure_id,
        name,
        None if worst is Standing.REFUSED else value,
        unit,
        decimals,
        worst,
        refused or why or next((one.why for one in of if one.why is not None), None),
        _least(weighed, "measured"),
        _most(weighed, "estimated"),
        _most(weighed, "corrected"),
        _most(weighed, "missing"),
        _least(weighed, "completeness"),
        formula,
        definition,
        source,
        tuple(dict.fromkeys((*factors, *(name for one in of for name in one.factors)))),
        tuple(dict.fromkeys(row for one in of for row in one.evidence)),
    )


_FIRMNESS = (Standing.FINAL, Standing.PROVISIONAL, Standing.REFUSED)


def _least(figures: Sequence[Figure], name: str) -> float | None:
    return min((value for one in figures if (value := getattr(one, name)) is not None), default=None)


def _most(figures: Sequence[Figure], name: str) -> float | None:
    return max((value for one in figures if (value := getattr(one, name)) is not None), default=None)


def standing_of(figures: Sequence[Figure]) -> Standing:
    """The weakest standing among them."""
    return max((one.standing for one in figures), key=_FIRMNESS.index, default=Standing.FINAL)


def kwh_column(name: str, decimals: int = 0, unit: str = "kWh") -> Column:
    """A column of energy, titled by `column.<name>`."""
    suffix = unit.lower().replace("/", "_").replace("²", "2")
    return Column(f"{name}_{suffix}", say(f"column.{name}"), CellKind.NUMBER, unit, decimals)


def share_columns() -> tuple[Column, Column]:
    """Estimated share and completeness: beside every total."""
    return (
        Column("estimated_pct", say("column.estimated"), CellKind.PERCENT, "%", 1),
        Column("completeness_pct", say("column.completeness"), CellKind.PERCENT, "%", 1),
    )


def share_cells(terms: Terms) -> tuple[float | None, float | None]:
    """The cells of `share_columns`."""
    told = coverage(terms)
    estimated = None if told.estimated is None else 100 * (told.estimated + (told.corrected or 0.0))
    return estimated, 100 * told.completeness
