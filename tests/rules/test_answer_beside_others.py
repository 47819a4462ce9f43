"""What is told of a booking is what is spent for it, not for those who are in the zone before."""

from __future__ import annotations

import pytest

from premises.plan import Readiness
from rules.optimiser import LinearOptimiser
from rules.thermal import ZoneModel
from tests.rules.studio import Story, at, booked, stage, studio

MODEL = ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True, error_k=0.3)
TODAY = booked("2026-01-20 10:00", "2026-01-20 20:00", name="today")
TOMORROW = booked("2026-01-21 08:00", "2026-01-21 12:00", name="tomorrow")


@pytest.fixture
def story() -> Story:
    story = Story(studio(stage(), plant_power_w=120000), "2026-01-20 06:00")
    story.runner.engine.optimiser = LinearOptimiser()
    story.runner.engine.models["stage"] = MODEL
    story.measure(outdoor=3.0, stage=14.0)
    story.book_in(TODAY, TOMORROW)
    story.tick("2026-01-20 06:00")
    story.runner.replan(at("2026-01-20 06:00"))
    return story


def test_heat_for_tomorrow_begins_after_those_of_today_are_out(story: Story) -> None:
    (today,), (tomorrow,) = story.runner.ready_by(TODAY), story.runner.ready_by(TOMORROW)
    assert today.readiness is tomorrow.readiness is Readiness.READY
    assert today.heat_from is not None
    assert tomorrow.heat_from is not None
    assert at("2026-01-20 06:00") <= today.heat_from < TODAY.call_at
    assert TODAY.wrap_at <= tomorrow.heat_from < TOMORROW.call_at
    plan = story.runner.engine.plan
    assert plan is not None
    heated = plan.zones[0].slots
    mine = sum(s.heat_w for s in heated if TODAY.wrap_at <= s.start < TOMORROW.wrap_at) / 4000
    whole = sum(s.heat_w for s in heated if s.start < TOMORROW.wrap_at) / 4000
    assert mine < 0.7 * whole
    share = tomorrow.energy_kwh / (today.energy_kwh + tomorrow.energy_kwh)
    assert share == pytest.approx(mine / whole, rel=0.15)  # each planned beside the plan in force, not by it


def test_set_back_that_is_held_is_not_told_as_heating_for_a_call(story: Story) -> None:
    (tomorrow,) = story.runner.ready_by(TOMORROW)
    plan = story.runner.engine.plan
    assert plan is not None
    assert tomorrow.heat_from is not None
    resting = [s for s in plan.zones[0].slots if TODAY.wrap_at <= s.start < tomorrow.heat_from]
    assert len(resting) > 4
    assert all((s.setpoint_c or 0.0) <= 12.5 for s in resting[:-1])
