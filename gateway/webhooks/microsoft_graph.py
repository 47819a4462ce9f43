"""Microsoft Graph: notices with ids and a shared word only, and the events that are fetched for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from gateway.webhooks.instants import instant, instant_or_none, milliseconds, zone_of
from gateway.webhooks.messages import Headers, HookBooking, HookItemError, HookMessage, Json, listed, named, record, text
from premises.time import format_instant

TOKEN_LONGEST = 2_048
_DAYS = {"monday": "MO", "tuesday": "TU", "wednesday": "WE", "thursday": "TH", "friday": "FR", "saturday": "SA", "sunday": "SU"}
_DAY_LAST = re.compile(r"\.(\d{4}-\d{2}-\d{2})$")
_POSITIONS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "last": "-1"}


def of_sender(body: Json, is_ours: Callable[[str], bool]) -> Json:
    """The notices whose shared word (clientState) is ours; the others, and events that no notice stands for, are left out."""
    kept = [item for item in listed(record(body).get("value")) if is_ours(text(record(item).get("clientState")))]
    return {"value": kept}


def read(body: Json, headers: Headers) -> HookMessage:  # noqa: ARG001
    told = record(body)
    items = told.get("value")
    if isinstance(items, list) and any("changeType" in record(item) or "lifecycleEvent" in record(item) for item in items):
        return _notices(listed(items))
    message = HookMessage("microsoft_graph", "events", text(told.get("@odata.etag")))
    for item in listed(items) if isinstance(items, list) else [told]:
        _take(message, record(item))
    return message


def _notices(items: list[Any]) -> HookMessage:
    """What changed, each with an id of its own; and what Graph tells of the life of the subscription."""
    message = HookMessage("microsoft_graph", "changes")
    ids = []
    for item in map(record, items):
        resource = text(item.get("resource"))
        ends = instant_or_none(item.get("subscriptionExpirationDateTime"))
        message.ends = max((end for end in (message.ends, ends) if end is not None), default=None)
        etag = text(record(item.get("resourceData")).get("@odata.etag"))
        kind = text(item.get("changeType")) or text(item.get("lifecycleEvent"))
        ids.append(f"{text(item.get('subscriptionId'))}:{kind}:{resource}:{etag}")
        if "lifecycleEvent" in item:
            _lifecycle(message, item, resource)
        elif text(item.get("changeType")) == "deleted":
            uid = text(record(item.get("resourceData")).get("id")) or resource.rpartition("/")[2]
            message.bookings.append(HookBooking(uid, status="cancelled"))
        else:
            message.fetch.append(resource)
    message.event_id = "+".join(ids)[:1_000]
    return message


def _lifecycle(message: HookMessage, item: dict[str, Any], resource: str) -> None:
    """`missed`: notices were lost, so all is asked for; else somebody must see to the subscription."""
    told = text(item["lifecycleEvent"])
    message.skipped.append((text(item.get("subscriptionId")), f"the subscription needs care: {told}"))
    if told != "missed":
        message.care = told
    elif resource:
        message.fetch.append(resource)


def _take(message: HookMessage, item: dict[str, Any]) -> None:
    uid = text(item.get("id"))
    version = milliseconds(instant_or_none(item.get("lastModifiedDateTime")))
    try:
        if "@removed" in item or item.get("isCancelled") is True:
            series, original = _series(item)
            message.bookings.append(
                HookBooking(named(uid, "id"), status="cancelled", version=version, series=series, recurrence_id=original)
            )
            return
        if text(item.get("showAs")) == "free":
            message.skipped.append((uid, "transparent: shown as free"))
            series, original = _series(item)
            message.withdrawn.append(HookBooking(uid, status="cancelled", version=version, series=series, recurrence_id=original))
            return
        start, zone = _edge(item.get("start"), "start")
        end, _ = _edge(item.get("end"), "end")
        if end < start:
            raise HookItemError("end lies before start")
        recurrence = _recurrence(item.get("recurrence"))
        series, original = _series(item)
        message.bookings.append(
            HookBooking(
                uid=named(uid, "id"),
                start=start,
                end=end,
                status="tentative" if text(item.get("showAs")) == "tentative" else "confirmed",
                title=text(item.get("subject")),
                location=_location(item),
                all_day=item.get("isAllDay") is True,
                timezone=(_zone_of_series(item) if recurrence else None) or zone,
                version=version,
                recurrence=recurrence + _cancelled_days(item) if recurrence else (),
                series=series,
                recurrence_id=original,
            )
        )
    except HookItemError as error:
        message.fault(uid, str(error))


def _edge(value: Json, what: str) -> tuple[datetime, str | None]:
    told = record(value)
    name = text(told.get("timeZone"))
    return instant(told.get("dateTime"), what, zone_of(name)), name or None


def _series(item: dict[str, Any]) -> tuple[str | None, str | None]:
    """Of an occurrence or exception: the id of its series, and the start that the series has for it."""
    original = instant_or_none(item.get("originalStart"))
    if text(item.get("type")) == "seriesMaster" or original is None:
        return None, None
    return text(item.get("seriesMasterId")) or None, format_instant(original)


def _zone_of_series(item: dict[str, Any]) -> str | None:
    """The zone whose clock a series keeps to: start and end are told in UTC unless one asks for another."""
    told = text(record(record(item.get("recurrence")).get("range")).get("recurrenceTimeZone"))
    told = told or text(item.get("originalStartTimeZone"))
    return told if zone_of(told) is not None else None


def _cancelled_days(item: dict[str, Any]) -> tuple[str, ...]:
    """Occurrences taken out of a series, `OID.<id>.<day>`, as exceptions."""
    found = [_DAY_LAST.search(text(one)) for one in listed(item.get("cancelledOccurrences"))]
    days = [day[1].replace("-", "") for day in found if day is not None]
    return (f"EXDATE;VALUE=DATE:{','.join(days[:100])}",) if days else ()


def _location(item: dict[str, Any]) -> str:
    """The names of all places, else the one."""
    names = [text(record(place).get("displayName")) for place in listed(item.get("locations"))]
    return "; ".join(name for name in names if name) or text(record(item.get("location")).get("displayName"))


def _recurrence(value: Json) -> tuple[str, ...]:
    """Graph's pattern and range as an RFC 5545 rule. Raises HookItemError."""
    if not isinstance(value, dict):
        return ()
    pattern, span = record(value.get("pattern")), record(value.get("range"))
    kind = text(pattern.get("type"))
    days = ",".join(_DAYS[day] for day in map(text, listed(pattern.get("daysOfWeek"))) if day in _DAYS)
    parts = [f"INTERVAL={pattern.get('interval') if isinstance(pattern.get('interval'), int) else 1}"]
    if kind == "daily":
        parts.insert(0, "FREQ=DAILY")
    elif kind == "weekly":
        parts = ["FREQ=WEEKLY", *parts, *([f"BYDAY={days}"] if days else [])]
    elif kind in ("absoluteMonthly", "absoluteYearly"):
        parts = [f"FREQ={'MONTHLY' if kind == 'absoluteMonthly' else 'YEARLY'}", *parts, f"BYMONTHDAY={pattern.get('dayOfMonth')}"]
    elif kind in ("relativeMonthly", "relativeYearly"):
        position = _POSITIONS.get(text(pattern.get("index")) or "first", "1")
        parts = [f"FREQ={'MONTHLY' if kind == 'relativeMonthly' else 'YEARLY'}", *parts, f"BYDAY={days}", f"BYSETPOS={position}"]
    else:
        raise HookItemError(f"its recurrence of type {kind!r} is not known")
    if kind.endswith("Yearly"):
        parts.append(f"BYMONTH={pattern.get('month')}")
    if kind == "weekly" and text(pattern.get("firstDayOfWeek")) in _DAYS:
        parts.append(f"WKST={_DAYS[text(pattern.get('firstDayOfWeek'))]}")
    if text(span.get("type")) == "numbered":
        parts.append(f"COUNT={span.get('numberOfOccurrences')}")
    elif text(span.get("type")) == "endDate":
        parts.append(f"UNTIL={text(span.get('endDate')).replace('-', '')}")
    return ("RRULE:" + ";".join(parts),)
