"""Planning Center: a list of deliveries, each with its payload as a text of JSON inside the JSON."""

from __future__ import annotations

import json
from typing import Any

from gateway.webhooks.instants import instant, instant_or_none, milliseconds
from gateway.webhooks.messages import Headers, HookBooking, HookItemError, HookMessage, Json, listed, record, text

STATUSES = {"approved": "confirmed", "pending": "tentative", "rejected": "cancelled", "cancelled": "cancelled"}


def read(body: Json, headers: Headers) -> HookMessage:  # noqa: ARG001
    message = HookMessage("planning_center")
    tokens: list[str] = []
    data = record(body).get("data")
    for delivery in listed(data if isinstance(data, list) else [data]):
        attributes = record(record(delivery).get("attributes"))
        message.event = message.event or text(attributes.get("name"))
        name = text(attributes.get("name"))
        payload = _inner(attributes.get("payload"))
        if payload is None:
            message.fault(text(record(delivery).get("id")), "its payload is no text of JSON")
            continue
        meta = record(payload.get("meta"))
        tokens.append(text(meta.get("idempotency_token")) or text(record(delivery).get("id")))
        message.sent_at = message.sent_at or instant_or_none(meta.get("event_time"))
        _take(message, name, payload)
    message.event_id = "+".join(tokens[:20])
    return message


def _inner(payload: Json) -> dict[str, Any] | None:
    """The payload, which is JSON in a text; some relays have unpacked it already."""
    if isinstance(payload, dict):
        return payload
    if not isinstance(payload, str):
        return None
    try:
        inner = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return inner if isinstance(inner, dict) else None


def _take(message: HookMessage, name: str, payload: dict[str, Any]) -> None:
    """One delivery: a booking where it has times, else what must be asked for."""
    data = record(payload.get("data"))
    kind, uid, attributes = text(data.get("type")), text(data.get("id")), record(data.get("attributes"))
    changed = instant_or_none(attributes.get("updated_at")) or message.sent_at
    if name.endswith((".destroyed", ".deleted")):
        message.bookings.append(HookBooking(uid, status="cancelled", version=milliseconds(changed)))
        return
    if "starts_at" not in attributes:
        related = record(record(record(data.get("relationships")).get("event")).get("data"))
        message.fetch.append(f"{text(related.get('type')) or kind}/{text(related.get('id')) or uid}")
        return
    try:
        start, end = instant(attributes.get("starts_at"), "starts_at"), instant(attributes.get("ends_at"), "ends_at")
        if end < start:
            raise HookItemError("ends_at lies before starts_at")
    except HookItemError as error:
        message.fault(uid, str(error))
        return
    status = text(attributes.get("status") or attributes.get("approval_status")).lower()
    message.bookings.append(
        HookBooking(
            uid=uid,
            start=start,
            end=end,
            status=STATUSES.get(status, "confirmed"),
            title=text(attributes.get("name")),
            location=text(attributes.get("location")),
            all_day=attributes.get("all_day_event") is True,
            version=milliseconds(changed),
        )
    )
