"""What devices are to do in the next two days by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from premises.booking import BookingStatus
from premises.reason import Reason
from premises.schedule import DeviceSchedule, ScheduleStep
from tests.rules.studio import Story, at, booked, in_service_from, stage, studio

NOW = "2026-01-20 06:00"


def schedules(story: Story) -> dict[str, DeviceSchedule]:
    story.tick(NOW)
    story.runner.replan(at(NOW))
    return {schedule.point: schedule for schedule in story.runner.schedules(at(NOW))}


def test_the_plan_becomes_changes_of_the_setpoint_and_rest_after_two_days() -> None:
    story = Story(studio(stage()), NOW)
    story.book_in(booked("2026-01-20 19:00", "2026-01-21 01:00"))
    found = schedules(story)["stage/setpoint_temperature.valve-1"]
    values = [(step.at, step.value) for step in found.steps]
    assert values[0] == (at(NOW), 12.0)
    assert values[1][1] == 20.0
    assert at("2026-01-20 12:00") <= values[1][0] <= at("2026-01-20 18:00")
    assert values[2] == (at("2026-01-21 01:00"), 12.0)
    assert (found.until, found.rest) == (at("2026-01-22 06:00"), 12.0)
    assert found.reason.text("fr") == "continue seul jusqu’à jeudi 22 janvier 07:00 si le serveur est absent, puis au repos"


def test_light_follows_the_call_the_wrap_and_the_margin() -> None:
    story = Story(studio(stage()), NOW)
    story.book_in(booked("2026-01-20 19:00", "2026-01-21 01:00"))
    found = schedules(story)
    assert [step.value for step in found["stage/brightness"].steps] == [0.0, 40.0, 0.0]
    assert [(s.at, s.value) for s in found["stage/switch_state"].steps] == [
        (at(NOW), False),
        (at("2026-01-20 19:00"), True),
        (at("2026-01-21 01:30"), False),
    ]
    assert found["stage/switch_state"].rest is False


def test_an_option_is_in_no_schedule() -> None:
    story = Story(studio(stage()), NOW)
    story.book_in(booked("2026-01-20 19:00", "2026-01-21 01:00", status=BookingStatus.OPTION))
    assert all(len(schedule.steps) == 1 for schedule in schedules(story).values())


def test_a_zone_not_in_service_keeps_what_its_devices_do() -> None:
    assert schedules(Story(studio(in_service_from(stage(), "2026-02-01")), NOW)) == {}


def test_fewer_steps_keep_what_changes_most() -> None:
    values = (12.0, 19.5, 20.0, 20.5, 12.0)
    steps = tuple(ScheduleStep(at(NOW) + k * timedelta(hours=1), value) for k, value in enumerate(values))
    whole = DeviceSchedule("stage/setpoint", steps, at(NOW), at(NOW) + timedelta(hours=48), 12.0, Reason("pushed", {"until": "x"}))
    assert [step.value for step in whole.fewer(3).steps] == [12.0, 19.5, 12.0]
    assert whole.fewer(9) == whole
    assert replace(whole, steps=steps[:1]).fewer(1).steps == steps[:1]
