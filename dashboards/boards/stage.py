"""One zone, chosen at the top: air, wish, plan, heat, light, air quality, and why."""

from __future__ import annotations

from typing import Any

from dashboards.boards.overview import STATE_COLOURS
from dashboards.flux import Source, zone_level
from dashboards.panels import BLUE, GREEN, ORANGE, SKY, Board, Panel, Series, Variable
from dashboards.words import Words
from premises.site import ZoneUse


def board(source: Source, say: Words) -> Board:
    site = source.site
    zones = sorted(
        (zone for zone in site.zones if zone.heating_plant or zone.cooling_plant), key=lambda z: z.use is not ZoneUse.STAGE
    )
    air, wanted, planned = say("label.air"), say("label.wanted"), say("label.planned")

    def panel(key: str, kind: str, unit: str, fields: list[tuple[str, str]], fn: str = "mean", **more: Any) -> Panel:
        return Panel(say(f"panel.{key}"), say(f"panel.{key}_about"), kind, unit, (zone_level(source, fields, fn=fn),), **more)

    panels = (
        panel(
            "zone_air",
            "timeseries",
            "celsius",
            [("air_c", air), ("wanted_c", wanted), ("planned_c", planned)],
            width=24,
            height=10,
            series=(Series(air, GREEN), Series(wanted, ORANGE, dashed=True), Series(planned, SKY, dashed=True)),
        ),
        panel(
            "zone_state",
            "state-timeline",
            "string",
            [("state", say("panel.zone_state")), ("reason", say("label.reason"))],
            fn="last",
            width=24,
            height=5,
            mappings={state: (say(f"state.{state}"), colour) for state, colour in STATE_COLOURS.items()},
        ),
        panel(
            "zone_heat",
            "timeseries",
            "watt",
            [("planned_heat_w", say("label.planned_heat")), ("heating_demand_pct", say("label.demand"))],
            series=(Series(say("label.demand"), BLUE, unit="percent", right_axis=True),),
        ),
        panel("zone_light", "timeseries", "percent", [("brightness_pct", say("label.level"))], low=0, high=100),
        panel(
            "zone_air_quality",
            "timeseries",
            "ppm",
            [("co2_ppm", "CO2"), ("humidity_pct", say("label.humidity"))],
            width=24,
            series=(Series(say("label.humidity"), SKY, unit="percent", right_axis=True),),
        ),
    )
    zone = Variable("zone", say("label.zone"), tuple((zone.name, zone.id) for zone in zones))
    title = f"{site.name} · {say('board.stage')}"
    return Board(site.id, "stage", title, say("about.stage"), site.timezone, panels, (zone,), "now-24h", "now")
