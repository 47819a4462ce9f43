"""Notices: what Greenroom tells people and other systems of its own accord, and the outbox that sees to it that they arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class NoticeKind(StrEnum):
    """What a notice is about; the value is the event type of outgoing webhooks."""

    READY = "booking.ready"
    LATE = "booking.late"
    NOT_READY = "booking.not_ready"
    ALARM_RAISED = "alarm.raised"
    ALARM_ESCALATED = "alarm.escalated"
    ALARM_CLEARED = "alarm.cleared"
    REPORT_ISSUED = "report.issued"


class Urgency(StrEnum):
    """Whether a notice may wait for the morning: only URGENT ones are pushed in quiet hours."""

    INFO = "info"
    WARNING = "warning"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell, once: the same id is never told twice to the same channel.

    title and text: by language; the text says what happened, since when, what Greenroom does about it and what a person can do.
    data: what a program reads, plain JSON values. zones and tenant bound who may see it; empty and None: the whole site.
    """

    id: str
    kind: NoticeKind
    site: str
    subject: str
    at: datetime
    urgency: Urgency
    title: Mapping[str, str]
    text: Mapping[str, str]
    data: Mapping[str, object] = field(default_factory=dict)
    zones: frozenset[str] = frozenset()
    tenant: str | None = None


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice on its way through one channel (`webhook:<id>`, `mail:<address>`, `push:<topic>`).

    due_at: when it is tried next; last_answer: what came back at the last try, in one line, without secrets.
    """

    id: str
    channel: str
    notice: Notice
    state: DeliveryState
    attempts: int
    due_at: datetime
    created_at: datetime
    last_answer: str = ""
    done_at: datetime | None = None


class Outbox(Protocol):
    """Deliveries that outlive the process; each (channel, notice id) is kept once."""

    def put(self, notice: Notice, channels: Sequence[str], at: datetime, due_at: datetime | None = None) -> int:
        """Queue the notice for each channel; how many are new. due_at: not before then (quiet hours)."""
        ...

    def due(self, at: datetime, limit: int = 100) -> list[Delivery]:
        """Waiting ones whose time has come, oldest first. They are the caller's alone for some minutes: two servers on one
        book never try the same one at once."""
        ...

    def record(self, delivery: Delivery) -> None:
        """Keep the state, attempts, due time and last answer of a delivery that was tried."""
        ...

    def log(self, site: str | None = None, channel: str | None = None, limit: int = 100) -> list[Delivery]:
        """Newest first, delivered and given up ones among them."""
        ...


@dataclass(frozen=True, slots=True)
class Posting:
    """A notice and the channels it goes through. due_at: not before then (quiet hours); None: at once."""

    notice: Notice
    channels: tuple[str, ...]
    due_at: datetime | None = None


class NoticeDesk(Outbox, Protocol):
    """An outbox that also remembers what was told last of each topic, so that nothing is told twice or forgotten over a restart."""

    def turn(self, states: Mapping[str, str], at: datetime, make: Callable[[frozenset[str]], Iterable[Posting]]) -> frozenset[str]:
        """Of topic -> state now: the topics of which another state was told, or none.

        Remembering them and queueing what `make` says of them is one transaction: of two servers that see the same change, one
        tells it. `make` must be quick and not ask the book.
        """
        ...

    def told(self, topics: Iterable[str]) -> Mapping[str, tuple[str, datetime]]:
        """By topic: the state that was told last, and when; those of which nothing was told are missing."""
        ...

    def counts(self) -> Mapping[DeliveryState, int]:
        """How many deliveries are kept, by state."""
        ...

    def tidy(self, at: datetime) -> int:
        """Forget what was done long ago; how many."""
        ...
