"""Wiren Board MQTT convention: `/devices/<id>/controls/<control>`, types and units in retained meta topics."""

from __future__ import annotations

from typing import Any

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, as_number, as_switch, compact
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain, plain_text
from ingest.families.wirenboard_types import BY_TYPE, BY_UNIT, by_device, by_name, channel_of
from ingest.families.words import unit_named
from premises.reading import Value
from premises.site import Device, Point


def parted(topic: str) -> tuple[str, str, str] | None:
    """(device topic, control, what is below the control) of a topic; control "" on topics of the device itself."""
    at = topic.find("/devices/")
    head = "/devices/"
    if at < 0:
        if not topic.startswith("devices/"):
            return None
        at, head = 0, "devices/"
    device, slash, rest = topic[at + len(head) :].partition("/")
    if not device:
        return None
    base = f"{topic[:at]}{head}{device}"
    if rest.startswith("controls/"):
        control, _, below = rest[len("controls/") :].partition("/")
        return base, control, below
    return base, "", rest if slash else ""


class WirenBoard(Family):
    name = "wirenboard"

    def recognises(self, message: Message, memory: Memory) -> float:
        place = parted(message.topic)
        if place is None:
            return 0.0
        if place[1]:
            return 0.9
        return 0.8 if place[2].startswith("meta") else 0.3 if message.topic.startswith(("/devices/", "devices/")) else 0.0

    def device_of(self, topic: str) -> str:
        place = parted(topic)
        return place[0] if place else topic

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        place = parted(message.topic)
        if place is None:
            raise MalformedError("a topic of this convention is /devices/<id>/controls/<control>")
        device, control, rest = place
        if not control:
            return self._device_meta(message, device, rest)
        if rest.startswith("meta"):
            return self._control_meta(message, memory, device, control, rest)
        if rest:
            return self.ignored("a command" if rest == "on" else "nothing of this convention", device)
        if not message.payload:
            return self.ignored("an empty payload: the control was removed", device)
        kind, units = memory.get(self.name, f"{device}\0{control}") or ("", "")
        return self.told(measured(control, kind, units, plain_text(message.text), device), device, "no measurement")

    def _device_meta(self, message: Message, device: str, rest: str) -> Decoded:
        if rest == "meta/error":
            return self.told((Measurement("availability", not message.text),), device)
        return self.ignored("names of the device", device)

    def _control_meta(self, message: Message, memory: Memory, device: str, control: str, rest: str) -> Decoded:
        key = f"{device}\0{control}"
        kind, units = memory.get(self.name, key) or ("", "")
        if rest == "meta":
            if not message.payload:
                memory.forget(self.name, key)
                return self.ignored("the control was removed", device)
            fields = message.fields
            kind, units = str(fields.get("type", kind))[:40], str(fields.get("units", units) or "")[:40]
            units = _span(kind, units, fields.get("max"))
        elif rest == "meta/max":
            units = _span(kind or "range", units, plain(message.text))
        elif rest in ("meta/type", "meta/units"):
            kind, units = (message.text[:40], units) if rest == "meta/type" else (kind, message.text[:40])
        elif rest == "meta/error" and message.payload:
            return self.told((Measurement("fault", plain(message.text), None, channel_of(control)),), device)
        else:
            return self.ignored("settings of the control", device)
        memory.put(self.name, key, (kind, units))
        if kind in ("value", "text", "") and not units:
            return self.ignored("the control is announced without a unit", device)
        return self.told(measured(control, kind, units, None, device), device, "an announcement of nothing measured")

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        what = point.message_quantity or point.quantity.message
        control = device.options.get(f"control {point.channel}", point.channel)
        if not control:
            raise self.cannot(point)
        payload: Any
        if what in ("switch_state", "enabled", "heating_active"):
            payload = "1" if as_switch(value) else "0"
        elif what in ("brightness", "setpoint_temperature", "cover_position", "valve_position"):
            payload = compact(as_number(value))
        else:
            raise self.cannot(point)
        return (Outgoing(f"{device.topic}/controls/{control}/on", str(payload).encode()),)


def measured(control: str, kind: str, units: str, value: Value | None, device: str = "") -> tuple[Measurement, ...]:
    """What a control measures: by its type, else by its unit, else by its name, else a number of unknown meaning."""
    named = by_device(device, control) or by_name(control)
    known = BY_TYPE.get(kind)
    if isinstance(value, str) and known is not None and known[1] is not None:
        raise MalformedError(f"{control[:40]} of type {kind} is a number, not {value[:40]!r}")
    if isinstance(value, str) and (named is None or named.quantity not in ("mode", "fault")) and kind not in ("switch", "alarm"):
        return (Measurement("status", value, None, channel_of(control)),) if value else ()
    if known is not None and kind not in ("value", "range", "text"):
        quantity, unit = known
        if named is not None and (quantity, named.quantity) in _NARROWED:
            quantity, unit = named.quantity, named.unit or unit
        return (Measurement(quantity, value, _told(units) or unit, channel_of(control)),)
    if kind in ("text", "rgb", "unixtime", "w1-id", "pushbutton"):
        return ()
    by_unit = BY_UNIT.get(units)
    if named is not None:
        unit = by_unit[1] if by_unit else (_told(units) if named.unit is not None else None) or named.unit
        unit = units if named.quantity == "brightness" and units in ("0-254", "0-255") else unit
        return (Measurement(named.quantity, value, unit, channel_of(control)),)
    if by_unit is not None:
        return (Measurement(by_unit[0], value, by_unit[1], channel_of(control)),)
    return (Measurement(None, value, units or None, channel_of(control)),) if value is not None else ()


def _span(kind: str, units: str, highest: object) -> str:
    """A range without a unit that ends at a level of lamps is one of these; its end is remembered in the unit's place."""
    return f"0-{highest}" if kind in ("range", "dimmer") and not units and highest in (254, 255) else units


def _told(units: str) -> str | None:
    """The unit that the control tells, in our spelling; None where it tells none. It outranks what is usual for its type."""
    known = BY_UNIT.get(units)
    return known[1] if known is not None else unit_named(units) if units and not units.startswith("0-") else None


_NARROWED = frozenset(
    (
        ("voltage", "battery_voltage"), ("power", "apparent_power"), ("power", "reactive_power"), ("energy", "reactive_energy"),
        ("energy", "energy_export"), ("switch_state", "occupancy"), ("fault_active", "water_leak"),
        ("temperature", "setpoint_temperature"), ("water_volume", "gas_volume"), ("co2", "tvoc"),
    )
)  # fmt: skip
"""(by type, by name): where the control's name says more narrowly what its type says widely."""
