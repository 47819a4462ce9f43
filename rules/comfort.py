"""Comfort for claims: warm from the call to the wrap, and heating before it in time. A started pre-heat is latched."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from premises.command import Priority
from premises.decision import ZoneState
from premises.plan import PlanSlot, Rung
from premises.reason import Reason
from premises.site import Emitter
from rules.arbiter import LEAD_MARGIN, READY_BAND_K
from rules.claims import Claim
from rules.coast import coasts
from rules.early_warm import rested
from rules.heat_wish import HeatWish, wish
from rules.in_time import behind, gives_way_to, lead_now, planned_slots, until_next, well_ahead
from rules.lead import LEAD_MOST, Lead
from rules.snapshot import Latch, ZoneView
from rules.wording import degrees, length, wall

HOUR = timedelta(hours=1)
HEATS_SHARE, OPEN_PCT, THROTTLED_K = 0.3, 70.0, 1.5
NO_PAUSE = timedelta(minutes=30)
"""So close to the call no plan lets go: a light room loses a kelvin in a quarter hour."""
LOST_K = 0.6
"""What was warm before its call counts as warm until it is this far below."""
FAR_SHARE, FAR_MORE = 1.5, timedelta(hours=4)
"""A call is far while there is time for its lead, half as much again, and four hours."""


def booked(view: ZoneView) -> HeatWish | None:
    """The wish of the claim that is on now, else of the next one if its time to heat has come."""
    present = [c for c in view.claims if c.acts and c.heat_c is not None and c.start <= view.now < c.end]
    if present:
        claim = max(present, key=lambda c: (c.heat_c or 0.0, c.name))
        return _warmer_next(view, claim) or _occupied(view, claim)
    coming = [c for c in view.claims if c.acts and c.heat_c is not None and c.start > view.now]
    if coming and planned_slots(view):
        coming = [coming[0], *(c for c in coming[1:] if _cannot_wait(view, c, coming[0]))]
    wishes = [w for w in (_ahead(view, claim) for claim in coming) if w is not None]
    return max(wishes, key=lambda w: (float(w.proposal.value or 0.0), w.claim.name if w.claim else ""), default=None)


def _warmer_next(view: ZoneView, present: Claim) -> HeatWish | None:
    """The pre-heat for a warmer call to come that cannot wait for the wrap of this claim: back to back, or in a slow zone."""
    target = present.heat_c or 0.0
    warmer = [c for c in view.claims if c.acts and c.heat_c is not None and c.start > view.now and c.heat_c > target]
    found = _ahead(view, warmer[0]) if warmer and view.air_c is not None else None
    if found is None or float(found.proposal.value or 0.0) <= target:
        return None
    guessed = found.rung is Rung.TABLE and view.memory.warm_at is None
    return None if guessed else found  # what is only guessed must not make those hot who are there


def _cannot_wait(view: ZoneView, claim: Claim, first: Claim) -> bool:
    """Whether a later call must be heated for past the one before it. The plan weighs them all, but no plan may be late."""
    latch = view.memory.latch
    if (claim.heat_c or 0.0) <= (first.heat_c or 0.0) or view.now + LEAD_MOST < claim.start:
        return False
    return behind(view, claim) or (latch is not None and latch.claim == claim.name)


def _occupied(view: ZoneView, claim: Claim) -> HeatWish:
    target = claim.heat_c or 0.0
    tz = view.snapshot.site.zoneinfo
    values: dict[str, float | str] = {"target": target, "wrap": wall(claim.end, view.now, tz)}
    state = ZoneState.OCCUPIED if view.air_c is not None else ZoneState.SENSOR_LOST
    code = {"booking": "occupied", "follows": "occupied_follows", "hours": "occupied_hours"}[claim.source.value]
    if view.air_c is None:
        code = "occupied_blind"
    if coasts(view, claim):
        rest = max(view.zone.setback_c, view.zone.frost_c)
        known = {} if view.air_c is None else {"air": view.air_c}  # a number: what moves makes no other decision
        reason = Reason("coast_warm" if known else "coast", values | known)
        return HeatWish(wish(view.zone, Priority.BOOKING, rest, reason), state, claim, warm=True)
    reason = Reason(code, values)
    return HeatWish(wish(view.zone, Priority.BOOKING, target, reason), state, claim, warm=True)


def _ahead(view: ZoneView, claim: Claim) -> HeatWish | None:
    """Heating before the call: by the latch, by the plan's start, or by the lead."""
    target = claim.heat_c or 0.0
    latch = view.memory.latch
    if latch is not None and latch.claim == claim.name and latch.target_c == target and not _stored(view, claim, latch):
        return _heating(view, claim, latch)
    lead = lead_now(view, target, claim)
    start, rung = claim.start - lead.duration - LEAD_MARGIN, lead.rung
    planned = planned_start(view, claim)
    if planned is not None:
        late = view.air_c is not None and behind(view, claim)
        start, rung = (view.now, lead.rung) if late else (planned, Rung.OPTIMISED)
    if view.now + until_next(view) < start:
        return None
    reason = _reason(view, claim, lead, rung)
    latch = Latch(claim.name, claim.booking, view.now, target, lead.duration, rung, reason, from_c=view.air_c)
    return _heating(view, claim, latch)


def _stored(view: ZoneView, claim: Claim, latch: Latch) -> bool:
    """Whether what a plan heated was warmth put by for a call still far away, and it rests now: nothing to hold on to until then.

    Else hours of cheap or sunny heat days ahead would end, with the plan that asked for them, in days at the full target.
    """
    if latch.rung is not Rung.OPTIMISED or view.now + FAR_MORE >= claim.start:
        return False
    slot = next(iter(planned_slots(view)), None)
    if slot is not None and slot.setpoint_c is not None and slot.setpoint_c > _floor(view, slot.start, claim) + READY_BAND_K:
        return False
    return view.now + FAR_SHARE * lead_now(view, latch.target_c, claim).duration + FAR_MORE < claim.start


def _floor(view: ZoneView, at: datetime, claim: Claim) -> float:
    """What the zone is held at by then for others than this claim."""
    there = [c.heat_c for c in view.claims if c.acts and c.heat_c is not None and c.start <= at < c.end and c.name != claim.name]
    return max([view.zone.setback_c, *there])


def _heating(view: ZoneView, claim: Claim, latch: Latch) -> HeatWish:
    """On with a pre-heat: as planned while that is in time, else, and from then on, with all there is."""
    slots = planned_slots(view)
    if latch.rung is Rung.OPTIMISED and slots and behind(view, claim):
        lead = lead_now(view, latch.target_c, claim)
        latch = replace(latch, rung=Rung.LEARNED, lead=lead.duration, reason=_reason(view, claim, lead, Rung.LEARNED))
    elif latch.rung is not Rung.OPTIMISED and slots and well_ahead(view, claim):
        lead = lead_now(view, latch.target_c, claim)
        latch = replace(latch, rung=Rung.OPTIMISED, lead=lead.duration, reason=_reason(view, claim, lead, Rung.OPTIMISED))
    state, reason = ZoneState.PRE_HEATING, latch.reason
    warm = view.air_c is not None and view.air_c >= latch.target_c - (LOST_K if latch.ready else READY_BAND_K)
    before, latch = latch, rested(view, claim, replace(latch, ready=warm))
    if before.rests and not latch.rests:  # it is time again
        latch = replace(latch, reason=_reason(view, claim, lead_now(view, latch.target_c, claim), latch.rung))
        reason = latch.reason
    if view.air_c is None:
        state = ZoneState.SENSOR_LOST
    elif warm:
        state = ZoneState.READY
        call = wall(claim.start, view.now, view.snapshot.site.zoneinfo)
        reason = Reason("ready", {"call": call, "target": latch.target_c})
    value, late = latch.target_c, latch.rung is not Rung.OPTIMISED
    held = [s.setpoint_c for s in slots if s.setpoint_c is not None and s.start < view.now + view.snapshot.every]
    close = claim.start - view.now <= NO_PAUSE
    if latch.rests:
        value, reason = _floor(view, view.now, claim), latch.reason
    elif not close and (first := gives_way_to(view, claim)) is not None:
        value = _floor(view, view.now, claim)
        reason = _gives_way(view, claim, first, value)
    elif held and view.air_c is not None and not late and not close:  # as planned: slower, or pausing at a dear hour
        latch = replace(latch, raised=_raised(view, slots[0], latch))
        most = max(held) if view.zone.emitter is Emitter.SLAB else latch.target_c  # a slab may store for a warmer call beyond
        value = min(max(most, latch.target_c), max(held) + (THROTTLED_K if latch.raised else 0.0))
        if value < min(view.air_c, latch.target_c - READY_BAND_K):
            reason = _pause(view, claim, value)
    return HeatWish(wish(view.zone, Priority.BOOKING, value, reason), state, claim, latch.rung, latch, warm=True, behind=late)


def _pause(view: ZoneView, claim: Claim, setpoint_c: float) -> Reason:
    """Why a pre-heat that was begun does not heat now, and when it goes on."""
    tz, ahead = view.snapshot.site.zoneinfo, planned_slots(view)
    on = (s.start for s in ahead if s.start > view.now and s.setpoint_c is not None and s.setpoint_c > setpoint_c + READY_BAND_K)
    again = min(next(on, claim.start), claim.start - NO_PAUSE)
    values: dict[str, float | str] = {"call": wall(claim.start, view.now, tz), "air": degrees(view.air_c), "setpoint": setpoint_c}
    return Reason("preheat_pause", values | {"again": wall(again, view.now, tz), "target": claim.heat_c or 0.0})


def _gives_way(view: ZoneView, claim: Claim, first: str, setpoint_c: float) -> Reason:
    """Why a pre-heat that could go on waits for that of another zone."""
    call = wall(claim.start, view.now, view.snapshot.site.zoneinfo)
    zone = view.snapshot.site.zone(first).name
    return Reason("preheat_waits", {"call": call, "air": view.air_c or 0.0, "setpoint": setpoint_c, "zone": zone})


def _raised(view: ZoneView, slot: PlanSlot, latch: Latch) -> bool:
    """Whether setpoints are raised as valves throttle while the plan heats: those that feel their own radiator do.

    Once raised they stay so while the plan heats: each tick's answer would open and close them in turn.
    """
    if slot.heat_w <= HEATS_SHARE * view.zone.emitter_power_w:
        return False
    told = [value for value in map(view.snapshot.number, view.points.demands) if value is not None]
    return latch.raised or bool(told and sum(told) / len(told) < OPEN_PCT)


def planned_start(view: ZoneView, claim: Claim) -> datetime | None:
    """When the optimised plan starts to heat for this claim; None: there is no such plan, or it does not reach so far."""
    slots = planned_slots(view)
    if not slots or claim.start > slots[-1].start:
        return None
    for slot in slots:
        if slot.start >= claim.start:
            break
        if slot.setpoint_c is not None and slot.setpoint_c > _floor(view, slot.start, claim) + READY_BAND_K:
            return slot.start
    return claim.start


def _reason(view: ZoneView, claim: Claim, lead: Lead, rung: Rung) -> Reason:
    tz = view.snapshot.site.zoneinfo
    values: dict[str, float | str] = {
        "at": wall(view.now, view.now, tz),
        "call": wall(claim.start, view.now, tz),
        "air": degrees(view.air_c),
        "outside": degrees(view.outdoor_c),
        "lead": length(lead.duration),
        "margin": length(LEAD_MARGIN),
        "target": claim.heat_c or 0.0,
    }
    if view.air_c is None:
        return Reason("preheat_blind", values)
    if rung is Rung.OPTIMISED:
        return Reason("preheat_planned", values)
    if lead.rung is Rung.TABLE:
        if lead.hours_off is None:
            return Reason("preheat_first", values)
        return Reason("preheat_table", values | {"off": f"{lead.hours_off:.0f} h"})
    return Reason("preheat_learned", values)
