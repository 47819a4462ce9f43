"""The family `ha_discovery`: remembers announced entities by state topic and reads messages on those topics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, as_switch
from ingest.families.ha_discovery.abbreviations import spelled_out
from ingest.families.ha_discovery.commands import command_for, outgoing
from ingest.families.ha_discovery.entities import Entity, entities_of
from ingest.families.ha_discovery.templates import template_of
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import present, yes_no
from premises.reading import Value
from premises.site import Device, Point

_MOST_ENTITIES = 200
_STATES = frozenset(
    ("switch_state", "occupancy", "contact", "smoke", "water_leak", "gas_alarm", "reachable", "heating_active", "enabled", "fault",
     "vibration", "status", "charging", "vehicle_connected", "co_alarm")
)  # fmt: skip
_TEXTS = frozenset(("mode", "running_state", "status", "fault", "cover_state", "lock_state", "button_event"))


class HaDiscovery(Family):
    name = "ha_discovery"

    def recognises(self, message: Message, memory: Memory) -> float:
        levels = message.levels
        if levels[-1] == "config" and len(levels) >= 4 and (not message.payload or message.looks_like_object):
            if levels[0] == "homeassistant":
                return 0.98
            fields = message.fields_or_none() or {}
            return 0.8 if "state_topic" in fields or "stat_t" in fields else 0.2
        if message.topic == "homeassistant/status":
            return 0.9
        return 0.46 if memory.get(self.name, message.topic) else 0.0  # more than keys alone say

    def subscriptions(self, device: Device) -> tuple[str, ...]:
        """Announcements, and the state topics below the device's own topic."""
        prefix = device.options.get("discovery_prefix", "homeassistant")
        return (f"{prefix}/+/+/config", f"{prefix}/+/+/+/config", device.topic, f"{device.topic}/#")

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        if message.levels[-1] == "config":
            return self._announcement(message, memory, hints)
        entities = memory.get(self.name, message.topic)
        if not entities:
            return self.ignored("no entity was announced for this topic", hints.base or message.topic)
        found = [one for one in (self._reading(message, entity) for entity in entities) if one is not None]
        return self.told(found, hints.base or message.topic, "no value of an announced entity")

    def _announcement(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        if not message.payload:
            return self.ignored("the entity was removed", message.topic)
        config = spelled_out(message.fields)
        levels = message.levels
        component = levels[-4] if len(levels) >= 5 and levels[-4] != "homeassistant" else levels[-3]
        found: list[Entity] = []
        for part_of, part in self._parts(component, config, message.fields.get("~")):
            entities = list(entities_of(part_of, part))
            found.extend(entities)
            for entity in entities:
                command = command_for(entity, part)
                if command is not None:
                    memory.put(self.name, f"command\0{entity.quantity}\0{entity.channel}", command)
        for entity in found:
            _remember(memory, self.name, entity)
        self._remember_availability(memory, config)
        announced = [Measurement(one.quantity, None, one.unit, one.channel) for one in found]
        return self.told(
            announced, hints.base or (found[0].topic if found else message.topic), "announces nothing that is measured"
        )

    def _parts(self, component: str, config: dict[str, Any], base: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        """The one component of an announcement, or those of a device, with what the device says for all of them."""
        parts = config.get("components")
        if component != "device" and not isinstance(parts, dict):
            yield component, config
            return
        for part in list(parts.values())[:_MOST_ENTITIES] if isinstance(parts, dict) else ():
            if isinstance(part, dict):
                whole = {**config, **spelled_out({"~": base, **part})}
                yield str(whole.get("platform", ""))[:40], whole

    def _remember_availability(self, memory: Memory, config: dict[str, Any]) -> None:
        told = config.get("availability")
        places = [one for one in told[:4] if isinstance(one, dict)] if isinstance(told, list) else []
        if isinstance(config.get("availability_topic"), str):
            places.append({"topic": config["availability_topic"], "value_template": config.get("availability_template", "")})
        for place in places:
            place = spelled_out(place)
            topic = place.get("topic")
            if isinstance(topic, str) and topic:
                template = template_of(str(place.get("value_template", ""))[:1500])
                on = str(place.get("payload_available", config.get("payload_available", "")))[:64]
                _remember(memory, self.name, Entity(topic[:512], "availability", None, template, "", on))

    def _reading(self, message: Message, entity: Entity) -> Measurement | None:
        if not entity.template.exact:
            return None
        if not entity.template.bare and not message.looks_like_object and message.payload[:1] != b"[":
            if entity.quantity == "availability":
                return Measurement("availability", present(message.text))
            return None
        value = entity.template.value(message.text, lambda: message.document)
        if entity.quantity == "availability":
            there = (str(value) == entity.on) if entity.on and not isinstance(value, bool) else present(value)
            return Measurement("availability", there) if there is not None else None
        if entity.quantity in _STATES and value is not None:
            value = _state(value, entity)
        if isinstance(value, str) and entity.quantity not in _TEXTS and entity.quantity not in _STATES:
            if entity.quantity is None:
                return None
            raise MalformedError(f"{entity.channel[:80]} is a number, not {value[:40]!r}")
        return Measurement(entity.quantity, value, entity.unit, entity.channel)

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        """By the command topic that was announced beside the state topic of the point's channel."""
        what = point.message_quantity or point.quantity.message
        command = memory.get(self.name, f"command\0{what}\0{point.channel}")
        if not isinstance(command, dict):
            raise self.cannot(point)
        if what in _STATES:
            value = as_switch(value)
        return (outgoing(command, what, value),)


def _remember(memory: Memory, family: str, entity: Entity) -> None:
    known: tuple[Entity, ...] = memory.get(family, entity.topic) or ()
    if entity not in known and len(known) < _MOST_ENTITIES:
        kept = tuple(one for one in known if one.channel != entity.channel or one.quantity != entity.quantity)
        memory.put(family, entity.topic, (*kept, entity))


def _state(value: Value, entity: Entity) -> Value:
    """The state by the payloads that were announced, else by the usual words."""
    word = str(value).lower() if isinstance(value, bool) else str(value)
    if entity.on and word.lower() == entity.on.lower():
        return entity.on.lower() != "false" or entity.quantity != "contact"
    if entity.off and word.lower() == entity.off.lower():
        return entity.off.lower() == "true" and entity.quantity == "contact"
    told = yes_no(value)
    return value if told is None else told
