"""Which time zone a TZID means: IANA, Windows, what Exchange shows people, an offset, or the feed's own VTIMEZONE."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from gateway.calendars.lines import Component
from gateway.calendars.vtimezone import own_zone

_OFFSET = re.compile(r"(?:UTC|GMT)\s*([+-])\s*(\d{1,2}):?(\d{2})?", re.IGNORECASE)
LONGEST = 200


@cache
def _iana() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


@cache
def _cities() -> dict[str, list[str]]:
    """IANA zones by their city, in lower case with spaces."""
    found: dict[str, list[str]] = {}
    for name in sorted(available_timezones()):
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/")):
            found.setdefault(name.rpartition("/")[2].replace("_", " ").lower(), []).append(name)
    return found


@cache
def _shown() -> dict[str, str]:
    text = files("gateway.calendars").joinpath("display_names.toml").read_text(encoding="utf-8")
    names: dict[str, str] = tomllib.loads(text)["names"]
    return names


_WINDOWS = {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items()}


def named_zone(tzid: str) -> tzinfo | None:
    """The zone of a TZID by its name alone: IANA, Windows, or as Exchange shows it; None where the name says nothing."""
    name = tzid.strip().strip('"').removeprefix("TZID=").strip()[:LONGEST]
    low = name.lower()
    if low in ("utc", "z", "etc/utc", "gmt", "etc/gmt"):
        return UTC
    found = _iana().get(low) or _WINDOWS.get(low) or _WINDOWS.get(low.replace("daylight time", "standard time"))
    if found is None and "/" in name:  # such as /mozilla.org/20050126_1/Europe/Paris
        parts = low.strip("/").split("/")
        found = next((_iana()["/".join(parts[-n:])] for n in (3, 2) if "/".join(parts[-n:]) in _iana()), None)
    if found is not None:
        return ZoneInfo(found)
    return _shown_zone(name)


def _shown_zone(name: str) -> tzinfo | None:
    """Such as `(UTC-05:00) Eastern Time (US & Canada)`, `(GMT +01:00)`, `Greenwich Mean Time:Dublin; Edinburgh; Lisbon; London`."""
    told = _OFFSET.search(name)
    offset = None
    if told is not None:
        sign = -1 if told.group(1) == "-" else 1
        minutes = int(told.group(2)) * 60 + int(told.group(3) or 0)
        offset = timedelta(minutes=sign * minutes) if minutes <= 14 * 60 else None
    words = re.sub(r"\((?:UTC|GMT)[^)]*\)", "", name, flags=re.IGNORECASE)
    plain = " ".join(re.sub(r"[^\w' ]", " ", words.lower()).split())
    if plain in _shown():
        return ZoneInfo(_shown()[plain])
    for city in re.split(r"[,;:/]", words.lower()):
        for zone in _cities().get(city.strip().replace("_", " "), ()):
            if offset is None or _standard_offset(zone) == offset:
                return ZoneInfo(zone)
    return timezone(offset) if offset is not None else None


@cache
def _standard_offset(zone: str) -> timedelta | None:
    """The smaller offset of the year: what Windows shows."""
    offsets = [datetime(2025, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7)]
    known = [offset for offset in offsets if offset is not None]
    return min(known) if known else None


class FeedZones:
    """The zones of one feed: by name first, then by its own VTIMEZONE, else unknown."""

    def __init__(self, timezones: list[Component]) -> None:
        self._own: dict[str, Component] = {}
        for component in timezones:
            self._own.setdefault(_key(component.value("TZID")), component)
        self._known: dict[str, tzinfo | None] = {}

    def zone(self, tzid: str) -> tzinfo | None:
        """None where nobody knows that name: the time is then floating."""
        key = _key(tzid)
        if key not in self._known:
            self._known[key] = named_zone(tzid) or self._by_feed(key)
        return self._known[key]

    def _by_feed(self, key: str) -> tzinfo | None:
        component = self._own.get(key)
        if component is None:
            return None
        location = component.value("X-LIC-LOCATION")
        return (named_zone(location) if location else None) or own_zone(component)


def _key(tzid: str) -> str:
    return tzid.strip().strip('"').removeprefix("TZID=").strip().lower()[:LONGEST]
