"""A whole intake by the short way and by the long way: the same in the store, in the live values and in the accounts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.arrivals import Arrivals
from ingest.bus import MqttCommandBus
from ingest.decoded import Outgoing, Understood
from ingest.intake import IntakeService, IntakeSettings
from ingest.interpreter import SiteInterpreter
from ingest.live import LiveValues
from ingest.writer import WriterSettings
from premises.command import Command, CommandState, Priority
from premises.errors import StoreRefusedError
from premises.quantities import QUANTITIES
from premises.reading import RawMessage, Reading, Sheaf
from premises.reason import Reason
from premises.site import Device, Point, Site
from premises.time import ManualClock
from stores.journal import SqliteJournal
from tests.ingest_wire.fakes import NOON, SITE, FakeWire, MemoryStore, site

DEVICES = 5


class LongOnly:
    """The same interpreter, without its short way."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self._inner = SiteInterpreter(sites)

    def subscriptions(self) -> Sequence[str]:
        return self._inner.subscriptions()

    def reconfigure(self, sites: Sequence[Site]) -> None:
        self._inner.reconfigure(sites)

    def understand(self, message: RawMessage) -> Understood:
        return self._inner.understand(message)

    def encode(self, command: Command) -> Sequence[Outgoing]:
        return self._inner.encode(command)

    def confirms(self, command: Command, reading: Reading) -> bool:
        return self._inner.confirms(command, reading)


class SheafMemory(MemoryStore):
    """A store that takes sheaves, and refuses what it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.sheaves = 0

    def write_sheaves(self, site: str, sheaves: Sequence[Sheaf]) -> None:
        self.sheaves += len(sheaves)
        self.write(site, [reading for sheaf in sheaves for reading in sheaf.readings()])


def hall() -> Site:
    options = {"time": "t", "temperature": "| air |", "humidity": "| rh |", "energy": "| kwh | kWh", "switch_state": "| on |"}
    devices = [Device(f"d{n}", "mapped", f"m/{n}", options=options | {"set switch_state": "set |"}) for n in range(DEVICES)]
    points = [
        Point(f"d{n}/{name}", SITE, f"d{n}", QUANTITIES[name], f"d{n}", writable=name == "switch_state")
        for n in range(DEVICES)
        for name in ("air_temperature", "humidity", "energy", "switch_state")
    ]
    return site(points, devices)


def _messages() -> list[RawMessage]:
    """What devices send, and now and then something else: late, odd, broken, of nobody."""
    odd: dict[int, Any] = {
        17: {"air": "warm"},
        31: {"t": 5, "air": 21.0},
        44: {"t": NOON.timestamp() - 900, "air": 20.0, "rh": 30},
        58: {"air": 90.0, "rh": 40},
        71: {"kwh": 3.0, "rh": 41},
        90: {"rh": 65_535},
        123: [1, 2],
        150: {"on": "ON", "rh": "41,5"},
    }
    messages = []
    for n in range(300):
        at = NOON + timedelta(seconds=n)
        told = {"t": at.timestamp(), "air": 20 + n / 100, "rh": 40 + n % 3, "kwh": 100 + n, "on": n % 4 == 0}
        body = json.dumps(odd.get(n, told)).encode() if n != 200 else b"\xff{"
        messages.append(RawMessage("m/nobody" if n == 222 else f"m/{n % DEVICES}", body, at, n == 240, 1, n + 1))
    return messages


class House:
    def __init__(self, folder: Path, interpreter: SiteInterpreter | LongOnly, store: MemoryStore) -> None:
        self.clock = ManualClock(NOON)
        self.store = store
        self.journal = SqliteJournal(folder)
        self.bus = MqttCommandBus(interpreter, self.clock)
        self.live = LiveValues([hall()], self.clock)
        settings = IntakeSettings(writer=WriterSettings(batch_readings=100))
        self.intake = IntakeService(
            {SITE: hall()}, interpreter, self.journal, store, self.clock, bus=self.bus, live=self.live, settings=settings
        )
        self.intake.attach(FakeWire())

    def hear(self, messages: Sequence[RawMessage]) -> None:
        self.intake.receive(Arrivals(1, list(messages)))


def test_it_ends_in_the_same_place_by_both_ways(tmp_path: Path) -> None:
    short = House(tmp_path / "short.db", SiteInterpreter([hall()]), SheafMemory())
    long = House(tmp_path / "long.db", LongOnly([hall()]), MemoryStore())
    messages = _messages()
    for start in (0, 7, 100, 130):
        part = messages[start : {0: 7, 7: 100, 100: 130, 130: 300}[start]]
        for house in (short, long):
            house.hear(part)
            house.intake.flush()
            assert house.intake.status().balanced
        assert short.live.all(SITE) == long.live.all(SITE)
    for house in (short, long):
        house.intake.drain()
    assert short.store.rows == long.store.rows
    assert short.store.writes == long.store.writes
    assert short.intake.status() == long.intake.status()
    assert short.journal.quarantine() == long.journal.quarantine()
    assert short.intake.status().quarantined > 0
    assert short.intake.status().ignored > 0
    short.journal.close()
    long.journal.close()


def test_of_what_a_store_refuses_only_the_one_reading_is_missing(tmp_path: Path) -> None:
    store = SheafMemory()
    store.refuses = {40.25}
    house = House(tmp_path / "j.db", SiteInterpreter([hall()]), store)
    usual = [json.dumps({"air": 20.0, "rh": 40.25 if n in {3, 9} else 41.0, "kwh": n}).encode() for n in range(12)]
    house.hear([RawMessage("m/1", body, NOON + timedelta(seconds=n)) for n, body in enumerate(usual)])
    house.intake.drain()
    status = house.intake.status()
    assert (status.stored, status.quarantined, status.readings_stored) == (10, 2, 34)
    assert [one.message.payload for one in house.journal.quarantine()] == [usual[3], usual[9]]
    assert "d1/humidity" in house.journal.quarantine()[0].reason
    assert len(store.rows) == 34
    house.journal.close()


def test_a_batch_that_is_refused_as_a_whole_is_halved_until_it_is_taken(tmp_path: Path) -> None:
    class Odd(SheafMemory):
        def write_sheaves(self, site: str, sheaves: Sequence[Sheaf]) -> None:
            if len(sheaves) > 2:
                raise StoreRefusedError("413: too many")
            super().write_sheaves(site, sheaves)

    store = Odd()
    house = House(tmp_path / "j.db", SiteInterpreter([hall()]), store)
    house.hear([RawMessage("m/1", json.dumps({"rh": 40 + n}).encode(), NOON + timedelta(seconds=n)) for n in range(9)])
    house.intake.drain()
    assert sorted(reading.value for reading in store.rows.values()) == [40.0 + n for n in range(9)]
    assert house.intake.status().stored == 9
    house.journal.close()


def test_a_read_back_confirms_although_a_newer_message_came_with_it(tmp_path: Path) -> None:
    house = House(tmp_path / "j.db", SiteInterpreter([hall()]), SheafMemory())
    house.hear([RawMessage("m/1", b'{"on": false, "rh": 40}', NOON)])
    house.intake.flush()
    valid = NOON + timedelta(hours=1)
    house.bus.send([Command("c1", SITE, "d1/switch_state", True, Priority.BOOKING, Reason("x"), NOON, valid)])
    told = [RawMessage("m/1", json.dumps({"on": on, "rh": 40}).encode(), NOON + timedelta(seconds=1)) for on in (True, False)]
    house.hear(told)
    house.intake.flush()
    assert house.bus.pending(SITE)["d1/switch_state"].state is CommandState.CONFIRMED
    newest = house.live.get(SITE, "d1/switch_state")
    assert newest is not None
    assert newest.reading.value is False
    house.journal.close()


def test_a_fault_in_the_short_way_costs_nothing_but_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(_message: RawMessage) -> None:
        raise ZeroDivisionError("a fault in a form")

    interpreter = SiteInterpreter([hall()])
    monkeypatch.setattr(interpreter, "plainly", faulty)
    house = House(tmp_path / "j.db", interpreter, SheafMemory())
    house.hear([RawMessage("m/1", json.dumps({"rh": 40 + n}).encode(), NOON + timedelta(seconds=n)) for n in range(3)])
    house.intake.drain()
    assert house.intake.status().stored == 3
    house.journal.close()
