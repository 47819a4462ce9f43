"""What was learned outlasts the process: counters, announcements, aliases, who is away; and nothing retained counts as new."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.arrivals import Arrivals
from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.intake import IntakeService
from ingest.interpreter import SiteInterpreter
from ingest.live import LiveValues
from premises.errors import StoreUnavailableError
from premises.quantities import QUANTITIES
from premises.reading import Flag, RawMessage
from premises.site import Device, Point
from premises.time import ManualClock
from stores.journal import SqliteJournal
from tests.ingest_families.test_sparkplug import birth, double, metric, payload
from tests.ingest_wire.fakes import NOON, SITE, MemoryStore, SystemClock, site
from tests.ingest_wire.station import Devices, wait_until
from tests.mosquitto import Mosquitto

DEVICES = (
    Device("meter", "opendtu", "solar"),
    Device("plant", "sparkplug_b", "spBv1.0/House/plant"),
    Device("probe", "homie", "homie/probe"),
    Device("room", "zigbee2mqtt", "zigbee2mqtt/room"),
)
POINTS = (
    Point("roof/energy", SITE, "roof", QUANTITIES["energy"], "meter", "ac total"),
    Point("hall/temperature", SITE, "hall", QUANTITIES["temperature"], "plant", "Hall/Temperature"),
    Point("probe/air_temperature", SITE, "probe", QUANTITIES["air_temperature"], "probe", "air temperature"),
    Point("room/air_temperature", SITE, "room", QUANTITIES["air_temperature"], "room"),
)
HOUSE = site(POINTS, DEVICES)


class Process:
    """One life of the intake over a journal and a store that outlast it."""

    def __init__(self, folder: Path, store: MemoryStore, clock: ManualClock) -> None:
        self.clock = clock
        self.store = store
        self.journal = SqliteJournal(folder / "j.db")
        self.intake = IntakeService({SITE: HOUSE}, SiteInterpreter([HOUSE]), self.journal, store, clock)

    def hear(self, topic: str, told: bytes | str, *, retained: bool = False) -> None:
        body = told.encode() if isinstance(told, str) else told
        self.intake.receive(Arrivals(1, [RawMessage(topic, body, self.clock.now(), retained)]))

    def end(self) -> None:
        self.intake.stop()
        self.journal.close()

    def value(self, point: str) -> object:
        return self.store.rows[SITE, point, self.clock.now()].value


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


def test_counters_units_and_aliases_are_known_after_a_restart(tmp_path: Path, clock: ManualClock) -> None:
    store = MemoryStore()
    before = Process(tmp_path, store, clock)
    before.hear("solar/ac/yieldtotal", "1500.0")
    before.hear("homie/probe/air/temperature/$unit", "°F")
    before.hear("spBv1.0/House/NBIRTH/plant", birth())
    before.intake.drain()
    before.end()

    clock.advance(timedelta(minutes=5))
    after = Process(tmp_path, store, clock)
    after.hear("solar/ac/yieldtotal", "0.5")
    after.hear("homie/probe/air/temperature", "68")
    later = payload(metric(alias=5, value=double(68.0)), seq=1)
    after.hear("spBv1.0/House/NDATA/plant", later)
    after.intake.drain()
    assert Flag.COUNTER_RESET in store.rows[SITE, "roof/energy", clock.now()].flags
    assert after.value("probe/air_temperature") == pytest.approx(20.0)
    assert store.rows[SITE, "hall/temperature", NOON].value == pytest.approx(20.0)  # °F of the birth, at the time that it tells
    assert after.intake.status().quarantined == 0
    after.end()


def test_nothing_is_kept_that_is_ahead_of_what_will_be_decoded_again(tmp_path: Path, clock: ManualClock) -> None:
    """After a crash the unsettled messages come again: judged by knowledge of their own future they would all be late."""
    store = MemoryStore()
    before = Process(tmp_path, store, clock)
    before.hear("solar/ac/yieldtotal", "1500.0")
    before.intake.drain()
    before.intake.look(clock.now())
    store.away = StoreUnavailableError("503")
    for energy in ("1501.0", "1502.0"):
        clock.advance(timedelta(minutes=1))
        before.hear("solar/ac/yieldtotal", energy)
        before.intake.flush()
        before.intake.look(clock.now())
    before.end()

    store.away = None
    after = Process(tmp_path, store, clock)
    after.intake.drain()
    kept = [reading for (_, point, _), reading in sorted(store.rows.items()) if point == "roof/energy"]
    assert [(reading.value, reading.flags) for reading in kept] == [(one, frozenset()) for one in (1500.0, 1501.0, 1502.0)]
    after.end()


def test_what_was_kept_and_is_damaged_is_learned_anew(tmp_path: Path, clock: ManualClock) -> None:
    damaged = (
        "{",
        "[]",
        '{"points": 5}',
        '{"families": [["homie", "x", {"is": "os.system"}]], "points": {"la-halle\\nroof/energy": 1}}',
    )
    for number, text in enumerate(damaged):
        folder = tmp_path / str(number)
        folder.mkdir()
        journal = SqliteJournal(folder / "j.db")
        journal.keep_note("interpreter", text)
        journal.close()
        house = Process(folder, MemoryStore(), clock)
        house.hear("solar/ac/yieldtotal", "5.0")
        house.intake.drain()
        assert house.value("roof/energy") == 5.0
        house.end()


def test_a_retained_copy_of_what_is_known_is_no_reading(tmp_path: Path, clock: ManualClock) -> None:
    house = Process(tmp_path, MemoryStore(), clock)
    house.hear("zigbee2mqtt/room", '{"temperature": 19.5}')
    clock.advance(timedelta(hours=1))
    house.hear("zigbee2mqtt/room", '{"temperature": 19.5}', retained=True)
    house.intake.drain()
    assert [at for _, _, at in house.store.rows] == [NOON]
    assert house.intake.status().ignored == 1
    clock.advance(timedelta(hours=1))
    house.hear("zigbee2mqtt/room", '{"temperature": 18.5}', retained=True)  # it changed while nobody listened
    house.intake.drain()
    assert house.store.rows[SITE, "room/air_temperature", clock.now()].flags == {Flag.RETAINED}
    house.end()


@pytest.mark.slow
def test_what_is_retained_is_told_again_to_a_new_process_of_the_same_session(mosquitto: Mosquitto, tmp_path: Path) -> None:
    """Else nobody would know after a restart which devices are away."""
    devices, clock = Devices(mosquitto.url), SystemClock()
    for life in (1, 2):
        journal = SqliteJournal(tmp_path / "j.db")
        live = LiveValues([HOUSE], clock)
        intake = IntakeService({SITE: HOUSE}, SiteInterpreter([HOUSE]), journal, MemoryStore(), clock, live=live)
        connection = MqttConnection(ConnectionSettings(mosquitto.url), clock, intake.receive, notes=journal)
        intake.attach(connection)
        intake.start()
        connection.start()
        connection.wait_ready(60)
        if life == 1:
            devices.say("zigbee2mqtt/room/availability", json.dumps({"state": "offline"}), retain=True)
        wait_until(lambda live=live: live.away(SITE) == {"room"})  # type: ignore[misc]
        assert intake.status().balanced
        intake.stop()
        connection.stop()
        journal.close()
    devices.end()
