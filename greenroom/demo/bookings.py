"""The bookings of the demo, placed around now: a week that was, one stage whose call is near, and days to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from premises.booking import Booking, BookingKey, BookingStatus, DayKind, LampType
from premises.errors import SettingError
from premises.site import Site, ZoneUse
from premises.time import Interval, floor_to, local_day, utc

SOURCE = "demo"
CALL_IN = timedelta(minutes=80)
"""Near enough that a large stage is in the middle of its pre-heat."""
COLD_CALL_IN = timedelta(hours=5)
_NEAR_LENGTH = timedelta(hours=9)


@dataclass(frozen=True, slots=True)
class _Day:
    """One day of a stage: local wall times of call and wrap (a wrap before the call is on the next day)."""

    kind: DayKind
    call: time
    wrap: time
    people: int
    rig: tuple[tuple[LampType, float], ...] = ()
    status: BookingStatus = BookingStatus.CONFIRMED


_SERIES = _Day(DayKind.SHOOT, time(7, 30), time(19), 45, ((LampType.LED, 14_000.0), (LampType.HMI, 12_000.0)))
_BUILD = _Day(DayKind.BUILD, time(8), time(18), 12)
_PRE_LIGHT = _Day(DayKind.PRE_LIGHT, time(9), time(19), 15, ((LampType.TUNGSTEN, 18_000.0),))
_FILM = _Day(DayKind.SHOOT, time(8), time(20), 60, ((LampType.TUNGSTEN, 30_000.0), (LampType.LED, 8_000.0)))
_REHEARSAL = _Day(DayKind.REHEARSAL, time(14), time(19), 20, ((LampType.LED, 6_000.0),))
_SHOW = _Day(DayKind.AUDIENCE, time(13), time(23), 180, ((LampType.LED, 22_000.0),))
_STRIKE = _Day(DayKind.STRIKE, time(8), time(14), 10)
_NIGHT = _Day(DayKind.SHOOT, time(19), time(4), 40, ((LampType.HMI, 18_000.0),))
_DARK = _Day(DayKind.DARK, time(8), time(18), 0)
_OPTION = _Day(DayKind.SHOOT, time(8), time(19), 40, ((LampType.LED, 12_000.0),), BookingStatus.OPTION)

_WEEKS: tuple[dict[int, _Day], ...] = (
    {-7: _SERIES, -6: _SERIES, -5: _SERIES, -4: _SERIES, -3: _SERIES, -1: _SERIES, 1: _SERIES, 2: _SERIES},
    {-7: _BUILD, -6: _BUILD, -5: _PRE_LIGHT, -4: _FILM, -3: _FILM, -2: _DARK, -1: _STRIKE, 1: _BUILD, 2: _OPTION},
    {-6: _REHEARSAL, -5: _SHOW, -3: _REHEARSAL, -2: _SHOW, 1: _REHEARSAL, 2: _SHOW},
    {-7: _NIGHT, -5: _FILM, -4: _STRIKE},  # then the last stage stands empty, and cold
)


def demo_bookings(site: Site, now: datetime) -> list[Booking]:
    """Bookings of the site's first four stages around `now`, in order of stage and call; the same for the same arguments.

    The first has a call 80 minutes from now; the last, cold for days, one in five hours. Raises SettingError for a site
    without four stages.
    """
    stages = [zone.id for zone in site.zones if zone.use is ZoneUse.STAGE][:4]
    if len(stages) < len(_WEEKS):
        raise SettingError(f"the demo needs a site with {len(_WEEKS)} stages; {site.id} has {len(stages)}")
    today = utc(now).astimezone(site.zoneinfo).date()
    booked = [
        _booking(site, stage, today + timedelta(days=offset), day)
        for stage, week in zip(stages, _WEEKS, strict=True)
        for offset, day in sorted(week.items())
    ]
    start = floor_to(utc(now), timedelta(minutes=5))
    near = (
        _near(site, stages[0], start + CALL_IN, "Pick-ups, second unit"),
        _near(site, stages[-1], start + COLD_CALL_IN, "Green screen, night shift"),
    )
    return [booking for booking in booked if not any(_clashes(booking, other) for other in near)] + list(near)


def _near(site: Site, stage: str, call: datetime, title: str) -> Booking:
    return Booking(
        BookingKey(SOURCE, f"{stage}-near"),
        site.id,
        (stage,),
        Interval(call - timedelta(minutes=30), call + _NEAR_LENGTH),
        title=title,
        call=call,
        turn_over=call + timedelta(hours=1),
        wrap=call + _NEAR_LENGTH - timedelta(minutes=30),
        people=35,
        rig_power_w={LampType.LED: 12_000.0},
        production="second-unit",
        timezone=site.timezone,
    )


def _clashes(booking: Booking, near: Booking) -> bool:
    return booking.zones == near.zones and booking.held.overlaps(near.held)


def _booking(site: Site, stage: str, day: date, plan: _Day) -> Booking:
    call = utc(datetime.combine(day, plan.call, site.zoneinfo))
    wrap_day = day if plan.wrap > plan.call else day + timedelta(days=1)
    wrap = utc(datetime.combine(wrap_day, plan.wrap, site.zoneinfo))
    held = Interval(local_day(day, site.zoneinfo).start, max(local_day(day, site.zoneinfo).end, wrap + timedelta(hours=1)))
    return Booking(
        BookingKey(SOURCE, f"{stage}-{day.isoformat()}"),
        site.id,
        (stage,),
        held,
        status=plan.status,
        day_kind=plan.kind,
        title=plan.kind.value.replace("_", " ").capitalize(),
        call=call,
        turn_over=call + timedelta(hours=2) if plan.kind is DayKind.SHOOT else None,
        doors=wrap - timedelta(hours=4) if plan.kind is DayKind.AUDIENCE else None,
        wrap=wrap,
        people=plan.people,
        rig_power_w=dict(plan.rig),
        production=f"{stage}-{plan.kind.value}",
        timezone=site.timezone,
    )
