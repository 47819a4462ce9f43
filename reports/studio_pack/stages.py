"""Stages: kWh per stage-day by kind of day, per booked hour and per m²; standby on the owner's account."""

from __future__ import annotations

import numpy as np

from premises.site import Zone, ZoneUse
from reports.content import Cell, CellKind, Column, Paragraph, Section, Table, Tone, say
from reports.inputs import SiteInputs
from reports.ledger import IMPORT
from reports.parts.energy import leaves
from reports.parts.figure import kwh_column
from reports.parts.hours import hours_of, merged, part_of_slots, stage_days, stays


def stages_section(one: SiteInputs) -> Section | None:
    """None for a site without stage."""
    stages = [zone for zone in one.site.zones if zone.use in (ZoneUse.STAGE, ZoneUse.AUDITORIUM)]
    if not stages:
        return None
    rows: list[tuple[Cell, ...]] = []
    kinds: list[tuple[Cell, ...]] = []
    for zone in stages:
        rows.append(_stage_row(one, zone))
        kinds += _kind_rows(one, zone)
    columns = (
        Column("zone", say("column.zone"), CellKind.NAME),
        Column("area_m2", say("column.area"), CellKind.NUMBER, "m²", 0),
        Column("booked_hours", say("column.booked_hours"), CellKind.NUMBER, "h", 1),
        kwh_column("booked", 1),
        kwh_column("standby", 1),
        Column("standby_pct", say("column.standby_pct"), CellKind.PERCENT, "%", 1),
        Column("kwh_per_hour", say("column.per_hour"), CellKind.NUMBER, "kWh/h", 2),
        Column("kwh_per_m2", say("column.per_m2"), CellKind.NUMBER, "kWh/m²", 1),
        Column("known_pct", say("column.known"), CellKind.PERCENT, "%", 1),
    )
    by_kind = (
        Column("zone", say("column.zone"), CellKind.NAME),
        Column("day_kind", say("column.day_kind"), CellKind.NAME),
        Column("stage_days", say("column.stage_days"), CellKind.NUMBER),
        kwh_column("energy", 1),
        Column("kwh_per_stage_day", say("column.per_stage_day"), CellKind.NUMBER, "kWh/stage-day", 1),
    )
    tables = (
        Table(f"stages_{one.site.id}", say("table.stages", site=one.site.name), columns, tuple(rows)),
        Table(f"stage_days_{one.site.id}", say("table.stage_days"), by_kind, tuple(kinds)),
    )
    note = Paragraph(say("production.no_benchmark"), Tone.NOTE)
    return Section(f"stages_{one.site.id}", say("section.stages"), (*tables, note))


def metered(one: SiteInputs, zone: Zone) -> np.ndarray | None:
    """kWh by quarter hour of all meters of the zone alone, NaN where any is missing; None where it has none."""
    names = [meter.id for meter in leaves(one.site) if meter.zones == (zone.id,) and one.ledger.has(meter.id)]
    if not names:
        return None
    return sum((one.ledger.arrays(name, IMPORT)[0] for name in names), np.zeros(len(one.ledger.kwh)))


def _stage_row(one: SiteInputs, zone: Zone) -> tuple[Cell, ...]:
    there = stays(one, [zone.id])
    hours = hours_of(merged(stay.span for stay in there))
    kwh = metered(one, zone)
    if kwh is None or not len(kwh):
        return (zone.name, zone.area_m2, hours, None, None, None, None, None, 0.0)
    part = part_of_slots(one.ledger, [stay.span for stay in there])
    known = ~np.isnan(kwh)
    booked = float((kwh[known] * part[known]).sum())
    standby = float(kwh[known].sum()) - booked
    whole = booked + standby
    return (
        zone.name,
        zone.area_m2,
        hours,
        booked,
        standby,
        100 * standby / whole if whole else None,
        booked / hours if hours else None,
        whole / zone.area_m2,
        100 * float(known.mean()),
    )


def _kind_rows(one: SiteInputs, zone: Zone) -> list[tuple[Cell, ...]]:
    kwh = metered(one, zone)
    if kwh is None:
        return []
    there = stays(one, [zone.id])
    rows: list[tuple[Cell, ...]] = []
    for kind, days in sorted(stage_days(there, one.site).items()):
        part = part_of_slots(one.ledger, [stay.span for stay in there if stay.booking.day_kind is kind])
        used = float(np.nansum(kwh * part))
        rows.append((zone.name, say(f"day_kind.{kind.value}"), days, used, used / days))
    return rows
