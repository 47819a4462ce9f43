"""Optimal stop: before the wrap the zone's own warmth may do, where its learned model says that nobody will notice."""

from __future__ import annotations

from datetime import timedelta

from premises.time import SLOT
from rules.claims import Claim
from rules.snapshot import ZoneView

DROP_K = 0.15
"""How far below target it may end: less than anybody feels."""
LONGEST = timedelta(minutes=90)
CLOSE = timedelta(hours=1)
"""A claim that follows within this keeps the heat on."""
TRUSTED_K = 0.8
"""Models that err more than this over a day are not relied on."""
HOUR_SLOTS, DOUBT_MOST_K = 4, 0.5
"""Nor are those that promised this much too much an hour ahead."""


def coasts(view: ZoneView, claim: Claim) -> bool:
    """Whether the heat can stop now for this claim. Never where children or animals are booked."""
    model = view.snapshot.models.get(view.zone.id)
    outdoor, air, target = view.outdoor_c, view.air_c, claim.heat_c
    if model is None or not model.learned or claim.floor_c is not None:
        return False
    if (model.error_k or 0.0) > TRUSTED_K or model.doubt_k(HOUR_SLOTS) > DOUBT_MOST_K:
        return False
    left = claim.end - view.now
    if air is None or outdoor is None or target is None or left > LONGEST or air < target - DROP_K:
        return False
    if any(
        c.acts and c.heat_c is not None and c is not claim and c.start < claim.end + CLOSE and c.end > claim.end
        for c in view.claims
    ):
        return False
    mass = view.snapshot.mass.get(view.zone.id, air)
    for _ in range(-(-left // SLOT)):
        air, mass = model.step(air, mass, outdoor, 0.0)
    return air >= target - DROP_K
