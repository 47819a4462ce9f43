"""Warmth that a plan puts by days ahead is not held at the full target until the call, whatever becomes of the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from premises.booking import DayKind
from premises.plan import PlanSlot, Rung
from rules.optimiser import LinearOptimiser
from rules.thermal import ZoneModel
from tests.rules.studio import Story, at, booked, stage, studio

MODEL = ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True, error_k=0.2)
CALL = at("2026-01-21 18:00")


@pytest.fixture
def story() -> Story:
    """A stage that the plan warms in the night before, from 04:00 to 05:00, for a call in the evening after."""
    story = Story(studio(stage()), "2026-01-20 04:00")
    story.book_in(booked("2026-01-21 18:00", "2026-01-21 23:00"))
    engine = story.runner.engine
    engine.models["stage"] = MODEL
    engine.optimiser = LinearOptimiser()
    story.measure(outdoor=3.0, stage=14.0)
    story.tick("2026-01-20 04:00")
    plan = story.runner.replan(at("2026-01-20 04:00"))

    def early(slot: PlanSlot) -> PlanSlot:
        warms = slot.start < at("2026-01-20 05:00") or slot.start >= CALL - timedelta(hours=2)
        return replace(slot, setpoint_c=18.0 if warms else 12.0, heat_w=40_000.0 if warms else 0.0)

    engine.plan = replace(plan, zones=(replace(plan.zones[0], rung=Rung.OPTIMISED, slots=tuple(map(early, plan.zones[0].slots))),))
    return story


def test_it_is_heated_while_the_plan_heats_and_let_go_when_it_rests(story: Story) -> None:
    warming = story.zone("2026-01-20 04:20")
    assert (warming.state.value, warming.wanted_c) == ("pre_heating", 18.0)
    resting = story.zone("2026-01-20 05:10")
    assert (resting.state.value, resting.wanted_c, resting.booking) == ("set_back", 12.0, None)


def test_a_plan_that_goes_away_leaves_no_day_at_the_target(story: Story) -> None:
    assert story.zone("2026-01-20 04:20").state.value == "pre_heating"
    story.runner.engine.plan = None
    gone = story.zone("2026-01-20 04:40")
    assert (gone.state.value, gone.wanted_c) == ("set_back", 12.0)
    states = [story.zone(f"2026-01-21 {hour:02}:00").state.value for hour in (6, 17)]
    assert states == ["set_back", "pre_heating"]  # the ladder's own lead still comes in time


def test_what_is_held_for_those_who_are_there_is_no_pre_heat_for_a_warmer_call_tomorrow() -> None:
    story = Story(studio(stage(emitter_power_w=20_000)), "2026-01-20 06:00")
    today = booked("2026-01-20 06:00", "2026-01-20 16:00", name="today", kind=DayKind.BUILD)
    story.book_in(today, booked("2026-01-21 14:00", "2026-01-21 20:00", name="tomorrow"))
    engine = story.runner.engine
    engine.models["stage"] = MODEL
    engine.optimiser = LinearOptimiser()
    story.measure(outdoor=3.0, stage=17.0)
    story.tick("2026-01-20 06:00")
    story.runner.replan(at("2026-01-20 06:00"))
    story.live.show("stage/heating_demand.valve-1", 20.0, at("2026-01-20 06:00"))  # it throttles, as it feels its radiator
    held = story.zone("2026-01-20 06:10")
    assert held.booking is not None
    assert (held.state.value, held.booking.id) == ("occupied", "today")
    assert held.wanted_c is not None
    assert held.wanted_c < 18.0
