"""A site file is changed while everything runs: nothing that arrives is lost, and what was learned stays known."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.arrivals import Arrivals
from ingest.bus import MqttCommandBus
from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.intake import IntakeService
from ingest.interpreter import SiteInterpreter
from ingest.live import LiveValues
from premises.command import Command, CommandState, Priority
from premises.errors import UnknownNameError
from premises.quantities import QUANTITIES
from premises.reading import Flag, RawMessage
from premises.reason import Reason
from premises.site import Device, Point, Site
from premises.time import ManualClock
from stores.duckdb_store import DuckDBStore
from stores.journal import SqliteJournal
from tests.ingest_wire.fakes import NOON, SITE, FakeWire, MemoryLog, MemoryStore, SystemClock, site
from tests.ingest_wire.station import Devices, wait_until
from tests.mosquitto import Mosquitto

PLUG = Device("plug", "tasmota", "tele/plug")
ROOM = Device("room", "zigbee2mqtt", "zigbee2mqtt/room")
HALL = Device("hall", "zigbee2mqtt", "zigbee2mqtt/hall")


def of(device: Device, quantity: str, **more: object) -> Point:
    return Point(f"{device.id}/{quantity}", SITE, device.id, QUANTITIES[quantity], device.id, **more)  # type: ignore[arg-type]


BEFORE = site([of(ROOM, "air_temperature"), of(ROOM, "energy"), of(PLUG, "energy")], [ROOM, PLUG])
AFTER = site([of(ROOM, "air_temperature"), of(ROOM, "energy"), of(HALL, "air_temperature")], [ROOM, HALL])


class House:
    """An intake in the hands of a test: nothing runs by itself."""

    def __init__(self, folder: Path, first: Site = BEFORE) -> None:
        self.clock = ManualClock(NOON)
        self.store = MemoryStore()
        self.journal = SqliteJournal(folder / "j.db")
        self.interpreter = SiteInterpreter([first])
        self.live = LiveValues([first], self.clock)
        self.log = MemoryLog()
        self.bus = MqttCommandBus(self.interpreter, self.clock, log=self.log)
        parts = {"bus": self.bus, "live": self.live}
        self.intake = IntakeService({SITE: first}, self.interpreter, self.journal, self.store, self.clock, **parts)  # type: ignore[arg-type]
        self.wire = FakeWire()
        self.intake.attach(self.wire)

    def hear(self, topic: str, told: object) -> None:
        self.intake.receive(Arrivals(1, [RawMessage(topic, json.dumps(told).encode(), self.clock.now())]))


def test_what_arrived_before_the_change_is_read_as_it_was_and_what_comes_after_as_it_is(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.hear("tele/plug/SENSOR", {"ENERGY": {"Total": 5.0}})  # of a device that the change removes
    house.hear("zigbee2mqtt/hall", {"temperature": 18.0})  # of one that it adds: not ours yet
    house.intake.reconfigure(AFTER)
    house.clock.set(NOON + timedelta(minutes=1))
    house.hear("tele/plug/SENSOR", {"ENERGY": {"Total": 6.0}})
    house.hear("zigbee2mqtt/hall", {"temperature": 18.5})
    house.intake.drain()
    assert {(name, reading.value) for (_, name, _), reading in house.store.rows.items()} == {
        ("plug/energy", 5.0),
        ("hall/air_temperature", 18.5),
    }
    status = house.intake.status()
    assert (status.received, status.stored, status.ignored) == (4, 2, 2)
    assert status.balanced
    assert house.wire.filters == list(SiteInterpreter([AFTER]).subscriptions())
    house.journal.close()


def test_a_counter_goes_on_and_live_values_stay_over_a_change(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.hear("zigbee2mqtt/room", {"temperature": 19.0, "energy": 100.0})
    house.intake.drain()
    house.intake.reconfigure(AFTER)
    held = house.live.get(SITE, "room/air_temperature")
    assert held is not None
    assert held.reading.value == 19.0
    house.clock.set(NOON + timedelta(minutes=1))
    house.hear("zigbee2mqtt/room", {"energy": 1.0})
    house.intake.drain()
    fallen = house.store.rows[SITE, "room/energy", NOON + timedelta(minutes=1)]
    assert Flag.COUNTER_RESET in fallen.flags  # known only to who remembers the 100 kWh
    house.journal.close()


def test_what_is_another_measurement_now_starts_anew(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.hear("zigbee2mqtt/room", {"energy": 100.0})
    house.intake.drain()
    moved = replace(ROOM, topic="zigbee2mqtt/other meter")
    house.intake.reconfigure(site([of(moved, "energy")], [moved]))
    house.clock.set(NOON + timedelta(minutes=1))
    house.hear("zigbee2mqtt/other meter", {"energy": 1.0})
    house.intake.drain()
    assert house.store.rows[SITE, "room/energy", NOON + timedelta(minutes=1)].flags == frozenset()
    house.journal.close()


def test_a_device_that_is_away_stays_away(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.hear("zigbee2mqtt/room/availability", {"state": "offline"})
    house.hear("zigbee2mqtt/room", {"temperature": 19.0})
    house.intake.drain()
    house.intake.reconfigure(AFTER)
    assert house.live.away(SITE) == {"room"}
    house.journal.close()


def test_what_was_announced_is_still_known(tmp_path: Path) -> None:
    probe = Device("probe", "homie", "homie/probe")
    first = site([of(probe, "air_temperature", channel="air temperature")], [probe])
    house = House(tmp_path, first)
    for topic, told in (("$unit", "°F"), ("$datatype", "float")):
        house.intake.receive(Arrivals(1, [RawMessage(f"homie/probe/air/temperature/{topic}", told.encode(), NOON)]))
    house.intake.reconfigure(site([*first.points, of(HALL, "humidity")], [probe, HALL]))
    house.hear("homie/probe/air/temperature", 68)
    house.intake.drain()
    assert [round(reading.value, 3) for reading in house.store.rows.values() if isinstance(reading.value, float)] == [20.0]
    house.journal.close()


def test_commands_of_points_that_are_gone_are_given_up(tmp_path: Path) -> None:
    valve = Device("valve", "zigbee2mqtt", "zigbee2mqtt/valve")
    first = site([of(ROOM, "air_temperature"), of(valve, "setpoint_temperature", writable=True)], [ROOM, valve])
    house = House(tmp_path, first)
    until = NOON + timedelta(minutes=5)
    house.bus.send([Command("c1", SITE, "valve/setpoint_temperature", 21.0, Priority.BOOKING, Reason("call"), NOON, until)])
    house.intake.reconfigure(BEFORE)
    assert house.bus.pending(SITE) == {}
    assert house.log.told[-1].state is CommandState.SUPERSEDED
    sent = len(house.wire.published)
    house.bus.tick(NOON + timedelta(minutes=1))
    assert len(house.wire.published) == sent
    house.journal.close()


def test_another_site_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    house = House(tmp_path)
    with pytest.raises(UnknownNameError, match="no site 'elsewhere'"):
        house.intake.reconfigure(replace(AFTER, id="elsewhere"))
    assert house.wire.filters == list(SiteInterpreter([BEFORE]).subscriptions())
    house.journal.close()


def test_a_store_takes_new_points_and_still_those_that_are_gone(tmp_path: Path) -> None:
    store = DuckDBStore(tmp_path / "r.duckdb", {SITE: BEFORE})
    house = House(tmp_path)
    house.hear("tele/plug/SENSOR", {"ENERGY": {"Total": 5.0}})
    house.intake.drain()
    store.take_site(AFTER)
    store.write(SITE, list(house.store.rows.values()))
    house.intake.reconfigure(AFTER)
    house.hear("zigbee2mqtt/hall", {"temperature": 18.5})
    house.intake.drain()
    store.write(SITE, list(house.store.rows.values()))
    assert set(store.points_seen(SITE)) == {"plug/energy", "hall/air_temperature"}
    store.close()
    house.journal.close()


@pytest.mark.slow
def test_under_load_no_message_is_lost_over_twenty_changes_and_the_session_stays(mosquitto: Mosquitto, tmp_path: Path) -> None:
    clock, store = SystemClock(), MemoryStore()
    journal = SqliteJournal(tmp_path / "j.db")
    intake = IntakeService({SITE: BEFORE}, SiteInterpreter([BEFORE]), journal, store, clock)
    connection = MqttConnection(ConnectionSettings(mosquitto.url), clock, intake.receive, notes=journal)
    intake.attach(connection)
    intake.start()
    connection.start()
    connection.wait_ready(60)
    devices = Devices(mosquitto.url)
    sent = 0
    for turn in range(20):
        for _ in range(50):
            devices.client.publish("zigbee2mqtt/room", json.dumps({"temperature": 15 + sent % 10}), 1)
            sent += 1
        intake.reconfigure(AFTER if turn % 2 == 0 else BEFORE)
        assert intake.status().balanced
    connection.wait_ready(60)
    wait_until(lambda: intake.status().stored == sent)
    intake.reconfigure(AFTER)
    connection.wait_ready(60)
    devices.say("zigbee2mqtt/hall", b'{"temperature": 18.5}')
    devices.say("tele/plug/SENSOR", b'{"ENERGY": {"Total": 5.0}}')
    wait_until(lambda: intake.status().stored == sent + 1)
    time.sleep(0.1)
    status = intake.status()
    assert (status.received, status.ignored, status.quarantined) == (sent + 1, 0, 0)
    assert intake.ledger.redelivered == 0
    devices.end()
    intake.stop()
    connection.stop()
    journal.close()
