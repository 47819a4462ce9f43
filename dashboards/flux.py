"""Flux queries on the wide series that the store writes: one line per device, channel and instant, one field per quantity.

Flux rather than InfluxQL: buckets need no database mapping, and windows can be cut in the site's time zone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.panels import Target
from premises.site import Point, Site
from premises.wide import MEASUREMENT, PART, SITE, SUBJECT, ZONE, tags_of

BUCKET = "greenroom"
FRESH = "-20m"
"""How far back a present value may lie: older ones are shown as no data."""
Label = tuple[Point, str]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a site's series are: the bucket is the data source's default unless it is named."""

    site: Site
    bucket: str = BUCKET


def text(value: str) -> str:
    """A Flux string literal: quotes, backslashes and `${` (which Flux would expand) are escaped."""
    return json.dumps(value, ensure_ascii=False).replace("${", "\\${")


def _one(point: Point) -> str:
    """The condition that finds a point again: by subject, part and field, so that a replaced device does not cut its history."""
    tags = tags_of(point)
    part = f"r[{text(PART)}] == {text(tags[PART])}" if PART in tags else f"not exists r[{text(PART)}]"
    return f"(r[{text(SUBJECT)}] == {text(tags[SUBJECT])} and {part} and r._field == {text(point.quantity.field)})"


def _picked(source: Source, points: Sequence[Point], since: str, until: str) -> str:
    fields = " or ".join(_one(point) for point in points)
    return (
        f"from(bucket: {text(source.bucket)})\n"
        f"  |> range(start: {since}, stop: {until})\n"
        f"  |> filter(fn: (r) => r._measurement == {text(MEASUREMENT)} and r[{text(SITE)}] == {text(source.site.id)})\n"
        f"  |> filter(fn: (r) => {fields})"
    )


def _labelled(labels: Sequence[Label]) -> str:
    """One column named for people per point; tags are dropped so that Grafana shows the label alone."""
    choice = " else ".join(f"if {_one(point)} then {text(label)}" for point, label in labels)
    columns = f"{{_time: r._time, _value: r._value, _field: {choice} else r._field}}"
    return f'  |> map(fn: (r) => ({columns}))\n  |> group(columns: ["_field"])'


def over_time(source: Source, labels: Sequence[Label], ref: str = "A", fn: str = "mean", *, empty: bool = True) -> Target:
    """Each point over the board's range, in windows that fit the screen; an empty window stays empty.

    fn: mean for levels, last for states and setpoints. Booleans become 0 and 1 before they are averaged.
    """
    points = [point for point, _ in labels]
    flag = any(point.quantity.kind.value == "flag" for point in points)
    number = "  |> toFloat()\n" if flag else ""
    return Target(
        f"{_picked(source, points, 'v.timeRangeStart', 'v.timeRangeStop')}\n{number}"
        f"  |> aggregateWindow(every: v.windowPeriod, fn: {fn}, createEmpty: {'true' if empty else 'false'})\n"
        f"{_labelled(labels)}",
        ref,
    )


def states(source: Source, labels: Sequence[Label], ref: str = "A") -> Target:
    """Texts and flags as they changed: every reading of the range."""
    points = [point for point, _ in labels]
    return Target(f"{_picked(source, points, 'v.timeRangeStart', 'v.timeRangeStop')}\n{_labelled(labels)}", ref)


def present(source: Source, labels: Sequence[Label], ref: str = "A", since: str = FRESH) -> Target:
    """The newest value of each point, no older than `since`: a stale value is no data, never a number that looks fresh."""
    points = [point for point, _ in labels]
    return Target(f"{_picked(source, points, since, 'now()')}\n  |> last()\n{_labelled(labels)}", ref)


def counted(source: Source, labels: Sequence[Label], every: str, ref: str = "A") -> Target:
    """Energy of counters by window (1h, 1d) in the site's time zone: differences that are never negative."""
    points = [point for point, _ in labels]
    return Target(
        'import "timezone"\n'
        f"option location = timezone.location(name: {text(source.site.timezone)})\n"
        f"{_picked(source, points, 'v.timeRangeStart', 'v.timeRangeStop')}\n"
        "  |> difference(nonNegative: true)\n"
        f'  |> aggregateWindow(every: {every}, fn: sum, createEmpty: false, timeSrc: "_start")\n'
        f"{_labelled(labels)}",
        ref,
    )


def zone_level(source: Source, fields: Sequence[tuple[str, str]], ref: str = "A", fn: str = "mean") -> Target:
    """Fields of the zone chosen at the top of the board (`${zone}`), each as the mean over its devices."""
    wanted = " or ".join(f"r._field == {text(name)}" for name, _ in fields)
    choice = " else ".join(f"if r._field == {text(name)} then {text(label)}" for name, label in fields)
    return Target(
        f"from(bucket: {text(source.bucket)})\n"
        "  |> range(start: v.timeRangeStart, stop: v.timeRangeStop)\n"
        f"  |> filter(fn: (r) => r._measurement == {text(MEASUREMENT)} and r[{text(SITE)}] == {text(source.site.id)}"
        f' and r[{text(ZONE)}] == "${{zone}}")\n'
        f"  |> filter(fn: (r) => {wanted})\n"
        '  |> group(columns: ["_field"])\n'
        f"  |> aggregateWindow(every: v.windowPeriod, fn: {fn}, createEmpty: true)\n"
        f"  |> map(fn: (r) => ({{_time: r._time, _value: r._value, _field: {choice} else r._field}}))\n"
        '  |> group(columns: ["_field"])',
        ref,
    )
