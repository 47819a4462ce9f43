"""Cooling: the same work with the sign turned, where the zone has a cooling plant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from premises.booking import OverrideKind
from premises.reason import Reason
from rules.arbiter import LEAD_MARGIN
from rules.comfort import planned_slots
from rules.snapshot import ZoneView
from rules.thermal import cold_power_w
from rules.wording import wall

HOURS_PER_K = 0.4
"""Pre-cooling lead per kelvin of excess, until one is learned: fan-coils pull air down faster than walls."""
ON_ABOVE_K, OFF_BELOW_K = 0.3, 0.2
"""Hysteresis around the limit; before a call cold comes at the limit already, so that nobody comes into a zone above it."""
LEAD_MOST = timedelta(hours=6)
HOUR_SLOTS = 4


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
        due = claim.start - cool_lead(view, air, limit) - LEAD_MARGIN <= view.now
        if limit < target and (due or _planned_now(view, limit)):
            target, ahead = limit, claim.start > view.now
            call = wall(claim.start if ahead else claim.end, view.now, view.snapshot.site.zoneinfo)
    active = air > target + (-OFF_BELOW_K if view.memory.cooling else 0.0 if ahead else ON_ABOVE_K)
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


def _planned_now(view: ZoneView, limit_c: float) -> bool:
    """Whether an optimised plan in force cools to that limit before the next tick; it may rest again before the call."""
    soon = [s for s in planned_slots(view)[:HOUR_SLOTS] if s.start < view.now + view.snapshot.every]
    return any(s.cool_setpoint_c is not None and s.cool_setpoint_c <= limit_c for s in soon)
