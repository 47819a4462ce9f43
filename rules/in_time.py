"""Whether there is time: the lead that a zone needs from now on, and whether what is planned for its call can still wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from premises.plan import PlanSlot, Rung
from premises.time import SLOT
from rules.arbiter import READY_BAND_K
from rules.claims import Claim
from rules.conversion import capacity_w
from rules.crowd import beside_others
from rules.lead import LEAD_MOST, OUTDOOR_ASSUMED_C, Lead, full_power_hours, hours_off, lead_for
from rules.snapshot import ZoneView
from rules.warm_time import PLANT_SURE, share_of

HOUR = timedelta(hours=1)
SOON_H = (0, 2, 4, 6)
SOON = timedelta(hours=SOON_H[-1])
"""Warm-ups that take longer are reckoned with the mean of the weather to come, not with its coldest hours: a slab that was reckoned
at the frost of the night needed days, and was heated two days early."""
BEHIND_RESERVE = 1.15
AHEAD_SHARE, AHEAD_MORE = 1.5, timedelta(hours=2)
"""A warm-up at full power is left to the plan again where there is half as much time again as it needs, and two hours."""
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
    needed = _at_full_power(view, claim)
    return needed is not None and view.now + AHEAD_SHARE * needed + AHEAD_MORE < claim.start


def _at_full_power(view: ZoneView, claim: Claim) -> timedelta | None:
    """How long the zone needs at full power beside what the plan gives the others; none where it is warm, None where not known."""
    learned = view.snapshot.leads.get(view.zone.id)
    target, outside = (claim.heat_c or 0.0) - READY_BAND_K, _coldest_soon(view)
    if view.air_c is None or outside is None or learned is None or learned.warm is None:
        return None
    if view.air_c >= target:
        return timedelta(0)
    mass = view.snapshot.mass.get(view.zone.id, view.air_c)
    share = planned_share(view, claim)
    hours = full_power_hours(learned.warm, view.zone.emitter, view.air_c, mass, outside, target, share, sure=False)
    if hours > SOON / HOUR:
        mean = _mean_outside(view, timedelta(hours=hours))
        hours = full_power_hours(learned.warm, view.zone.emitter, view.air_c, mass, mean or 0.0, target, share, sure=False)
    return timedelta(hours=hours)


def planned_share(view: ZoneView, claim: Claim) -> float | None:
    """What the plan in force leaves of the plant until the call, as a share of the emitter's power; None where it does not tell."""
    site, plan, zone = view.snapshot.site, view.snapshot.plan, view.zone
    if plan is None or zone.heating_plant is None or zone.emitter_power_w <= 0 or not planned_slots(view):
        return None
    taken = [
        sum(slot.heat_w for slot in other.slots if view.now < slot.start + SLOT and slot.start < claim.start)
        for other in plan.zones
        if other.zone != zone.id and site.zone(other.zone).heating_plant == zone.heating_plant
    ]
    slots = max(1, -(-(claim.start - view.now) // SLOT))
    outside = _coldest_soon(view)
    power = capacity_w(site.plant(zone.heating_plant), OUTDOOR_ASSUMED_C if outside is None else outside)
    return share_of(PLANT_SURE * power - sum(taken) / slots, zone.emitter_power_w)


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
