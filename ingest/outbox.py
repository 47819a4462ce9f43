"""Messages on their way out: kept until the broker has acknowledged them, bounded, and not sent when they are too old.

A command that was on its way when the connection broke must not reach its device hours later: what has a validity is
forgotten after it; the bus sends again what still holds.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import Protocol

from premises.errors import BrokerUnavailableError


class Receipt(Protocol):
    """What the MQTT client gives for a message that it took."""

    def is_published(self) -> bool: ...

    def wait_for_publish(self, timeout: float | None = None) -> None: ...


class OutgoingMessage:
    """The Publication of the Wire."""

    def __init__(self, topic: str, payload: bytes, retain: bool, valid_s: float | None = None) -> None:
        self.topic, self.payload, self.retain = topic, payload, retain
        self.receipt: Receipt | None = None
        self._until = None if valid_s is None else time.monotonic() + valid_s

    @property
    def confirmed(self) -> bool:
        with suppress(RuntimeError, ValueError):  # paho raises where the connection ended while it was handed over
            return self.receipt is not None and self.receipt.is_published()
        return False

    @property
    def left_s(self) -> float | None:
        """Seconds that it is still valid; None for always."""
        return None if self._until is None else max(0.0, self._until - time.monotonic())

    def wait(self, timeout_s: float) -> bool:
        """Wait until the broker has acknowledged it; not to be called in the receiving thread."""
        if self.receipt is None:
            return False
        with suppress(RuntimeError, ValueError):
            self.receipt.wait_for_publish(timeout_s)
        return self.confirmed


class Outbox:
    """Messages not yet acknowledged, in order. Who calls holds the lock."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._messages: deque[OutgoingMessage] = deque()

    def put(self, message: OutgoingMessage) -> None:
        """Raises BrokerUnavailableError at the bound."""
        while self._messages and self._messages[0].confirmed:
            self._messages.popleft()
        if len(self._messages) >= self._limit:
            self._messages = deque(self._open())
        if len(self._messages) >= self._limit:
            raise BrokerUnavailableError(f"{self._limit} messages wait to be sent already; see why the broker does not take them")
        self._messages.append(message)

    def _open(self) -> Iterator[OutgoingMessage]:
        return (message for message in self._messages if not message.confirmed and message.left_s != 0.0)

    def to_send_again(self) -> list[OutgoingMessage]:
        """After a new connection: what is neither acknowledged nor too old."""
        self._messages = deque(self._open())
        return list(self._messages)
