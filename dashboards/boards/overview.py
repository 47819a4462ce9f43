"""Tonight and tomorrow: will every stage be ready, from when, how surely, and why not?"""

from __future__ import annotations

from dashboards.boards.build import Maker, controlled, of_zones
from dashboards.books import COLUMNS as BOOK_COLUMNS
from dashboards.books import bookings_of
from dashboards.flux import Source
from dashboards.panels import BLUE, GREEN, ORANGE, RED, WALL, YELLOW, Board, Column, Series, board_uid
from dashboards.pick import grid_points, one, production_points
from dashboards.series import over_time, present, states
from dashboards.told import booking_bars, bookings, plan_of_all, ready_now, stale_count
from dashboards.words import Words

COLUMNS = (
    "title",
    "readiness",
    "confidence_pct",
    "spare_min",
    "local_ready",
    "local_heat_from",
    "wanted_c",
    "energy_kwh",
    "reason",
)


def board(source: Source, say: Words) -> Board:
    make, site = Maker(source, say), source.site
    zones = controlled(source)
    if zones:
        _table(make)
        make.add(
            "risk",
            "stat",
            "none",
            ready_now(source, zones, "risk"),
            width=24,
            height=4,
            mappings=make.risks(),
            text_px=(12, 20),
            steps=((None, GREEN),),
        )
        bars = booking_bars(source, zones, say("label.free"))
        free = {say("label.free"): (say("label.free"), "rgba(128, 128, 128, 0.08)")}
        rows = max(6, 2 + len(zones))
        make.add("bookings_ahead", "state-timeline", "string", bars, width=24, height=min(rows, 10), mappings=free, colour=BLUE)
        told = [(site.point(f"{zone.id}/state"), zone.name) for zone in zones]
        make.add(
            "states", "state-timeline", "string", states(source, told), width=24, height=rows, mappings=make.states(), window="15m"
        )
    _book(make)
    _now(make)
    air = of_zones(source, "air_temperature", zones)
    if air:
        ahead = plan_of_all(source, zones, "planned_c", "P")
        make.add("air_of_all", "timeseries", "celsius", over_time(source, air), ahead, width=24, height=9)
    power = [(point, say("label.grid")) for point in grid_points(site, "power")]
    power += [(point, say("label.sun")) for point in production_points(site, "power")]
    if power:
        lines = (Series(say("label.grid"), BLUE), Series(say("label.sun"), YELLOW, fill=20))
        make.add("power", "timeseries", "watt", over_time(source, power), width=24, height=8, series=lines)
    marks = make.annotations("alarm", "override", "clock", "configuration")
    return make.board("overview", annotations=marks, time_from="now-12h", time_to="now+36h")


def _table(make: Maker) -> None:
    say, site = make.say, make.site
    to_zone = f'/d/{board_uid(site.id, "stage")}?var-zone=${{__data.fields["zone_id"]}}&${{__url_time_range}}'
    columns = (
        Column("call", say("column.call"), WALL, 150),
        Column("zone_id", "zone_id", hidden=True),
        Column("zone_name", say("label.zone"), width=130, link=to_zone),
        Column("title", say("column.title"), width=190),
        Column("readiness", say("column.readiness"), width=110, mappings=make.readiness()),
        Column("spare_min", say("column.spare"), "m", 90, 0),
        # why not, before what is nice to know: on a narrow screen the last columns are reached by scrolling
        Column("reason", say("column.reason"), width=480),
        Column("confidence_pct", say("column.confidence"), "percent", 100, 0),
        Column("local_ready", say("column.ready"), width=140),
        Column("local_heat_from", say("column.heat_from"), width=140),
        Column("wanted_c", say("column.wanted"), "celsius", 80, 1),
        Column("energy_kwh", say("column.energy"), "kwatth", decimals=0),
    )
    make.add("tonight", "table", "none", bookings(make.source, COLUMNS), width=24, height=9, columns=columns)


def _book(make: Maker) -> None:
    """The book itself, where Grafana reads PostgreSQL."""
    if not make.source.books:
        return
    say = make.say
    units = {"call": WALL, "changed": WALL}
    titles = {"call": "call", "title": "title", "status": "status", "version": "version", "changed": "changed"}
    shown = {**{name: say(f"column.{key}") for name, key in titles.items()}, "zone": say("label.zone")}
    columns = tuple(Column(name, shown.get(name, name), units.get(name)) for name in BOOK_COLUMNS)
    make.add("book", "table", "none", bookings_of(make.site), width=24, height=8, columns=columns)


def _now(make: Maker) -> None:
    source, say, site = make.source, make.say, make.site
    heard = ((None, GREEN), (1.0, ORANGE), (5.0, RED))
    make.add("stale", "stat", "none", stale_count(source, say("label.stale")), width=6, height=4, steps=heard, decimals=0)
    now = (
        ("outdoor_now", "celsius", one(site, "outdoor", "outdoor_temperature"), "outdoor"),
        ("load_now", "watt", next(iter(grid_points(site, "power")), None), "grid"),
        ("sun_now", "watt", next(iter(production_points(site, "power")), None), "sun"),
    )
    for key, unit, point, label in now:
        if point is not None:
            make.add(key, "stat", unit, present(source, [(point, say(f"label.{label}"))]), width=6, height=4, decimals=1)
