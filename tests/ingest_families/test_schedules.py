"""Schedules in the forms of three families, golden to the byte: a shoot in the evening, and both days of the clock change."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ingest.families.family import CannotActError
from ingest.families.memory import Memory
from ingest.families.registry import FAMILIES
from ingest.schedules import JOBS_MOST, TIMERS_MOST, WEEK_STEPS_MOST, encode_schedules, takes_schedules
from premises.quantities import QUANTITIES
from premises.reading import Value
from premises.reason import Reason
from premises.schedule import DeviceSchedule, ScheduleStep
from premises.site import Device, Point

PARIS = ZoneInfo("Europe/Paris")
TUESDAY = datetime(2026, 1, 20, 11, tzinfo=UTC)


def device(family: str, topic: str) -> Device:
    return Device("one", family, topic, options={"schedule": "on"})


def point(quantity: str, channel: str = "") -> Point:
    return Point(f"stage/{quantity}", "site", "stage", QUANTITIES[quantity], "one", channel=channel, zone="stage", writable=True)


def schedule(rest: Value, *steps: tuple[datetime, Value], made: datetime = TUESDAY) -> DeviceSchedule:
    told = tuple(ScheduleStep(at, value) for at, value in steps)
    return DeviceSchedule("stage/x", told, made, made + timedelta(hours=48), rest, Reason("pushed", {"until": "13:00"}))


def sent(family: str, topic: str, *told: tuple[Point, DeviceSchedule]) -> list[tuple[str, Any]]:
    messages = encode_schedules(FAMILIES[family], device(family, topic), told, PARIS, Memory())
    return [(message.topic, json.loads(message.payload)) for message in messages]


EVENING = ((TUESDAY, 12.0), (TUESDAY + timedelta(hours=4, minutes=15), 20.0), (TUESDAY + timedelta(hours=14), 12.0))


def test_the_week_of_a_thermostat() -> None:
    messages = sent("zigbee2mqtt", "zigbee2mqtt/stage-heat", (point("setpoint_temperature"), schedule(12.0, *EVENING)))
    assert {topic for topic, _ in messages} == {"zigbee2mqtt/stage-heat/set"}
    tuesday = [{"transitionTime": 0, "heatSetpoint": 12.0}, {"transitionTime": 975, "heatSetpoint": 20.0}]
    wednesday = [{"transitionTime": 0, "heatSetpoint": 20.0}, {"transitionTime": 120, "heatSetpoint": 12.0}]
    thursday = [{"transitionTime": 0, "heatSetpoint": 12.0}]
    rest = ["monday", "friday", "saturday", "sunday"]
    assert [body for _, body in messages] == [
        {"clear_weekly_schedule": ""},
        {"weekly_schedule": {"dayofweek": ["tuesday"], "transitions": tuesday}},
        {"weekly_schedule": {"dayofweek": ["wednesday"], "transitions": wednesday}},
        {"weekly_schedule": {"dayofweek": ["thursday"], "transitions": thursday}},
        {"weekly_schedule": {"dayofweek": rest, "transitions": [{"transitionTime": 0, "heatSetpoint": 12.0}]}},
        {"programming_operation_mode": "schedule"},
    ]


def test_a_day_holds_no_more_changes_than_thermostats_take() -> None:
    steps = [(TUESDAY + k * timedelta(minutes=30), 12.0 + k % 7) for k in range(24)]
    messages = sent("zigbee2mqtt", "zigbee2mqtt/stage-heat", (point("setpoint_temperature"), schedule(12.0, *steps)))
    days = [body["weekly_schedule"]["transitions"] for _, body in messages if "weekly_schedule" in body]
    assert max(len(day) for day in days) == WEEK_STEPS_MOST
    for day in days:
        times = [change["transitionTime"] for change in day]
        assert times == sorted(set(times))


def test_jobs_on_exact_dates_end_by_themselves() -> None:
    lamp = schedule(0.0, (TUESDAY, 0.0), (TUESDAY + timedelta(hours=8), 40.0), (TUESDAY + timedelta(hours=15, minutes=5), 0.0))
    switch = schedule(False, (TUESDAY, False), (TUESDAY + timedelta(hours=8), True))
    told = ((point("brightness", "light:0"), lamp), (point("switch_state", "light:0"), switch))
    messages = sent("shelly_gen2", "shellyprodm-stage", *told)
    assert {topic for topic, _ in messages} == {"shellyprodm-stage/rpc"}
    assert messages[0][1] == {"id": 1, "src": "shellyprodm-stage/greenroom", "method": "Schedule.DeleteAll"}
    jobs = [(body["params"]["timespec"], body["params"]["calls"]) for _, body in messages[1:]]
    assert jobs == [
        ("0 0 20 20 1 *", [{"method": "Light.Set", "params": {"id": 0, "on": True, "brightness": 40}}]),
        ("0 5 3 21 1 *", [{"method": "Light.Set", "params": {"id": 0, "on": False}}]),
        ("0 0 12 22 1 *", [{"method": "Light.Set", "params": {"id": 0, "on": False}}]),  # the end: rest
    ]
    many = schedule(0.0, *((TUESDAY + k * timedelta(minutes=15), float(k)) for k in range(99)))
    assert len(sent("shelly_gen2", "lamp", (point("brightness", "light:0"), many))) <= JOBS_MOST + 1


def test_timers_fire_once_and_old_ones_are_disarmed() -> None:
    heater = schedule(False, (TUESDAY, False), (TUESDAY + timedelta(hours=4), True), (TUESDAY + timedelta(hours=14), False))
    messages = sent("tasmota", "heater", (point("switch_state", "POWER2"), heater))
    assert [topic for topic, _ in messages] == [*(f"cmnd/heater/Timer{n}" for n in range(1, TIMERS_MOST + 1)), "cmnd/heater/Timers"]
    common = {"Enable": 1, "Mode": 0, "Window": 0, "Repeat": 0, "Output": 2}
    assert messages[0][1] == common | {"Time": "16:00", "Days": "0010000", "Action": 1}  # Tuesday, Sunday first
    assert messages[1][1] == common | {"Time": "02:00", "Days": "0001000", "Action": 0}
    assert messages[2][1] == common | {"Time": "12:00", "Days": "0000100", "Action": 0}
    assert {json.dumps(body) for _, body in messages[3:-1]} == {'{"Enable": 0}'}


@pytest.mark.parametrize(("made", "minutes"), [("2026-03-28T22:00", 180), ("2026-10-24T22:00", 120)])
def test_clock_changes_are_told_in_wall_time(made: str, minutes: int) -> None:
    """In March 01:00 UTC is three o'clock, as two does not exist; in October two o'clock comes twice and the later value holds."""
    start = datetime.fromisoformat(made).replace(tzinfo=UTC)
    night = start.replace(hour=0) + timedelta(days=1)
    steps = ((start, 12.0), (night, 15.0), (night + timedelta(hours=1), 20.0))
    messages = sent("zigbee2mqtt", "zigbee2mqtt/stage-heat", (point("setpoint_temperature"), schedule(12.0, *steps, made=start)))
    weeks = [body["weekly_schedule"] for _, body in messages if "weekly_schedule" in body]
    sunday = next(week["transitions"] for week in weeks if week["dayofweek"] == ["sunday"])
    assert sunday[-1] == {"transitionTime": minutes, "heatSetpoint": 20.0}


def test_devices_that_are_not_asked_or_cannot_take_none() -> None:
    assert takes_schedules(device("tasmota", "x"))
    assert not takes_schedules(Device("one", "tasmota", "x"))
    assert not takes_schedules(Device("one", "esphome", "x", options={"schedule": "on"}))
    with pytest.raises(CannotActError, match="shelly_gen2, tasmota, zigbee2mqtt do"):
        sent("esphome", "x", (point("switch_state"), schedule(False)))
    with pytest.raises(CannotActError, match="only thermostats"):
        sent("zigbee2mqtt", "x", (point("switch_state"), schedule(False)))
    with pytest.raises(CannotActError, match="switch relays"):
        sent("tasmota", "x", (point("setpoint_temperature"), schedule(12.0)))
