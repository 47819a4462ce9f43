"""LibreBooking: reservations as its API lists them; offsets without a colon, buffers around the reservation."""

from __future__ import annotations

from typing import Any

from gateway.webhooks.instants import instant
from gateway.webhooks.messages import Headers, HookBooking, HookItemError, HookMessage, Json, listed, named, record, text

STATUSES = {
    "1": "confirmed",
    "2": "cancelled",
    "3": "tentative",
    "created": "confirmed",
    "deleted": "cancelled",
    "pending": "tentative",
}


def read(body: Json, headers: Headers) -> HookMessage:  # noqa: ARG001
    told = record(body)
    items = told.get("reservations")
    message = HookMessage("librebooking", "reservations")
    for item in listed(items) if isinstance(items, list) else [told]:
        _take(message, record(item))
    return message


def _take(message: HookMessage, item: dict[str, Any]) -> None:
    uid = text(item.get("referenceNumber"))
    try:
        start, end = instant(item.get("startDate"), "startDate"), instant(item.get("endDate"), "endDate")
        if end < start:
            raise HookItemError("endDate lies before startDate")
        status = STATUSES.get(text(item.get("statusId") or item.get("status")).lower(), "confirmed")
        message.bookings.append(
            HookBooking(
                uid=named(uid, "referenceNumber"),
                start=start,
                end=end,
                status="tentative" if item.get("requiresApproval") is True and status == "confirmed" else status,
                title=text(item.get("title")),
                location=_resources(item),
            )
        )
    except HookItemError as error:
        message.fault(uid, str(error))


def _resources(item: dict[str, Any]) -> str:
    """The names of all resources, as one reservation tells them, else the one of a list."""
    names = [text(record(resource).get("name")) for resource in listed(item.get("resources"))]
    several = "; ".join(dict.fromkeys(name for name in names if name))
    return several or text(item.get("resourceName")) or text(item.get("resourceId"))
