"""The words between the parts of the intake: what a family makes of a message, and what a command becomes on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from premises.command import Command
from premises.reading import Flag, RawMessage, Reading, Value
from premises.site import Site


class Outcome(StrEnum):
    """Every message ends in exactly one of these."""

    READINGS = "readings"
    IGNORED = "ignored"  # understood, holds nothing to keep (settings, events, another's device)
    QUARANTINED = "quarantined"  # not understood or contradictory: kept whole for a person


class Measurement(NamedTuple):
    """One thing a message says, in the message's own value and unit. (A tuple is made in a third of the time of a dataclass.)

    quantity: message quantity, None where the message does not tell; value None: the message says that there is none;
    channel "" where the message has only one; time: the device's own, None where it tells none.
    """

    quantity: str | None
    value: Value | None
    unit: str | None = None
    channel: str = ""
    time: datetime | None = None
    flags: frozenset[Flag] = frozenset()


class Decoded(NamedTuple):
    """What a family made of one message: `device` is the base topic (or own id) of the device that it tells of."""

    outcome: Outcome
    family: str | None
    measurements: tuple[Measurement, ...] = ()
    reason: str = ""
    device: str = ""


class Understood(NamedTuple):
    """A message seen against the site file: what goes to the store.

    readings: (site id, reading); available: device ids whose availability the message tells (a bridge tells of many);
    devices: (site id, device id) heard of in this message; problems: one line per measurement that was refused.
    """

    outcome: Outcome
    family: str | None = None
    readings: tuple[tuple[str, Reading], ...] = ()
    available: tuple[tuple[str, str, bool], ...] = ()
    devices: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to a device, QoS 1."""

    topic: str
    payload: bytes
    retain: bool = False


class Interpreter(Protocol):
    """From messages to readings by the site files, and from commands to messages. Keeps what families must remember."""

    def subscriptions(self) -> Sequence[str]:
        """Topic filters of all devices of all sites, sorted, none covered by another."""
        ...

    def reconfigure(self, sites: Sequence[Site]) -> None:
        """Go by these site files from now on; what was learned of what stays the same is kept. Raises before any change."""
        ...

    def understand(self, message: RawMessage) -> Understood:
        """Never raises for what a message holds; bounded in time and memory."""
        ...

    def encode(self, command: Command) -> Sequence[Outgoing]:
        """Messages that carry out the command. Raises UnknownNameError, UnitError where the device cannot do it."""
        ...

    def confirms(self, command: Command, reading: Reading) -> bool:
        """Whether the reading (of the command's point) shows that the command was carried out."""
        ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds on what is read from a message; beyond them it is quarantined with the bound in the reason."""

    payload_bytes: int = 256 * 1024
    nesting: int = 32
    topic_bytes: int = 1024
    measurements: int = 2000
    text_length: int = 1024
