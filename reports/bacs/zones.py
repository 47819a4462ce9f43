"""Energy by functional zone: hourly for the period, monthly for as long as it was read (five years are kept)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from premises.site import Site
from reports.content import Attachment, Cell, CellKind, Column, Month, Paragraph, Section, Table, Text, Tone, say
from reports.inputs import SiteInputs
from reports.ledger import HEAT, IMPORT
from reports.parts.energy import leaves
from reports.parts.figure import kwh_column

YEARS = 5


def registers_by_zone(site: Site, one: SiteInputs) -> dict[str, list[tuple[str, str, str, float]]]:
    """By functional zone: (meter, register, use, its part by area). Plants are a zone of production of their own."""
    found: dict[str, list[tuple[str, str, str, float]]] = {}
    for meter in leaves(site):
        if not one.ledger.has(meter.id):
            continue
        area = sum(site.zone(zone).area_m2 for zone in meter.zones)
        for zone in meter.zones:
            found.setdefault(zone, []).append((meter.id, IMPORT, meter.use, site.zone(zone).area_m2 / area))
        if not meter.zones:
            found.setdefault("", []).append((meter.id, IMPORT, meter.use, 1.0))
    for plant in site.plants:
        if one.ledger.has(plant.id, HEAT):
            found.setdefault("", []).append((plant.id, HEAT, "heat", 1.0))
    for meter in site.meters:
        if meter.role != "sub" and one.ledger.has(meter.id):
            found.setdefault("", []).append((meter.id, IMPORT, meter.role, 1.0))
    return found


def hourly_attachment(one: SiteInputs) -> Attachment:
    """Every hour of every functional zone and use, kWh; empty where a quarter hour of it is not known."""
    index = one.ledger.kwh.index
    columns: list[Column] = [Column("hour", say("column.start"), CellKind.INSTANT)]
    values: list[list[float | None]] = []
    hours, codes = _hours(index)
    for zone, registers in sorted(registers_by_zone(one.site, one).items()):
        for meter, register, use, part in registers:
            name = f"{zone or 'site'}.{meter}.{use}" if register == IMPORT else f"{zone or 'site'}.{meter}.{register}"
            label = one.site.zone(zone).name if zone else one.site.name
            columns.append(Column(f"{name}_kwh", f"{label}: {meter}", CellKind.NUMBER, "kWh", 3))
            values.append(_by_hour(one.ledger.arrays(meter, register)[0] * part, codes, len(hours)))
    rows: tuple[tuple[Cell, ...], ...] = tuple(zip(hours, *values, strict=True))
    title = say("table.hourly", site=one.site.name)
    return Attachment(f"hourly_{one.site.id}", Table(f"hourly_{one.site.id}", title, tuple(columns), rows))


def _hours(index: pd.Index) -> tuple[list[Cell], np.ndarray]:
    if not len(index):
        return [], np.empty(0, np.int64)
    assert isinstance(index, pd.DatetimeIndex)
    starts, codes = np.unique(index.floor("h").asi8, return_inverse=True)
    return [stamp.to_pydatetime() for stamp in pd.to_datetime(starts, unit=index.unit, utc=True)], codes


def _by_hour(kwh: np.ndarray, codes: np.ndarray, length: int) -> list[float | None]:
    """Sums; None where any quarter hour is missing: an hour is told whole or not at all."""
    missing = np.bincount(codes, weights=np.isnan(kwh), minlength=length) > 0
    sums = np.bincount(codes, weights=np.nan_to_num(kwh), minlength=length)
    return [None if gone else round(value, 4) for value, gone in zip(sums.tolist(), missing.tolist(), strict=True)]


def listed(uses: Sequence[str]) -> Text:
    """Names of uses in the reader's language, one after the other."""
    told: Text = ""
    for number, use in enumerate(uses):
        told = say("listed", before=told, last=say(f"use.{use}")) if number else say(f"use.{use}")
    return told


def zones_section(one: SiteInputs) -> Section:
    """Functional zones, what is metered in each, and how many of the hours are known."""
    rows: list[tuple[Cell, ...]] = []
    by_zone = registers_by_zone(one.site, one)
    hours, codes = _hours(one.ledger.kwh.index)
    plants = {plant.id: plant.name for plant in one.site.plants}
    for zone in one.site.zones:
        registers = by_zone.get(zone.id, [])
        known = [_share_known(one, meter, register, codes, len(hours)) for meter, register, _, _ in registers]
        uses = listed(sorted({use for _, _, use, _ in registers}))
        served = plants.get(zone.heating_plant or "", "")
        rows.append((zone.name, say(f"zone_use.{zone.use.value}"), uses, served, len(registers), min(known) if known else None))
    columns = (
        Column("zone", say("column.zone"), CellKind.NAME),
        Column("use", say("column.use")),
        Column("metered_uses", say("column.metered_uses")),
        Column("plant", say("column.plant")),
        Column("meters", say("column.meters"), CellKind.NUMBER),
        Column("hours_known_pct", say("column.hours_known"), CellKind.PERCENT, "%", 1),
    )
    table = Table(f"zones_{one.site.id}", say("table.zones", site=one.site.name), columns, tuple(rows))
    without = sum(not by_zone.get(zone.id) for zone in one.site.zones)
    note = Paragraph(say("bacs.zones_without", count=without), Tone.NOTE)
    return Section(f"zones_{one.site.id}", say("section.zones"), (table, *((note,) if without else ())))


def _share_known(one: SiteInputs, meter: str, register: str, codes: np.ndarray, length: int) -> float:
    missing = np.bincount(codes, weights=np.isnan(one.ledger.arrays(meter, register)[0]), minlength=length)
    return 100.0 * float((missing == 0).mean()) if length else 0.0


def monthly_section(one: SiteInputs) -> Section:
    """Monthly energy of every register from the first month that is kept on; what is missing since is said."""
    rows: list[tuple[Cell, ...]] = []
    kept = [month for months in one.history.values() for month, kwh, _, _ in months if kwh is not None]
    for (meter, register), months in sorted(one.history.items()):
        for month, kwh, estimated, complete in months:
            if not kept or month < min(kept):
                continue
            told = (say(f"register.{register}"), Month(month.year, month.month), kwh, estimated, 100 * complete)
            rows.append((meter, *told))
    columns = (
        Column("meter", say("column.meter"), CellKind.NAME),
        Column("register", say("column.register")),
        Column("month", say("column.month"), CellKind.MONTH),
        kwh_column("energy", 1),
        kwh_column("estimated", 1),
        Column("completeness_pct", say("column.completeness"), CellKind.PERCENT, "%", 1),
    )
    table = Table(f"monthly_{one.site.id}", say("table.monthly", site=one.site.name), columns, tuple(rows))
    known = Paragraph(say("bacs.months_known", count=len(set(kept))))
    return Section(f"monthly_{one.site.id}", say("section.monthly"), (known, table))
