"""Whether there is time: the lead that a zone needs from now on, and whether what is planned for its call can still wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from premises.plan import PlanSlot, Rung
from premises.time import SLOT
from rules.arbiter import READY_BAND_K
from rules.claims import Claim
from rules.conversion import capacity_w
from rules.crowd import beside_others
from rules.lead import LEAD_MOST, OUTDOOR_ASSUMED_C, Lead, full_power_hours, hours_off, lead_for
from rules.snapshot import Snapshot, ZoneView
from rules.warm_time import PLANT_SURE, crowded_share, share_of

HOUR = timedelta(hours=1)
SOON_H = (0, 2, 4, 6)
SOON = timedelta(hours=SOON_H[-1])
"""Warm-ups that take longer are reckoned with the mean of the weather to come, not with its coldest hours: a slab that was reckoned
at the frost of the night needed days, and was heated two days early."""
BEHIND_RESERVE = 1.15
AHEAD_SHARE, AHEAD_MORE = 1.5, timedelta(hours=2)
"""A warm-up at full power is left to the plan again where there is half as much time again as it needs, and two hours."""
WINDOW = 1.3
"""What a plant has for a zone is looked up in so much of the time before the call that its warm-up takes."""
LET_GO_K = 2.0
"""What is let go cools so far meanwhile at least."""
GIVES_SHARE, GIVES_MORE = 1.5, timedelta(minutes=45)
"""A zone gives way to one with an earlier call where it could warm up after that call: half as long again, and this."""
HURRIED = timedelta(hours=2)
"""So close to its call a zone that is not warm yet goes before others, planned or late."""
PLAN_LIFE = timedelta(hours=2)
"""An older plan is not followed: the ladder goes down a rung."""


def lead_now(view: ZoneView, target_c: float, claim: Claim | None = None) -> Lead:
    """The lead that the zone needs if it starts now; for a claim, beside those that heat up or are warm meanwhile."""
    off = hours_off(view.memory.warm_at, view.now)
    learned = view.snapshot.leads.get(view.zone.id)
    mass = view.snapshot.mass.get(view.zone.id)

    def found(outside: float | None) -> Lead:
        def asked(share: float | None) -> Lead:
            return lead_for(view.zone.emitter, view.air_c, target_c, outside, off, learned, mass, share)

        return asked(None) if claim is None else beside_others(view, claim, outside, asked)

    lead = found(_coldest_soon(view))
    return lead if lead.duration <= SOON else found(_mean_outside(view, lead.duration))


def behind(view: ZoneView, claim: Claim) -> bool:
    """Whether a plan can wait no longer: at full power from now on the zone is just warm in time, by what is learned of it."""
    needed = _at_full_power(view, claim)
    return needed is not None and view.now + until_next(view) >= claim.start - min(BEHIND_RESERVE * needed, LEAD_MOST) - SLOT


def well_ahead(view: ZoneView, claim: Claim) -> bool:
    """Whether there is so much time left that a warm-up which a plan was too late for can be left to the plan again."""
    needed = _at_full_power(view, claim, fallen_k=LET_GO_K)
    return needed is not None and view.now + AHEAD_SHARE * needed + AHEAD_MORE < claim.start


def gives_way_to(view: ZoneView, claim: Claim) -> str | None:
    """The zone of the same plant that has an earlier call and needs until then what this one takes; None: there is none.

    Warmth that is put by for a later call can be put by again when those who come first have theirs.
    """
    site, zone, snapshot = view.snapshot.site, view.zone, view.snapshot
    if zone.heating_plant is None or zone.emitter_power_w <= 0:
        return None
    beside = (z.id for z in site.zones if z.heating_plant == zone.heating_plant and z.id != zone.id)
    hurried = {other: call for other in beside if (call := _hurried_for(snapshot, other)) is not None and call < claim.start}
    alone = _at_full_power(view, claim, alone=True, fallen_k=2 * LET_GO_K) if hurried else None
    if alone is None:
        return None
    first = [other for other, call in hurried.items() if call <= claim.start - GIVES_SHARE * alone - GIVES_MORE]
    if not first:
        return None
    outside = _coldest_soon(view)
    share = crowded_share(site, zone, frozenset(first), {}, OUTDOOR_ASSUMED_C if outside is None else outside)
    return first[0] if share is not None and share < 1.0 else None


def _hurried_for(snapshot: Snapshot, zone: str) -> datetime | None:
    """The call that a zone is being warmed for, or kept warm, with all there is; None where it is not."""
    memory = snapshot.memory.zones.get(zone)
    latch = memory.latch if memory is not None else None
    if latch is None or latch.rests:
        return None
    call = next((c.start for c in snapshot.schedule.get(zone, ()) if c.name == latch.claim), None)
    hurried = call is not None and (latch.rung is not Rung.OPTIMISED or call - snapshot.now <= HURRIED)
    return call if hurried else None


def _at_full_power(view: ZoneView, claim: Claim, *, alone: bool = False, fallen_k: float = 0.0) -> timedelta | None:
    """How long the zone needs at full power beside what the plan gives the others; none where it is warm, None where not known.

    alone: as if its plant had no others; fallen_k: as if it had cooled so far below the target at least.
    """
    learned = view.snapshot.leads.get(view.zone.id)
    target, outside = (claim.heat_c or 0.0) - READY_BAND_K, _coldest_soon(view)
    if view.air_c is None or outside is None or learned is None or learned.warm is None:
        return None
    air, warm = min(view.air_c, target - fallen_k) if fallen_k else view.air_c, learned.warm
    if air >= target:
        return timedelta(0)
    mass = view.snapshot.mass.get(view.zone.id, air)

    def hours(share: float | None, outdoor_c: float) -> float:
        return full_power_hours(warm, view.zone.emitter, air, mass, outdoor_c, target, share, sure=False)

    found = hours(1.0, outside)
    if not alone:  # what the others take just before the call is what counts, not what they take in the night before
        for _ in range(2):
            found = hours(planned_share(view, claim, timedelta(hours=WINDOW * found)), outside)
    if found > SOON / HOUR:
        window = timedelta(hours=WINDOW * found)
        mean = _mean_outside(view, timedelta(hours=found))
        found = hours(1.0 if alone else planned_share(view, claim, window), outside if mean is None else mean)
    return timedelta(hours=found)


def planned_share(view: ZoneView, claim: Claim, window: timedelta = LEAD_MOST) -> float | None:
    """What the plan in force leaves of the plant in that time before the call, as a share of the emitter's power.

    None where it does not tell.
    """
    site, plan, zone = view.snapshot.site, view.snapshot.plan, view.zone
    if plan is None or zone.heating_plant is None or zone.emitter_power_w <= 0 or not planned_slots(view):
        return None
    since = max(view.now, claim.start - max(HOUR, window))
    taken = [
        sum(slot.heat_w for slot in other.slots if since < slot.start + SLOT and slot.start < claim.start)
        for other in plan.zones
        if other.zone != zone.id
        and site.zone(other.zone).heating_plant == zone.heating_plant
        and not _later(view, other.zone, claim)
    ]
    slots = max(1, -(-(claim.start - since) // SLOT))
    outside = _coldest_soon(view)
    power = capacity_w(site.plant(zone.heating_plant), OUTDOOR_ASSUMED_C if outside is None else outside)
    return share_of(PLANT_SURE * power - sum(taken) / slots, zone.emitter_power_w)


def _later(view: ZoneView, zone: str, claim: Claim) -> bool:
    """Whether a zone has no call before an hour after this one: what is put by for it waits."""
    claims = (c for c in view.snapshot.schedule.get(zone, ()) if c.acts and c.heat_c is not None and c.end > view.now)
    return all(c.start > claim.start + HOUR for c in claims)


def planned_slots(view: ZoneView) -> Sequence[PlanSlot]:
    """The slots from now on of an optimised plan that is young enough; empty where there is none."""
    plan = view.snapshot.plan
    if plan is None or not timedelta(0) <= view.now - plan.made_at <= PLAN_LIFE:
        return ()
    zone = plan.zone(view.zone.id)
    if zone is None or zone.rung is not Rung.OPTIMISED:
        return ()
    return zone.slots[int((view.now - zone.slots[0].start) / SLOT) :]


def until_next(view: ZoneView) -> timedelta:
    """How much later the next tick comes than the margins allow for."""
    return max(timedelta(0), view.snapshot.every - SLOT)


def _coldest_soon(view: ZoneView) -> float | None:
    """The outdoor temperature that a lead is reckoned with: the colder of now and the mean of the forecast's next hours."""
    forecast, now = view.snapshot.forecast, view.outdoor_c
    if forecast is None or not forecast.outdoor_c:
        return now
    ahead = sum(forecast.outdoor_at(view.now + hours * HOUR) for hours in SOON_H) / len(SOON_H)
    return ahead if now is None else min(now, ahead)


def _mean_outside(view: ZoneView, ahead: timedelta) -> float | None:
    """The outdoor temperature of a warm-up that long: slow zones heat through nights and days."""
    forecast = view.snapshot.forecast
    if forecast is None or not forecast.outdoor_c:
        return view.outdoor_c
    hours = max(1, int(ahead / HOUR))
    return sum(forecast.outdoor_at(view.now + k * HOUR) for k in range(hours)) / hours
