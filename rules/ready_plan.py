"""The ready-by answer on the optimised rung: the booking's zones planned with it, beside what the other zones take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from premises.booking import Booking, BookingStatus
from premises.plan import Plan, PlanSlot, Readiness, ReadyBy, Rung, ZonePlan
from premises.reason import Reason
from premises.site import Zone
from premises.time import SLOT, Interval, slot_start
from rules.arbiter import READY_BAND_K
from rules.chance import model_chance
from rules.claims import Claim, Schedule, schedule
from rules.optimise import HORIZON_SLOTS, Solve, plan_of, task_of
from rules.simple_plan import SLOT_H, Bill, Outlook
from rules.supply_levels import supply_for
from rules.thermal import ZoneModel
from rules.wording import degrees, length, wall, walls

HEAT_SHOWS = 0.02
"""Planned heat below this share of the emitter's power is not told as heating."""
Probability = Callable[[float], float | None]
"""How likely a zone is ready that is planned so many K above its target at the call; None: not known."""


def refined(
    outlook: Outlook, booking: Booking, answers: Sequence[ReadyBy], plan: Plan | None, solve: Solve, probability: Probability
) -> tuple[ReadyBy, ...]:
    """The answers, planned where the zone's model is learned and trusted, and the booking lies within the horizon; the others as
    they were."""
    start = slot_start(outlook.now)
    end = start + HORIZON_SLOTS * SLOT
    chosen = [
        outlook.site.zone(answer.zone)
        for answer in answers
        if answer.wanted_c is not None
        and answer.zone in outlook.models
        and answer.zone not in outlook.distrusted  # the rules will not plan by such a model either
        and answer.zone in outlook.starts
        and booking.wrap_at <= end
    ]
    if not chosen:
        return tuple(answers)
    view = replace(outlook, schedule=_with(outlook, booking))
    others = _others(view, plan, {zone.id for zone in chosen}, start)
    task = task_of(view, chosen, others)
    solution = solve(task)
    if solution is None:
        return tuple(answers)
    planned = plan_of(view, chosen, task, solution, others)
    claims = {zone.id: next(c for c in view.schedule[zone.id] if c.booking == booking.key) for zone in chosen}
    return tuple(
        _answer(view, answer, claims[answer.zone], planned, probability) if answer.zone in claims else answer for answer in answers
    )


def _with(outlook: Outlook, booking: Booking) -> Schedule:
    """The schedule with the booking in it as if it were confirmed."""
    window = Interval(booking.held.start - timedelta(days=1), max(booking.held.end, booking.wrap_at) + timedelta(days=1))
    added = schedule(outlook.site, [replace(booking, status=BookingStatus.CONFIRMED)], window)
    found: dict[str, tuple[Claim, ...]] = {}
    for zone, claims in outlook.schedule.items():
        kept = [c for c in claims if c.booking != booking.key]
        mine = [c for c in added[zone] if c.booking == booking.key]
        found[zone] = tuple(sorted((*kept, *mine), key=lambda c: (c.start, c.end, c.name)))
    return found


def _others(outlook: Outlook, plan: Plan | None, chosen: set[str], start: datetime) -> Plan:
    """What the other zones are planned to take, slot by slot from now; nothing where no plan tells."""
    rest = Reason("plan_rest", {"setback": 0.0})
    zones = []
    for planned in plan.zones if plan is not None else ():
        if planned.zone in chosen:
            continue
        known = {slot.start: slot for slot in planned.slots}
        times = (start + k * SLOT for k in range(HORIZON_SLOTS))
        zones.append(
            ZonePlan(planned.zone, planned.rung, tuple(known.get(t, PlanSlot(t, None, None, 0.0, 0.0, rest)) for t in times))
        )
    horizon = Interval(start, start + HORIZON_SLOTS * SLOT)
    return Plan(outlook.site.id, outlook.now, horizon, tuple(zones), 0.0, 0.0, 0.0, outlook.site.currency)


def _answer(outlook: Outlook, before: ReadyBy, claim: Claim, plan: Plan, probability: Probability) -> ReadyBy:
    zone, found = outlook.site.zone(before.zone), plan.zone(before.zone)
    slots = found.slots if found is not None else ()
    target, now = claim.heat_c or 0.0, outlook.now
    ahead = [s for s in slots if s.start < claim.start]
    since = _free_from(outlook, claim)
    first = next((s for s in ahead if s.start >= since and _heats(zone, s)), None)
    at_call = ahead[-1].air_c if ahead else outlook.starts[zone.id].air_c
    ready_at = _warm_from(outlook, claim, slots)
    readiness = Readiness.NOT_READY
    if ready_at is not None and ready_at <= max(claim.start, now):
        readiness = Readiness.READY
    elif ready_at is not None and ready_at < claim.end:
        readiness = Readiness.LATE
    heat_from = max(now, first.start if first is not None else claim.start)
    total = _bill(outlook, zone, [s for s in slots if heat_from - SLOT < s.start < claim.end], plan)
    tz = outlook.site.zoneinfo
    begins, ready, call = walls([heat_from, ready_at or claim.start, claim.start], now, tz)
    kept = ready_at is not None and now < ready_at < heat_from
    if kept:
        ready, begins, call = walls([ready_at or claim.start, heat_from, claim.start], now, tz)
    if readiness is Readiness.LATE:
        ready, call = walls([ready_at or claim.start, claim.start], now, tz)
    values: dict[str, float | str] = {
        "start": begins,
        "ready": "" if ready_at is None else ready,
        "call": call,
        "air": degrees(outlook.starts[zone.id].air_c),
        "outside": degrees(outlook.weather(slot_start(heat_from))),
        "lead": length(max(timedelta(0), (ready_at or claim.start) - heat_from)),
        "left": length(max(timedelta(0), claim.start - now)),
        "target": target,
        "wrap": wall(claim.end, now, tz),
    }
    ready_code = "answer_kept" if kept else "answer_planned"
    code = {Readiness.READY: ready_code, Readiness.LATE: "answer_late"}.get(readiness, "answer_never")
    spare = (at_call or 0.0) - target
    return replace(
        before,
        readiness=readiness,
        ready_at=ready_at,
        heat_from=heat_from,
        energy_kwh=total.energy_kwh,
        cost=total.cost,
        carbon_kg=total.carbon_kg,
        rung=Rung.OPTIMISED,
        reasons=(Reason(code, values), *before.reasons[1:]),
        probability=_probability(probability(spare), spare, outlook.models[zone.id]),
    )


def _warm_from(outlook: Outlook, claim: Claim, slots: Sequence[PlanSlot]) -> datetime | None:
    """Since when the zone is warm at the call, else when it is so after it; slots tell the temperature at their end."""
    least, now = (claim.heat_c or 0.0) - READY_BAND_K, outlook.now
    found = now if outlook.starts[claim.zone].air_c >= least else None
    for slot in slots:
        if slot.start >= claim.start:
            break
        if (slot.air_c or 0.0) < least:
            found = None
        elif found is None:
            found = slot.start + SLOT
    if found is not None:
        return max(now, min(found, max(claim.start, now)))
    return next((s.start + SLOT for s in slots if s.start >= claim.start and (s.air_c or 0.0) >= least), None)


def _free_from(outlook: Outlook, claim: Claim) -> datetime:
    """When those before are out of the zone, or the call where they stay: what is heated until then is for them."""
    before = (c.end for c in outlook.schedule[claim.zone] if c.heat_c is not None and c.start < claim.start and c != claim)
    return min(claim.start, slot_start(max(before, default=outlook.now)))


def _heats(zone: Zone, slot: PlanSlot) -> bool:
    """Whether the plan heats for somebody: more than holds set-back, with a setpoint that the rules follow."""
    wanted = slot.setpoint_c if slot.setpoint_c is not None else zone.setback_c
    return slot.heat_w > HEAT_SHOWS * zone.emitter_power_w and wanted > zone.setback_c + READY_BAND_K


def _probability(known: float | None, spare_k: float, model: ZoneModel) -> float:
    """By what promises came to, where enough of them are known; else by the model's own error."""
    return min(0.99, max(0.01, model_chance(spare_k, model) if known is None else known))


def _bill(outlook: Outlook, zone: Zone, slots: Sequence[PlanSlot], plan: Plan) -> Bill:
    """Final energy of the planned heat, with the water as warm as the plant will make it: for the neediest of its zones."""
    if zone.heating_plant is None:
        return Bill()
    plant, total = outlook.site.plant(zone.heating_plant), Bill()
    course = plan.supply_c.get(plant.id, ())
    for slot in slots:
        place = int((slot.start - plan.horizon.start) / SLOT)
        planned = course[place] if place < len(course) else None
        supply = supply_for(zone, slot.heat_w, slot.air_c or 20.0) if planned is None else planned
        supply = min(max(supply, plant.supply_min_c), plant.supply_max_c)
        kwh = slot.heat_w * SLOT_H / 1000.0 / outlook.cop(plant, outlook.weather(slot.start), supply)
        money, kilograms = outlook.rates(plant.carrier, slot.start)
        total += Bill(kwh, kwh * money, kwh * kilograms)
    return total
