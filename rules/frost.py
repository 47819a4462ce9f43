"""Frost guard: no heated zone is wished below its frost limit, whoever asks; near the limit it is heated up past it."""

from __future__ import annotations

from premises.command import Priority, Proposal
from premises.decision import ZoneState
from premises.reason import Reason
from rules.arbiter import RELEASE_BAND_K
from rules.heat_wish import HeatWish, heat_point
from rules.snapshot import ZoneView


def guard(view: ZoneView) -> HeatWish:
    """A low bound that outranks everything: the frost limit, raised a little while the zone is at or below it."""
    zone = view.zone
    low = zone.frost_c
    if view.air_c is not None and view.air_c < zone.frost_c + RELEASE_BAND_K:
        low += 2 * RELEASE_BAND_K
        reason = Reason("frost", {"air": view.air_c, "limit": zone.frost_c})
    else:
        reason = Reason("frost_hold", {"limit": zone.frost_c})
    return HeatWish(Proposal(heat_point(zone), Priority.SAFETY, reason, low=low), ZoneState.FROST_GUARD)
