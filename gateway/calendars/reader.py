"""A feed read over a span of time: what books something, and what was skipped and why."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from gateway.calendars.errors import EventFaultError
from gateway.calendars.events import FeedEvent, read_event, uid_of
from gateway.calendars.lines import Component, Stream, read_stream
from gateway.calendars.series import Occurrence, fitted, occurrences, outlived, touches
from gateway.calendars.values import TimeReader
from gateway.calendars.zones import FeedZones
from premises.errors import SettingError
from premises.time import Interval, format_instant, local_midnight, utc, zone_named

BOOKINGS_MOST = 20_000
SECONDS_MOST = 20.0  # of processor: a machine that is busy with other things drops no booking
SPAN_MOST_DAYS = 1_900


@dataclass(frozen=True, slots=True)
class CalendarBooking:
    """One occurrence that takes time. start, end: UTC; an all-day one from midnight to midnight of the site.

    recurrence_id: its start as the series has it, UTC; None for what happens once. (uid, recurrence_id) is its identity.
    """

    uid: str
    recurrence_id: datetime | None
    start: datetime
    end: datetime
    all_day: bool
    status: str
    title: str
    location: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """broken: it is there, but could not be read or followed; else it is there and means no booking."""

    uid: str
    reason: str
    broken: bool = False


@dataclass
class CalendarReading:
    """complete: the feed ended as it should, and nothing of it was left out, so that what is missing in it is really gone."""

    bookings: list[CalendarBooking] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    complete: bool = True

    def document(self) -> dict[str, Any]:
        """As JSON: bookings in order of start, skipped in order of the feed."""
        return {
            "bookings": [
                {
                    "uid": booking.uid,
                    "recurrence_id": format_instant(booking.recurrence_id) if booking.recurrence_id is not None else None,
                    "start": format_instant(booking.start),
                    "end": format_instant(booking.end),
                    "all_day": booking.all_day,
                    "status": booking.status,
                    "title": booking.title,
                    "location": booking.location,
                }
                for booking in self.bookings
            ],
            "skipped": [{"uid": skipped.uid, "reason": skipped.reason} for skipped in self.skipped],
        }


def read_calendar(data: bytes, from_: date | datetime, to: date | datetime, zone: str) -> dict[str, Any]:
    """`{bookings, skipped}` of the span `[from_, to)`; dates are local days of the zone. Raises CalendarError, SettingError."""
    try:
        local = zone_named(zone)
    except ValueError as error:
        raise SettingError(str(error)) from None
    start, end = _edge(from_, local), _edge(to, local)
    if end < start:
        raise SettingError(f"the span ends ({to}) before it starts ({from_})")
    return read_feed(data, Interval(start, end), local).document()


def _edge(told: date | datetime, zone: ZoneInfo) -> datetime:
    return utc(told) if isinstance(told, datetime) else local_midnight(told, zone)


def read_feed(data: bytes, window: Interval, zone: tzinfo, *, spent: Callable[[], float] = clock.thread_time) -> CalendarReading:
    """Everything in the window. Bounded in bytes, events, steps, occurrences and time. Raises CalendarError, SettingError."""
    if window.duration.days > SPAN_MOST_DAYS:
        raise SettingError(f"a calendar is read over at most {SPAN_MOST_DAYS} days")
    ends = spent() + SECONDS_MOST
    stream = read_stream(data)
    zones = FeedZones(stream.timezones)
    reader = TimeReader(zones, zone, zone)
    reading = CalendarReading(complete=stream.complete and not stream.too_many)
    for component in stream.cut:
        reading.skipped.append(Skipped(uid_of(component), "the feed breaks off in the middle of it", broken=True))
    if stream.too_many:
        reading.skipped.append(Skipped("", f"{stream.too_many} events more than are read of one feed"))
    for uid, group in _groups(stream, reader, reading).items():
        if spent() > ends or len(reading.bookings) >= BOOKINGS_MOST:
            reading.complete = False
            reading.skipped.append(Skipped(uid, "the feed took too long, or gave too much, before its turn came"))
            continue
        _take(uid, group, window, reader, reading)
    reading.bookings.sort(key=lambda booking: (booking.start, booking.uid, booking.recurrence_id or booking.start))
    return reading


def _floating(reader: TimeReader, calendar: Component | None) -> TimeReader:
    """With the zone of floating times: X-WR-TIMEZONE where the calendar has one that is known, else the site's."""
    told = calendar.value("X-WR-TIMEZONE") if calendar is not None else ""
    zone = reader.zones.zone(told) if told else None
    return replace(reader, floating=zone) if zone is not None else reader


def _groups(stream: Stream, reader: TimeReader, reading: CalendarReading) -> dict[str, list[FeedEvent]]:
    """Events by UID, the newest version of each; the others, and those that cannot be read, are skipped."""
    newest: dict[tuple[str, str], FeedEvent] = {}
    for order, component in enumerate(stream.events):
        uid = uid_of(component)
        try:
            event = read_event(component, order, _floating(reader, component.calendar))
        except EventFaultError as error:
            reading.skipped.append(Skipped(uid, str(error), broken=True))
            continue
        if component.calendar is not None and component.calendar.value("METHOD").upper() == "CANCEL":
            event = replace(event, status="cancelled")
        key = (uid, format_instant(reader.instant(event.recurrence_id)) if event.recurrence_id is not None else "")
        other = newest.get(key)
        newest[key] = event if other is None or event.rank > other.rank else other
        if other is not None:
            older = other if newest[key] is event else event
            reason = f"an older version (SEQUENCE {older.sequence}, the newest has {newest[key].sequence})"
            reading.skipped.append(Skipped(uid, reason))
    groups: dict[str, list[FeedEvent]] = {}
    for (uid, _), event in newest.items():
        groups.setdefault(uid, []).append(event)
    return groups


def _take(uid: str, group: Sequence[FeedEvent], window: Interval, reader: TimeReader, reading: CalendarReading) -> None:
    """The occurrences of one UID into the reading."""
    group = _without_outlived(uid, group, reader, reading)
    for event in group:
        if event.dropped_for:
            reading.skipped.append(Skipped(uid, _with_identity(event, reader)))
    if all(event.dropped_for for event in group):
        return
    try:
        found = [one for one in occurrences(group, window, reader) if not one.event.dropped_for and touches(one, window, reader)]
    except EventFaultError as error:
        reading.skipped.append(Skipped(uid, str(error), broken=True))
        return
    room = BOOKINGS_MOST - len(reading.bookings)
    if len(found) > room:
        reading.complete = False
        reading.skipped.append(Skipped(uid, f"{len(found) - room} occurrences more than are read of one feed"))
    reading.bookings.extend(_booking(one, reader) for one in found[:room])


def _without_outlived(uid: str, group: Sequence[FeedEvent], reader: TimeReader, reading: CalendarReading) -> list[FeedEvent]:
    """The group without changes of occurrences that its series lost when it was cut short."""
    master = next((event for event in group if event.recurrence_id is None), None)
    kept = []
    for event in group:
        if master is None or event is master or not outlived(fitted(event, master, reader), master):
            kept.append(event)
        else:
            reason = f"an older version (SEQUENCE {event.sequence}) of a series that ends before it (SEQUENCE {master.sequence})"
            reading.skipped.append(Skipped(uid, reason))
    return kept


def _with_identity(event: FeedEvent, reader: TimeReader) -> str:
    if event.recurrence_id is None:
        return event.dropped_for
    return f"{event.dropped_for} (the occurrence of {format_instant(reader.instant(event.recurrence_id))})"


def _booking(occurrence: Occurrence, reader: TimeReader) -> CalendarBooking:
    event, instant = occurrence.event, reader.instant
    return CalendarBooking(
        uid=event.uid,
        recurrence_id=instant(occurrence.recurrence_id) if occurrence.recurrence_id is not None else None,
        start=instant(occurrence.start),
        end=instant(occurrence.end),
        all_day=event.all_day,
        status=event.status,
        title=event.title,
        location=event.location,
    )
