"""Zones that heat up side by side: what the one plant has for each of them, and so how long each takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from premises.site import Zone
from rules.claims import Claim
from rules.lead import OUTDOOR_ASSUMED_C, Lead, hours_off, lead_for
from rules.snapshot import ZoneView
from rules.thermal import emitter_power_w
from rules.warm_time import IN_USE_SHARE, crowded_share

HOUR = timedelta(hours=1)
CROWD_MOST = 2
"""Beside others a warm-up is started no more than twice as early, and an hour: where the plant is too small for all, starting at
night takes from the others what they need first, and is warm no sooner."""
CROWD_SHARE = 1.25
"""A warm-up may take so much longer than its lead: zones whose warm-ups then overlap are taken to share their plant."""


def beside_others(view: ZoneView, claim: Claim, outdoor_c: float | None, asked: Callable[[float | None], Lead]) -> Lead:
    """The zone's lead for the claim beside the other zones of its plant. asked: the lead by share of its emitter's power."""
    site = view.snapshot.site
    beside = [z for z in site.zones if z.heating_plant == view.zone.heating_plant and z.id != view.zone.id]
    in_use = {z.id: share for z in beside if (share := _takes(view, z, claim)) is not None}
    outside = OUTDOOR_ASSUMED_C if outdoor_c is None else outdoor_c
    first = asked(crowded_share(site, view.zone, frozenset(), in_use, outside))
    if first.duration <= timedelta(0):
        return first
    crowd = frozenset(z.id for z in beside if _heats_beside(view, z, claim, first.duration, outdoor_c))
    found = asked(crowded_share(site, view.zone, crowd, in_use, outside)) if crowd else first
    alone = asked(crowded_share(site, view.zone, frozenset(), {}, outside))
    return replace(found, duration=min(found.duration, CROWD_MOST * alone.duration + HOUR))


def _takes(view: ZoneView, zone: Zone, claim: Claim) -> float | None:
    """Share of its emitter's power that a zone takes, in which people are, or that waits for them, while this one heats up.

    What it takes now, by its valves and the water, where they tell; None for a zone that rests.
    """
    snapshot = view.snapshot
    memory = snapshot.memory.zones.get(zone.id)
    claims = [c for c in snapshot.schedule.get(zone.id, ()) if c.acts and c.heat_c is not None]
    now = any(c.start <= view.now < c.end for c in claims) or (memory is not None and memory.latch is not None)
    if not now:
        return IN_USE_SHARE if any(c.start <= claim.start and c.end > view.now for c in claims) else None
    points = snapshot.layout.zones[zone.id]
    opening, air = snapshot.middle(points.demands), snapshot.middle(points.air)
    if opening is None or air is None or zone.emitter_power_w <= 0:
        return IN_USE_SHARE
    plant = snapshot.memory.plants.get(zone.heating_plant or "")
    supply = zone.emitter_supply_c if plant is None or plant.supply_c is None else plant.supply_c
    return min(1.0, max(IN_USE_SHARE, opening / 100.0 * emitter_power_w(zone, supply, air) / zone.emitter_power_w))


def _heats_beside(view: ZoneView, zone: Zone, claim: Claim, lead: timedelta, outdoor_c: float | None) -> bool:
    """Whether that zone heats up for a call of its own while this one does: the times that both take, with reserve, overlap."""
    snapshot = view.snapshot
    near = max(HOUR, CROWD_SHARE * lead)
    for other in snapshot.schedule.get(zone.id, ()):
        if not other.acts or other.heat_c is None or other.start <= max(view.now, claim.start - near):
            continue
        air = snapshot.middle(snapshot.layout.zones[zone.id].air)
        memory = snapshot.memory.zones.get(zone.id)
        off = hours_off(memory.warm_at if memory is not None else None, view.now)
        needs = lead_for(
            zone.emitter, air, other.heat_c, outdoor_c, off, snapshot.leads.get(zone.id), snapshot.mass.get(zone.id)
        ).duration
        return needs > timedelta(0) and other.start - max(HOUR, CROWD_SHARE * needs) < claim.start
    return False
