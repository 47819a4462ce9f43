"""Schedules are pushed to simulated devices, read back and carried out by them: answered, lost, differing, and while away."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from greenroom.schedules import SchedulePusher
from ingest.decoded import Outcome
from ingest.interpreter import SiteInterpreter
from ingest.schedule_bus import AGAIN_AFTER, ASK_AFTER
from premises.command import CommandState, CommandStatus
from premises.errors import StoreUnavailableError
from premises.reading import RawMessage, Value
from premises.reason import Reason
from premises.schedule import DeviceSchedule, ScheduleStep
from premises.site import Site
from simulators.simulated import SimulatedSite
from tests.rules.books import MemoryAlarms
from tests.simulators.small_site import small_site

NOON = datetime(2026, 1, 13, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
VALVE, RELAY, DIMMER = "stage/setpoint_temperature", "pump/switch_state", "stage/brightness"


def site(**options: str) -> Site:
    """The devices of these names take schedules."""
    base = small_site()
    devices = tuple(
        replace(device, options={"schedule": options[device.id]}) if device.id in options else device for device in base.devices
    )
    return replace(base, devices=devices)


def schedule(point: str, now: datetime, rest: Value, *steps: tuple[float, Value]) -> DeviceSchedule:
    """Steps by hours from now."""
    told = tuple(ScheduleStep(now + timedelta(hours=hours), value) for hours, value in steps)
    return DeviceSchedule(point, told, now, now + timedelta(hours=48), rest, Reason("pushed", {"until": "13:00"}))


HEAT = ((0, 12.0), (4, 20.0), (14, 12.0))
SWITCHED = ((0, False), (4, True), (14, False))
LIT = ((0, 0.0), (6, 40.0), (12, 0.0))


class House:
    """Pusher and devices with the wire between them; `lost` decides which messages to the devices are lost on it."""

    def __init__(self, where: Site) -> None:
        self.site = where
        self.simulated = SimulatedSite(where, 1, start=NOON)
        self.simulated.step(NOON)
        self.interpreter = SiteInterpreter([where])
        self.alarms = MemoryAlarms()
        self.log: list[CommandStatus] = []
        self.pusher = SchedulePusher(self, self, self.alarms)
        self.now = NOON
        self.sent: list[tuple[str, bytes]] = []
        self.away = False
        self.lost: Callable[[str, bytes], bool] = lambda _topic, _payload: False
        self.answers: list[tuple[str, bytes]] = []

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> None:
        if self.away:
            raise StoreUnavailableError("the broker is away")
        self.sent.append((topic, payload))
        if not self.lost(topic, payload):
            self.answers += [(m.topic, m.payload) for m in self.simulated.apply(topic, payload)]

    def record(self, statuses: Sequence[CommandStatus]) -> None:
        self.log += statuses

    def recent(self, _site: str, limit: int = 100, point: str | None = None) -> list[CommandStatus]:
        return self.log[-limit:]

    def hear(self) -> None:
        """What the devices answered arrives a second later."""
        answers, self.answers = self.answers, []
        for topic, payload in answers:
            message = RawMessage(topic, payload, self.now + timedelta(seconds=1))
            self.pusher.listen(message, self.interpreter.understand(message))

    def push(self, *schedules: DeviceSchedule) -> int:
        count = self.pusher.run(self.site, schedules, self.now)
        self.hear()
        return count

    def wait(self, how_long: timedelta) -> None:
        """Minute by minute, as rounds go."""
        until = self.now + how_long
        while self.now < until:
            self.now += MINUTE
            self.pusher.tick(self.now)
            self.hear()

    def state(self, point: str) -> str:
        return self.pusher.statuses(self.site.id)[point].state.value


def test_answers_are_heard_of_their_device_and_troubles_nobody() -> None:
    """An answer that tells no reading is understood as such: it is no message for a person to look at."""
    house = House(site(valve="on", relay="on"))
    assert "shellypro1-office/greenroom/rpc" in house.interpreter.subscriptions()
    house.pusher.run(house.site, [schedule(RELAY, NOON, False, *SWITCHED), schedule(VALVE, NOON, 12.0, *HEAT)], NOON)
    assert len(house.answers) > 8
    for topic, payload in house.answers:
        understood = house.interpreter.understand(RawMessage(topic, payload, NOON))
        assert understood.outcome is not Outcome.QUARANTINED, (topic, payload, understood)
        assert understood.devices[0][1] in ("relay", "valve")


@pytest.mark.parametrize(
    ("device", "point", "rest", "steps"),
    [("valve", VALVE, 12.0, HEAT), ("relay", RELAY, False, SWITCHED), ("dimmer", DIMMER, 0.0, LIT)],
)
def test_what_the_device_keeps_confirms_it(device: str, point: str, rest: Value, steps: tuple[tuple[float, Value], ...]) -> None:
    house = House(site(**{device: "on"}))
    assert house.push(schedule(point, NOON, rest, *steps)) == 1
    assert house.state(point) == "confirmed"
    assert [status.state for status in house.log] == [CommandState.SENT, CommandState.CONFIRMED]
    assert house.log[-1].command.reason.code == "pushed"
    assert house.log[-1].read_back == "3 > 2026-01-15 13:00"
    sent = len(house.sent)
    house.wait(timedelta(hours=2))
    assert len(house.sent) == sent  # nothing more is asked of it
    assert house.alarms.kept == {}


def test_an_answer_that_was_lost_is_asked_for_once_more() -> None:
    house = House(site(valve="on"))
    house.lost = lambda topic, _payload: topic.endswith("/get")
    house.push(schedule(VALVE, NOON, 12.0, *HEAT))
    assert house.state(VALVE) == "sent"
    house.lost = lambda _topic, _payload: False
    house.wait(ASK_AFTER)
    assert house.state(VALVE) == "confirmed"
    assert len([topic for topic, _ in house.sent if topic.endswith("/set")]) == 6  # it was written once


def test_a_day_that_did_not_arrive_is_written_again() -> None:
    house = House(site(valve="on"))
    house.lost = lambda _topic, payload: b'"wednesday"' in payload
    house.push(schedule(VALVE, NOON, 12.0, *HEAT))
    house.lost = lambda _topic, _payload: False
    house.wait(AGAIN_AFTER[0])
    assert house.state(VALVE) == "confirmed"
    assert [status.state.value for status in house.log] == ["sent", "retried", "confirmed"]
    assert house.log[-1].attempts == 2


@pytest.mark.parametrize(("device", "point", "rest", "steps"), [("valve", VALVE, 12.0, HEAT), ("relay", RELAY, False, SWITCHED)])
def test_a_device_that_never_answers_is_given_up_with_an_alarm(
    device: str, point: str, rest: Value, steps: tuple[tuple[float, Value], ...]
) -> None:
    house = House(site(**{device: "on"}))
    house.lost = lambda _topic, _payload: True
    house.push(schedule(point, NOON, rest, *steps))
    house.wait(sum(AGAIN_AFTER, timedelta(0)) + timedelta(hours=2))
    assert house.state(point) == "failed"
    assert [status.state.value for status in house.log] == ["sent", "retried", "retried", "failed"]
    alarm = house.alarms.kept["schedule_failed", device]
    assert alarm.text["en"].startswith(f"{device}: does not say that it keeps its schedule (3 attempts)")
    assert len(set(alarm.text.values())) == len(alarm.text)
    sent = len(house.sent)
    house.wait(timedelta(hours=5))
    assert len(house.sent) == sent
    house.lost = lambda _topic, _payload: False
    house.now = NOON + timedelta(hours=25)  # told anew once a day at least
    assert house.push(schedule(point, house.now, rest, *steps)) == 1
    assert house.alarms.kept == {}


def test_a_device_that_keeps_something_else_is_told_apart_from_a_silent_one() -> None:
    """A Shelly whose owner has filled its twenty jobs by an app that writes them back."""
    house = House(site(relay="on"))
    own = {
        "method": "Schedule.Create",
        "params": {"timespec": "0 0 7 * * MON", "calls": [{"method": "Switch.Toggle", "params": {}}]},
    }

    def lost(topic: str, payload: bytes) -> bool:
        if b"Schedule.DeleteAll" in payload:
            house.simulated.apply(topic, payload)
            for _ in range(20):
                house.simulated.apply(topic, json.dumps({"id": 1, "src": "app"} | own).encode())
            return True
        return False

    house.lost = lost
    house.push(schedule(RELAY, NOON, False, *SWITCHED))
    house.wait(timedelta(hours=2))
    assert house.state(RELAY) == "failed"
    text = house.alarms.kept["schedule_failed", "relay"].text["en"]
    assert text.startswith("relay: keeps another schedule than it was told (0 0 17 13 1 * switch.set {id: 0, on: true}: nothing")


def test_a_device_that_is_known_not_to_answer_is_not_asked() -> None:
    house = House(site(valve="blind"))
    house.push(schedule(VALVE, NOON, 12.0, *HEAT))
    assert [topic for topic, _ in house.sent if topic.endswith("/get")] == []
    house.wait(timedelta(hours=3))
    assert [status.state.value for status in house.log] == ["sent"]
    assert house.alarms.kept == {}


def test_a_broker_that_goes_away_in_between_costs_no_attempt() -> None:
    house = House(site(valve="on"))
    house.lost = lambda _topic, _payload: True
    house.push(schedule(VALVE, NOON, 12.0, *HEAT))
    house.away = True
    house.wait(timedelta(hours=6))
    assert house.state(VALVE) == "sent"
    house.away, house.lost = False, lambda _topic, _payload: False
    house.wait(MINUTE)
    assert house.state(VALVE) == "confirmed"


def test_a_newer_schedule_supersedes_one_that_is_not_confirmed() -> None:
    house = House(site(valve="on"))
    house.lost = lambda topic, _payload: topic.endswith("/get")
    house.push(schedule(VALVE, NOON, 12.0, *HEAT))
    house.now = NOON + timedelta(hours=1)
    house.lost = lambda _topic, _payload: False
    house.push(schedule(VALVE, house.now, 12.0, (0, 12.0), (2, 21.0), (9, 12.0)))
    assert [status.state.value for status in house.log] == ["sent", "superseded", "sent", "confirmed"]


def test_a_clock_that_is_set_back_keeps_nothing_waiting() -> None:
    house = House(site(valve="on"))
    house.lost = lambda _topic, _payload: True
    house.push(schedule(VALVE, NOON, 12.0, *HEAT))
    house.lost = lambda _topic, _payload: False
    house.now = NOON - timedelta(hours=3)
    house.wait(MINUTE)
    assert house.state(VALVE) == "confirmed"


def test_changes_that_are_past_are_not_programmed_again() -> None:
    """They would come a week later."""
    house = House(site(valve="on", relay="on"))
    house.lost = lambda _topic, _payload: True
    house.push(schedule(RELAY, NOON, False, (0, False), (0.05, True), (4, False)))
    house.lost = lambda _topic, _payload: False
    house.wait(AGAIN_AFTER[0])
    assert house.state(RELAY) == "confirmed"
    jobs = [json.loads(body)["params"]["timespec"] for _, body in house.sent if b"Schedule.Create" in body]
    assert jobs == ["0 3 13 13 1 *", "0 0 17 13 1 *", "0 0 13 15 1 *", "0 0 17 13 1 *", "0 0 13 15 1 *"]


def test_while_the_server_is_away_devices_do_as_they_were_told_and_rest_in_the_end() -> None:
    house = House(site(valve="on", relay="on", dimmer="on"))
    house.push(schedule(VALVE, NOON, 12.0, *HEAT), schedule(RELAY, NOON, False, *SWITCHED), schedule(DIMMER, NOON, 0.0, *LIT))
    house.away = True
    building = house.simulated.building
    valve = building.valve_of_device["valve"]
    lamp = building.lamps.group["dimmer", "light:0"]
    building.lamps.on[lamp] = False
    seen = {}
    for hours in (1, 5, 7, 13, 15, 49):
        house.simulated.step(NOON + timedelta(hours=hours))
        seen[hours] = (float(building.valves.setpoint_c[valve]), bool(building.lamps.on[lamp]))
    assert [seen[h][0] for h in (5, 7, 13, 15, 49)] == [20.0, 20.0, 20.0, 12.0, 12.0]
    assert [seen[h][1] for h in (1, 5, 7, 13, 49)] == [False, False, True, False, False]


def test_back_again_the_server_contradicts_nothing_that_is_still_right() -> None:
    """After an outage of three hours the same plan is on the device: nothing is written, and what it shows stays."""
    house = House(site(valve="on"))
    house.push(schedule(VALVE, NOON, 12.0, *HEAT))
    written = len(house.sent)
    house.away = True
    house.simulated.step(NOON + timedelta(hours=5))
    house.away, house.now = False, NOON + timedelta(hours=5)
    assert house.push(schedule(VALVE, house.now, 12.0, (0, 20.0), (9, 12.0))) == 0
    assert len(house.sent) == written


def test_a_device_that_takes_schedules_no_more_is_forgotten_with_its_alarm() -> None:
    house = House(site(valve="on"))
    house.lost = lambda _topic, _payload: True
    house.push(schedule(VALVE, NOON, 12.0, *HEAT))
    house.wait(timedelta(hours=3))
    assert house.alarms.kept
    house.site = site()
    house.push(schedule(VALVE, house.now, 12.0, *HEAT))
    assert house.alarms.kept == {}
    assert house.pusher.statuses("hangar") == {}
