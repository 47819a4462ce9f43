"""DALI and KNX gateways: wb-mqtt-dali controls, blueknx2mqtt and knx-mqtt group addresses, bus monitors."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import orjson

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, as_number, as_switch, compact
from ingest.families.instants import clock_time_today, instant_of
from ingest.families.knx_datapoints import meaning_of_datapoint
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import number_with_unit, plain, plain_text
from ingest.families.wirenboard import WirenBoard, measured, parted
from ingest.families.words import meaning_of, quantity_of_unit, unit_named
from premises.reading import Value
from premises.site import Device, Point

_TELEGRAM = re.compile(r"\bg:(\d{1,2}/\d{1,2}/\d{1,3})\b")
_GROUP = re.compile(r"(?:^|/)(\d{1,2}/\d{1,2}/\d{1,3})(?:/|$)")
_LEVEL = re.compile(r"^(\d\d:\d\d:\d\d(?:\.\d+)?)\s+>>\s+\S+\s+QueryActualLevel\(([A-Z]?\d{1,2})\).*\s(\d{1,3})\s*$")
_MEASUREMENT = re.compile(r"^measurement(\d{1,2})$")
_WB = WirenBoard()


class DaliKnx(Family):
    name = "dali_knx"

    def recognises(self, message: Message, memory: Memory) -> float:
        levels = message.levels
        place = parted(message.topic)
        if place is not None:
            device = place[0].rsplit("/", 1)[-1].lower()
            if "dali" in device or device in ("knx", "wb-knx"):
                return 0.95
            return 0.0
        if "bus_monitor" in levels or "wb-dali" in levels:
            return 0.9
        if _lamp_of(levels) is not None and (levels[0].lower().startswith("dali") or levels[-2] == "brightness"):
            return 0.9
        if levels[0].lower() == "knx" or "knx" in levels[:2]:
            return 0.9
        fields = message.fields_or_none()
        if fields is not None and ("dpt" in fields or "dstgad" in fields):
            return 0.8
        return 0.0

    def device_of(self, topic: str) -> str:
        place = parted(topic)
        if place is not None:
            return place[0]
        if topic.endswith("/bus_monitor"):
            return topic.removesuffix("/bus_monitor")
        lamp = _lamp_of(topic.split("/"))
        if lamp is not None:
            return lamp
        return topic

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        place = parted(message.topic)
        if place is not None:
            return self._control(message, memory, hints, place)
        if message.levels[-1] == "bus_monitor":
            return self._bus_monitor(message, hints)
        lamp = _lamp_of(message.levels)
        if lamp is not None:
            return self._lamp(message, hints.base or lamp)
        if "/set/" in message.topic or message.levels[-1] in ("set", "write", "read") or "/write/" in message.topic:
            return self.ignored("a command", message.topic)
        if message.looks_like_object:
            return self._group_object(message, hints)
        return self.told(self._group_text(message), message.topic)

    def _control(self, message: Message, memory: Memory, hints: Hints, place: tuple[str, str, str]) -> Decoded:
        device, control, rest = place
        if not control or rest:
            told = _WB.decode(message, memory, hints)
            return Decoded(told.outcome, self.name, told.measurements, told.reason, told.device)
        text = message.text
        telegram = _TELEGRAM.search(text[:200]) if control == "data" else None
        if telegram is not None:
            return self.told((Measurement(None, None, None, telegram.group(1)),), device)
        if not text:
            return self.ignored("an empty payload: the control was removed", device)
        instance = _MEASUREMENT.match(control)
        if instance is not None:
            return self.told((Measurement("dali_measurement", plain_text(text), None, f"instance {instance.group(1)}"),), device)
        kind, units = memory.get("wirenboard", f"{device}\0{control}") or ("", "")
        value = plain_text(text)
        found = [_named(control, one, value) for one in measured(control, kind, units, value)]
        return self.told(found, device)

    def _lamp(self, message: Message, device: str) -> Decoded:
        """dali2mqtt: ON or OFF, and the level of the bus, 0 to 254."""
        level = message.levels[-2] == "brightness"
        value = plain_text(message.text)
        if level == isinstance(value, bool) or isinstance(value, str):
            raise MalformedError(f"a lamp's {'level is a number' if level else 'state is ON or OFF'}, not {message.text[:40]!r}")
        return self.told((Measurement("brightness" if level else "switch_state", value, "0-254" if level else None),), device)

    def _bus_monitor(self, message: Message, hints: Hints) -> Decoded:
        device = self.device_of(message.topic)
        found = _LEVEL.match(message.text[:200])
        if found is None:
            return self.ignored("bus traffic without a level", device)
        level = int(found.group(3))
        time = clock_time_today(found.group(1), message.received_at, hints.zone)
        value = level if level <= 254 else None  # 255 is MASK: the lamp tells no level
        return self.told((Measurement("brightness", value, "0-254", found.group(2), time),), device)

    def _group_object(self, message: Message, hints: Hints) -> Decoded:
        fields = message.fields
        told = fields.get("val", fields.get("value", fields.get("payload")))
        group = str(fields.get("dstgad") or fields.get("destination") or fields.get("ga") or _group_of(message.topic))[:32]
        if "val" not in fields and "value" not in fields and "payload" not in fields:
            return self.ignored("no value in the telegram", message.topic)
        time = instant_of(fields.get("ts", fields.get("timestamp")), hints.zone)
        datapoint = fields.get("dpt", fields.get("knx_dpt"))
        names = " ".join(str(fields.get(key, ""))[:60] for key in ("main", "middle", "sub", "name"))
        return self.told((_of_datapoint(datapoint, told, group, fields.get("unit"), names, time),), message.topic)

    def _group_text(self, message: Message) -> tuple[Measurement, ...]:
        group = _group_of(message.topic)
        text = message.text
        with_unit = number_with_unit(text)
        if with_unit is not None:
            unit = unit_named(with_unit[1])
            return (Measurement(quantity_of_unit(unit) if unit else None, with_unit[0], unit, group),)
        value = plain_text(text)
        if isinstance(value, bool):
            return (Measurement("switch_state", value, None, group),)
        if isinstance(value, str) and len(value) > 64:
            raise MalformedError("neither a number nor a state")
        named = meaning_of(message.levels[-1])
        quantity = named.quantity if named and not isinstance(value, str) else None
        return (Measurement(quantity, value, named.unit if named and quantity else None, group),)

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        what = point.message_quantity or point.quantity.message
        if "/devices/" in device.topic or device.topic.startswith("devices/"):
            return _WB.encode(device, point, value, memory)
        topic = device.options.get("set_topic") or device.topic.replace("/status/", "/set/", 1)
        if point.channel and point.channel not in device.topic and "/" in point.channel:
            topic = f"{topic}/{point.channel}"
        body: Any
        if what == "switch_state":
            body = 1 if as_switch(value) else 0
        elif what in ("brightness", "setpoint_temperature", "cover_position", "valve_position"):
            body = compact(as_number(value))
        else:
            raise self.cannot(point)
        return (Outgoing(topic, orjson.dumps({"val": body}) if device.options.get("json") == "yes" else str(body).encode()),)


def _lamp_of(levels: list[str]) -> str | None:
    """The lamp's own topic where dali2mqtt tells of it: `<base>/<lamp>/light[/brightness]/status`."""
    if levels[-1] != "status" or len(levels) < 4:
        return None
    if levels[-2] == "light":
        return "/".join(levels[:-2])
    return "/".join(levels[:-3]) if levels[-3:-1] == ["light", "brightness"] else None


def _named(control: str, one: Measurement, value: Value | None) -> Measurement:
    """Names that only DALI gateways use for lamp levels; an unknown control keeps its bare number."""
    low = control.lower()
    if low in ("level", "actual_level", "brightness", "dim", "wanted_level"):
        return Measurement("brightness", value, "0-254" if isinstance(value, int | float) and value > 100 else "%", control)
    stem = low.rstrip("0123456789")
    if stem in ("button", "short_press", "long_press", "double_press", "long_press_start", "long_press_stop"):
        return Measurement("button_event", value, None, control)
    if stem == "position":  # of an absolute input device
        return Measurement("value", value, None, control)
    if low in ("lamp_failure", "lamp failure", "gear_failure", "control_gear_failure"):
        return Measurement("fault", value, None, control)
    if low in ("lamp_on", "lamp on", "on"):
        return Measurement("switch_state", value, None, control)
    return one


def _group_of(topic: str) -> str:
    found = _GROUP.search(topic[-80:])
    return found.group(1) if found else ""


def _of_datapoint(datapoint: Any, told: Any, group: str, unit: Any, names: str, time: datetime | None) -> Measurement:
    known = meaning_of_datapoint(str(datapoint)[:16]) if datapoint is not None else None
    value = plain(told)
    if known is not None:
        return Measurement(known[0], value, known[1], group, time)
    named = meaning_of(names) if names.strip() else None
    if isinstance(unit, str) and unit:
        symbol = unit_named(unit)
        return Measurement(
            (quantity_of_unit(symbol) if symbol else None) or (named.quantity if named else None), value, symbol, group, time
        )
    if isinstance(value, bool):
        return Measurement("switch_state", value, None, group, time)
    return Measurement(named.quantity if named else None, value, named.unit if named else None, group, time)
