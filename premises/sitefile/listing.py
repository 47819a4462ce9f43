"""All points of a site as a table: for a spreadsheet beside the ladder, and for programs."""

from __future__ import annotations

import csv
import io

from premises.site import Site

COLUMNS = (
    "point",
    "zone",
    "quantity",
    "unit",
    "device",
    "family",
    "topic",
    "channel",
    "message_quantity",
    "message_unit",
    "writable",
    "expected_every_s",
)


def list_points(site: Site) -> list[dict[str, str]]:
    """One row per point in the order of the file, Greenroom's own last; every value is text, "" where there is none."""
    devices = {device.id: device for device in site.devices}
    rows = []
    for point in site.points:
        device = devices.get(point.device)
        every = point.expected_every
        values = (
            point.id,
            point.zone,
            point.quantity.name,
            point.quantity.unit,
            point.device,
            device.family if device else "",
            device.topic if device else "",
            point.channel,
            point.message_quantity or point.quantity.message,
            point.unit or "",
            "yes" if point.writable else "no",
            "" if every is None else f"{every.total_seconds():g}",
        )
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return rows


def points_csv(site: Site) -> str:
    """The rows of `list_points` as CSV with a head line. Text that a spreadsheet would run as a formula is quoted with '."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in list_points(site):
        writer.writerow({key: f"'{value}" if value[:1] in ("=", "+", "-", "@") else value for key, value in row.items()})
    return out.getvalue()
