"""The small parts of the wiring: clocks, logs, own readings on their way, the reach of a broker."""

import logging
import socket
from collections.abc import Sequence
from datetime import timedelta
from typing import cast

import pytest

from greenroom.clock import AnchoredClock, SwitchingClock
from greenroom.logs import NotAgain
from greenroom.own_readings import OwnReadings
from greenroom.reach import reach
from premises.errors import BrokerUnavailableError, SettingError, StoreRefusedError, StoreUnavailableError
from premises.ports import TelemetryStore
from premises.reading import Reading
from premises.time import ManualClock, parse_instant

NOW = parse_instant("2026-01-20T12:00:00Z")


class Store:
    """Takes what is written, or says what it was told to say."""

    def __init__(self) -> None:
        self.kept: list[Reading] = []
        self.trouble: Exception | None = None

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.kept.extend(readings)


def reading(number: int) -> tuple[str, Reading]:
    return "s", Reading("z/state", NOW + timedelta(minutes=number), "ready", NOW)


def test_own_readings_wait_for_a_store_that_is_away_and_are_not_lost() -> None:
    store = Store()
    own = OwnReadings(cast("TelemetryStore", store))
    store.trouble = StoreUnavailableError("away")
    own.add([reading(1)])
    own.write()
    own.add([reading(2)])
    own.write()
    assert store.kept == []
    store.trouble = None
    own.write()
    assert [one.time.minute for one in store.kept] == [1, 2]
    assert (own.written, own.given_up) == (2, 0)


def test_own_readings_that_are_refused_are_counted_and_do_not_block() -> None:
    store = Store()
    own = OwnReadings(cast("TelemetryStore", store))
    store.trouble = StoreRefusedError("no such point")
    own.add([reading(1)])
    own.write()
    store.trouble = None
    own.add([reading(2)])
    own.write()
    assert [one.time.minute for one in store.kept] == [2]
    assert own.given_up == 1


def test_own_readings_are_written_in_portions_when_days_are_replayed() -> None:
    store = Store()
    own = OwnReadings(cast("TelemetryStore", store), portion=3)
    own.add([reading(1), reading(2)])
    own.write()
    assert store.kept == []
    own.write(all_of_them=True)
    assert len(store.kept) == 2


def test_a_clock_goes_on_from_its_anchor_and_can_be_exchanged_under_those_who_hold_it() -> None:
    clock = SwitchingClock(ManualClock(NOW))
    assert clock.now() == NOW
    clock.follow(AnchoredClock(NOW, 3600.0))
    first = clock.now()
    assert NOW <= first <= clock.now()
    with pytest.raises(ValueError, match="above 0"):
        AnchoredClock(NOW, 0)


def test_a_broker_that_is_not_there_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as there:
        port = there.getsockname()[1]
        reach(f"mqtt://127.0.0.1:{port}")
    with pytest.raises(BrokerUnavailableError, match=f"no MQTT broker at 127.0.0.1:{port}"):
        reach(f"mqtt://127.0.0.1:{port}")
    with pytest.raises(SettingError):
        reach("http://127.0.0.1")


def test_the_same_message_is_logged_once_a_minute() -> None:
    told = NotAgain(quiet_s=60)

    def record(text: str, at: float) -> logging.LogRecord:
        made = logging.LogRecord("greenroom", logging.ERROR, "", 0, text, (), None)
        made.created = at
        return made

    said = [told.filter(record("disk full", at)) for at in (0.0, 1.0, 59.0, 61.0)]
    assert said == [True, False, False, True]
    assert told.filter(record("another", 61.5))
