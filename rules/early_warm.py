"""Warm long before the call: what a lead by the table, or a careful one, heated too early rests until it is time again.

Nothing is known of such a zone but this: how long it took to be warm just now. That is enough to let go of it for hours, once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from premises.plan import Rung
from premises.reason import Reason
from premises.site import Emitter
from rules.claims import Claim
from rules.in_time import HOUR, planned_slots, until_next
from rules.lead import OUTDOOR_ASSUMED_C
from rules.snapshot import Latch, ZoneView
from rules.warm_time import crowded_share
from rules.wording import length, wall

RISE_LEAST_K = 2.0
"""Less than this tells nothing of how fast a zone warms."""
SURE, MORE = 2.0, timedelta(minutes=45)
"""Twice what each kelvin took, and three quarters of an hour."""
WORTH = timedelta(hours=1)
"""A rest begins where at least this is left over."""


def rested(view: ZoneView, claim: Claim, latch: Latch) -> Latch:
    """The latch, resting where the zone was warm so early that it can be warmed again in time; no more than once for a call."""
    if latch.rung is Rung.OPTIMISED or planned_slots(view) or view.air_c is None or view.zone.emitter is Emitter.SLAB:
        return replace(latch, rests=False) if latch.rests else latch
    if latch.rests:
        return latch if view.now < again_at(view, claim, latch) else replace(latch, rests=False, from_c=None, hours_per_k=None)
    if latch.ready and latch.from_c is not None and latch.hours_per_k is None:
        rise = view.air_c - latch.from_c
        if rise < RISE_LEAST_K:
            return latch
        latch = replace(latch, hours_per_k=(view.now - latch.since) / timedelta(hours=1) / rise)
    if latch.hours_per_k is not None and view.now + WORTH < again_at(view, claim, latch) and not _crowded(view, claim):
        return replace(latch, rests=True, reason=_reason(view, claim, latch))
    return latch


def _crowded(view: ZoneView, claim: Claim) -> bool:
    """Whether others of its plant will want it by then: what a kelvin took while they rested tells nothing of that."""
    site, zone, schedule = view.snapshot.site, view.zone, view.snapshot.schedule
    others = [z.id for z in site.zones if z.heating_plant == zone.heating_plant and z.id != zone.id]
    due = frozenset(
        other
        for other in others
        if any(
            c.acts and c.heat_c is not None and view.now < c.end and c.start <= claim.start + HOUR for c in schedule.get(other, ())
        )
    )
    outside = OUTDOOR_ASSUMED_C if view.outdoor_c is None else view.outdoor_c
    share = crowded_share(site, zone, due, {}, outside) if due else None
    return share is not None and share < 1.0


def again_at(view: ZoneView, claim: Claim, latch: Latch) -> datetime:
    """When it must be heated again, by what each kelvin took before."""
    short = max(0.0, latch.target_c - (view.air_c or 0.0))
    return claim.start - SURE * timedelta(hours=short * (latch.hours_per_k or 0.0)) - MORE - until_next(view)


def _reason(view: ZoneView, claim: Claim, latch: Latch) -> Reason:
    """Why a zone that was warm is let go, as it stands when it is."""
    tz, setpoint_c = view.snapshot.site.zoneinfo, max(view.zone.setback_c, view.zone.frost_c)
    took = timedelta(hours=(latch.hours_per_k or 0.0) * (latch.target_c - (latch.from_c or 0.0)))
    values: dict[str, float | str] = {"call": wall(claim.start, view.now, tz), "took": length(took), "setpoint": setpoint_c}
    return Reason("preheat_early", values | {"again": wall(again_at(view, claim, latch), view.now, tz)})
