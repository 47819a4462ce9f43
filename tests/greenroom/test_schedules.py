"""Pushing schedules: to devices that are asked to keep them, seldom, again after a broker was away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from greenroom.schedules import SchedulePusher
from premises.errors import StoreUnavailableError
from premises.quantities import QUANTITIES
from premises.reason import Reason
from premises.schedule import DeviceSchedule, ScheduleStep
from premises.site import Device, Point, Site
from tests.rules.studio import stage, studio

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
HEATER = Point("stage/switch_state.heater", "studio", "stage", QUANTITIES["switch_state"], "heater", zone="stage", writable=True)


class Wire:
    def __init__(self) -> None:
        self.topics: list[str] = []
        self.away = False

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> None:
        if self.away:
            raise StoreUnavailableError("the broker is away")
        self.topics.append(topic)


def site(**options: str) -> Site:
    base = studio(stage())
    device = Device("heater", "tasmota", "heater", options=options)
    return replace(base, devices=(*base.devices, device), points=(*base.points, HEATER))


def schedule(now: datetime, on: datetime) -> DeviceSchedule:
    steps = (ScheduleStep(now, False), ScheduleStep(on, True), ScheduleStep(on + timedelta(hours=3), False))
    return DeviceSchedule(HEATER.id, steps, now, now + timedelta(hours=48), False, Reason("pushed", {"until": "13:00"}))


def test_a_device_is_told_once_and_again_when_the_next_day_changes() -> None:
    wire, where = Wire(), site(schedule="on")
    pusher = SchedulePusher(wire)
    evening = NOON + timedelta(hours=6)
    assert pusher.run(where, [schedule(NOON, evening)], NOON) == 1
    assert "cmnd/heater/Timer1" in wire.topics
    for minutes in (15, 75, 300):
        now = NOON + timedelta(minutes=minutes)
        assert pusher.run(where, [schedule(now, evening)], now) == 0  # the same plan, moved on
    earlier = evening - timedelta(hours=1)
    now = NOON + timedelta(minutes=90)
    assert pusher.run(where, [schedule(now, earlier)], now) == 1
    later = now + timedelta(minutes=10)
    assert pusher.run(where, [schedule(later, evening)], later) == 0  # at most once an hour
    assert pusher.run(where, [schedule(now + timedelta(hours=2), evening)], now + timedelta(hours=2)) == 1


def test_what_changes_the_day_after_is_told_twice_a_day() -> None:
    pusher, where = SchedulePusher(Wire()), site(schedule="on")
    pusher.run(where, [schedule(NOON, NOON + timedelta(hours=40))], NOON)
    two = NOON + timedelta(hours=2)
    assert pusher.run(where, [schedule(two, NOON + timedelta(hours=41))], two) == 0
    night = NOON + timedelta(hours=12, minutes=1)
    assert pusher.run(where, [schedule(night, NOON + timedelta(hours=41))], night) == 1


def test_only_devices_that_are_asked_to_keep_a_schedule_are_told() -> None:
    wire = Wire()
    assert SchedulePusher(wire).run(site(), [schedule(NOON, NOON + timedelta(hours=6))], NOON) == 0
    assert wire.topics == []


def test_a_broker_that_is_away_is_told_later() -> None:
    wire, where = Wire(), site(schedule="on")
    pusher = SchedulePusher(wire)
    wire.away = True
    assert pusher.run(where, [schedule(NOON, NOON + timedelta(hours=6))], NOON) == 0
    wire.away = False
    soon = NOON + timedelta(minutes=15)
    assert pusher.run(where, [schedule(soon, NOON + timedelta(hours=6))], soon) == 1
