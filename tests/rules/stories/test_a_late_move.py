"""A quarter to eleven at night: tomorrow's call is moved from ten to six. The stage is warm at six, whoever plans, and says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from premises.plan import Readiness, Rung
from rules.optimiser import LinearOptimiser
from rules.pushed import device_schedules
from tests.rules.stories.planning import MODEL
from tests.rules.studio import Story, at, booked, stage, studio

LATE = booked("2026-01-21 10:00", "2026-01-21 18:00", name="tomorrow")
EARLY = booked("2026-01-21 06:00", "2026-01-21 18:00", name="tomorrow", sequence=2)


def evening(*, planned: bool) -> Story:
    """Shot until six today; a quarter to eleven at night, 16.5 °C on the stage and two below outside."""
    story = Story(studio(stage()), "2026-01-20 17:00")
    story.book_in(booked("2026-01-20 08:00", "2026-01-20 18:00", name="today"), LATE)
    story.measure(stage=20.0, outdoor=-2.0)
    if planned:
        story.runner.engine.models = {"stage": MODEL}
        story.runner.use(LinearOptimiser())
    story.runner.replan(at("2026-01-20 17:00"))
    story.tick("2026-01-20 17:59")
    story.clock.set(at("2026-01-20 22:30"))
    story.measure(stage=16.5)
    story.runner.replan(at("2026-01-20 22:30"))
    return story


def first_heat(story: Story, since: str, until: str, every: timedelta = timedelta(minutes=5)) -> str:
    """When the pre-heat begins, with a plan each quarter hour and the air following by half a kelvin a quarter once it heats."""
    moment, begun, air = at(since), "", 16.5
    while moment <= at(until):
        story.clock.set(moment)
        story.measure(stage=air)
        if story.runner.replan_due(moment):
            story.runner.replan(moment)
        state = story.zone(f"{moment:%Y-%m-%d %H:%M}").state.value
        if state == "pre_heating" and not begun:
            begun = f"{moment:%H:%M}"
        air += 0.2 if begun and air < 20.0 else -0.02
        moment += every
    return begun


@pytest.mark.parametrize("planned", [False, True], ids=["by lead", "by plan"])
def test_the_stage_is_warm_at_the_new_call(planned: bool) -> None:
    story = evening(planned=planned)
    assert story.zone("2026-01-20 22:44").state.value == "set_back"
    story.book_in(EARLY)
    story.tick("2026-01-20 22:45")
    assert story.runner.replan_due(at("2026-01-20 22:45"))  # at once, not at the next quarter
    begun = first_heat(story, "2026-01-20 22:46", "2026-01-21 06:00")
    assert "00:00" <= begun < "05:45" or begun.startswith(("22", "23"))
    decision = story.zone("2026-01-21 06:00")
    assert decision.state.value == "occupied"
    assert decision.air_c is not None
    assert decision.air_c >= 19.5
    assert story.alarms.active("studio") == []


@pytest.mark.parametrize("planned", [False, True], ids=["by lead", "by plan"])
def test_what_is_not_in_time_any_more_is_said_before_it_is_agreed(planned: bool) -> None:
    """Whoever moves a call asks first: six is in time, and midnight is not."""
    story = evening(planned=planned)
    (six,) = story.runner.ready_by(EARLY)
    assert six.readiness is Readiness.READY
    midnight = replace(EARLY, call=at("2026-01-20 23:00"), held=replace(EARLY.held, start=at("2026-01-20 23:00")))
    (too_soon,) = story.runner.ready_by(midnight)
    assert too_soon.readiness is Readiness.LATE
    assert too_soon.ready_at is not None
    assert too_soon.ready_at > midnight.call_at


def test_a_call_moved_back_again_lets_go_of_the_pre_heat() -> None:
    story = evening(planned=False)
    story.book_in(EARLY)
    assert story.zone("2026-01-21 04:30").state.value == "pre_heating"
    story.book_in(replace(LATE, sequence=3))
    assert story.zone("2026-01-21 04:31").state.value == "set_back"
    assert story.zone("2026-01-21 09:00").state.value == "pre_heating"


def test_devices_that_keep_schedules_are_told_of_the_new_call() -> None:
    story = evening(planned=True)
    point = "stage/setpoint_temperature.valve-1"

    def warm_from(now: str) -> str:
        told = device_schedules(story.site, story.runner.engine.layout, story.runner.diary.claims, story.runner.plan, at(now))
        steps = next(schedule for schedule in told if schedule.point == point).steps
        return next(f"{step.at:%d %H:%M}" for step in steps if float(step.value) >= 19.5)

    assert "21 07:00" < warm_from("2026-01-20 22:30") <= "21 10:00"
    story.book_in(EARLY)
    story.tick("2026-01-20 22:45")
    plan = story.runner.replan(at("2026-01-20 22:45"))
    assert plan.zones[0].rung is Rung.OPTIMISED
    assert "21 02:00" < warm_from("2026-01-20 22:45") <= "21 06:00"
