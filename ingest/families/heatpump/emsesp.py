"""EMS-ESP (Bosch, Buderus, Nefit, Junkers): versions 1 to 3, names compared without case; circuits nested or in the topic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from ingest.decoded import Measurement, Outgoing
from ingest.families.family import Hints, as_number, as_switch, compact
from ingest.families.heatpump.dialect import Dialect, Told
from ingest.families.heatpump.emsesp_names import NAMES
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain, plain_text, present, yes_no
from premises.reading import Value
from premises.site import Device, Point

_TOPICS: tuple[str, ...] = (
    "boiler_data", "thermostat_data", "mixer_data", "mixing_data", "solar_data", "heatpump_data", "heat_pump_data",
    "sensor_data", "temperaturesensor_data", "dallassensor_data", "analogsensor_data", "water_data", "ventilation_data",
    "pool_data", "switch_data", "controller_data", "heatsource_data",
)  # fmt: skip
_ACTIVE = {"heating_active": "", "tapwater_active": "tap water", "heatingactive": "", "tapwateractive": "tap water"}
_CIRCUITS = (
    "hc1",
    "hc2",
    "hc3",
    "hc4",
    "hc5",
    "hc6",
    "hc7",
    "hc8",
    "dhw",
    "dhw1",
    "dhw2",
    "ww",
    "wwc1",
    "wwc2",
    "ahs1",
    "hs1",
    "src1",
)
_STATES = frozenset(("heating_active", "switch_state", "enabled", "charging"))


class EmsEsp(Dialect):
    name = "emsesp"

    def recognises(self, message: Message) -> float:
        levels = message.levels
        last = levels[-1].lower()
        own = any("ems-esp" in level.lower() or "ems_esp" in level.lower() for level in levels)
        if last.startswith(_TOPICS):
            return 0.95
        if own and levels[-1] != "config":
            return 0.9
        fields = message.fields_or_none()
        if (
            fields is not None
            and sum(key.lower() in ("selflowtemp", "curflowtemp", "rettemp", "syspress", "burngas") for key in fields) >= 2
        ):
            return 0.85
        return 0.5 if last in ("tapwater_active", "heating_active") else 0.0

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Told:
        levels = message.levels
        last = levels[-1].lower()
        device = hints.base or "/".join(levels[:-1])
        if last in _ACTIVE:
            value = yes_no(message.text)
            if isinstance(value, str):
                raise MalformedError(f"{last} is on or off, not {value[:40]!r}")
            return Told((Measurement("heating_active", value, None, _ACTIVE[last]),), device)
        if last == "status" and not message.looks_like_object:
            there = present(message.text)
            if there is None:
                raise MalformedError(f"status is online or offline, not {message.text[:40]!r}")
            return Told((Measurement("availability", there),), device)
        if not message.looks_like_object:
            return self._single(message, device)
        if last in ("info", "shower_data", "start", "heartbeat", "config"):
            return Told((), device, "no measurement of the plant")
        circuit = next((word for word in (*last.split("_"), *levels[-2:]) if word in _CIRCUITS), "")
        return Told(tuple(_measured(message.fields, circuit, last, 0)), device)

    def _single(self, message: Message, device: str) -> Told:
        """Version 3 with one topic per value: `…/boiler/outdoortemp`."""
        levels = message.levels
        circuit = levels[-2] if len(levels) >= 2 and levels[-2] in _CIRCUITS else ""
        found = tuple(_one(levels[-1], plain_text(message.text), circuit))
        return Told(found, device, f"{levels[-1][:40]} is not measured")

    def encode(self, device: Device, point: Point, value: Value) -> tuple[Outgoing, ...] | None:
        """What is of a circuit stands in the topic behind it: a command in the body is looked at only on a device's own topic."""
        what = point.message_quantity or point.quantity.message
        place = point.channel
        circuit = place.split(" ")[0] if place.split(" ")[0] in _CIRCUITS else ""
        body: dict[str, Any] = {}
        if what == "setpoint_temperature" and place == "flow":
            topic, body["cmd"] = "boiler", "selflowtemp"
        elif what == "setpoint_temperature" and place == "warm water":
            topic = "boiler/dhw/seltemp"
        elif what == "setpoint_temperature" and circuit:
            topic = f"thermostat/{circuit}/seltemp"
        elif what == "mode" and circuit:
            return (Outgoing(f"{device.topic}/thermostat/{circuit}/mode", orjson.dumps({"value": str(value)})),)
        elif what in ("heating_active", "enabled") and not place:
            return (Outgoing(f"{device.topic}/boiler", orjson.dumps({"cmd": "heatingactivated", "value": as_switch(value)})),)
        else:
            return None
        body["value"] = compact(as_number(value))
        return (Outgoing(f"{device.topic}/{topic}", orjson.dumps(body)),)


def _measured(fields: dict[str, Any], circuit: str, topic: str, depth: int) -> Iterator[Measurement]:
    for key, told in fields.items():
        if type(told) is dict:
            if depth < 2:
                inner = key.lower() if key.lower() in _CIRCUITS else circuit
                yield from _sensor(key, told) if "sensor" in topic else _measured(told, inner, topic, depth + 1)
        elif "sensor" in topic and type(told) in (int, float):
            yield from _sensor(key, {"value" if "analog" in topic else "temp": told})
        elif type(told) is not list:
            known = NAMES.get(key.lower())
            value = told if known is not None and known[0] == "mode" and isinstance(told, str) and told else plain(told)
            yield from _one(key, value, circuit)


def _sensor(key: str, told: dict[str, Any]) -> Iterator[Measurement]:
    """Wired temperature sensors: `{"28-…": {"name": …, "temp": 21.3}}`."""
    channel = str(told.get("name") or told.get("id") or key)[:64]
    for name, quantity, unit in (("temp", "temperature", "°C"), ("value", None, None)):
        if name in told:
            yield Measurement(quantity, plain(told[name]), unit, channel)


def _one(key: str, value: Value | None, circuit: str) -> Iterator[Measurement]:
    known = NAMES.get(_with_circuit(key.lower(), circuit)) or NAMES.get(key.lower())
    if known is None:
        return
    quantity, unit, channel = known
    if circuit.startswith(("hc", "src")):
        channel = f"{circuit} {channel}".strip()
    if quantity in _STATES and isinstance(value, str):
        return
    if isinstance(value, str) and quantity not in ("mode", "fault", "running_state"):
        value = value or None
    yield Measurement(quantity, value, unit, channel)


def _with_circuit(key: str, circuit: str) -> str:
    """Warm water names are `wwcurtemp` in the old form and `curtemp` under `dhw` (or `ww`) in the new."""
    return f"ww{key}" if circuit.startswith(("dhw", "ww")) and not key.startswith("ww") else key
