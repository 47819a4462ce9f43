"""ebusd (Vaillant, …): `<base>/<circuit>/<message>` with JSON fields or bare text; what it measures is in the names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.decoded import Measurement, Outgoing
from ingest.families.family import Hints, as_number, as_switch, compact
from ingest.families.heatpump.dialect import Dialect, Told
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain, plain_text, present, yes_no
from ingest.families.words import Meaning, meaning_of, tokens
from premises.reading import Value
from premises.site import Device, Point

_FIELDS: dict[str, Meaning] = {
    "temp": Meaning("temperature", "°C"), "temp0": Meaning("temperature", "°C"), "temp1": Meaning("temperature", "°C"),
    "tempv": Meaning("temperature", "°C"), "press": Meaning("pressure", "bar"), "pressv": Meaning("pressure", "bar"),
    "power": Meaning("power", "kW"), "percent": Meaning("value", "%"), "percent0": Meaning("value", "%"),
    "energy": Meaning("energy", "kWh"), "energy4": Meaning("energy", "kWh"), "hours": Meaning("operating_time", "h"),
    "hoursum2": Meaning("operating_time", "h"), "onoff": Meaning("switch_state"), "yesno": Meaning("switch_state"),
    "flow": Meaning("flow", "l/min"), "humidity": Meaning("humidity", "%"), "mode": Meaning("mode"), "opmode": Meaning("mode"),
    "hcmode": Meaning("mode"), "hwcmode": Meaning("mode"), "current": Meaning("current", "A"), "voltage": Meaning("voltage", "V"),
    "pumpstate": Meaning("running_state"), "cntstarts": Meaning("starts"), "cntstarts2": Meaning("starts"),
}  # fmt: skip
# Messages whose names mislead, or whose unit is not the usual one of their word, after the Vaillant configurations.
_NAMED: dict[str, Meaning | None] = {
    "modulationtempdesired": Meaning("flame_modulation", "%"), "powermodulation": Meaning("flame_modulation", "%"),
    "pumppower": Meaning("pump_modulation", "%"), "energyintegral": None, "currentconsumedpower": Meaning("power", "kW"),
    "currentyieldpower": Meaning("power", "kW"), "buildingcircuitflow": Meaning("flow", "l/h"), "cophc": Meaning("cop"),
    "cophwc": Meaning("cop"), "copcooling": Meaning("cop"), "fanspeed": Meaning("fan_speed", "rpm"),
    "flame": Meaning("heating_active"), "gasvalve": Meaning("switch_state"), "hwcdemand": Meaning("switch_state"),
    "rundatacompressorspeed": Meaning("compressor_frequency", "Hz"), "state": Meaning("running_state"),
    "heatingswitch": Meaning("enabled"), "hwcswitch": Meaning("enabled"), "partloadhckw": Meaning("power_max", "kW"),
    "partloadhwckw": Meaning("power_max", "kW"),
}  # fmt: skip
_STATES = frozenset(("switch_state", "heating_active", "enabled"))
_WANTED = frozenset(("desired", "target", "set", "setpoint", "max", "min", "day", "night", "eco", "comfort", "temp_desired"))
_STATUS = frozenset(("status", "sensor"))
_STATUS_01 = ("flow", "return", "outside", "hot water", "storage")
"""Temperatures of the message that every Vaillant boiler sends of itself each minute, then the state of its pump."""


class Ebusd(Dialect):
    name = "ebusd"

    def recognises(self, message: Message) -> float:
        levels = message.levels
        if levels[0] in ("ebusd", "ebus") and len(levels) >= 3:
            return 0.9
        if levels[0] in ("ebusd", "ebus"):
            return 0.6
        fields = message.fields_or_none()
        if fields and len(levels) >= 3 and all(isinstance(told, dict) and "value" in told for told in fields.values()):
            return 0.6 if any(key.isdigit() or key in _FIELDS for key in fields) else 0.0
        return 0.0

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Told:
        levels = message.levels
        device = hints.base or levels[0]
        last = levels[-1]
        if last in ("get", "set", "list"):
            return Told((), device, "a request")
        if len(levels) >= 2 and levels[-2] == "global":
            return self._global(message, last, device)
        place = " ".join(levels[len(device.split("/")) : -1])
        if message.looks_like_object:
            return Told(tuple(self._fields(last, message.fields, place)), device, "no field that measures anything")
        if last == "Status01" and message.text.count(";") >= 4:
            return Told(tuple(_status_01(message.text.split(";"), place)), device)
        text = message.text.split(";", 1)[0]
        meaning = self._by_name(last, None)
        if meaning is None:
            return Told((), device, f"{last[:40]} is not measured")
        value = yes_no(text) if meaning.quantity in _STATES else plain_text(text)
        if isinstance(value, str) and meaning.quantity not in ("mode", "running_state", "status"):
            raise MalformedError(f"{last[:40]} is a number, not {value[:40]!r}")
        return Told((Measurement(meaning.quantity, value, meaning.unit, _channel(place, last)),), device)

    def _global(self, message: Message, last: str, device: str) -> Told:
        if last in ("running", "signal"):
            there = present(message.text)
            if there is None:
                raise MalformedError(f"global/{last} is true or false, not {message.text[:40]!r}")
            channel = "" if last == "running" else "bus signal"
            return Told((Measurement("availability", there, None, channel),), device)
        if last == "uptime":
            return Told((Measurement("uptime", plain_text(message.text), "s"),), device)
        return Told((), device, "about ebusd itself")

    def _fields(self, name: str, fields: dict[str, Any], place: str) -> Iterator[Measurement]:
        """Fields are named, or numbered with a name inside; the message's own name says what they mean."""
        names = [str(one["name"]).lower() for one in fields.values() if isinstance(one, dict) and one.get("name")]
        for key, told in list(fields.items())[:64]:
            if not isinstance(told, dict):
                told = {"value": told}
            if "value" not in told:
                continue
            field = str(told.get("name") or key).lower()[:64]
            if (field in _STATUS and len(fields) > 1) or "mirror" in field:  # the mirror is the sensor's check word
                continue
            value = plain(told["value"])
            meaning = self._by_name(name, field)
            if meaning is None:
                continue
            if names.count(field) > 1:
                field = f"{field} {key[:4]}"  # several of one name are told apart by their numbers
            channel = _channel(place, name) + (f" {field}" if len(fields) > 1 and field not in ("temp", "value") else "")
            if isinstance(value, str):
                word = yes_no(value)
                if meaning.quantity in ("mode", "running_state"):
                    yield Measurement(meaning.quantity, value, None, channel)
                elif isinstance(word, bool):
                    yield Measurement(meaning.quantity if meaning.quantity in _STATES else "switch_state", word, None, channel)
                continue
            yield Measurement(meaning.quantity, value, meaning.unit, channel)

    def _by_name(self, name: str, field: str | None) -> Meaning | None:
        """The field says the kind (temp, press), the message's name whether it is a target."""
        if name.lower() in _NAMED and field not in ("temp", "temp1", "tempv"):
            return _NAMED[name.lower()]
        words = set(tokens(name))
        if field is None and "pump" in words and words & {"status", "state"}:
            return Meaning("switch_state")
        known = _FIELDS.get(field or "") or _FIELDS.get((field or "").rstrip("0123456789_"))
        if known is not None and known.quantity == "temperature":
            wanted = (words & _WANTED and not words & {"storage", "flow", "return", "outside"}) or {"desired", "target"} & words
            return Meaning("setpoint_temperature", "°C") if wanted else known
        if known is not None and known.quantity not in ("switch_state", "value"):
            return known
        named = meaning_of(name)
        if named is not None and named.quantity == "pressure":
            named = Meaning("pressure", "bar")
        if named is not None and known is not None and known.quantity == "value" and named.unit not in ("%", None):
            return known
        return named or known

    def encode(self, device: Device, point: Point, value: Value) -> tuple[Outgoing, ...] | None:
        """The option `write <channel>` names `<circuit>/<message>`: which message sets a value differs by boiler."""
        path = device.options.get(f"write {point.channel}".rstrip())
        if path is None:
            return None
        if isinstance(value, bool):
            text = "on" if as_switch(value) else "off"
        else:
            text = value if isinstance(value, str) else str(compact(as_number(value)))
        return (Outgoing(f"{device.topic}/{path}/set", text.encode()),)


def _status_01(parts: list[str], place: str) -> Iterator[Measurement]:
    for name, part in zip(_STATUS_01, parts, strict=False):
        value = plain_text(part)
        if not isinstance(value, str | bool):
            yield Measurement("temperature", value, "°C", _channel(place, f"Status01 {name}"))
    if len(parts) > len(_STATUS_01):
        yield Measurement("running_state", parts[len(_STATUS_01)].strip()[:32] or None, None, _channel(place, "Status01 pumpstate"))


def _channel(place: str, name: str) -> str:
    return f"{place} {name}".strip()
