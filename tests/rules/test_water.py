"""A substation that gives the water of its own curve: leads and plans count on what comes, not on what was asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from rules.night import learn_zone
from rules.supply_levels import levels_of, steps_of
from rules.thermal import ZoneModel
from rules.warm_time import WarmTime, most_heat_w
from rules.water import Water
from tests.rules.studio import Story, at, booked, stage, studio

NOW = at("2026-01-20 08:00")


def told(water: Water, minutes: int, asked: float | None, measured: float | None, start_min: int = 0) -> None:
    for minute in range(start_min, start_min + minutes, 5):
        water.note(NOW + timedelta(minutes=minute), "heat-pump", asked, measured)


def test_water_that_stays_short_for_half_an_hour_is_believed() -> None:
    water = Water()
    told(water, 25, 55.0, 44.0)
    assert water.ceiling_c("heat-pump", NOW) is None
    told(water, 15, 55.0, 44.0, 25)
    assert water.ceiling_c("heat-pump", NOW + timedelta(minutes=35)) == pytest.approx(45.0)
    plant = water.known(studio(stage()), NOW + timedelta(minutes=35)).plants[0]
    assert plant.supply_max_c == pytest.approx(45.0)


@pytest.mark.parametrize(("asked", "measured"), [(50.0, 48.0), (None, 20.0), (50.0, None)])
def test_water_that_comes_or_is_not_asked_for_teaches_nothing(asked: float | None, measured: float | None) -> None:
    water = Water()
    told(water, 120, asked, measured)
    assert water.ceiling_c("heat-pump", NOW) is None
    assert water.known(studio(stage()), NOW) == studio(stage())


def test_warmer_water_is_believed_at_once_and_what_was_learned_fades() -> None:
    water = Water()
    told(water, 60, 55.0, 44.0)
    later = NOW + timedelta(days=4)
    assert water.ceiling_c("heat-pump", later) == pytest.approx(47.0, abs=0.1)
    water.note(NOW + timedelta(hours=2), "heat-pump", 55.0, 52.0)
    assert water.ceiling_c("heat-pump", NOW + timedelta(hours=2)) == 52.0


def test_with_cooler_water_the_lead_is_longer() -> None:
    site, model = studio(stage()), ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True)
    hot = WarmTime(stage(), model, most_heat_w(site, stage()), 55.0)
    cool = WarmTime(stage(), model, most_heat_w(site, stage()), 40.0)
    assert cool.hours(14.0, 14.0, 3.0, 20.0) > 1.4 * hot.hours(14.0, 14.0, 3.0, 20.0)


def test_the_rules_note_what_their_plant_gives() -> None:
    story = Story(studio(stage()), "2026-01-20 05:00")
    story.book_in(booked("2026-01-20 12:00", "2026-01-20 20:00"))
    for minute in range(0, 180, 5):
        now = at("2026-01-20 05:00") + timedelta(minutes=minute)
        story.live.show("heat-pump/supply_temperature", 38.0, now)
        story.tick(f"{now:%Y-%m-%d %H:%M}")
    engine = story.runner.engine
    assert engine.water.ceiling_c("heat-pump", story.clock.now()) == pytest.approx(39.0, abs=0.1)
    assert engine.outlook(story.clock.now(), story.runner._seen(story.clock.now())).site.plants[0].supply_max_c < 40.0
    assert learn_zone(engine.site, engine.site.zones[0], engine.trace, None, trusted=False) is not None


def by_its_own_curve(water: Water, days: int, plant: str = "heat-pump") -> None:
    """Mornings on which 60 °C are asked, and a curve gives 48 °C at 0 °C outdoors, a kelvin less for each kelvin more."""
    for day in range(days):
        for minute in range(0, 8 * 60, 10):
            outdoor = -2.0 + 0.02 * minute + 0.5 * day
            water.note(NOW + timedelta(days=day, minutes=minute), plant, 60.0, 48.0 - outdoor, outdoor)


def test_water_that_follows_the_weather_is_known_by_the_weather() -> None:
    """Seen in the cold of the morning, it is not counted on in the mild of the afternoon."""
    water = Water()
    by_its_own_curve(water, 3)
    now = NOW + timedelta(days=2, hours=8)
    plant = water.known(studio(stage()), now).plants[0]
    assert plant.own_curve is not None
    assert plant.warmest_c(0.0) == pytest.approx(49.0, abs=0.3)
    assert plant.warmest_c(7.0) == pytest.approx(42.0, abs=0.3)
    assert plant.warmest_c(-15.0) == plant.supply_max_c <= 51.5
    site = replace(studio(stage()), plants=(plant,))
    caps, rates = steps_of(plant, site.zones[0], levels_of(plant, site.zones), np.array([0.0, 7.0]))
    assert caps.sum(axis=0)[1] < 0.85 * caps.sum(axis=0)[0]
    assert (rates > 0.0).all()


def test_a_plant_at_its_limit_follows_no_curve() -> None:
    """Too small for what is asked, its water falls short at random, or most when it is cold outside."""
    water = Water()
    for step in range(60):
        outdoor = -5.0 + 0.2 * step
        water.note(NOW + timedelta(minutes=10 * step), "heat-pump", 55.0, 40.0 + 0.5 * outdoor + 3.0 * (step % 3), outdoor)
    assert water.curve_of("heat-pump") is None
    assert water.known(studio(stage()), NOW + timedelta(hours=10)).plants[0].own_curve is None


def test_a_few_half_hours_at_one_temperature_make_no_curve() -> None:
    water = Water()
    for minute in range(0, 300, 10):
        water.note(NOW + timedelta(minutes=minute), "heat-pump", 60.0, 46.0, 2.0)
    assert water.curve_of("heat-pump") is None
    assert water.ceiling_c("heat-pump", NOW + timedelta(minutes=300)) == pytest.approx(47.0, abs=0.1)
