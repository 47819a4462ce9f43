"""A time zone that is known only by the feed's own VTIMEZONE: its offsets, from its yearly rules or its dates."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from gateway.calendars.errors import EventFaultError
from gateway.calendars.lines import Component, Line, parse_line
from gateway.calendars.rule_bounds import check_rule, rule_parts

FIRST_YEAR, LAST_YEAR = 1970, 2100
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?")
_YEARLY = re.compile(r"(?:FREQ=YEARLY|INTERVAL=1|BYMONTH=\d{1,2}|BYDAY=[+-]?\d?[A-Z]{2}|BYMONTHDAY=[-\d,]{1,40}|WKST=[A-Z]{2})")


@dataclass(frozen=True)
class OwnZone(tzinfo):
    """Offsets by instant, from a list of changes in order of UTC: (UTC naive instant, offset from then on)."""

    name: str
    before: timedelta
    changes: tuple[tuple[datetime, timedelta], ...]

    @cached_property
    def _offsets(self) -> frozenset[timedelta]:
        return frozenset({self.before, *(offset for _, offset in self.changes)})

    def _at_utc(self, naive_utc: datetime) -> timedelta:
        place = bisect_right(self.changes, naive_utc, key=lambda change: change[0])
        return self.changes[place - 1][1] if place else self.before

    def utcoffset(self, when: datetime | None) -> timedelta:
        """The offset of a wall time; one that the clocks skip has that before the change, a doubled one by its fold."""
        if when is None:
            return self.before
        wall = when.replace(tzinfo=None)
        candidates = {wall - offset: offset for offset in self._offsets}
        fitting = sorted(at for at, offset in candidates.items() if self._at_utc(at) == offset)
        if fitting:
            return candidates[fitting[min(when.fold, len(fitting) - 1)]]
        return self._at_utc(wall - timedelta(hours=14))

    def dst(self, when: datetime | None) -> timedelta:
        return timedelta(0)

    def tzname(self, when: datetime | None) -> str:
        return self.name

    def fromutc(self, when: datetime) -> datetime:
        naive = when.replace(tzinfo=None)
        wall = naive + self._at_utc(naive)
        first = wall.replace(tzinfo=self, fold=0)
        return first if wall - self.utcoffset(first) == naive else wall.replace(tzinfo=self, fold=1)

    def __deepcopy__(self, memo: object) -> OwnZone:
        return self

    def __hash__(self) -> int:
        return hash((self.name, self.before, len(self.changes)))


def own_zone(component: Component) -> OwnZone | None:
    """The zone of a VTIMEZONE; None where it says nothing that can be used."""
    changes: list[tuple[datetime, timedelta]] = []
    before: timedelta | None = None
    for lines in _observances(component.text):
        here = {line.name: line for line in lines}
        start, old, new = _start(here), _offset(here.get("TZOFFSETFROM")), _offset(here.get("TZOFFSETTO"))
        if start is None or new is None:
            continue
        old = new if old is None else old
        before = old if before is None else min(before, old)
        changes.extend((at - old, new) for at in _times(start, lines))
    if before is None:
        return None
    changes.sort(key=lambda change: change[0])
    return OwnZone(component.value("TZID").strip(), before, tuple(changes))


def _observances(text: list[str]) -> list[list[Line]]:
    found: list[list[Line]] = []
    inside = False
    for content in text:
        line = parse_line(content)
        if line is None:
            continue
        kind = line.value.strip().upper()
        if line.name == "BEGIN" and kind in ("STANDARD", "DAYLIGHT"):
            inside = True
            found.append([])
        elif line.name == "END":
            inside = False
        elif inside:
            found[-1].append(line)
    return found[:50]


def _start(lines: dict[str, Line]) -> datetime | None:
    line = lines.get("DTSTART")
    return _naive(line.value) if line is not None else None


def _naive(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip().rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC).replace(tzinfo=None)
    except ValueError:
        return None


def _offset(line: Line | None) -> timedelta | None:
    told = _OFFSET.fullmatch(line.value.strip()) if line is not None else None
    if told is None:
        return None
    seconds = int(told.group(2)) * 3600 + int(told.group(3)) * 60 + int(told.group(4) or 0)
    return timedelta(seconds=-seconds if told.group(1) == "-" else seconds) if seconds <= 15 * 3600 else None


def _times(start: datetime, lines: list[Line]) -> list[datetime]:
    """Wall times of the changes: by the yearly rule, by dates, or once."""
    times = [start]
    for line in lines:
        if line.name == "RDATE":
            times += [at for at in map(_naive, line.value.split(",")[:500]) if at is not None]
        elif line.name == "RRULE":
            times += _by_rule(start, line.value.strip().upper())
    return sorted(set(times))


def _by_rule(start: datetime, rule: str) -> list[datetime]:
    """Only plain yearly rules, such as every zone has: anything else is refused, and cannot cost time."""
    parts = rule.rstrip(";").split(";")
    until = next((_naive(part[6:]) for part in parts if part.startswith("UNTIL=")), None)
    kept = [part for part in parts if not part.startswith("UNTIL=")]
    if not all(_YEARLY.fullmatch(part) for part in kept):
        return []
    try:
        check_rule(rule_parts(";".join(kept)), start.replace(year=FIRST_YEAR, day=min(start.day, 28)), datetime(LAST_YEAR, 1, 1))  # noqa: DTZ001
    except EventFaultError:
        return []
    begun = start if start.year >= FIRST_YEAR else start.replace(year=FIRST_YEAR, day=min(start.day, 28))
    last = min(until, datetime(LAST_YEAR, 1, 1)) if until is not None else datetime(LAST_YEAR, 1, 1)  # noqa: DTZ001 - wall time
    try:
        ruled = rrulestr(";".join([*kept, "COUNT=140"]), dtstart=begun)
        return [at for at in ruled if at <= last]
    except (ValueError, TypeError):
        return []
