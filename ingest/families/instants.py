"""Times as devices write them: seconds, milli-, micro- or nanoseconds since 1970, ISO text with or without offset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

_LONGEST = 40
# A present instant is about 1.7e9 s: each further unit is a thousand times that. Bounds lie half-way in powers of ten.
_SCALES = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))


def instant_of(told: Any, zone: tzinfo = UTC) -> datetime | None:
    """The instant in UTC, None where it cannot be read. A local time without offset is one of `zone`."""
    kind = type(told)
    if kind is float or kind is int:
        return of_number(told)
    if kind is str and 8 <= len(told) <= _LONGEST:
        return _of_text(told, zone)
    return None


def of_number(told: float) -> datetime | None:
    """None for what is no plausible time since 1970, such as an uptime: the clock of the device is judged elsewhere."""
    for bound, divisor in _SCALES:
        if told >= bound:
            told = told / divisor
            break
    if not 0 < told < 4e9:
        return None
    return datetime.fromtimestamp(told, UTC)


def _of_text(told: str, zone: tzinfo) -> datetime | None:
    if told.replace(".", "", 1).isdigit():
        return of_number(float(told))
    text = told
    if text[4:5] == "." and text[7:8] == ".":  # 2018.04.22 12:21:08
        text = f"{text[:4]}-{text[5:7]}-{text[8:]}"
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=zone)
        return instant.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def clock_time_today(text: str, received_at: datetime, zone: tzinfo) -> datetime | None:
    """A wall-clock time without a date, the latest such one that is not after `received_at` by more than a minute."""
    try:
        hour, minute, second = text.split(":")
        local = received_at.astimezone(zone).replace(hour=int(hour), minute=int(minute), second=int(float(second)), microsecond=0)
    except ValueError:
        return None
    instant = local.astimezone(UTC)
    return instant - timedelta(days=1) if instant > received_at + timedelta(minutes=1) else instant
