"""What is on the wire and in no site file yet: devices heard, what each measures, and a proposal for the file's device section."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.decode import guarded, refused_outright
from ingest.decoded import Measurement, Outcome
from ingest.families.family import CannotActError, Family, Hints
from ingest.families.memory import Memory
from ingest.families.message import Message
from ingest.families.registry import FAMILIES, recognise
from ingest.normalise import kept_as
from premises.errors import UnitError
from premises.quantities import QUANTITIES, Quantity
from premises.reading import RawMessage, Value
from premises.site import Device, Point, Site
from premises.units import convert

_MOST_DEVICES = 2000
_MOST_MEASURES = 100
_LONGEST_QUALIFIER = 40
_KEPT = ("greenroom", "outdoor")
"""Ids that are no device's."""
_SETTABLE = {"switch_state": True, "brightness": 50.0, "setpoint_temperature": 20.0, "cover_position": 50.0, "heatpump_on": True}
_OUTDOOR = ("outside", "outdoor", "aussen", "exterieur", "weather")
_OF_DEVICE = ("device", "cpu", "chip", "internal", "inverter", "esp32")
_NOT_ASKED = frozenset(("link_quality", "rssi", "uptime", "wifi_quality", "availability", "status", "snr", "bdSeq", "button_event"))
_SLUG = re.compile(r"[^a-z0-9]+")
TO_BE_NAMED = "to-be-named"
"""Placed where only a person knows: `greenroom check` asks for the zone by name."""


@dataclass(slots=True)
class HeardMeasure:
    """One thing that a device tells: what it would be on the premises, and how the message calls it."""

    quantity: str
    message_quantity: str
    channel: str
    unit: str | None
    value: Value | None
    count: int = 1
    settable: bool = False


@dataclass(slots=True)
class Proposal:
    """A device that was heard. known: a site file has it already (its lines are never touched)."""

    family: str
    topic: str
    id: str
    known: bool = False
    messages: int = 0
    measures: dict[tuple[str, str], HeardMeasure] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)


class Recogniser:
    """Listens message by message, within bounds; `proposals` says what was understood, `unknown` what was not."""

    def __init__(self, sites: Sequence[Site] = ()) -> None:
        self._memory = Memory()
        self._known = {(device.family, device.topic.strip("/")) for site in sites for device in site.devices}
        self._ids = {*_KEPT, *(name for site in sites for name in _ids(site))}
        self._found: dict[tuple[str, str], Proposal] = {}
        self.unknown: dict[str, int] = {}

    def add(self, raw: RawMessage) -> None:
        """Take one message into account. Never raises for what it holds."""
        if refused_outright(raw):
            return
        message = Message(raw)
        recognised = recognise(message, self._memory)
        if recognised is None:
            if len(self.unknown) < _MOST_DEVICES or raw.topic in self.unknown:
                self.unknown[raw.topic] = self.unknown.get(raw.topic, 0) + 1
            return
        family = recognised[0]
        first = guarded(family, message, self._memory, Hints())
        told = [one for one in first.measurements if one.value is not None]
        if first.outcome is not Outcome.READINGS or not told or not first.device:
            return
        proposal = self._proposal(family, first.device)
        if proposal is None:
            return
        proposal.messages += 1
        if family.name == "zigbee2mqtt" and not message.looks_like_object and told[0].quantity != "availability":
            proposal.options["output"] = "attribute"  # one topic for each attribute: the device's own tells nothing
        # Read again as the proposed device would be, so that channels are those of a site file.
        device = Device(proposal.id, family.name, proposal.topic)
        again = guarded(family, message, self._memory, Hints(device)).measurements
        for one in again or told:
            if one.value is not None and one.quantity is not None and one.quantity not in _NOT_ASKED:
                _note(proposal, family, device, one, self._memory)

    def _proposal(self, family: Family, topic: str) -> Proposal | None:
        key = (family.name, topic.strip("/"))
        proposal = self._found.get(key)
        if proposal is None and len(self._found) < _MOST_DEVICES:
            proposal = self._found[key] = Proposal(family.name, topic, self._id(topic), key in self._known)
        return proposal

    def _id(self, topic: str) -> str:
        """A short name from the end of the topic, told apart by numbers."""
        levels = [slug for level in topic.split("/") if (slug := _SLUG.sub("-", level.lower()).strip("-"))]
        base = (levels[-1] if levels and not levels[-1].isdigit() else "-".join(levels[-2:])) or "device"
        base = base[:40] if base[0].isalpha() else f"device-{base[:32]}"
        name, number = base, 2
        while name in self._ids:
            name, number = f"{base}-{number}", number + 1
        self._ids.add(name)
        return name

    def proposals(self) -> list[Proposal]:
        """Devices in the order in which they were first heard; those that only tell that they are there included."""
        return list(self._found.values())


def _ids(site: Site) -> Iterable[str]:
    """Ids that are taken: of devices, and of all else that points can be of."""
    parts = (site.devices, site.zones, site.plants, site.pv_strings, site.meters)
    return (one.id for part in parts for one in part)


def recognise_all(messages: Iterable[RawMessage], sites: Sequence[Site] = ()) -> list[Proposal]:
    """All devices that the messages tell of. sites: what is known already."""
    recogniser = Recogniser(sites)
    for message in messages:
        recogniser.add(message)
    return recogniser.proposals()


def _note(proposal: Proposal, family: Family, device: Device, one: Measurement, memory: Memory) -> None:
    quantity = one.quantity or ""
    key = (one.channel, quantity)
    known = proposal.measures.get(key)
    if known is not None:
        known.count += 1
        known.value = one.value
        return
    if len(proposal.measures) >= _MOST_MEASURES:
        return
    meaning = _on_premises(one)
    if not _can_be_kept(one, meaning or QUANTITIES.get(quantity)):
        return
    settable = meaning is not None and _can_set(family, device, one, meaning, memory)
    name = meaning.name if meaning is not None else quantity
    proposal.measures[key] = HeardMeasure(name, quantity, one.channel, one.unit, one.value, 1, settable)
    dialect = memory.get("heatpump", f"dialect {device.topic}") if family.name == "heatpump" else None
    if dialect and dialect != "heishamon":
        proposal.options["dialect"] = dialect


def _on_premises(one: Measurement) -> Quantity | None:
    """What a measurement most likely means: a temperature is the air's unless its channel says otherwise."""
    channel = one.channel.lower()
    if one.quantity == "temperature":
        if any(word in channel for word in _OUTDOOR):
            return QUANTITIES["outdoor_temperature"]
        if any(word in channel for word in _OF_DEVICE):
            return QUANTITIES["device_temperature"]
        if any(word in channel for word in ("flow", "outlet", "supply", "vorlauf", "leaving")):
            return QUANTITIES["supply_temperature"]
        if any(word in channel for word in ("return", "inlet", "retour", "rucklauf")):
            return QUANTITIES["return_temperature"]
        return QUANTITIES["water_temperature" if any(word in channel for word in ("water", "dhw", "tank")) else "air_temperature"]
    if one.quantity == "setpoint_temperature" and any(word in channel for word in ("flow", "heat request", "outlet", "lw")):
        return QUANTITIES["supply_setpoint"]
    return kept_as(one.quantity, one.unit)


def _can_be_kept(one: Measurement, quantity: Quantity | None) -> bool:
    """Whether a point of that quantity takes what is told: a noise in percent is none in decibels."""
    if quantity is None or one.unit is None or not isinstance(one.value, int | float):
        return True
    try:
        convert(float(one.value), one.unit, quantity.unit)
    except UnitError:
        return False
    return True


def _can_set(family: Family, device: Device, one: Measurement, quantity: Quantity, memory: Memory) -> bool:
    value = _SETTABLE.get(one.quantity or "")
    if value is None:
        return False
    point = Point("x", "", "", quantity, device.id, one.channel, one.quantity or "", writable=True)
    try:
        return bool(family.encode(device, point, value, memory))
    except CannotActError:
        return False


def site_file_section(proposals: Iterable[Proposal], sites: Sequence[Site] = ()) -> str:
    """The `devices:` section for all devices that no site file has yet, as YAML text to be pasted and completed by a person.

    Every text from the wire is quoted, so that no topic can become anything but text. What can be set says so in a remark;
    it is for the owner to add `writable: true`. Points are told apart by qualifiers, from each other and from those of the
    `sites`, so that the lines load in whatever zones they are put; where a quantity stands alone its qualifier can go.
    """
    lines = ["devices:"]
    taken = {_named(point) for site in sites for point in site.points}
    for one in proposals:
        if one.known or not one.measures or one.family not in FAMILIES:
            continue
        several = _several(one)
        told = [_measure(measure, _qualifier(one, measure, several, taken)) for measure in _kept(one)]
        if not told:
            continue
        lines += [f"  - id: {one.id}", f"    family: {one.family}", f"    topic: {_quoted(one.topic)}", f"    zone: {TO_BE_NAMED}"]
        if one.options:
            lines.append("    options:")
            lines += [f"      {name}: {_quoted(value)}" for name, value in one.options.items()]
        lines += ["    measures:", *told]
    return "\n".join(lines) + "\n" if len(lines) > 1 else ""


def _kept(one: Proposal) -> list[HeardMeasure]:
    """What a site file can name; of what falls on one quantity, message quantity and channel only the first."""
    found: dict[tuple[str, str, str], HeardMeasure] = {}
    for measure in one.measures.values():
        if measure.quantity in QUANTITIES:
            found.setdefault((measure.quantity, measure.message_quantity, measure.channel), measure)
    return list(found.values())


def _several(one: Proposal) -> frozenset[str]:
    """Quantities that the device tells more than once: their points need a qualifier."""
    names = [measure.quantity for measure in one.measures.values()]
    return frozenset(name for name in names if names.count(name) > 1)


def _named(point: Point) -> tuple[str, str]:
    """Quantity and qualifier of a point of a site file."""
    return point.quantity.name, point.id.rpartition("/")[2].removeprefix(point.quantity.name).lstrip(".")


def _qualifier(one: Proposal, measure: HeardMeasure, several: frozenset[str], taken: set[tuple[str, str]]) -> str:
    """The shortest that tells the point from all others: none, its channel, its device, both, or a number behind them."""
    channel = _slug(measure.channel) if measure.quantity in several else ""
    tries = [channel, one.id, _slug(f"{one.id} {measure.channel}")] if channel else ["", one.id]
    tries += [f"{tries[-1][:50]}-{number}" for number in range(2, _MOST_MEASURES + 2)]
    chosen = next((name for name in tries if (measure.quantity, name) not in taken), tries[-1])
    taken.add((measure.quantity, chosen))
    return chosen


def _slug(text: str) -> str:
    slug = _SLUG.sub("-", text.lower()).strip("-")[:_LONGEST_QUALIFIER].strip("-")
    return slug if not slug or slug[0].isalpha() else f"n{slug}"


def _measure(measure: HeardMeasure, qualifier: str) -> str:
    parts = [f"quantity: {measure.quantity}"]
    if measure.channel:
        parts.append(f"channel: {_quoted(measure.channel)}")
    if QUANTITIES[measure.quantity].message != measure.message_quantity:
        parts.append(f"message: {measure.message_quantity}")
    if qualifier:
        parts.append(f"qualifier: {qualifier}")
    shown = str(measure.value)[:24].replace("\n", " ") if not isinstance(measure.value, str) else "a text"
    remark = f"  # {shown}{f' {measure.unit}' if measure.unit else ''}" + ("; can be set" if measure.settable else "")
    return f"      - {{{', '.join(parts)}}}{remark}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
