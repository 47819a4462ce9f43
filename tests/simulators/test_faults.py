"""What goes wrong with real devices, switched on at a stated time."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from premises.errors import UnknownNameError
from simulators.devices.device import Message
from simulators.faults import Fault, FaultKind
from simulators.simulated import SimulatedSite
from tests.simulators.small_site import START, small_site

ROOM = "zigbee2mqtt/stage room"
STEP = timedelta(minutes=5)
NOON = START + timedelta(hours=6)


def told(*faults: Fault, until: datetime = NOON + timedelta(hours=1)) -> tuple[SimulatedSite, dict[datetime, list[Message]]]:
    simulated = SimulatedSite(small_site(), 1, start=START, faults=faults)
    simulated.building.set_setpoint("stage", 20)
    messages = {}
    at = NOON - timedelta(minutes=30)
    while at < until:
        messages[at] = simulated.step(at)
        at += STEP
    return simulated, messages


def test_a_dead_sensor_is_silent_until_it_lives_again() -> None:
    _, messages = told(Fault(FaultKind.DEAD_SENSOR, NOON, NOON + timedelta(minutes=20), "room"))
    silent = [at for at, said in messages.items() if ROOM not in {message.topic for message in said}]
    assert silent == [NOON + step * STEP for step in range(4)]


def test_a_frozen_sensor_repeats_itself() -> None:
    _, messages = told(Fault(FaultKind.FROZEN_SENSOR, NOON, None, "room"))
    words = {message.payload for at, said in messages.items() if at >= NOON for message in said if message.topic == ROOM}
    assert len(words) == 1


def test_a_stuck_valve_tells_the_new_setpoint_and_stays_shut() -> None:
    simulated = SimulatedSite(small_site(), 1, start=START, faults=[Fault(FaultKind.STUCK_VALVE, START, None, "valve")])
    simulated.step(START)
    answers = simulated.apply("zigbee2mqtt/stage valve/set", b'{"occupied_heating_setpoint": 21}')
    assert json.loads(answers[0].payload)["occupied_heating_setpoint"] == 21.0
    simulated.step(START + timedelta(hours=2))
    assert simulated.building.opening[0] == 0
    assert simulated.truth.air_c["stage"] < 16


def test_a_storm_repeats_every_devices_last_words_retained() -> None:
    _, messages = told(Fault(FaultKind.RETAINED_STORM, NOON))
    storm = [message for message in messages[NOON] if message.topic == ROOM and message.retain]
    assert len(storm) == 20
    assert json.loads(storm[0].payload)["last_seen"].startswith("2026-01-13T11:55")


def test_a_wrong_clock_shows_in_the_devices_own_times() -> None:
    _, messages = told(Fault(FaultKind.WRONG_CLOCK, NOON, None, "room", shift=timedelta(hours=-2)))
    said = next(message for message in messages[NOON] if message.topic == ROOM)
    assert json.loads(said.payload)["last_seen"] == "2026-01-13T10:00:00.000Z"


def test_a_counter_begins_anew() -> None:
    _, messages = told(Fault(FaultKind.COUNTER_RESET, NOON, None, "heat-meter"))
    shown = {
        at: float(m.payload) for at, said in messages.items() for m in said if m.topic == "/devices/heat-meter/controls/energy"
    }
    assert shown[NOON - STEP] > 1000
    assert shown[NOON] < 50
    assert shown[NOON + 6 * STEP] > shown[NOON]


def test_an_offline_bridge_takes_all_its_devices_with_it() -> None:
    _, messages = told(Fault(FaultKind.BRIDGE_OFFLINE, NOON, NOON + 2 * STEP))
    topics = {at: {m.topic for m in said} for at, said in messages.items()}
    bridge = [m.payload for said in messages.values() for m in said if m.topic == "zigbee2mqtt/bridge/state"]
    assert bridge == [b'{"state":"online"}', b'{"state":"offline"}', b'{"state":"online"}']
    assert not any(topic.startswith("zigbee2mqtt/stage") for topic in topics[NOON] | topics[NOON + STEP])
    assert "solar/ac/power" in topics[NOON]
    assert ROOM in topics[NOON + 2 * STEP]


def test_a_deaf_device_does_not_obey() -> None:
    simulated, _ = told(Fault(FaultKind.DEAF_DEVICE, NOON, None, "valve"))
    assert simulated.apply("zigbee2mqtt/stage valve/set", b'{"occupied_heating_setpoint": 8}') == []
    assert simulated.building.valves.setpoint_c[0] == 20


def test_a_fault_of_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="no device 'attic'"):
        SimulatedSite(small_site(), 1, start=START, faults=[Fault(FaultKind.DEAD_SENSOR, NOON, None, "attic")])
