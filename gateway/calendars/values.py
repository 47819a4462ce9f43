"""Dates, times and durations of calendar events, whatever type they claim to be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from gateway.calendars.errors import EventFaultError
from gateway.calendars.lines import Line
from gateway.calendars.zones import FeedZones

_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_DATE_TIME = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})[T ](\d{2}):?(\d{2}):?(\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE)
_DURATION = re.compile(r"([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?", re.IGNORECASE)
YEAR_FIRST, YEAR_LAST = 1583, 2199  # some address books give birthdays without a year as of 1604

Moment = date | datetime
"""A local day, or an aware date-time."""


@dataclass(frozen=True, slots=True)
class TimeReader:
    """Reads the values of one feed. floating: the zone of times that name none; local: the site's, for whole days."""

    zones: FeedZones
    floating: tzinfo
    local: tzinfo

    def moment(self, line: Line, text: str | None = None) -> Moment:
        """A date, or a date-time with its zone. Raises EventFaultError."""
        value = (line.value if text is None else text).strip()
        day = _DATE.fullmatch(value)
        if day is not None:
            return _checked(line.name, value, lambda: date(int(day[1]), int(day[2]), int(day[3])))
        found = _DATE_TIME.fullmatch(value)
        if found is None:
            raise EventFaultError(f"{line.name} {value[:40]!r} is no date and no time")
        zone = _fixed(found[7]) if found[7] else self.zone_of(line)
        parts = [int(found[number] or 0) for number in range(1, 7)]
        parts[5] = min(parts[5], 59)  # a leap second
        if parts[3] == 24 and parts[4] == parts[5] == 0:
            return _checked(line.name, value, lambda: datetime(*parts[:3]).replace(tzinfo=zone) + timedelta(days=1))  # type: ignore[arg-type]  # noqa: DTZ001
        return _checked(line.name, value, lambda: datetime(*parts).replace(tzinfo=zone))  # type: ignore[arg-type]  # noqa: DTZ001

    def of_event(self, begins: Line, ends: Line | None) -> TimeReader:
        """For one event: a time of it that names no zone is in that of its start, else of its end, else of the feed."""
        told = _DATE_TIME.fullmatch(begins.value.strip())
        zone = _fixed(told[7]) if told is not None and told[7] else self._named(begins)
        if zone is None and ends is not None and not self.is_fixed(ends.value):
            zone = self._named(ends)
        return self if zone is None or zone == self.floating else replace(self, floating=zone)

    def day(self, moment: Moment) -> date:
        """The day that is meant: midnight of its own zone or of the site begins one; another time lies in the day of its zone."""
        if not isinstance(moment, datetime):
            return moment
        local = moment.astimezone(self.local)
        return local.date() if moment.time() != time(0) and local.time() == time(0) else moment.date()

    def like(self, moment: Moment, start: Moment, floating: bool) -> Moment:
        """The moment in the type and zone of a series that starts so: a day, or a time of its zone."""
        if not isinstance(start, datetime):
            return self.day(moment)
        if not isinstance(moment, datetime):
            return datetime.combine(moment, start.time(), tzinfo=start.tzinfo)
        return moment.replace(tzinfo=start.tzinfo) if floating else moment.astimezone(start.tzinfo)

    def zone_of(self, line: Line) -> tzinfo:
        """The zone that a line names; what nobody knows floats."""
        return self._named(line) or self.floating

    def _named(self, line: Line) -> tzinfo | None:
        tzid = line.parameter("TZID")
        return self.zones.zone(tzid) if tzid else None

    def is_floating(self, line: Line) -> bool:
        """Whether the value names no zone that is known."""
        return not self.is_fixed(line.value) and self._named(line) is None

    @staticmethod
    def is_fixed(text: str) -> bool:
        """Whether the value says its offset itself."""
        found = _DATE_TIME.fullmatch(text.strip())
        return found is not None and bool(found[7])

    def midnight(self, day: date) -> datetime:
        """The start of a local day of the site."""
        return datetime.combine(day, time(0), tzinfo=self.local)

    def instant(self, moment: Moment) -> datetime:
        """In UTC; a day as its start on the site."""
        return (moment if isinstance(moment, datetime) else self.midnight(moment)).astimezone(UTC)


def _fixed(offset: str) -> tzinfo:
    """Z, or an offset such as +0100, which RFC 5545 forbids and some write."""
    if offset in "Zz":
        return UTC
    return timezone((-1 if offset[0] == "-" else 1) * timedelta(hours=min(int(offset[1:3]), 23), minutes=int(offset[-2:])))


def _checked(name: str, text: str, make: Callable[[], Moment]) -> Moment:
    try:
        moment = make()
    except (ValueError, OverflowError):
        raise EventFaultError(f"{name} {text[:40]} does not exist in the calendar") from None
    if not YEAR_FIRST <= moment.year <= YEAR_LAST:
        raise EventFaultError(f"{name} {text[:40]} lies outside the years {YEAR_FIRST} to {YEAR_LAST}")
    return moment


def duration(text: str) -> timedelta:
    """An RFC 5545 duration. Raises EventFaultError."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found[number] for number in range(2, 7)):
        raise EventFaultError(f"DURATION {text.strip()[:40]!r} is no duration, such as PT1H30M")
    weeks, days, hours, minutes, seconds = (int(found[number] or 0) for number in range(2, 7))
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if found[1] == "-" and length:
        raise EventFaultError(f"DURATION {text.strip()[:40]} is negative")
    return length
