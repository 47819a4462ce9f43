"""Robin: events of spaces, with a series as a list of RFC 5545 lines."""

from __future__ import annotations

from typing import Any

from gateway.webhooks.instants import instant, instant_or_none, milliseconds, zone_of
from gateway.webhooks.messages import Headers, HookBooking, HookItemError, HookMessage, Json, listed, named, record, text


def read(body: Json, headers: Headers) -> HookMessage:  # noqa: ARG001
    told = record(body)
    event = text(told.get("event_name")) or text(told.get("event"))
    message = HookMessage("robin", event, text(told.get("event_id")) or text(told.get("delivery_id")))
    message.sent_at = instant_or_none(told.get("timestamp"))
    data = told.get("data", told)
    for item in listed(data) if isinstance(data, list) else [record(data)]:
        _take(message, record(item), event)
    return message


def _take(message: HookMessage, item: dict[str, Any], event: str) -> None:
    uid = text(item.get("id"))
    recurrence = tuple(text(line) for line in listed(item.get("recurrence"))[:20])
    version = milliseconds(instant_or_none(item.get("updated_at")) or message.sent_at)
    if event.endswith((".deleted", ".cancelled", ".canceled")) or text(item.get("status")) in ("cancelled", "canceled"):
        message.bookings.append(HookBooking(uid, status="cancelled", version=version))
        return
    try:
        start, zone = _edge(item, "start", "started_at")
        end, _ = _edge(item, "end", "ended_at")
        if end < start:
            raise HookItemError("end lies before start")
        message.bookings.append(
            HookBooking(
                uid=named(uid, "id"),
                start=start,
                end=end,
                status="tentative" if text(item.get("status")) == "tentative" else "confirmed",
                title=text(item.get("title")),
                location=text(item.get("location")) or text(item.get("space_id")),
                timezone=zone,
                version=version,
                recurrence=recurrence,
                all_day=item.get("is_all_day") is True,
            )
        )
    except HookItemError as error:
        told = f"{error}; its recurrence is {', '.join(recurrence)}" if recurrence else str(error)
        message.fault(uid, told)


def _edge(item: dict[str, Any], name: str, flat: str) -> tuple[Any, str | None]:
    """One end: `{date_time, time_zone}`, or a flat time."""
    told = record(item.get(name))
    zone = text(told.get("time_zone"))
    return instant(told.get("date_time") or item.get(flat), name, zone_of(zone)), zone or None
