"""How quick the simulators are, and how the simulated studio behaves: `python -m bench.simulate [site]`."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta

from premises.site import Site, ZoneUse
from premises.sitefile import example, load_site
from premises.time import Interval
from simulators.building import Building
from simulators.counterfactual import always_on
from simulators.photovoltaic import string_power
from simulators.simulated import SimulatedSite
from simulators.weather import Place, Weather, day_number

_STEP = timedelta(minutes=5)
_WINTER = datetime(2026, 1, 13, 12, tzinfo=UTC)


def speed(site: Site) -> None:
    """Seven days at five-minute steps: physics alone, with messages, and the always-on counterfactual; CPU seconds."""
    week = Interval(_WINTER, _WINTER + timedelta(days=7))
    began = time.process_time()
    Building(site, 1, [], week.start).advance(week.end)
    physics = time.process_time() - began
    began = time.process_time()
    simulated = SimulatedSite(site, 1, start=week.start)
    count = size = 0
    at = week.start
    while at < week.end:
        at += _STEP
        for message in simulated.step(at):
            count += 1
            size += len(message.payload)
    messages = time.process_time() - began
    began = time.process_time()
    always_on(site, 1, week)
    counterfactual = time.process_time() - began
    print(f"7 days, physics alone          {physics:6.2f} s CPU")
    ratio = messages / physics
    print(f"7 days, {count:,} messages       {messages:6.2f} s CPU  ({ratio:.1f} times physics, mean {size / count:.0f} bytes)")
    print(f"7 days always on (+1 run-in)   {counterfactual:6.2f} s CPU  ({counterfactual / physics:.1f} times physics)")


def warm_up(site: Site, outdoor_c: float = 0.0) -> None:
    """From two days at set-back, with the weather held at that temperature outside: hours until 6 and 8 K warmer."""
    for zone in site.zones:
        if zone.use is not ZoneUse.STAGE:
            continue
        building = Building(site, 1, [], _WINTER)
        for number in range(day_number(_WINTER), day_number(_WINTER) + 5):
            building.days.of(number).weather.outdoor_c[:] = outdoor_c
        building.advance(_WINTER + timedelta(days=2))
        cold = building.air_c(zone.id)
        started = building.now
        building.set_setpoint(zone.id, 25.0)
        plant = zone.heating_plant
        if plant is not None:
            building.set_supply(plant, zone.emitter_supply_c)
        reached: dict[int, float] = {}
        while len(reached) < 2 and building.now < started + timedelta(hours=24):
            building.advance(building.now + timedelta(minutes=5))
            for rise in (6, 8):
                if rise not in reached and building.air_c(zone.id) >= cold + rise:
                    reached[rise] = (building.now - started).total_seconds() / 3600
        told = ", ".join(f"{rise} K in {hours:.1f} h" for rise, hours in reached.items())
        print(
            f"{zone.id}: {zone.area_m2:.0f} m², from {cold:.1f} °C at {outdoor_c:.0f} °C outside: {told or 'not reached in a day'}"
        )


def energies(site: Site) -> None:
    """A January week always on, and the sun's yield of each month per kilowatt peak."""
    energy = always_on(site, 1, Interval(_WINTER, _WINTER + timedelta(days=7)))
    shares = ", ".join(f"{carrier} {kwh / 7:.0f} kWh" for carrier, kwh in energy.heating_kwh.items())
    print(f"always on in January, each day: {shares}; heat {energy.heat_kwh / 7:.0f} kWh")
    weather = Weather(Place(site.latitude, site.longitude, site.altitude_m), 1)
    peak = sum(string.peak_power_w for string in site.pv_strings) / 1000
    for month in range(1, 13):
        first = day_number(datetime(2026, month, 1, tzinfo=UTC))
        last = day_number(datetime(2026 + month // 12, month % 12 + 1, 1, tzinfo=UTC))
        days = [weather.day(day) for day in range(first, last)]
        kwh = sum(float(string_power(string, day)[1].sum()) / 60_000 for day in days for string in site.pv_strings)
        mean = sum(float(day.outdoor_c.mean()) for day in days) / len(days)
        print(f"month {month:2}: {mean:5.1f} °C outside, sun {kwh / peak if peak else 0:5.0f} kWh per kWp")


def main() -> None:
    site = load_site(example(sys.argv[1] if len(sys.argv) > 1 else "la-kolok"))
    print(site.name)
    speed(site)
    warm_up(site)
    energies(site)


if __name__ == "__main__":
    main()
