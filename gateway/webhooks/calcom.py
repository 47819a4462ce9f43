"""Cal.com: one booking in each message; a rescheduled one gets a new uid and names the old one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from gateway.webhooks.instants import instant, instant_or_none, milliseconds
from gateway.webhooks.messages import Headers, HookBooking, HookItemError, HookMessage, Json, named, record, text, whole

STATUSES = {"ACCEPTED": "confirmed", "PENDING": "tentative", "CANCELLED": "cancelled", "REJECTED": "cancelled"}
LONGEST_MINUTES = 60 * 24 * 31
BY_EVENT = {
    "BOOKING_CREATED": "confirmed",
    "BOOKING_RESCHEDULED": "confirmed",
    "BOOKING_CONFIRMED": "confirmed",
    "BOOKING_PAID": "confirmed",
    "BOOKING_REQUESTED": "tentative",
    "BOOKING_CANCELLED": "cancelled",
    "BOOKING_REJECTED": "cancelled",
}


def read(body: Json, headers: Headers) -> HookMessage:  # noqa: ARG001 - all readers have one shape
    told = record(body)
    payload = record(told.get("payload")) or told  # a payload template of one's own has its fields side by side
    event = text(told.get("triggerEvent"))
    uid = text(payload.get("uid"))
    sent_at = instant_or_none(told.get("createdAt"))
    message = HookMessage("calcom", event, f"{event}:{uid}:{text(told.get('createdAt'))}", sent_at)
    if event not in BY_EVENT:
        message.skipped.append((uid, f"{event or 'no event'} tells of no change of a booking"))
        return message
    version = milliseconds(sent_at)
    try:
        status = BY_EVENT[event]
        if status != "cancelled":
            status = STATUSES.get(text(payload.get("status")).upper(), status)
        start, end = _edges(payload, status)
        before = text(payload.get("rescheduleUid")) or None
        booking = HookBooking(
            uid=named(payload.get("uid"), "uid"),
            start=start,
            end=end,
            status=status,
            title=text(payload.get("title")),
            location=text(payload.get("location")),
            timezone=text(record(payload.get("organizer")).get("timeZone")) or None,
            version=version,
            replaces=before if before != uid else None,
        )
    except HookItemError as error:
        message.fault(uid, str(error))
        return message
    message.bookings.append(booking)
    if booking.replaces is not None:
        message.bookings.append(HookBooking(booking.replaces, status="cancelled", version=version))
    return message


def _edges(payload: dict[str, Any], status: str) -> tuple[datetime | None, datetime | None]:
    """Start and end; the end by `length` in minutes where it is not told. A cancellation needs neither. Raises HookItemError."""
    if status == "cancelled" and not (payload.get("startTime") and payload.get("endTime")):
        return None, None
    start, minutes = instant(payload.get("startTime"), "startTime"), whole(payload.get("length"))
    if payload.get("endTime") is None and minutes:
        return start, start + timedelta(minutes=min(minutes, LONGEST_MINUTES))
    end = instant(payload.get("endTime"), "endTime")
    if end < start:
        raise HookItemError("endTime lies before startTime")
    return start, end
