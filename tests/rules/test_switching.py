"""How fast and how often devices are switched: ramps of the water, hysteresis, least times of running and resting."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.rules.studio import Story, at, booked, stage, studio

SUPPLY, ON = "heat-pump/supply_setpoint", "heat-pump/heatpump_on"


def slow_water(k_per_h: float | None) -> Story:
    site = studio(stage())
    story = Story(replace(site, plants=(replace(site.plants[0], supply_ramp_k_per_h=k_per_h),)), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 12:00", "2026-01-20 18:00"))
    story.live.show("heat-pump/supply_temperature", 24.0, at("2026-01-20 06:00"))
    return story


def supplies(story: Story, *clocks: str) -> list[float]:
    found = []
    for clock in clocks:
        story.tick(f"2026-01-20 {clock}")
        value = story.live.values[SUPPLY].reading.value
        assert isinstance(value, float)
        found.append(value)
    return found


def test_water_is_made_warmer_no_faster_than_the_plant_may() -> None:
    """Thirty kelvin an hour from the 25 °C that it begins with: half a kelvin a minute; a degree is sent when there is one."""
    story = slow_water(30.0)
    minutes = [f"{10 + m // 60}:{m % 60:02d}" for m in range(61)]
    course = supplies(story, *minutes)
    assert course[0] == pytest.approx(25.0, abs=0.6)
    assert course[30] == pytest.approx(40.0, abs=1.5)
    assert course[60] == pytest.approx(50.0, abs=0.6)
    assert max(later - earlier for earlier, later in pairwise(course)) <= 1.0


def test_without_a_ramp_it_is_as_warm_as_is_needed_at_once() -> None:
    assert supplies(slow_water(None), "10:00", "10:01")[0] == 50.0


def test_colder_water_comes_at_once() -> None:
    story = slow_water(30.0)
    supplies(story, *[f"{10 + m // 60}:{m % 60:02d}" for m in range(61)])
    story.measure(stage=19.8)
    story.live.show("stage/heating_demand.valve-1", 30.0, at("2026-01-20 11:05"))
    (after,) = supplies(story, "12:05")
    assert after < 45.0


def test_small_wishes_move_no_water_and_small_differences_no_valve() -> None:
    story = slow_water(None)
    story.measure(stage=19.0, outdoor=3.0)
    story.live.show("stage/heating_demand.valve-1", 50.0, at("2026-01-20 12:00"))
    (before,) = supplies(story, "12:10")
    story.measure(outdoor=4.0)
    assert supplies(story, "12:20") == [before]
    story.measure(outdoor=-8.0)
    assert supplies(story, "12:30")[0] > before + 2.0


def test_a_heat_pump_runs_and_rests_its_least_times() -> None:
    story = slow_water(None)
    rows = []
    for clock, air, valve in (
        ("12:00", 19.0, 60.0),  # on
        ("12:05", 20.6, 0.0),  # warm enough, but it runs its quarter of an hour
        ("12:14", 20.6, 0.0),
        ("12:15", 20.6, 0.0),
        ("12:20", 19.0, 60.0),  # cold again, but it rests its ten minutes
        ("12:25", 19.0, 60.0),
    ):
        story.clock.set(at(f"2026-01-20 {clock}"))
        story.measure(stage=air)
        story.live.show("stage/heating_demand.valve-1", valve, at(f"2026-01-20 {clock}"))
        story.tick(f"2026-01-20 {clock}")
        rows.append((clock, story.live.values[ON].reading.value))
    assert rows == [("12:00", True), ("12:05", True), ("12:14", True), ("12:15", False), ("12:20", False), ("12:25", True)]
