"""Light by kind of day: on from the call to the wrap and the zone's margin; never dark on people; swept after they left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from premises.booking import DayKind, OverrideKind
from premises.command import CommandState, Priority, Proposal
from premises.ports import LiveValue
from premises.reason import Reason
from rules.arbiter import WAY_LIGHT_PCT, settle
from rules.claims import Claim
from rules.daylight import dimmed
from rules.snapshot import ZoneView
from rules.wording import wall

HAND_LIGHT = timedelta(hours=1)
"""A light that a person switched on where nobody is expected stays on this long."""


@dataclass(frozen=True, slots=True)
class LightWish:
    """level_pct: None where light is not controlled or left to the hand that switched it; hand_since: see ZoneMemory."""

    level_pct: float | None
    reason: Reason
    priority: Priority
    hand_since: datetime | None = None


def light(view: ZoneView) -> LightWish:
    """The level wanted now."""
    if not view.points.lit:
        return LightWish(None, Reason("light_none"), Priority.SAVING)
    if not view.in_service:
        return LightWish(None, Reason("not_in_service_light", {"since": str(view.zone.in_service)}), Priority.SAVING)
    settled = settle(_proposals(view))
    if settled is None:
        raise AssertionError("the sweep always wishes a level")
    if settled.value > 0 or settled.priority is not Priority.SAVING:
        return LightWish(settled.value, settled.reason, settled.priority)
    hand_since = _by_hand(view)
    if hand_since is not None and view.now - hand_since < HAND_LIGHT:
        until = wall(hand_since + HAND_LIGHT, view.now, view.snapshot.site.zoneinfo)
        return LightWish(None, Reason("light_hand", {"until": until}), Priority.SAVING, hand_since)
    return LightWish(0.0, settled.reason, Priority.SAVING, hand_since)


def _proposals(view: ZoneView) -> list[Proposal]:
    point, tz = f"{view.zone.id}/brightness", view.snapshot.site.zoneinfo
    found = [Proposal(point, Priority.SAVING, Reason("light_off"), value=0.0)]
    for claim in view.claims:
        if not claim.acts or not claim.start <= view.now < (claim.light_until or claim.end):
            continue
        level, code, more = _scene(view, claim)
        values: dict[str, float | str] = {
            "level": level,
            "wrap": wall(claim.end, view.now, tz),
            "until": wall(claim.light_until or claim.end, view.now, tz),
            **more,
        }
        found.append(Proposal(point, Priority.BOOKING, Reason(code, values), value=level))
        way = Reason("light_way_booked", {"level": WAY_LIGHT_PCT, "wrap": values["wrap"]})
        found.append(Proposal(point, Priority.SAFETY, way, low=WAY_LIGHT_PCT))
    if _people_seen(view):
        reason = Reason("light_occupied", {"level": WAY_LIGHT_PCT})
        found.append(Proposal(point, Priority.BOOKING, reason, value=WAY_LIGHT_PCT))
        found.append(Proposal(point, Priority.SAFETY, reason, low=WAY_LIGHT_PCT))
    for override in view.overrides():
        if override.kind is OverrideKind.LIGHT and override.value is not None:
            values = {"level": override.value, "by": override.by, "until": wall(override.until, view.now, tz)}
            found = [p for p in found if p.priority is not Priority.OVERRIDE]
            found.append(Proposal(point, Priority.OVERRIDE, Reason("light_override", values), value=override.value))
    return found


def _scene(view: ZoneView, claim: Claim) -> tuple[float, str, dict[str, float | str]]:
    """The level of this hour, the reason's code and its further values.

    Until the cameras turn or the doors open there is light to work by; ordinary work by a window is dimmed by the day.
    """
    level = max(claim.comfort.light_pct, WAY_LIGHT_PCT)
    if view.now >= claim.end:
        return level, "light_margin", {}
    if claim.scene_at is not None and view.now < claim.scene_at:
        work = max(level, view.zone.comfort_on(DayKind.BUILD).light_pct)
        return work, "light_work", {"scene": wall(claim.scene_at, view.now, view.snapshot.site.zoneinfo)}
    if claim.kind is DayKind.WORK and view.zone.daylight > 0.0:
        less, day = dimmed(view, level, WAY_LIGHT_PCT)
        if less < level and day.lux is not None:
            return less, "light_daylight_lux", {"lux": day.lux, "full": level}
        if less < level:
            return less, "light_daylight", {"share": 100 * (1.0 - less / level), "full": level}
    return level, "light_booked", {}


def _people_seen(view: ZoneView) -> bool:
    """A presence sensor says so, or said so within the zone's margin before it went quiet."""
    return any(_present(view.snapshot.latest.get(point), view) for point in view.points.occupancy)


def _present(live: LiveValue | None, view: ZoneView) -> bool:
    if live is None or live.reading.value is not True:
        return False
    return live.known or view.now - live.reading.time < view.zone.light_margin


def _by_hand(view: ZoneView) -> datetime | None:
    """Since when a light is on that the rules had off: a person's hand."""
    if view.memory.light_pct is None and view.memory.hand_since is None:
        return None  # first tick: whatever is on is swept
    pending = view.snapshot.pending
    on = [
        live.reading
        for point in (*view.points.brightness, *view.points.switches)
        if (live := view.snapshot.latest.get(point)) is not None
        and live.known
        and not isinstance(live.reading.value, str)
        and float(live.reading.value) > 0
        and (point not in pending or (pending[point].state is CommandState.CONFIRMED and pending[point].at < live.reading.time))
    ]
    if not on:
        return None
    if view.memory.hand_since is not None:
        return view.memory.hand_since
    return view.now if view.memory.light_pct == 0.0 else None
