"""The coded indicators of Regulation (EU) 2021/1058, annex I: levels of whole years, for the whole operation, never pro rata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from premises.reporting import Indicator
from reports.content import (
    Cell,
    CellKind,
    Column,
    Evidence,
    Figure,
    Figures,
    Paragraph,
    Section,
    Standing,
    Table,
    Tone,
    say,
)
from reports.figures.funds import INDICATORS, achievement
from reports.figures.shares import rounded
from reports.funder.shares import funds_of
from reports.inputs import Inputs
from reports.parts.carbon import carbon_of, primary_of
from reports.parts.energy import generation_of
from reports.parts.factors import FactorsUsed
from reports.parts.figure import derived
from reports.parts.frame import whole_year

USUAL = ("RCO22", "RCR26", "RCR29", "RCR31", "RCR32")
"""Told where a fund names none; RCO19 joins them where a site is a public building."""
DECIMALS = {"RCO19": 0, "RCO22": 3, "RCO97": 0, "RCR26": 1, "RCR29": 1, "RCR31": 1, "RCR32": 3}


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator with what was achieved."""

    fund: str
    indicator: Indicator
    figure: Figure


def indicators_section(inputs: Inputs, factors: Mapping[str, FactorsUsed]) -> tuple[Section, list[Figure]]:
    """The section, and the figures without which the report must not be issued."""
    rows = rows_of(inputs, factors)
    blocks: list[Paragraph | Figures | Table] = [Paragraph(say("note.indicators"))]
    year = whole_year(inputs.first, inputs.last)
    if not year:
        blocks.append(Paragraph(say("note.not_a_year"), Tone.WARNING))
    if not any(one.site.public_building for one in inputs.sites):
        blocks.append(Paragraph(say("note.no_rco19"), Tone.NOTE))
    blocks += [Figures(tuple(row.figure for row in rows), large=True), _table(rows, year)]
    return Section("indicators", say("section.indicators"), tuple(blocks)), [row.figure for row in rows]


def rows_of(inputs: Inputs, factors: Mapping[str, FactorsUsed]) -> list[Row]:
    """Of each fund with an operation, its own indicators; else the usual ones once."""
    public = any(one.site.public_building for one in inputs.sites)
    found: list[Row] = []
    for fund in funds_of(inputs):
        agreed = fund.operation.indicators if fund.operation else ()
        told = [one for one in agreed if one.code in INDICATORS and (one.code != "RCO19" or public)]
        found += [Row(fund.id, one, achieved_of(one, inputs, factors, fund.id)) for one in told]
    if not found:
        codes = (*USUAL, "RCO19") if public else USUAL
        found = [Row("", Indicator(code), achieved_of(Indicator(code), inputs, factors, "operation")) for code in codes]
    return found


def achieved_of(indicator: Indicator, inputs: Inputs, factors: Mapping[str, FactorsUsed], fund: str) -> Figure:
    """What was achieved in the period: stated where a paper says it, else from the meters of all sites."""
    code, figure_id, name = indicator.code, f"{fund}.{indicator.code}", say(f"indicator.{indicator.code}")
    unit, decimals = INDICATORS[code][1], DECIMALS[code]
    if indicator.achieved is not None:
        papers = tuple(Evidence(inputs.sites[0].site.id, document=one) for one in indicator.documents)
        stated = Figure(figure_id, name, Decimal(repr(indicator.achieved)), unit, decimals, source=_SOURCE, evidence=papers)
        return replace(stated, formula=say("formula.stated"))
    if code in ("RCO22", "RCR32"):
        return _capacity(indicator, inputs, figure_id)
    if code == "RCO19":
        area = sum(one.site.floor_area_m2 for one in inputs.sites if one.site.public_building)
        return Figure(figure_id, name, area, unit, decimals, source=_SOURCE, formula=say("formula.public_area"))
    if code == "RCO97":
        return Figure(figure_id, name, None, unit, decimals, Standing.PROVISIONAL, say("why.must_be_stated"), source=_SOURCE)
    parts = _metered(code, inputs, factors)
    whole = None if any(one.value is None for one in parts) else sum(float(one.value or 0.0) for one in parts) / 1000
    year = whole_year(inputs.first, inputs.last)
    return derived(
        figure_id,
        name,
        whole,
        unit,
        of=parts,
        decimals=decimals,
        definition=_DEFINITIONS[code],
        formula=say(f"formula.{code}"),
        source=_SOURCE,
        standing=Standing.FINAL if year else Standing.PROVISIONAL,
        why=None if year else say("why.not_a_year"),
    )


_SOURCE = "Regulation (EU) 2021/1058, annex I; definitions recalled from SWD(2021) 198"
_DEFINITIONS = {"RCR26": "primary-energy", "RCR29": "carbon", "RCR31": "energy-sums"}


def _metered(code: str, inputs: Inputs, factors: Mapping[str, FactorsUsed]) -> list[Figure]:
    """By site, in kWh or kg, each with the factors of its country."""
    if code == "RCR26":
        return [primary_of(one, factors[one.site.id]) for one in inputs.sites]
    if code == "RCR29":
        return [carbon_of(one, factors[one.site.id]).total_location for one in inputs.sites]
    return [generation_of(one.ledger) for one in inputs.sites if one.site.pv_strings]


def _capacity(indicator: Indicator, inputs: Inputs, figure_id: str) -> Figure:
    """RCO22: what was built by the last day; RCR32: of it what is connected and has produced in the period."""
    code = indicator.code
    watts, evidence = 0.0, list[Evidence]()
    for one in inputs.sites:
        made = generation_of(one.ledger)
        runs = made.value is not None and made.value > 0
        built = [string for string in one.site.pv_strings if string.in_service is None or string.in_service <= inputs.last]
        watts += sum(string.peak_power_w for string in built) if code == "RCO22" or runs else 0.0
        evidence += made.evidence if code == "RCR32" else ()
    formula = say("formula.capacity" if code == "RCO22" else "formula.capacity_running")
    unit, decimals = INDICATORS[code][1], DECIMALS[code]
    name = say(f"indicator.{code}")
    return Figure(figure_id, name, watts / 1e6, unit, decimals, formula=formula, source=_SOURCE, evidence=tuple(evidence))


def _table(rows: list[Row], year: bool) -> Table:
    """Fields 49 to 55 of annex XVII of Regulation (EU) 2021/1060, with the reduction and the certificate's value beside.

    year: whether the period is one; levels of anything else are compared with no target.
    """
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        told, figure = row.indicator, row.figure
        decimals = DECIMALS[told.code]
        value = None if figure.value is None else rounded(float(figure.value), decimals)
        ratio = reduction = met = None
        comparable = year or told.code not in _DEFINITIONS
        if figure.value is not None and told.target is not None and comparable:
            found = achievement(float(figure.value), told.target, told.baseline, told.code)
            ratio, met = found.ratio_pct, found.met
        if figure.value is not None and told.baseline is not None and INDICATORS[told.code][2] and comparable:
            reduction = told.baseline - float(figure.value)
        years = (told.baseline_year, told.target, told.target_year)
        complete = None if figure.completeness is None else 100 * figure.completeness
        estimated = None if figure.estimated is None else 100 * figure.estimated
        cells.append(
            (
                told.code,
                say(f"indicator.{told.code}"),
                INDICATORS[told.code][1],
                told.baseline,
                *(str(one) if isinstance(one, int) else one for one in years),
                value,
                ratio,
                reduction,
                met,
                told.certificate,
                estimated,
                complete,
                say(f"standing.{figure.standing.value}"),
                "; ".join(told.documents),
            )
        )
    columns = (
        Column("code", say("column.code"), CellKind.NAME),
        Column("name", say("column.name"), CellKind.NAME),
        Column("unit", say("column.unit")),
        Column("baseline", say("column.baseline"), CellKind.NUMBER, "", 3),
        Column("baseline_year", say("column.baseline_year")),
        Column("target", say("column.target"), CellKind.NUMBER, "", 3),
        Column("target_year", say("column.target_year")),
        Column("achieved", say("column.achieved"), CellKind.NUMBER, "", 3),
        Column("ratio_pct", say("column.ratio_pct"), CellKind.PERCENT, "%", 1),
        Column("reduction", say("column.reduction"), CellKind.NUMBER, "", 3),
        Column("met", say("column.met"), CellKind.FLAG),
        Column("certificate", say("column.certificate"), CellKind.NUMBER, "", 3),
        Column("estimated_pct", say("column.estimated"), CellKind.PERCENT, "%", 1),
        Column("completeness_pct", say("column.completeness"), CellKind.PERCENT, "%", 1),
        Column("standing", say("column.standing")),
        Column("documents", say("column.documents")),
    )
    return Table("indicators", say("table.indicators"), columns, tuple(cells), note=say("note.reduction_beside"))
