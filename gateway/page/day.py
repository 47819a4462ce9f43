"""One local day of one zone: what was measured, wanted and is planned, and what is booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gateway.page.readiness import bookings_between
from premises.booking import Booking
from premises.ports import House, Resolution
from premises.site import Site
from premises.time import Interval, local_day

Curve = tuple[tuple[datetime, float | None], ...]


@dataclass(frozen=True, slots=True)
class DayView:
    """Temperatures in °C by instant; None breaks the line. ticks: instants of the site's full hours that the axis names."""

    zone: str
    zone_name: str
    day: date
    span: Interval
    now: datetime
    timezone: str
    measured: Curve
    wanted: Curve
    planned: Curve
    bookings: tuple[Booking, ...]
    ticks: tuple[datetime, ...]

    @property
    def range(self) -> tuple[float, float] | None:
        """Lowest and highest measured temperature."""
        known = [value for _, value in self.measured if value is not None]
        return (min(known), max(known)) if known else None


def see_day(house: House, site: Site, zone_id: str, day: date) -> DayView:
    """The local day of a zone. Raises UnknownNameError for a zone that is not there."""
    zone, now, span = site.zone(zone_id), house.clock.now(), local_day(day, site.zoneinfo)
    plan = house.plans.latest(site.id)
    zone_plan = plan.zone(zone.id) if plan is not None else None
    slots = [slot for slot in zone_plan.slots if span.start <= slot.start < span.end] if zone_plan else []
    ahead = [slot for slot in slots if slot.start >= now - timedelta(minutes=15)]
    past = Interval(span.start, max(span.start, min(now, span.end)))
    planned = (*_kept(house, site, f"{zone.id}/planned_temperature", past), *((slot.start, slot.air_c) for slot in ahead))
    wanted = (*_wanted(house, site, zone.id, past), *((slot.start, slot.setpoint_c) for slot in ahead if slot.start > now))
    return DayView(
        zone=zone.id,
        zone_name=zone.name,
        day=day,
        span=span,
        now=now,
        timezone=site.timezone,
        measured=_measured(house, site, zone.id, past),
        wanted=wanted,
        planned=planned,
        bookings=tuple(booking for booking in bookings_between(house, site, span) if zone.id in booking.zones),
        ticks=_ticks(site, span),
    )


def _kept(house: House, site: Site, point: str, past: Interval) -> Curve:
    """Quarter-hour means of a point, each at the middle of its window; nothing where the site has no such point."""
    if past.start == past.end or not any(known.id == point for known in site.points):
        return ()
    buckets = house.store.series(site.id, point, past, Resolution.QUARTER)
    return tuple((min(bucket.start + (bucket.end - bucket.start) / 2, past.end), bucket.mean) for bucket in buckets)


def _measured(house: House, site: Site, zone: str, past: Interval) -> Curve:
    """Quarter-hour means, and the reading of now, so that the line ends where the number on the card says."""
    kept = _kept(house, site, f"{zone}/air_temperature", past)
    told = house.live.get(site.id, f"{zone}/air_temperature")
    if told is None or not told.known or isinstance(told.reading.value, str):
        return kept
    at, quarter = told.reading.time, timedelta(minutes=15)
    if not max(past.start, past.end - quarter) <= at <= past.end:
        return kept
    return (*(point for point in kept if point[0] < at - quarter / 2), (at, float(told.reading.value)))


def _wanted(house: House, site: Site, zone: str, past: Interval) -> Curve:
    """Steps: what was wanted holds until it changes."""
    changes = house.decisions.history(site.id, zone, Interval(past.start - timedelta(days=1), past.end))
    steps: list[tuple[datetime, float | None]] = []
    for change in changes:
        at = max(change.at, past.start)
        if steps and steps[-1][0] == at:
            steps.pop()
        steps.append((at, change.wanted_c))
    if steps and past.start < past.end:
        steps.append((past.end, steps[-1][1]))
    return tuple(steps)


def _ticks(site: Site, span: Interval) -> tuple[datetime, ...]:
    """Every third hour of the wall clock, also on days of 23 and 25 hours."""
    hours: list[datetime] = []
    instant = span.start
    while instant <= span.end:
        local = instant.astimezone(site.zoneinfo)
        if local.hour % 3 == 0 and local.minute == 0:
            hours.append(instant)
        instant += timedelta(hours=1)
    return tuple(hours)


def booked_between(bookings: Sequence[Booking], span: Interval) -> list[tuple[Booking, Interval]]:
    """Bookings with the part of their occupied span that lies in the interval; where none does, the part of the hold."""
    parts = []
    for booking in bookings:
        part = booking.occupied.intersection(span) or booking.held.intersection(span)
        if part is not None:
            parts.append((booking, part))
    return parts
