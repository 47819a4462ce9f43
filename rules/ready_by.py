"""The ready-by answer: will the zones of a booking be ready, from when, and at what energy, cost and carbon. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from premises.booking import Booking, BookingStatus
from premises.plan import Plan, Readiness, ReadyBy, Rung
from premises.reason import Reason
from premises.site import Zone
from premises.time import SLOT, Interval, slot_start
from rules.arbiter import READY_BAND_K
from rules.chance import lead_chance
from rules.claims import Claim, schedule
from rules.conflicts import conflicts
from rules.projection import Step, ZoneStart, project
from rules.simple_plan import Outlook, bill
from rules.wording import degrees, length, wall, walls

FAR = timedelta(days=4)
"""A call further away than this is answered from set-back: the weather is not known so far ahead anyway."""
MEASURED_WARM = 0.99


def ready_by(outlook: Outlook, booking: Booking, others: Iterable[Booking], plan: Plan | None) -> tuple[ReadyBy, ...]:
    """One answer per zone of the booking that is heated; nothing is stored or commanded. Raises UnknownNameError for a zone."""
    zones = [outlook.site.zone(zone) for zone in booking.zones]
    taken = [b for b in others if b.key != booking.key and b.status is not BookingStatus.CANCELLED]
    would_be = replace(booking, status=BookingStatus.CONFIRMED)
    window = Interval(booking.held.start - timedelta(days=1), max(booking.held.end, booking.occupied.end) + timedelta(days=1))
    claims = schedule(outlook.site, [would_be], window)
    answers = []
    for zone in zones:
        if zone.heating_plant is None:
            continue
        claim = next((c for c in claims[zone.id] if c.booking == booking.key), None)
        found = tuple(conflicts(outlook, booking, zone, claim, taken, plan))
        answers.append(_answer(outlook, booking, zone, claim, found))
    return tuple(answers)


def _answer(outlook: Outlook, booking: Booking, zone: Zone, claim: Claim | None, conflicts: tuple[Reason, ...]) -> ReadyBy:
    now, tz = outlook.now, outlook.site.zoneinfo
    rung = Rung.LEARNED if zone.id in outlook.leads else Rung.TABLE
    blank = ReadyBy(
        booking.key, zone.id, Readiness.UNKNOWN, booking.call_at, None, None, None, 0.0, 0.0, 0.0,
        outlook.site.currency, rung, (), conflicts,
    )  # fmt: skip
    if booking.wrap_at <= now:
        return replace(blank, reasons=(Reason("answer_over", {"wrap": wall(booking.wrap_at, now, tz)}),))
    if claim is None or claim.heat_c is None:
        return replace(blank, readiness=Readiness.READY, ready_at=max(now, booking.call_at), reasons=(Reason("answer_unheated"),))
    steps = _steps(outlook, zone, claim)
    mine = [s for s in steps if s.claim is claim]
    total = bill(outlook, zone, mine)
    ready_at = _ready_at(outlook, zone, claim, steps)
    heat_from = max(now, mine[0].start) if mine else None
    readiness = Readiness.NOT_READY
    if ready_at is not None and ready_at <= max(claim.start, now):
        readiness = Readiness.READY
    elif ready_at is not None and ready_at < claim.end:
        readiness = Readiness.LATE
    reasons = [_reason(outlook, zone, claim, steps, mine, ready_at, readiness)]
    if zone.id not in outlook.starts:
        reasons.append(Reason("answer_blind", {"setback": zone.setback_c}))
        readiness = Readiness.UNKNOWN
    if not booking.acts:
        reasons.append(Reason("answer_not_acted"))
    return replace(
        blank, readiness=readiness, ready_at=ready_at, heat_from=heat_from, wanted_c=claim.heat_c,
        energy_kwh=total.energy_kwh, cost=total.cost, carbon_kg=total.carbon_kg, reasons=tuple(reasons),
        rung=mine[0].rung if mine else rung, probability=_probability(outlook, claim, mine, ready_at, readiness),
    )  # fmt: skip


def _probability(
    outlook: Outlook, claim: Claim, mine: Sequence[Step], ready_at: datetime | None, readiness: Readiness
) -> float | None:
    """That it is ready at the call, by the errors that leads make; None where no temperature is known."""
    if readiness is Readiness.UNKNOWN:
        return None
    if ready_at is None or not mine:
        return 1.0 - MEASURED_WARM
    if ready_at <= outlook.now:
        return MEASURED_WARM
    lead = max(timedelta(0), ready_at - max(outlook.now, mine[0].start))
    slack = max(claim.start, outlook.now) - ready_at
    chance = lead_chance(slack, lead, outlook.leads.get(claim.zone))
    return min(MEASURED_WARM, max(1.0 - MEASURED_WARM, chance))


def _steps(outlook: Outlook, zone: Zone, claim: Claim) -> list[Step]:
    """The zone until the wrap, with this claim among the others."""
    others = tuple(
        c for c in outlook.schedule.get(zone.id, ()) if c.name != claim.name and (c.booking is None or c.booking != claim.booking)
    )
    claims = tuple(sorted((*others, claim), key=lambda c: (c.start, c.end, c.name)))
    now, start = outlook.now, outlook.start(zone)
    if claim.start - now > FAR:
        now, start = claim.start - timedelta(days=2), ZoneStart(zone.setback_c, zone.setback_c, None)
    until = min(claim.end, now + timedelta(days=8))
    lead = outlook.leads.get(zone.id)
    return project(zone, outlook.model(zone), lead, claims, start, now, until, outlook.weather)


def _ready_at(outlook: Outlook, zone: Zone, claim: Claim, steps: Sequence[Step]) -> datetime | None:
    """The first instant from which the zone is warm for the claim."""
    target = (claim.heat_c or 0.0) - READY_BAND_K
    start = outlook.starts.get(zone.id)
    mine = [s for s in steps if s.claim is claim]
    if not mine:
        return None
    if start is not None and start.air_c >= target and mine[0].start <= slot_start(outlook.now):
        return outlook.now
    before = next((s for s in reversed(steps) if s.start < mine[0].start), None)
    if before is not None and before.air_c >= target:
        return mine[0].start
    found = next((s for s in mine if s.air_c >= target), None)
    return None if found is None else max(outlook.now, found.start + SLOT)


def _reason(
    outlook: Outlook,
    zone: Zone,
    claim: Claim,
    steps: Sequence[Step],
    mine: Sequence[Step],
    ready_at: datetime | None,
    readiness: Readiness,
) -> Reason:
    now, tz = outlook.now, outlook.site.zoneinfo
    lead = max((s.lead for s in mine), default=timedelta(0))
    first = mine[0].start if mine else claim.start
    before = next((s.air_c for s in reversed(steps) if s.start < first), outlook.start(zone).air_c)
    begins, ready, call = walls([max(first, now), ready_at or claim.start, claim.start], now, tz)
    if readiness is Readiness.LATE:
        ready, call = walls([ready_at or claim.start, claim.start], now, tz)
    values: dict[str, float | str] = {
        "target": claim.heat_c or 0.0,
        "air": degrees(before),
        "outside": degrees(outlook.weather(first)),
        "call": call,
        "wrap": wall(claim.end, now, tz),
        "start": begins,
        "lead": length(lead),
        "left": length(max(timedelta(0), claim.start - now)),
        "ready": "" if ready_at is None else ready,
    }
    if readiness is Readiness.NOT_READY:
        return Reason("answer_never", values)
    if ready_at is not None and ready_at <= now:
        return Reason("answer_warm", values)
    return Reason("answer_late" if readiness is Readiness.LATE else "answer_in_time", values)
