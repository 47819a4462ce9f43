"""Overview: will every stage be ready?"""

from __future__ import annotations

from dashboards.flux import Source, over_time, present, states
from dashboards.panels import BLUE, GREEN, ORANGE, PURPLE, RED, SKY, YELLOW, Board, Panel, Series
from dashboards.pick import grid_points, one, production_points
from dashboards.words import Words

STATE_COLOURS = {
    "occupied": GREEN,
    "ready": SKY,
    "pre_heating": ORANGE,
    "pre_cooling": BLUE,
    "set_back": "#9aa5a0",
    "frost_guard": "#5b6b63",
    "overridden": PURPLE,
    "sensor_lost": RED,
    "uncontrolled": "#d5ddd8",
}


def board(source: Source, say: Words) -> Board:
    site = source.site
    controlled = [zone for zone in site.zones if zone.heating_plant or zone.cooling_plant]
    panels = [
        Panel(
            say("panel.states"),
            say("panel.states_about"),
            "state-timeline",
            "string",
            (states(source, [(site.point(f"{zone.id}/state"), zone.name) for zone in controlled]),),
            width=24,
            height=max(6, 1 + len(controlled)),
            mappings={state: (say(f"state.{state}"), colour) for state, colour in STATE_COLOURS.items()},
            no_value=say("label.no_data"),
        )
    ]
    now = [
        ("outdoor_now", "celsius", one(site, "outdoor", "outdoor_temperature"), say("label.outdoor")),
        ("load_now", "watt", next(iter(grid_points(site, "power")), None), say("label.grid")),
        ("sun_now", "watt", next(iter(production_points(site, "power")), None), say("label.sun")),
    ]
    for key, unit, point, label in now:
        if point is not None:
            target = present(source, [(point, label)])
            panels.append(
                Panel(say(f"panel.{key}"), say(f"panel.{key}_about"), "stat", unit, (target,), width=8, height=4, decimals=1)
            )
    air = [(point, zone.name) for zone in controlled for point in site.points_of(zone.id, "air_temperature")[:1]]
    if air:
        target = over_time(source, air)
        panels.append(
            Panel(say("panel.air_of_all"), say("panel.air_of_all_about"), "timeseries", "celsius", (target,), width=24, height=9)
        )
    power = [(point, say("label.grid")) for point in grid_points(site, "power")]
    power += [(point, say("label.sun")) for point in production_points(site, "power")]
    if power:
        lines = (Series(say("label.grid"), BLUE), Series(say("label.sun"), YELLOW, fill=20))
        target = over_time(source, power)
        panels.append(
            Panel(say("panel.power"), say("panel.power_about"), "timeseries", "watt", (target,), width=24, height=8, series=lines)
        )
    return Board(site.id, "overview", f"{site.name} · {say('board.overview')}", say("about.overview"), site.timezone, tuple(panels))
