"""What each zone is claimed for, and when: from bookings, from bookings of a zone that it follows, and from opening hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from premises.booking import Booking, BookingKey, BookingStatus, DayKind
from premises.site import Comfort, OpeningHours, Site, Zone, ZoneUse
from premises.time import Interval, local_days
from rules.thermal import PERSON_W


class ClaimSource(StrEnum):
    BOOKING = "booking"
    FOLLOWS = "follows"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Claim:
    """People in one zone from `start` (the call) to `end` (the wrap), and what they get.

    acts: whether commands may be sent for it (options and holds are planned only); floor_c: least air temperature where
    children or animals are booked; people, lamp_power_w: those in this zone, and rig power that becomes heat in it; light_until:
    wrap and the zone's margin; scene_at: when the cameras first turn or the audience is let in: before it, people work;
    guests_at: when an audience is let in.
    """

    zone: str
    source: ClaimSource
    kind: DayKind
    start: datetime
    end: datetime
    comfort: Comfort
    acts: bool
    booking: BookingKey | None = None
    floor_c: float | None = None
    people: int | None = None
    lamp_power_w: float = 0.0
    light_until: datetime | None = None
    scene_at: datetime | None = None
    guests_at: datetime | None = None
    name: str = field(init=False)
    """Tells claims of a zone apart over ticks: a claim that is moved is another claim."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"{self.source}:{self.booking or self.kind}:{self.start.isoformat()}")

    def people_w(self, at: datetime) -> float:
        """Heat of its people at that instant: guests come with the doors, before them the crew is in."""
        if not self.start <= at < self.end:
            return 0.0
        heads = float(self.people or 0)
        if self.guests_at is not None and at < self.guests_at:
            heads = min(heads, max(CREW_LEAST, CREW_SHARE * heads))
        return heads * PERSON_W

    def rig_w(self, at: datetime) -> float:
        """Heat of its rig at that instant: it burns from shortly before the scene begins."""
        lit = self.scene_at is None or at >= self.scene_at - RIG_BEFORE
        return self.lamp_power_w if lit and self.start <= at < self.end else 0.0

    def gains_w(self, at: datetime) -> float:
        """Heat of its people and its rig."""
        return self.people_w(at) + self.rig_w(at)

    @property
    def heat_c(self) -> float | None:
        """Heating target in °C, raised to the floor where children or animals come."""
        if self.comfort.heat_c is None or self.floor_c is None:
            return self.floor_c if self.comfort.heat_c is None else self.comfort.heat_c
        return max(self.comfort.heat_c, self.floor_c)


CREW_SHARE, CREW_LEAST = 0.1, 10.0
"""Of those booked for a show, who is in before the doors open."""
RIG_BEFORE = timedelta(minutes=30)
"""Lamps are warm so long before the cameras turn."""
LIT_USES = frozenset({ZoneUse.STAGE, ZoneUse.AUDITORIUM})
"""Where a production's lamps hang; elsewhere only where it has neither."""

Schedule = Mapping[str, tuple[Claim, ...]]
"""The claims of each zone in order of start."""


def schedule(site: Site, bookings: Iterable[Booking], window: Interval) -> Schedule:
    """All claims that touch the window, by zone. Cancelled and dark bookings claim nothing; unknown zones are left out."""
    claims: dict[str, list[Claim]] = {zone.id: [] for zone in site.zones}
    for booking in bookings:
        if booking.status is BookingStatus.CANCELLED or booking.day_kind is DayKind.DARK:
            continue
        for claim in _booked(site, booking):
            claims[claim.zone].append(claim)
    for zone in site.zones:
        for hours in zone.opening_hours:
            claims[zone.id].extend(_open(zone, hours, window, site.zoneinfo))
    return {
        zone: tuple(
            sorted((c for c in found if c.start < window.end and c.end > window.start), key=lambda c: (c.start, c.end, c.name))
        )
        for zone, found in claims.items()
    }


def _booked(site: Site, booking: Booking) -> Iterator[Claim]:
    for zone in site.zones:
        if zone.id in booking.zones:
            shared = _shared(site, booking, zone)
            yield _claim(zone, booking, ClaimSource.BOOKING, timedelta(0), timedelta(0), site.zoneinfo, *shared)
            continue
        for follows in zone.follows:
            if follows.zone in booking.zones:
                yield _claim(zone, booking, ClaimSource.FOLLOWS, follows.lead, follows.lag, site.zoneinfo)


def _claim(
    zone: Zone,
    booking: Booking,
    source: ClaimSource,
    lead: timedelta,
    lag: timedelta,
    tz: ZoneInfo,
    people: int | None = None,
    lamps_w: float = 0.0,
) -> Claim:
    comfort = zone.comfort_on(booking.day_kind)
    if booking.comfort_c is not None and source is ClaimSource.BOOKING:
        comfort = replace(comfort, heat_c=booking.comfort_c)
    occupied = booking.occupied
    end = occupied.end + lag
    return Claim(
        zone=zone.id,
        source=source,
        kind=booking.day_kind,
        start=occupied.start - lead,
        end=end,
        comfort=comfort,
        acts=booking.acts and in_service(zone, end, tz),
        booking=booking.key,
        floor_c=zone.floor_c if booking.floor else None,
        people=people,
        lamp_power_w=lamps_w,
        light_until=end + zone.light_margin,
        scene_at=booking.doors or booking.turn_over,
        guests_at=booking.doors,
    )


def _shared(site: Site, booking: Booking, zone: Zone) -> tuple[int | None, float]:
    """People and rig power in W of one of the booking's zones: by area, the rig where stages are among them."""
    zones = [other for other in site.zones if other.id in booking.zones]
    lit = [other for other in zones if other.use in LIT_USES] or zones
    area, lit_area = sum(other.area_m2 for other in zones), sum(other.area_m2 for other in lit)
    people = None if booking.people is None else round(booking.people * (zone.area_m2 / area if area > 0 else 1 / len(zones)))
    share = (zone.area_m2 / lit_area if lit_area > 0 else 1 / len(lit)) if zone in lit else 0.0
    return people, share * sum(booking.rig_power_w.values())


def in_service(zone: Zone, instant: datetime, tz: ZoneInfo) -> bool:
    """Whether the zone is in use on that local day."""
    return zone.in_service is None or instant.astimezone(tz).date() >= zone.in_service


def _open(zone: Zone, hours: OpeningHours, window: Interval, tz: ZoneInfo) -> Iterator[Claim]:
    """One claim for each local day on which the hours hold. A wall time in the gap of a clock change is read one hour later."""
    wider = Interval(window.start - timedelta(days=1), window.end)
    for day in local_days(wider, tz):
        if day.isoweekday() not in hours.weekdays or (hours.since and day < hours.since) or (hours.until and day >= hours.until):
            continue
        start = _instant(day, hours.start, tz)
        closes = day if hours.start < hours.end else day + timedelta(days=1)
        end = _instant(closes, hours.end, tz)
        yield Claim(
            zone=zone.id,
            source=ClaimSource.HOURS,
            kind=hours.day_kind,
            start=start,
            end=max(start, end),
            comfort=zone.comfort_on(hours.day_kind),
            acts=hours.day_kind is not DayKind.DARK and in_service(zone, start, tz),
            light_until=end + zone.light_margin,
        )


def _instant(day: date, wall: time, tz: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, tzinfo=tz).astimezone(UTC)
