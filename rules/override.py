"""A person's wish for a zone, with expiry: a temperature, no heat, or quiet."""

from __future__ import annotations

from premises.booking import Override, OverrideKind
from premises.command import Priority, Proposal
from premises.decision import ZoneState
from premises.reason import Reason
from premises.site import Emitter
from rules.heat_wish import HeatWish, heat_point, wish
from rules.snapshot import ZoneView
from rules.wording import wall

HUSH_DROP_K = 1.0
"""Quiet may cost this much of comfort, no more: then the fans come back."""
WITH_FANS = frozenset({Emitter.FAN_COIL, Emitter.AIR_HANDLER})


def hold(view: ZoneView) -> HeatWish | None:
    """The newest override of the zone's heat that is in force."""
    for override in reversed(view.overrides()):
        if override.kind is OverrideKind.TEMPERATURE and override.value is not None:
            reason = Reason("override_temperature", _values(view, override) | {"value": override.value})
            return HeatWish(wish(view.zone, Priority.OVERRIDE, override.value, reason), ZoneState.OVERRIDDEN, warm=True)
        if override.kind is OverrideKind.OFF:
            reason = Reason("override_off", _values(view, override) | {"limit": view.zone.frost_c})
            return HeatWish(wish(view.zone, Priority.OVERRIDE, view.zone.frost_c, reason), ZoneState.OVERRIDDEN)
    return None


def hush(view: ZoneView) -> HeatWish | None:
    """Emitters with fans rest while the zone is to be quiet, within a budget of comfort."""
    if view.zone.emitter not in WITH_FANS or view.air_c is None:
        return None
    for override in reversed(view.overrides()):
        if override.kind is OverrideKind.HUSH:
            due = [c.heat_c for c in view.claims if c.acts and c.start <= view.now < c.end and c.heat_c is not None]
            if due and view.air_c < max(due) - HUSH_DROP_K:
                return None
            reason = Reason("hush", _values(view, override) | {"air": view.air_c})
            bound = Proposal(heat_point(view.zone), Priority.OVERRIDE, reason, high=max(view.zone.frost_c, view.air_c - 1.0))
            return HeatWish(bound, ZoneState.OVERRIDDEN)
    return None


def _values(view: ZoneView, override: Override) -> dict[str, float | str]:
    return {"by": override.by, "until": wall(override.until, view.now, view.snapshot.site.zoneinfo)}
