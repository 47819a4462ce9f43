"""Cooling: the same work with the sign turned, where the zone has a cooling plant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from premises.booking import OverrideKind
from premises.reason import Reason
from rules import door
from rules.arbiter import LEAD_MARGIN
from rules.claims import Claim
from rules.cool_time import cool_lead
from rules.in_time import planned_slots
from rules.override import WITH_FANS
from rules.snapshot import ZoneView
from rules.wording import wall

FIRST_TRIM_K = -0.1
"""What a valve's setting is moved by until its droop is seen: under the load of a full room its band lies above its setting."""
TRIM_LEAST_K, TRIM_MOST_K = -1.0, 0.2
GAIN_PER_MIN, BACK_PER_MIN, NEAR_K = 0.03, 0.01, 1.0
"""K a minute for each K above the limit, and below it: thermostats that switch, and sensors that stray, are so held three
quarters of the time below it, and valves that throttle at it. What is further off is a pre-cool or a fault."""
WIDE_OPEN_PCT = 95.0
PACE_PER_KH, PACE_PER_H, PACE_ABOVE_K, PACE_MOST = 0.4, 0.02, 0.2, 4.0
"""How a zone that stays too warm with people in comes to be cooled earlier: by how much a K h, and how soon it is forgotten."""
ON_ABOVE_K, OFF_BELOW_K, OFF_FAR_K = 0.0, 0.5, 1.5
"""Around the limit while people are in or due: a valve throttles between them, a machine without one switches. The last where ticks
are so far apart that a room is hot again before the next: there its own valve or thermostat does it all."""
TICKS_APART = timedelta(minutes=5)
REST_ON_ABOVE_K, REST_OFF_BELOW_K = 0.3, 0.2
"""The same around the set-back, when nobody is due."""
WISHED_ABOVE_K = 0.5
"""A temperature that a person wishes is heated to from below and cooled to from this far above."""
HUSH_RISE_K = 1.0
"""Quiet may cost this much of comfort, no more: then the fans come back."""
HOUR_SLOTS = 4
TURN_REST = timedelta(minutes=30)
"""Between heat and cold in one zone, and in one plant, there is at least this long of neither."""


@dataclass(frozen=True, slots=True)
class CoolWish:
    """target_c: the limit in force; setpoint_c: what valves are set to; active: cold is wanted now; ahead: before the call.

    trim_k: droop of the valves as seen until now; pace: what the table's leads are multiplied by; latch: name of the claim whose
    pre-cool has begun, "" for none.
    """

    target_c: float
    setpoint_c: float
    active: bool
    ahead: bool
    reason: Reason
    trim_k: float = FIRST_TRIM_K
    latch: str = ""
    pace: float = 1.0


def cool(view: ZoneView) -> CoolWish | None:
    """None where the zone has no cooling plant, no air temperature, or is not in service."""
    zone, air = view.zone, view.air_c
    if zone.cooling_plant is None or air is None or not view.in_service:
        return None
    if any(o.kind is OverrideKind.OFF for o in view.overrides()):
        return None
    claim, latch = _claim(view, air)
    trim, pace = cool_trim(view, air), cool_pace(view, air)
    wished = next((o.value for o in reversed(view.overrides()) if o.kind is OverrideKind.TEMPERATURE and o.value is not None), None)
    if wished is not None:
        target = wished + WISHED_ABOVE_K
        active = air > target + (-REST_OFF_BELOW_K if view.memory.cooling else REST_ON_ABOVE_K)
        reason = Reason("cooling_wished", {"target": target, "value": wished})
        return CoolWish(target, target, _may(view, active, target), ahead=False, reason=reason, trim_k=trim, latch=latch, pace=pace)
    if claim is None:
        target = zone.cool_setback_c
        active = air > target + (-REST_OFF_BELOW_K if view.memory.cooling else REST_ON_ABOVE_K)
        return CoolWish(
            target, target, _may(view, active, target), ahead=False, reason=_reason(view, target, None), trim_k=trim, pace=pace
        )
    target, ahead = claim.comfort.cool_c or zone.cool_setback_c, claim.start > view.now
    far = view.snapshot.every > TICKS_APART
    active = air > target + (-(OFF_FAR_K if far else OFF_BELOW_K) if view.memory.cooling else ON_ABOVE_K)
    setpoint = target + (FIRST_TRIM_K if ahead else trim)
    return CoolWish(target, setpoint, _may(view, active, target), ahead, _reason(view, target, claim), trim, latch, pace)


def _may(view: ZoneView, wanted: bool, target_c: float) -> bool:
    """Cold that is wanted, unless it was heated just now, fans are to be quiet and nobody is too hot yet, or a door stands open."""
    heated, air = view.memory.heated_at, view.air_c or target_c
    if not wanted or (heated is not None and timedelta(0) <= view.now - heated < TURN_REST):
        return False
    hushed = any(o.kind is OverrideKind.HUSH for o in view.overrides()) and view.zone.emitter in WITH_FANS
    if hushed and air < target_c + HUSH_RISE_K:
        return False
    since = door.open_since(view)
    propped = since is not None and view.now - since < door.OPEN_MOST and not view.memory.cool_latch
    return not propped


def _claim(view: ZoneView, air_c: float) -> tuple[Claim | None, str]:
    """The claim that is cooled for now, with the strictest limit, and the one whose pre-cool is latched."""
    found: Claim | None = None
    latch = ""
    for claim in view.claims:
        limit = claim.comfort.cool_c
        if not claim.acts or limit is None or claim.end <= view.now or limit >= view.zone.cool_setback_c:
            continue
        begun = claim.start <= view.now
        if not begun:
            late = claim.start - cool_lead(view, claim, air_c, limit) - LEAD_MARGIN <= view.now
            held = view.memory.cool_latch == claim.name
            if late or held:
                latch = claim.name
            begun = late or held or _planned_now(view, limit)
        if begun and (found is None or limit < (found.comfort.cool_c or limit)):
            found = claim
    return found, latch


def cool_trim(view: ZoneView, air_c: float) -> float:
    """The droop of the zone's valves, negative where they leave it too warm: it follows the air while they cool people."""
    memory, now = view.memory, view.now
    limits = [c.comfort.cool_c for c in view.claims if c.acts and c.comfort.cool_c is not None and c.start <= now < c.end]
    before = FIRST_TRIM_K if memory.cool_trim_k is None else memory.cool_trim_k
    if not limits or not memory.cooling or memory.trimmed_at is None:
        return before
    off = min(limits) - air_c
    told = [value for value in map(view.snapshot.number, view.points.demands) if value is not None]
    if abs(off) > NEAR_K or (off < 0.0 and told and min(told) >= WIDE_OPEN_PCT):
        return before  # an open valve is opened no further
    minutes = min(15.0, max(0.0, (now - memory.trimmed_at).total_seconds() / 60))
    return min(TRIM_MOST_K, max(TRIM_LEAST_K, before + (GAIN_PER_MIN if off < 0.0 else BACK_PER_MIN) * minutes * off))


def cool_pace(view: ZoneView, air_c: float) -> float:
    """How many times the table's lead the zone needs: more by each K h above with people in, slowly less without."""
    memory, now = view.memory, view.now
    limits = [c.comfort.cool_c for c in view.claims if c.acts and c.comfort.cool_c is not None and c.start <= now < c.end]
    if not limits or not memory.cooling or memory.trimmed_at is None:
        return memory.cool_pace
    hours = min(0.25, max(0.0, (now - memory.trimmed_at) / timedelta(hours=1)))
    above = air_c - min(limits)
    step = PACE_PER_KH * min(2.0, above) if above > PACE_ABOVE_K else -PACE_PER_H
    return min(PACE_MOST, max(1.0, memory.cool_pace + step * hours))


def _reason(view: ZoneView, target_c: float, claim: Claim | None) -> Reason:
    if claim is None:
        return Reason("cool_setback", {"target": target_c, "call": ""})
    ahead = claim.start > view.now
    call = wall(claim.start if ahead else claim.end, view.now, view.snapshot.site.zoneinfo)
    return Reason("pre_cooling" if ahead else "cooling", {"target": target_c, "call": call})


def _planned_now(view: ZoneView, limit_c: float) -> bool:
    """Whether an optimised plan in force cools to that limit before the next tick; it may rest again before the call."""
    soon = [s for s in planned_slots(view)[:HOUR_SLOTS] if s.start < view.now + view.snapshot.every]
    return any(s.cool_setpoint_c is not None and s.cool_setpoint_c <= limit_c for s in soon)
