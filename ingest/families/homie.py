"""Homie 2 to 5: `homie/[5/]<device>/<node>/<property>`; units and datatypes on topics of their own or in $description."""

from __future__ import annotations

from typing import Any, NamedTuple

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, as_number, as_switch, compact
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain_text, yes_no
from ingest.families.words import Meaning, meaning_of, quantity_of_unit, unit_named
from premises.reading import Value
from premises.site import Device, Point

_THERE = {"ready": True, "init": False, "disconnected": False, "sleeping": True, "lost": False, "alert": True}
_STATS: dict[str, tuple[str, str | None, str]] = {
    "cputemp": ("temperature", "°C", "cpu"),
    "cpuload": ("value", "%", "cpu load"),
    "battery": ("battery", "%", ""),
    "signal": ("wifi_quality", "%", ""),
    "supply": ("voltage", "V", "supply"),
    "uptime": ("uptime", "s", ""),
}
_ATTRIBUTES = frozenset(("unit", "datatype", "format", "settable", "retained", "name"))
_LEGACY_UNITS = {"c": "°C", "f": "°F", "%": "%"}
_MOST_PROPERTIES = 1000


class Property(NamedTuple):
    unit: str
    datatype: str


class Homie(Family):
    name = "homie"

    def recognises(self, message: Message, memory: Memory) -> float:
        levels = message.levels
        if levels[0] == "homie" and len(levels) > 2:
            return 0.95
        if any(level[:1] == "$" for level in levels[1:]):
            return 0.75 if levels[-1] in ("$homie", "$state", "$description", "$online", "$datatype", "$unit", "$nodes") else 0.4
        return 0.35 if len(levels) >= 4 and levels[1] in ("4", "5") else 0.0

    def device_of(self, topic: str) -> str:
        levels = topic.split("/")
        count = 3 if len(levels) > 2 and levels[1] in ("4", "5") else 2
        return "/".join(levels[:count])

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        device = hints.base or self.device_of(message.topic)
        rest = message.topic[len(device) + 1 :].split("/") if message.topic.startswith(f"{device}/") else message.levels[2:]
        if not rest or not rest[0]:
            return self.ignored("no property", device)
        if rest[-1] == "set":
            return self.ignored("a command", device)
        if rest[0][:1] == "$":
            return self._of_device(message, memory, device, rest)
        if rest[-1][:1] == "$" or (len(rest) == 2 and rest[1] in ("unit", "type") and len(message.payload) <= 8):
            return self._attribute(message, memory, device, rest)
        if len(rest) > 2:
            return self.ignored("below a property", device)
        return self.told(self._property(message, memory, device, rest), device, "a property of unknown meaning that is a text")

    def _of_device(self, message: Message, memory: Memory, device: str, rest: list[str]) -> Decoded:
        head = rest[0]
        if head in ("$state", "$online"):
            there = _THERE.get(message.text) if head == "$state" else yes_no(message.text)
            if not isinstance(there, bool):
                if not message.payload:
                    return self.ignored("the device was removed", device)
                raise MalformedError(f"{head} is {message.text[:40]!r}, which the convention does not know")
            return self.told((Measurement("availability", there),), device)
        if head == "$description":
            return self._description(message, memory, device)
        known = _STATS.get(rest[1]) if head == "$stats" and len(rest) == 2 else None
        if head == "$signal":
            known = _STATS["signal"]
        elif head == "$uptime" and rest[-1] != "interval":
            known = _STATS["uptime"]
        if known is None:
            return self.ignored("names of the device", device)
        value = plain_text(message.text)
        if isinstance(value, str):
            raise MalformedError(f"{'/'.join(rest)[:40]} is a number, not {value[:40]!r}")
        return self.told((Measurement(known[0], value, known[1], known[2]),), device)

    def _description(self, message: Message, memory: Memory, device: str) -> Decoded:
        """Homie 5: one document names all nodes and properties with their units."""
        if not message.payload:
            return self.ignored("the device was removed", device)
        nodes = message.fields.get("nodes") or {}
        found: list[Measurement] = []
        for node, told in nodes.items() if isinstance(nodes, dict) else ():
            properties = told.get("properties") if isinstance(told, dict) else None
            for name, one in properties.items() if isinstance(properties, dict) else ():
                if not isinstance(one, dict) or len(found) >= _MOST_PROPERTIES:
                    continue
                known = Property(str(one.get("unit") or "")[:16], str(one.get("datatype") or "")[:16])
                memory.put(self.name, f"{device}/{node}/{name}", known)
                meaning = _meaning(node, name, known)
                if meaning is not None:
                    found.append(Measurement(meaning.quantity, None, meaning.unit, f"{node} {name}"))
        return self.told(found, device, "a description without known properties")

    def _attribute(self, message: Message, memory: Memory, device: str, rest: list[str]) -> Decoded:
        attribute = rest[-1].lstrip("$")
        if attribute in ("unit", "datatype"):
            places = rest[:-1] if rest[-1][:1] == "$" else [rest[0], "degrees"]
            key = "/".join((device, *places))
            known = memory.get(self.name, key) or Property("", "")
            text = message.text[:16]
            memory.put(self.name, key, Property(text, known.datatype) if attribute == "unit" else Property(known.unit, text))
        return self.ignored("settings of a property" if attribute in _ATTRIBUTES else "names", device)

    def _property(self, message: Message, memory: Memory, device: str, rest: list[str]) -> tuple[Measurement, ...]:
        node, name = rest[0], rest[-1]
        known = memory.get(self.name, "/".join((device, *rest))) or Property("", "")
        meaning = _meaning(node, name, known)
        text = message.text
        if meaning is None:
            value = plain_text(text)
            if isinstance(value, str) or (value is None and not text):
                return ()
            return (Measurement(None, value, unit_named(known.unit), f"{node} {name}"),)
        value = plain_text(text) if meaning.quantity not in _STATES or meaning.quantity == "contact" else yes_no(text)
        if isinstance(value, str) and meaning.quantity not in _TEXTS:
            if known.datatype in ("integer", "float"):
                raise MalformedError(f"{node}/{name} is a {known.datatype}, not {value[:40]!r}")
            if known.datatype == "" and meaning.unit is not None:
                raise MalformedError(f"{node}/{name} in {meaning.unit} is a number, not {value[:40]!r}")
            return ()
        if isinstance(value, bool) and meaning.quantity not in _STATES:
            meaning = Meaning("switch_state")
        channel = node if len(rest) == 1 or meaning.quantity in ("brightness", "switch_state") else f"{node} {name}"
        return (Measurement(meaning.quantity, value, meaning.unit, channel),)

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        """`<node> <property>` is the channel; a lamp's node alone where the property has its usual name."""
        what = point.message_quantity or point.quantity.message
        node, _, name = point.channel.partition(" ")
        name = name or _USUAL.get(what, "")
        if not node or not name:
            raise self.cannot(point)
        key = f"{device.topic}/{node}/{name}"
        known = memory.get(self.name, key)
        payload = ("true" if as_switch(value) else "false") if what in _STATES else str(compact(as_number(value)))
        if known is not None and known.datatype == "integer" and what not in _STATES:
            payload = str(round(as_number(value)))
        return (Outgoing(f"{key}/set", payload.encode()),)


_USUAL = {"brightness": "intensity", "switch_state": "power", "setpoint_temperature": "setpoint"}
_STATES = frozenset(("switch_state", "occupancy", "contact", "smoke", "heating_active", "enabled", "water_leak"))
_TEXTS = frozenset(("contact", "mode", "status", "running_state", "fault", "button_event", "cover_state"))


def _meaning(node: str, name: str, known: Property) -> Meaning | None:
    """By the property's name, then with its node's; the unit that was told outranks the usual one."""
    unit = _LEGACY_UNITS.get(known.unit.lower()) or unit_named(known.unit)
    named: Any = meaning_of(name)
    told_as_state = known.datatype == "boolean" or (known.datatype == "" and unit is None and name != "power")
    if name in ("on", "power", "state") and told_as_state:
        of_node = meaning_of(node)
        named = of_node if of_node is not None and of_node.quantity in _STATES else Meaning("switch_state")
    if named is None:
        named = meaning_of(node) if name in ("value", "degrees", "level", "percent", "state", "current", node) else None
    if named is not None and named.quantity == "brightness":
        return Meaning("brightness", "%")
    by_unit = quantity_of_unit(unit) if unit else None
    if named is not None and by_unit is not None and by_unit != quantity_of_unit(named.unit or ""):
        # a `current` in °C is the present temperature; a `flow` or a `return` in °C is one of water
        named = None if named.unit is not None and quantity_of_unit(named.unit) else named
    if named is not None:
        fits = unit is not None and (quantity_of_unit(unit) in (None, quantity_of_unit(named.unit or "")) or named.unit is None)
        return Meaning(named.quantity, unit if fits else named.unit)
    return Meaning(by_unit, unit) if by_unit else None
