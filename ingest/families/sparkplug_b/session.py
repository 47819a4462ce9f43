"""The family `sparkplug_b`: sessions of edge nodes; what a birth defines is needed to read the data that follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, as_number, as_switch
from ingest.families.instants import instant_of
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.sparkplug_b.payload import (
    BOOLEAN,
    DATE_TIME,
    DOUBLE,
    STRING,
    Metric,
    Payload,
    read_payload,
    signed,
    write_command,
)
from ingest.families.words import meaning_of, quantity_of_unit, unit_named
from premises.reading import Value
from premises.site import Device, Point

_NAMESPACE = "spBv1.0"
_TYPES = frozenset(("NBIRTH", "NDATA", "NDEATH", "NCMD", "DBIRTH", "DDATA", "DDEATH", "DCMD"))
_MOST_ALIASES = 5000
REBIRTH = "Node Control/Rebirth"
_REBIRTH_EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class Session:
    """What is known of one edge node: aliases of its births (its devices' too), sequence, bdSeq, whether a rebirth is due."""

    aliases: dict[int, tuple[str, int, str]] = field(default_factory=dict)
    datatypes: dict[str, int] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    bd_seq: int | None = None
    seq: int | None = None
    rebirth_wanted: bool = False
    asked_at: datetime | None = None


class SparkplugB(Family):
    name = "sparkplug_b"

    def recognises(self, message: Message, memory: Memory) -> float:
        levels = message.levels
        if levels[0] != _NAMESPACE:
            return 0.0
        return 1.0 if len(levels) >= 4 and levels[2] in _TYPES else 0.8

    def subscriptions(self, device: Device) -> tuple[str, ...]:
        """Messages of the node (its death is the device's too) and, for a device, its own."""
        _, group, node, own = _parts_of_device(device.topic)
        filters = [f"{_NAMESPACE}/{group}/+/{node}"]
        return (*filters, f"{_NAMESPACE}/{group}/+/{node}/{own}") if own else tuple(filters)

    def device_of(self, topic: str) -> str:
        levels = topic.split("/")
        return "/".join((*levels[:2], *levels[3:])) if len(levels) >= 4 else topic

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        levels = message.levels
        device = self.device_of(message.topic)
        if len(levels) < 4 or levels[2] not in _TYPES:
            return self.ignored("a host's state", device)
        kind = levels[2]
        if kind.endswith("CMD"):
            return self.ignored("a command", device)
        node_only = len(levels) == 4
        if node_only != (kind[0] == "N"):
            raise MalformedError(f"{kind} has a topic of {len(levels)} levels")
        payload = read_payload(message.payload)
        key = f"{levels[1]}/{levels[3]}"
        session: Session = memory.get(self.name, key) or Session()
        memory.put(self.name, key, session)
        # A node's birth and death are told to its devices as those of their bridge.
        channel = "bridge" if node_only and hints.device is not None and hints.device.topic.count("/") >= 3 else ""
        if kind.endswith("DEATH"):
            return self.told(_death(kind, payload, session, channel), device, "the death of an earlier session")
        if kind.endswith("BIRTH"):
            return self.told(_birth(levels[4] if len(levels) > 4 else "", payload, session, channel), device)
        _follow(session, payload)
        own = levels[4] if len(levels) > 4 else ""
        return self.told(_data(own, payload, session), device, "no metric that measures anything")

    def requests(self, memory: Memory, device: Device, now: datetime) -> tuple[Outgoing, ...]:
        """A rebirth request where data came that no known birth explains; at most one a minute and node."""
        _, group, node, _ = _parts_of_device(device.topic)
        session: Session | None = memory.get(self.name, f"{group}/{node}")
        if session is None or not session.rebirth_wanted or (session.asked_at and now - session.asked_at < _REBIRTH_EVERY):
            return ()
        session.asked_at, session.rebirth_wanted = now, False
        payload = write_command(REBIRTH, True, BOOLEAN, int(now.timestamp() * 1000))
        return (Outgoing(f"{_NAMESPACE}/{group}/NCMD/{node}", payload),)

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        """Writes the metric that the channel names, in the datatype that its birth gave it."""
        if not point.channel:
            raise self.cannot(point)
        _, group, node, own = _parts_of_device(device.topic)
        session: Session | None = memory.get(self.name, f"{group}/{node}")
        datatype = session.datatypes.get(f"{own}/{point.channel}", 0) if session else 0
        if not datatype:
            datatype = BOOLEAN if isinstance(value, bool) else STRING if isinstance(value, str) else DOUBLE
        told: Value = as_switch(value) if datatype == BOOLEAN else value if datatype == STRING else as_number(value)
        topic = f"{_NAMESPACE}/{group}/{'DCMD' if own else 'NCMD'}/{node}" + (f"/{own}" if own else "")
        return (Outgoing(topic, write_command(point.channel, told, datatype)),)


def _parts_of_device(topic: str) -> tuple[str, str, str, str]:
    """(namespace, group, node, device) of `spBv1.0/<group>/<node>[/<device>]`."""
    parts = [*topic.split("/"), "", "", "", ""]
    return parts[0], parts[1], parts[2], parts[3]


def _follow(session: Session, payload: Payload) -> None:
    """A gap in the sequence or no birth at all: a rebirth is wanted. Sequences run from 0 to 255 over all messages of a node."""
    if payload.seq is not None:
        if session.seq is not None and payload.seq != (session.seq + 1) % 256:
            session.rebirth_wanted = True
        session.seq = payload.seq
    if not session.aliases and not session.datatypes:
        session.rebirth_wanted = True


def _birth(own: str, payload: Payload, session: Session, channel: str) -> Iterator[Measurement]:
    """own: the device of a DBIRTH, "" for the node itself."""
    if not own:
        session.aliases.clear()
        session.datatypes.clear()
        session.units.clear()
        session.bd_seq = next((int(m.value) for m in payload.metrics if m.name == "bdSeq" and isinstance(m.value, int)), None)
    session.rebirth_wanted = False
    session.seq = payload.seq
    for metric in payload.metrics:
        if metric.name and len(session.datatypes) < _MOST_ALIASES:
            session.datatypes[f"{own}/{metric.name}"] = metric.datatype
            if metric.unit:
                session.units[f"{own}/{metric.name}"] = metric.unit
            if metric.alias is not None:
                session.aliases[metric.alias] = (metric.name, metric.datatype, metric.unit)
    yield Measurement("availability", True, None, channel, instant_of(payload.timestamp))
    for metric in payload.metrics:
        yield from _measured(metric, metric.name or "", payload.timestamp)


def _death(kind: str, payload: Payload, session: Session, channel: str) -> Iterator[Measurement]:
    """The death of the session directly before (its bdSeq is one less) is late and says nothing of this one.

    Any other number is believed, as publishers are about that do not keep it: to take a node for gone is the safe side.
    """
    told = next((metric for metric in payload.metrics if metric.name == "bdSeq"), None)
    number = told.value if told is not None and isinstance(told.value, int) else None
    born = session.bd_seq
    if kind == "NDEATH" and born is not None and number is not None and number == (born - 1) % 256:
        return
    yield Measurement("availability", False, None, channel)
    if told is not None:
        yield Measurement("bdSeq", told.value, None, "bdSeq")
        if born is not None and number != born:
            yield Measurement("bdSeq", born, None, "session that ended")
    session.seq = None if kind == "NDEATH" else payload.seq


def _data(own: str, payload: Payload, session: Session) -> Iterator[Measurement]:
    """Data carry no datatype and no unit: both are those of the birth, and without them no sign of an integer can be told."""
    for metric in payload.metrics:
        name = metric.name
        if name is not None:
            key = f"{own}/{name}"
            metric = _as_born(metric, name, session.datatypes.get(key, 0), session.units.get(key, ""))
        if name is None and metric.alias is not None:
            known = session.aliases.get(metric.alias)
            if known is None:
                session.rebirth_wanted = True
                if metric.value is not None and not isinstance(metric.value, str):
                    yield Measurement(
                        None, metric.value, None, f"alias {metric.alias}", instant_of(metric.timestamp or payload.timestamp)
                    )
                continue
            name, datatype, unit = known
            metric = _as_born(metric, name, datatype, unit)
        yield from _measured(metric, name or "", payload.timestamp)


def _as_born(metric: Metric, name: str, datatype: int, unit: str) -> Metric:
    value = metric.value
    told: object = value
    if not metric.datatype and type(told) is int:
        value = signed(told, datatype)
    return replace(metric, name=name, datatype=metric.datatype or datatype, unit=metric.unit or unit, value=value)


def _measured(metric: Metric, name: str, timestamp: int | None) -> Iterator[Measurement]:
    if name.startswith("_types_/"):
        return  # the definition of a template: its values are what instances start from
    if metric.parts:
        for part in metric.parts:
            yield from _measured(part, f"{name}/{part.name}", metric.timestamp or timestamp)
        return
    low = name.lower()
    if low.startswith(("node control/", "device control/", "properties/", "node info/")) or metric.datatype == DATE_TIME:
        return
    time = instant_of(metric.timestamp or timestamp)
    value = metric.value
    if name == "bdSeq":
        yield Measurement("bdSeq", value, None, "bdSeq", time)
        return
    if value is None and not metric.is_null:
        return
    meaning = meaning_of(name)
    unit = unit_named(metric.unit)
    if isinstance(value, bool):
        quantity = meaning.quantity if meaning and meaning.quantity in _STATES else "switch_state"
        yield Measurement(quantity, value, None, name, time)
    elif isinstance(value, str):
        if meaning is not None and meaning.quantity in ("mode", "fault"):
            yield Measurement(meaning.quantity, value, None, name, time)
    elif meaning is not None:
        yield Measurement(meaning.quantity, value, unit or meaning.unit, name, time)
    else:
        yield Measurement(quantity_of_unit(unit) if unit else None, value, unit, name, time)


_STATES = frozenset(("occupancy", "contact", "smoke", "vibration", "heating_active", "water_leak", "fault", "availability"))
