"""From the events of one UID to what takes place: rules followed, exceptions taken away, changed occurrences put in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import icalendar
import recurring_ical_events
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from gateway.calendars.errors import EventFaultError
from gateway.calendars.events import FeedEvent
from gateway.calendars.rule_bounds import check_rule, rule_text
from gateway.calendars.values import Moment, TimeReader
from premises.time import Interval

TAG = "X-GREENROOM-ORDER"
MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One thing that takes place. recurrence_id: its start as the series has it; None for what happens once."""

    event: FeedEvent
    start: Moment
    end: Moment
    recurrence_id: Moment | None


def occurrences(group: Sequence[FeedEvent], window: Interval, reader: TimeReader) -> Iterator[Occurrence]:
    """All occurrences of one UID that may touch the window, also those of events that are cancelled or transparent.

    group: the newest version of each, at most one without recurrence id. Raises EventFaultError for a rule that is refused.
    """
    master = next((event for event in group if event.recurrence_id is None), None)
    changes = [event for event in group if event.recurrence_id is not None]
    if master is None:
        for orphan in changes:
            yield Occurrence(orphan, orphan.start, _mended(orphan, None).end, orphan.recurrence_id)
    elif not master.recurs and not changes:
        yield Occurrence(master, master.start, master.end, None)
    else:
        for rule in (*master.rules, *master.except_rules):
            check_rule(rule, _naive(master.start), _naive(window.end))
        yield from _followed(master, [fitted(change, master, reader) for change in changes], window)


def _naive(moment: Moment) -> datetime:
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else datetime.combine(moment, time(0))


def _mended(change: FeedEvent, master: FeedEvent | None) -> FeedEvent:
    """A changed occurrence whose end lies before its start lasts as long as the series does."""
    if not change.reversed_end:
        return change
    length = _length(master) if master is not None else timedelta(0)
    return replace(change, end=change.start + length)


def _length(event: FeedEvent) -> timedelta:
    return _naive(event.end) - _naive(event.start)


def fitted(change: FeedEvent, master: FeedEvent, reader: TimeReader) -> FeedEvent:
    """The change with its recurrence id in the type and zone of the series, whatever was sent."""
    assert change.recurrence_id is not None
    told = reader.like(change.recurrence_id, master.start, floating=change.floating_id)
    return _mended(replace(change, recurrence_id=told), master)


def outlived(change: FeedEvent, master: FeedEvent) -> bool:
    """Whether a fitted change is of an older version of its series, which has been cut short before it.

    Programs count the SEQUENCE of each occurrence apart, so a lower one alone means nothing; one that brings the whole rule of the
    series along was written with that older version.
    """
    if not change.with_rule or change.sequence >= master.sequence or not master.rules or master.extra or master.extra_spans:
        return False
    at = change.recurrence_id
    told = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" if isinstance(at, datetime) else f"{at:%Y%m%d}"
    return all(told > rule.get("UNTIL", "9") for rule in master.rules)


def _component(event: FeedEvent) -> icalendar.Event:
    """The event as the expander reads it, with nothing in it that could trip it."""
    made = icalendar.Event()
    made.add("uid", "series")
    made.add("dtstart", event.start)
    made.add("dtend", event.end)
    made.add("sequence", 0)
    made.add(TAG, str(event.order))
    for rule in event.rules:
        made.add("rrule", icalendar.vRecur.from_ical(rule_text(rule)))
    if event.extra:
        made.add("rdate", list(event.extra))
    for span in event.extra_spans:
        made.add("rdate", [span], parameters={"VALUE": "PERIOD"})
    for moment in event.gone:
        made.add("exdate", [moment])
    if event.recurrence_id is not None:
        made.add("recurrence-id", event.recurrence_id, parameters={"RANGE": "THISANDFUTURE"} if event.this_and_future else {})
    return made


def _followed(master: FeedEvent, changes: list[FeedEvent], window: Interval) -> Iterator[Occurrence]:
    calendar = icalendar.Calendar()
    by_order = {event.order: event for event in (master, *changes)}
    for event in by_order.values():
        calendar.add_component(_component(event))
    try:
        found = recurring_ical_events.of(calendar).between(window.start - MARGIN, window.end + MARGIN)
    except (ValueError, TypeError, OverflowError, KeyError, AttributeError, IndexError, ArithmeticError) as error:
        raise EventFaultError(f"it cannot be followed: {type(error).__name__}: {str(error)[:120]}") from None
    excepted = _excepted(master, window)
    for each in found:
        event = by_order[int(str(each[TAG]))]
        start, end = each["DTSTART"].dt, each["DTEND"].dt
        if event is master and _naive(start) in excepted:
            continue
        yield Occurrence(event, start, end, _recurrence_id(event, start))


def _excepted(master: FeedEvent, window: Interval) -> set[datetime]:
    """Wall times that the series' EXRULEs take away, near the window. The expander does not know them."""
    around = (_naive(window.start) - 2 * MARGIN, _naive(window.end) + 2 * MARGIN)
    gone: set[datetime] = set()
    for rule in master.except_rules:
        try:
            plain = _until_as_wall_time(rule, master.start)
            gone.update(rrulestr(rule_text(plain), dtstart=_naive(master.start)).between(*around, inc=True))
        except (ValueError, TypeError, OverflowError, KeyError, AttributeError, IndexError, ArithmeticError) as error:
            raise EventFaultError(f"its EXRULE cannot be followed: {str(error)[:120]}") from None
    return gone


def _until_as_wall_time(rule: dict[str, str], start: Moment) -> dict[str, str]:
    told = rule.get("UNTIL", "")
    if not told.endswith("Z") or not isinstance(start, datetime):
        return rule
    until = datetime.strptime(told, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(start.tzinfo)
    return {**rule, "UNTIL": f"{until:%Y%m%dT%H%M%S}"}


def _recurrence_id(event: FeedEvent, start: Moment) -> Moment:
    """The start that the series has for this occurrence: the identity of it, however it was moved."""
    if event.recurrence_id is None:
        return start
    if not event.this_and_future or start == event.start:
        return event.recurrence_id
    return start - (_naive(event.start) - _naive(event.recurrence_id))


def touches(occurrence: Occurrence, window: Interval, reader: TimeReader) -> bool:
    """Whether it overlaps the window; one without length counts where it lies."""
    start, end = reader.instant(occurrence.start), reader.instant(occurrence.end)
    return window.start <= start < window.end if start == end else start < window.end and end > window.start
