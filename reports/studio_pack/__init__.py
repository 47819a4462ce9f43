"""The studio pack: what the film sector asks of a studio (albert's six themes), and the lines of a production's CNC balance."""

from __future__ import annotations

from collections.abc import Mapping

from reports.content import Amount, Cell, CellKind, Column, Figure, Figures, Paragraph, Report, Section, Table, Text, Tone, say
from reports.inputs import Inputs, SiteInputs
from reports.parts.carbon import carbon_of, carbon_section, renewable_share
from reports.parts.energy import energy_section, load_of, remainder_of
from reports.parts.factors import FactorsUsed
from reports.parts.figure import derived
from reports.parts.frame import Draft, changes_section, place_name
from reports.parts.hours import confirmed
from reports.parts.performance import performance_section
from reports.parts.quality import meter_register, meter_rows, quality_section
from reports.parts.sun import sun_section
from reports.production.account import account_of
from reports.studio_pack.stages import stages_section

__all__ = ["make"]

THEMES = ("climate", "circularity", "nature", "people", "management", "data")
"""Of the albert Studio Sustainability Standard. Its list of questions is for members: only what it makes public is used."""


def make(inputs: Inputs) -> tuple[Report, ...]:
    """One pack of the site, or of the cluster."""
    draft = Draft("studio-pack", inputs, say("studio.title", site=place_name(inputs)))
    figures = tuple(figure for one in inputs.sites for figure in _head(one, draft.factors[one.site.id]))
    draft.sections = [
        Section(
            "themes", say("studio.themes"), (Figures(figures, large=True), _themes(inputs), Paragraph(say("studio.themes_note")))
        ),
        *(stages_section(one) for one in inputs.sites),
        _cnc(inputs, draft.factors),
        energy_section(inputs.sites),
        sun_section(inputs.sites),
        performance_section(inputs.sites),
        carbon_section(inputs.sites, draft.factors),
        quality_section(inputs.sites),
        meter_register(inputs.sites),
        changes_section(inputs.sites),
    ]
    draft.attachments.append(meter_rows(inputs.sites))
    draft.method += [say("method.windows"), say("method.carbon"), say("method.studio")]
    return (draft.finish(),)


def _head(one: SiteInputs, factors: FactorsUsed) -> list[Figure]:
    carbon = carbon_of(one, factors)
    return [carbon.total_location, carbon.total_market, renewable_share(one), sub_metered(one)]


def sub_metered(one: SiteInputs) -> Figure:
    """Share of the load that a sub-meter tells of."""
    load, rest = load_of(one.ledger), remainder_of(one.ledger)
    known = load.value is not None and rest.value is not None and float(load.value)
    share = 100 * (1 - float(rest.value or 0.0) / float(load.value or 1.0)) if known else None
    formula = say("formula.sub_metered")
    return derived(
        f"{one.site.id}.sub_metered", say("figure.sub_metered"), share, "%", of=[load, rest], decimals=1, formula=formula
    )


def _themes(inputs: Inputs) -> Table:
    """What this system has on each theme, and where it has nothing."""
    litres = sum(fuel.quantity for one in inputs.sites for fuel in one.supplements.fuels if fuel.unit in ("l", "litre"))
    papers = sum(len(one.supplements.fuels) for one in inputs.sites)
    told: dict[str, Text] = {
        "climate": say("studio.climate_text"),
        "management": say("studio.management_text", count=sum(len(one.losses) for one in inputs.sites)),
        "data": say("studio.data_text", count=sum(len(one.site.meters) for one in inputs.sites)),
    }
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (say(f"theme.{name}"), name in told, told.get(name, say("studio.nothing_here"))) for name in THEMES
    )
    columns = (
        Column("theme", say("column.theme"), CellKind.NAME),
        Column("data_here", say("column.data_here"), CellKind.FLAG),
        Column("text", say("column.text")),
    )
    note = say("studio.generators", count=papers, litres=Amount(litres, "l"))
    return Table("themes", say("table.themes"), columns, rows, note=note)


def _cnc(inputs: Inputs, factors: Mapping[str, FactorsUsed]) -> Section:
    """By production: kWh metered, of it own sun, heating by key, carbon and fuel: the boxes of an approved carbon tool."""
    rows: list[tuple[Cell, ...]] = []
    for one in inputs.sites:
        for name in sorted({booking.production for booking in confirmed(one.bookings) if booking.production}):
            account = account_of(one, name, factors[one.site.id])
            kg = None if account.location.value is None else float(account.location.value)
            fuel = sum(f.quantity for f in one.supplements.fuels if f.production == name and f.unit in ("l", "litre"))
            days = sum(account.stage_days.values())
            metered = account.energy.value is not None
            kwh, sun = (account.kwh, account.sun_kwh) if metered else (None, None)
            complete = None if account.energy.completeness is None else 100 * account.energy.completeness
            rows.append((one.site.id, name, days, account.booked_hours, kwh, sun, kg, fuel or None, complete))
    columns = (
        Column("site", say("column.site"), CellKind.NAME),
        Column("production", say("column.production"), CellKind.NAME),
        Column("stage_days", say("column.stage_days"), CellKind.NUMBER),
        Column("booked_hours", say("column.booked_hours"), CellKind.NUMBER, "h", 1),
        Column("energy_kwh", say("column.energy"), CellKind.NUMBER, "kWh", 1),
        Column("own_sun_kwh", say("column.own_sun"), CellKind.NUMBER, "kWh", 1),
        Column("kgco2e", say("column.kgco2e"), CellKind.NUMBER, "kgCO2e", 1),
        Column("fuel_litres", say("column.fuel_litres"), CellKind.NUMBER, "l", 1),
        Column("completeness_pct", say("column.completeness"), CellKind.PERCENT, "%", 1),
    )
    table = Table("cnc", say("table.cnc"), columns, tuple(rows), note=say("note.cnc"))
    return Section("cnc", say("section.cnc"), (table, Paragraph(say("studio.cnc_text"), Tone.NOTE)))
