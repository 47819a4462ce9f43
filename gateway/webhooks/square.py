"""Square: a start and durations, no end; a version; the same event_id for every delivery of one event."""

from __future__ import annotations

from datetime import timedelta

from gateway.webhooks.instants import instant, instant_or_none
from gateway.webhooks.messages import Headers, HookBooking, HookItemError, HookMessage, Json, listed, named, record, text, whole

STATUSES = {
    "PENDING": "tentative",
    "ACCEPTED": "confirmed",
    "DECLINED": "cancelled",
    "CANCELLED_BY_CUSTOMER": "cancelled",
    "CANCELLED_BY_SELLER": "cancelled",
    "NO_SHOW": "cancelled",
}
LONGEST_MINUTES = 60 * 24 * 31


def read(body: Json, headers: Headers) -> HookMessage:  # noqa: ARG001
    told = record(body)
    event = text(told.get("type"))
    message = HookMessage("square", event, text(told.get("event_id")), instant_or_none(told.get("created_at")))
    booking = record(record(record(told.get("data")).get("object")).get("booking"))
    uid = text(booking.get("id"))
    if not event.startswith("booking."):
        message.skipped.append((uid, f"{event or 'no type'} tells of no booking"))
        return message
    try:
        status = STATUSES.get(named(booking.get("status"), "status").upper())
        if status is None:
            raise HookItemError(f"status {text(booking.get('status'))} is not known")
        start = instant(booking.get("start_at"), "start_at")
        message.bookings.append(
            HookBooking(
                uid=named(booking.get("id"), "id"),
                start=start,
                end=start + _length(booking.get("appointment_segments"), status),
                status=status,
                title=text(booking.get("seller_note")) or text(booking.get("customer_note")),
                location=text(booking.get("location_id")) or text(told.get("location_id")),
                all_day=booking.get("all_day") is True,
                version=whole(booking.get("version")),
            )
        )
    except HookItemError as error:
        message.fault(uid, str(error))
    return message


def _length(segments: Json, status: str) -> timedelta:
    """All segments one after the other, with the rests between them."""
    minutes = 0
    for segment in listed(segments):
        minutes += (whole(record(segment).get("duration_minutes")) or 0) + (whole(record(segment).get("intermission_minutes")) or 0)
    if not 0 < minutes <= LONGEST_MINUTES and status != "cancelled":
        raise HookItemError(f"its appointment_segments last {minutes} minutes in all")
    return timedelta(minutes=min(minutes, LONGEST_MINUTES))
