"""BACnet behind gateways to MQTT: what an object measures is in its name and in BACnet's own names of units.

No topic form is a standard; these are those in use: `…/<object type>/<instance>[/<property>]` (bare or JSON), and
`…/telemetry/<device>/<type>_<instance>` of bacnet-mqtt-gateway. Units after ASHRAE 135, BACnetEngineeringUnits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.decoded import Measurement
from ingest.families.family import Hints
from ingest.families.instants import instant_of
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain, plain_text, yes_no
from ingest.families.words import meaning_of, quantity_of_unit, unit_named

_TYPES = {
    "analoginput": "AI", "analogoutput": "AO", "analogvalue": "AV", "binaryinput": "BI", "binaryoutput": "BO",
    "binaryvalue": "BV", "multistateinput": "MI", "multistateoutput": "MO", "multistatevalue": "MV",
    "0": "AI", "1": "AO", "2": "AV", "3": "BI", "4": "BO", "5": "BV", "13": "MI", "14": "MO", "19": "MV",
    "ai": "AI", "ao": "AO", "av": "AV", "bi": "BI", "bo": "BO", "bv": "BV", "mi": "MI", "mo": "MO", "mv": "MV",
    "msi": "MI", "mso": "MO", "msv": "MV",
}  # fmt: skip
_UNITS = {
    "degreescelsius": "°C", "62": "°C", "degreesfahrenheit": "°F", "64": "°F", "percent": "%", "98": "%",
    "percentrelativehumidity": "%", "29": "%", "partspermillion": "ppm", "96": "ppm", "watts": "W", "47": "W",
    "kilowatts": "kW", "48": "kW", "watthours": "Wh", "18": "Wh", "kilowatthours": "kWh", "19": "kWh", "megawatthours": "MWh",
    "146": "MWh", "volts": "V", "5": "V", "amperes": "A", "3": "A", "hertz": "Hz", "27": "Hz", "luxes": "lx", "37": "lx",
    "pascals": "Pa", "53": "Pa", "kilopascals": "kPa", "54": "kPa", "bars": "bar", "55": "bar", "voltamperes": "VA", "9": "VA",
    "voltamperesreactive": "var", "12": "var", "cubicmeters": "m³", "80": "m³", "cubicmetersperhour": "m³/h", "135": "m³/h",
    "74": "m/s", "meterspersecond": "m/s", "litersperminute": "l/min", "88": "l/min", "powerfactor": "1", "15": "1",
    "nounits": None, "95": None,
}  # fmt: skip
_PRESENT = frozenset(("presentvalue", "85", "value"))
_HUMID = frozenset(("percentrelativehumidity", "29"))
_SEPARATORS = re.compile(r"[^a-z0-9]")
_OBJECT = re.compile(r"^(\d{1,2})_(\d{1,7})$")
_MOST_NAME = 64


def _plain_word(level: str) -> str:
    return _SEPARATORS.sub("", level.lower())


def _object_at(levels: list[str]) -> tuple[str, str, int] | None:
    """(type, instance, place of the level that names it); None where the topic names no object."""
    for place in range(len(levels) - 1, 0, -1):
        found = _OBJECT.match(levels[place])
        if found is not None and found.group(1) in _TYPES:
            return _TYPES[found.group(1)], found.group(2), place
        kind = _TYPES.get(_plain_word(levels[place - 1])) if levels[place].isdigit() and len(levels[place]) <= 7 else None
        if kind is not None and not levels[place - 1].isdigit():
            return kind, levels[place], place - 1
    return None


def is_bacnet(message: Message) -> bool:
    """Whether the topic says so and names an object, or the message is an object with BACnet's own keys."""
    if "bacnet" in message.topic[:200].lower():
        return _object_at(message.levels) is not None or _tells_object(message.fields_or_none())
    return _tells_object(message.fields_or_none())


def _tells_object(fields: dict[str, Any] | None) -> bool:
    return (
        fields is not None
        and ("objectType" in fields or "object_type" in fields)
        and bool(_PRESENT & {_plain_word(k) for k in fields})
    )


def device_of_bacnet(topic: str) -> str:
    """What stands above the object."""
    levels = topic.split("/")
    found = _object_at(levels)
    return "/".join(levels[: found[2]]) if found is not None else topic


def bacnet_measurements(message: Message, hints: Hints) -> Iterator[Measurement]:
    """The present value of one object; other properties say nothing. Raises MalformedError."""
    levels = message.levels
    found = _object_at(levels)
    after = [_plain_word(level) for level in levels[found[2] + 1 :] if not level.isdigit()] if found is not None else []
    if after and after[-1] not in _PRESENT:
        return
    fields = message.fields_or_none()
    if fields is None:
        if message.looks_like_object:
            message.fields  # noqa: B018 (raises with the reason)
        if found is not None:
            yield _measured(found[0], f"{found[0]}{found[1]}", "", None, plain_text(message.text), message.text, None)
        return
    told = next((fields[key] for key in fields if _plain_word(key) in _PRESENT), None)
    kind = _TYPES.get(_plain_word(str(fields.get("objectType", fields.get("object_type", "")))), found[0] if found else "")
    instance = str(fields.get("instance", fields.get("objectInstance", found[1] if found else "")))[:10]
    if "property" in fields and _plain_word(str(fields["property"])) not in _PRESENT:
        return
    name = str(fields.get("objectName", fields.get("object_name", fields.get("name", ""))))[:_MOST_NAME]
    unit = fields.get("units", fields.get("unit"))
    time = next((instant_of(fields[key], hints.zone) for key in ("acquiredAt", "timestamp", "time", "ts") if key in fields), None)
    value = plain(told)
    yield _measured(kind, f"{kind}{instance}", name, unit, value, told if isinstance(told, str) else "", time)


def _measured(kind: str, place: str, name: str, units: Any, value: Any, text: str, time: Any) -> Measurement:
    """By unit and name; binary objects are states, multi-state ones modes, analogue ones without both have no meaning."""
    channel = name or place
    named = meaning_of(name) if name else None
    if kind[:1] == "B":
        state = yes_no(text) if text else value
        known = named.quantity if named is not None and named.unit is None else ("status" if kind == "BI" else "switch_state")
        return Measurement(known, bool(state) if state in (0, 1) else state, None, channel, time)
    if kind[:1] == "M":
        return Measurement(
            named.quantity if named and named.quantity in ("mode", "fault") else "status_code", value, None, channel, time
        )
    if isinstance(value, str | bool):
        raise MalformedError(f"{channel[:40]} is a number, not {text[:40]!r}")
    word = _plain_word(str(units)) if units is not None else ""
    unit = _UNITS[word] if word in _UNITS else unit_named(str(units)) if units else None
    if word in _HUMID:
        return Measurement("humidity", value, "%", channel, time)
    by_unit = quantity_of_unit(unit) if unit else None
    if by_unit is not None and by_unit != quantity_of_unit(named.unit or "" if named else ""):
        return Measurement(by_unit, value, unit, channel, time)
    if named is None:
        return Measurement(None, value, unit, channel, time)
    return Measurement(named.quantity, value, unit or (named.unit if units is None else None), channel, time)
