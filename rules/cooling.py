"""Cooling: the same work with the sign turned, where the zone has a cooling plant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from premises.booking import OverrideKind
from premises.reason import Reason
from rules.arbiter import LEAD_MARGIN
from rules.snapshot import ZoneView
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
        lead = min(LEAD_MOST, timedelta(hours=max(0.0, air - limit) * HOURS_PER_K)) + LEAD_MARGIN
        if claim.start - lead <= view.now and limit < target:
            target, ahead = limit, claim.start > view.now
            call = wall(claim.start if ahead else claim.end, view.now, view.snapshot.site.zoneinfo)
    active = air > target + (-OFF_BELOW_K if view.memory.cooling else ON_ABOVE_K)
    code = ("pre_cooling" if ahead else "cooling") if call else "cool_setback"
    values: dict[str, float | str] = {"target": target, "call": call}
    return CoolWish(target, active, ahead, Reason(code, values))
