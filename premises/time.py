"""Instants, intervals, slots and local days.

Instants are aware UTC datetimes. Intervals are half-open. Slots are site quarter hours; as every zone of civil time
in use is offset from UTC by a multiple of 15 minutes, they are cut in UTC. Days and months are cut in the site's zone,
so a day has 23, 24 or 25 hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from premises.errors import NaiveTimeError

SLOT = timedelta(minutes=15)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """What time it is. Only entry points build one that reads the real time."""

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        ...


class ManualClock:
    """A clock that stands still until it is set: for tests and for replayed time."""

    def __init__(self, start: datetime) -> None:
        self._now = utc(start)

    def now(self) -> datetime:
        return self._now

    def set(self, instant: datetime) -> None:
        self._now = utc(instant)

    def advance(self, step: timedelta) -> datetime:
        self._now += step
        return self._now


def utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises NaiveTimeError for a datetime without offset."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise NaiveTimeError(f"{instant.isoformat()} has no offset; write it as {instant.isoformat()}Z or with +01:00")
    return instant.astimezone(UTC)


def parse_instant(text: str) -> datetime:
    """Read an RFC 3339 instant with offset, e.g. 2026-01-20T12:00:00Z. Raises NaiveTimeError or ValueError."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no RFC 3339 time; write it like 2026-01-20T12:00:00Z") from None
    return utc(instant)


def format_instant(instant: datetime) -> str:
    """RFC 3339 in UTC with Z; fractions only where there are any."""
    return utc(instant).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Half-open span of time `[start, end)` in UTC. An empty span (start == end) is allowed, a reversed one raises."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", utc(self.start))
        object.__setattr__(self, "end", utc(self.end))
        if self.end < self.start:
            raise ValueError(f"interval ends {self.end.isoformat()} before it starts {self.start.isoformat()}")

    @property
    def duration(self) -> timedelta:
        return self.end - self.start

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def overlaps(self, other: Interval) -> bool:
        return self.start < other.end and other.start < self.end

    def intersection(self, other: Interval) -> Interval | None:
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None


def floor_to(instant: datetime, step: timedelta) -> datetime:
    """The last multiple of `step` since the epoch that is not after `instant`."""
    return instant - (utc(instant) - EPOCH) % step


def slot_start(instant: datetime) -> datetime:
    """Start of the quarter hour that holds `instant`."""
    return floor_to(instant, SLOT)


def slots(interval: Interval) -> Iterator[datetime]:
    """Starts of all slots that touch the interval."""
    start = slot_start(interval.start)
    while start < interval.end:
        yield start
        start += SLOT


def local_midnight(day: date, zone: tzinfo) -> datetime:
    """The instant at which a local day begins. Where midnight does not exist, the first instant after the gap."""
    local = datetime(day.year, day.month, day.day, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).date() < day:  # midnight lies in a gap and was read with the offset after it
        instant = local.replace(fold=1).astimezone(UTC)
    return instant


def local_day(day: date, zone: tzinfo) -> Interval:
    """The local day as an interval of 23, 24 or 25 hours."""
    return Interval(local_midnight(day, zone), local_midnight(day + timedelta(days=1), zone))


def following_month(day: date) -> date:
    """The first day of the month after the day's."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def local_month(year: int, month: int, zone: tzinfo) -> Interval:
    """The local month as an interval."""
    first = date(year, month, 1)
    return Interval(local_midnight(first, zone), local_midnight(following_month(first), zone))


def local_days(interval: Interval, zone: tzinfo) -> Iterator[date]:
    """The local days that touch the interval."""
    day = interval.start.astimezone(zone).date()
    while local_midnight(day, zone) < interval.end:
        yield day
        day += timedelta(days=1)


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises ValueError that says what would be right."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is no IANA time zone; write it like Europe/Paris") from None
