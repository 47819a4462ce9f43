"""How good the data is: completeness by meter and local month, the register of meters, and the daily rows behind the figures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import numpy as np
import pandas as pd

from reports.content import Amount, Attachment, Cell, CellKind, Column, Month, Paragraph, Section, Table, Tone, say
from reports.inputs import SiteInputs
from reports.ledger import Ledger
from reports.ledger.sums import local_index, local_months
from reports.parts.figure import kwh_column

THRESHOLD_PCT = 90.0
"""Below this completeness of a meter in a month, the report says so in words beside the table."""


def quality_table(inputs: Sequence[SiteInputs]) -> Table:
    """Per meter, register and month: quarter hours expected, known and missing, the longest gap, and kWh by how it is known."""
    rows: list[tuple[Cell, ...]] = []
    for one in inputs:
        rows += _quality_rows(one.ledger)
    columns = (
        Column("site", say("column.site"), CellKind.NAME),
        Column("meter", say("column.meter"), CellKind.NAME),
        Column("register", say("column.register")),
        Column("month", say("column.month"), CellKind.MONTH),
        Column("expected", say("column.expected"), CellKind.NUMBER),
        Column("missing", say("column.missing"), CellKind.NUMBER),
        Column("longest_gap_h", say("column.longest_gap"), CellKind.NUMBER, "h", 2),
        Column("completeness_pct", say("column.completeness"), CellKind.PERCENT, "%", 1),
        kwh_column("measured"),
        kwh_column("estimated"),
        kwh_column("corrected"),
    )
    return Table("quality", say("table.quality"), columns, tuple(rows), note=say("note.quality"))


def _quality_rows(ledger: Ledger) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    index = ledger.kwh.index
    spans = [
        (month, int(index.searchsorted(pd.Timestamp(span.start))), int(index.searchsorted(pd.Timestamp(span.end))))
        for month, span in local_months(ledger)
    ]
    for meter, register in ledger.registers():
        frames = ledger.arrays(meter, register)
        for month, first, beyond in spans:
            kwh, estimated, corrected, complete = (values[first:beyond] for values in frames)
            unknown = np.isnan(kwh)
            guessed, mended = float(estimated[~unknown].sum()), float(corrected[~unknown].sum())
            known = None if unknown.all() else max(0.0, float(kwh[~unknown].sum()) - guessed - mended)
            rows.append(
                (
                    ledger.site.id,
                    meter,
                    say(f"register.{register}"),
                    Month(month.year, month.month),
                    beyond - first,
                    int(unknown.sum()),
                    _longest(unknown) / 4,
                    100 * float(complete.mean()) if beyond > first else 0.0,
                    known,
                    None if known is None else guessed,
                    None if known is None else mended,
                )
            )
    return rows


def _longest(unknown: np.ndarray) -> int:
    """The longest run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], unknown, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0


def quality_section(inputs: Sequence[SiteInputs]) -> Section:
    """Completeness in words where it is poor, then the table; what cannot be told in kWh."""
    table = quality_table(inputs)
    poor = [row for row in table.rows if isinstance(row[7], float) and row[7] < THRESHOLD_PCT]
    blocks: list[Paragraph | Table] = []
    if poor:
        blocks.append(Paragraph(say("note.poor_months", count=len(poor), threshold=Amount(THRESHOLD_PCT, "%")), Tone.WARNING))
    else:
        blocks.append(Paragraph(say("note.all_complete", threshold=Amount(THRESHOLD_PCT, "%")), Tone.GOOD))
    for one in inputs:
        blocks += [Paragraph(say(code, meter=meter), Tone.NOTE) for meter, code in one.ledger.left_out]
    return Section("quality", say("section.quality"), (*blocks, table))


def meter_register(inputs: Sequence[SiteInputs]) -> Section:
    """The register of meters: what each counts, where it stands in the tree, and what shows that it counts right."""
    rows: list[tuple[Cell, ...]] = []
    for one in inputs:
        for meter in one.site.meters:
            zones = ", ".join(one.site.zone(zone).name for zone in meter.zones)
            counted = [register for name, register in one.ledger.registers() if name == meter.id]
            rows.append(
                (
                    one.site.id,
                    meter.id,
                    meter.name,
                    say(f"carrier.{meter.carrier.value}"),
                    say(f"role.{meter.role}"),
                    say(f"use.{meter.use}"),
                    meter.parent or "",
                    zones,
                    ", ".join(counted),
                    meter.delivery_point,
                    meter.serial,
                    meter.mid,
                    meter.accuracy_class,
                    meter.ratio,
                    meter.installed,
                    meter.checked,
                )
            )
    names = ("site", "meter", "name", "carrier", "role", "use", "parent", "zones", "registers", "delivery_point", "serial")
    kinds = {"site": CellKind.NAME, "meter": CellKind.NAME}
    columns = (
        *(Column(name, say(f"column.{name}"), kinds.get(name, CellKind.TEXT)) for name in names),
        Column("mid", say("column.mid"), CellKind.FLAG),
        Column("accuracy_class", say("column.accuracy_class")),
        Column("ratio", say("column.ratio"), CellKind.NUMBER, "", 0),
        Column("installed", say("column.installed"), CellKind.DAY),
        Column("checked", say("column.checked"), CellKind.DAY),
    )
    return Section("meters", say("section.meters"), (Table("meters", say("table.meters"), columns, tuple(rows)),))


def meter_rows(inputs: Sequence[SiteInputs], *, hourly: bool = False, only: Collection[str] | None = None) -> Attachment:
    """What the figures are made of: every register by local day (or hour), the rows that evidence points at.

    only: of these meters; None: of all.
    """
    rows: list[tuple[Cell, ...]] = []
    for one in inputs:
        rows += _rows(one.ledger, hourly, only)
    columns = (
        Column("site", say("column.site"), CellKind.NAME),
        Column("meter", say("column.meter"), CellKind.NAME),
        Column("register", say("column.register_id")),
        Column("start", say("column.start"), CellKind.INSTANT) if hourly else Column("day", say("column.day"), CellKind.DAY),
        kwh_column("energy", 3),
        kwh_column("estimated", 3),
        kwh_column("corrected", 3),
        Column("completeness_pct", say("column.completeness"), CellKind.PERCENT, "%", 1),
    )
    return Attachment("meter_rows", Table("meter_rows", say("table.meter_rows"), columns, tuple(rows)))


def _rows(ledger: Ledger, hourly: bool, only: Collection[str] | None) -> list[tuple[Cell, ...]]:
    if not len(ledger.kwh):
        return []
    local = local_index(ledger)
    keys = ledger.kwh.index.floor("h") if hourly else local.normalize()  # type: ignore[attr-defined]
    starts, codes = np.unique(keys.asi8, return_inverse=True)
    unit = keys.unit
    labels: list[date] = (
        [stamp.to_pydatetime() for stamp in pd.DatetimeIndex(pd.to_datetime(starts, unit=unit, utc=True))]
        if hourly
        else [stamp.date() for stamp in pd.to_datetime(starts, unit=unit, utc=True).tz_convert(ledger.site.timezone)]
    )
    counts = np.bincount(codes, minlength=len(starts))
    rows: list[tuple[Cell, ...]] = []
    for meter, register in ledger.registers():
        if only is not None and meter not in only:
            continue
        kwh, estimated, corrected, complete_share = ledger.arrays(meter, register)
        known = ~np.isnan(kwh)
        sums = [
            np.bincount(codes, weights=np.where(known, values, 0.0), minlength=len(starts)).tolist()
            for values in (kwh, estimated, corrected)
        ]
        complete = (np.bincount(codes, weights=complete_share, minlength=len(starts)) / counts).tolist()
        some = np.bincount(codes, weights=known, minlength=len(starts)).tolist()
        for at, label in enumerate(labels):
            told = (sums[0][at], sums[1][at], sums[2][at]) if some[at] else (None, None, None)
            rows.append((ledger.site.id, meter, register, label, *told, 100 * complete[at]))
    return rows
