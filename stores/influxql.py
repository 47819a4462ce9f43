"""InfluxQL statements, put together in one place where nothing in a name can end it."""

from __future__ import annotations

from collections.abc import Mapping

from premises.site import Point
from premises.wide import MEASUREMENT, PART, SITE, SUBJECT, part_of, tag_value


def quoted_name(name: str) -> str:
    """An identifier."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def quoted_text(value: str) -> str:
    """A text."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fields(names: Mapping[str, str]) -> str:
    """A list of fields, each named by its key."""
    return ", ".join(f"{quoted_name(name)} AS {quoted_name(key)}" for key, name in names.items())


def last_of(site_id: str, field: str) -> str:
    """The newest value of a field of each line of a site. Of one field: with others beside it InfluxDB reads all there is."""
    return select(f"last({quoted_name(field)}) AS value", of_site(site_id), "GROUP BY subject, part, zone, device, channel")


def of_site(site_id: str) -> str:
    """The condition that names a site's lines."""
    return f"{quoted_name(SITE)} = {quoted_text(tag_value(site_id))}"


def of_point(point: Point) -> str:
    """The condition that names a point's lines."""
    tags = ((SUBJECT, point.subject), (PART, part_of(point)))
    named = (f"{quoted_name(name)} = {quoted_text(tag_value(value))}" for name, value in tags)
    return " AND ".join((of_site(point.site), *named))


def within(start: int, end: int) -> str:
    """The condition of a half-open span, µs."""
    return f"time >= {int(start)}u AND time < {int(end)}u"


def select(what: str, where: str, rest: str = "", measurement: str = MEASUREMENT) -> str:
    """SELECT of what the functions above made."""
    return f"SELECT {what} FROM {quoted_name(measurement)} WHERE {where} {rest}".rstrip()  # noqa: S608 - quoted above
