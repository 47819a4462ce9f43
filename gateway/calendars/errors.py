"""Why a calendar, or one event of it, cannot be taken."""

from __future__ import annotations

from premises.errors import GreenroomError


class CalendarError(GreenroomError, ValueError):
    """The whole text is no calendar, or is too large: nothing may be concluded from it, least of all cancellations."""


class EventFaultError(GreenroomError, ValueError):
    """One event, or one value of it, cannot be taken; the message is the reason shown beside its UID."""
