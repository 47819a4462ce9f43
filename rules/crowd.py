"""Zones that heat up side by side: what the one plant has for each of them, and so how long each takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from premises.site import Zone
from rules.claims import Claim
from rules.lead import Lead, hours_off, lead_for
from rules.snapshot import ZoneView
from rules.warm_time import crowded_share

HOUR = timedelta(hours=1)
CROWD_SHARE = 1.25
"""A warm-up may take so much longer than its lead: zones whose warm-ups then overlap are taken to share their plant."""


def beside_others(view: ZoneView, claim: Claim, outdoor_c: float | None, asked: Callable[[float | None], Lead]) -> Lead:
    """The zone's lead for the claim beside the other zones of its plant. asked: the lead by share of its emitter's power."""
    site = view.snapshot.site
    beside = [z for z in site.zones if z.heating_plant == view.zone.heating_plant and z.id != view.zone.id]
    in_use = frozenset(z.id for z in beside if _kept_warm(view, z.id, claim))
    first = asked(crowded_share(site, view.zone, frozenset(), in_use))
    if first.duration <= timedelta(0):
        return first
    crowd = frozenset(z.id for z in beside if _heats_beside(view, z, claim, first.duration, outdoor_c))
    return asked(crowded_share(site, view.zone, crowd, in_use - crowd)) if crowd else first


def _kept_warm(view: ZoneView, zone: str, claim: Claim) -> bool:
    """Whether people are in that zone, or it waits warm for them, while this one heats up."""
    memory = view.snapshot.memory.zones.get(zone)
    claims = view.snapshot.schedule.get(zone, ())
    held = any(c.acts and c.heat_c is not None and c.start <= claim.start and c.end > view.now for c in claims)
    return held or (memory is not None and memory.latch is not None)


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
