"""A restarted server takes what it had learned from the store, and goes on."""

from __future__ import annotations

import math

import numpy as np

from premises.reading import Reading
from premises.time import SLOT
from rules.thermal import ZoneModel, emitter_power_w
from tests.rules.studio import Story, at, stage, studio

TRUTH = ZoneModel(mass=0.04, outdoor=0.012, heat=1.6e-5, gain=0.0, tau_h=32.0)


def stored_weeks(story: Story, days: int) -> None:
    """What the devices told: air in tenths, valve opening, supply, outdoor; and what the rules wished."""
    zone, dice = story.site.zone("stage"), np.random.default_rng(5)
    air, mass, readings = 15.0, 14.0, []
    for index in range(days * 96):
        moment = at("2026-01-01 00:00") + index * SLOT
        outdoor = 4 + 4 * math.sin(index / 96 * math.tau) + 2 * math.sin(index / 400)
        wanted = 20.0 if dice.integers(6, 9) <= moment.hour < 18 and moment.day % 4 else 12.0
        opening = min(1.0, max(0.0, wanted - air + 0.5))
        for name, value in (("wanted_temperature", wanted), ("heating_demand.valve-1", 100 * opening)):
            readings.append(Reading(f"stage/{name}", moment, value, moment))
        readings.append(Reading("heat-pump/supply_temperature", moment, 50.0, moment))
        readings.append(Reading("weather/outdoor_temperature", moment, outdoor, moment))
        air, mass = TRUTH.step(air, mass, outdoor, opening * emitter_power_w(zone, 50.0, air))
        readings.append(Reading("stage/air_temperature", moment + SLOT * 0.9, round(air, 1), moment))
    story.store.write("studio", readings)


def test_models_are_learned_again_from_the_store() -> None:
    story = Story(studio(stage()), "2026-01-15 00:00")
    stored_weeks(story, 14)
    story.tick("2026-01-14 23:59")
    story.runner = story.new_runner()
    story.tick("2026-01-15 00:00")
    story.runner.learn(at("2026-01-15 00:00"))
    model = story.runner.engine.models["stage"]
    assert model.error_k is not None
    assert model.error_k < 0.35
    assert 0.7 < model.heat / TRUTH.heat < 1.4


def test_an_empty_store_teaches_nothing_and_breaks_nothing() -> None:
    story = Story(studio(stage()), "2026-01-15 00:00")
    story.tick("2026-01-15 00:00")
    assert story.runner.learn(at("2026-01-15 00:00")) == {}
    assert story.runner.engine.models == {}
