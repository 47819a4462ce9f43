"""What every family can do: recognise its messages, decode them, say what to subscribe to, and encode commands."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, ClassVar, NamedTuple

from ingest.decoded import Decoded, Measurement, Outcome, Outgoing
from ingest.families.memory import Memory
from ingest.families.message import Message
from premises.errors import UnknownNameError
from premises.reading import Value
from premises.site import Device, Point

NO_MEMORY = Memory(limit=1)


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known beside the message. device: None where it is read without a site file; zone: of naive local times.

    worked_out: what a family makes of the device's options, kept as long as the device stays as it is.
    """

    device: Device | None = None
    zone: tzinfo = UTC
    worked_out: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def base(self) -> str | None:
        """Base topic of the device, None without one."""
        return self.device.topic if self.device else None

    def option(self, name: str, default: str = "") -> str:
        return self.device.options.get(name, default) if self.device else default


Shape = tuple[str | None, ...]


class Place(NamedTuple):
    """Where a message of a known shape tells a measurement. path: keys from the top; None: it hangs on more than one value."""

    path: tuple[str, ...] | None
    quantity: str
    unit: str | None = None
    channel: str = ""


class Layout(NamedTuple):
    """All that messages of one shape on one topic tell, and where; time: path of their own time, None where they tell none."""

    places: tuple[Place, ...]
    time: tuple[str, ...] | None = None


class CannotActError(UnknownNameError):
    """The family or the device has no message for this command."""


class Family(ABC):
    """One wire format. Instances hold no state: what must be remembered lies in the Memory that is passed in."""

    name: ClassVar[str]

    @abstractmethod
    def recognises(self, message: Message, memory: Memory) -> float:
        """How surely the message is of this family: 0 not at all, 1 it says so itself. Never raises."""

    @abstractmethod
    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        """What the message says. Raises MalformedError with the reason where it cannot be what it should be."""

    def shape(self, fields: dict[str, Any]) -> Shape:
        """What the layout of a JSON object hangs on: its keys, and of further objects in it what `layout` looks at."""
        return tuple(fields)

    def layout(self, topic: str, fields: dict[str, Any], hints: Hints) -> Layout | None:
        """Where messages of this topic and shape have their values; None where `decode` must look at each.

        It must name everything that `decode` would give of any message of that topic and shape whose values are numbers, yes or
        no, whatever the values of this one are: where a value is of another type, or not there, `decode` is asked.
        """
        return None

    def subscriptions(self, device: Device) -> tuple[str, ...]:
        """Topic filters that bring all messages which tell of the device."""
        return (f"{device.topic.rstrip('/')}/#",)

    def device_of(self, topic: str) -> str:
        """The base topic of the device that a message on this topic tells of, as a site file would name it."""
        return topic

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        """Messages that set the point to the value (in the point's unit). Raises CannotActError where there is none."""
        raise CannotActError(f"devices of family {self.name} take no commands; {point.id} cannot be set")

    def requests(self, memory: Memory, device: Device, now: datetime) -> tuple[Outgoing, ...]:
        """Messages that the family wants sent to understand what comes (a rebirth request); none for most."""
        return ()

    def settled(self, device: Device, point: Point, value: Value) -> Value:
        """The value that the device takes for a command, in the point's unit: rounded where it is coarser than the wish."""
        return value

    def told(self, measurements: Iterable[Measurement], device: str, reason: str = "nothing measured") -> Decoded:
        """Readings where there are any measurements, else ignored with the reason."""
        found = tuple(measurements)
        if found:
            return Decoded(Outcome.READINGS, self.name, found, "", device)
        return Decoded(Outcome.IGNORED, self.name, (), reason, device)

    def ignored(self, reason: str, device: str = "") -> Decoded:
        return Decoded(Outcome.IGNORED, self.name, (), reason, device)

    def cannot(self, point: Point) -> CannotActError:
        """The error to raise for a point that this family cannot set."""
        what = point.message_quantity or point.quantity.message
        return CannotActError(f"family {self.name} has no command for {what} of channel {point.channel!r} ({point.id})")


def below(topic: str, base: str | None) -> str | None:
    """The part of the topic below the base, None where it does not lie below (or there is no base)."""
    if base is None:
        return None
    base = base.rstrip("/")
    if topic.startswith(base) and topic[len(base) : len(base) + 1] == "/":
        return topic[len(base) + 1 :]
    return None


def as_switch(value: Value) -> bool:
    """A commanded value as on or off."""
    if isinstance(value, str):
        return value.strip().lower() in ("on", "true", "1", "yes")
    return bool(value)


def as_number(value: Value) -> float:
    """A commanded value as number. Raises CannotActError for a text that is none."""
    try:
        return float(value)
    except ValueError:
        raise CannotActError(f"{value!r} is no number and cannot be sent as one") from None


def compact(number: float) -> int | float:
    """Whole numbers without a fraction, as devices expect them; others to three places."""
    rounded = round(number, 3)
    return int(rounded) if rounded == int(rounded) else rounded
