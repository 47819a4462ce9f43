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

_OFFSET = re.compile(r"(?:UTC|GMT|\A)\s*([+-])\s*(\d{1,2})[:.]?(\d{2})?", re.IGNORECASE)
_BOTH_OFFSETS = re.compile(r"GMT ([+-]\d{2})00 \(standard\) / GMT ([+-]\d{2})00 \(daylight\)", re.IGNORECASE)
_BY_BOTH_OFFSETS = {
    (0, 1): "Europe/London",
    (1, 2): "Europe/Paris",
    (2, 3): "Europe/Helsinki",
    (-5, -4): "America/New_York",
    (-6, -5): "America/Chicago",
    (-7, -6): "America/Denver",
    (-8, -7): "America/Los_Angeles",
}  # as some calendars name a zone by its two offsets: the largest place that has them
_NUMBERED = re.compile(r"[-_ ]\d{1,3}$")
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
    return certain_zone(tzid) or likely_zone(tzid)


def certain_zone(tzid: str) -> tzinfo | None:
    """The zone whose IANA or Windows name this is, with whatever prefix."""
    name = _plain(tzid)
    if name in ("utc", "z", "etc/utc", "gmt", "etc/gmt", "tzone://microsoft/utc", "microsoft/utc"):
        return UTC
    found = _iana().get(name) or _windows(name)
    if found is None and "/" in name:  # such as /mozilla.org/20050126_1/Europe/Paris
        parts = name.strip("/").split("/")
        found = next((_iana()["/".join(parts[-n:])] for n in (3, 2) if "/".join(parts[-n:]) in _iana()), None)
    return ZoneInfo(found) if found is not None else None


def likely_zone(tzid: str) -> tzinfo | None:
    """What the name seems to mean: an IANA or Windows name with a number behind it, a city, an offset."""
    name = _plain(tzid)
    for spelled in (_NUMBERED.sub("", name), name.replace("-", "/")):
        found = certain_zone(spelled) if spelled != name else None
        if found is not None:
            return found
    return _shown_zone(name)


def _plain(tzid: str) -> str:
    return tzid.strip().strip('"').lower().removeprefix("tzid=").replace("\\", "").strip()[:LONGEST]


def _windows(name: str) -> str | None:
    for season in ("daylight time", "summer time"):
        name = name.replace(season, "standard time")
    return _WINDOWS.get(name)


def _shown_zone(name: str) -> tzinfo | None:
    """Such as `(UTC-05:00) Eastern Time (US & Canada)`, `(GMT +01:00)`, `Greenwich Mean Time:Dublin; Edinburgh; Lisbon; London`."""
    both = _BOTH_OFFSETS.search(name)
    if both is not None and (int(both[1]), int(both[2])) in _BY_BOTH_OFFSETS:
        return ZoneInfo(_BY_BOTH_OFFSETS[int(both[1]), int(both[2])])
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
    """The zones of one feed: by a certain name, then by its own VTIMEZONE, then by what the name seems to mean, else unknown."""

    def __init__(self, timezones: list[Component]) -> None:
        self._own: dict[str, Component] = {}
        for component in timezones:
            self._own.setdefault(_key(component.value("TZID")), component)
        self._known: dict[str, tzinfo | None] = {}

    def zone(self, tzid: str) -> tzinfo | None:
        """None where nobody knows that name: the time is then floating."""
        key = _key(tzid)
        if key not in self._known:
            self._known[key] = certain_zone(tzid) or self._by_feed(key) or likely_zone(tzid)
        return self._known[key]

    def _by_feed(self, key: str) -> tzinfo | None:
        component = self._own.get(key)
        if component is None:
            return None
        location = component.value("X-LIC-LOCATION")
        return (named_zone(location) if location else None) or own_zone(component)


def _key(tzid: str) -> str:
    return tzid.strip().strip('"').removeprefix("TZID=").strip().lower()[:LONGEST]
