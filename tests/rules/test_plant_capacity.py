"""A plant that gives less in the cold than is assumed of it: its zones show it when they heat up together, and only then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from premises.site import Plant, PlantKind
from premises.tariff import Carrier
from rules.conversion import capacity_w
from rules.plant_capacity import Shortfall, shortfall
from rules.thermal import ZoneModel
from rules.trace import Record
from tests.rules.studio import at

MODEL = ZoneModel(mass=0.03, outdoor=0.008, heat=1.6e-5, gain=1.6e-5, tau_h=32.0, learned=True)
PUMP = Plant("pump", "Pump", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, 60000.0)
DAYS = 12


def two_zones(lacks_per_k: float, asked_w: float = 50000.0) -> dict[str, Record]:
    """Two zones that heat up together for each day, by a pump that lacks this share of its power per K below 7 °C."""
    n, dice = DAYS * 96, np.random.default_rng(3)
    hours = np.arange(n) / 4
    outdoor = 4 * np.sin(hours / 24 * 2 * np.pi) - 2 + 3 * np.sin(hours / 90)
    wanted = np.where((hours % 24 > 5) & (hours % 24 < 18), 20.0, 12.0)
    air, said = {"one": np.zeros(n), "two": np.zeros(n)}, {"one": np.zeros(n), "two": np.zeros(n)}
    states = dict.fromkeys(air, (14.0, 13.0))
    for k in range(n):
        asked = {zone: asked_w * min(1.0, max(0.0, (wanted[k] - states[zone][0]) + 0.5)) for zone in air}
        most = capacity_w(PUMP, float(outdoor[k]))
        share = min(1.0, most / max(1.0, sum(asked.values())))
        for zone in air:
            air[zone][k], said[zone][k] = states[zone][0], share * asked[zone]
            came = said[zone][k] * (1.0 - lacks_per_k * (7.0 - outdoor[k]) if share < 1.0 else 1.0)
            states[zone] = MODEL.step(*states[zone], float(outdoor[k]), came)
    none = np.zeros(n)
    return {
        zone: Record(at("2026-01-05 00:00"), air[zone] + dice.normal(0, 0.03, n), wanted, said[zone], none, outdoor, none, {}, none)
        for zone in air
    }


def models() -> dict[str, ZoneModel]:
    return {"one": MODEL, "two": MODEL}


def test_a_pump_that_is_weak_in_the_cold_is_found_out() -> None:
    found = shortfall(PUMP, models(), two_zones(lacks_per_k=0.025))
    assert found is not None
    assert found.factor(-2.0) == pytest.approx(0.775, abs=0.05)
    assert found.hours > 4


def test_models_that_were_learned_on_too_much_heat_do_not_hide_it() -> None:
    """A model that takes every watt for half of one errs at light loads, too: only what full load lacks beyond that counts."""
    double = {zone: replace(MODEL, heat=2 * MODEL.heat) for zone in models()}
    halves = {zone: replace(record, heat=record.heat / 2) for zone, record in two_zones(lacks_per_k=0.025).items()}
    plant = replace(PUMP, heat_power_w=PUMP.heat_power_w / 2)
    found = shortfall(plant, double, halves)
    assert found is not None
    assert found.factor(-2.0) == pytest.approx(0.775, abs=0.05)


def test_a_pump_that_gives_what_is_assumed_lacks_nothing() -> None:
    assert shortfall(PUMP, models(), two_zones(lacks_per_k=0.0)) is None


def test_a_pump_that_never_runs_at_full_load_is_not_judged() -> None:
    assert shortfall(PUMP, models(), two_zones(lacks_per_k=0.025, asked_w=20000.0)) is None


def test_a_zone_of_which_nothing_is_learned_leaves_its_plant_unjudged() -> None:
    assert shortfall(PUMP, {"one": MODEL}, two_zones(lacks_per_k=0.025)) is None
    assert shortfall(PUMP, {}, {}) is None


def test_the_factor_stays_within_what_can_be_believed() -> None:
    lacks = Shortfall(0.02, 8.0)
    assert lacks.factor(7.0) == lacks.factor(15.0) == 1.0
    assert lacks.factor(-3.0) == pytest.approx(0.8)
    assert lacks.factor(-60.0) == 0.5
