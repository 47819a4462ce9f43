"""The first form of the plan, what the runner tells, and how it learns a zone's lead from its own history."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from premises.plan import Rung
from premises.reading import Reading
from premises.time import SLOT
from rules.lead import learned_hours
from rules.learning import WarmUp, fit_lead, warm_ups
from tests.rules.studio import Story, at, booked, make_up, office, stage, studio


def test_a_plan_exists_from_the_first_minute() -> None:
    story = Story(studio(stage(), make_up(), office()), "2026-01-20 08:00")
    story.book_in(booked("2026-01-20 19:00", "2026-01-21 01:00"))
    plan = story.runner.replan(at("2026-01-20 08:00"))
    assert plan.horizon.duration == timedelta(hours=48)
    assert [zone.zone for zone in plan.zones] == ["stage", "make-up", "office"]
    assert all(len(zone.slots) == 192 and zone.rung is Rung.TABLE for zone in plan.zones)
    evening = plan.zones[0].at(at("2026-01-20 19:30"))
    assert evening is not None
    assert (evening.setpoint_c, evening.light_pct) == (20.0, 40.0)
    assert evening.air_c == pytest.approx(20.0, abs=0.5)
    night = plan.zones[0].at(at("2026-01-21 06:00"))
    assert night is not None
    assert (night.setpoint_c, night.light_pct) == (12.0, 0.0)
    assert plan.energy_kwh > 0
    assert plan.cost > 0
    assert plan.carbon_kg == pytest.approx(0.05 * plan.energy_kwh)
    assert story.plans.kept == [plan]


def test_planned_heat_stays_within_the_emitter() -> None:
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.book_in(booked("2026-01-20 19:00", "2026-01-21 01:00"))
    slots = story.runner.replan(at("2026-01-20 08:00")).zones[0].slots
    assert all(0 <= slot.heat_w <= 60000 for slot in slots)


def test_a_new_plan_is_due_after_a_quarter_hour_and_at_once_when_a_booking_changes() -> None:
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.runner.replan(at("2026-01-20 08:00"))
    assert not story.runner.replan_due(at("2026-01-20 08:14"))
    assert story.runner.replan_due(at("2026-01-20 08:15"))
    story.book_in(booked("2026-01-20 19:00", "2026-01-21 01:00"))
    story.tick("2026-01-20 08:01")
    assert story.runner.replan_due(at("2026-01-20 08:01"))


def test_bookings_are_read_again_only_when_the_book_has_changed() -> None:
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.tick("2026-01-20 08:00")
    before = story.book.looks
    for minute in range(1, 11):
        story.tick(f"2026-01-20 08:{minute:02d}")
    assert story.book.looks - before == 10  # one look for changes each, no reload


def test_own_readings_tell_wish_plan_state_and_reason_once_until_they_change() -> None:
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.book_in(booked("2026-01-20 19:00", "2026-01-21 01:00"))
    story.runner.replan(at("2026-01-20 18:30"))
    story.tick("2026-01-20 18:30")
    told = {reading.point: reading.value for reading in story.runner.own_readings(at("2026-01-20 18:30"))}
    assert told["stage/wanted_temperature"] == 20.0
    assert told["stage/state"] == "pre_heating"
    assert str(told["stage/reason"]).startswith("19:30 heating on: call 20:00")
    assert told["stage/planned_heat"] == pytest.approx(60000, rel=0.9)
    assert "stage/planned_temperature" in told
    story.tick("2026-01-20 18:31")
    assert story.runner.own_readings(at("2026-01-20 18:31")) == []
    story.measure(stage=20.0)
    story.tick("2026-01-20 18:32")
    assert {r.point for r in story.runner.own_readings(at("2026-01-20 18:32"))} >= {"stage/state"}


def warm_up(rise: float, outdoor: float, off: float) -> WarmUp:
    """A zone whose truth is 0.3 h/K dT + 0.01 h/K² dT (target - outdoor) + 0.05 h/h off."""
    hours = 0.3 * rise + 0.01 * rise * (20 - outdoor) + 0.05 * off
    return WarmUp(at("2026-01-01 00:00"), rise, 20 - outdoor, off, hours, outdoor)


def test_the_lead_is_learned_when_it_predicts_better_than_the_table() -> None:
    found = [warm_up(4 + i % 5, -5 + i, (12, 16, 60)[i % 3]) for i in range(12)]
    learned = fit_lead(found, stage().emitter)
    assert learned is not None
    assert learned.error_h < 0.3 < learned.table_error_h
    for told in found:
        assert learned_hours(learned, told.rise_k, told.span_k, told.off_h) == pytest.approx(told.hours, abs=0.5)


def test_too_few_warm_ups_teach_nothing() -> None:
    assert fit_lead([warm_up(5, 3, 14)] * 3, stage().emitter) is None


def a_history(story: Story, days: int) -> None:
    """Each day: set-back over night, comfort wished at 05:00, reached after a time that depends on the cold; readings as stored."""
    start = at("2026-01-01 00:00")
    air, readings = 14.0, []
    for index in range(days * 96):
        moment = start + index * SLOT
        outdoor = 3.0 + 4.0 * math.sin(index / 300)
        wanted = 20.0 if 5 <= moment.hour < 18 and moment.weekday() != 6 else 12.0
        readings += [
            Reading("stage/air_temperature", moment, air, moment),
            Reading("stage/wanted_temperature", moment, wanted, moment),
            Reading("weather/outdoor_temperature", moment, outdoor, moment),
        ]
        air += 0.8 - 0.02 * (air - outdoor) if air < wanted else -0.015 * (air - outdoor)
    story.store.write("studio", readings)


def test_two_weeks_of_its_own_warm_ups_teach_the_zone_its_lead() -> None:
    story = Story(studio(stage()), "2026-01-15 00:00")
    a_history(story, 14)
    story.tick("2026-01-14 23:59")
    story.runner = story.new_runner()
    story.tick("2026-01-15 00:00")
    learned = story.runner.learn(at("2026-01-15 00:00"))["stage"]
    assert learned.count >= 10
    assert learned.error_h < learned.table_error_h
    story.book_in(booked("2026-01-15 18:00", "2026-01-15 23:00"))
    story.measure(stage=15.0)
    states = [story.zone(f"2026-01-15 {hour:02d}:00") for hour in range(8, 19)]
    first = next(d for d in states if d.state.value == "pre_heating")
    assert first.rung is Rung.LEARNED
    assert "learned lead" in first.heat_reason.text("en")


def test_a_warm_up_that_was_broken_off_teaches_nothing() -> None:
    from rules.learning import Sample

    start = at("2026-01-01 00:00")
    wishes = [12.0] * 8 + [20.0] * 2 + [12.0] * 8
    assert warm_ups([Sample(start + i * SLOT, 15.0, wish, 3.0) for i, wish in enumerate(wishes)]) == []
