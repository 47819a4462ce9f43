"""Seven local days of all zones: what is booked, whether it will be ready, and when the plan heats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gateway.page.readiness import bookings_between
from gateway.page.seeing import LEADING
from gateway.page.view import ReadyLine
from premises.booking import Booking, Override
from premises.plan import Readiness, ZonePlan
from premises.ports import House
from premises.site import Site
from premises.time import SLOT, Interval, local_day

DAYS = 7


@dataclass(frozen=True, slots=True)
class WeekBar:
    """A booking's part of the week: while people are in, and while it is held."""

    booking: Booking
    part: Interval
    held: Interval
    readiness: Readiness | None


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One zone. heats: when the plan gives heat outside of bookings: the pre-heats."""

    zone: str
    name: str
    bars: tuple[WeekBar, ...]
    heats: tuple[Interval, ...]
    overrides: tuple[tuple[Override, Interval], ...]


@dataclass(frozen=True, slots=True)
class WeekView:
    """days: the local days, of 23, 24 or 25 hours."""

    site: str
    span: Interval
    first: date
    days: tuple[Interval, ...]
    now: datetime
    rows: tuple[WeekRow, ...]

    def place(self, instant: datetime) -> float:
        """Where an instant lies in the span, in percent."""
        return 100 * ((instant - self.span.start) / self.span.duration)

    def bars_on(self, day: Interval) -> list[tuple[WeekRow, WeekBar]]:
        """Bookings in which people come on that day, by call; the list of `week.html` for narrow screens."""
        found = [(row, bar) for row in self.rows for bar in row.bars if bar.part.start in day]
        return sorted(found, key=lambda pair: (pair[1].part.start, pair[0].name))


def see_week(house: House, site: Site, first: date, due: Sequence[ReadyLine]) -> WeekView:
    """The week from that local day on. Zones without bookings are left out, unless they are stages or auditoria."""
    days = tuple(local_day(first + timedelta(days=n), site.zoneinfo) for n in range(DAYS))
    span = Interval(days[0].start, days[-1].end)
    bookings = bookings_between(house, site, span)
    overrides = house.overrides.find(site.id, span)
    plan = house.plans.latest(site.id)
    rows = []
    for zone in site.zones:
        bars = tuple(bar for booking in bookings if zone.id in booking.zones and (bar := _bar(booking, zone.id, span, due)))
        mine = tuple(
            (override, part)
            for override in overrides
            if override.zone == zone.id
            and (part := Interval(override.since, max(override.since, override.ended_at or override.until)).intersection(span))
        )
        heats = _heats(plan.zone(zone.id) if plan else None, bars, span) if bars else ()
        if bars or mine or zone.use in LEADING:
            rows.append(WeekRow(zone.id, zone.name, bars, heats, mine))
    return WeekView(site.id, span, first, days, house.clock.now(), tuple(rows))


def _bar(booking: Booking, zone: str, span: Interval, due: Sequence[ReadyLine]) -> WeekBar | None:
    held = booking.held.intersection(span)
    part = booking.occupied.intersection(span) or held
    if part is None:
        return None
    answer = next((line.answer.readiness for line in due if line.booking.key == booking.key and line.zone == zone), None)
    return WeekBar(booking, part, held or part, answer)


def _heats(plan: ZonePlan | None, bars: Sequence[WeekBar], span: Interval) -> tuple[Interval, ...]:
    """Runs of slots before a booking in which its zone is already wanted warm: from set-back up to the call."""
    if plan is None:
        return ()
    runs: list[Interval] = []
    idle = min((slot.setpoint_c for slot in plan.slots if slot.setpoint_c is not None), default=None)
    for slot in plan.slots:
        wanted = slot.setpoint_c
        inside = any(slot.start in bar.part for bar in bars)
        if wanted is None or idle is None or wanted <= idle + 0.5 or inside or slot.start not in span:
            continue
        end = slot.start + SLOT
        if runs and runs[-1].end == slot.start:
            runs[-1] = Interval(runs[-1].start, end)
        else:
            runs.append(Interval(slot.start, end))
    return tuple(runs)
