"""From a message on the wire to a reading of a point, and from a command to a message: by the site file."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from ingest.decoded import Outcome
from ingest.interpreter import SiteInterpreter
from premises.command import Command, Priority
from premises.errors import UnknownNameError
from premises.reading import Flag, Reading, Value
from premises.reason import Reason
from premises.site import Device, Point
from tests.ingest_families.premises import NOON, message, point, site

VALVE = Device("valve", "zigbee2mqtt", "zigbee2mqtt/stage 1/valve")
METER = Device("meter", "shelly_gen2", "shellypro3em-0a1b2c")
LAMP = Device("lamp", "shelly_gen2", "shellyprodimmer-1")
DALI = Device("dali", "dali_knx", "/devices/wb-dali_1")
PUMP = Device("pump", "heatpump", "panasonic_heat_pump")
ROOF = Device("roof", "opendtu", "solar")

POINTS = (
    point("valve", "air_temperature"),
    point("valve", "setpoint_temperature", writable=True),
    point("valve", "heating_demand"),
    point("meter", "power", "em:0/total"),
    point("meter", "energy", "em:0/total"),
    point("lamp", "brightness", "light:0", writable=True),
    point("lamp", "switch_state", "light:0", writable=True),
    point("dali", "brightness", "level", writable=True),
    point("pump", "supply_temperature", "main outlet"),
    point("pump", "supply_setpoint", "z1 heat request", writable=True),
    point("pump", "heatpump_on", writable=True),
    point("roof", "power", "ac total"),
    point("roof", "energy", "ac total"),
)
HOUSE = site((VALVE, METER, LAMP, DALI, PUMP, ROOF), POINTS)


def named(device: str, quantity: str) -> Point:
    return next(one for one in POINTS if one.device == device and one.quantity.name == quantity)


def command(to: Point, value: Value) -> Command:
    return Command("c1", "house", to.id, value, Priority.BOOKING, Reason("call"), NOON, NOON + timedelta(minutes=5))


@pytest.fixture
def interpreter() -> SiteInterpreter:
    return SiteInterpreter([HOUSE])


def values(interpreter: SiteInterpreter, topic: str, payload: str) -> dict[str, Value]:
    understood = interpreter.understand(message(topic, payload))
    assert understood.outcome is Outcome.READINGS, understood
    return {reading.point: reading.value for _, reading in understood.readings}


def test_a_radiator_valve_tells_temperature_setpoint_and_demand(interpreter: SiteInterpreter) -> None:
    told = values(
        interpreter,
        "zigbee2mqtt/stage 1/valve",
        '{"local_temperature":19.6,"occupied_heating_setpoint":21,"pi_heating_demand":40,"battery":88}',
    )
    assert told == {
        named("valve", "air_temperature").id: 19.6,
        named("valve", "setpoint_temperature").id: 21.0,
        named("valve", "heating_demand").id: 40.0,
    }


def test_a_three_phase_meter_tells_power_in_watts_and_energy_in_kilowatt_hours(interpreter: SiteInterpreter) -> None:
    assert values(interpreter, "shellypro3em-0a1b2c/status/em:0", '{"id":0,"total_act_power":1520.5}') == {
        named("meter", "power").id: 1520.5
    }
    assert values(interpreter, "shellypro3em-0a1b2c/status/emdata:0", '{"id":0,"total_act":2500000.0}') == {
        named("meter", "energy").id: 2500.0
    }


def test_a_lamp_that_is_off_gives_no_light_whatever_level_it_keeps(interpreter: SiteInterpreter) -> None:
    told = values(interpreter, "shellyprodimmer-1/status/light:0", '{"id":0,"output":false,"brightness":70}')
    assert told == {named("lamp", "switch_state").id: False, named("lamp", "brightness").id: 0.0}


def test_one_switch_beside_a_dimmer_puts_its_light_out() -> None:
    lamp = Device("t", "tasmota", "lamp")
    house = SiteInterpreter([site((lamp,), (point("t", "brightness", writable=True),))])
    ((_, off),) = house.understand(message("tele/lamp/STATE", '{"POWER":"OFF","Dimmer":60}')).readings
    assert off.value == 0.0
    ((_, on),) = house.understand(message("tele/lamp/STATE", '{"POWER":"ON","Dimmer":60}', NOON + timedelta(seconds=1))).readings
    assert on.value == 60.0


def test_one_value_per_topic(interpreter: SiteInterpreter) -> None:
    assert values(interpreter, "solar/ac/power", "812.4") == {named("roof", "power").id: 812.4}
    assert values(interpreter, "panasonic_heat_pump/main/Main_Outlet_Temp", "34.25") == {
        named("pump", "supply_temperature").id: 34.25
    }
    assert values(interpreter, "/devices/wb-dali_1/controls/level", "50") == {named("dali", "brightness").id: 50.0}


def test_a_text_never_reaches_a_numeric_field_and_its_neighbours_are_kept(interpreter: SiteInterpreter) -> None:
    understood = interpreter.understand(
        message("zigbee2mqtt/stage 1/valve", '{"local_temperature":"broken","pi_heating_demand":"12,5"}')
    )
    assert [(reading.point, reading.value) for _, reading in understood.readings] == [(named("valve", "heating_demand").id, 12.5)]
    assert "broken" in understood.problems[0]


def test_a_topic_of_no_device_is_ignored_and_a_broken_message_quarantined(interpreter: SiteInterpreter) -> None:
    assert interpreter.understand(message("elsewhere/x", "1")).outcome is Outcome.IGNORED
    broken = interpreter.understand(message("shellypro3em-0a1b2c/status/em:0", '{"id":0,'))
    assert broken.outcome is Outcome.QUARANTINED
    assert "JSON" in broken.reason


def test_a_bridge_that_is_gone_takes_its_devices_with_it(interpreter: SiteInterpreter) -> None:
    def told(topic: str, payload: str) -> bool:
        return interpreter.understand(message(topic, payload)).available[0][2]

    assert told("zigbee2mqtt/bridge/state", '{"state":"online"}') is True
    assert told("zigbee2mqtt/stage 1/valve/availability", '{"state":"offline"}') is False
    assert told("zigbee2mqtt/bridge/state", '{"state":"offline"}') is False
    assert told("zigbee2mqtt/bridge/state", '{"state":"online"}') is False, "its own last word still holds"
    assert told("zigbee2mqtt/stage 1/valve/availability", "online") is True


def test_subscriptions_are_sorted_and_none_is_covered(interpreter: SiteInterpreter) -> None:
    filters = list(interpreter.subscriptions())
    assert filters == sorted(set(filters))
    assert "solar/#" in filters
    assert "zigbee2mqtt/bridge/state" in filters


@pytest.mark.parametrize(
    ("device", "quantity", "value", "topic", "body"),
    [
        ("valve", "setpoint_temperature", 20.5, "zigbee2mqtt/stage 1/valve/set", {"occupied_heating_setpoint": 20.5}),
        ("dali", "brightness", 40.0, "/devices/wb-dali_1/controls/level/on", 40),
        ("pump", "supply_setpoint", 41.6, "panasonic_heat_pump/commands/SetZ1HeatRequestTemperature", 42),
        ("pump", "heatpump_on", True, "panasonic_heat_pump/commands/SetHeatpump", 1),
    ],
)
def test_commands_become_the_devices_own_messages(
    interpreter: SiteInterpreter, device: str, quantity: str, value: Value, topic: str, body: object
) -> None:
    (sent,) = interpreter.encode(command(named(device, quantity), value))
    assert sent.topic == topic
    assert orjson.loads(sent.payload) == body
    assert not sent.retain


def test_a_dimmer_is_set_by_remote_call(interpreter: SiteInterpreter) -> None:
    (sent,) = interpreter.encode(command(named("lamp", "brightness"), 35.0))
    assert sent.topic == "shellyprodimmer-1/rpc"
    call = orjson.loads(sent.payload)
    assert (call["method"], call["params"]) == ("Light.Set", {"id": 0, "on": True, "brightness": 35})
    (off,) = interpreter.encode(command(named("lamp", "brightness"), 0.0))
    assert orjson.loads(off.payload)["params"] == {"id": 0, "on": False}


def test_a_valve_is_set_by_the_key_that_it_was_heard_to_use(interpreter: SiteInterpreter) -> None:
    interpreter.understand(message("zigbee2mqtt/stage 1/valve", '{"local_temperature":19,"current_heating_setpoint":18}'))
    (sent,) = interpreter.encode(command(named("valve", "setpoint_temperature"), 21.0))
    assert orjson.loads(sent.payload) == {"current_heating_setpoint": 21}


def test_a_command_is_confirmed_by_its_read_back_within_tolerance(interpreter: SiteInterpreter) -> None:
    wish = command(named("pump", "supply_setpoint"), 41.6)
    read = Reading(wish.point, NOON + timedelta(seconds=5), 42.0, NOON + timedelta(seconds=5))
    assert interpreter.confirms(wish, read), "the heat pump takes whole degrees"
    assert not interpreter.confirms(wish, replace(read, value=40.0))
    assert not interpreter.confirms(wish, replace(read, flags=frozenset({Flag.RETAINED})))
    assert not interpreter.confirms(wish, replace(read, received_at=NOON - timedelta(seconds=1)))


def test_what_cannot_be_set_is_refused_with_the_reason(interpreter: SiteInterpreter) -> None:
    with pytest.raises(UnknownNameError, match="not writable"):
        interpreter.encode(command(named("meter", "power"), 1.0))


def test_what_is_remembered_outlasts_a_restart(interpreter: SiteInterpreter) -> None:
    interpreter.understand(message("solar/ac/yieldtotal", "1500.0"))
    again = SiteInterpreter([HOUSE])
    again.restore(orjson.loads(orjson.dumps(interpreter.remembered())))
    ((_, reading),) = again.understand(message("solar/ac/yieldtotal", "0.2", NOON + timedelta(hours=1))).readings
    assert reading.flags == {Flag.COUNTER_RESET}
