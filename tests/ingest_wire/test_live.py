"""What the rules may believe: the newest value while it is young, its device is there, and its age is known."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from ingest.decoded import Outcome, Understood
from ingest.live import LiveValues
from premises.reading import Flag, RawMessage, Reading, Value
from premises.site import Device
from premises.time import ManualClock
from tests.ingest_wire.fakes import NOON, SITE, MemoryStore, point, site

AIR, SETPOINT, SWITCH = "stage/air_temperature", "stage/setpoint_temperature", "stage/switch_state"
MINUTES = timedelta(minutes=1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def live(clock: ManualClock) -> LiveValues:
    hall = site(
        points=(
            point(AIR, "sensor"),
            point("stage/humidity", "sensor", every=timedelta(hours=1)),
            point(SETPOINT, "valve", writable=True),
            point(SWITCH, "valve"),
            point("stage/co2", "quiet"),
        ),
        devices=(
            Device("sensor", "plain", "t/sensor", expected_every=timedelta(minutes=5)),
            Device("valve", "plain", "t/valve", expected_every=timedelta(minutes=5)),
            Device("quiet", "plain", "t/quiet", expected_every=None),
        ),
    )
    return LiveValues([hall], clock)


def reading(name: str, value: Value, at: datetime = NOON, *flags: Flag) -> tuple[str, Reading]:
    return SITE, Reading(name, at, value, at, flags=frozenset(flags))


def told(live: LiveValues, name: str) -> tuple[Value, bool]:
    value = live.get(SITE, name)
    assert value is not None
    return value.reading.value, value.known


def test_a_sensor_that_falls_silent_becomes_unknown_and_is_still_shown(live: LiveValues, clock: ManualClock) -> None:
    live.update([reading(AIR, 19.5)])
    clock.advance(15 * MINUTES)
    assert told(live, AIR) == (19.5, True)
    clock.advance(timedelta(seconds=1))
    assert told(live, AIR) == (19.5, False)
    assert live.all(SITE)[AIR].known is False


def test_the_interval_of_the_point_goes_before_that_of_its_device(live: LiveValues, clock: ManualClock) -> None:
    live.update([reading("stage/humidity", 40.0)])
    clock.advance(3 * 60 * MINUTES)
    assert told(live, "stage/humidity") == (40.0, True)
    clock.advance(MINUTES)
    assert told(live, "stage/humidity") == (40.0, False)


def test_a_state_told_on_change_holds_while_its_device_is_heard_of(live: LiveValues, clock: ManualClock) -> None:
    live.update([reading(SWITCH, True), reading(SETPOINT, 20.0)])
    clock.advance(60 * MINUTES)
    assert told(live, SWITCH) == (True, False)
    sign = Understood(Outcome.IGNORED, devices=((SITE, "valve"),))
    live.listen(RawMessage("t/valve", b"", clock.now()), sign)
    assert told(live, SWITCH) == (True, True)
    assert told(live, SETPOINT) == (20.0, True)


def test_a_measured_value_does_not_hold_because_its_device_tells_other_things(live: LiveValues, clock: ManualClock) -> None:
    live.update([reading(AIR, 19.5)])
    clock.advance(60 * MINUTES)
    live.update([reading("stage/humidity", 40.0, clock.now())])
    assert told(live, AIR) == (19.5, False)


def test_a_device_without_expected_interval_is_never_stale_by_age(live: LiveValues, clock: ManualClock) -> None:
    live.update([reading("stage/co2", 600.0)])
    clock.advance(timedelta(days=30))
    assert told(live, "stage/co2") == (600.0, True)


def test_a_device_that_is_away_makes_its_points_unknown_until_it_is_back(live: LiveValues) -> None:
    live.update([reading(AIR, 19.5), reading(SETPOINT, 20.0)])
    live.availability(SITE, "sensor", False)
    assert told(live, AIR) == (19.5, False)
    assert told(live, SETPOINT) == (20.0, True)
    assert live.away(SITE) == {"sensor"}
    live.availability(SITE, "sensor", True)
    assert told(live, AIR) == (19.5, True)


def test_a_bridge_that_is_away_takes_all_its_devices(live: LiveValues) -> None:
    live.update([reading(AIR, 19.5), reading(SETPOINT, 20.0)])
    bridge = Understood(Outcome.IGNORED, available=((SITE, "sensor", False), (SITE, "valve", False)))
    live.listen(RawMessage("bridge/state", b"offline", NOON), bridge)
    assert [value.known for value in live.all(SITE).values()] == [False, False]


def test_a_retained_value_alone_is_shown_and_not_known(live: LiveValues) -> None:
    live.update([reading(AIR, 19.5, NOON, Flag.RETAINED)])
    assert told(live, AIR) == (19.5, False)
    live.update([reading(AIR, 19.0, NOON - MINUTES)])
    assert told(live, AIR) == (19.0, True)


def test_a_retained_copy_tells_nothing_new_but_a_differing_one_casts_doubt(live: LiveValues) -> None:
    live.update([reading(SWITCH, True)])
    live.update([reading(SWITCH, True, NOON + MINUTES, Flag.RETAINED)])
    assert told(live, SWITCH) == (True, True)
    live.update([reading(SWITCH, False, NOON + MINUTES, Flag.RETAINED)])
    assert told(live, SWITCH) == (False, False)


def test_a_late_reading_does_not_replace_a_newer_one(live: LiveValues) -> None:
    live.update([reading(AIR, 19.5, NOON)])
    live.update([reading(AIR, 17.0, NOON - MINUTES, Flag.LATE)])
    live.update([reading(AIR, 16.0, NOON - 2 * MINUTES)])
    assert told(live, AIR) == (19.5, True)


def test_seeded_values_are_known_only_while_young(live: LiveValues, clock: ManualClock) -> None:
    store = MemoryStore()
    store.write(SITE, [reading(AIR, 18.0, NOON - 10 * MINUTES)[1], reading(SWITCH, True, NOON - timedelta(days=2))[1]])
    live.seed(store)
    assert told(live, AIR) == (18.0, True)
    assert told(live, SWITCH) == (True, False)


def test_unknown_sites_and_points_are_passed_over(live: LiveValues) -> None:
    live.update([("elsewhere", reading(AIR, 1.0)[1]), reading("stage/no_such", 1.0)])
    live.availability("elsewhere", "sensor", False)
    assert live.all(SITE) == {}
    assert live.all("elsewhere") == {}
    assert live.get("elsewhere", AIR) is None
