"""Heat is neither made nor lost: every part of the building balances, and the whole behaves like a slow, heavy stage."""

from __future__ import annotations

import dataclasses
import math
from datetime import timedelta

import numpy as np
import pytest

from premises.site import Emitter, Plant, PlantKind
from premises.tariff import Carrier
from simulators.air import Air, saturation_kg_kg
from simulators.building import Building
from simulators.emitters import Emitters
from simulators.envelope import envelope_of
from simulators.heatpump_curves import capacity_share, cop, eer
from simulators.plants import Boiler, HeatPump, PlantModel, Water, model_of
from simulators.valves import Valves
from simulators.zones import STEP_S, Zones, exponential
from tests.simulators.small_site import START, shoot, small_site


def test_the_matrix_exponential_is_that_of_numbers() -> None:
    np.testing.assert_allclose(exponential(np.diag([-2.0, 0.5])), np.diag([math.exp(-2), math.exp(0.5)]), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(exponential(np.array([[0.0, 1.0], [0.0, 0.0]])), [[1.0, 1.0], [0.0, 1.0]], atol=1e-14)


def test_what_the_zones_store_is_what_came_in_less_what_was_lost() -> None:
    zones = Zones(envelope_of(small_site(), 1), np.array([14.0, 19.0]), 12.0)
    stored, came, lost = zones.stored_j, 0.0, 0.0
    for minute in range(600):
        air, surface, deep = np.array([30e3 * (minute % 90 < 45), 4e3]), np.array([2e3, 1e3]), np.array([500.0, 0.0])
        outdoor = 5 * math.sin(minute / 100)
        zones.step(outdoor, air, surface, deep)
        came += float(air.sum() + surface.sum() + deep.sum()) * STEP_S
        lost += zones.lost_w(outdoor) * STEP_S
    assert zones.stored_j - stored == pytest.approx(came - lost, rel=1e-9)


def test_left_alone_the_zones_end_at_the_temperature_outside() -> None:
    zones = Zones(envelope_of(small_site(), 1), np.array([20.0, 20.0]), 8.0)
    nothing = np.zeros(2)
    for _ in range(60 * 24 * 120):
        zones.step(8.0, nothing, nothing, nothing)
    np.testing.assert_allclose(zones.air_c, 8.0, atol=0.05)


@pytest.mark.parametrize("kind", [Emitter.RADIATOR, Emitter.FAN_COIL, Emitter.RADIANT_PANEL])
def test_an_emitter_gives_its_stated_power_at_its_stated_supply(kind: Emitter) -> None:
    site = small_site()
    zones = tuple(dataclasses.replace(zone, emitter=kind) for zone in site.zones)
    emitters = Emitters(small_site(zones=zones))
    room, opened = np.array([20.0, 20.0]), np.ones(2)
    supply = np.array([zone.emitter_supply_c for zone in site.zones])
    for _ in range(300):
        given, drawn = emitters.step(supply, opened, room, room)
    np.testing.assert_allclose(given, emitters.power_w, rtol=0.01)
    np.testing.assert_allclose(drawn, given, rtol=0.01)
    for _ in range(300):
        cooler, _ = emitters.step(supply - 15.0, opened, room, room)
    assert np.all(cooler < 0.62 * given)  # half the excess gives less than half with an exponent above 1


def test_what_an_emitter_draws_and_does_not_give_it_stores() -> None:
    emitters = Emitters(small_site())
    before = emitters.capacity_j_k @ emitters.water_c
    drawn_j = given_j = 0.0
    for minute in range(120):
        opening = np.array([1.0 if minute < 40 else 0.0, 0.3])
        given, drawn = emitters.step(np.array([50.0, 45.0]), opening, np.array([15.0, 20.0]), np.array([15.0, 20.0]))
        drawn_j += drawn.sum() * STEP_S
        given_j += given.sum() * STEP_S
    assert emitters.capacity_j_k @ emitters.water_c - before == pytest.approx(drawn_j - given_j, rel=1e-9)


def test_a_valve_opens_when_cold_shuts_when_warm_and_stays_when_stuck() -> None:
    valves = Valves([0, 0, 1], [20.0, 20.0, 20.0], 2)
    cold, warm = np.array([15.0, 15.0]), np.array([23.0, 23.0])
    never, always, cool = np.zeros(2, dtype=bool), np.ones(2, dtype=bool), np.full(2, 26.0)
    for _ in range(6):
        valves.step(cold, never, cool, always)
    np.testing.assert_allclose(valves.zone_opening(), [1.0, 1.0])
    valves.stuck[2] = True
    for _ in range(6):
        valves.step(warm, never, cool, always)
    np.testing.assert_allclose(valves.zone_opening(), [0.0, 1.0])


def _heat_pump(**changes: object) -> Plant:
    fields: dict[str, object] = {"cop_points": ((2.0, 35.0, 3.5),), "cool_power_w": 60_000.0} | changes
    return Plant("hp", "hp", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, 80_000.0, **fields)  # type: ignore[arg-type]


def test_a_heat_pump_is_better_in_mild_weather_and_with_cool_water() -> None:
    plant = _heat_pump()
    assert cop(plant, 7, 35, 0.6) > cop(plant, -5, 35, 0.6) > cop(plant, -5, 50, 0.6) > 1.5
    assert capacity_share(10, 35) > capacity_share(-10, 35)
    assert eer(plant, 25, 12) > eer(plant, 35, 7) == pytest.approx(plant.eer)


def test_a_plants_buffer_balances() -> None:
    for model in (HeatPump(_heat_pump()), Boiler(Plant("b", "b", PlantKind.BOILER, Carrier.GAS, 60_000.0, efficiency=0.92))):
        before, made, drawn, lost = model.stored_j, 0.0, 0.0, 0.0
        for minute in range(600):
            model.step(Water(20_000.0 if minute % 200 < 120 else 0.0, 3.0, 85.0, 42.0, calling=True))
            made += model.heat_w * STEP_S
            drawn += (20_000.0 if minute % 200 < 120 else 0.0) * STEP_S
            lost += model.lost_w * STEP_S
        assert model.stored_j - before == pytest.approx(made - drawn - lost, rel=1e-9)
        assert 36 < model.supply_c < 52


def test_a_heat_pump_keeps_its_least_run_and_rest() -> None:
    model = HeatPump(_heat_pump(min_run=timedelta(minutes=15), min_rest=timedelta(minutes=10)))
    states = []
    for minute in range(1440):
        model.step(Water(1500.0, 8.0, 50.0, 35.0, calling=minute % 7 < 4))
        states.append(model.running)
    spells = [len(list(spell)) for spell in _spells(states)][1:-1]
    assert len(spells) > 4
    assert min(spells) >= 10


def _spells(states: list[bool]) -> list[list[bool]]:
    spells: list[list[bool]] = [[states[0]]]
    for state in states[1:]:
        if state == spells[-1][-1]:
            spells[-1].append(state)
        else:
            spells.append([state])
    return spells


def test_in_damp_frost_a_heat_pump_defrosts_and_in_mild_weather_not() -> None:
    def coldest(outdoor_c: float) -> float:
        model = HeatPump(_heat_pump())
        heats = []
        for _ in range(300):
            model.step(Water(50_000.0, outdoor_c, 90.0, 42.0, calling=True))
            heats.append(model.heat_w)
        return min(heats)

    assert coldest(1.0) < 0
    assert coldest(12.0) >= 0


def test_a_plant_that_is_off_makes_nothing() -> None:
    for kind in PlantKind:
        model: PlantModel = model_of(Plant("p", "p", kind, Carrier.ELECTRICITY, 50_000.0, cool_power_w=20_000.0))
        model.enabled = False
        for _ in range(60):
            model.step(Water(5_000.0, 2.0, 80.0, 40.0, calling=True))
        assert model.heat_w == 0.0
        assert model.final_w == 0.0


def test_cold_needs_a_reversible_plant_in_cooling() -> None:
    model = HeatPump(_heat_pump())
    model.cooling = True
    for _ in range(240):
        model.step(Water(-20_000.0, 30.0, 50.0, 10.0, calling=True))
    assert model.heat_w < 0
    assert model.final_w == pytest.approx(-model.heat_w / eer(model.plant, 30.0, model.supply_c), rel=0.1)
    assert 4 < model.supply_c < 18


def test_people_and_still_air_raise_carbon_dioxide_and_fresh_air_lowers_it() -> None:
    air = Air(np.array([500.0]), 5.0)
    for _ in range(60):
        air.step(np.array([100.0]), np.array([20.0]), 5.0, 80.0, np.array([20.0]))
    stuffy = float(air.co2_ppm[0])
    assert 900 < stuffy < 1500
    for _ in range(240):
        air.step(np.array([1500.0]), np.array([0.0]), 5.0, 80.0, np.array([20.0]))
    assert float(air.co2_ppm[0]) < 480
    assert float(saturation_kg_kg(20.0)) == pytest.approx(0.0147, abs=0.0004)


def test_the_whole_building_balances_over_a_day() -> None:
    building = Building(small_site(), 1, [shoot()], START)
    building.set_setpoint("stage", 20)
    before = building.zones.stored_j
    came = 0.0
    for _ in range(1440):
        building.advance(building.now + timedelta(minutes=1))
        outdoor = float(building.days.of((building.minute - 1) // 1440).weather.outdoor_c[(building.minute - 1) % 1440])
        heat = building.exchanged_w.sum() + building.room_w.sum() + building.solar_w.sum() + building.given_w.sum()
        came += (float(heat) - building.zones.lost_w(outdoor)) * STEP_S
    assert building.zones.stored_j - before == pytest.approx(came, rel=1e-9)
    assert came > 0


def test_a_stage_of_seven_hundred_square_metres_warms_by_one_to_three_kelvin_an_hour() -> None:
    building = Building(small_site(), 1, [], START)
    building.advance(START + timedelta(hours=12))
    cold = building.air_c("stage")
    building.set_setpoint("stage", 21)
    building.set_supply("pump", 50)
    building.advance(START + timedelta(hours=14))
    assert 1.0 < (building.air_c("stage") - cold) / 2 < 3.0


def test_people_lamps_and_rigs_warm_a_stage() -> None:
    empty, full = Building(small_site(), 1, [], START), Building(small_site(), 1, [shoot()], START)
    for building in (empty, full):
        building.advance(START + timedelta(hours=12))
    assert full.air_c("stage") > empty.air_c("stage") + 0.5


def test_a_load_in_through_the_open_door_cools_the_stage() -> None:
    call = START + timedelta(hours=6)
    booked, empty = (Building(small_site(), 1, bookings, START) for bookings in ([shoot(call, people=0)], []))
    colder = []
    for minute in range(40):
        for building in (booked, empty):
            building.set_setpoint("stage", 20)
            building.advance(call + timedelta(minutes=minute))
        colder.append(empty.air_c("stage") - booked.air_c("stage"))
    assert booked.days.of(booked.minute // 1440).use.door.sum() > 0
    assert max(colder) > 0.5


def test_every_watt_passes_one_lowest_meter_and_the_grid() -> None:
    building = Building(small_site(), 1, [shoot()], START)
    building.set_setpoint("stage", 20)
    building.set_light("stage", 60)
    building.advance(START + timedelta(hours=10))
    meters = building.meters
    power = {meter.id: float(meters.power_w[row]) for meter, row in zip(meters.meters, range(len(meters.meters)), strict=True)}
    loads = float(building.loads_w.sum()) + sum(m.final_w + m.pump_w for m in building.plants.values())
    assert power["grid"] == pytest.approx(loads - power["pv"])
    assert power["stage-light"] == pytest.approx(float(building.loads_w[2, 0]))
    assert power["office-all"] == pytest.approx(float(building.loads_w[:, 1].sum()))
    pump = building.plants["pump"]
    assert power["hp"] == pytest.approx(pump.final_w + pump.pump_w)
    assert meters.import_kwh[meters.index["hp"]] > 1


def test_import_and_export_are_counted_gross() -> None:
    building = Building(small_site(), 1, [], START.replace(month=6))
    building.advance(building.now + timedelta(days=1))
    row = building.meters.index["grid"]
    produced = float(building.pv_kwh.sum())
    used = float(building.used_kwh.sum() + building.plant_electricity_kwh.sum())
    taken, given = building.meters.import_kwh[row], building.meters.export_kwh[row]
    assert given > 1
    assert taken > 1
    assert taken - given == pytest.approx(used - produced, rel=1e-9)
