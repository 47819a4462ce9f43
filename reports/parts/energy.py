"""Energy by carrier, use and zone, and the balance of the meters by month with its remainder."""

from __future__ import annotations

from collections.abc import Sequence

from premises.site import Meter, Site
from premises.tariff import Carrier
from reports.content import Cell, CellKind, Chart, ChartKind, Column, Figure, Figures, Month, Section, Series, Table, Text, say
from reports.figures.shares import rounded_parts
from reports.inputs import SiteInputs
from reports.ledger import EXPORT, HEAT, IMPORT, Ledger
from reports.ledger.sums import RegisterSum, boundary, exported, local_months, meters, register_sum
from reports.parts.figure import Terms, derived, energy_figure, kwh_column, share_cells, share_columns

CARRIERS = tuple(Carrier)


def carriers_of(site: Site) -> list[Carrier]:
    """Carriers that cross the boundary."""
    return [carrier for carrier in CARRIERS if meters(site, "grid", carrier)]


def import_of(ledger: Ledger, carrier: Carrier = Carrier.ELECTRICITY) -> Figure:
    """What was bought of a carrier; fuels in kWh of gross calorific value, as billed."""
    terms = [(1, one) for one in boundary(ledger, carrier)]
    return energy_figure(f"{ledger.site.id}.import.{carrier.value}", say(f"figure.import_{carrier.value}"), terms)


def export_of(ledger: Ledger) -> Figure:
    """What was sent out, gross: subtracted from nothing."""
    return energy_figure(f"{ledger.site.id}.export.electricity", say("figure.export"), [(1, one) for one in exported(ledger)])


def generation_of(ledger: Ledger) -> Figure:
    """Production meters together."""
    terms = [(1, register_sum(ledger, meter.id)) for meter in meters(ledger.site, "production", Carrier.ELECTRICITY)]
    return energy_figure(f"{ledger.site.id}.generation", say("figure.generation"), terms)


def load_terms(ledger: Ledger) -> list[tuple[int, RegisterSum]]:
    """Site load = import + generation - export, from gross registers."""
    made = [(1, register_sum(ledger, meter.id)) for meter in meters(ledger.site, "production", Carrier.ELECTRICITY)]
    return [(1, one) for one in boundary(ledger, Carrier.ELECTRICITY)] + made + [(-1, one) for one in exported(ledger)]


def load_of(ledger: Ledger) -> Figure:
    """The site's electricity, bought and self-consumed together."""
    return energy_figure(
        f"{ledger.site.id}.load", say("figure.load"), load_terms(ledger), formula=say("formula.load"), definition="solar-balance"
    )


def tops(site: Site, carrier: Carrier = Carrier.ELECTRICITY) -> list[Meter]:
    """Sub-meters that stand directly behind the boundary: their sum is what is sub-metered."""
    grid = {meter.id for meter in meters(site, "grid", carrier)}
    return [meter for meter in site.meters if meter.parent in grid]


def remainder_of(ledger: Ledger) -> Figure:
    """Load that no sub-meter tells of: shown, never hidden; negative where a meter is wrong or missing."""
    terms = load_terms(ledger) + [(-1, register_sum(ledger, meter.id)) for meter in tops(ledger.site)]
    return energy_figure(
        f"{ledger.site.id}.remainder",
        say("figure.remainder"),
        terms,
        formula=say("formula.remainder"),
        definition="meter-balance",
    )


def energy_section(inputs: Sequence[SiteInputs]) -> Section:
    """Totals of each site by carrier; the table by meter; use and zone; the balance by month."""
    figures: list[Figure] = []
    for one in inputs:
        figures += [import_of(one.ledger, carrier) for carrier in carriers_of(one.site)]
        if meters(one.site, "production"):
            figures += [generation_of(one.ledger), export_of(one.ledger), load_of(one.ledger)]
        figures.append(remainder_of(one.ledger))
    if len(inputs) > 1:
        for carrier in CARRIERS:
            of = [one for one in figures if one.id.endswith(f".import.{carrier.value}")]
            if of:
                whole = None if any(one.value is None for one in of) else sum(float(one.value or 0) for one in of)
                name = say("figure.all_sites_of", what=say(f"figure.import_{carrier.value}"))
                figures.append(derived(f"cluster.import.{carrier.value}", name, whole, "kWh", of=of))
    return Section("energy", say("section.energy"), (Figures(tuple(figures)), by_meter(inputs), by_use(inputs), balance(inputs)))


def by_meter(inputs: Sequence[SiteInputs]) -> Table:
    """Every register with its total, estimated share and completeness."""
    rows: list[tuple[Cell, ...]] = []
    for one in inputs:
        names = {meter.id: meter for meter in one.site.meters}
        plants = {plant.id: plant.name for plant in one.site.plants}
        for name, register in one.ledger.registers():
            found = register_sum(one.ledger, name, register)
            meter = names.get(name)
            carrier: Text = say(f"carrier.{meter.carrier.value}") if meter else say("carrier.heat")
            use: Text = say(f"use.{meter.use}") if meter else say("use.heating")
            label = meter.name if meter else plants.get(name, name)
            told = share_cells([(1, found)])
            rows.append((one.site.id, label, carrier, use, say(f"register.{register}"), found.kwh, *told))
    columns = (
        Column("site", say("column.site"), CellKind.NAME),
        Column("meter", say("column.meter"), CellKind.NAME),
        Column("carrier", say("column.carrier")),
        Column("use", say("column.use")),
        Column("register", say("column.register")),
        kwh_column("energy", 1),
        *share_columns(),
    )
    return Table("by_meter", say("table.by_meter"), columns, tuple(rows))


def uses_and_zones(site: Site, ledger: Ledger) -> dict[tuple[str, str], list[tuple[float, RegisterSum]]]:
    """Lowest sub-meters by (zone, use) with the part of each: a meter of several zones is shared by their areas."""
    found: dict[tuple[str, str], list[tuple[float, RegisterSum]]] = {}
    for meter in leaves(site):
        if not ledger.has(meter.id):
            continue
        one = register_sum(ledger, meter.id)
        area = sum(site.zone(zone).area_m2 for zone in meter.zones)
        for zone in meter.zones or ("",):
            part = site.zone(zone).area_m2 / area if zone else 1.0
            found.setdefault((zone, meter.use), []).append((part, one))
    return found


def leaves(site: Site, carrier: Carrier = Carrier.ELECTRICITY) -> list[Meter]:
    """Sub-meters behind which no other stands: none counts twice."""
    above = {meter.parent for meter in site.meters}
    return [meter for meter in site.meters if meter.role == "sub" and meter.carrier is carrier and meter.id not in above]


def by_use(inputs: Sequence[SiteInputs]) -> Table:
    """Sub-metered electricity by zone and use; rounded by largest remainder so that the rows add up to the total."""
    rows: list[tuple[Cell, ...]] = []
    exact: dict[str, float] = {}
    told: list[tuple[str, str, str, Terms]] = []
    for one in inputs:
        for (zone, use), parts in sorted(uses_and_zones(one.site, one.ledger).items()):
            key = f"{one.site.id}/{zone}/{use}"
            if all(found.kwh is not None for _, found in parts):
                exact[key] = sum(part * (found.kwh or 0.0) for part, found in parts)
            told.append((key, one.site.id, zone, [(1, found) for _, found in parts]))
    shown, whole = rounded_parts(exact, 1)
    zones = {f"{one.site.id}/{zone.id}": zone.name for one in inputs for zone in one.site.zones}
    for key, site, zone, terms in told:
        use = key.rsplit("/", 1)[1]
        label: Text = zones[f"{site}/{zone}"] if zone else say("cell.whole_site")
        rows.append((site, label, say(f"use.{use}"), shown.get(key), *share_cells(terms)))
    columns = (
        Column("site", say("column.site"), CellKind.NAME),
        Column("zone", say("column.zone"), CellKind.NAME),
        Column("use", say("column.use")),
        kwh_column("energy", 1),
        *share_columns(),
    )
    total = (None, say("cell.total"), None, whole, None, None)
    return Table("by_use", say("table.by_use"), columns, tuple(rows), total if rows else None, say("note.by_use"))


def balance(inputs: Sequence[SiteInputs]) -> Table:
    """By month: load, sub-metered, the remainder in kWh and percent."""
    rows: list[tuple[Cell, ...]] = []
    for one in inputs:
        for month, span in local_months(one.ledger):
            load = [(sign, register_sum(one.ledger, s.meter, s.register, span)) for sign, s in load_terms(one.ledger)]
            subs = [(1, register_sum(one.ledger, meter.id, IMPORT, span)) for meter in tops(one.site)]
            whole, part = _known(load), _known(subs)
            left = None if whole is None or part is None else whole - part
            share = None if left is None or not whole else 100 * left / whole
            rows.append((one.site.id, Month(month.year, month.month), whole, part, left, share, *share_cells([*load, *subs])))
    columns = (
        Column("site", say("column.site"), CellKind.NAME),
        Column("month", say("column.month"), CellKind.MONTH),
        kwh_column("load"),
        kwh_column("sub_metered"),
        kwh_column("remainder"),
        Column("remainder_pct", say("column.remainder_pct"), CellKind.PERCENT, "%", 1),
        *share_columns(),
    )
    return Table("balance", say("table.balance"), columns, tuple(rows), note=say("note.balance"))


def _known(terms: Terms) -> float | None:
    if not terms or any(one.kwh is None for _, one in terms):
        return None
    return sum(sign * (one.kwh or 0.0) for sign, one in terms)


def months_chart(inputs: SiteInputs) -> Chart:
    """Import, generation and export by month."""
    spans = local_months(inputs.ledger)
    site, ledger = inputs.site, inputs.ledger
    grids = [m.id for m in meters(site, "grid", Carrier.ELECTRICITY)]
    made = [m.id for m in meters(site, "production", Carrier.ELECTRICITY)]

    def values(names: list[str], register: str) -> tuple[float | None, ...]:
        return tuple(_known([(1, register_sum(ledger, name, register, span)) for name in names]) for _, span in spans)

    series = [Series(say("column.import"), values(grids, IMPORT))]
    if made:
        series += [Series(say("column.generation"), values(made, IMPORT)), Series(say("column.export"), values(grids, EXPORT))]
    return Chart(
        f"months_{site.id}",
        say("chart.months", site=site.name),
        ChartKind.BARS,
        "kWh",
        tuple(Month(month.year, month.month) for month, _ in spans),
        tuple(series),
        say("chart.months_text", site=site.name),
    )


def heat_of(ledger: Ledger) -> list[RegisterSum]:
    """Heat counters of plants."""
    return [register_sum(ledger, plant.id, HEAT) for plant in ledger.site.plants if ledger.has(plant.id, HEAT)]
