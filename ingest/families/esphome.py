"""ESPHome over MQTT: `<prefix>/<component>/<object id>/state`, one value per topic; what it measures is in the object's name."""

from __future__ import annotations

from typing import Any

import orjson

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, as_number, as_switch, below, compact
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import number_with_unit, plain, plain_text, present, yes_no
from ingest.families.words import Meaning, meaning_of, unit_named
from premises.reading import Value
from premises.site import Device, Point

_COMPONENTS = frozenset(
    ("sensor", "binary_sensor", "switch", "light", "fan", "cover", "climate", "number", "select", "text_sensor", "lock", "valve",
    "button", "text", "output", "event", "alarm_control_panel", "date", "time", "datetime", "update")
)  # fmt: skip
_CLIMATE: dict[str, tuple[str, str | None, str]] = {
    "mode": ("mode", None, ""),
    "action": ("running_state", None, ""),
    "current_temperature": ("temperature", "°C", ""),
    "target_temperature": ("setpoint_temperature", "°C", ""),
    "target_temperature_low": ("setpoint_temperature", "°C", "low"),
    "target_temperature_high": ("setpoint_temperature", "°C", "high"),
    "current_humidity": ("humidity", "%", ""),
    "target_humidity": ("humidity", "%", "target"),
    "fan_mode": ("mode", None, "fan"),
    "swing_mode": ("mode", None, "swing"),
    "preset": ("mode", None, "preset"),
}
_TEXT = frozenset(("mode", "running_state", "fault", "status", "cover_state", "button_event", "lock_state"))
_STATES = frozenset(("occupancy", "contact", "smoke", "switch_state", "availability", "vibration", "water_leak", "heating_active"))


class EspHome(Family):
    name = "esphome"

    def recognises(self, message: Message, memory: Memory) -> float:
        levels = message.levels
        if levels[-1] in ("state", "command") and len(levels) >= 3:
            if len(levels) >= 4 and (levels[-3] in _COMPONENTS or levels[-4] in _COMPONENTS):
                return 0.85 if not message.looks_like_object or "light" in levels else 0.6
            return 0.5 if levels[-2] in _CLIMATE and not message.looks_like_object else 0.0
        if levels[-1] == "status" and len(levels) == 2 and message.payload in (b"online", b"offline"):
            return 0.55
        if levels[-1] == "debug" and len(levels) == 2:
            return 0.5
        return 0.9 if levels[0] == "esphome" and len(levels) > 1 and levels[1] == "discover" else 0.0

    def subscriptions(self, device: Device) -> tuple[str, ...]:
        topic = device.topic
        return (f"{topic}/status", f"{topic}/+/+/state", f"{topic}/+/+/+/state")

    def device_of(self, topic: str) -> str:
        levels = topic.split("/")
        if levels[-1] in ("status", "debug"):
            return "/".join(levels[:-1])
        for place in (len(levels) - 3, len(levels) - 4):
            if place > 0 and levels[place] in _COMPONENTS:
                return "/".join(levels[:place])
        return "/".join(levels[:-2]) or topic

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        device = hints.base or self.device_of(message.topic)
        levels = (below(message.topic, device) or message.topic).split("/")
        last = levels[-1]
        if last == "status":
            there = present(message.text)
            if there is None:
                raise MalformedError(f"status is online or offline, not {message.text[:40]!r}")
            return self.told((Measurement("availability", there),), device)
        if last != "state":
            return self.ignored("a command, a log or an announcement", device)
        if len(levels) >= 4 and levels[-4] in _COMPONENTS:
            return self.told(self._aspect(message, levels[-4], levels[-3], levels[-2]), device)
        if len(levels) < 3 and levels[0] in _CLIMATE:
            return self.told(self._aspect(message, "climate", "", levels[0]), device)
        component = levels[-3] if len(levels) >= 3 else "sensor"
        announced = memory.get("ha_discovery", message.topic)
        return self.told(self._state(message, component, levels[-2] if len(levels) > 1 else last, announced), device)

    def _aspect(self, message: Message, component: str, name: str, aspect: str) -> tuple[Measurement, ...]:
        """Climate, cover and fan tell each aspect on a topic of its own."""
        value = plain_text(message.text)
        if component == "cover" and aspect == "position":
            return (Measurement("cover_position", _percent(value), "%", name),)
        if component == "valve" and aspect == "position":
            return (Measurement("valve_position", _percent(value), "%", name),)
        if component == "cover" and aspect == "tilt":
            return (Measurement("tilt", _percent(value), "%", name),)
        if component == "fan":
            return (Measurement("fan_level", value, None, name),) if aspect == "speed_level" else ()
        known = _CLIMATE.get(aspect)
        if known is None:
            return ()
        quantity, unit, channel = known
        if quantity in _TEXT:
            return (Measurement(quantity, message.text or None, None, f"{name} {channel}".strip()),)
        if isinstance(value, str):
            raise MalformedError(f"{aspect} is a number, not {value[:40]!r}")
        return (Measurement(quantity, value, unit, f"{name} {channel}".strip()),)

    def _state(self, message: Message, component: str, name: str, announced: Any) -> tuple[Measurement, ...]:
        if component == "light":
            return self._light(message, name)
        text = message.text
        if component in ("switch", "output", "fan"):
            return (Measurement("switch_state", yes_no(text), None, name),)
        if component in ("cover", "valve"):
            return (Measurement("cover_state", text or None, None, name),)
        if component == "lock":
            return (Measurement("lock_state", text or None, None, name),)
        if component == "event":
            return (Measurement("button_event", text or None, None, name),)
        if component in ("button", "update", "date", "time", "datetime"):
            return ()
        meaning = _announced(announced) or meaning_of(name)
        if component == "binary_sensor":
            quantity = meaning.quantity if meaning and meaning.quantity in _STATES else "status"
            channel = f"{name} (1=open)" if quantity == "contact" else name
            return (Measurement(quantity, yes_no(text), None, channel),)
        return self._sensor(component, name, meaning, text)

    def _sensor(self, component: str, name: str, meaning: Meaning | None, text: str) -> tuple[Measurement, ...]:
        value = plain_text(text)
        with_unit = number_with_unit(text) if isinstance(value, str) and component in ("sensor", "number") else None
        if with_unit is not None and meaning is not None and meaning.unit is not None:
            value, meaning = with_unit[0], Meaning(meaning.quantity, unit_named(with_unit[1]) or meaning.unit)
        if isinstance(value, str) or component in ("text_sensor", "select", "text"):
            if meaning is not None and meaning.quantity in _TEXT:
                return (Measurement(meaning.quantity, text, None, name),)
            if component == "sensor" and isinstance(value, str) and meaning is not None and meaning.unit is not None:
                raise MalformedError(f"{name[:40]} is a number, not {text[:40]!r}")
            return (Measurement("status", text, None, name),) if text else ()
        if meaning is None or (meaning.quantity in _STATES and not isinstance(value, bool)):
            return (Measurement(None, value, None, name),)
        quantity = "setpoint_temperature" if component == "number" and meaning.quantity == "temperature" else meaning.quantity
        return (Measurement(quantity, value, meaning.unit, name),)

    def _light(self, message: Message, name: str) -> tuple[Measurement, ...]:
        if not message.looks_like_object:
            return (Measurement("switch_state", yes_no(message.text), None, name),)
        fields = message.fields
        found = []
        if "state" in fields:
            found.append(Measurement("switch_state", yes_no(fields["state"]), None, name))
        if "brightness" in fields:
            found.append(Measurement("brightness", plain(fields["brightness"]), "0-255", name))
        if "color_temp" in fields:
            found.append(Measurement("color_temperature", plain(fields["color_temp"]), "mired", name))
        return tuple(found)

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        what = point.message_quantity or point.quantity.message
        name = point.channel.split(" ")[0]
        if not name:
            raise self.cannot(point)
        if what == "brightness":
            level = round(min(max(as_number(value), 0.0), 100.0) * 2.55)
            body = {"state": "ON", "brightness": level} if level else {"state": "OFF"}
            return (Outgoing(f"{device.topic}/light/{name}/command", orjson.dumps(body)),)
        if what == "switch_state":
            component = device.options.get(f"component {name}", "switch")
            state = "ON" if as_switch(value) else "OFF"
            payload = orjson.dumps({"state": state}) if component == "light" else state.encode()
            return (Outgoing(f"{device.topic}/{component}/{name}/command", payload),)
        if what == "setpoint_temperature":
            component = device.options.get(f"component {name}", "climate")
            tail = "target_temperature/command" if component == "climate" else "command"
            return (Outgoing(f"{device.topic}/{component}/{name}/{tail}", str(compact(as_number(value))).encode()),)
        if what == "mode":
            return (Outgoing(f"{device.topic}/climate/{name}/mode/command", str(value).encode()),)
        if what == "cover_position":
            return (Outgoing(f"{device.topic}/cover/{name}/position/command", str(compact(as_number(value))).encode()),)
        raise self.cannot(point)


def _percent(value: Value | None) -> Value | None:
    return None if isinstance(value, str) else value


def _announced(announced: Any) -> Meaning | None:
    """What a discovery message said of this state topic: the first entity whose state it is."""
    if not announced:
        return None
    first = announced[0]
    return Meaning(first.quantity, first.unit) if first.quantity else None
