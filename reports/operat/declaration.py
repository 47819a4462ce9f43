"""The yearly declaration as CSV (point for decimals, ISO dates, one line a fact), and the checks before it is filed."""

from __future__ import annotations

import csv
import io

from reports.content import Cell, CellKind, Column, DataFile, Section, Table, Text, say
from reports.figures.shares import rounded
from reports.ledger.sums import meters
from reports.operat.climate import Adjusted
from reports.operat.entity import Entity, three_parts
from reports.operat.objectives import rating_of, relative_of

LEAST_AREA_M2 = 1000.0
LEAST_COMPLETENESS = 0.9


def declaration_csv(entity: Entity, adjusted: Adjusted) -> DataFile:
    """Facts of annexe VI, one a line: section, key, value, unit. It is the operator's draft, to be filed by form, CSV or API."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["section", "key", "value", "unit"])
    for section, key, value, unit in _facts(entity, adjusted):
        out.writerow([section, key, _plain(value), unit])
    name = f"operat-{entity.one.site.id}-{entity.inputs.first.isoformat()}-{entity.inputs.last.isoformat()}.csv"
    return DataFile(name, "text/csv", text.getvalue())


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(rounded(value, 1))
    return str(value)


def _facts(entity: Entity, adjusted: Adjusted) -> list[tuple[str, str, object, str]]:
    site, operat, inputs = entity.one.site, entity.operat, entity.inputs
    facts: list[tuple[str, str, object, str]] = [
        ("entity", "efa", operat.entity, ""),
        ("entity", "siret", operat.siret, ""),
        ("entity", "cadastre", operat.cadastre, ""),
        ("entity", "site", site.id, ""),
        ("entity", "floor_area", site.floor_area_m2, "m2"),
        ("entity", "energy_area", entity.area_m2, "m2"),
        ("entity", "climate_zone", entity.zone, ""),
        ("entity", "weather_station", site.degree_day_station, ""),
        ("period", "first_day", inputs.first.isoformat(), ""),
        ("period", "last_day", inputs.last.isoformat(), ""),
    ]
    for use in entity.carriers:
        name = use.carrier.value
        facts += [(f"carrier.{name}", "delivery_point", m.delivery_point or m.id, "") for m in meters(site, "grid", use.carrier)]
        facts.append((f"carrier.{name}", "native", use.native_kwh, "kWh"))
        facts.append((f"carrier.{name}", "coefficient", use.coefficient if use.coefficient is None else str(use.coefficient), "1"))
        final = None if use.final.value is None else float(use.final.value)
        facts.append((f"carrier.{name}", "final_energy", final, "kWh"))
    for name, kwh in zip(("individual", "shared_out", "common"), three_parts(entity), strict=True):
        facts.append(("parts", name, kwh, "kWh"))
    facts.append(("ev_charging", "final_energy", None if entity.ev.value is None else float(entity.ev.value), "kWh"))
    for number, (stated, part, _) in enumerate(entity.parts, 1):
        section = f"activity.{number}"
        facts += [
            (section, "category", stated.category.value, ""),
            (section, "area", float(part.area_m2), "m2"),
            (section, "hours", None if part.hours is None else float(part.hours), "h/year"),
            (section, "density", stated.density, ""),
            (section, "workstation_area", stated.workstation_m2, "m2"),
            (section, "occupancy", stated.occupancy_pct, "%"),
            (section, "auditorium_area", stated.auditorium_m2, "m2"),
        ]
    return facts + _results(entity, adjusted)


def _results(entity: Entity, adjusted: Adjusted) -> list[tuple[str, str, object, str]]:
    relative, given, reference = relative_of(entity), rating_of(entity, adjusted), entity.operat.reference
    values = (
        ("total_final_energy", entity.total.value, "kWh"),
        ("heating_degree_days", adjusted.heating_days, "degC.day"),
        ("cooling_degree_days", adjusted.cooling_days, "degC.day"),
        ("heating_adjustment", adjusted.heating_kwh, "kWh"),
        ("cooling_adjustment", adjusted.cooling_kwh, "kWh"),
        ("adjusted_final_energy", adjusted.total.value, "kWh"),
        ("adjusted_intensity", adjusted.intensity.value, "kWh/m2"),
        ("cabs", entity.cabs.cabs, "kWh/m2"),
        ("greenhouse_gas", entity.greenhouse.value, "kgCO2e"),
    )
    facts: list[tuple[str, str, object, str]] = [
        ("result", name, None if value is None else float(value), unit) for name, value, unit in values
    ]
    if reference is not None and relative is not None:
        facts += [
            ("reference", "year", reference.year, ""),
            ("reference", "intensity", reference.kwh_m2, "kWh/m2"),
            ("result", "crelat_2030", relative.crelat_2030, "kWh/m2"),
        ]
    if given is not None:
        facts.append(("result", "rating", given.rating, ""))
    return facts


def checks_of(entity: Entity, adjusted: Adjusted) -> list[tuple[str, bool, Text]]:
    """Name, whether it holds, and what is so."""
    site, operat = entity.one.site, entity.operat
    zones = sum(zone.area_m2 for zone in site.zones)
    undeclared = zones - sum(zone.area_m2 for s, _, _ in entity.parts for zone in (site.zone(z) for z in s.zones))
    least = min((one.completeness for use in entity.carriers for one in use.sums), default=0.0)
    areas: dict[str, float] = {}
    for stated, part, _ in entity.parts:
        areas[stated.category.value] = areas.get(stated.category.value, 0.0) + float(part.area_m2)
    defaults = [name for name in areas if name.endswith("_default")]
    fits = not defaults or max(areas.values()) > 0.8 * entity.area_m2
    points = [meter.id for use in entity.carriers for meter in meters(site, "grid", use.carrier) if not meter.delivery_point]
    return [
        ("liable", site.floor_area_m2 >= LEAST_AREA_M2, f"{site.floor_area_m2:.0f} m²"),
        ("twelve_months", entity.whole_year, _span(entity)),
        ("identified", bool(operat.siret and operat.entity), operat.siret or "-"),
        ("delivery_points", not points, ", ".join(points) or "-"),
        ("complete", least >= LEAST_COMPLETENESS, f"{100 * least:.1f} %"),
        ("areas", abs(undeclared) < 0.01 * max(zones, 1.0) or all(s.area_m2 for s, _, _ in entity.parts), f"{undeclared:.0f} m²"),
        ("default_value", fits, ", ".join(defaults) or "-"),
        ("climate", adjusted.heating_kwh is not None, say("operat.days_missing", count=adjusted.missing_days)),
        ("reference", operat.reference is not None, str(operat.reference.year) if operat.reference else "-"),
        ("evidence", operat.reference is not None and bool(operat.reference.document), _document(entity)),
        ("attestation", entity.greenhouse.value is not None, entity.greenhouse.why or "-"),
    ]


def _span(entity: Entity) -> str:
    return f"{entity.inputs.first.isoformat()} - {entity.inputs.last.isoformat()}"


def _document(entity: Entity) -> str:
    return entity.operat.reference.document if entity.operat.reference and entity.operat.reference.document else "-"


def checks_section(entity: Entity, adjusted: Adjusted) -> tuple[Section, bool]:
    """The checks as a table, and whether all hold."""
    found = checks_of(entity, adjusted)
    rows: tuple[tuple[Cell, ...], ...] = tuple((say(f"check.{name}"), holds, told) for name, holds, told in found)
    columns = (
        Column("check", say("column.check"), CellKind.NAME),
        Column("holds", say("column.holds"), CellKind.FLAG),
        Column("detail", say("column.detail")),
    )
    table = Table("checks", say("table.checks"), columns, rows)
    return Section("checks", say("operat.checks"), (table,)), all(holds for _, holds, _ in found)
