"""From a VEVENT to an event that can be worked with: every value in one type, times with their zone."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from gateway.calendars.errors import EventFaultError
from gateway.calendars.lines import Component, Line
from gateway.calendars.rooms import booked_room
from gateway.calendars.rule_bounds import rule_parts
from gateway.calendars.values import YEAR_LAST, Moment, TimeReader, duration
from gateway.calendars.vcalendar import is_old_rule, rule_of

UID_LONGEST = 512
TEXT_LONGEST = 1_000
DATES_MOST = 5_000
RULES_MOST = 10
STATUSES = {
    "TENTATIVE": "tentative",
    "PENDING": "tentative",
    "NEEDS-ACTION": "tentative",
    "CANCELLED": "cancelled",
    "CANCELED": "cancelled",
    "DECLINED": "cancelled",
}  # RFC 5545 has three; the others are written for them
_LISTED = re.compile("[,;]")  # vCalendar 1.0 parts dates by semicolons
_ESCAPED = re.compile(r"\\([\\;,nN])")

Span = tuple[Moment, Moment]


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One VEVENT. end is exclusive; a day of the site where all_day. order: its place in the feed.

    rules: of RRULE, nearly always one. except_rules: of EXRULE, which RFC 2445 had. extra: starts from RDATE; extra_spans: those
    with an end of their own; gone: starts from EXDATE, a date takes the whole day.
    floating_id: the recurrence id names no zone. with_rule: an occurrence that brings the rule of its series along.
    """

    uid: str
    order: int
    start: Moment
    end: Moment
    title: str
    location: str
    status: str
    transparent: bool
    sequence: int
    stamp: str
    recurrence_id: Moment | None = None
    floating_id: bool = False
    with_rule: bool = False
    this_and_future: bool = False
    rules: tuple[dict[str, str], ...] = ()
    except_rules: tuple[dict[str, str], ...] = ()
    extra: tuple[Moment, ...] = ()
    extra_spans: tuple[Span, ...] = ()
    gone: tuple[Moment, ...] = ()
    reversed_end: bool = False

    @property
    def all_day(self) -> bool:
        return not isinstance(self.start, datetime)

    @property
    def recurs(self) -> bool:
        return bool(self.rules or self.extra or self.extra_spans)

    @property
    def rank(self) -> tuple[int, str, int]:
        """The newest version of the same event is the greatest."""
        return self.sequence, self.stamp, self.order

    @property
    def dropped_for(self) -> str:
        """Why it is no booking: cancelled, transparent, or "" where it is one."""
        if self.status == "cancelled":
            return "cancelled"
        return "transparent: it takes no time in the calendar" if self.transparent else ""


def unescaped(text: str) -> str:
    """A TEXT value, bounded, without control characters."""
    plain = _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text[: TEXT_LONGEST * 2])
    return "".join(sign for sign in plain if sign >= " " or sign == "\n").strip()[:TEXT_LONGEST]


def uid_of(component: Component) -> str:
    """The UID; where there is none, one made of the content, so that the same event has the same again."""
    told = unescaped(component.value("UID"))[:UID_LONGEST]
    if told:
        return told
    content = "\n".join(f"{line.name}:{line.value}" for line in component.content() if line.name not in ("DTSTAMP", "SEQUENCE"))
    return f"no-uid-{hashlib.sha256(content.encode('utf-8', 'replace')).hexdigest()[:16]}"


def read_event(component: Component, order: int, reader: TimeReader) -> FeedEvent:
    """Raises EventFaultError that says what is wrong with it."""
    begins = component.first("DTSTART")
    if begins is None:
        raise EventFaultError("it does not say when it starts (DTSTART)")
    reader = reader.of_event(begins, component.first("DTEND"))
    start = reader.moment(begins)
    again = component.first("RECURRENCE-ID")
    end, turned = _end(component, start, reader)
    if turned and again is None:
        raise EventFaultError(f"it ends ({component.value('DTEND')}) before it starts ({begins.value.strip()})")
    extra, spans = _extra(component, start, reader)
    sequence = component.value("SEQUENCE")
    busy = component.value("X-MICROSOFT-CDO-BUSYSTATUS").upper()  # Outlook's word, where the feed has none of the standard
    return FeedEvent(
        uid=uid_of(component),
        order=order,
        start=start,
        end=end,
        title=unescaped(component.value("SUMMARY")),
        location=unescaped(component.value("LOCATION")) or booked_room(component),
        status=STATUSES.get(component.value("STATUS").upper() or busy, "confirmed"),
        transparent=_transparent(component.value("TRANSP") or ("TRANSPARENT" if busy == "FREE" else "")),
        sequence=int(sequence) if sequence.isdigit() and len(sequence) < 12 else 0,
        stamp=component.value("LAST-MODIFIED") or component.value("DTSTAMP"),
        recurrence_id=reader.moment(again) if again is not None else None,
        with_rule=again is not None and component.first("RRULE") is not None,
        floating_id=again is not None and reader.is_floating(again),
        this_and_future=again is not None and again.parameter("RANGE").upper() == "THISANDFUTURE",
        rules=_rules(component, "RRULE", start, reader) if again is None else (),
        except_rules=_rules(component, "EXRULE", start, reader) if again is None else (),
        extra=extra,
        extra_spans=spans,
        gone=_gone(component, start, reader),
        reversed_end=turned,
    )


def _transparent(told: str) -> bool:
    """By the word of RFC 5545, or the number of vCalendar 1.0, in which 0 takes time."""
    return told.upper() == "TRANSPARENT" or (told.isdigit() and told.strip("0") != "")


def _end(component: Component, start: Moment, reader: TimeReader) -> tuple[Moment, bool]:
    """The exclusive end, and whether the one told lies before the start."""
    told, length = component.first("DTEND"), component.first("DURATION")
    if told is not None and told.value.strip():
        end = reader.moment(told)
    elif length is not None:
        end = start + _whole_days(duration(length.value), start)
    else:
        end = start
    if not isinstance(start, datetime):
        end = end.astimezone(reader.local).date() if isinstance(end, datetime) and not _midnight(end) else _day(end)
        return (start + timedelta(days=1), False) if end == start else (end, end < start)
    if not isinstance(end, datetime):
        end = datetime.combine(end, time(0), tzinfo=start.tzinfo)
    return end, end.astimezone(UTC) < start.astimezone(UTC)


def _whole_days(length: timedelta, start: Moment) -> timedelta:
    if isinstance(start, datetime) or length % timedelta(days=1) == timedelta(0):
        return length
    return timedelta(days=length.days + 1)


def _midnight(moment: datetime) -> bool:
    return moment.time() == time(0)


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _rules(component: Component, name: str, start: Moment, reader: TimeReader) -> tuple[dict[str, str], ...]:
    """The rules of that name, each with its UNTIL in the type and zone of the start. Raises EventFaultError."""
    texts = list(dict.fromkeys(line.value.strip() for line in component.every(name) if line.value.strip()))
    if len(texts) > RULES_MOST:
        raise EventFaultError(f"it has {len(texts)} rules ({name}): at most {RULES_MOST} are followed")
    found = []
    for text in texts:
        parts = rule_parts(rule_of(text) if is_old_rule(text) else text)
        if _far(parts.get("UNTIL", "")):
            del parts["UNTIL"]
        elif "UNTIL" in parts:
            parts["UNTIL"] = _until(parts["UNTIL"], start, reader)
        found.append(parts)
    return tuple(found)


def _far(until: str) -> bool:
    """Whether it lies behind all that is reckoned with, such as 99991231: the series does not end."""
    return until[:4].isdigit() and int(until[:4]) > YEAR_LAST


def _until(text: str, start: Moment, reader: TimeReader) -> str:
    until = reader.moment(Line("UNTIL", {}, text))
    utc = text.upper().endswith("Z")
    if not isinstance(start, datetime):
        if isinstance(until, datetime):
            until = until.astimezone(reader.local).date() if utc else until.date()
        return f"{until:%Y%m%d}"
    if not isinstance(until, datetime):  # a bare day where an instant is due: its first instant, as calendar programs reckon
        until = datetime.combine(until, time(0), tzinfo=start.tzinfo)
    elif not utc:
        until = until.replace(tzinfo=start.tzinfo)
    return f"{until.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _extra(component: Component, start: Moment, reader: TimeReader) -> tuple[tuple[Moment, ...], tuple[Span, ...]]:
    """Starts of RDATE, and those that bring their own end."""
    starts: list[Moment] = []
    spans: list[Span] = []
    for line in component.every("RDATE"):
        for text in _LISTED.split(line.value)[:DATES_MOST]:
            if not text.strip():
                continue
            first, slash, last = text.partition("/")
            begin = reader.like(reader.moment(line, first), start, reader.is_floating(line))
            if not slash:
                starts.append(begin)
                continue
            begun = reader.moment(line, first)
            end = begun + duration(last) if "P" in last.upper() else reader.moment(line, last)
            spans.append((begin, reader.like(end, start, reader.is_floating(line))))
    return tuple(starts), tuple(spans)


def _gone(component: Component, start: Moment, reader: TimeReader) -> tuple[Moment, ...]:
    """Starts of EXDATE, whatever their type: a bare day takes the whole day; a wall time in another zone is tried as both."""
    found: list[Moment] = []
    for line in component.every("EXDATE"):
        for text in _LISTED.split(line.value)[:DATES_MOST]:
            try:
                moment = reader.moment(line, text)
            except EventFaultError:
                continue  # an exception that cannot be read takes nothing away
            if not isinstance(start, datetime):
                found.append(reader.day(moment))
            elif not isinstance(moment, datetime):
                found.append(moment)
            else:
                found.append(moment.astimezone(start.tzinfo))
                if not reader.is_fixed(text):
                    found.append(moment.replace(tzinfo=start.tzinfo))
    return tuple(found)
