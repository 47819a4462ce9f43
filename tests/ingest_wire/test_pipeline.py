"""From the journal to the store: poison alone, refusals alone, waiting without loss, settled only when stored."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingest.arrivals import Arrivals
from ingest.decoded import Understood
from ingest.intake import IntakeService, IntakeSettings
from ingest.writer import WriterSettings
from premises.errors import StoreDeniedError, StoreUnavailableError
from premises.ports import IntakeStatus
from premises.reading import RawMessage
from premises.time import ManualClock
from stores.journal import SqliteJournal
from tests.ingest_wire.fakes import NOON, SITE, FakeWire, MemoryAlarms, MemoryStore, PlainInterpreter, site

TEMPERATURE = "stage/air_temperature"


class House:
    """An intake without a broker: messages are handed to its door."""

    def __init__(
        self,
        path: Path,
        store: MemoryStore | None = None,
        settings: IntakeSettings | None = None,
        alarms: MemoryAlarms | None = None,
    ) -> None:
        self.clock = ManualClock(NOON)
        self.journal = SqliteJournal(path)
        self.store = store or MemoryStore()
        self.alarms = alarms or MemoryAlarms()
        self.wire = FakeWire()
        quick = IntakeSettings(writer=WriterSettings(wait_min_s=0.001, wait_max_s=0.002), patience_s=0.02)
        self.intake = IntakeService(
            {SITE: site()}, PlainInterpreter(), self.journal, self.store, self.clock, alarms=self.alarms, settings=settings or quick
        )
        self.intake.attach(self.wire)
        self._packet_id = 0

    def hear(self, told: object, topic: str = "t/sensor", *, retained: bool = False) -> None:
        self._packet_id += 1
        payload = told if isinstance(told, bytes) else json.dumps(told).encode()
        message = RawMessage(topic, payload, self.clock.now(), retained, 1, self._packet_id)
        self.intake.receive(Arrivals(1, [message]))
        assert self.status.balanced

    @property
    def status(self) -> IntakeStatus:
        return self.intake.status()

    @property
    def values(self) -> list[object]:
        return [reading.value for _, reading in sorted(self.store.rows.items())]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "j.db")
    yield made
    made.intake.stop()
    made.journal.close()


def test_a_message_becomes_readings_in_the_store_and_is_settled(house: House) -> None:
    house.hear({"n": 1, TEMPERATURE: 19.5})
    assert (house.status.journalled, house.status.stored) == (1, 0)
    house.intake.drain()
    assert house.values == [19.5]
    assert (house.status.journalled, house.status.stored, house.status.readings_stored) == (0, 1, 1)
    assert house.journal.position() == 1


def test_live_values_do_not_wait_for_the_store(house: House) -> None:
    house.store.away = StoreUnavailableError("503")
    house.hear({TEMPERATURE: 19.5})
    house.intake.flush()
    value = house.intake.live.get(SITE, TEMPERATURE)
    assert value is not None
    assert (value.reading.value, value.known) == (19.5, True)
    assert house.values == []


def test_poison_costs_its_own_message_only(house: House) -> None:
    house.hear({"n": 1, TEMPERATURE: 19.5})
    house.hear({"poison": True})
    house.hear(b"\xff\xfe not JSON")
    house.hear({"n": 2, TEMPERATURE: 20.5})
    house.hear(b"x", topic="another/world")
    house.intake.drain()
    assert house.values == [19.5, 20.5]
    status = house.status
    assert (status.received, status.stored, status.quarantined, status.ignored, status.journalled) == (5, 2, 2, 1, 0)
    faulty, strange = house.journal.quarantine()
    assert "ZeroDivisionError" in faulty.reason
    assert (strange.message.payload, strange.reason) == (b"\xff\xfe not JSON", "no JSON")


def test_a_refused_reading_is_found_and_its_neighbours_are_stored(house: House) -> None:
    house.store.refuses = {"text"}
    for n in range(50):
        house.hear({"n": n, TEMPERATURE: "text" if n in {13, 14, 40} else float(n)})
    house.intake.drain()
    assert len(house.values) == 47
    assert (house.status.stored, house.status.quarantined, house.status.journalled) == (47, 3, 0)
    refused = house.journal.quarantine()
    assert [json.loads(one.message.payload)["n"] for one in refused] == [13, 14, 40]
    assert "field type conflict" in refused[0].reason
    assert house.journal.position() == 50


def test_a_message_with_one_refused_reading_of_two_is_quarantined_and_the_other_reading_stored(house: House) -> None:
    house.store.refuses = {"text"}
    house.hear({"n": 1, TEMPERATURE: 19.5, "stage/setpoint_temperature": "text"})
    house.intake.drain()
    assert house.values == [19.5]
    assert (house.status.stored, house.status.quarantined, house.status.readings_stored) == (0, 1, 1)


def test_while_the_store_is_away_all_waits_and_nothing_is_dropped(house: House) -> None:
    house.store.away = StoreUnavailableError("the store does not answer", retry_after_s=0.001)
    for n in range(30):
        house.hear({"n": n, TEMPERATURE: float(n)})
    with pytest.raises(StoreUnavailableError):
        house.intake.drain()
    house.clock.advance(timedelta(hours=1))
    assert (house.status.journalled, house.status.stored) == (30, 0)
    assert house.status.oldest_unsent_s == 3600
    assert house.alarms.active(SITE)[0].cause == "store_away"
    house.store.away = None
    house.intake.drain()
    assert len(house.values) == 30
    assert (house.status.stored, house.status.oldest_unsent_s) == (30, 0)
    assert set(house.store.writes.values()) == {1}


def test_refused_credentials_are_waited_for_with_an_alarm(house: House) -> None:
    house.store.away = StoreDeniedError("401: token unknown")
    house.hear({"n": 1, TEMPERATURE: 1.0})
    with pytest.raises(StoreDeniedError):
        house.intake.drain()
    assert "credentials" in house.alarms.active(SITE)[0].text["en"]
    house.store.away = None
    house.intake.drain()
    assert house.status.stored == 1


def test_what_was_not_stored_before_a_restart_is_stored_after_it(tmp_path: Path) -> None:
    before = House(tmp_path / "j.db")
    before.store.away = StoreUnavailableError("503")
    for n in range(10):
        before.hear({"n": n, TEMPERATURE: float(n)})
    before.intake.flush()
    before.journal.close()
    after = House(tmp_path / "j.db")
    assert (after.status.received, after.status.journalled) == (10, 10)
    after.intake.drain()
    assert len(after.values) == 10
    assert (after.status.received, after.status.stored) == (10, 10)
    after.journal.close()


def test_flush_writes_full_batches_only_and_drain_the_rest(tmp_path: Path) -> None:
    house = House(tmp_path / "j.db", settings=IntakeSettings(writer=WriterSettings(batch_readings=10)))
    for n in range(9):
        house.hear({"n": n, TEMPERATURE: 1.0})
    house.intake.flush()
    assert house.store.calls == 0
    house.hear({"n": 9, TEMPERATURE: 1.0})
    house.intake.flush()
    assert len(house.values) == 10
    house.hear({"n": 10, TEMPERATURE: 1.0})
    house.intake.drain()
    assert len(house.values) == 11
    house.journal.close()


def test_a_long_absence_of_the_store_goes_to_a_file_and_keeps_its_order(tmp_path: Path) -> None:
    house = House(tmp_path / "j.db", settings=IntakeSettings(backlog_readings=5, writer=WriterSettings(batch_readings=7)))
    house.store.away = StoreUnavailableError("503")
    for n in range(60):
        house.hear({"n": n, TEMPERATURE: float(n)})
        house.intake.flush()
    value = house.intake.live.get(SITE, TEMPERATURE)
    assert value is not None
    assert value.reading.value == 59.0
    house.store.away = None
    house.intake.drain()
    assert house.values == [float(n) for n in range(60)]
    assert house.status.stored == 60
    house.journal.close()


def test_the_threads_do_it_by_themselves(house: House) -> None:
    house.intake.start()
    for n in range(200):
        house.hear({"n": n, TEMPERATURE: float(n)})
    house.intake.drain()
    house.intake.stop()
    assert len(house.values) == 200
    assert (house.status.stored, house.status.in_flight, house.status.journalled) == (200, 0, 0)
    assert sorted(house.wire.acknowledged) == list(range(1, 201))


def test_own_readings_tell_the_accounts(house: House) -> None:
    house.hear({"n": 1, TEMPERATURE: 19.5})
    house.hear({"poison": 1})
    house.intake.drain()
    told = {reading.point: reading.value for _, reading in house.intake.own_readings(NOON)}
    assert told == {
        "greenroom/messages_received": 2.0,
        "greenroom/messages_stored": 1.0,
        "greenroom/messages_journalled": 0.0,
        "greenroom/messages_quarantined": 1.0,
        "greenroom/messages_ignored": 0.0,
        "greenroom/oldest_unsent": 0.0,
    }


def test_last_seen_is_told_by_device_and_not_by_retained_messages(house: House) -> None:
    house.hear({"n": 1, TEMPERATURE: 19.5}, retained=True)
    house.intake.flush()
    assert house.status.last_seen == {}
    house.hear({"n": 2, TEMPERATURE: 19.5})
    house.intake.flush()
    assert house.status.last_seen == {"sensor": NOON}


def test_the_rate_is_of_the_last_minute(house: House) -> None:
    for n in range(120):
        house.hear({"n": n, TEMPERATURE: 1.0})
    assert house.status.rate_per_s == 2.0
    house.clock.advance(timedelta(minutes=2))
    assert house.status.rate_per_s == 0.0


def test_a_clock_that_jumps_disturbs_neither_the_accounts_nor_the_messages(house: House) -> None:
    house.hear({"n": 1, TEMPERATURE: 1.0})
    house.clock.set(NOON + timedelta(days=400))
    house.hear({"n": 2, TEMPERATURE: 2.0})
    house.clock.set(NOON - timedelta(days=20_000))
    house.hear({"n": 3, TEMPERATURE: 3.0})
    assert house.status.oldest_unsent_s == 0.0
    house.intake.drain()
    assert house.values == [1.0, 2.0, 3.0]
    assert (house.status.stored, house.status.balanced) == (3, True)


class LostAlarms(MemoryAlarms):
    """Alarms on the disk that is full."""

    def raise_(self, site: str, cause: str, subject: str, text: Mapping[str, str], at: datetime) -> None:
        raise StoreUnavailableError("database or disk is full")


def test_alarms_that_cannot_be_kept_do_not_stop_the_intake(tmp_path: Path) -> None:
    house = House(tmp_path / "j.db", alarms=LostAlarms())
    house.store.away = StoreUnavailableError("503", retry_after_s=0.001)
    house.hear({"n": 1, TEMPERATURE: 1.0})
    with pytest.raises(StoreUnavailableError, match="503"):
        house.intake.drain()
    house.store.away = None
    house.intake.drain()
    assert house.status.stored == 1
    house.journal.close()


def test_a_listener_that_fails_costs_no_reading(house: House) -> None:
    def broken(message: RawMessage, understood: Understood) -> None:
        raise StoreUnavailableError("the command log is away")

    house.intake.live.listen = broken  # type: ignore[method-assign]
    again = IntakeService({SITE: site()}, PlainInterpreter(), house.journal, house.store, house.clock, live=house.intake.live)
    for n in range(3):
        again.receive(Arrivals(1, [RawMessage("t/sensor", json.dumps({"n": n, TEMPERATURE: 1.0}).encode(), NOON)]))
    again.drain()
    assert len(house.values) == 3


def test_a_fault_of_the_store_itself_is_waited_out_by_the_thread(house: House) -> None:
    house.intake.start()
    house.store.away = KeyError("a fault in the adapter")
    house.hear({"n": 1, TEMPERATURE: 1.0})
    until = time.monotonic() + 60
    while not house.alarms.raised and time.monotonic() < until:
        time.sleep(0.005)
    assert "KeyError" in house.alarms.active(SITE)[0].text["en"]
    house.store.away = None
    house.intake.drain()
    assert house.status.stored == 1
