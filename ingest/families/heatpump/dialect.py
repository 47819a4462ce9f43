"""What a dialect of heat pump gateways can do. A further one is one file and one line in gateway.py."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ingest.decoded import Measurement, Outgoing
from ingest.families.family import Hints
from ingest.families.memory import Memory
from ingest.families.message import Message
from premises.reading import Value
from premises.site import Device, Point


@dataclass(frozen=True, slots=True)
class Told:
    """Measurements of one message, the device's base topic, and why there are none."""

    measurements: Sequence[Measurement]
    device: str
    reason: str = "nothing measured"


class Dialect(ABC):
    """One make of gateway; stateless, as families are."""

    name: ClassVar[str]

    @abstractmethod
    def recognises(self, message: Message) -> float:
        """As Family.recognises."""

    @abstractmethod
    def decode(self, message: Message, memory: Memory, hints: Hints) -> Told:
        """Raises MalformedError."""

    @abstractmethod
    def encode(self, device: Device, point: Point, value: Value) -> tuple[Outgoing, ...] | None:
        """None where the dialect has no command for the point."""

    def settled(self, point: Point, value: Value) -> Value:
        """As Family.settled."""
        return value
