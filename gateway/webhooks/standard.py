"""Standard Webhooks: `{type, timestamp, data}` with a booking in data, for systems that can be taught what to send."""

from __future__ import annotations

from datetime import timedelta

from gateway.webhooks.instants import instant, instant_or_none, zone_of
from gateway.webhooks.messages import Headers, HookBooking, HookItemError, HookMessage, Json, named, record, text, whole

LONGEST_MINUTES = 60 * 24 * 31
STATUSES = {"confirmed", "tentative", "cancelled", "option", "hold"}


def read(body: Json, headers: Headers) -> HookMessage:
    told, data = record(body), record(record(body).get("data"))
    event = text(told.get("type"))
    message = HookMessage("standard", event, text(headers.get("webhook-id")), instant_or_none(told.get("timestamp")))
    uid = text(data.get("id"))
    try:
        status = text(data.get("status")).lower() or "confirmed"
        if event.endswith((".cancelled", ".canceled", ".deleted")):
            status = "cancelled"
        if status not in STATUSES:
            raise HookItemError(f"status {status!r} is not one of {', '.join(sorted(STATUSES))}")
        version = whole(data.get("version")) if "version" in data else whole(data.get("sequence"))
        if status == "cancelled":
            message.bookings.append(HookBooking(named(uid, "data.id"), status=status, version=version))
            return message
        zone = text(data.get("timezone"))
        start, minutes = instant(data.get("start"), "start", zone_of(zone)), whole(data.get("duration_minutes"))
        if data.get("end") is None and minutes:
            end = start + timedelta(minutes=min(minutes, LONGEST_MINUTES))
        else:
            end = instant(data.get("end"), "end", zone_of(zone))
        if end < start:
            raise HookItemError("end lies before start")
        message.bookings.append(
            HookBooking(
                uid=named(uid, "data.id"),
                start=start,
                end=end,
                status=status,
                title=text(data.get("title")),
                location=text(data.get("location")),
                timezone=zone or None,
                version=version,
            )
        )
    except HookItemError as error:
        message.fault(uid, str(error))
    return message
