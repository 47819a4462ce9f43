"""A picture as a visitor with a restricted key may see it: what is out of scope does not exist for it."""

from __future__ import annotations

from dataclasses import replace

from gateway.access import Caller
from gateway.page.day import DayView
from gateway.page.view import HealthView, PageView, PowerView, ZoneView
from gateway.page.week import WeekView
from premises.booking import Booking

Scope = tuple[frozenset[str], frozenset[str], str]


def scope_of(caller: Caller | None) -> Scope | None:
    """What tells restricted pictures apart; None for one who sees the whole site."""
    if caller is None or not (caller.by_zone or caller.by_source):
        return None
    return caller.key.zones, caller.key.sources, caller.key.role.value


def restrict(view: PageView, caller: Caller | None) -> PageView:
    """Only the caller's zones and bookings; power, health and alarms of the site only for who sees all zones."""
    if caller is None or scope_of(caller) is None:
        return view
    due = tuple(line for line in view.due if caller.sees_zone(view.site, line.zone) and caller.sees_booking(line.booking))
    zones = tuple(_zone(zone, caller) for zone in view.zones if caller.sees_zone(view.site, zone.id))
    if not caller.by_zone:
        return replace(view, due=due, zones=zones)
    nothing = HealthView({}, view.health.balanced, view.health.connected, 0.0, 0.0, view.health.last_seen, (), ())
    return replace(view, due=due, zones=zones, alarms=(), power=PowerView(None, None, None, 0.0, None), health=nothing)


def _zone(zone: ZoneView, caller: Caller) -> ZoneView:
    def seen(booking: Booking | None) -> Booking | None:
        return booking if booking is not None and caller.sees_booking(booking) else None

    ready = zone.ready if zone.ready is not None and caller.sees_booking(zone.ready.booking) else None
    return replace(zone, booked=seen(zone.booked), following=seen(zone.following), ready=ready)


def restrict_day(day: DayView, caller: Caller | None) -> DayView:
    """Only the caller's bookings."""
    if caller is None or scope_of(caller) is None:
        return day
    return replace(day, bookings=tuple(booking for booking in day.bookings if caller.sees_booking(booking)))


def restrict_week(week: WeekView, caller: Caller | None) -> WeekView:
    """Only the caller's zones and bookings."""
    if caller is None or scope_of(caller) is None:
        return week
    rows = tuple(
        replace(row, bars=tuple(bar for bar in row.bars if caller.sees_booking(bar.booking)))
        for row in week.rows
        if caller.sees_zone(week.site, row.zone)
    )
    return replace(week, rows=rows)
