"""Hours of use: what was booked and of which kind of day, what opening hours say, by zone and quarter hour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from premises.booking import Booking, BookingStatus, DayKind
from premises.site import Site, Zone
from premises.time import Interval, local_days, local_midnight
from reports.inputs import SiteInputs
from reports.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Stay:
    """A confirmed booking of one zone within the period, held span."""

    booking: Booking
    zone: str
    span: Interval

    @property
    def hours(self) -> float:
        return self.span.duration / timedelta(hours=1)


def confirmed(bookings: Iterable[Booking]) -> list[Booking]:
    """Those that were to take place, in order of time and key."""
    found = [booking for booking in bookings if booking.status is BookingStatus.CONFIRMED]
    return sorted(found, key=lambda booking: (booking.held.start, booking.key.source, booking.key.id))


def stays(inputs: SiteInputs, zones: Sequence[str] | None = None) -> list[Stay]:
    """One per booking and zone, cut at the period's past part."""
    past = Interval(inputs.ledger.period.start, max(inputs.ledger.until, inputs.ledger.period.start))
    found = []
    for booking in confirmed(inputs.bookings):
        span = booking.held.intersection(past)
        if span is not None:
            found += [Stay(booking, zone, span) for zone in booking.zones if zones is None or zone in zones]
    return found


def stage_days(of: Iterable[Stay], site: Site) -> dict[DayKind, int]:
    """Local days on which a zone was booked, by kind of day: two bookings of one zone on one day and of one kind are one."""
    seen: set[tuple[DayKind, str, date]] = set()
    for stay in of:
        seen |= {(stay.booking.day_kind, stay.zone, day) for day in local_days(stay.span, site.zoneinfo)}
    return {kind: sum(one is kind for one, _, _ in seen) for kind in DayKind if any(one is kind for one, _, _ in seen)}


def part_of_slots(ledger: Ledger, spans: Iterable[Interval]) -> np.ndarray:
    """Share of each quarter hour of the ledger that lies in the spans, 0 to 1 (spans that overlap count once)."""
    part = np.zeros(len(ledger.kwh))
    if not len(part):
        return part
    first = ledger.kwh.index[0].to_pydatetime()
    quarter = timedelta(minutes=15)
    for span in merged(spans):
        begin, end = (span.start - first) / quarter, (span.end - first) / quarter
        begin, end = max(0.0, begin), min(float(len(part)), end)
        if begin >= end:
            continue
        low, high = int(begin), int(np.ceil(end))
        part[low:high] += 1.0
        part[low] -= begin - low
        part[high - 1] -= high - end
    return np.clip(part, 0.0, 1.0)


def merged(spans: Iterable[Interval]) -> list[Interval]:
    """The same time as spans that neither touch nor overlap, in order."""
    found: list[Interval] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Interval(found[-1].start, max(found[-1].end, span.end))
        elif span.start < span.end:
            found.append(span)
    return found


def opening_spans(zone: Zone, site: Site, within: Interval) -> list[Interval]:
    """When the zone is open by its hours, in local time, from its first day in service on."""
    found = []
    for day in local_days(within, site.zoneinfo):
        if zone.in_service is not None and day < zone.in_service:
            continue
        for hours in zone.opening_hours:
            if (
                day.isoweekday() not in hours.weekdays
                or (hours.since and day < hours.since)
                or (hours.until and day >= hours.until)
            ):
                continue
            end_day = day if hours.start < hours.end else day + timedelta(days=1)
            start, end = (_at(one, clock, site) for one, clock in ((day, hours.start), (end_day, hours.end)))
            if start < end and (span := Interval(start, end).intersection(within)) is not None:
                found.append(span)
    return found


def _at(day: date, clock: object, site: Site) -> datetime:
    assert hasattr(clock, "hour")
    if not clock.hour and not clock.minute:  # type: ignore[attr-defined]
        return local_midnight(day, site.zoneinfo)
    local = datetime(day.year, day.month, day.day, clock.hour, clock.minute, tzinfo=site.zoneinfo)  # type: ignore[attr-defined]
    return local.astimezone(UTC)


def used_spans(inputs: SiteInputs, zone: Zone) -> list[Interval]:
    """Booked and open time of a zone, once each."""
    past = Interval(inputs.ledger.period.start, max(inputs.ledger.until, inputs.ledger.period.start))
    followed = {one.zone: one for one in zone.follows}
    spans = [stay.span for stay in stays(inputs, [zone.id]) if stay.booking.day_kind is not DayKind.DARK]
    for stay in stays(inputs, list(followed)):
        rule = followed[stay.zone]
        around = Interval(stay.booking.call_at - rule.lead, max(stay.booking.wrap_at, stay.booking.call_at) + rule.lag)
        if (span := around.intersection(past)) is not None and stay.booking.acts:
            spans.append(span)
    return merged(spans + opening_spans(zone, inputs.site, past))


def hours_of(spans: Iterable[Interval]) -> float:
    """Hours of spans that do not overlap."""
    return sum((span.duration / timedelta(hours=1) for span in spans), 0.0)
