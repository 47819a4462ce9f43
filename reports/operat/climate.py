"""Climate adjustment of the year: heating and cooling only, metered or not, never the total."""

from __future__ import annotations

from dataclasses import dataclass

from premises.reporting import OperatCategory
from reports.content import Attachment, Cell, CellKind, Column, Figure, Figures, Paragraph, Section, Standing, Table, Tone, say
from reports.figures.weather import climate_adjustment_metered, climate_adjustment_unmetered
from reports.inputs import SiteInputs
from reports.ledger import IMPORT
from reports.ledger.sums import register_sum
from reports.operat.entity import Entity
from reports.parts.figure import derived, energy_figure
from reports.parts.weather import degree_days_of

COEFFICIENTS = {
    OperatCategory.AUDITORIUM: ("0.000247", "0.000198"),
    OperatCategory.CINEMA_FOYER: ("0.000247", "0.000198"),
    OperatCategory.CINEMA_DEFAULT: ("0.000247", "0.000198"),
}
"""Heating and cooling per °C·day, annexe II of the arrêté du 1er août 2025; audiovisual, culture and offices have the same."""
USUAL_COEFFICIENTS = ("0.000247", "0.000198")


@dataclass(frozen=True)
class Adjusted:
    """The year's consumption with its adjustment; kWh, None where the climate is not known."""

    heating_days: float | None
    cooling_days: float | None
    missing_days: int
    heating_kwh: float | None
    cooling_kwh: float | None
    total: Figure
    intensity: Figure
    raw_intensity: Figure


def climate_section(entity: Entity) -> tuple[Section, Adjusted]:
    """Degree-days of the year and of the reference, the two adjustments, intensity raw and adjusted."""
    one, operat, inputs = entity.one, entity.operat, entity.inputs
    days = degree_days_of(one, inputs.first, inputs.last)
    enough = days.days > 0 and days.missing <= (days.days + days.missing) // 10
    heating = _adjustment(entity, "heating", days.heating if enough else None, operat.mean_heating_degree_days, 0)
    cooling = _adjustment(entity, "cooling", days.cooling if enough else None, operat.mean_cooling_degree_days, 1)
    whole = None if entity.total.value is None else float(entity.total.value)
    told = None if whole is None or heating[0] is None else whole + heating[0] + (cooling[0] or 0.0)
    total = derived(
        f"{one.site.id}.adjusted_energy",
        say("figure.adjusted_energy"),
        told,
        "kWh",
        of=[entity.total],
        formula=say("formula.adjusted"),
        definition="climate-adjustment" if heating[1] == "metered" else "climate-adjustment-unmetered",
        source="arrêté du 10 avril 2020 (NOR LOGL2005904A), article 5",
        why=None if told is not None else say("why.no_climate" if entity.whole_year else "why.not_a_year"),
        standing=Standing.FINAL if told is not None else Standing.PROVISIONAL,
    )
    raw, adjusted = (_intensity(entity, name, of) for name, of in (("raw_intensity", entity.total), ("adjusted_intensity", total)))
    found = Adjusted(
        days.heating if enough else None,
        days.cooling if enough else None,
        days.missing,
        heating[0],
        cooling[0],
        total,
        adjusted,
        raw,
    )
    rows: list[tuple[Cell, ...]] = [
        (say("use.heating"), say(f"cell.{heating[1]}"), found.heating_days, operat.mean_heating_degree_days, heating[0]),
        (say("use.cooling"), say(f"cell.{cooling[1]}"), found.cooling_days, operat.mean_cooling_degree_days, cooling[0]),
    ]
    columns = (
        Column("use", say("column.use"), CellKind.NAME),
        Column("how", say("column.how")),
        Column("degree_days", say("column.degree_days"), CellKind.NUMBER, "°C·day", 1),
        Column("mean_degree_days", say("column.mean_degree_days"), CellKind.NUMBER, "°C·day", 1),
        Column("adjustment_kwh", say("column.adjustment"), CellKind.NUMBER, "kWh", 0),
    )
    notes = [Paragraph(say("operat.own_sensor", station=one.site.degree_day_station or "-"), Tone.NOTE)]
    if days.missing:
        notes.append(Paragraph(say("operat.days_missing", count=days.missing), Tone.WARNING))
    table = Table("climate", say("table.climate"), columns, tuple(rows))
    return Section("climate", say("operat.climate"), (*notes, table, Figures((raw, adjusted, total)))), found


def outdoor_hours(one: SiteInputs) -> Attachment:
    """Lowest and highest outdoor air of every hour: what the degree-days are counted from."""
    columns = (
        Column("hour", say("column.start"), CellKind.INSTANT),
        Column("low_c", say("column.lowest"), CellKind.NUMBER, "°C", 2),
        Column("high_c", say("column.highest"), CellKind.NUMBER, "°C", 2),
    )
    return Attachment("outdoor_hours", Table("outdoor_hours", say("table.outdoor_hours"), columns, one.outdoor_c))


def _adjustment(entity: Entity, use: str, days: float | None, mean: float | None, place: int) -> tuple[float | None, str]:
    """kWh to add, and whether from meters or by the coefficient. None without climate; cooling of nothing cooled is 0."""
    one, site = entity.one, entity.one.site
    served = [zone for zone in site.zones if (zone.cooling_plant if place else zone.heating_plant)]
    if place and not served:
        return 0.0, "none"
    known = [meter for meter in site.meters if meter.use == use and one.ledger.has(meter.id, IMPORT)]
    how = "metered" if known else "not_metered"
    if days is None or mean is None or not entity.whole_year:
        return None, how
    if known:
        kwh = 0.0
        for meter in known:
            found = register_sum(one.ledger, meter.id)
            if found.kwh is None:
                return None, how
            factor = next((use.coefficient or 1.0 for use in entity.carriers if use.carrier is meter.carrier), 1.0)
            kwh += found.kwh * factor
        return climate_adjustment_metered(kwh, mean, days), how
    if entity.total.value is None:
        return None, how
    weights = [
        (stated, told.cabs * float(part.area_m2)) for (stated, part, _), told in zip(entity.parts, entity.cabs.by_part, strict=True)
    ]
    together = sum(weight for _, weight in weights)
    added = 0.0
    for stated, weight in weights:
        zones = [site.zone(zone) for zone in stated.zones]
        area = sum(zone.area_m2 for zone in zones)
        inside = sum(zone.area_m2 for zone in zones if zone in served)
        share = weight / together * (inside / area if area else 1.0)
        coefficient = float(COEFFICIENTS.get(stated.category, USUAL_COEFFICIENTS)[place])
        added += climate_adjustment_unmetered(float(entity.total.value), coefficient, mean, days, min(share, 1.0))
    return added, how


def _intensity(entity: Entity, name: str, of: Figure) -> Figure:
    value = None if of.value is None or not entity.area_m2 else float(of.value) / entity.area_m2
    figure_id = f"{entity.one.site.id}.{name}"
    return derived(figure_id, say(f"figure.{name}"), value, "kWh/m²", of=[of], decimals=1, definition="energy-intensity")


def heating_meters(entity: Entity) -> list[Figure]:
    """Metered heating, one figure per meter."""
    one = entity.one
    return [
        energy_figure(f"{one.site.id}.heating.{meter.id}", meter.name, [(1, register_sum(one.ledger, meter.id))])
        for meter in one.site.meters
        if meter.use == "heating"
    ]
