"""The premises that come with Greenroom run in the simulator, winter and summer."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta

import pytest

from premises.site import Cluster, Site
from premises.sitefile import example, example_names, load_premises
from premises.tariff import Carrier
from simulators.counterfactual import comfort_setpoint_c
from simulators.simulated import SimulatedSite


def _all_sites() -> dict[str, Site]:
    read = [load_premises(example(name)) for name in example_names()]
    return {site.id: site for premises in read for site in (premises.sites if isinstance(premises, Cluster) else (premises,))}


SITES = _all_sites()
WINTER = datetime(2026, 1, 13, tzinfo=UTC)
SUMMER = datetime(2026, 7, 13, tzinfo=UTC)
OF_THE_DEVICE = {"battery", "link_quality"}
"""What a device knows of itself and the building nothing of."""
CHANGE_OF_CLOCK = datetime(2026, 3, 28, 12, tzinfo=UTC)


def test_all_seven_sites_are_here() -> None:
    assert {"la-kolok", "commune-image"} <= SITES.keys()
    assert len(SITES) == 7


@pytest.mark.slow
@pytest.mark.parametrize("site_id", sorted(SITES))
def test_a_site_held_at_comfort_runs_for_two_winter_days(site_id: str) -> None:
    site = SITES[site_id]
    simulated = SimulatedSite(site, 1, start=WINTER)
    for zone in site.zones:
        simulated.building.set_setpoint(zone.id, comfort_setpoint_c(zone))
    heard: set[str] = set()
    for step in range(1, 577):
        heard |= {message.topic for message in simulated.step(WINTER + step * timedelta(minutes=5))}
    truth = simulated.truth
    heated = [zone for zone in site.zones if zone.heating_plant is not None and zone.emitter_power_w > 0]
    for zone in heated:
        assert truth.air_c[zone.id] > comfort_setpoint_c(zone) - 1.0, f"{zone.id} is cold"
    assert sum(truth.heating_kwh.values()) > 0
    assert all(math.isfinite(value) for value in truth.air_c.values())
    for device in site.devices:
        assert any(topic == device.topic or topic.startswith(f"{device.topic}/") for topic in heard), f"{device.id} said nothing"


@pytest.mark.slow
@pytest.mark.parametrize("site_id", sorted(SITES))
def test_every_point_of_a_site_has_a_value(site_id: str) -> None:
    simulated = SimulatedSite(SITES[site_id], 1, start=SUMMER)
    simulated.step(SUMMER + timedelta(hours=12))
    told = {point.id: gauge() for device in simulated.devices for point, gauge in device.points}
    measured = [point for point in SITES[site_id].points if point.device != "greenroom"]
    assert {point.id for point in measured if point.quantity.name not in OF_THE_DEVICE} == told.keys()
    assert all(math.isfinite(value) for value in told.values())


@pytest.mark.slow
@pytest.mark.parametrize("site_id", ["primi-marseille", "primi-nice"])
def test_the_south_is_cooled_in_summer(site_id: str) -> None:
    """A room setpoint above 22 °C and cold water asked for: the reversible heat pump cools; without, it grows hot."""
    site = SITES[site_id]
    cooled, left = (SimulatedSite(site, 1, start=SUMMER) for _ in range(2))
    for zone in site.zones:
        cooled.building.set_setpoint(zone.id, 25.0)
    for plant in site.plants:
        cooled.building.set_supply(plant.id, 10.0)
        left.building.set_plant_on(plant.id, False)
    for simulated in (cooled, left):
        simulated.step(SUMMER + timedelta(days=2, hours=14))
    offices = next(zone.id for zone in site.zones if zone.use == "office")
    assert cooled.truth.air_c[offices] < 26.0
    assert left.truth.air_c[offices] > cooled.truth.air_c[offices] + 1.0
    assert cooled.truth.electricity_kwh["cooling"] > 10
    assert cooled.truth.cold_kwh[offices] > 0
    assert left.truth.electricity_kwh["cooling"] == 0


@pytest.mark.slow
def test_a_room_with_a_chiller_of_its_own_is_heated_in_winter_and_cooled_in_summer() -> None:
    site = SITES["commune-image"]
    room = next(zone for zone in site.zones if zone.cooling_plant is not None and zone.cooling_plant != zone.heating_plant)
    winter = SimulatedSite(site, 1, start=WINTER)
    winter.building.set_setpoint(room.id, 20.0)
    winter.step(WINTER + timedelta(days=1))
    assert winter.truth.air_c[room.id] > 19.0
    summer = SimulatedSite(site, 1, start=SUMMER)
    summer.building.set_setpoint(room.id, 22.0)
    summer.step(SUMMER + timedelta(days=1, hours=15))
    assert summer.truth.cold_kwh[room.id] > 0


@pytest.mark.slow
def test_the_day_of_the_clock_change_has_its_people_an_hour_earlier() -> None:
    """The same wall time is 7:00 UTC on Friday and 6:00 UTC on Monday, after the change."""
    simulated = SimulatedSite(SITES["la-kolok"], 1, start=CHANGE_OF_CLOCK)
    row = simulated.building.index["coworking"]

    def first(day: int) -> datetime:
        at = datetime(2026, 3, day, 4, tzinfo=UTC)
        while (
            simulated.building.days.of((at - datetime(1970, 1, 1, tzinfo=UTC)).days).use.people[at.hour * 60 + at.minute, row] == 0
        ):
            at += timedelta(minutes=1)
        return at

    friday, monday = first(27), first(30)
    earlier = friday + timedelta(days=3) - monday
    assert timedelta(minutes=50) <= earlier <= timedelta(minutes=70)


def test_gas_is_counted_in_cubic_metres_of_the_sites_own_calorific_value() -> None:
    site = SITES["la-kolok"]
    simulated = SimulatedSite(site, 1, start=WINTER)
    simulated.building.set_setpoint("workshop", 18.0)

    def shown() -> float:
        messages = simulated.step(simulated.now + timedelta(hours=6))
        return next(
            float(m.payload)
            for m in messages
            if m.topic.startswith("/devices/gas-meter/controls/") and not m.topic.endswith("meta")
        )

    before, burnt = shown(), simulated.truth.heating_kwh[Carrier.GAS]
    after, burnt = shown(), simulated.truth.heating_kwh[Carrier.GAS] - burnt
    calorific = next(meter.kwh_per_m3 for meter in site.meters if meter.id == "gas")
    assert burnt > 10
    assert calorific is not None
    assert (after - before) * calorific == pytest.approx(burnt, abs=0.1)


def test_the_restaurant_is_empty_before_it_opens() -> None:
    site = SITES["la-kolok"]
    row = [zone.id for zone in site.zones].index("restaurant")
    before, after = (SimulatedSite(site, 1, start=datetime(2026, month, 8, tzinfo=UTC)) for month in (6, 7))
    assert before.building.today.use.people[:, row].sum() == 0
    assert after.building.today.use.people[:, row].sum() > 0
    assert after.building.today.use.kitchen[:, row].max() > 0.5


def test_the_thermostats_of_the_stages_tell_of_their_batteries_and_radio() -> None:
    site = SITES["la-kolok"]
    simulated = SimulatedSite(site, 1, start=WINTER)
    heard = {message.topic: message.payload for step in (1, 2) for message in simulated.step(WINTER + step * timedelta(minutes=5))}
    points = [point for point in site.points if point.quantity.name in OF_THE_DEVICE]
    assert len(points) == 8
    for point in points:
        message = json.loads(heard[site.device(point.device).topic])
        value = message[{"battery": "battery", "link_quality": "linkquality"}[point.quantity.name]]
        assert point.quantity.low is not None
        assert point.quantity.high is not None
        assert point.quantity.low <= value <= point.quantity.high
