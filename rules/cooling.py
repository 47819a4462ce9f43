"""Cooling: the same work with the sign turned, where the zone has a cooling plant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from premises.booking import OverrideKind
from premises.reason import Reason
from rules.arbiter import LEAD_MARGIN
from rules.claims import Claim
from rules.comfort import planned_slots
from rules.snapshot import ZoneView
from rules.thermal import cold_power_w
from rules.wording import wall

HOURS_PER_K = 0.4
"""Pre-cooling lead per kelvin of excess, until one is learned: fan-coils pull air down faster than walls."""
ON_ABOVE_K, OFF_BELOW_K = 0.3, 0.2
"""Hysteresis around the limit."""
LEAD_MOST = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class CoolWish:
    """target_c: cooling setpoint in force; active: cold is wanted now; ahead: before the call."""

    target_c: float
    active: bool
    ahead: bool
    reason: Reason


def cool(view: ZoneView) -> CoolWish | None:
    """None where the zone has no cooling plant, no air temperature, or is not in service."""
    zone, air = view.zone, view.air_c
    if zone.cooling_plant is None or air is None or not view.in_service:
        return None
    if any(o.kind is OverrideKind.OFF for o in view.overrides()):
        return None
    target, ahead, call = zone.cool_setback_c, False, ""
    for claim in view.claims:
        limit = claim.comfort.cool_c
        if not claim.acts or limit is None or claim.end <= view.now:
            continue
        start = min(claim.start - cool_lead(view, air, limit) - LEAD_MARGIN, _planned_start(view, claim))
        if start <= view.now and limit < target:
            target, ahead = limit, claim.start > view.now
            call = wall(claim.start if ahead else claim.end, view.now, view.snapshot.site.zoneinfo)
    active = air > target + (-OFF_BELOW_K if view.memory.cooling else ON_ABOVE_K)
    code = ("pre_cooling" if ahead else "cooling") if call else "cool_setback"
    values: dict[str, float | str] = {"target": target, "call": call}
    return CoolWish(target, active, ahead, Reason(code, values))


def cool_lead(view: ZoneView, air_c: float, limit_c: float) -> timedelta:
    """How long it takes to be cool: by the learned model at full power, else by kelvins above the limit."""
    if air_c <= limit_c:
        return timedelta(0)
    learned = view.snapshot.leads.get(view.zone.id)
    outdoor = view.outdoor_c
    if learned is None or learned.warm is None or outdoor is None:
        return min(LEAD_MOST, timedelta(hours=(air_c - limit_c) * HOURS_PER_K))
    plant = view.snapshot.site.plant(view.zone.cooling_plant or "")
    mass = view.snapshot.mass.get(view.zone.id, air_c)
    cold_w = min(cold_power_w(view.zone, plant), plant.cool_power_w or plant.heat_power_w)
    return min(LEAD_MOST, timedelta(hours=learned.warm.cool_hours(air_c, mass, outdoor, limit_c, cold_w)))


def _planned_start(view: ZoneView, claim: Claim) -> datetime:
    """When an optimised plan in force begins to cool for the claim; the call where it has none, or does not cool."""
    limit = claim.comfort.cool_c
    for slot in planned_slots(view):
        if slot.start >= claim.start:
            break
        if limit is not None and slot.cool_setpoint_c is not None and slot.cool_setpoint_c <= limit:
            return slot.start
    return claim.start
