"""Times as booking systems write them: seven digits of fraction, offsets without a colon, Windows zone names, bare days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from gateway.calendars.zones import named_zone
from gateway.webhooks.messages import HookItemError, Json

_TIME = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def zone_of(name: str) -> tzinfo | None:
    """The zone of an IANA or Windows name."""
    return named_zone(name) if name else None


def instant(value: Json, what: str, zone: tzinfo | None = None) -> datetime:
    """The instant in UTC; a time without offset in `zone`. Raises HookItemError."""
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise HookItemError(f"{what} {str(value)[:40]!r} is no time such as 2026-03-02T07:00:00+01:00")
    offset = _offset(found[8]) if found[8] else zone
    if offset is None:
        raise HookItemError(f"{what} {value} has no offset, and the message names no time zone that is known")
    try:
        at = datetime(
            int(found[1]),
            int(found[2]),
            int(found[3]),
            int(found[4]),
            int(found[5]),
            int(found[6] or 0),
            int((found[7] or "0").ljust(6, "0")[:6]),
            tzinfo=offset,
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        raise HookItemError(f"{what} {value} does not exist in the calendar") from None
    if not 1990 <= at.year < 2200:
        raise HookItemError(f"{what} {value} lies outside the years 1990 to 2199")
    return at


def _offset(text: str) -> tzinfo:
    if text.upper() == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    if minutes >= 24 * 60:
        raise HookItemError(f"offset {text} is none")
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def local_day(value: Json, what: str, zone: tzinfo) -> datetime:
    """The start of a day in the zone, in UTC. Raises HookItemError."""
    found = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        if found is None:
            raise ValueError
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if not 1990 <= day.year < 2200:
            raise ValueError
    except ValueError:
        raise HookItemError(f"{what} {str(value)[:40]!r} is no day such as 2026-03-02") from None
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def milliseconds(at: datetime | None) -> int | None:
    """Milliseconds since 1970: an order of changes for systems without version numbers."""
    return None if at is None else int(at.timestamp() * 1000)


def instant_or_none(value: Json) -> datetime | None:
    """An instant where there is one: for what is good to know but never needed."""
    try:
        return instant(value, "time")
    except HookItemError:
        return None
