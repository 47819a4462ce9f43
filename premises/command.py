"""Proposals of rules, and the one command per point that comes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from premises.reading import Value
from premises.reason import Reason


class Priority(IntEnum):
    """Who wins: the greater outranks the less. The one table of the house."""

    SOLAR = 10
    SAVING = 20
    BOOKING = 30
    OVERRIDE = 40
    SAFETY = 50  # frost guard, limits of plants, never dark on people


@dataclass(frozen=True, slots=True)
class Proposal:
    """One rule's wish for a point: a value, or bounds within which others may choose."""

    point: str
    priority: Priority
    reason: Reason
    value: Value | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """The one thing sent to a point. id: unique; expires_at: not sent or repeated after that."""

    id: str
    site: str
    point: str
    value: Value
    priority: Priority
    reason: Reason
    issued_at: datetime
    expires_at: datetime


class CommandState(StrEnum):
    """Sent, confirmed by read-back, retried, then alarmed."""

    QUEUED = "queued"
    SENT = "sent"
    CONFIRMED = "confirmed"
    RETRIED = "retried"
    FAILED = "failed"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class CommandStatus:
    """Where a command stands: attempts made, when it last changed, what was read back."""

    command: Command
    state: CommandState
    at: datetime
    attempts: int = 0
    read_back: Value | None = None
