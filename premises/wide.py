"""How readings lie in a wide store (InfluxDB): the names that the stores write and the boards ask for.

Measurement `reading`; one line per site, subject, part, device, channel and instant; one field per quantity, named with its
unit (`power_w`). A point is found again by site, subject, part and field: device and channel only tell where a value came
from, so that a device that is replaced does not cut the history. An empty tag is left out, as InfluxDB has no empty tags.
"""

from __future__ import annotations

from premises.site import Point

MEASUREMENT = "reading"
SITE, ZONE, SUBJECT, PART, DEVICE, CHANNEL = "site", "zone", "subject", "part", "device", "channel"
TAGS = (SITE, ZONE, SUBJECT, PART, DEVICE, CHANNEL)
FLAG_SUFFIX = "__flag"
"""Field `<field>__flag` (text): quality and flags where a value is not plainly measured (`measured:late`); else empty or absent."""
RECEIVED_FIELD = "received_us"
"""Whole µs from the time of the reading to when it reached Greenroom."""


def part_of(point: Point) -> str:
    """The qualifier in the point's id (`grid/voltage.a`: `a`), else empty."""
    stem = f"{point.subject}/{point.quantity.name}"
    if point.id == stem:
        return ""
    return point.id.removeprefix(f"{stem}.")


def tags_of(point: Point) -> dict[str, str]:
    """All tags of the point's line, in the order of TAGS, empty ones left out. Values are those of the site file, escaped.

    A backslash, a percent sign and control characters, which line protocol cannot carry everywhere, are written as %5C etc.
    """
    values = (point.site, point.zone, point.subject, part_of(point), point.device, point.channel)
    return {name: tag_value(value) for name, value in zip(TAGS, values, strict=True) if value}


def tag_value(text: str) -> str:
    """The text as a tag value in the store."""
    if text.isprintable() and "\\" not in text and "%" not in text:
        return text
    return "".join(f"%{ord(sign):02X}" if sign in "\\%" or not sign.isprintable() else sign for sign in text)
