"""Commands: sent, confirmed by read-back, sent again, given up with an alarm; every change written down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from ingest.bus import CAUSE, MqttCommandBus
from ingest.decoded import Outgoing
from ingest.live import LiveValues
from premises.command import Command, CommandState, Priority
from premises.errors import BrokerUnavailableError, StoreUnavailableError
from premises.reading import Flag, Reading, Value
from premises.reason import Reason
from premises.time import ManualClock
from tests.ingest_wire.fakes import NOON, SITE, FakeWire, MemoryAlarms, MemoryLog, PlainInterpreter, site

SETPOINT = "stage/setpoint_temperature"


class Room:
    """A bus with a wire, a log and a clock."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.wire, self.log, self.alarms = FakeWire(), MemoryLog(), MemoryAlarms()
        self.live = LiveValues([site()], self.clock)
        self.bus = MqttCommandBus(PlainInterpreter(), self.clock, log=self.log, alarms=self.alarms, live=self.live)
        self.bus.attach(self.wire)
        self._made = 0

    def command(self, value: Value, valid: timedelta = timedelta(hours=1)) -> Command:
        self._made += 1
        now = self.clock.now()
        return Command(f"c{self._made}", SITE, SETPOINT, value, Priority.BOOKING, Reason("x"), now, now + valid)

    def after(self, seconds: float) -> None:
        self.bus.tick(self.clock.advance(timedelta(seconds=seconds)))

    def read_back(self, value: Value, *flags: Flag) -> None:
        now = self.clock.now()
        self.bus.observe(SITE, Reading(SETPOINT, now, value, now, flags=frozenset(flags)))

    @property
    def states(self) -> list[CommandState]:
        return [status.state for status in self.log.told]

    @property
    def sent(self) -> list[object]:
        return [json.loads(payload)["value"] for _, payload, _ in self.wire.published]


@pytest.fixture
def room() -> Room:
    return Room()


S = CommandState


def test_a_command_is_sent_and_confirmed_by_what_is_read_back(room: Room) -> None:
    room.bus.send([room.command(21.0)])
    assert room.wire.published == [("t/stage/set", b'{"value": 21.0}', False)]
    room.read_back(18.0)
    assert room.bus.pending(SITE)[SETPOINT].state is S.SENT
    room.read_back(21.0)
    status = room.bus.pending(SITE)[SETPOINT]
    assert (status.state, status.read_back, status.attempts) == (S.CONFIRMED, 21.0, 1)
    assert room.states == [S.QUEUED, S.SENT, S.CONFIRMED]
    room.after(600)
    assert room.sent == [21.0]


def test_without_read_back_it_is_sent_again_and_then_given_up_with_an_alarm(room: Room) -> None:
    room.bus.send([room.command(21.0)])
    for seconds, attempts in ((29, 1), (1, 2), (59, 2), (1, 3), (119, 3)):
        room.after(seconds)
        assert len(room.sent) == attempts
    assert room.alarms.active(SITE) == []
    room.after(1)
    assert room.bus.pending(SITE)[SETPOINT].state is S.FAILED
    assert room.states == [S.QUEUED, S.SENT, S.RETRIED, S.RETRIED, S.FAILED]
    (alarm,) = room.alarms.active(SITE)
    assert (alarm.cause, alarm.subject) == (CAUSE, SETPOINT)
    assert "not carried out" in alarm.text["en"]


def test_a_read_back_that_comes_too_late_still_clears_the_alarm(room: Room) -> None:
    room.bus.send([room.command(21.0)])
    for seconds in (30, 60, 120):
        room.after(seconds)
    room.read_back(21.0)
    assert room.bus.pending(SITE)[SETPOINT].state is S.CONFIRMED
    assert room.alarms.active(SITE) == []


def test_a_newer_command_supersedes_the_older(room: Room) -> None:
    room.bus.send([room.command(21.0)])
    room.bus.send([room.command(17.0)])
    assert room.states == [S.QUEUED, S.SENT, S.SUPERSEDED, S.QUEUED, S.SENT]
    room.read_back(21.0)
    assert room.bus.pending(SITE)[SETPOINT].state is S.SENT
    room.read_back(17.0)
    assert room.bus.pending(SITE)[SETPOINT].state is S.CONFIRMED


def test_the_same_wish_said_every_minute_is_still_given_up(room: Room) -> None:
    for _ in range(5):
        room.bus.send([room.command(21.0)])
        room.after(60)
    assert len(room.alarms.ever) >= 1
    assert room.sent[:3] == [21.0, 21.0, 21.0]


def test_a_retained_reading_confirms_nothing(room: Room) -> None:
    room.bus.send([room.command(21.0)])
    room.read_back(21.0, Flag.RETAINED)
    assert room.bus.pending(SITE)[SETPOINT].state is S.SENT


def test_an_expired_command_is_neither_sent_nor_pending(room: Room) -> None:
    room.bus.send([room.command(21.0, timedelta(seconds=10))])
    room.after(10)
    assert room.states[-1] is S.EXPIRED
    assert room.bus.pending(SITE) == {}
    room.after(100)
    assert room.sent == [21.0]


def test_while_the_broker_is_away_the_command_waits_its_turn(room: Room) -> None:
    room.wire.away = BrokerUnavailableError("away")
    room.bus.send([room.command(21.0)])
    assert room.states == [S.QUEUED]
    room.after(5)
    room.wire.away = None
    room.after(5)
    assert room.states == [S.QUEUED, S.SENT]
    assert room.bus.pending(SITE)[SETPOINT].attempts == 1


def test_what_the_device_cannot_do_fails_at_once(room: Room) -> None:
    room.bus.send([room.command("impossible")])
    assert room.states == [S.QUEUED, S.FAILED]
    assert "cannot do that" in room.alarms.active(SITE)[0].text["en"]


def test_a_device_that_already_is_as_commanded_and_says_nothing_new_is_confirmed_at_the_retry(room: Room) -> None:
    room.live.update([(SITE, Reading(SETPOINT, NOON, 21.0, NOON))])
    room.bus.send([room.command(21.0)])
    assert room.bus.pending(SITE)[SETPOINT].state is S.SENT
    room.after(30)
    assert room.bus.pending(SITE)[SETPOINT].state is S.CONFIRMED
    assert room.sent == [21.0]


def test_books_that_are_away_do_not_keep_a_stage_cold(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailableError("database is locked")

    monkeypatch.setattr(room.log, "record", away)
    monkeypatch.setattr(room.alarms, "raise_", away)
    room.bus.send([room.command(21.0)])
    for seconds in (30, 60, 120):
        room.after(seconds)
    assert room.sent == [21.0, 21.0, 21.0]
    assert room.bus.pending(SITE)[SETPOINT].state is S.FAILED


def test_a_fault_in_one_encoder_fails_its_own_command_only(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    good = PlainInterpreter.encode

    def faulty(self: PlainInterpreter, command: Command) -> Sequence[Outgoing]:
        if command.value == 13.0:
            raise ZeroDivisionError
        return good(self, command)

    monkeypatch.setattr(PlainInterpreter, "encode", faulty)
    elsewhere = replace(room.command(13.0), point="stage/air_temperature")
    room.bus.send([elsewhere, room.command(21.0)])
    assert room.bus.pending(SITE)["stage/air_temperature"].state is S.FAILED
    assert room.bus.pending(SITE)[SETPOINT].state is S.SENT
