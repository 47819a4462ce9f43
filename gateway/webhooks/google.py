"""Google Calendar: notices that are headers only, and the events that are fetched for them, tombstones among them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any

from gateway.webhooks.instants import instant, instant_or_none, local_day, milliseconds, zone_of
from gateway.webhooks.messages import Headers, HookBooking, HookItemError, HookMessage, Json, listed, named, record, text

STATES = {"sync", "exists", "not_exists"}


def read(body: Json, headers: Headers) -> HookMessage:
    if "x-goog-resource-state" in headers:
        return _notice(headers)
    told = record(body)
    message = HookMessage("google", "events", text(told.get("nextSyncToken")) or text(told.get("etag")))
    calendar_zone = zone_of(text(told.get("timeZone")))
    items = listed(told["items"]) if isinstance(told.get("items"), list) else [told]
    for item in items:
        _take(message, record(item), calendar_zone)
    return message


def _notice(headers: Headers) -> HookMessage:
    """Something changed, or the channel was opened (sync): ask for it. Notices may be lost and come out of order."""
    channel, number = text(headers.get("x-goog-channel-id")), text(headers.get("x-goog-message-number"))
    state = text(headers.get("x-goog-resource-state"))
    message = HookMessage("google", state, f"{channel}:{number}")
    message.ends = _channel_ends(headers)
    if state not in STATES:
        message.skipped.append((channel, f"resource state {state!r} is not known"))
    elif state == "sync":
        message.skipped.append((channel, "the channel was opened: nothing has changed"))
    else:
        message.fetch.append(text(headers.get("x-goog-resource-uri")))
    return message


def channel_expired(headers: Headers, now: datetime) -> bool:
    """Whether the channel's own end has passed: what comes then is a replay."""
    ends = _channel_ends(headers)
    return bool(headers.get("x-goog-channel-expiration")) and (ends is None or now >= ends)


def _channel_ends(headers: Headers) -> datetime | None:
    """When the channel ends; None where it does not say so in a way that can be read."""
    try:
        ends = parsedate_to_datetime(headers.get("x-goog-channel-expiration", ""))
    except (ValueError, TypeError):
        return None
    return ends.astimezone(UTC) if ends.tzinfo is not None else ends.replace(tzinfo=UTC)


def _take(message: HookMessage, item: dict[str, Any], calendar_zone: tzinfo | None) -> None:
    uid = text(item.get("id")) or text(item.get("iCalUID"))
    updated = instant_or_none(item.get("updated"))
    try:
        if text(item.get("status")) == "cancelled":
            message.bookings.append(
                HookBooking(
                    named(uid, "id"),
                    status="cancelled",
                    version=milliseconds(updated),
                    recurrence_id=_original(item, calendar_zone),
                    series=text(item.get("recurringEventId")) or None,
                )
            )
            return
        if text(item.get("transparency")) == "transparent":
            message.skipped.append((uid, "transparent: it takes no time in the calendar"))
            message.withdrawn.append(
                HookBooking(
                    uid,
                    status="cancelled",
                    version=milliseconds(updated),
                    recurrence_id=_original(item, calendar_zone),
                    series=text(item.get("recurringEventId")) or None,
                )
            )
            return
        start, all_day, zone = _edge(item.get("start"), "start", calendar_zone)
        end, _, _ = _edge(item.get("end"), "end", calendar_zone)
        if end < start:
            raise HookItemError("end lies before start")
        message.bookings.append(
            HookBooking(
                uid=uid,
                start=start,
                end=end,
                status=text(item.get("status")) or "confirmed",
                title=text(item.get("summary")),
                location=text(item.get("location")),
                all_day=all_day,
                timezone=zone,
                version=milliseconds(updated),
                recurrence_id=_original(item, calendar_zone),
                recurrence=tuple(text(line) for line in listed(item.get("recurrence"))[:20]),
                series=text(item.get("recurringEventId")) or None,
            )
        )
    except HookItemError as error:
        message.fault(uid, str(error))


def _edge(value: Json, what: str, calendar_zone: tzinfo | None) -> tuple[datetime, bool, str | None]:
    """One end: a time with its zone, or a whole day."""
    told = record(value)
    name = text(told.get("timeZone"))
    zone = zone_of(name) or calendar_zone
    if "dateTime" in told:
        return instant(told["dateTime"], what, zone), False, name or None
    if "date" in told:
        return local_day(told["date"], what, zone or UTC), True, name or (str(zone) if zone is not None else None)
    raise HookItemError(f"{what} is missing")


def _original(item: dict[str, Any], calendar_zone: tzinfo | None) -> str | None:
    """The start that the series has for this occurrence."""
    if "originalStartTime" not in item:
        return None
    at, _, _ = _edge(item["originalStartTime"], "originalStartTime", calendar_zone)
    return at.isoformat().replace("+00:00", "Z")
