"""A declared mapping for what is no known family: options of the device say where values lie and what they are.

Options: `format` (json, number, text), and per point `<quantity>[ <channel>]` = `<topic below the device> | <path> | <unit>`,
where topic and path may be empty: `power = meter/live | grid.watts | W`. Paths are keys and indexes parted by dots.
`time` = path of the time stamp; `available` = `<topic> | <word for there>`; `set <quantity>[ <channel>]` = `<topic> | <template>`
with `{value}` in the template.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, Layout, Place, as_number, compact
from ingest.families.instants import instant_of
from ingest.families.memory import Memory
from ingest.families.message import Message
from ingest.families.scalars import plain, plain_text
from premises.reading import Value
from premises.site import Device, Point

_SETTINGS = frozenset(("format", "time", "available", "filter"))


class Mapped(Family):
    name = "mapped"

    def recognises(self, message: Message, memory: Memory) -> float:
        return 0.0

    def subscriptions(self, device: Device) -> tuple[str, ...]:
        own = device.options.get("filter")
        if own:
            return tuple(part.strip() for part in own.split(",") if part.strip())
        topics = {_joined(device.topic, _parts(told)[0]) for key, told in device.options.items() if _maps(key)}
        if "available" in device.options:
            topics.add(_joined(device.topic, _parts(device.options["available"])[0]))
        return tuple(sorted(topics)) or (device.topic,)

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        device = hints.device
        if device is None:
            return self.ignored("a mapping needs the device of a site file")
        mapping = self._mapping(device, hints)
        if mapping.available is not None and mapping.available[0] == message.topic:
            return self.told((Measurement("availability", message.text == mapping.available[1]),), device.topic)
        found = []
        json = (mapping.format or ("json" if message.looks_like_object else "number")) == "json"
        document = message.document if json else None
        time = instant_of(_at(document, mapping.time), hints.zone) if json and mapping.time else None
        for pattern, path, unit, quantity, channel in mapping.values:
            if pattern != message.topic and not _matches(pattern, message.topic):
                continue
            value = plain(_at(document, path)) if json else plain_text(message.text)
            if value is not None or not json or path:
                found.append(Measurement(quantity, value, unit, channel, time))
        return self.told(found, device.topic, "no mapping for this topic")

    def _mapping(self, device: Device, hints: Hints) -> _Mapping:
        mapping: _Mapping | None = hints.worked_out.get(self.name)
        if mapping is None:
            mapping = hints.worked_out[self.name] = _mapping_of(device)
        return mapping

    def layout(self, topic: str, fields: dict[str, Any], hints: Hints) -> Layout | None:
        if hints.device is None:
            return None
        mapping = self._mapping(hints.device, hints)
        if mapping.format not in ("", "json") or (mapping.available is not None and mapping.available[0] == topic):
            return None
        places = [
            Place(path or None, quantity, unit, channel)
            for pattern, path, unit, quantity, channel in mapping.values
            if (pattern == topic or _matches(pattern, topic)) and (not path or path[0] in fields)
        ]
        time = mapping.time if mapping.time and mapping.time[0] in fields else None
        return Layout(tuple(places), time)

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        what = point.message_quantity or point.quantity.message
        told = device.options.get(f"set {what} {point.channel}".rstrip())
        if told is None:
            raise self.cannot(point)
        topic, template, _ = _parts(told)
        shown = ("true" if value else "false") if isinstance(value, bool) else str(compact(as_number(value)))
        return (Outgoing(_joined(device.topic, topic), (template or "{value}").replace("{value}", shown).encode()),)


class _Mapping(NamedTuple):
    """The options of a device, read once. values: (topic, path, unit, quantity, channel); available: (topic, word)."""

    format: str
    time: tuple[str, ...]
    available: tuple[str, str] | None
    values: tuple[tuple[str, tuple[str, ...], str | None, str, str], ...]


def _mapping_of(device: Device) -> _Mapping:
    options = device.options
    available = None
    if options.get("available"):
        topic, word, _ = _parts(options["available"])
        available = (_joined(device.topic, topic), word or "online")
    values = []
    for key, told in options.items():
        if _maps(key):
            topic, path, unit = _parts(told)
            quantity, _, channel = key.partition(" ")
            values.append((_joined(device.topic, topic), _steps(path), unit or None, quantity, channel))
    return _Mapping(options.get("format", ""), _steps(options.get("time", "")), available, tuple(values))


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split(".")) if path else ()


def _maps(key: str) -> bool:
    return key not in _SETTINGS and not key.startswith("set ")


def _parts(told: str) -> tuple[str, str, str]:
    parts = [part.strip() for part in told.split("|")] + ["", "", ""]
    return parts[0], parts[1], parts[2]


def _joined(base: str, topic: str) -> str:
    if not topic:
        return base
    return topic if topic.startswith("/") or not base else f"{base}/{topic}"


def _matches(pattern: str, topic: str) -> bool:
    if pattern == topic:
        return True
    if "+" not in pattern:
        return False
    wide, levels = pattern.split("/"), topic.split("/")
    return len(wide) == len(levels) and all(level in ("+", told) for level, told in zip(wide, levels, strict=True))


def _at(document: Any, path: tuple[str, ...]) -> Any:
    """What lies at a path, None where nothing does; an empty path is the document itself."""
    for step in path:
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and step.lstrip("-").isdigit() and -len(document) <= int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document
