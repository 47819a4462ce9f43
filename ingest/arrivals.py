"""What one read from the socket brought: the words between the connection and the receiver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from premises.reading import RawMessage


@dataclass(slots=True)
class Arrivals:
    """Messages in the order of the wire.

    connection: number of the connection that they came by: acknowledgements are good on that one only.
    redelivered: indexes of messages that the broker marks as sent before.
    """

    connection: int
    messages: list[RawMessage] = field(default_factory=list)
    redelivered: list[int] = field(default_factory=list)


class Publication(Protocol):
    """A message on its way out."""

    @property
    def confirmed(self) -> bool:
        """Whether the broker has acknowledged it."""
        ...


class Wire(Protocol):
    """What the intake needs of a connection to a broker."""

    @property
    def connected(self) -> bool: ...

    def subscribe(self, filters: Sequence[str], own: Sequence[str] = ()) -> None:
        """Make these the topic filters of the session: what is new is subscribed, what is gone is unsubscribed.

        filters: divided between workers where a group shares a subscription; own: this worker's own (see ingest/sharing.py).
        """
        ...

    def acknowledge(self, connection: int, packet_ids: Sequence[int]) -> None:
        """Tell the broker that these are durable; nothing where that connection has ended."""
        ...

    def publish(self, topic: str, payload: bytes, retain: bool = False, valid_s: float | None = None) -> Publication:
        """Send at QoS 1; after `valid_s` no more. Raises BrokerUnavailableError where the bounded outgoing queue is full."""
        ...
