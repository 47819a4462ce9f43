"""The short way gives what the long way gives: the same readings of the same messages, and the same memory after them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.interpreter import SiteInterpreter
from premises.quantities import QUANTITIES
from premises.reading import Flag, RawMessage, Reading
from premises.site import Device, Point, Site
from tests.ingest_wire.fakes import SITE, site

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
NOON_S = NOON.timestamp()


def _point(name: str, device: str, quantity: str, channel: str = "", **more: Any) -> Point:
    return Point(f"{name}/{quantity}", SITE, name, QUANTITIES[quantity], device, channel=channel, **more)


def _hall() -> Site:
    """A mapped sensor, one whose values lie deep, and switches and meters of the second Shelly generation."""
    options = {
        "time": "t",
        "temperature": "| air |",
        "humidity": "| rh | %",
        "energy": "| meter.total | Wh",
        "switch_state": "| on |",
        "power": "| meter.live |",
    }
    devices = [
        Device("mapped", "mapped", "m/a", options=options),
        Device("plug", "shelly_gen2", "shellyplus1pm-a"),
        Device("meter", "shelly_gen2", "shellypro3em-b"),
        Device("sensor", "zigbee2mqtt", "zigbee2mqtt/room"),
        Device("outlet", "zigbee2mqtt", "zigbee2mqtt/plug"),
    ]
    points = [
        _point("room", "mapped", "air_temperature"),
        _point("room", "mapped", "humidity"),
        _point("room", "mapped", "energy"),
        _point("room", "mapped", "switch_state"),
        _point("room", "mapped", "power", sign=-1),
        *(_point("load", "plug", name, "switch:0") for name in ("switch_state", "power", "energy", "voltage", "current")),
        _point("box", "plug", "air_temperature", "switch:0"),
        *(_point("grid", "meter", name, "em:0/total") for name in ("power", "energy", "energy_export")),
        _point("grid-a", "meter", "voltage", "em:0/a"),
        *(_point("rear", "sensor", name) for name in ("air_temperature", "humidity", "occupancy", "contact", "battery")),
        *(_point("amp", "outlet", name) for name in ("switch_state", "power", "energy")),
    ]
    return site(points, devices)


_NUMBERS = st.one_of(
    st.floats(-50, 200).map(lambda number: round(number, 2)),
    st.integers(-10, 5000),
    st.sampled_from([85.0, -127.0, 65535, 2**60, 1e200, -0.0, 0, 21.5, 21.6]),
)
_ODD = st.sampled_from(["21.5", "21,5", "on", "OFF", "nonsense", "", None, True, False, [1], {"total": 4}, {}])
_VALUES = st.one_of(_NUMBERS, _NUMBERS, _NUMBERS, st.booleans(), _ODD)
_TIMES = st.one_of(
    st.integers(0, 600).map(lambda second: NOON_S + second),
    st.integers(0, 600).map(lambda second: int(NOON_S + second) * 1000),
    st.sampled_from([0, 12, NOON_S + 90_000, "2026-01-20T12:00:05Z", "12:00", None, True, 10**30, [NOON_S]]),
)
_COMPONENT = st.dictionaries(
    st.sampled_from(["output", "apower", "act_power", "voltage", "current", "aenergy", "temperature", "errors", "freq", "id"]),
    st.one_of(
        _VALUES,
        st.dictionaries(st.sampled_from(["total", "tC", "tF", "by_minute"]), _VALUES, max_size=2),
    ),
    max_size=6,
)
_PHASES = st.dictionaries(
    st.sampled_from(["a_voltage", "total_act_power", "total_act", "total_act_ret", "a_errors", "id"]), _VALUES, max_size=5
)


def _mapped_body(found: dict[str, Any], meter: Any) -> tuple[str, Any]:
    return "m/a", found | ({} if meter is None else {"meter": meter})


_MAPPED = st.builds(
    _mapped_body,
    st.fixed_dictionaries({}, optional={"t": _TIMES, "air": _VALUES, "rh": _VALUES, "on": _VALUES, "x": _VALUES}),
    st.one_of(st.none(), _VALUES, st.dictionaries(st.sampled_from(["total", "live"]), _VALUES)),
)
_STATUS = st.builds(
    lambda told, times: ("shellyplus1pm-a/status/switch:0", told | times),
    _COMPONENT,
    st.fixed_dictionaries({}, optional={"ts": _TIMES, "last_updated_ts": _TIMES}),
)
_NOTIFY = st.builds(
    lambda method, body, params: ("shellyplus1pm-a/events/rpc", body | {"method": method, "params": params}),
    st.sampled_from(["NotifyStatus", "NotifyFullStatus", "Switch.Set", 5, ["NotifyStatus"]]),
    st.fixed_dictionaries({}, optional={"src": st.just("shellyplus1pm-a"), "result": _VALUES}),
    st.fixed_dictionaries({"ts": _TIMES}, optional={"switch:0": _COMPONENT, "sys": _COMPONENT, "events": st.just([])}),
)
_METER = st.builds(
    lambda time, one: ("shellypro3em-b/events/rpc", {"method": "NotifyStatus", "params": {"ts": time, **one}}),
    _TIMES,
    st.dictionaries(st.sampled_from(["em:0", "emdata:0"]), _PHASES, max_size=2),
)
_ZIGBEE_KEYS = [
    "temperature",
    "humidity",
    "occupancy",
    "contact",
    "battery",
    "voltage",
    "linkquality",
    "illuminance",
    "illuminance_lux",
    "state",
    "power",
    "current",
    "energy",
    "position",
    "brightness",
    "pressure",
    "gas",
    "power_factor",
    "state_l1",
    "action",
    "local_temperature",
    "occupied_heating_setpoint",
    "update",
    "device_temperature",
    "battery_voltage",
]
_ZIGBEE = st.builds(
    lambda topic, told, seen: (f"zigbee2mqtt/{topic}", told | seen),
    st.sampled_from(["room", "room", "plug", "plug", "plug/availability", "bridge/state"]),
    st.dictionaries(st.sampled_from(_ZIGBEE_KEYS), _VALUES, max_size=7),
    st.fixed_dictionaries({}, optional={"last_seen": _TIMES}),
)
_MESSAGES = st.tuples(st.one_of(_MAPPED, _STATUS, _NOTIFY, _METER, _ZIGBEE, _ZIGBEE), st.integers(0, 60), st.integers(0, 9))


def _sorted(readings: list[tuple[str, Reading]]) -> list[tuple[str, Reading]]:
    return sorted(readings, key=lambda one: (one[0], one[1].point))


@settings(max_examples=300, deadline=None)
@given(st.lists(_MESSAGES, max_size=12))
def test_both_ways_give_the_same_readings_and_remember_the_same(told: list[tuple[tuple[str, Any], int, int]]) -> None:
    hall = _hall()
    short, long = SiteInterpreter([hall]), SiteInterpreter([hall])
    now = NOON
    for (topic, body), pause_s, kind in told:
        now += timedelta(seconds=pause_s)
        message = RawMessage(topic, json.dumps(body).encode(), now, retained=kind == 0)
        expected = long.understand(message)
        plainly = short.plainly(message)
        if plainly is None:
            assert short.understand(message) == expected
        else:
            form, sheaf = plainly
            found = [(form.bound.site, reading) for reading in sheaf.readings()]
            assert _sorted(found) == _sorted(list(expected.readings)), message
            assert (form.bound.key,) == expected.devices
            assert not expected.available
            assert not expected.problems
        assert short.remembered() == long.remembered(), message


def _usual(n: int) -> tuple[str, Any]:
    return "m/a", {"t": NOON_S + n, "air": 20 + n / 100, "rh": 40, "meter": {"total": 1000 + n, "live": 5.5}, "on": n % 2 == 0}


def _switch(n: int) -> tuple[str, Any]:
    status = {"id": 0, "output": True, "apower": 90.5 + n, "voltage": 230.0, "current": 0.4, "aenergy": {"total": 10.0 + n}}
    return "shellyplus1pm-a/events/rpc", {"method": "NotifyStatus", "params": {"ts": NOON_S + n, "switch:0": status}}


def _phases(n: int) -> tuple[str, Any]:
    body = {"id": 0, "a_voltage": 230.1, "total_act_power": 10.0 * n}
    return "shellypro3em-b/events/rpc", {"method": "NotifyStatus", "params": {"ts": NOON_S + n, "em:0": body}}


def _room(n: int) -> tuple[str, Any]:
    body = {"battery": 97, "humidity": 41.5, "linkquality": 120, "temperature": 20.0 + n / 10, "voltage": 2950, "contact": True}
    return "zigbee2mqtt/room", body | {"last_seen": int((NOON_S + n) * 1000)}


def _outlet(n: int) -> tuple[str, Any]:
    return "zigbee2mqtt/plug", {"state": "ON", "power": 10.0 * n, "energy": 5 + n, "voltage": 230, "linkquality": 90}


@pytest.mark.parametrize(("tell", "values"), [(_usual, 5), (_switch, 5), (_phases, 2), (_room, 4), (_outlet, 3)])
def test_what_devices_usually_send_goes_the_short_way(tell: Callable[[int], tuple[str, Any]], values: int) -> None:
    interpreter = SiteInterpreter([_hall()])
    for n in range(5):
        topic, body = tell(n)
        plainly = interpreter.plainly(RawMessage(topic, json.dumps(body).encode(), NOON + timedelta(seconds=n)))
        assert plainly is not None, body
        assert len(plainly[1].values) == values
        assert plainly[1].marks is None


def test_a_change_that_is_too_fast_is_flagged_on_the_short_way_too() -> None:
    interpreter = SiteInterpreter([_hall()])
    for n, air in enumerate((20.0, 31.0)):
        plainly = interpreter.plainly(RawMessage("m/a", json.dumps({"air": air, "rh": 40}).encode(), NOON + timedelta(seconds=n)))
    assert plainly is not None
    readings = {reading.point: reading.flags for reading in plainly[1].readings()}
    assert readings == {"room/air_temperature": frozenset({Flag.RATE_OF_CHANGE}), "room/humidity": frozenset()}


def test_no_device_fills_the_machine_with_forms() -> None:
    interpreter = SiteInterpreter([_hall()])
    for n in range(1000):
        interpreter.plainly(RawMessage("m/a", json.dumps({"air": 20.0, f"key-{n}": 1}).encode(), NOON))
    assert interpreter.plainly(RawMessage("m/a", b'{"air": 20.0, "never": 1}', NOON)) is None
    assert interpreter.plainly(RawMessage("m/a", b'{"air": 20.0, "key-1": 1}', NOON)) is not None


def test_nesting_beyond_the_bound_is_left_to_the_long_way() -> None:
    interpreter = SiteInterpreter([_hall()])
    deep = '{"air": 20.0, "x": ' + "[" * 40 + "]" * 40 + "}"
    assert interpreter.plainly(RawMessage("m/a", deep.encode(), NOON)) is None
