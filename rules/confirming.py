"""What confirming later comes to: until when it still is ready at the call, and what each later instant makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from premises.booking import Booking
from premises.plan import Later, Readiness, ReadyBy
from premises.reason import Reason
from premises.site import Zone
from premises.time import SLOT, slot_start
from rules.lead import hours_off, lead_for
from rules.projection import Step, ZoneStart, project
from rules.simple_plan import Outlook
from rules.thermal import STEP_H
from rules.wording import wall

Ask = Callable[[Outlook, Booking], tuple[ReadyBy, ...]]
FAR = timedelta(days=4)
AFTER = (timedelta(0), timedelta(hours=1), timedelta(hours=2))
"""Instants that are told: the last one that is still in time, and these after it."""
CLOSE = timedelta(minutes=30)
LIKELY = 0.8
"""A confirmation is said to be in time while it has the zone ready with this chance, or as sure as it is now."""
STRIDE = timedelta(minutes=45)
TRIES = 8


def confirming(outlook: Outlook, booking: Booking, answers: Sequence[ReadyBy], ask: Ask) -> tuple[ReadyBy, ...]:
    """The answers with `confirm_by` and `later`; as they were where the call is over, or nothing is known of the zones."""
    zones = [outlook.site.zone(a.zone) for a in answers if a.wanted_c is not None and a.readiness is not Readiness.UNKNOWN]
    if not zones or booking.call_at <= outlook.now:
        return tuple(answers)
    since = max(outlook.now, booking.call_at - FAR)
    courses = {zone.id: _without(outlook, booking, zone, since) for zone in zones}
    ready = [a for a in answers if a.readiness is Readiness.READY and a.zone in courses]
    last: datetime | None = None
    if ready:
        guesses = [_last(outlook, outlook.site.zone(a.zone), courses[a.zone], a.wanted_c or 0.0, booking.call_at) for a in ready]
        last = _verified(outlook, booking, courses, min(guesses), {a.zone: min(LIKELY, a.probability or 0.0) for a in ready}, ask)
    first = outlook.now + SLOT if last is None else last
    instants = [t for t in (slot_start(first) + after for after in AFTER) if outlook.now < t < booking.call_at]
    told = {t: {a.zone: a for a in ask(_at(outlook, courses, t), booking)} for t in instants}
    found = []
    for answer in answers:
        if answer.zone in courses:
            later = tuple(_later(t, told[t][answer.zone]) for t in instants)
            words = _by(outlook, last, later, answer)
            found.append(replace(answer, confirm_by=last, later=later, surer=(*words, *answer.surer)))
        else:
            found.append(answer)
    return tuple(found)


def _by(outlook: Outlook, last: datetime | None, later: Sequence[Later], answer: ReadyBy) -> Iterator[Reason]:
    """In words: until when, and what it comes to then."""
    if last is not None and later and later[0].at == last:
        by = wall(last, outlook.now, outlook.site.zoneinfo)
        then, chance = later[0], 100.0 * (later[0].probability or 0.0)
        values: dict[str, float | str] = {"by": by, "chance": chance, "kwh": then.energy_kwh}
        if then.cost > 0.0:
            yield Reason("surer_confirm_by", values | {"cost": then.cost, "currency": answer.currency})
        else:
            yield Reason("surer_confirm_energy", values)


def _later(at: datetime, then: ReadyBy) -> Later:
    return Later(at, then.readiness, then.ready_at, then.energy_kwh, then.cost, then.carbon_kg, then.probability)


def _without(outlook: Outlook, booking: Booking, zone: Zone, since: datetime) -> list[tuple[datetime, ZoneStart]]:
    """Where the zone stands at each slot until the call if nothing is heated for this booking."""
    claims = tuple(c for c in outlook.schedule.get(zone.id, ()) if c.booking != booking.key)
    start = outlook.start(zone)
    if since > outlook.now:
        start = ZoneStart(zone.setback_c, zone.setback_c, None)
    lead, model = outlook.leads.get(zone.id), outlook.model(zone)
    steps: list[Step] = project(zone, model, lead, claims, start, since, booking.call_at, outlook.weather)
    found, mass, warm_at = [(slot_start(since), start)], start.mass_c, start.warm_at
    before = start.air_c
    for step in steps:
        mass += (before - mass) * STEP_H / model.tau_h
        before = step.air_c
        warm_at = step.start + SLOT if step.claim is not None else warm_at
        found.append((step.start + SLOT, ZoneStart(step.air_c, mass, warm_at)))
    return found


def _last(outlook: Outlook, zone: Zone, course: Sequence[tuple[datetime, ZoneStart]], target_c: float, call: datetime) -> datetime:
    """The last slot from which the zone's lead still fits before the call."""
    learned = outlook.leads.get(zone.id)
    for at, stand in reversed(course):
        lead = lead_for(zone.emitter, stand.air_c, target_c, outlook.weather(at), hours_off(stand.warm_at, at), learned)
        if at + lead.duration <= call:
            return at
    return course[0][0]


def _verified(
    outlook: Outlook,
    booking: Booking,
    courses: dict[str, list[tuple[datetime, ZoneStart]]],
    guess: datetime,
    zones: Mapping[str, float],
    ask: Ask,
) -> datetime | None:
    """The last instant, to half an hour, at which the answer itself says that all these zones are ready, with the chance that each
    must have at least; None: only now."""
    low, high, stride = outlook.now, booking.call_at, STRIDE
    at = min(max(slot_start(guess), low + SLOT), high - SLOT)
    for _ in range(TRIES):
        if not low < at < high:
            break
        then = {a.zone: a for a in ask(_at(outlook, courses, at), booking)}
        in_time = all(zone in then and _holds(then[zone], least) for zone, least in zones.items())
        low, high = (at, high) if in_time else (low, at)
        if high - low <= CLOSE:
            break
        at += stride if in_time else -stride  # leads guess well: it is looked for nearby first, then by halves
        stride *= 2
        if (low > outlook.now and high < booking.call_at) or not low < at < high:
            at = slot_start(low + (high - low) / 2)
    return None if low <= outlook.now else low


def _holds(answer: ReadyBy, least: float) -> bool:
    return answer.readiness is Readiness.READY and (answer.probability is None or answer.probability >= least)


def _at(outlook: Outlook, courses: dict[str, list[tuple[datetime, ZoneStart]]], at: datetime) -> Outlook:
    """The outlook at that instant if nothing was heated for the booking before; what is known of other zones stays."""
    starts = dict(outlook.starts)
    for zone, course in courses.items():
        known = [stand for begins, stand in course if begins <= at]
        starts[zone] = known[-1] if known else course[0][1]
    return replace(outlook, now=at, starts=starts, past_kw={}, drift_k={})
