"""Feeds of the tests, written line by line as calendars write them."""

from __future__ import annotations

from datetime import date
from typing import Any

from gateway.calendars import read_calendar


def event(*lines: str, uid: str = "day-4@diary", start: str = "20260302T070000Z", end: str = "20260302T190000Z") -> str:
    """A VEVENT; a line that names a property again takes the place of the default."""
    told = {"UID": f"UID:{uid}", "DTSTART": f"DTSTART:{start}", "DTEND": f"DTEND:{end}", "SUMMARY": "SUMMARY:Shoot"}
    for line in lines:
        told.pop(line.replace(":", ";").partition(";")[0], None)
    if any(line.startswith("DURATION") for line in lines):
        told.pop("DTEND", None)
    kept = [line for line in told.values() if not line.endswith(":")]
    return "\r\n".join(["BEGIN:VEVENT", *kept, *lines, "END:VEVENT"])


def feed(*parts: str, own: tuple[str, ...] = ()) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *own, *parts, "END:VCALENDAR", ""]).encode()


def read(
    *parts: str, from_: date = date(2026, 1, 1), to: date = date(2027, 1, 1), zone: str = "Europe/Paris", own: tuple[str, ...] = ()
) -> Any:
    return read_calendar(feed(*parts, own=own), from_, to, zone)


def spans(reading: Any) -> list[tuple[str, str]]:
    return [(booking["start"], booking["end"]) for booking in reading["bookings"]]


def starts(reading: Any) -> list[str]:
    return [booking["start"] for booking in reading["bookings"]]


def reasons(reading: Any) -> dict[str, str]:
    return {skipped["uid"]: skipped["reason"] for skipped in reading["skipped"]}
