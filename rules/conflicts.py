"""What stands in the way of a booking: others in its zone, a plant or emitters too small, noise or heat next door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from premises.booking import Booking, BookingStatus, DayKind
from premises.plan import Plan
from premises.reason import Reason
from premises.site import Zone
from premises.time import Interval
from rules.claims import Claim, in_service
from rules.simple_plan import Outlook
from rules.wording import wall, wall_span

PLANT_RESERVE = 1.05
LOUD = frozenset({DayKind.BUILD, DayKind.STRIKE, DayKind.MAINTENANCE})
"""Days of saws and hammers."""
QUIET = frozenset({DayKind.SHOOT, DayKind.REHEARSAL, DayKind.AUDIENCE})
"""Days on which sound is recorded or listened to."""
HEATING_UP = timedelta(hours=2)
STRAINED = 0.85
"""A neighbour's heat is named where both together ask for this share of the plant."""


def conflicts(
    outlook: Outlook, booking: Booking, zone: Zone, claim: Claim | None, others: Sequence[Booking], plan: Plan | None
) -> Iterator[Reason]:
    """Conflicts of one zone of the booking. others: bookings that are not cancelled, without this one."""
    now, tz = outlook.now, outlook.site.zoneinfo
    for other in others:
        if zone.id in other.zones and other.held.overlaps(booking.held):
            values = _span(outlook, other.held) | {"zone": zone.name, "other": str(other.key)}
            yield Reason("conflict_zone" if other.acts else "conflict_option", values)
    yield from _next_door(outlook, booking, zone, others)
    if not in_service(zone, booking.call_at, tz):
        yield Reason("conflict_service", {"zone": zone.name, "since": str(zone.in_service)})
    if claim is None or claim.heat_c is None or zone.heating_plant is None:
        return
    outside = outlook.weather(claim.start)
    hold = outlook.model(zone).heat_for(claim.heat_c, claim.heat_c, outside, claim.heat_c)
    if hold > zone.emitter_power_w:
        values = {"have": zone.emitter_power_w / 1000, "need": hold / 1000, "target": claim.heat_c, "outside": outside}
        yield Reason("conflict_emitter", values)
    plant = outlook.site.plant(zone.heating_plant)
    beside = _planned_with(outlook, zone, claim, plan)
    most = max((sum(at.values()) for at in beside.values()), default=0.0)
    need = zone.emitter_power_w + most
    if need > plant.heat_power_w * PLANT_RESERVE:
        yield Reason("conflict_plant", {"plant": plant.name, "have": plant.heat_power_w / 1000, "need": need / 1000})
    elif need > plant.heat_power_w * STRAINED:
        yield from _shared(outlook, zone, claim, beside, now)


def _span(outlook: Outlook, span: Interval) -> dict[str, float | str]:
    start, end = wall_span(span.start, span.end, outlook.now, outlook.site.zoneinfo)
    return {"start": start, "end": end}


def _next_door(outlook: Outlook, booking: Booking, zone: Zone, others: Sequence[Booking]) -> Iterator[Reason]:
    """Noise through a shared wall, either way, while both are in."""
    for neighbour in zone.neighbours:
        for other in others:
            both = booking.occupied.intersection(other.occupied)
            if neighbour.zone not in other.zones or both is None or other.status is BookingStatus.CANCELLED:
                continue
            code = ""
            if booking.day_kind in QUIET and other.day_kind in LOUD:
                code = "conflict_noise_there"
            elif booking.day_kind in LOUD and other.day_kind in QUIET:
                code = "conflict_noise_here"
            if code:
                values = _span(outlook, both) | {"zone": outlook.site.zone(neighbour.zone).name, "other": str(other.key)}
                yield Reason(code, values)


def _shared(
    outlook: Outlook, zone: Zone, claim: Claim, beside: dict[datetime, dict[str, float]], now: datetime
) -> Iterator[Reason]:
    """The zone next door whose pre-heat leaves the plant little room."""
    takes: dict[str, float] = {}
    for at in beside.values():
        for other, heat_w in at.items():
            takes[other] = max(takes.get(other, 0.0), heat_w)
    most = max(takes, key=lambda other: (takes[other], other), default=None)
    if most is None or zone.heating_plant is None:
        return
    plant = outlook.site.plant(zone.heating_plant)
    call = wall(claim.start, now, outlook.site.zoneinfo)
    values: dict[str, float | str] = {"zone": outlook.site.zone(most).name, "plant": plant.name, "call": call}
    yield Reason("conflict_shared", values | {"takes": takes[most] / 1000, "have": plant.heat_power_w / 1000})


def _planned_with(outlook: Outlook, zone: Zone, claim: Claim, plan: Plan | None) -> dict[datetime, dict[str, float]]:
    """Heat in W that other zones of the same plant are planned to take while this one heats up, by slot and zone."""
    load: dict[datetime, dict[str, float]] = {}
    if plan is None:
        return load
    same = {z.id for z in outlook.site.zones if z.heating_plant == zone.heating_plant and z.id != zone.id}
    for planned in plan.zones:
        if planned.zone in same:
            for slot in planned.slots:
                if claim.start - HEATING_UP <= slot.start < claim.start and slot.heat_w > 0:
                    load.setdefault(slot.start, {})[planned.zone] = slot.heat_w
    return load
