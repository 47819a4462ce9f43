"""Corrections from a CSV file: taken as a whole or not at all, with every fault of every line told at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from premises.corrections import Correction, CorrectionKind
from premises.errors import Fault, FaultsError
from premises.site import Site
from premises.tariff import Carrier
from premises.time import format_instant
from reports.corrections.row import Row, nearest

COLUMNS = (
    *("id", "kind", "subject", "since", "until", "value", "unit", "register", "last_value"),
    *("amount", "currency", "document", "production", "by", "reason"),
)
LARGEST_BYTES = 5_000_000
MOST_ROWS = 20_000


def template() -> str:
    """A file with its heading and one line of each kind, to fill in."""
    text = io.StringIO()
    out = csv.DictWriter(text, COLUMNS, lineterminator="\n", restval="")
    out.writeheader()
    rows = (
        ("meter_reading", "gas", "2026-10-01T08:00:00+02:00", "", "18204.5", "m³", "gas_volume", "", ""),
        ("meter_swap", "grid", "2026-10-14T10:30:00+02:00", "", "0", "kWh", "energy", "412345.6", ""),
        ("invoice", "grid", "2026-10-01", "2026-10-31", "41250", "kWh", "", "", "7312.40"),
        ("guarantee_of_origin", "grid", "2026-01-01", "2026-12-31", "120", "MWh", "", "", ""),
        ("heat_network_factor", "heat", "2026-01-01", "2026-12-31", "0.087", "kgCO2e/kWh", "", "", ""),
        ("fuel_delivery", "generator", "2026-10-12", "", "800", "l", "non_road_diesel", "", ""),
        ("energy", "kitchen", "2026-10-03T06:00:00+02:00", "2026-10-04T06:00:00+02:00", "212", "kWh", "energy", "", ""),
    )
    names = ("kind", "subject", "since", "until", "value", "unit", "register", "last_value", "amount")
    for row in rows:
        out.writerow(dict(zip(names, row, strict=True)) | {"by": "name", "reason": "why", "document": "paper"})
    return text.getvalue()


def needed(site: Site, year: int) -> str:
    """The lines without which reports of the site's year are refused: each heat network's own factors, values left to fill in.

    A network has no factor in the register, for the mean of all networks is not that of a named one.
    """
    text = io.StringIO()
    out = csv.DictWriter(text, COLUMNS, lineterminator="\n", restval="")
    out.writeheader()
    for meter in site.meters:
        if meter.carrier is not Carrier.HEAT_NETWORK or meter.role != "grid":
            continue
        for unit in ("kgCO2e/kWh", "kWhEP/kWhEF"):
            days = {"since": f"{year}-01-01", "until": f"{year}-12-31"}
            paper = {"reason": "the network's own value of the year", "document": "the network's line of the year's list"}
            out.writerow({"kind": "heat_network_factor", "subject": meter.id, "unit": unit} | days | paper)
    return text.getvalue()


def read_corrections(
    data: bytes, name: str, site: Site, now: datetime, by: str = "", existing: Sequence[Correction] = ()
) -> list[Correction]:
    """The corrections of a file. by: who enters them, where the file does not say. existing: of the book, for readings in order.

    Raises FaultsError with all faults, each with its line and column.
    """
    rows, faults = _rows(data)
    corrections: list[Correction] = []
    for line, row in rows:
        reading = Row(row, line, site, now, by)
        correction = reading.correction()
        faults += reading.faults
        if correction is not None:
            corrections.append(correction)
    faults += _twice(corrections, rows) if not faults else []
    faults += _going_back(corrections, existing) if not faults else []
    if faults:
        raise FaultsError(name, sorted(faults, key=lambda fault: (fault.line or 0, fault.path)))
    return corrections


def _rows(data: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[Fault]]:
    if len(data) > LARGEST_BYTES:
        return [], [Fault("(file)", f"is larger than {LARGEST_BYTES} bytes", hint="split it")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [Fault("(file)", "is not UTF-8 text", hint="save it as CSV UTF-8")]
    separator = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        head = [cell.strip().lower() for cell in next(lines, [])]
        faults = [
            Fault(column or "(empty)", "is no column of corrections", 1, nearest(column, COLUMNS))
            for column in head
            if column not in COLUMNS
        ]
        faults += [
            Fault(column, "is missing in the heading", 1) for column in ("kind", "subject", "since", "reason") if column not in head
        ]
        rows = [(lines.line_num, dict(zip(head, cells, strict=False))) for cells in lines if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        return [], [Fault("(file)", f"is no CSV: {error}", lines.line_num)]
    if len(rows) > MOST_ROWS:
        faults.append(Fault("(file)", f"has more than {MOST_ROWS} lines", hint="split it"))
    return ([], faults) if faults else (rows, [])


def _twice(corrections: Sequence[Correction], rows: Sequence[tuple[int, Mapping[str, str]]]) -> list[Fault]:
    seen: dict[str, int] = {}
    faults = []
    for correction, (line, _) in zip(corrections, rows, strict=True):
        if correction.id in seen:
            faults.append(Fault("id", f"says the same as line {seen[correction.id]}, or has its id", line))
        seen.setdefault(correction.id, line)
    return faults


def _going_back(corrections: Sequence[Correction], existing: Sequence[Correction]) -> list[Fault]:
    """An index that is lower than the one before it, with no swap between them, is a slip or a swap that nobody told."""
    counted = (CorrectionKind.METER_READING, CorrectionKind.METER_SWAP)
    standing = [c for c in (*existing, *corrections) if c.kind in counted and c.stands]
    new = {correction.id for correction in corrections}
    faults = []
    by_counter: dict[tuple[str, str, str], list[Correction]] = {}
    for one in {c.id: c for c in standing}.values():
        by_counter.setdefault((one.subject, one.register, one.unit), []).append(one)
    for found in by_counter.values():
        found.sort(key=lambda c: (c.since, c.id))
        for before, after in pairwise(found):
            index = after.last_value if after.kind is CorrectionKind.METER_SWAP else after.value
            low = index is not None and before.value is not None and index < before.value
            if low and {before.id, after.id} & new:
                was = f"{before.value:g} at {format_instant(before.since)}"
                told = f"{after.subject} shows {index:g} at {format_instant(after.since)}, less than {was}"
                faults.append(Fault("value", told, None, "was the meter swapped? then enter a meter_swap"))
    return faults
