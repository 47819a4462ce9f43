"""The ready-by answer in summer: will the zones of a booking be cool, from when, with what energy, and is the chiller large enough.

Pure. The zone's course by its model, learned or assumed, as the rules cool it: by its lead before the call, then at the limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from premises.booking import Booking, BookingStatus
from premises.plan import Readiness, ReadyBy, Rung
from premises.reason import Reason
from premises.site import Plant, Zone
from premises.time import SLOT, Interval, slot_start
from rules.arbiter import LEAD_MARGIN, READY_BAND_K
from rules.chance import model_chance
from rules.claims import Claim, schedule
from rules.cool_time import HELD_SHARE, HOURS_PER_K, LEAD_MOST, SPARE_LEAST_K, cold_most_w
from rules.simple_plan import SLOT_H, Bill, Outlook
from rules.thermal import PERSON_W
from rules.wording import degrees, length, wall

FAR = timedelta(days=2)
"""A call further away is answered from what the zone comes to by itself in the two days before it."""
STARTS_ABOVE_K = 2.0
SHOWS_KWH = 0.05
FROM_BEST = (Readiness.READY, Readiness.UNKNOWN, Readiness.LATE, Readiness.NOT_READY)


@dataclass(frozen=True, slots=True)
class Cooled:
    """One slot: air in °C at its end, cold given and cold that would hold the limit, in W."""

    start: datetime
    air_c: float
    cold_w: float
    needed_w: float


def cooled(outlook: Outlook, booking: Booking, answers: Sequence[ReadyBy]) -> tuple[ReadyBy, ...]:
    """The answers with what cooling comes to, and one for each zone that is cooled only. Raises UnknownNameError for a zone."""
    zones = [outlook.site.zone(zone) for zone in booking.zones]
    if all(zone.cooling_plant is None for zone in zones) or booking.wrap_at <= outlook.now:
        return tuple(answers)
    window = Interval(booking.held.start - timedelta(days=1), max(booking.held.end, booking.wrap_at) + timedelta(days=1))
    claims = schedule(outlook.site, [replace(booking, status=BookingStatus.CONFIRMED)], window)
    told, found = {answer.zone: answer for answer in answers}, []
    for zone in zones:
        before = told.get(zone.id)
        claim = next((c for c in claims[zone.id] if c.booking == booking.key and c.comfort.cool_c is not None), None)
        if zone.cooling_plant is None or claim is None:
            found += [] if before is None else [before]
        else:
            after = _answer(outlook, booking, zone, claim, before or _blank(outlook, booking, zone))
            found += [] if after is None and before is None else [after or before or _blank(outlook, booking, zone)]
    return tuple(found)


def _blank(outlook: Outlook, booking: Booking, zone: Zone) -> ReadyBy:
    """Of a zone that nothing heats."""
    ready_at = max(outlook.now, booking.call_at)
    return ReadyBy(
        booking.key, zone.id, Readiness.READY, booking.call_at, ready_at, None, None, 0.0, 0.0, 0.0, outlook.site.currency,
        Rung.TABLE, (Reason("answer_unheated"),),
    )  # fmt: skip


def _answer(outlook: Outlook, booking: Booking, zone: Zone, claim: Claim, before: ReadyBy) -> ReadyBy | None:
    """None where no cold is needed: the answer stands as it was."""
    limit = claim.comfort.cool_c or zone.cool_setback_c
    cold_from, slots = _course(outlook, zone, claim, limit)
    bill = _bill(outlook, outlook.site.plant(zone.cooling_plant or ""), [s for s in slots if s.start >= cold_from - SLOT])
    if bill.energy_kwh < SHOWS_KWH:
        return None
    ready_at = _ready_at(outlook, claim, limit, slots)
    readiness = Readiness.NOT_READY
    if ready_at is not None:
        readiness = Readiness.READY if ready_at <= max(claim.start, outlook.now) else Readiness.LATE
    at_call = next((s.air_c for s in reversed(slots) if s.start < claim.start), slots[0].air_c)
    chance = min(0.99, max(0.01, model_chance(limit - at_call, outlook.model(zone))))
    worse = max(before.readiness, readiness, key=FROM_BEST.index)
    reasons = [_reason(outlook, claim, limit, cold_from, slots, ready_at, readiness)]
    reasons += before.reasons if before.energy_kwh > 0.0 else before.reasons[1:]
    if before.wanted_c is None and not booking.acts:
        reasons.append(Reason("answer_not_acted"))
    return replace(
        before, readiness=worse, ready_at=None if ready_at is None or before.ready_at is None else max(ready_at, before.ready_at),
        heat_from=cold_from if before.energy_kwh <= 0.0 or before.heat_from is None else min(cold_from, before.heat_from),
        energy_kwh=before.energy_kwh + bill.energy_kwh, cost=before.cost + bill.cost, carbon_kg=before.carbon_kg + bill.carbon_kg,
        reasons=tuple(reasons), conflicts=(*before.conflicts, *_conflicts(outlook, zone, claim, limit, slots)),
        probability=chance if before.probability is None else min(chance, before.probability),
    )  # fmt: skip


def _course(outlook: Outlook, zone: Zone, claim: Claim, limit_c: float) -> tuple[datetime, list[Cooled]]:
    """When the cold begins, and the zone's course until the wrap: what the rules would do."""
    plant = outlook.site.plant(zone.cooling_plant or "")
    most, learned = cold_most_w(zone, plant), outlook.leads.get(zone.id)
    begins = slot_start(max(outlook.now, claim.start - FAR))
    ahead = max(0, int((claim.start - begins) / SLOT))
    margin = -(-LEAD_MARGIN // SLOT)
    if learned is None or learned.warm is None:  # as a tick does: by the kelvins above when it begins
        free = _simulated(outlook, zone, claim, limit_c, begins, 10**6, most)
        for k in range(max(0, ahead - int(LEAD_MOST / SLOT)), ahead):
            lead = timedelta(hours=max(0.0, free[max(0, k - 1)].air_c - limit_c) * HOURS_PER_K) + LEAD_MARGIN
            if lead >= (ahead - k) * SLOT:
                break
        else:
            k = ahead
        return begins + k * SLOT, _simulated(outlook, zone, claim, limit_c, begins, k, most)
    for start in range(ahead, max(-1, ahead - int(LEAD_MOST / SLOT) - 1), -1):
        found = _simulated(outlook, zone, claim, limit_c, begins, start, most)
        if start == 0 or (ahead and found[ahead - 1].air_c <= limit_c):
            break
    start = max(0, start - margin)
    return begins + start * SLOT, _simulated(outlook, zone, claim, limit_c, begins, start, most)


def _simulated(
    outlook: Outlook, zone: Zone, claim: Claim, limit_c: float, begins: datetime, start: int, most_w: float
) -> list[Cooled]:
    """The zone without heat, with cold from that slot on as far as it is needed, and at other times as its other claims ask."""
    model, stand = outlook.model(zone), outlook.starts.get(zone.id)
    guessed = outlook.airs.get(zone.id, max(limit_c, outlook.weather(begins) + STARTS_ABOVE_K))
    air, mass = (guessed, guessed) if stand is None else (stand.air_c, stand.mass_c)
    if begins > outlook.now + SLOT:
        air = mass = max(limit_c, outlook.weather(begins) + STARTS_ABOVE_K)
    found = []
    for k in range(max(1, -(-(claim.end - begins) // SLOT))):
        at = begins + k * SLOT
        mine = claim.start <= at < claim.end
        goal = limit_c if mine else limit_c - SPARE_LEAST_K if start <= k else zone.cool_setback_c
        others = [c for c in outlook.schedule.get(zone.id, ()) if c.acts and c.booking != claim.booking and c.start <= at < c.end]
        goal = min([goal, *(c.comfort.cool_c for c in others if c.comfort.cool_c is not None)])
        present = [*others, claim] if mine else others
        heat = sum((c.people or 0) * PERSON_W + c.lamp_power_w for c in present)
        free = model.sun * outlook.forecast.sun_at(at) + model.gain * heat
        for other, weight in model.neighbours.items():
            free += weight * (outlook.airs.get(other, air) - air)
        needed = max(0.0, -model.heat_for(air, mass, outlook.weather(at), goal, free))
        cold = min(most_w, needed)
        air, mass = model.step(air, mass, outlook.weather(at), -cold, free)
        found.append(Cooled(at, air, cold, needed))
    return found


def _ready_at(outlook: Outlook, claim: Claim, limit_c: float, slots: Sequence[Cooled]) -> datetime | None:
    """From when on it is cool with people in; the call where it is so then. None: not before the wrap."""
    warm = [s for s in slots if s.start + SLOT >= claim.start and s.air_c > limit_c + READY_BAND_K]
    at_call = next((s.air_c for s in reversed(slots) if s.start < claim.start), outlook.airs.get(claim.zone, limit_c))
    if at_call <= limit_c + READY_BAND_K:
        first = next((s for s in slots if s.start < claim.start and s.air_c <= limit_c + READY_BAND_K), None)
        return max(outlook.now, claim.start if first is None else first.start + SLOT)
    found = next((s for s in slots if s.start >= claim.start and s not in warm), None)
    return None if found is None else max(outlook.now, found.start + SLOT)


def _bill(outlook: Outlook, plant: Plant, slots: Sequence[Cooled]) -> Bill:
    total = Bill()
    for slot in slots:
        kwh = slot.cold_w * SLOT_H / 1000.0 / max(0.5, plant.eer)
        money, kilograms = outlook.rates(plant.carrier, slot.start)
        total += Bill(kwh, kwh * money, kwh * kilograms)
    return total


def _reason(
    outlook: Outlook, claim: Claim, limit_c: float, cold_from: datetime, slots: Sequence[Cooled], ready_at: datetime | None,
    readiness: Readiness,
) -> Reason:  # fmt: skip
    now, tz = outlook.now, outlook.site.zoneinfo
    before = [s.air_c for s in slots if s.start < cold_from]
    stands = outlook.airs.get(claim.zone, outlook.start(outlook.site.zone(claim.zone)).air_c)
    values: dict[str, float | str] = {
        "target": limit_c,
        "air": degrees(before[-1] if before else stands),
        "outside": degrees(outlook.weather(slot_start(max(cold_from, now)))),
        "call": wall(claim.start, now, tz),
        "wrap": wall(claim.end, now, tz),
        "start": wall(max(cold_from, now), now, tz),
        "left": length(max(timedelta(0), claim.start - now)),
        "ready": "" if ready_at is None else wall(ready_at, now, tz),
        "low": min(s.air_c for s in slots if s.start + SLOT > claim.start),
    }
    code = {Readiness.READY: "answer_cool", Readiness.LATE: "answer_cool_late"}.get(readiness, "answer_cool_never")
    return Reason(code, values)


def _conflicts(outlook: Outlook, zone: Zone, claim: Claim, limit_c: float, slots: Sequence[Cooled]) -> Iterator[Reason]:
    """Coils or a chiller that are too small to hold the limit with people in, alone or beside the zones that are cooled then."""
    held = [s for s in slots if claim.start + SLOT <= s.start < claim.end]
    peak = max(held, key=lambda s: s.needed_w, default=None)
    if peak is None:
        return
    plant = outlook.site.plant(zone.cooling_plant or "")
    most, have = cold_most_w(zone, plant), plant.cool_power_w or plant.heat_power_w
    outside = outlook.weather(peak.start)
    if any(s.air_c > limit_c + READY_BAND_K for s in held):
        values: dict[str, float | str] = {"zone": zone.name, "have": most / 1000, "need": peak.needed_w / 1000}
        yield Reason("conflict_cold", values | {"target": limit_c, "outside": outside})
    beside = [z for z in outlook.site.zones if z.id != zone.id and z.cooling_plant == plant.id and _taken(outlook, z, claim)]
    need = min(most, peak.needed_w) + sum(HELD_SHARE * cold_most_w(z, plant) for z in beside)
    if beside and need > have:
        values = {"plant": plant.name, "have": have / 1000, "need": need / 1000, "zone": ", ".join(z.name for z in beside)}
        yield Reason("conflict_chiller", values)


def _taken(outlook: Outlook, zone: Zone, claim: Claim) -> bool:
    """Whether somebody who acts is cooled there at the same time."""
    claims = outlook.schedule.get(zone.id, ())
    return any(c.acts and c.comfort.cool_c is not None and c.start < claim.end and c.end > claim.start for c in claims)
