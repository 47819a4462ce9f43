"""The entity (EFA) of a site: its parts with hours counted, consumption in final energy by carrier and by part, attestation gas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from premises.reporting import Operat, OperatPart
from premises.tariff import Carrier
from reports.content import Amount, Cell, CellKind, Column, Figure, Figures, Paragraph, Section, Standing, Table, say
from reports.figures.operat import Cabs, Part, cabs, climate_zone
from reports.inputs import Inputs, SiteInputs
from reports.kinds import ReportRefusedError
from reports.ledger.sums import RegisterSum, known_sum, meters, register_sum
from reports.parts.carbon import FUELS
from reports.parts.energy import carriers_of, leaves, load_of
from reports.parts.factors import FactorsUsed, standing_with
from reports.parts.figure import derived, energy_figure, kwh_column, share_cells, share_columns
from reports.parts.frame import whole_year
from reports.parts.hours import hours_of, used_spans


@dataclass(frozen=True)
class CarrierUse:
    """A carrier's native kWh, the coefficient of annexe I, and final energy (kWh, None where there is no coefficient)."""

    carrier: Carrier
    sums: tuple[RegisterSum, ...]
    native_kwh: float | None
    coefficient: float | None
    final: Figure


@dataclass(frozen=True)
class Entity:
    """All that objectives, declaration and checks are made from."""

    inputs: Inputs
    one: SiteInputs
    operat: Operat
    zone: str
    parts: tuple[tuple[OperatPart, Part, float], ...]
    carriers: tuple[CarrierUse, ...]
    total: Figure
    ev: Figure
    area_m2: float
    cabs: Cabs
    greenhouse: Figure

    @property
    def whole_year(self) -> bool:
        """Twelve whole months, all past: only of such are objectives told."""
        return whole_year(self.inputs.first, self.inputs.last) and self.one.ledger.until >= self.one.ledger.period.end


def entity_of(inputs: Inputs, one: SiteInputs, factors: FactorsUsed) -> Entity:
    """Raises ReportRefusedError where the climate zone or the areas are not known."""
    site, operat = one.site, one.site.operat
    assert operat is not None
    if not site.climate_zone and not site.department:
        raise ReportRefusedError(f"{site.id}: no climate zone; add climate_zone (such as H1a) or department to the site file")
    zone = site.climate_zone or climate_zone(site.department)
    parts = tuple((part, *_part(part, one, inputs)) for part in operat.parts)
    area = sum(float(part.area_m2) for _, part, _ in parts)
    uses = tuple(_carrier(one, carrier, factors, inputs.last.year) for carrier in carriers_of(site))
    known = [use.final for use in uses]
    whole = None if not known or any(f.value is None for f in known) else sum(float(f.value or 0.0) for f in known)
    ev_meters = [meter for meter in leaves(site) if meter.use == "ev"]
    ev = energy_figure(f"{site.id}.ev", say("figure.ev"), [(1, register_sum(one.ledger, meter.id)) for meter in ev_meters])
    if whole is not None and ev.value is not None:
        whole -= float(ev.value)
    year = whole_year(inputs.first, inputs.last)
    total = derived(
        f"{site.id}.final_energy",
        say("figure.final_energy"),
        whole,
        "kWh",
        of=known,
        formula=say("formula.final_energy"),
        source="arrêté du 10 avril 2020 (NOR LOGL2005904A), annexe I",
        standing=Standing.FINAL if year else Standing.PROVISIONAL,
        why=None if year else say("why.not_a_year"),
    )
    modulated = cabs([part for _, part, _ in parts], zone)
    return Entity(inputs, one, operat, zone, parts, uses, total, ev, area, modulated, _attestation(one, uses, factors, inputs))


def _part(part: OperatPart, one: SiteInputs, inputs: Inputs) -> tuple[Part, float]:
    """The part as the figure takes it, and the hours that were counted (or stated)."""
    zones = [one.site.zone(zone) for zone in part.zones]
    area = part.area_m2 if part.area_m2 is not None else sum(zone.area_m2 for zone in zones)
    counted = [hours_of(used_spans(one, zone)) for zone in zones]
    weights = [zone.area_m2 for zone in zones]
    hours = part.hours
    if hours is None and zones:
        hours = sum(hour * weight for hour, weight in zip(counted, weights, strict=True)) / sum(weights)
    usable = hours if whole_year(inputs.first, inputs.last) or part.hours is not None else None
    figure = Part(
        part.category.value,
        area,
        None if usable is None else round(usable, 1),
        part.density,
        part.workstation_m2,
        part.occupancy_pct,
        part.auditorium_m2,
    )
    return figure, hours or 0.0


def _carrier(one: SiteInputs, carrier: Carrier, factors: FactorsUsed, year: int) -> CarrierUse:
    sums = [register_sum(one.ledger, meter.id) for meter in meters(one.site, "grid", carrier)]
    name = FUELS.get(carrier, carrier.value)
    factor = factors.find(name, "final_energy_conversion_OPERAT", year)
    native = known_sum(sums)
    base = energy_figure(f"{one.site.id}.native.{carrier.value}", say(f"carrier.{carrier.value}"), [(1, s) for s in sums])
    final = derived(
        f"{one.site.id}.final.{carrier.value}",
        say("figure.final_of", carrier=say(f"carrier.{carrier.value}")),
        None if native is None or factor is None else native * factor.value,
        "kWh",
        of=[base],
        factors=[factor.identity] if factor else [],
        standing=Standing.REFUSED if factor is None else Standing.FINAL,
        why=factors.why(name, "final_energy_conversion_OPERAT", year),
    )
    return CarrierUse(carrier, tuple(sums), native, factor.value if factor else None, final)


def _attestation(one: SiteInputs, uses: Sequence[CarrierUse], factors: FactorsUsed, inputs: Inputs) -> Figure:
    """Greenhouse gas with the factors of annexe VII: for the attestation only. A network's own value is a paper of the site."""
    year, known, named = inputs.last.year, list[float | None](), list[str]()
    standing, why = Standing.FINAL, None
    for use in uses:
        name = FUELS.get(use.carrier, use.carrier.value)
        network = use.carrier in (Carrier.HEAT_NETWORK, Carrier.COOLING_NETWORK)
        scope = "scope2" if network else "regulatory_OPERAT"
        factor = factors.find(name, scope, year)
        if factor is None:
            standing, why = Standing.REFUSED, factors.why(name, scope, year)
            continue
        provisional = standing_with(factor) is Standing.PROVISIONAL and network
        standing = Standing.PROVISIONAL if provisional and standing is Standing.FINAL else standing
        named.append(factor.identity)
        kwh = use.native_kwh if network else use.final.value
        known.append(None if kwh is None else float(kwh) * factor.value)
    whole = None if any(value is None for value in known) else sum(value or 0.0 for value in known)
    return derived(
        f"{one.site.id}.attestation_ghg",
        say("figure.attestation_ghg"),
        whole,
        "kgCO2e",
        of=[use.final for use in uses if use.final.standing is not Standing.REFUSED],
        factors=named,
        standing=standing,
        why=why,
        source="arrêté du 10 avril 2020, annexe VII",
    )


def entity_section(entity: Entity) -> tuple[Section, Section]:
    """Who and where; areas by sub-category with hours and absolute value; consumption by carrier and part."""
    site, operat = entity.one.site, entity.operat
    who = Paragraph(
        say(
            "operat.who",
            entity=operat.entity or "-",
            siret=operat.siret or "-",
            cadastre=operat.cadastre or "-",
            zone=entity.zone,
            station=site.degree_day_station or "-",
        )
    )
    parts = Section("entity", say("operat.entity"), (who, _parts_table(entity), Paragraph(say("operat.hours"))))
    ev = (entity.ev,) if entity.ev.evidence else ()
    figures = Figures((*(use.final for use in entity.carriers), entity.total, *ev, entity.greenhouse))
    consumption = Section("consumption", say("operat.consumption"), (figures, _carriers_table(entity), _three_parts(entity)))
    return parts, consumption


def _parts_table(entity: Entity) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for (stated, part, counted), told in zip(entity.parts, entity.cabs.by_part, strict=True):
        zones = ", ".join(entity.one.site.zone(zone).name for zone in stated.zones)
        used = None if part.hours is None else float(part.hours)
        where = say("cell.stated" if stated.hours is not None else "cell.counted")
        name = say(f"category.{stated.category.value}")
        rows.append((name, zones, float(part.area_m2), counted, used, where, told.cvc, told.use, told.cabs))
    columns = (
        Column("category", say("column.category"), CellKind.NAME),
        Column("zones", say("column.zones")),
        Column("area_m2", say("column.area"), CellKind.NUMBER, "m²", 0),
        Column("counted_hours", say("column.counted_hours"), CellKind.NUMBER, "h", 0),
        Column("hours", say("column.hours_used"), CellKind.NUMBER, "h/year", 0),
        Column("hours_source", say("column.hours_source")),
        Column("cvc_kwh_m2", say("column.cvc"), CellKind.NUMBER, "kWh/m²", 1),
        Column("use_kwh_m2", say("column.use_modulated"), CellKind.NUMBER, "kWh/m²", 1),
        Column("cabs_kwh_m2", say("column.cabs"), CellKind.NUMBER, "kWh/m²", 1),
    )
    whole = entity.cabs
    total = (say("cell.total"), None, entity.area_m2, None, None, None, whole.cvc, whole.use, whole.cabs)
    return Table("operat_parts", say("table.operat_parts"), columns, tuple(rows), total)


def _carriers_table(entity: Entity) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for use in entity.carriers:
        points = ", ".join(m.delivery_point for m in meters(entity.one.site, "grid", use.carrier) if m.delivery_point)
        final = None if use.final.value is None else float(use.final.value)
        told = share_cells([(1, one) for one in use.sums])
        rows.append((say(f"carrier.{use.carrier.value}"), points, use.native_kwh, use.coefficient, final, *told))
    columns = (
        Column("carrier", say("column.carrier"), CellKind.NAME),
        Column("delivery_points", say("column.delivery_point")),
        kwh_column("native"),
        Column("coefficient", say("column.coefficient"), CellKind.NUMBER, "kWh/kWh", 3),
        kwh_column("final"),
        *share_columns(),
    )
    return Table("operat_carriers", say("table.operat_carriers"), columns, tuple(rows), note=say("operat.without_own_sun"))


def three_parts(entity: Entity) -> tuple[float | None, float | None, float | None]:
    """kWh final of electricity that is individual (a tenant's own meter), shared out (a tenant's zones), common (all else)."""
    one = entity.one
    own, shared = 0.0, 0.0
    tenants = {zone for tenant in one.site.tenants for zone in tenant.zones}
    for meter in leaves(one.site):
        kwh = register_sum(one.ledger, meter.id).kwh
        if kwh is None or meter.use == "ev":
            continue
        if meter.tenant:
            own += kwh
        elif meter.zones and set(meter.zones) <= tenants:
            shared += kwh
    whole = None if entity.total.value is None else float(entity.total.value)
    return own, shared, None if whole is None else whole - own - shared


def _three_parts(entity: Entity) -> Table:
    names = ("individual", "shared_out", "common")
    rows = tuple((say(f"operat.{name}"), kwh) for name, kwh in zip(names, three_parts(entity), strict=True))
    columns = (Column("part", say("column.part"), CellKind.NAME), kwh_column("final"))
    total = (say("cell.total"), None if entity.total.value is None else float(entity.total.value))
    return Table("operat_three", say("table.operat_three"), columns, rows, total, say("operat.three_note", load=_load(entity)))


def _load(entity: Entity) -> Amount:
    value = load_of(entity.one.ledger).value
    return Amount(None if value is None else float(value), "kWh")
