"""The family `solar_other`: told apart by the keys of a JSON object, or by the words of the topic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ingest.decoded import Decoded, Measurement
from ingest.families.family import Family, Hints, below
from ingest.families.instants import instant_of
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain, plain_text, present
from ingest.families.solar_other.tables import (
    DEYE,
    DEYE_EXTRA,
    ENVOY,
    FRONIUS,
    FRONIUS_API,
    GOODWE,
    GRID,
    GROTT,
    MPP,
    SBFSPOT,
    SMA_METER,
    Meaning,
)
from ingest.families.words import Meaning as Named
from ingest.families.words import meaning_of, quantity_of_unit, unit_named
from premises.site import Device

_FLAT: tuple[tuple[str, Mapping[str, Meaning], int], ...] = (
    ("fronius", FRONIUS, 1),
    ("sbfspot", SBFSPOT, 3),
    ("fronius api", FRONIUS_API, 2),
    ("sma meter", SMA_METER, 2),
    ("goodwe", GOODWE, 3),
    ("envoy", ENVOY, 2),
)
_NESTED = ("grid", "pv", "battery", "load", "home", "house", "inverter")
_DEYE_PARTS = frozenset(
    ("ac", "dc", "battery", "bms", "ups", "settings", "inverter", "total", "timeofuse", "ct1", "ct2", "ct3", "ct4", "ct5", "ct6")
)
_SCALES: dict[str, tuple[float, str]] = {
    "dW": (10, "W"),
    "dV": (10, "V"),
    "dA": (10, "A"),
    "cHz": (100, "Hz"),
    "0.1 kWh": (10, "kWh"),
    "0.1 °C": (10, "°C"),
}
_PHASES = frozenset(("L1", "L2", "L3"))


class SolarOther(Family):
    name = "solar_other"

    def recognises(self, message: Message, memory: Memory) -> float:
        fields = message.fields_or_none()
        levels = message.levels
        if fields is not None:
            return _of_fields(fields, levels)
        if len(levels) >= 4 and levels[-3] == "status" and levels[-1] in ("value", "unit"):
            return 0.9
        if levels[0].lower().startswith("deye"):
            return 0.9
        if levels[-1] in DEYE and len(levels) >= 2 and (levels[-1].count("_") or levels[-2][:2] in ("pv", "l1", "l2", "l3")):
            return 0.5
        return 0.0

    def device_of(self, topic: str) -> str:
        levels = topic.split("/")
        for place, level in enumerate(levels):
            if place and (level in _DEYE_PARTS or level == "status" or level in DEYE or level.startswith("state-")):
                return "/".join(levels[:place])
        return topic

    def subscriptions(self, device: Device) -> tuple[str, ...]:
        return (device.topic, f"{device.topic}/#")

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        device = hints.base or self.device_of(message.topic)
        levels = (below(message.topic, device) or message.topic).split("/")
        last = message.levels[-1]
        if message.looks_like_object:
            return self.told(_of_object(message.fields, hints), device)
        if last in ("status", "availability", "logger_status") and levels[-1] == last:
            told = plain_text(message.text)
            if isinstance(told, int | float) and not isinstance(told, bool) and len(levels) > 1:
                return self.told((Measurement("status_code", told, None, " ".join(levels[:-1])),), device)
            if present(message.text) is not None:
                return self.told((Measurement("availability", present(message.text)),), device)
        if last in ("set", "command"):
            return self.ignored("a command", device)
        if "status" in message.levels and last in ("value", "unit"):
            return self._setting(message, memory, device)
        return self._topic_value(message, levels, device)

    def _setting(self, message: Message, memory: Memory, device: str) -> Decoded:
        """mpp-solar: the value and its unit travel on topics of their own."""
        levels = message.levels
        name, key = levels[-2], message.topic.rpartition("/")[0]
        if levels[-1] == "unit":
            memory.put(self.name, key, message.text[:16])
            return self.ignored("a unit", device)
        known = MPP.get(name)
        told_unit = unit_named(memory.get(self.name, key) or "")
        value = plain_text(message.text)
        if known is None:
            named = _by_name_and_unit(name, told_unit)
            if named is None or isinstance(value, str):
                return self.ignored(f"{name[:40]} is not measured", device)
            known = (named.quantity, told_unit or named.unit, name.replace("_", " "))
        quantity, unit, channel = known
        if isinstance(value, str) and quantity not in ("mode", "fault"):
            raise MalformedError(f"{name[:40]} is a number, not {value[:40]!r}")
        return self.told((Measurement(quantity, value, told_unit or unit, channel),), device)

    def _topic_value(self, message: Message, levels: list[str], device: str) -> Decoded:
        last = levels[-1]
        value = plain_text(message.text)
        known = DEYE.get(last)
        if known is not None:
            words = [level for level in levels[:-1] if not (level == "dc" and len(levels) > 2)]
            extra = DEYE_EXTRA.get(last, "")
            channel = " ".join(word for word in (*words, extra) if word)
            meaning: Meaning = (known[0], known[1], channel)
        else:
            named = MPP.get(last)
            words_say = meaning_of(last)
            if named is None and words_say is None:
                return self.ignored(f"{last[:40]} is not measured", device)
            meaning = named or (words_say.quantity, words_say.unit, " ".join(levels)) if words_say else named  # type: ignore[assignment]
        if isinstance(value, str) and meaning[0] not in ("mode", "fault", "status"):
            raise MalformedError(f"{last[:40]} is a number, not {value[:40]!r}")
        return self.told((Measurement(meaning[0], value, meaning[1], meaning[2]),), device)


def _by_name_and_unit(name: str, unit: str | None) -> Named | None:
    """The unit outranks the words: `daily_pv_power_generated` in Wh is an energy, of today."""
    named = meaning_of(name)
    by_unit = quantity_of_unit(unit) if unit else None
    if by_unit is None or by_unit in (named.quantity if named else None, quantity_of_unit(named.unit or "") if named else None):
        return named
    return meaning_of(f"energy {name}") if by_unit == "energy" else Named(by_unit, unit)


def _of_fields(fields: dict[str, Any], levels: list[str]) -> float:
    for _, table, least in _FLAT:
        if sum(key in table for key in fields) >= least:
            return 0.85
    values = fields.get("values")
    if isinstance(values, dict) and any(key in GROTT for key in values):
        return 0.9
    nested = [key for key in fields if key in _NESTED and isinstance(fields[key], dict)]
    if nested and any(inner in GRID for key in nested for inner in fields[key]):
        return 0.7
    return 0.3 if levels[0].lower() in ("fronius", "growatt", "energy", "solax", "sma", "solaredge") else 0.0


def _of_object(fields: dict[str, Any], hints: Hints) -> Iterator[Measurement]:
    time = instant_of(fields.get("timestamp", fields.get("time", fields.get("Timestamp"))), hints.zone)
    values = fields.get("values")
    if isinstance(values, dict):
        yield from _grott(values, time)
        return
    body = fields.get("Body")
    if isinstance(body, dict):
        yield from _fronius_api(body, time, 0)
        return
    for _, table, least in _FLAT:
        if sum(key in table for key in fields) >= least:
            yield from _flat(fields, table, "", time)
            return
    found = False
    for key, told in fields.items():
        if isinstance(told, dict) and key in _NESTED:
            found = True
            yield from _grid(told, key, time)
    if not found:
        yield from _grid(fields, "", time)


def _flat(fields: dict[str, Any], table: Mapping[str, Meaning], channel: str, time: datetime | None) -> Iterator[Measurement]:
    for key, told in fields.items():
        meaning = table.get(key)
        if meaning is not None and type(told) is not dict and type(told) is not list:
            yield Measurement(meaning[0], plain(told), meaning[1], f"{channel} {meaning[2]}".strip(), time)


def _grott(values: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    """Register values in tenths: the message's own value is kept, its unit says the tenth."""
    for one in _flat(values, GROTT, "", time):
        scale = _SCALES.get(one.unit or "")
        if scale is None or not isinstance(one.value, int | float):
            yield one
        else:
            yield Measurement(one.quantity, one.value / scale[0], scale[1], one.channel, time)


def _fronius_api(body: dict[str, Any], time: datetime | None, depth: int) -> Iterator[Measurement]:
    """`Body.Data…`: values bare, or as {Value, Unit}."""
    for key, told in body.items():
        meaning = FRONIUS_API.get(key)
        if isinstance(told, dict) and "Value" in told and meaning is not None:
            yield Measurement(
                meaning[0], plain(told["Value"]), unit_named(str(told.get("Unit", ""))) or meaning[1], meaning[2], time
            )
        elif isinstance(told, dict) and depth < 5:
            yield from _fronius_api(told, time, depth + 1)
        elif meaning is not None and not isinstance(told, dict | list):
            yield Measurement(meaning[0], plain(told), meaning[1], meaning[2], time)


def _grid(fields: dict[str, Any], channel: str, time: datetime | None) -> Iterator[Measurement]:
    for key, told in fields.items():
        if isinstance(told, dict):
            if key in _PHASES:
                yield from _grid(told, f"{channel} {key}".strip(), time)
            continue
        meaning = GRID.get(key)
        if meaning is not None and not isinstance(told, list):
            yield Measurement(meaning[0], plain(told), meaning[1], f"{channel} {meaning[2]}".strip(), time)
            continue
        named = meaning_of(key) if isinstance(told, int | float) and not isinstance(told, bool) else None
        if named is not None:
            yield Measurement(named.quantity, plain(told), named.unit, f"{channel} {key}".strip(), time)
