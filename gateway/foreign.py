"""Bookings that come from a calendar or a webhook: where they belong, and how they get into the book."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from gateway.calendars import read_feed
from gateway.calendars.errors import CalendarError
from gateway.calendars.zones import named_zone
from premises.booking import Booking, BookingKey, BookingStatus, DayKind
from premises.errors import ConflictError
from premises.ports import BookingBook
from premises.site import CalendarRule, Site
from premises.time import Clock, Interval, format_instant

ID_LONGEST = 255
SERIES_AHEAD = timedelta(days=400)
_DAY_UNTIL = re.compile(r"\bUNTIL=(\d{8})(?=;|$)")
STATUSES = {
    "confirmed": BookingStatus.CONFIRMED,
    "tentative": BookingStatus.OPTION,
    "option": BookingStatus.OPTION,
    "hold": BookingStatus.HOLD,
    "cancelled": BookingStatus.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class ForeignBooking:
    """One occurrence as another system tells it. start and end None: only its cancellation is told."""

    uid: str
    start: datetime | None
    end: datetime | None
    status: str
    title: str = ""
    location: str = ""
    recurrence_id: str | None = None
    timezone: str | None = None
    version: int | None = None

    @property
    def id(self) -> str:
        """Its id in the book: the uid, for an occurrence of a series with its start there."""
        whole = f"{self.uid}#{self.recurrence_id}" if self.recurrence_id else self.uid
        return whole[-ID_LONGEST:]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bookings of one source belong. zones: meant where no rule fits; empty: it is skipped then."""

    site: Site
    source: str
    rules: tuple[CalendarRule, ...] = ()
    zones: tuple[str, ...] = ()

    def of(self, title: str, location: str) -> tuple[tuple[str, ...], DayKind] | None:
        """Zones and kind of day of the first rule that fits title or location; None where nothing does."""
        for rule in self.rules:
            if re.search(rule.pattern, title, re.IGNORECASE) or re.search(rule.pattern, location, re.IGNORECASE):
                return rule.zones, rule.day_kind
        return (self.zones, DayKind.WORK) if self.zones else None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one: created, changed, unchanged; or skipped, with the reason. wrong: it should have been taken."""

    id: str
    outcome: str
    reason: str = ""
    wrong: bool = False


class Bookable(Protocol):
    """The part of a house that takes bookings."""

    @property
    def bookings(self) -> BookingBook: ...

    @property
    def clock(self) -> Clock: ...


def place_of_source(site: Site, source: str, zones: tuple[str, ...] = ()) -> Place:
    """The rules of the site's calendar of that source."""
    rules = next((feed.rules for feed in site.calendars if feed.source == source), ())
    return Place(site, source, rules, zones)


def take(house: Bookable, place: Place, told: ForeignBooking, who: str) -> Taken:
    """Put it into the book, or cancel it there. An older version than the stored one changes nothing."""
    key = BookingKey(place.source, told.id)
    if not told.uid:
        return Taken("", "skipped", "it has no id")
    stored = house.bookings.get(key)
    if told.version is not None and stored is not None and (stored.booking.sequence or 0) > told.version:
        return Taken(told.id, "skipped", f"version {told.version} is older than the stored {stored.booking.sequence}")
    if told.status == "cancelled":
        if stored is None:
            return Taken(told.id, "skipped", "it is cancelled, and was never here")
        sequence = told.version if told.version is not None else stored.booking.sequence
        booking = replace(stored.booking, status=BookingStatus.CANCELLED, sequence=sequence)
        return _store(house, booking, who)
    if told.start is None or told.end is None or told.end <= told.start:
        return Taken(told.id, "skipped", "it takes no time")
    where = place.of(told.title, told.location)
    if where is None and stored is not None and stored.booking.status is not BookingStatus.CANCELLED:
        sequence = told.version if told.version is not None else stored.booking.sequence
        return _store(
            house, replace(stored.booking, status=BookingStatus.CANCELLED, sequence=sequence), who
        )  # it moved out of the rules
    if where is None:
        reason = f"no rule of source {place.source} fits title {told.title!r} or location {told.location!r}"
        return Taken(told.id, "skipped", reason, wrong=True)
    booking = Booking(
        key=key,
        site=place.site.id,
        zones=where[0],
        held=Interval(told.start, told.end),
        status=STATUSES.get(told.status, BookingStatus.CONFIRMED),
        day_kind=where[1],
        title=told.title[:200],
        timezone=told.timezone,
        sequence=told.version,
    )
    return _store(house, booking, who)


def _store(house: Bookable, booking: Booking, who: str) -> Taken:
    try:
        _, outcome = house.bookings.put(booking, house.clock.now(), by=who)
    except ConflictError as error:
        return Taken(booking.key.id, "skipped", str(error))
    return Taken(booking.key.id, outcome.value)


def _whole_last_day(line: str) -> str:
    """A booking system that ends a series with a day (Microsoft Graph's `endDate`) means all of that day, in the series' zone."""
    return _DAY_UNTIL.sub(r"UNTIL=\1T235959", line) if line.startswith("RRULE:") else line


def occurrences_of(told: ForeignBooking, recurrence: Sequence[str], now: datetime, site: Site) -> Iterator[ForeignBooking]:
    """A series as its occurrences from yesterday to a year ahead; what is none as itself. Raises CalendarError."""
    lines = [_whole_last_day(line) for line in recurrence if line.startswith(("RRULE:", "RDATE", "EXDATE")) and "\n" not in line]
    if not lines or told.start is None or told.end is None:
        yield told
        return
    zone = named_zone(told.timezone) if told.timezone else None
    ends = (("DTSTART", told.start), ("DTEND", told.end))
    if zone is None:
        edges = [f"{name}:{at:%Y%m%dT%H%M%SZ}" for name, at in ends]
    else:
        edges = [f"{name};TZID={told.timezone}:{at.astimezone(zone):%Y%m%dT%H%M%S}" for name, at in ends]
    text = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:series", *edges, *lines, "END:VEVENT", "END:VCALENDAR", ""])
    window = Interval(now - timedelta(days=1), now + SERIES_AHEAD)
    reading = read_feed(text.encode("utf-8", "replace"), window, site.zoneinfo)
    if reading.skipped:
        raise CalendarError(reading.skipped[0].reason)
    for each in reading.bookings:
        own = format_instant(each.recurrence_id) if each.recurrence_id is not None else None
        yield replace(told, start=each.start, end=each.end, recurrence_id=own)
