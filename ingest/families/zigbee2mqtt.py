"""Zigbee2MQTT: one JSON message per device, availability of device and bridge, attribute topics, commands on `/set`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, Layout, Place, as_number, as_switch, below, compact
from ingest.families.instants import instant_of
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain, present, yes_no
from ingest.families.zigbee2mqtt_exposes import ATTRIBUTES, SETPOINTS, parted
from premises.reading import Value
from premises.site import Device, Point

_COVER_WORDS = frozenset(("OPEN", "CLOSE", "STOP", "OPENING", "CLOSING", "CLOSED", "open", "close", "stop", "opening", "closing"))
_LOCK_WORDS = frozenset(("LOCK", "UNLOCK", "LOCKED", "UNLOCKED"))
_NOT_READINGS = frozenset(("set", "get", "bridge"))
# Every device tells linkquality and most of the others are told by no other family under these names.
_SURE_KEYS = frozenset(
    ("linkquality", "occupied_heating_setpoint", "current_heating_setpoint", "local_temperature", "pi_heating_demand",
    "power_outage_count", "color_temp", "illuminance_lux", "device_temperature", "system_mode", "last_seen")
)  # fmt: skip
_MOST_KEYS = 64
_PROBES = (0.5, 50.0, 100.0, 1000.0, 1e6, True, "ON")  # between them lie all bounds by which the meaning of an attribute changes
_BATTERY_MILLIVOLTS = 600
_BATTERY_VOLTS = 60


class Zigbee2Mqtt(Family):
    name = "zigbee2mqtt"

    def recognises(self, message: Message, memory: Memory) -> float:
        levels = message.levels
        fields = message.fields_or_none()
        if levels[0] == "zigbee2mqtt" and len(levels) > 1:
            if fields is not None or levels[-1] in ("availability", "set", "get") or levels[1] == "bridge":
                return 0.95
            return 0.9 if parted(levels[-1])[0] in ATTRIBUTES or levels[-1] == "state" else 0.5
        if fields is None:
            return 0.0
        if not _SURE_KEYS.isdisjoint(fields):
            return 0.7 if "linkquality" in fields else 0.45
        return 0.0

    def subscriptions(self, device: Device) -> tuple[str, ...]:
        base = device.options.get("base_topic") or device.topic.split("/", 1)[0]
        topics = (device.topic, f"{device.topic}/availability", f"{base}/bridge/state")
        return (*topics, f"{device.topic}/+") if device.options.get("output") == "attribute" else topics

    def device_of(self, topic: str) -> str:
        return topic.removesuffix("/availability").removesuffix("/set").removesuffix("/get")

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        topic = message.topic
        last = topic.rsplit("/", 1)[-1]
        if topic.endswith("/bridge/state"):
            return self._presence(message, topic.removesuffix("/bridge/state"), "bridge")
        if last == "availability":
            return self._presence(message, self.device_of(topic), "")
        if "/bridge/" in topic or last in _NOT_READINGS or "/set/" in topic:
            return self.ignored("a command or a message of the bridge", topic)
        if not message.looks_like_object:
            return self._attribute(message, last, hints)
        fields = message.fields
        seen = fields.get("last_seen")
        time = instant_of(seen, hints.zone) if seen is not None else None
        found = list(_measurements(fields, time))
        if hints.device is not None:
            _remember_setpoint(fields, memory, topic)
        return self.told(found, topic, "no attribute that measures anything")

    def layout(self, topic: str, fields: dict[str, Any], hints: Hints) -> Layout | None:
        """Asks `decode`'s own words what each key would be for values of all sizes: where that differs, it must look at each."""
        last = topic.rsplit("/", 1)[-1]
        if "/bridge/" in topic or "/set/" in topic or last == "availability" or last in _NOT_READINGS:
            return None
        if len(fields) > _MOST_KEYS or not fields.keys().isdisjoint(SETPOINTS):  # which of these a device has is remembered
            return None
        nothing: dict[str, Any] = {one: {} for one in fields}
        places: list[Place] = []
        for key in fields:
            told = [_measurements(nothing | {key: probe}, None) for probe in _PROBES]
            meant = {(one.quantity or "", one.unit, one.channel) for found in told for one in found if one.value is not None}
            sure = len(meant) == 1
            places += [Place((key,) if sure else None, *one) for one in sorted(meant, key=str)]
        return Layout(tuple(places), ("last_seen",) if "last_seen" in fields else None)

    def _presence(self, message: Message, device: str, channel: str) -> Decoded:
        told: Any = message.fields.get("state") if message.looks_like_object else message.text
        there = present(told)
        if there is None:
            raise MalformedError(f"availability is told as online or offline, not {str(told)[:40]!r}")
        return self.told((Measurement("availability", there, None, channel),), device)

    def _attribute(self, message: Message, last: str, hints: Hints) -> Decoded:
        """Output mode `attribute`: one topic per attribute with the bare value."""
        device = message.topic.rsplit("/", 1)[0]
        rest = below(message.topic, hints.base)
        key = rest.replace("/", "_") if rest else last
        text = message.text
        found = list(_measurements({key: plain(text) if text else None}, None))
        if not found and not text:
            return self.ignored("an empty payload: a retained message was cleared", device)
        if not found and parted(key)[0] not in ATTRIBUTES and message.topic.count("/") < 2:
            raise MalformedError("the state of a device is a JSON object, this is none")
        return self.told(found, device, f"attribute {key[:40]!r} measures nothing")

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        what = point.message_quantity or point.quantity.message
        endpoint = "" if point.channel in ("", "current", "occupied", "internal", "cooling") else f"_{point.channel}"
        body: dict[str, Any]
        if what == "setpoint_temperature":
            body = {self._setpoint_key(device, point, memory): compact(as_number(value))}
        elif what == "switch_state":
            body = {f"state{endpoint}": "ON" if as_switch(value) else "OFF"}
        elif what == "brightness":
            level = round(min(max(as_number(value), 0.0), 100.0) * 2.54)
            body = {f"state{endpoint}": "ON", f"brightness{endpoint}": level} if level else {f"state{endpoint}": "OFF"}
        elif what == "cover_position":
            body = {f"position{endpoint}": compact(as_number(value))}
        elif what == "valve_position":
            body = {device.options.get("valve_key", "valve_position"): compact(as_number(value))}
        elif what == "mode":
            body = {"system_mode": str(value)}
        else:
            raise self.cannot(point)
        return (Outgoing(f"{device.topic}/set", orjson.dumps(body)),)

    def _setpoint_key(self, device: Device, point: Point, memory: Memory) -> str:
        """The key that the owner names, else that of the channel, else the one that the device was heard to use."""
        named = device.options.get("setpoint_key")
        if named:
            return named
        if point.channel == "cooling":
            return "occupied_cooling_setpoint"
        if point.channel in ("current", "occupied"):
            return f"{point.channel}_heating_setpoint"
        return memory.get(self.name, f"setpoint {device.topic}") or SETPOINTS[0]


def _remember_setpoint(fields: dict[str, Any], memory: Memory, topic: str) -> None:
    for key in SETPOINTS:
        if key in fields:
            memory.put("zigbee2mqtt", f"setpoint {topic}", key)
            return


def _measurements(fields: dict[str, Any], time: datetime | None) -> list[Measurement]:
    found: list[Measurement] = []
    add = found.append
    for key, told in fields.items():
        exposed = ATTRIBUTES.get(key)
        endpoint = ""
        if exposed is None:
            attribute, endpoint = parted(key)
            if attribute == "state":
                _state(found, told, endpoint, fields, time)
                continue
            if attribute == "voltage":
                found.append(_voltage(fields, plain(told), endpoint, time))
                continue
            exposed = ATTRIBUTES.get(attribute)
            if exposed is None:
                continue
        quantity, unit, channel, is_state = exposed
        if type(told) is dict or type(told) is list or (told == "" and quantity == "button_event"):
            continue
        value = yes_no(told) if is_state else (told if type(told) is float else plain(told))
        if endpoint:
            channel = f"{channel} {endpoint}".strip()
        if quantity in _SPECIAL:
            quantity, unit, channel = _special(key, quantity, unit, channel, value, fields)
            if not quantity:
                continue
        add(Measurement(quantity, value, unit, channel, time))
    return found


_SPECIAL = frozenset(
    (
        "temperature",
        "setpoint_temperature",
        "illuminance",
        "cover_position",
        "power_factor",
        "battery_voltage",
        "button_event",
        "pressure",
        "gas_alarm",
    )
)


def _special(
    key: str, quantity: str, unit: str | None, channel: str, value: Value | None, fields: dict[str, Any]
) -> tuple[str, str | None, str]:
    """Attributes whose meaning hangs on their neighbours; quantity "" where the attribute is to be left out."""
    if key == "temperature" and "state" in fields and ("power" in fields or "current" in fields):
        channel = "device"  # a plug or breaker measures itself, not the room
    elif key == "occupied_heating_setpoint" or (key == "current_heating_setpoint" and SETPOINTS[0] not in fields):
        channel = ""
    elif key == "illuminance" and "illuminance_lux" in fields:
        quantity = ""  # the raw figure of releases that tell lux beside it
    elif key == "position" and "local_temperature" in fields:
        quantity = "valve_position"
    elif quantity == "power_factor" and isinstance(value, int | float) and abs(value) > 1.01:
        unit = "%"
    elif key == "battery_voltage" and isinstance(value, int | float) and value <= _BATTERY_VOLTS:
        unit = "V"
    elif quantity == "button_event" and value is None:
        quantity = ""
    elif key == "pressure" and isinstance(value, int | float) and 80 <= value <= 115:
        unit = "kPa"  # some converters tell the air's pressure so; as hectopascals it is nowhere on earth
    elif key == "gas" and isinstance(value, int | float) and not isinstance(value, bool):
        quantity, unit = "gas_volume", "m³"  # a gas meter, no detector
    return quantity, unit, channel


def _state(found: list[Measurement], told: Any, endpoint: str, fields: dict[str, Any], time: datetime | None) -> None:
    """`state` is the switch of a plug or lamp, the movement of a cover, or the bolt of a lock."""
    if isinstance(told, str) and told in _LOCK_WORDS:
        found.append(Measurement("lock_state", told, None, endpoint, time))
    elif isinstance(told, str) and (told in _COVER_WORDS or "position" in fields):
        found.append(Measurement("cover_state", told, None, endpoint, time))
    elif isinstance(told, str | bool | int) or told is None:
        found.append(Measurement("switch_state", plain(told), None, endpoint, time))


def _voltage(fields: dict[str, Any], value: Value | None, endpoint: str, time: datetime | None) -> Measurement:
    """Mains plugs tell volts, battery devices millivolts, both under the key `voltage`."""
    if isinstance(value, int | float) and abs(value) > _BATTERY_MILLIVOLTS:
        return Measurement("battery_voltage", value, "mV", endpoint, time)
    battery = "battery" in fields and not {"power", "current", "energy"} & fields.keys()
    if battery and isinstance(value, int | float) and value <= _BATTERY_VOLTS:
        return Measurement("battery_voltage", value, "V", endpoint, time)
    if battery and value is None:
        return Measurement("battery_voltage", None, "mV", endpoint, time)
    return Measurement("voltage", value, "V", endpoint, time)
