"""What a message says, in one shape for all booking systems; and the faults that reading one can have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from premises.errors import GreenroomError
from premises.time import format_instant

BYTES_MOST = 4 * 1024 * 1024
ITEMS_MOST = 2_000
TEXT_LONGEST = 1_000

Json = Any
Headers = Mapping[str, str]


class HookError(GreenroomError, ValueError):
    """The message as a whole cannot be read; the message says what would be right."""


class HookItemError(GreenroomError, ValueError):
    """One booking in the message cannot be taken: it is skipped with this reason."""


@dataclass(frozen=True, slots=True)
class HookBooking:
    """One booking of a message. start and end are None where only its end is told: a cancellation, a tombstone.

    version: the system's own number, or the milliseconds of its last change: a greater one is newer. replaces: the id that it
    had before. recurrence: RFC 5545 lines where it is a series (start and end are those of the first). series: the id of the series
    where it is one occurrence of it, which `recurrence_id` names by the start that the series has for it.
    """

    uid: str
    start: datetime | None = None
    end: datetime | None = None
    status: str = "confirmed"
    title: str = ""
    location: str = ""
    all_day: bool = False
    timezone: str | None = None
    version: int | None = None
    replaces: str | None = None
    recurrence_id: str | None = None
    recurrence: tuple[str, ...] = ()
    series: str | None = None

    def document(self) -> dict[str, Any]:
        return {
            "uid": self.uid,
            "recurrence_id": self.recurrence_id,
            "start": format_instant(self.start) if self.start is not None else None,
            "end": format_instant(self.end) if self.end is not None else None,
            "all_day": self.all_day,
            "status": self.status,
            "title": self.title,
            "location": self.location,
            "timezone": self.timezone,
            "version": self.version,
            "replaces": self.replaces,
            "recurrence": list(self.recurrence),
            "series": self.series,
        }


@dataclass
class HookMessage:
    """A message read. event_id: the same for a delivery that comes twice. sent_at: when the system says it sent it.

    fetch: what must be asked for, where the message only says that something changed. skipped: (id, reason).
    withdrawn: of those skipped, what takes no time any more: if it was booked, it is cancelled.
    faults: how many of the skipped are there because something is wrong with them, and not because they mean nothing here.
    ends: when the channel ends that it came through, where it tells; care: what the provider says is the matter with it.
    """

    provider: str
    event: str = ""
    event_id: str = ""
    sent_at: datetime | None = None
    bookings: list[HookBooking] = field(default_factory=list)
    fetch: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    withdrawn: list[HookBooking] = field(default_factory=list)
    ends: datetime | None = None
    care: str = ""
    faults: int = 0

    def fault(self, uid: str, reason: str) -> None:
        """Skip one that could not be taken, though it should have been."""
        self.skipped.append((uid, reason))
        self.faults += 1

    def document(self) -> dict[str, Any]:
        """As JSON. The words by which a sender shows that it knows us are left out."""
        return {
            "provider": self.provider,
            "event": self.event,
            "event_id": self.event_id,
            "sent_at": format_instant(self.sent_at) if self.sent_at is not None else None,
            "bookings": [booking.document() for booking in self.bookings],
            "fetch": self.fetch,
            "skipped": [{"uid": uid, "reason": reason} for uid, reason in self.skipped],
        }


def load_json(data: bytes) -> Json:
    """The body as JSON. Raises HookError."""
    if len(data) > BYTES_MOST:
        raise HookError(f"the message has {len(data)} bytes; at most {BYTES_MOST} are read")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise HookError(f"the message is no JSON: {str(error)[:120]}") from None


def record(value: Json) -> dict[str, Any]:
    """A JSON object, an empty one for anything else: absent and malformed parts are told apart where they are needed."""
    return value if isinstance(value, dict) else {}


def listed(value: Json) -> list[Any]:
    """A JSON list, bounded; an empty one for anything else."""
    return value[:ITEMS_MOST] if isinstance(value, list) else []


def text(value: Json) -> str:
    """A text, bounded and without control characters; numbers as text; "" for anything else."""
    if isinstance(value, bool) or value is None:
        return ""
    told = str(value) if isinstance(value, (str, int)) else ""
    return "".join(sign for sign in told[:TEXT_LONGEST] if sign.isprintable()).strip()


def named(value: Json, what: str) -> str:
    """A text that must be there. Raises HookItemError."""
    told = text(value)
    if not told:
        raise HookItemError(f"{what} is missing")
    return told


def whole(value: Json) -> int | None:
    """A whole number of a sensible size, None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None
