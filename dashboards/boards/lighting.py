"""Light levels, load and energy by zone."""

from __future__ import annotations

from dashboards.flux import Source, counted, over_time
from dashboards.panels import Board, Panel
from dashboards.pick import lighting_points
from dashboards.words import Words


def board(source: Source, say: Words) -> Board:
    site, panels = source.site, list[Panel]()
    levels = [(point, zone.name) for zone in site.zones for point in site.points_of(zone.id, "brightness")]
    if levels:
        target = over_time(source, levels, fn="last")
        about = say("panel.light_levels_about")
        panels.append(Panel(say("panel.light_levels"), about, "timeseries", "percent", (target,), width=24, low=0, high=100))
    power, energy = lighting_points(site, "power"), lighting_points(site, "energy")
    if power:
        about = say("panel.light_power_about")
        panels.append(
            Panel(say("panel.light_power"), about, "timeseries", "watt", (over_time(source, power),), width=24, stacked=True)
        )
    if energy:
        about = say("panel.light_energy_about")
        panels.append(
            Panel(say("panel.light_energy"), about, "bargauge", "kwatth", (counted(source, energy, "1d"),), width=24, height=10)
        )
    title = f"{site.name} · {say('board.lighting')}"
    return Board(site.id, "lighting", title, say("about.lighting"), site.timezone, tuple(panels), time_from="now-7d")
