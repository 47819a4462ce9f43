"""Queries on what is told beside readings (premises/told.py): plan, bookings, events, devices, the house itself, days."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.flux import Source, of_measurement, text
from dashboards.panels import Target
from dashboards.series import TIMEZONE, windows
from premises.site import Zone
from premises.told import BOOKING, DAILY, DEVICE, EVENT, GONE, ITSELF, PLAN, READY
from premises.wide import MEASUREMENT

Fields = Sequence[tuple[str, str]]
"""(field, label) of one measurement."""
_PIVOT = '  |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")\n'
_RANGE = "v.timeRangeStart", "v.timeRangeStop"


def _wanted(fields: Fields) -> str:
    return "  |> filter(fn: (r) => " + " or ".join(f"r._field == {text(name)}" for name, _ in fields) + ")\n"


def _named(fields: Fields) -> str:
    choice = " else ".join(f"if r._field == {text(name)} then {text(label)}" for name, label in fields)
    columns = f"{{_time: r._time, _value: r._value, _field: {choice} else r._field}}"
    return f'  |> map(fn: (r) => ({columns}))\n  |> group(columns: ["_field"])'


def _zone_names(zones: Sequence[Zone]) -> str:
    """An expression that turns the zone's id into its name."""
    choice = " ".join(f"if r.zone == {text(zone.id)} then {text(zone.name)} else" for zone in zones)
    return f"{choice} r.zone"


def plan_ahead(source: Source, fields: Fields, ref: str = "P") -> Target:
    """The plan of the zone chosen on the board, from now on: what lies behind now is shown as it was."""
    return Target(
        "stop = if now() < v.timeRangeStop then v.timeRangeStop else time(v: int(v: now()) + 1)\n"
        f"{of_measurement(source, PLAN, 'now()', 'stop')}\n"
        f'  |> filter(fn: (r) => r.zone == "${{zone}}")\n{_wanted(fields)}{_named(fields)}',
        ref,
    )


def plan_of_all(source: Source, zones: Sequence[Zone], field: str, ref: str = "A") -> Target:
    """One field of the plan ahead by zone."""
    return Target(
        "stop = if now() < v.timeRangeStop then v.timeRangeStop else time(v: int(v: now()) + 1)\n"
        f"{of_measurement(source, PLAN, 'now()', 'stop')}\n"
        f"  |> filter(fn: (r) => r._field == {text(field)})\n"
        f"  |> map(fn: (r) => ({{_time: r._time, _value: r._value, _field: {_zone_names(zones)}}}))\n"
        '  |> group(columns: ["_field"])',
        ref,
        tuple(zone.name for zone in zones),
    )


def bookings(source: Source, columns: Sequence[str], since: str = "-12h", until: str = "36h", ref: str = "A") -> Target:
    """A table of bookings by call, one row per zone: `call`, `zone_id`, `zone_name` and the columns; moved ones are left out.

    A column that no booking has yet is not there: what is not known is empty, not zero.
    """
    kept = ", ".join(text(name) for name in ("call", "zone_id", "zone_name", *columns))
    return Target(
        f"{of_measurement(source, BOOKING, since, until)}\n"
        f"{_PIVOT}"
        f"  |> filter(fn: (r) => exists r.status and r.status != {text(GONE)})\n"
        f"  |> map(fn: (r) => ({{r with call: r._time, zone_id: r.zone, zone_name: {_zone_names(source.site.zones)}}}))\n"
        f'  |> group()\n  |> keep(columns: [{kept}])\n  |> sort(columns: ["call", "zone_id"])',
        ref,
    )


def booking_bars(source: Source, zones: Sequence[Zone], free: str, ref: str = "A", *, chosen: bool = False) -> Target:
    """Bookings as bars by zone: the title from call to wrap, `free` after it. chosen: of the zone chosen on the board only."""
    only = '  |> filter(fn: (r) => r.zone == "${zone}")\n' if chosen else ""
    return Target(
        'import "experimental"\n'
        "from_ = experimental.subDuration(d: 36h, from: v.timeRangeStart)\n"
        f"booked = {of_measurement(source, BOOKING, 'from_', 'v.timeRangeStop')}\n"
        '  |> filter(fn: (r) => r._field == "title" or r._field == "status" or r._field == "until_us")\n'
        f"{only}{_PIVOT}"
        '  |> filter(fn: (r) => r.status == "confirmed")\n'
        f"begin = booked |> map(fn: (r) => ({{_time: r._time, _value: r.title, _field: {_zone_names(zones)}}}))\n"
        "over = booked |> map(fn: (r) => "
        f"({{_time: time(v: int(v: r.until_us) * 1000), _value: {text(free)}, _field: {_zone_names(zones)}}}))\n"
        'union(tables: [begin, over])\n  |> group(columns: ["_field"])\n  |> sort(columns: ["_time"])',
        ref,
    )


def ready_now(source: Source, zones: Sequence[Zone], field: str, ref: str = "A") -> Target:
    """One field of how the zones stand now, by zone; nothing where nothing was told for twenty minutes."""
    return Target(
        f"{of_measurement(source, READY, '-20m', 'now()')}\n"
        f"  |> filter(fn: (r) => r._field == {text(field)})\n  |> last()\n"
        f"  |> map(fn: (r) => ({{_time: r._time, _value: r._value, _field: {_zone_names(zones)}}}))\n"
        '  |> group(columns: ["_field"])',
        ref,
    )


def ready_over_time(source: Source, zones: Sequence[Zone], field: str, ref: str = "A", fn: str = "last") -> Target:
    """One field of how the zones stand, by zone, over the range."""
    return Target(
        f"{of_measurement(source, READY, *_RANGE)}\n"
        f"  |> filter(fn: (r) => r._field == {text(field)})\n"
        f"  |> aggregateWindow(every: v.windowPeriod, fn: {fn}, createEmpty: true)\n"
        f"  |> map(fn: (r) => ({{_time: r._time, _value: r._value, _field: {_zone_names(zones)}}}))\n"
        '  |> group(columns: ["_field"])',
        ref,
        tuple(zone.name for zone in zones),
    )


def ready_of_chosen(source: Source, fields: Fields, ref: str = "A") -> Target:
    """How the zone chosen on the board stands, over the range."""
    return Target(
        f"{of_measurement(source, READY, *_RANGE)}\n"
        f'  |> filter(fn: (r) => r.zone == "${{zone}}")\n{_wanted(fields)}'
        f"  |> aggregateWindow(every: v.windowPeriod, fn: last, createEmpty: true)\n{_named(fields)}",
        ref,
    )


def reasons(source: Source, ref: str = "A") -> Target:
    """A table of what the zone chosen on the board did and why, newest first."""
    return Target(
        f"{of_measurement(source, EVENT, *_RANGE)}\n"
        '  |> filter(fn: (r) => r.kind == "reason" and r.zone == "${zone}")\n'
        f"{_PIVOT}"
        '  |> group()\n  |> keep(columns: ["_time", "state", "text"])\n'
        '  |> sort(columns: ["_time"], desc: true)\n  |> limit(n: 200)',
        ref,
    )


def devices(source: Source, ref: str = "A") -> Target:
    """A table of all devices: age of the last word in seconds and whether that is too old; the stale ones first."""
    return Target(
        f"{of_measurement(source, DEVICE, '-35m', 'now()')}\n"
        '  |> last()\n  |> group(columns: ["device", "family", "zone"])\n'
        '  |> map(fn: (r) => ({r with zone: if exists r.zone then r.zone else ""}))\n'
        '  |> group()\n  |> pivot(rowKey: ["device", "family", "zone"], columnKey: ["_field"], valueColumn: "_value")\n'
        '  |> keep(columns: ["device", "family", "zone", "age_s", "stale"])\n'
        '  |> sort(columns: ["stale", "age_s"], desc: true)',
        ref,
    )


def stale_count(source: Source, label: str, ref: str = "A") -> Target:
    """How many devices are stale now."""
    return Target(
        f"{of_measurement(source, DEVICE, '-35m', 'now()')}\n"
        '  |> filter(fn: (r) => r._field == "stale")\n  |> last()\n  |> group()\n  |> sum()\n'
        f"  |> map(fn: (r) => ({{_time: now(), _value: r._value, _field: {text(label)}}}))\n"
        '  |> group(columns: ["_field"])',
        ref,
    )


def itself(source: Source, fields: Fields, ref: str = "A", fn: str = "last") -> Target:
    """The house itself over the range."""
    return Target(
        f"{of_measurement(source, ITSELF, *_RANGE)}\n{_wanted(fields)}"
        f"  |> aggregateWindow(every: v.windowPeriod, fn: {fn}, createEmpty: true)\n{_named(fields)}",
        ref,
        tuple(label for _, label in fields),
    )


def itself_now(source: Source, field: str, label: str, ref: str = "A") -> Target:
    """One value of the house itself, of the last ten minutes."""
    return Target(
        f"{of_measurement(source, ITSELF, '-10m', 'now()')}\n{_wanted([(field, label)])}  |> last()\n{_named([(field, label)])}",
        ref,
    )


def daily(source: Source, fields: Fields, ref: str = "A", every: str = "1d") -> Target:
    """Days gone by, or months of them (1mo), in the site's time zone."""
    window = "" if every == "1d" else f"{windows(source, every, 'sum')}\n"
    return Target(
        f"{TIMEZONE}{of_measurement(source, DAILY, *_RANGE)}\n{_wanted(fields)}{window}{_named(fields)}",
        ref,
        tuple(label for _, label in fields),
    )


def events(source: Source, kind: str, *, until_now: bool = False, chosen: bool = False) -> str:
    """An annotation query: time, timeEnd, title, text, tags. until_now: what has no end yet lasts until now.

    chosen: of the zone chosen on the board, and of no zone.
    """
    end = "now()" if until_now else "r._time"
    only = '  |> filter(fn: (r) => not exists r.zone or r.zone == "${zone}")\n' if chosen else ""
    return (
        f"{of_measurement(source, EVENT, *_RANGE)}\n"
        f"  |> filter(fn: (r) => r.kind == {text(kind)})\n{only}{_PIVOT}"
        "  |> map(fn: (r) => ({time: r._time, "
        f"timeEnd: time(v: if r.until_us > 0.0 then int(v: r.until_us) * 1000 else int(v: {end})), "
        f'title: r.title, text: r.text, tags: {text(kind)} + (if r.state != "" then "," + r.state else "")}}))\n'
        '  |> group()\n  |> sort(columns: ["time"])'
    )


def booking_events(source: Source, *, chosen: bool = False) -> str:
    """An annotation query: each confirmed booking from call to wrap."""
    only = '  |> filter(fn: (r) => r.zone == "${zone}")\n' if chosen else ""
    return (
        f"{of_measurement(source, BOOKING, *_RANGE)}\n"
        f"{only}{_PIVOT}"
        '  |> filter(fn: (r) => r.status == "confirmed")\n'
        "  |> map(fn: (r) => ({time: r._time, timeEnd: time(v: int(v: r.until_us) * 1000), "
        f'title: {_zone_names(source.site.zones)}, text: r.title, tags: "booking," + r.kind}}))\n'
        '  |> group()\n  |> sort(columns: ["time"])'
    )


def meter_swaps(source: Source) -> str:
    """An annotation query: readings of counters that were flagged as of an exchanged meter."""
    return (
        f"{of_measurement(source, MEASUREMENT, *_RANGE)}\n"
        "  |> filter(fn: (r) => r._field =~ /__flag$/)\n  |> filter(fn: (r) => r._value =~ /meter_swap/)\n"
        '  |> map(fn: (r) => ({time: r._time, timeEnd: r._time, title: r.subject, text: r._value, tags: "meter_swap"}))\n'
        '  |> group()\n  |> sort(columns: ["time"])'
    )
