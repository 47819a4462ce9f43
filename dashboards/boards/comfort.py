"""Comfort and air: CO2, humidity, temperature, and the plant under hush."""

from __future__ import annotations

from dashboards.boards.build import Maker, of_zones
from dashboards.flux import Label, Source
from dashboards.panels import PALETTE, Board, Series
from dashboards.pick import one
from dashboards.series import over_time, present
from dashboards.told import ready_over_time
from dashboards.words import Words


def board(source: Source, say: Words) -> Board:
    make, site = Maker(source, say), source.site
    co2, humidity = of_zones(source, "co2"), of_zones(source, "humidity")
    limits = [comfort.co2_max_ppm for zone in site.zones for comfort in zone.comfort.values() if comfort.co2_max_ppm is not None]
    if co2:
        limit = min(limits, default=1000.0)
        steps = ((None, "#009E73"), (0.8 * limit, "#E69F00"), (limit, "#D55E00"))
        make.add("co2_now", "bargauge", "ppm", present(source, co2), height=9, steps=steps, low=400, high=2000, decimals=0)
        make.add("co2", "timeseries", "ppm", over_time(source, co2), height=9, limit=limit)
    make.add("humidity", "timeseries", "percent", over_time(source, humidity) if humidity else None, low=0, high=100)
    air = of_zones(source, "air_temperature")
    make.add("air_of_all", "timeseries", "celsius", over_time(source, air) if air else None)
    heated = [zone for zone in site.zones if zone.heating_plant or zone.cooling_plant]
    if heated:
        short = ready_over_time(source, heated, "short_k", fn="max")
        make.add("short", "timeseries", "kelvin", short, low=0, limit=1.0)
    noise: list[Label] = [(point, zone.name) for zone in site.zones for point in site.points_of(zone.id, "noise")[:1]]
    make.add("noise", "timeseries", "dB", over_time(source, noise) if noise else None)
    # in one picture what makes noise and what is heard: the cause of a sound that breaks a hush
    speeds = [
        (point, plant.name)
        for plant in site.plants
        if (point := one(site, plant.id, "compressor_frequency") or one(site, plant.id, "fan_speed")) is not None
    ]
    heard = over_time(source, noise, "N", "max") if noise else None
    loud = tuple(
        Series(name, PALETTE[(1 + index) % len(PALETTE)], unit="dB", dashed=True, right_axis=True)
        for index, (_, name) in enumerate(noise)
    )
    make.add("hush", "timeseries", "hertz", over_time(source, speeds) if speeds else None, heard, series=loud, low=0)
    return make.board("comfort", annotations=make.annotations("override", "booking", "alarm", "clock"))
