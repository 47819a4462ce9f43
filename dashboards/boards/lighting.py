"""Light levels, load by zone, standby and hours."""

from __future__ import annotations

from dashboards.boards.build import HOURS, Maker, of_zones
from dashboards.flux import Source
from dashboards.panels import Board
from dashboards.pick import lighting_points
from dashboards.series import counted, hours_above, least_of_day, over_time
from dashboards.words import Words

LIT_PCT = 1.0


def board(source: Source, say: Words) -> Board:
    make = Maker(source, say)
    levels = of_zones(source, "brightness")
    power, energy = lighting_points(source.site, "power"), lighting_points(source.site, "energy")
    if power:
        make.add("light_power", "timeseries", "watt", over_time(source, power), width=24, height=9, stacked=True)
    if levels:
        target = over_time(source, levels, fn="last")
        make.add("light_levels", "timeseries", "percent", target, width=24, low=0, high=100, bridge_min=24 * 60)
        make.add(
            "light_hours", "timeseries", HOURS, hours_above(source, levels, LIT_PCT), bars=True, stacked=True, low=0, decimals=1
        )
    if power:
        make.add("light_standby", "timeseries", "watt", least_of_day(source, power), bars=True, stacked=True, low=0, soft_high=50)
    if energy:
        make.add("light_energy", "timeseries", "kwatth", counted(source, energy, "1d"), width=24, bars=True, stacked=True, low=0)
    return make.board("lighting", annotations=make.annotations("override", "clock"), time_from="now-7d")
