"""Greenhouse gas by scope and primary energy: each year with its own factors, each factor named, nothing without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from premises.site import Site
from premises.tariff import Carrier
from premises.time import Interval, local_midnight
from reports.content import Block, Cell, CellKind, Column, Figure, Figures, Paragraph, Section, Standing, Table, Text, Tone, say
from reports.factors import Factor
from reports.inputs import SiteInputs
from reports.ledger import Ledger
from reports.ledger.sums import RegisterSum, exported, meters, register_sum
from reports.parts.energy import carriers_of, import_of
from reports.parts.factors import FactorsUsed, standing_with
from reports.parts.figure import coverage, derived
from reports.parts.sun import sun_series

FUELS = {Carrier.GAS: "gas", Carrier.HEATING_OIL: "heating_oil", Carrier.WOOD: "wood_chips"}
NETWORKS = (Carrier.HEAT_NETWORK, Carrier.COOLING_NETWORK)


@dataclass(frozen=True, slots=True)
class CarbonFigures:
    """kg CO2e of one site; refused ones have no value. avoided and exported stand apart."""

    scope1: Figure
    location: Figure
    market: Figure
    total_location: Figure
    total_market: Figure
    avoided: Figure
    exported: Figure

    def scopes(self) -> tuple[Figure, ...]:
        return (self.scope1, self.location, self.market, self.total_location, self.total_market)


@dataclass(frozen=True, slots=True)
class _Part:
    """One year of one quantity: kWh of a sum (or a part of it) with its factor; None: there is none."""

    kwh: float | None
    factor: Factor | None
    scale: float = 1.0

    @property
    def kg(self) -> float | None:
        return None if self.kwh is None or self.factor is None else self.kwh * self.scale * self.factor.value


def years_of(ledger: Ledger) -> list[tuple[int, Interval]]:
    """The local calendar years of the past part: a factor is applied to the year of its interval, never averaged."""
    zone, found, start = ledger.site.zoneinfo, [], ledger.period.start
    while start < ledger.until:
        year = start.astimezone(zone).year
        end = min(ledger.until, local_midnight(date(year + 1, 1, 1), zone))
        found.append((year, Interval(start, end)))
        start = end
    return found


def _added(
    figure_id: str, name: Text, parts: Sequence[_Part], sums: Sequence[RegisterSum], why: Text | None, definition: str, source: str
) -> Figure:
    known = [part.kg for part in parts]
    standing = max((standing_with(p.factor) for p in parts if p.kwh is not None), key=list(Standing).index, default=Standing.FINAL)
    if standing is not Standing.REFUSED and any(one is None for one in known):
        standing = Standing.PROVISIONAL
    value = None if standing is Standing.REFUSED or any(one is None for one in known) else sum(one or 0.0 for one in known)
    told = coverage([(1, one) for one in sums])
    return Figure(
        figure_id,
        name,
        value,
        "kgCO2e",
        0,
        standing,
        why if value is None else None,
        told.measured if sums else None,
        told.estimated if sums else None,
        told.corrected if sums else None,
        told.missing if sums else None,
        told.completeness if sums else None,
        say("formula.energy_times_factor"),
        definition,
        source,
        tuple(dict.fromkeys(part.factor.identity for part in parts if part.factor)),
        tuple(one.evidence() for one in sums),
    )


def carbon_of(inputs: SiteInputs, factors: FactorsUsed) -> CarbonFigures:
    """Scopes 1 and 2 of the period's past part, year by year."""
    site, ledger = inputs.site, inputs.ledger
    scope1 = _scope1(inputs, factors)
    location, market = _scope2(inputs, factors)
    totals = [
        derived(
            f"{site.id}.{name}",
            say(f"figure.{name}"),
            None if scope1.value is None or scope2.value is None else float(scope1.value) + float(scope2.value),
            "kgCO2e",
            of=[scope1, scope2] if scope1.evidence or scope1.value else [scope2],
            definition="carbon",
        )
        for name, scope2 in (("total_location", location), ("total_market", market))
    ]
    sun, sent = sun_series(ledger), exported(ledger)
    used, out = [], []
    for year, span in years_of(ledger):
        mean = factors.find("electricity", "location", year)
        sums = sun.sums(span) if sun else None
        used.append(_Part(sums.self_consumed_kwh if sums else 0.0, mean))
        out.append(_Part(sum(register_sum(ledger, s.meter, s.register, span).kwh or 0.0 for s in sent), mean))
    apart = [
        _added(f"{site.id}.{name}", say(f"figure.{name}"), parts, sent, _why(factors), definition, "rule of this software")
        for name, parts, definition in (("avoided", used, "avoided-emissions"), ("exported", out, "exported-emissions"))
    ]
    return CarbonFigures(scope1, location, market, totals[0], totals[1], apart[0], apart[1])


def _why(factors: FactorsUsed) -> Text | None:
    return next(iter(factors.refused.values()), say("why.no_reading"))


def _scope1(inputs: SiteInputs, factors: FactorsUsed) -> Figure:
    site, ledger = inputs.site, inputs.ledger
    parts: list[_Part] = []
    sums: list[RegisterSum] = []
    for carrier in carriers_of(site):
        if carrier not in FUELS:
            continue
        for meter in meters(site, "grid", carrier):
            sums.append(register_sum(ledger, meter.id))
            for year, span in years_of(ledger):
                net = factors.find(FUELS[carrier], "net_per_gross", year) if carrier is Carrier.GAS else None
                scale = net.value if net else 1.0
                factor = factors.find(FUELS[carrier], "scope1", year)
                usable = None if carrier is Carrier.GAS and net is None else factor
                parts.append(_Part(register_sum(ledger, meter.id, within=span).kwh, usable, scale))
    burnt = inputs.supplements.fuels
    parts += [_Part(fuel.net_kwh, factors.find(fuel.carrier, "scope1", fuel.day.year)) for fuel in burnt]
    return _added(f"{site.id}.scope1", say("figure.scope1"), parts, sums, _why(factors), "scope-1", "GHG Protocol")


def _scope2(inputs: SiteInputs, factors: FactorsUsed) -> tuple[Figure, Figure]:
    site, ledger = inputs.site, inputs.ledger
    grids = meters(site, "grid", Carrier.ELECTRICITY)
    sums = [register_sum(ledger, meter.id) for meter in grids]
    by_location: list[_Part] = []
    by_market: list[_Part] = []
    for year, span in years_of(ledger):
        taken = [register_sum(ledger, meter.id, within=span).kwh for meter in grids]
        kwh = None if any(one is None for one in taken) else sum(one or 0.0 for one in taken)
        mean = factors.find("electricity", "location", year)
        by_location.append(_Part(kwh, mean))
        by_market += _market(inputs, factors, year, span, kwh, mean)
    for carrier in NETWORKS:
        for meter in meters(site, "grid", carrier):
            sums.append(register_sum(ledger, meter.id))
            for year, span in years_of(ledger):
                part = _Part(register_sum(ledger, meter.id, within=span).kwh, factors.find(carrier.value, "scope2", year))
                by_location.append(part)
                by_market.append(part)
    source, why = "GHG Protocol Scope 2 Guidance (2015)", _why(factors)
    return (
        _added(f"{site.id}.scope2_location", say("figure.scope2_location"), by_location, sums, why, "scope-2-location", source),
        _added(f"{site.id}.scope2_market", say("figure.scope2_market"), by_market, sums, why, "scope-2-market", source),
    )


def _market(
    inputs: SiteInputs, factors: FactorsUsed, year: int, span: Interval, kwh: float | None, mean: Factor | None
) -> list[_Part]:
    """Cancelled guarantees first (or the contract's share), then the residual mix; the mean mix where no residual is known."""
    if kwh is None:
        return [_Part(None, mean)]
    covered, guaranteed = contractual_kwh(inputs, span, kwh), factors.quietly("electricity", "guarantee_of_origin", year)
    rest = factors.quietly("electricity", "residual", year) or mean
    return [_Part(kwh - covered, rest), *([_Part(covered, guaranteed)] if covered else [])]


def contractual_kwh(inputs: SiteInputs, span: Interval, import_kwh: float) -> float:
    """What guarantees of origin cover of the import: papers of the period where there are any, else the contracts' share."""
    site = inputs.site
    papers = inputs.supplements.guarantees
    if papers:
        told = 0.0
        for paper in papers:
            first, beyond = (
                local_midnight(day, site.zoneinfo) for day in (paper.first, date.fromordinal(paper.last.toordinal() + 1))
            )
            common = Interval(first, beyond).intersection(span)
            told += paper.kwh * (common.duration / (beyond - first)) if common else 0.0
        return min(told, import_kwh)
    grids = {meter.id for meter in meters(site, "grid", Carrier.ELECTRICITY)}
    day = span.start.astimezone(site.zoneinfo).date()
    shares = [c.guarantee_of_origin_share for c in site.contracts if c.meter in grids and (c.until is None or c.until > day)]
    return import_kwh * max(shares, default=0.0)


def primary_of(inputs: SiteInputs, factors: FactorsUsed) -> Figure:
    """Primary energy, kWh: electricity bought, fuels (net) and networks, each by its own coefficient."""
    site, ledger = inputs.site, inputs.ledger
    parts: list[_Part] = []
    sums: list[RegisterSum] = []
    for carrier in carriers_of(site):
        name = FUELS.get(carrier, carrier.value)
        for meter in meters(site, "grid", carrier):
            sums.append(register_sum(ledger, meter.id))
            for year, span in years_of(ledger):
                net = factors.find("gas", "net_per_gross", year) if carrier is Carrier.GAS else None
                factor = factors.find(name, "primary", year)
                parts.append(_Part(register_sum(ledger, meter.id, within=span).kwh, factor, net.value if net else 1.0))
    told = _added(f"{site.id}.primary", say("figure.primary"), parts, sums, _why(factors), "primary-energy", "")
    return replace(told, unit="kWh")


def carbon_section(inputs: Sequence[SiteInputs], factors: Mapping[str, FactorsUsed]) -> Section:
    """Of all sites, each by the factors of its country (by site's id), which remember what was used and what was refused."""
    refused: list[Text] = []
    figures: list[Figure] = []
    apart: list[Figure] = []
    rows: list[tuple[Cell, ...]] = []
    for one in inputs:
        found = carbon_of(one, factors[one.site.id])
        figures += found.scopes()
        apart += [found.avoided, found.exported]
        rows += [_row(one.site, figure) for figure in (*found.scopes(), found.avoided, found.exported)]
        refused += factors[one.site.id].refused.values()
    columns = (
        Column("site", say("column.site"), CellKind.NAME),
        Column("figure", say("column.figure"), CellKind.NAME),
        Column("kgco2e", say("column.kgco2e"), CellKind.NUMBER, "kgCO2e", 0),
        Column("estimated_pct", say("column.estimated"), CellKind.PERCENT, "%", 1),
        Column("completeness_pct", say("column.completeness"), CellKind.PERCENT, "%", 1),
        Column("factors", say("column.factors")),
    )
    warnings = [Paragraph(text, Tone.WARNING) for text in refused]
    table = Table("carbon", say("table.carbon"), columns, tuple(rows))
    blocks: tuple[Block, ...] = (
        *warnings,
        Figures(tuple(figures)),
        table,
        Paragraph(say("note.carbon_apart")),
        Figures(tuple(apart)),
    )
    return Section("carbon", say("section.carbon"), blocks)


def _row(site: Site, figure: Figure) -> tuple[Cell, ...]:
    value = None if figure.value is None else float(figure.value)
    estimated = None if figure.estimated is None else 100 * figure.estimated
    complete = None if figure.completeness is None else 100 * figure.completeness
    return (
        site.id,
        figure.name,
        value,
        estimated,
        complete,
        "; ".join(figure.factors),
    )


def renewable_share(inputs: SiteInputs) -> Figure:
    """Share of the electricity used that came from the site's own sun or is covered by guarantees of origin."""
    sun = sun_series(inputs.ledger)
    taken = import_of(inputs.ledger)
    if taken.value is None:
        return derived(f"{inputs.site.id}.renewable_share", say("figure.renewable_share"), None, "%", of=[taken])
    own = sun.sums().self_consumed_kwh if sun else 0.0
    covered = sum(contractual_kwh(inputs, span, _year_kwh(inputs.ledger, span)) for _, span in years_of(inputs.ledger))
    whole = float(taken.value) + own
    share = 100 * (own + covered) / whole if whole else None
    return derived(f"{inputs.site.id}.renewable_share", say("figure.renewable_share"), share, "%", of=[taken], decimals=1)


def _year_kwh(ledger: Ledger, span: Interval) -> float:
    return sum(register_sum(ledger, meter.id, within=span).kwh or 0.0 for meter in meters(ledger.site, "grid", Carrier.ELECTRICITY))
