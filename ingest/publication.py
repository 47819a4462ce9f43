"""A message on its way out: waiting for a connection, handed to the client, acknowledged by the broker."""

from __future__ import annotations

from contextlib import suppress
from typing import Protocol


class Receipt(Protocol):
    """What the MQTT client gives for a message that it took."""

    def is_published(self) -> bool: ...

    def wait_for_publish(self, timeout: float | None = None) -> None: ...


class OutgoingMessage:
    """The Publication of the Wire."""

    def __init__(self, topic: str, payload: bytes, retain: bool) -> None:
        self.topic, self.payload, self.retain = topic, payload, retain
        self.receipt: Receipt | None = None

    @property
    def confirmed(self) -> bool:
        return self.receipt is not None and self.receipt.is_published()

    def wait(self, timeout_s: float) -> bool:
        """Wait until the broker has acknowledged it; not to be called in the receiving thread."""
        if self.receipt is None:
            return False
        with suppress(RuntimeError, ValueError):
            self.receipt.wait_for_publish(timeout_s)
        return self.confirmed
