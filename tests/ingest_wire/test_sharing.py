"""Several workers on one shared subscription: each knows what is announced and who is away, and no reading is taken twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.families.registry import family_named
from ingest.intake import IntakeService
from ingest.interpreter import SiteInterpreter
from ingest.sharing import Topics, announcements
from premises.quantities import QUANTITIES
from premises.site import Device, Point
from stores.journal import SqliteJournal
from tests.ingest_families.test_sparkplug import birth
from tests.ingest_wire.fakes import SITE, MemoryStore, SystemClock, site
from tests.ingest_wire.station import Devices, wait_until
from tests.mosquitto import Mosquitto

DEVICES = (
    Device("announced", "ha_discovery", "weather-box"),
    Device("homie", "homie", "homie/cellar"),
    Device("bee", "zigbee2mqtt", "zigbee2mqtt/hall"),
    Device("plug", "tasmota", "plug"),
    Device("relay", "zigbee2mqtt", "zigbee2mqtt/relay"),
    Device("plant", "sparkplug_b", "spBv1.0/House/plant"),
)


def measured(device: str, channel: str = "") -> Point:
    quantity = QUANTITIES["air_temperature"]
    return Point(f"{device}/air_temperature", SITE, device, quantity, device, channel, expected_every=timedelta(minutes=5))


PREMISES = replace(
    site(),
    devices=DEVICES,
    points=(
        measured("announced", "weather-box/state t"),
        measured("homie", "air temp"),
        measured("bee"),
        Point("relay/switch_state", SITE, "relay", QUANTITIES["switch_state"], "relay", "", writable=True),
    ),
)
TOPICS = SiteInterpreter([PREMISES]).topics()


class Worker:
    """One of several intakes: the house, or one beside it."""

    def __init__(self, url: str, folder: Path, name: str) -> None:
        (folder / name).mkdir()
        self.name, self.clock = name, SystemClock()
        self.journal = SqliteJournal(folder / name / "j.db")
        self.store = MemoryStore()
        interpreter = SiteInterpreter([PREMISES])
        divide = Topics.of_house if name == "house" else Topics.of_worker
        sites = {SITE: PREMISES}
        self.intake = IntakeService(
            sites, interpreter, self.journal, self.store, self.clock, divide=lambda: divide(interpreter.topics())
        )
        settings = ConnectionSettings(url, name, share="crew")
        self.connection = MqttConnection(settings, self.clock, self.intake.receive, notes=self.journal)
        self.intake.attach(self.connection)
        self.intake.start()
        self.connection.start()
        self.connection.wait_ready(60)

    def away(self) -> frozenset[str]:
        return self.intake.live.away(SITE)

    def stop(self) -> None:
        self.intake.stop()
        self.connection.stop()
        self.journal.close()


@pytest.fixture
def crew(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[tuple[Worker, Worker, Devices]]:
    """A house and a worker beside it, that come when all is announced already."""
    devices = Devices(mosquitto.url)
    config = {
        "name": "t",
        "stat_t": "weather-box/state",
        "unit_of_meas": "°C",
        "dev_cla": "temperature",
        "val_tpl": "{{ value_json.t }}",
    }
    devices.say("homeassistant/sensor/weather-box/t/config", json.dumps(config), retain=True)
    told = {"$state": "ready", "$nodes": "air", "air/$properties": "temp", "air/temp/$datatype": "float", "air/temp/$unit": "°C"}
    for name, value in told.items():
        devices.say(f"homie/cellar/{name}", value, retain=True)
    devices.say("zigbee2mqtt/bridge/state", "online", retain=True)
    devices.say("zigbee2mqtt/hall/availability", "offline", retain=True)
    devices.say("tele/plug/LWT", "Offline", retain=True)
    workers = [Worker(mosquitto.url, tmp_path, name) for name in ("house", "beside")]
    yield workers[0], workers[1], devices
    devices.end()
    for worker in workers:
        worker.stop()


@pytest.mark.slow
def test_every_worker_learns_what_is_announced_and_who_is_away(crew: tuple[Worker, Worker, Devices]) -> None:
    house, beside, devices = crew
    for worker in (house, beside):
        wait_until(lambda worker=worker: worker.away() == {"bee", "plug"})  # type: ignore[misc]
    for count in range(200):
        devices.client.publish("weather-box/state", json.dumps({"t": 10 + count / 10}), 1)
        devices.client.publish("homie/cellar/air/temp", str(10 + count / 10), 1)
    wait_until(lambda: house.intake.status().stored + beside.intake.status().stored >= 400)
    for worker in (house, beside):
        known = {name for _, name, _ in worker.store.rows}
        assert known == {"announced/air_temperature", "homie/air_temperature"}, f"{worker.name} understood but {known}"
        wait_until(lambda worker=worker: not worker.intake.status().journalled)  # type: ignore[misc]
        status = worker.intake.status()
        assert (status.quarantined, status.balanced) == (0, True)
    assert house.intake.status().stored + beside.intake.status().stored == 400, "each message with a reading was taken once"
    devices.say("zigbee2mqtt/hall/availability", "online")
    for worker in (house, beside):
        wait_until(lambda worker=worker: worker.away() == {"plug"})  # type: ignore[misc]


@pytest.mark.slow
def test_what_hangs_together_and_what_acts_is_heard_by_the_house_alone(crew: tuple[Worker, Worker, Devices]) -> None:
    house, beside, devices = crew
    for count in range(100):
        devices.say("zigbee2mqtt/relay", json.dumps({"state": "ON" if count % 2 else "OFF"}))
    devices.client.publish("spBv1.0/House/NBIRTH/plant", birth(), 1)
    wait_until(lambda: house.intake.status().stored == 100)
    wait_until(lambda: "plant" in house.intake.status().last_seen)
    assert not beside.store.rows
    assert not {"plant", "relay"} & beside.intake.status().last_seen.keys()


def test_nothing_is_left_out_and_nothing_that_can_be_told_apart_is_heard_twice() -> None:
    everything = set(SiteInterpreter([PREMISES]).subscriptions())
    exact = {one for one in TOPICS.shared if "#" not in one}
    assert everything <= {*TOPICS.shared, *TOPICS.announced, *TOPICS.together}
    assert not exact & {*TOPICS.announced, *TOPICS.together}
    assert not {*TOPICS.shared} & {*TOPICS.together}
    assert "tele/plug/LWT" in TOPICS.announced
    assert "homeassistant/+/+/+/config" in TOPICS.announced
    assert "spBv1.0/House/+/plant" in TOPICS.together


@pytest.mark.parametrize(
    ("device", "wanted"),
    [
        (Device("d", "shelly_gen2", "shelly-1"), "shelly-1/online"),
        (Device("d", "shelly_gen1", "shellies/plug"), "shellies/plug/online"),
        (Device("d", "esphome", "porch"), "porch/status"),
        (Device("d", "wirenboard", "/devices/wb-1"), "/devices/wb-1/controls/+/meta/#"),
        (Device("d", "mapped", "own", options={"t": "state | t | °C", "available": "alive | yes"}), "own/alive"),
        (Device("d", "opendtu", "solar"), "solar/dtu/status"),
        (Device("d", "heatpump", "panasonic_heat_pump"), "panasonic_heat_pump/LWT"),
    ],
)
def test_every_family_says_where_it_tells_that_a_device_is_there(device: Device, wanted: str) -> None:
    assert wanted in announcements(device, family_named(device.family))
