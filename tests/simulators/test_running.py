"""Simulated time over MQTT: in lockstep with the house, then at a pace, on a real Mosquitto and on the embedded broker."""

from __future__ import annotations

import json
import multiprocessing
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from premises.errors import BrokerUnavailableError, SettingError
from premises.lockstep import Mark, clock_topic, proceed_topic
from premises.sitefile import example
from simulators.running import LockstepTimeoutError, Session, run_demo
from simulators.simulated import SimulatedSite
from tests.mosquitto import Mosquitto
from tests.simulators.small_site import SITE_ID, START, shoot, small_site
from tests.simulators.stand_in_house import StandInHouse

STEP = timedelta(minutes=5)
VALVE = "zigbee2mqtt/stage valve"


def session(url: str) -> Session:
    return Session(SimulatedSite(small_site(), 1, [shoot()], start=START), url)


@pytest.mark.slow
def test_each_step_is_framed_by_its_marks_and_holds_what_was_simulated(house: StandInHouse, broker_url: str) -> None:
    running = session(broker_url)
    running.open()
    running.lockstep(START + 6 * STEP, STEP)
    running.close()
    marks = [Mark.decode(payload) for payload in house.on(clock_topic(SITE_ID))]
    assert [(m.phase, m.step, m.at) for m in marks] == [
        (phase, step, START + step * STEP) for step in range(1, 7) for phase in ("begin", "end")
    ]
    twin = SimulatedSite(small_site(), 1, [shoot()], start=START)
    expected = [(m.topic, m.payload) for step in range(1, 7) for m in twin.step(START + step * STEP)]
    assert [entry for entry in house.heard if entry in expected] == expected


@pytest.mark.slow
def test_a_command_given_in_a_step_is_obeyed_in_the_next(house: StandInHouse, broker_url: str) -> None:
    house.orders = {
        2: [(f"{VALVE}/set", b'{"occupied_heating_setpoint": 19}'), (f"{VALVE}/set", b'{"occupied_heating_setpoint": 21}')]
    }
    running = session(broker_url)
    running.open()
    running.lockstep(START + 3 * STEP, STEP)
    running.close()
    setpoints = [json.loads(payload)["occupied_heating_setpoint"] for payload in house.on(VALVE)]
    assert setpoints == [12.0, 12.0, 19.0, 21.0, 21.0]  # two reports, two answers in order, the report of the third step


@pytest.mark.slow
def test_a_house_that_does_not_answer_ends_the_run_with_a_clear_word(house: StandInHouse, broker_url: str) -> None:
    house.silent = True
    running = session(broker_url)
    running.open()
    with pytest.raises(LockstepTimeoutError, match=r"step 1 within 0\.3 s; it must listen to greenroom/hangar/simulated/clock"):
        running.lockstep(START + STEP, STEP, patience_s=0.3)
    running.close()


@pytest.mark.slow
def test_live_devices_answer_commands_at_once(house: StandInHouse, broker_url: str) -> None:
    running = session(broker_url)
    running.open()
    thread = threading.Thread(target=running.live, args=(60.0,))
    thread.start()
    house.wait_for(VALVE)
    house.send("shellyprodm-stage/rpc", b'{"id":1,"method":"Light.Set","params":{"id":0,"on":true,"brightness":70}}')
    house.wait_for("shellyprodm-stage/events/rpc")
    running.stopping.set()
    thread.join(60)
    running.close()
    assert json.loads(house.on("shellyprodm-stage/events/rpc")[0])["params"]["light:0"]["brightness"] == 70


@pytest.mark.slow
def test_the_house_sets_the_clock_of_a_live_run(house: StandInHouse, broker_url: str) -> None:
    running = session(broker_url)
    running.open()
    thread = threading.Thread(target=running.live, args=(1.0,))
    thread.start()
    house.send(proceed_topic(SITE_ID), Mark("proceed", 0, START + timedelta(hours=9)).encode())
    house.wait_for("zigbee2mqtt/stage room", b'"last_seen":"2026-01-13T15:')
    running.stopping.set()
    thread.join(60)
    running.close()
    assert START + timedelta(hours=9) <= running.simulated.now < START + timedelta(hours=10)


@pytest.mark.slow
def test_the_demo_runs_in_a_child_process_and_says_farewell_on_sigterm(house: StandInHouse, broker_url: str) -> None:
    child = multiprocessing.get_context("spawn").Process(
        target=run_demo,
        args=(example("la-kolok"), broker_url),
        kwargs={"seed": 1, "start": START, "end": START + 2 * STEP, "speed": 60.0, "bookings": ()},
    )
    child.start()
    house.wait_for(clock_topic("la-kolok"), timeout_s=60.0)
    house.wait_for("weather/sensor/outdoor_temperature/state")
    child.terminate()
    child.join(30)
    assert child.exitcode == 0
    house.wait_for("zigbee2mqtt/bridge/state", b'{"state":"offline"}')


@pytest.mark.slow
def test_a_live_run_outlives_its_broker_and_greets_the_next_one(tmp_path: Path) -> None:
    broker = Mosquitto(tmp_path)
    broker.start()
    running = session(broker.url)
    running.open()
    thread = threading.Thread(target=running.live, args=(60.0,))
    thread.start()
    broker.stop()
    broker.start()
    house = StandInHouse(broker.url)
    house.start()
    house.wait_for("zigbee2mqtt/bridge/state", b'{"state":"online"}', timeout_s=30.0)
    house.wait_for("weather/sensor/outdoor_temperature/state", timeout_s=30.0)
    running.stopping.set()
    thread.join(60)
    running.close()
    house.stop()
    broker.stop()


def test_a_broker_that_is_away_gives_one_clear_line() -> None:
    running = session("mqtt://127.0.0.1:1")
    with pytest.raises(BrokerUnavailableError, match=r"no broker answers at 127\.0\.0\.1:1"):
        running.open()


def test_an_address_that_is_none_says_what_would_be_right() -> None:
    with pytest.raises(SettingError, match="write it like mqtt://"):
        session("http://example.org")
