"""Times at the door: RFC 3339 with offset in, UTC out; local wall times only for a source whose zone is known.

The written rule for local times: one that the clocks skip (spring) is read with the offset before the change, so it lands
as much later as the clocks were put forward; one that happens twice (autumn) means the first of the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from premises.time import format_instant

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
LONGEST = 40


class TimeFaultError(ValueError):
    """A time that cannot be taken; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class ReadTime:
    """An instant, and what had to be decided to get it: "" or "skipped" or "doubled"."""

    instant: datetime
    decided: str = ""


def read_time(text: str, zone: ZoneInfo | None = None) -> ReadTime:
    """Read an RFC 3339 time; a naive one in `zone`. Raises TimeFaultError."""
    if len(text) > LONGEST or "T" not in text.upper().replace(" ", "T"):
        raise TimeFaultError(f"{text[:LONGEST]!r} is no RFC 3339 time; write it like 2026-03-02T07:00:00+01:00")
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise TimeFaultError(f"{text!r} is no RFC 3339 time; write it like 2026-03-02T07:00:00+01:00") from None
    decided = ""
    if told.tzinfo is None:
        if zone is None:
            raise TimeFaultError(
                f"{text} has no offset from UTC, so it is no certain instant; write {text}Z or {text}+01:00, "
                "or have a time zone set for this source in the site file"
            )
        decided = wall_time_oddity(told, zone)
        told = told.replace(tzinfo=zone, fold=0)
    try:
        instant = told.astimezone(UTC)
    except OverflowError:
        raise TimeFaultError(f"{text} lies outside the years 1990 to 2199") from None
    if not EARLIEST <= instant < LATEST:
        raise TimeFaultError(f"{text} lies outside the years 1990 to 2199")
    return ReadTime(instant, decided)


def wall_time_oddity(naive: datetime, zone: ZoneInfo) -> str:
    """ "skipped" for a wall time that does not exist in the zone, "doubled" for one that happens twice, else ""."""
    if not EARLIEST.year <= naive.year < LATEST.year:
        return ""
    first, second = naive.replace(tzinfo=zone, fold=0), naive.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return ""
    back = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    return "doubled" if back == naive.replace(fold=0) else "skipped"


def told(instant: datetime | None) -> str | None:
    """The instant as RFC 3339 in UTC, None as None."""
    return None if instant is None else format_instant(instant)


def told_local(instant: datetime | None, zone: ZoneInfo) -> str | None:
    """The instant as RFC 3339 in the zone, with its offset."""
    return None if instant is None else instant.astimezone(zone).isoformat()
