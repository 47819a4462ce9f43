"""Shelly generation 1: one value per topic under `shellies/<id>/`, some JSON (`info`, `status`, `announce`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, as_number, as_switch, compact
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain, plain_text, present, yes_no
from premises.reading import Value
from premises.site import Device, Point

_COMPONENTS = frozenset(("relay", "light", "white", "color", "roller", "emeter", "meter", "sensor", "input", "input_event"))
_COMPONENTS = _COMPONENTS | {
    "longpush",
    "thermostat",
    "ext_temperatures",
    "ext_temperature",
    "ext_humidity",
    "ext_humidities",
    "adc",
}
_ELECTRIC: dict[str, tuple[str, str | None]] = {
    "power": ("power", "W"),
    "energy": ("energy", "Wmin"),
    "returned_energy": ("energy_export", "Wmin"),
    "total": ("energy", "Wh"),
    "total_returned": ("energy_export", "Wh"),
    "voltage": ("voltage", "V"),
    "current": ("current", "A"),
    "pf": ("power_factor", None),
    "reactive_power": ("reactive_power", "var"),
    "brightness": ("brightness", "%"),
    "temp": ("color_temperature", "K (colour)"),
}
_SENSOR: dict[str, tuple[str, str | None]] = {
    "temperature": ("temperature", "°C"),
    "humidity": ("humidity", "%"),
    "battery": ("battery", "%"),
    "lux": ("illuminance", "lx"),
    "illumination": ("status", None),
    "motion": ("occupancy", None),
    "vibration": ("vibration", None),
    "tilt": ("rotation", "°"),
    "flood": ("water_leak", None),
    "smoke": ("smoke", None),
    "gas": ("gas_alarm", None),
    "concentration": ("gas_concentration", "ppm"),
    "self_test": ("status", None),
    "active": ("enabled", None),
    "act_reasons": ("status", None),
    "state": ("contact", None),
    "charger": ("charging", None),
    "error": ("fault", None),
}
_VALVE: dict[str, tuple[str, str | None]] = {
    "temperature": ("temperature", "°C"),
    "target_t": ("setpoint_temperature", "°C"),
    "pos": ("valve_position", "%"),
}
_NO_PROBE = 999
"""What a temperature or humidity is told as while its probe is not there."""
_NO_PROBE_F = 1830.2
_DEVICE: dict[str, tuple[str, str | None, str]] = {
    "temperature": ("temperature", "°C", "device"),
    "temperature_f": ("temperature", "°F", "device °F"),
    "voltage": ("voltage", "V", ""),
    "overtemperature": ("fault", None, "overtemperature"),
}


class ShellyGen1(Family):
    name = "shelly_gen1"

    def recognises(self, message: Message, memory: Memory) -> float:
        levels = message.levels
        if levels[0] != "shellies" or len(levels) < 2:
            return 0.0
        if len(levels) >= 4 and levels[2] == "status":
            return 0.0
        return 0.9 if len(levels) > 2 or levels[1] == "announce" else 0.5

    def device_of(self, topic: str) -> str:
        levels = topic.split("/")
        for place, level in enumerate(levels[2:], 2):
            if level in _COMPONENTS or level in ("online", "info", "announce", "status", *_DEVICE):
                return "/".join(levels[:place])
        return "/".join(levels[:2])

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        device = hints.base or self.device_of(message.topic)
        rest = message.topic[len(device) :].strip("/").split("/") if message.topic.startswith(device) else message.levels[2:]
        head = rest[0] if rest else ""
        if rest[-1:] in (["command"], ["set"]) or head in ("announce", "command", "announce_flag", ""):
            return self.ignored("a command or an announcement", device)
        if head == "online":
            there = present(message.text)
            if there is None:
                raise MalformedError(f"online is true or false, not {message.text[:40]!r}")
            return self.told((Measurement("availability", there),), device)
        if message.looks_like_object:
            return self.told(self._object(message.fields, rest), device, "settings")
        return self.told(self._value(rest, message.text), device)

    def _value(self, rest: list[str], text: str) -> Iterator[Measurement]:
        head = rest[0]
        if head in _DEVICE and len(rest) == 1:
            quantity, unit, channel = _DEVICE[head]
            yield Measurement(quantity, _number(text, head), unit, channel)
        elif head == "sensor" and len(rest) == 2:
            yield from self._sensor(rest[1], text)
        elif head.startswith("ext_") and len(rest) == 2:
            if head == "ext_temperature_f":  # beside the same probe in °C
                yield Measurement("temperature", _probed_f(_number(text, head)), "°F", f"external {rest[1]} °F")
                return
            quantity, unit = ("humidity", "%") if "humid" in head else ("temperature", "°C")
            yield Measurement(quantity, _probed(_number(text, head)), unit, f"external {rest[1]}")
        elif head in _COMPONENTS and len(rest) >= 2:
            channel = f"{head}/{rest[1]}"
            if len(rest) == 2:
                yield from self._component(head, channel, text)
            elif head == "roller" and rest[2] == "pos":
                value = plain_text(text)
                yield Measurement("cover_position", None if isinstance(value, int | float) and value < 0 else value, "%", channel)
            elif head == "thermostat" and rest[2] in _VALVE:
                quantity, unit = _VALVE[rest[2]]
                yield Measurement(quantity, _number(text, rest[2]), unit, channel)
            elif rest[2] in _ELECTRIC:
                quantity, unit = _ELECTRIC[rest[2]]
                if head == "emeter" and unit == "Wmin":
                    channel = f"{channel} counter"  # beside the lifetime totals in Wh
                yield Measurement(quantity, _number(text, rest[2]), unit, channel)

    def _component(self, head: str, channel: str, text: str) -> Iterator[Measurement]:
        if head in ("relay", "light", "white", "color"):
            if text == "overpower":
                yield Measurement("fault", text, None, channel)
                yield Measurement("switch_state", False, None, channel)
                return
            value = yes_no(text)
            if not isinstance(value, bool | int):
                raise MalformedError(f"{channel} is on or off, not {text[:40]!r}")
            yield Measurement("switch_state", value, None, channel)
        elif head == "roller":
            yield Measurement("cover_state", text or None, None, channel)
        elif head in ("input", "longpush"):
            yield Measurement("switch_state" if head == "input" else "button_event", plain_text(text), None, channel)
        elif head == "adc":
            yield Measurement("voltage", _number(text, head), "V", channel)

    def _sensor(self, key: str, text: str) -> Iterator[Measurement]:
        meaning = _SENSOR.get(key)
        if meaning is None:
            return
        quantity, unit = meaning
        if quantity == "contact":
            if text in ("open", "close", "closed"):
                yield Measurement("contact", text)
            return
        if quantity == "gas_alarm":  # none, mild or heavy
            yield Measurement("gas_alarm", text or None)
            return
        value: Value | None = _number(text, key) if unit is not None else plain_text(text)
        if key in ("temperature", "humidity"):
            value = _probed(value)
        yield Measurement(quantity, None if key in ("battery", "tilt", "lux") and value == -1 else value, unit)

    def _object(self, fields: dict[str, Any], rest: list[str]) -> Iterator[Measurement]:
        channel = "/".join(rest[:2]) if rest[0] in _COMPONENTS else ""
        if rest[-1] == "status" and channel:
            if "ison" in fields:
                yield Measurement("switch_state", plain(fields["ison"]), None, channel)
            for key in ("brightness", "power", "temp"):
                if key in fields:
                    quantity, unit = _ELECTRIC[key]
                    yield Measurement(quantity, plain(fields[key]), unit, channel)
        elif rest[0] == "input_event":
            if fields.get("event"):
                yield Measurement("button_event", plain(fields["event"]), None, f"input/{rest[1] if len(rest) > 1 else 0}")
        elif rest[0] in ("ext_temperatures", "ext_humidities"):
            for number, part in list(fields.items())[:8]:
                if isinstance(part, dict) and ("tC" in part or "hum" in part):
                    humid = "hum" in part
                    told = _probed(plain(part["hum" if humid else "tC"]))
                    yield Measurement(
                        "humidity" if humid else "temperature", told, "%" if humid else "°C", f"external {number}"[:40]
                    )
        elif rest[0] in ("info", "status"):
            yield from _info(fields)

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        what = point.message_quantity or point.quantity.message
        component = point.channel.split("/")[0]
        base = f"{device.topic}/{point.channel}"
        if what == "switch_state" and component in ("relay", "light", "white", "color"):
            return (Outgoing(f"{base}/command", b"on" if as_switch(value) else b"off"),)
        if what == "brightness" and component in ("light", "white"):
            level = compact(min(max(as_number(value), 0.0), 100.0))
            body = {"turn": "on", "brightness": level} if level else {"turn": "off"}
            return (Outgoing(f"{base}/set", orjson.dumps(body)),)
        if what == "cover_position" and component == "roller":
            return (Outgoing(f"{base}/command/pos", str(compact(as_number(value))).encode()),)
        if what == "setpoint_temperature":
            return (Outgoing(f"{device.topic}/thermostat/0/command/target_t", str(compact(as_number(value))).encode()),)
        if what == "valve_position":
            return (Outgoing(f"{device.topic}/thermostat/0/command/valve_pos", str(compact(as_number(value))).encode()),)
        raise self.cannot(point)


def _number(text: str, what: str) -> Value | None:
    value = plain_text(text)
    if isinstance(value, str | bool):
        raise MalformedError(f"{what} is a number, not {text[:40]!r}")
    return value


def _probed(value: Value | None) -> Value | None:
    return None if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) == _NO_PROBE else value


def _probed_f(value: Value | None) -> Value | None:
    return None if value == _NO_PROBE_F else value


def _info(fields: dict[str, Any]) -> Iterator[Measurement]:
    """The full status: lists of components in the order of their numbers, the thermostat of radiator valves."""
    for kind, single in (("relays", "relay"), ("lights", "light"), ("emeters", "emeter"), ("meters", "meter")):
        told = fields.get(kind)
        for number, component in enumerate(told[:8] if isinstance(told, list) else ()):
            if not isinstance(component, dict):
                continue
            if "ison" in component:
                yield Measurement("switch_state", plain(component["ison"]), None, f"{single}/{number}")
            for key in ("power", "voltage", "current", "pf", "brightness", "total", "total_returned"):
                if key in component and component.get("is_valid", True):
                    quantity, unit = _ELECTRIC[key]
                    unit = "Wmin" if kind == "meters" and key == "total" else unit
                    yield Measurement(quantity, plain(component[key]), unit, f"{single}/{number}")
    told = fields.get("thermostats")
    for number, valve in enumerate(told[:4] if isinstance(told, list) else ()):
        if isinstance(valve, dict):
            yield from _valve(valve, f"thermostat/{number}")
    battery = fields.get("bat")
    if isinstance(battery, dict) and "value" in battery:
        yield Measurement("battery", plain(battery["value"]), "%")
    elif type(battery) in (int, float):
        yield Measurement("battery", plain(battery), "%")
    if isinstance(battery, dict) and "voltage" in battery:
        yield Measurement("battery_voltage", plain(battery["voltage"]), "V")
    yield from _noticed(fields)
    target = fields.get("target_t")
    if isinstance(target, dict) and "value" in target:
        yield Measurement("setpoint_temperature", plain(target["value"]), "°F" if target.get("units") == "F" else "°C")
    for key, quantity, inner, unit in (("tmp", "temperature", "value", "°C"), ("hum", "humidity", "value", "%")):
        part = fields.get(key)
        if isinstance(part, dict) and inner in part and part.get("is_valid", True):
            fahrenheit = key == "tmp" and part.get("units") == "F"
            yield Measurement(quantity, plain(part[inner]), "°F" if fahrenheit else unit)
    wifi = fields.get("wifi_sta")
    if isinstance(wifi, dict) and "rssi" in wifi:
        yield Measurement("rssi", plain(wifi["rssi"]), "dBm")
    if "temperature" in fields and type(fields["temperature"]) in (int, float):
        yield Measurement("temperature", plain(fields["temperature"]), "°C", "device")
    if "uptime" in fields:
        yield Measurement("uptime", plain(fields["uptime"]), "s")


def _noticed(fields: dict[str, Any]) -> Iterator[Measurement]:
    """What motion and door sensors see: flat in `status`, in parts of their own (`sensor`, `lux`, `accel`) in `info`."""
    seen = dict(fields)
    sensor = fields.get("sensor")
    if isinstance(sensor, dict) and sensor.get("is_valid", True):
        seen |= {key: told for key, told in sensor.items() if key in ("motion", "vibration", "active", "state")}
    for part in ("lux", "smoke", "flood"):
        told = fields.get(part)
        if isinstance(told, dict) and "value" in told and told.get("is_valid", True):
            seen[part] = told["value"]
    accel = fields.get("accel")
    if isinstance(accel, dict):
        seen |= {key: told for key, told in accel.items() if key in ("tilt", "vibration") and told != -1}
    for key in ("motion", "vibration", "active", "lux", "tilt", "smoke", "flood"):
        if type(seen.get(key)) in (bool, int, float):
            quantity, unit = _SENSOR[key]
            yield Measurement(quantity, plain(seen[key]), unit)
    if seen.get("state") in ("open", "close", "closed") and isinstance(sensor, dict):
        yield Measurement("contact", str(seen["state"]))


def _valve(valve: dict[str, Any], channel: str) -> Iterator[Measurement]:
    if "pos" in valve:
        yield Measurement("valve_position", plain(valve["pos"]), "%", channel)
    for key, quantity in (("tmp", "temperature"), ("target_t", "setpoint_temperature")):
        part = valve.get(key)
        if isinstance(part, dict) and "value" in part and part.get("enabled", True):
            yield Measurement(quantity, plain(part["value"]), "°F" if part.get("units") == "F" else "°C", channel)
