"""Flux on the wide series that the store writes: one line per device, channel and instant, one field per quantity.

Flux rather than InfluxQL: docs/decisions. This module finds points again; `dashboards/series.py` makes panels' queries of it, and
`dashboards/told.py` asks for what is told beside readings.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from premises.site import Point, Site
from premises.wide import MEASUREMENT, PART, SITE, SUBJECT, tags_of

BUCKET = "greenroom"
QUARTERS_SUFFIX = "_quarter"
"""Of the bucket that keeps quarter hours, as `greenroom stores setup` makes it."""
ROLLED = "quarter"
Label = tuple[Point, str]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a site's series are. rollups: whether the bucket of quarter hours is there (without it a query would fail).

    chosen: the site is one of several of a board that has a variable `site`, and answers only where it is chosen there.
    books: whether Grafana reads the books in PostgreSQL, too.
    """

    site: Site
    bucket: str = BUCKET
    rollups: bool = True
    chosen: bool = False
    books: bool = False

    @property
    def quarters(self) -> str:
        return self.bucket + QUARTERS_SUFFIX


def text(value: str) -> str:
    """A Flux string literal: quotes, backslashes and `${` (which Flux would expand) are escaped."""
    return json.dumps(value, ensure_ascii=False).replace("${", "\\${")


def subject_of(point: Point) -> str:
    """The condition that finds a point's line: by subject and part, so that a replaced device does not cut its history."""
    tags = tags_of(point)
    part = f"r[{text(PART)}] == {text(tags[PART])}" if PART in tags else f"not exists r[{text(PART)}]"
    return f"r[{text(SUBJECT)}] == {text(tags[SUBJECT])} and {part}"


def one(point: Point) -> str:
    """The condition that finds a point's values among readings."""
    return f"({subject_of(point)} and r._field == {text(point.quantity.field)})"


def one_rolled(point: Point) -> str:
    """The condition that finds a point's values among kept quarter hours."""
    return f'({subject_of(point)} and r["quantity"] == {text(point.quantity.field)})'


def of_measurement(source: Source, measurement: str, since: str, until: str, bucket: str = "") -> str:
    """Lines of one measurement of the site."""
    chosen = f"\n  |> filter(fn: (r) => r[{text(SITE)}] =~ /^${{site:regex}}$/)" if source.chosen else ""
    return (
        f"from(bucket: {text(bucket or source.bucket)})\n"
        f"  |> range(start: {since}, stop: {until})\n"
        f"  |> filter(fn: (r) => r._measurement == {text(measurement)} and r[{text(SITE)}] == {text(source.site.id)}){chosen}"
    )


def picked(source: Source, points: Sequence[Point], since: str, until: str) -> str:
    """Readings of the points."""
    conditions = " or ".join(one(point) for point in points)
    return f"{of_measurement(source, MEASUREMENT, since, until)}\n  |> filter(fn: (r) => {conditions})"


def picked_rolled(source: Source, points: Sequence[Point], field: str, since: str, until: str) -> str:
    """Kept quarter hours of the points: their mean, last, high, low or kwh."""
    conditions = " or ".join(one_rolled(point) for point in points)
    return (
        f"{of_measurement(source, ROLLED, since, until, source.quarters)}\n"
        f"  |> filter(fn: (r) => r._field == {text(field)})\n  |> filter(fn: (r) => {conditions})"
    )


def labelled(labels: Sequence[Label], *, rolled: bool = False) -> str:
    """One column named for people per point; tags are dropped so that Grafana shows the label alone."""
    condition = one_rolled if rolled else one
    choice = " else ".join(f"if {condition(point)} then {text(label)}" for point, label in labels)
    columns = f"{{_time: r._time, _value: r._value, _field: {choice} else r._field}}"
    return f'  |> map(fn: (r) => ({columns}))\n  |> group(columns: ["_field"])'


CUT = """\
start = v.timeRangeStart
stop = v.timeRangeStop
recent = time(v: int(v: now()) - 518400000000000)
wide = int(v: v.windowPeriod) >= 3600000000000
cut = if not wide or recent <= start then start else if recent >= stop then stop else recent
rolledFrom = if cut > start then start else time(v: int(v: start) - 1)
rawFrom = if cut < stop then cut else time(v: int(v: stop) - 1)
"""
"""Where kept quarter hours end and readings begin: windows of an hour or more (a month and longer) are made of quarters.

Up to a month readings alone are as quick: their windows are pushed down to the storage (bench/boards_month.py).

Readings are rolled up when three days have passed. Flux refuses an empty range, so what is not wanted is one nanosecond wide.
"""
