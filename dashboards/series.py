"""Queries of panels on readings: over time, as states, at present, as energy by window, and of the zone chosen on the board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from dashboards.flux import CUT, Label, Source, labelled, of_measurement, picked, picked_rolled, text
from dashboards.panels import Target
from premises.quantities import ValueKind
from premises.site import Point
from premises.wide import MEASUREMENT, SUBJECT, ZONE, tag_value

FRESH = timedelta(minutes=20)
"""How far back a present value may lie at least; points that tell seldom may lie three of their intervals back."""
FRESH_STATE = timedelta(hours=24)
"""The same for states that are told on change only."""
_GAPS = '  |> sort(columns: ["_time"])\n  |> aggregateWindow(every: v.windowPeriod, fn: mean, createEmpty: true, timeSrc: "_start")'
"""Windows that were left out come back empty, so that a gap stays a gap."""
_ROLLED_FIELD = {"mean": "mean", "last": "last", "max": "high", "min": "low"}


def _names(labels: Sequence[Label]) -> tuple[str, ...]:
    return tuple(label for _, label in labels)


def fresh_of(points: Sequence[Point]) -> timedelta:
    """How old a present value of these points may be: older ones are no data."""
    ages = [
        FRESH_STATE if point.expected_every is None else 3 * point.expected_every for point in points if point.device != "greenroom"
    ]
    return max([FRESH, *ages])


def seconds(age: timedelta) -> str:
    return f"-{round(age / timedelta(seconds=1))}s"


def over_time(source: Source, labels: Sequence[Label], ref: str = "A", fn: str = "mean") -> Target:
    """Each point over the board's range, in windows that fit the screen; an empty window stays empty.

    fn: mean for levels, last for states and setpoints. Booleans become 0 and 1 before they are averaged. Wide windows are made of
    kept quarter hours, but for the last six days.
    """
    points = [point for point, _ in labels]
    number = "  |> toFloat()\n" if any(point.quantity.kind is ValueKind.FLAG for point in points) else ""
    window = f"  |> aggregateWindow(every: v.windowPeriod, fn: {fn}, createEmpty: true)\n"
    if not source.rollups:
        readings = picked(source, points, "v.timeRangeStart", "v.timeRangeStop")
        return Target(f"{readings}\n{number}{window}{labelled(labels)}", ref, _names(labels))
    rolled = f"{picked_rolled(source, points, _ROLLED_FIELD[fn], 'rolledFrom', 'cut')}\n{window}{labelled(labels, rolled=True)}"
    raw = f"{picked(source, points, 'rawFrom', 'stop')}\n{number}{window}{labelled(labels)}"
    return Target(f"{CUT}{_union(rolled, raw)}", ref, _names(labels))


def _union(rolled: str, raw: str) -> str:
    joined = 'union(tables: [rolled, raw])\n  |> group(columns: ["_field"])\n  |> sort(columns: ["_time"])'
    return f"rolled = {rolled}\nraw = {raw}\n{joined}"


def states(source: Source, labels: Sequence[Label], ref: str = "A") -> Target:
    """Texts and flags: the newest of each window. Told each quarter hour, so an empty window is a gap, not the last state."""
    points = [point for point, _ in labels]
    return Target(
        f"{picked(source, points, 'v.timeRangeStart', 'v.timeRangeStop')}\n"
        f"  |> aggregateWindow(every: v.windowPeriod, fn: last, createEmpty: true)\n{labelled(labels)}",
        ref,
        _names(labels),
    )


def present(source: Source, labels: Sequence[Label], ref: str = "A", since: timedelta | None = None) -> Target:
    """The newest value of each point while it is fresh: a stale value is no data, never a number that looks fresh."""
    points = [point for point, _ in labels]
    age = fresh_of(points) if since is None else since
    return Target(
        f"{picked(source, points, seconds(age), 'now()')}\n  |> last()\n{labelled(labels)}",
        ref,
        _names(labels),
    )


TIMEZONE = 'import "timezone"\n'


def windows(source: Source, every: str, fn: str) -> str:
    """Windows of hours, days or months cut in the site's own time zone. Needs TIMEZONE.

    The zone is given to these windows alone: as an option it would slow down every window of the query.
    """
    zone = f"timezone.location(name: {text(source.site.timezone)})"
    return f'  |> aggregateWindow(every: {every}, fn: {fn}, createEmpty: false, timeSrc: "_start", location: {zone})'


def counted(source: Source, labels: Sequence[Label], every: str, ref: str = "A") -> Target:
    """Energy of counters by window (1h, 1d, 1mo) of the site's own time: differences that are never negative.

    What is older than six days comes from kept quarter hours, which know resets, roll-overs and exchanged meters.
    """
    head, energy = _energy(source, labels, every)
    return Target(head + energy, ref, _names(labels))


def _energy(source: Source, labels: Sequence[Label], every: str) -> tuple[str, str]:
    """What comes before, and the expression itself: kWh by window and label."""
    points = [point for point, _ in labels]
    total = windows(source, every, "sum")
    differences = "  |> difference(nonNegative: true)\n"
    if not source.rollups:
        readings = picked(source, points, "v.timeRangeStart", "v.timeRangeStop")
        return TIMEZONE, f"{readings}\n{differences}{labelled(labels)}\n{total}"
    cut = CUT.replace("wide = int(v: v.windowPeriod) >= 3600000000000", "wide = int(v: stop) - int(v: start) > 604800000000000")
    rolled = f"{picked_rolled(source, points, 'kwh', 'rolledFrom', 'cut')}\n{labelled(labels, rolled=True)}"
    raw = f"{picked(source, points, 'rawFrom', 'stop')}\n{differences}{labelled(labels)}"
    made, _, joined = _union(rolled, raw).rpartition("union(")
    return f"{TIMEZONE}{cut}{made}", f"union({joined}\n{total}"


def _by_day(source: Source, labels: Sequence[Label], steps: str, fn: str, ref: str, after: str = "") -> Target:
    """What the steps make of the readings, drawn together by local day. after: a step on each day's value."""
    readings = picked(source, [point for point, _ in labels], "v.timeRangeStart", "v.timeRangeStop")
    return Target(f"{TIMEZONE}{readings}\n{steps}{windows(source, '1d', fn)}\n{after}{labelled(labels)}", ref, _names(labels))


_HELD = "  |> aggregateWindow(every: 5m, fn: last, createEmpty: true)\n  |> fill(usePrevious: true)\n"
"""Each value holds until the next one."""


def hours_on(source: Source, labels: Sequence[Label], ref: str = "A") -> Target:
    """Hours that flags were on, by local day; each state holds until the next one."""
    share = "  |> map(fn: (r) => ({r with _value: r._value * 24.0}))\n"
    return _by_day(source, labels, f"  |> toFloat()\n{_HELD}", "mean", ref, after=share)


def starts(source: Source, labels: Sequence[Label], ref: str = "A", least: float | None = None) -> Target:
    """How often flags came on, or values rose above `least`, by local day; what was so before the range is no start.

    A day on which it never came on has none, 0, and is told apart from a day of which nothing is known.
    """
    number = "  |> toFloat()\n" if least is None else f"  |> map(fn: (r) => ({{r with _value: {_one_above(least)}}}))\n"
    begun = f"  |> difference()\n  |> map(fn: (r) => ({{r with _value: {_one_above(0.5)}}}))\n"
    return _by_day(source, labels, f"{number}{begun}", "sum", ref)


def _one_above(least: float) -> str:
    return f"if r._value > {least!r} then 1.0 else 0.0"


def ratio(source: Source, above: Point, below: Point, label: str, *, least: float, factor: float = 1.0, ref: str = "A") -> Target:
    """One point over another by window, where the lower one is above `least`: performance, performance ratio."""
    pair = [(above, "above"), (below, "below")]
    return Target(
        f"{picked(source, [above, below], 'v.timeRangeStart', 'v.timeRangeStop')}\n"
        f"  |> aggregateWindow(every: v.windowPeriod, fn: mean, createEmpty: false)\n{labelled(pair)}\n"
        '  |> group()\n  |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")\n'
        f"  |> filter(fn: (r) => exists r.above and exists r.below and r.below > {least:.3f})\n"
        f"  |> map(fn: (r) => ({{_time: r._time, _value: r.above / r.below * {factor!r}, _field: {text(label)}}}))\n"
        f'  |> group(columns: ["_field"])\n{_GAPS}',
        ref,
        (label,),
    )


def shifted(source: Source, labels: Sequence[Label], by: str, ref: str = "A") -> Target:
    """The same points as they were `by` earlier (1d), drawn over the range."""
    points = [point for point, _ in labels]
    return Target(
        'import "experimental"\n'
        f"from_ = experimental.subDuration(d: {by}, from: v.timeRangeStart)\n"
        f"to_ = experimental.subDuration(d: {by}, from: v.timeRangeStop)\n"
        f"{picked(source, points, 'from_', 'to_')}\n"
        f"  |> aggregateWindow(every: v.windowPeriod, fn: mean, createEmpty: true)\n"
        f"  |> timeShift(duration: {by})\n{labelled(labels)}",
        ref,
        _names(labels),
    )


def zone_level(source: Source, fields: Sequence[tuple[str, str]], ref: str = "A", fn: str = "mean") -> Target:
    """Fields of the zone chosen at the top of the board (`${zone}`). fn: mean, over its devices, too; or last."""
    wanted = " or ".join(f"r._field == {text(name)}" for name, _ in fields)
    choice = " else ".join(f"if r._field == {text(name)} then {text(label)}" for name, label in fields)
    readings = of_measurement(source, MEASUREMENT, "v.timeRangeStart", "v.timeRangeStop")
    # several devices of a zone are averaged; what Greenroom tells is one series, whose empty windows stay as gaps
    merged = (
        f'  |> group(columns: ["_field", "_time"])\n  |> mean()\n  |> group(columns: ["_field"])\n{_GAPS}\n' if fn == "mean" else ""
    )
    return Target(
        f'{readings}\n  |> filter(fn: (r) => r[{text(ZONE)}] == "${{zone}}")\n  |> filter(fn: (r) => {wanted})\n'
        f"  |> aggregateWindow(every: v.windowPeriod, fn: {fn}, createEmpty: true)\n{merged}"
        f"  |> map(fn: (r) => ({{_time: r._time, _value: r._value, _field: {choice} else r._field}}))\n"
        '  |> group(columns: ["_field"])\n  |> sort(columns: ["_time"])',
        ref,
    )


def zone_power(source: Source, names: Sequence[tuple[str, str]], ref: str = "A") -> Target:
    """Power of the meters of the zone chosen on the board; names: (subject, shown)."""
    subjects = " or ".join(f"r[{text(SUBJECT)}] == {text(tag_value(subject))}" for subject, _ in names)
    choice = " else ".join(f"if r[{text(SUBJECT)}] == {text(tag_value(subject))} then {text(name)}" for subject, name in names)
    readings = of_measurement(source, MEASUREMENT, "v.timeRangeStart", "v.timeRangeStop")
    return Target(
        f'{readings}\n  |> filter(fn: (r) => r[{text(ZONE)}] == "${{zone}}" and r._field == "power_w")\n'
        f"  |> filter(fn: (r) => {subjects})\n"
        "  |> aggregateWindow(every: v.windowPeriod, fn: mean, createEmpty: true)\n"
        f"  |> map(fn: (r) => ({{_time: r._time, _value: r._value, _field: {choice} else r.subject}}))\n"
        '  |> group(columns: ["_field"])',
        ref,
        tuple(name for _, name in names),
    )


def hours_above(source: Source, labels: Sequence[Label], least: float, ref: str = "A") -> Target:
    """Hours in which the points were above `least`, by local day; each value holds until the next one."""
    above = f"  |> filter(fn: (r) => exists r._value)\n  |> map(fn: (r) => ({{r with _value: 24.0 * ({_one_above(least)})}}))\n"
    return _by_day(source, labels, f"{_HELD}{above}", "mean", ref)


def least_of_day(source: Source, labels: Sequence[Label], ref: str = "A") -> Target:
    """The lowest quarter-hour mean of each local day: what never goes off."""
    return _by_day(source, labels, "  |> aggregateWindow(every: 15m, fn: mean, createEmpty: false)\n", "min", ref)


def self_use(source: Source, made: Point, sent: Point, shares: str, used: str, ref: str = "A") -> Target:
    """By local day: kWh made and used on the premises (made less sent out), and its share of what was made (0 to 1)."""
    head, energy = _energy(source, [(made, "made"), (sent, "sent")], "1d")
    return Target(
        f'{head}both = {energy}\n  |> group()\n  |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")\n'
        "  |> filter(fn: (r) => exists r.made and exists r.sent and r.made > 0.1)\n"
        f"used = both |> map(fn: (r) => ({{_time: r._time, _value: r.made - r.sent, _field: {text(used)}}}))\n"
        f"share = both |> map(fn: (r) => ({{_time: r._time, _value: (r.made - r.sent) / r.made, _field: {text(shares)}}}))\n"
        'union(tables: [used, share])\n  |> group(columns: ["_field"])\n  |> sort(columns: ["_time"])',
        ref,
    )
