"""The searches: each looks at one day for one kind of loss. Pure.

Thresholds are those of a person who would act on it: an hour of heat for nobody, half an hour with a door open. They stand here
in one place, and each finding's evidence carries the numbers that it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from premises.losses import LossKind
from premises.site import PlantKind, Zone
from premises.time import SLOT
from rules.losses.day import Finding, SiteDay, ZoneQuarter

HEATED = 0.10
"""Share of the emitters' power from which a zone counts as heated: below it a valve only breathes."""
ABOVE_SETBACK_K = 1.0
"""Heat that only keeps a zone at its set-back is no loss."""
LIT = 0.20
UNBOOKED_LEAST, COOLED_LEAST, OPEN_LEAST, LIT_LEAST = 4, 2, 2, 4
"""Least quarter hours of a day in which it must be so."""
WILLED = frozenset({"pre_heating", "ready", "occupied", "overridden", "frost_guard", "sensor_lost"})
"""States in which Greenroom or a person wanted the heat."""
PERFORMANCE_LEAST, TAKEN_LEAST_KWH = 0.80, 5.0
BASE_MOST, BASE_MORE_W, NIGHTS_LEAST = 1.25, 200.0, 7
HOUR_SHARE = SLOT / timedelta(hours=1)

Search = Callable[[SiteDay], Iterator[Finding]]


def heat_unbooked(day: SiteDay) -> Iterator[Finding]:
    """Heated above set-back while nobody was due, nor soon to be, and neither rules nor people wanted it."""
    for zone, quarters in _zones(day):
        at = [q for q in quarters if _heated(q) and not (q.due or q.near) and q.state not in WILLED and _above(zone, q)]
        if len(at) >= UNBOOKED_LEAST:
            warmest = max(q.air_c for q in at if q.air_c is not None)
            yield _of_zone(day, LossKind.HEAT_UNBOOKED, zone, at, {"air_c": round(warmest, 1), "setback_c": zone.setback_c})


def heat_and_cool(day: SiteDay) -> Iterator[Finding]:
    """Heated and cooled at once."""
    for zone, quarters in _zones(day):
        at = [q for q in quarters if _heated(q) and q.cooled is not None and q.cooled > 0.5]
        if len(at) >= COOLED_LEAST:
            yield _of_zone(day, LossKind.HEAT_AND_COOL, zone, at, {})


def heat_door_open(day: SiteDay) -> Iterator[Finding]:
    """Heated with a door or window open."""
    for zone, quarters in _zones(day):
        at = [q for q in quarters if _heated(q) and q.open is not None and q.open > 0.5]
        if len(at) >= OPEN_LEAST:
            yield _of_zone(day, LossKind.HEAT_DOOR_OPEN, zone, at, {})


def lights_empty(day: SiteDay) -> Iterator[Finding]:
    """Lit while nobody was due or seen. Where nothing sees people, only what is booked counts."""
    for zone, quarters in _zones(day):
        at = [q for q in quarters if q.light is not None and q.light > LIT and not (q.due or q.near) and not q.seen]
        if len(at) < LIT_LEAST:
            continue
        hours = sum(q.light or 0.0 for q in at) * HOUR_SHARE
        kwh = hours * zone.lighting_power_w / 1000.0 if zone.lighting_power_w > 0 else None
        evidence: dict[str, float | str] = {"hours": _hours(at), "light_pct": round(100 * max(q.light or 0.0 for q in at))}
        yield Finding(LossKind.LIGHTS_EMPTY, zone.id, zone.id, at[0].start, at[-1].start + SLOT, kwh, evidence)


def performance(day: SiteDay) -> Iterator[Finding]:
    """A plant gave less heat for its energy than its own curve says at that day's temperatures."""
    for plant_id, seen in day.plants.items():
        if seen.taken_kwh is None or seen.given_kwh is None or seen.reference is None or seen.taken_kwh < TAKEN_LEAST_KWH:
            continue
        measured = seen.given_kwh / seen.taken_kwh
        if measured >= PERFORMANCE_LEAST * seen.reference:
            continue
        kind = day.site.plant(plant_id).kind
        name = "cop" if kind is PlantKind.HEAT_PUMP else "efficiency"
        evidence: dict[str, float | str] = {
            f"{name}_measured": round(measured, 2),
            f"{name}_reference": round(seen.reference, 2),
            "taken_kwh": round(seen.taken_kwh, 1),
            "given_kwh": round(seen.given_kwh, 1),
        }
        lost = seen.taken_kwh - seen.given_kwh / seen.reference
        yield Finding(LossKind.PERFORMANCE, plant_id, "", day.day.start, day.day.end, lost, evidence)


def standby(day: SiteDay) -> Iterator[Finding]:
    """The night's base load lies well above that of the nights before."""
    if day.base_w is None or day.usual_base_w is None or day.nights < NIGHTS_LEAST:
        return
    more = day.base_w - day.usual_base_w
    if day.base_w <= BASE_MOST * day.usual_base_w or more <= BASE_MORE_W:
        return
    hours = day.day.duration / timedelta(hours=1)
    evidence: dict[str, float | str] = {"base_w": round(day.base_w), "usual_w": round(day.usual_base_w), "nights": day.nights}
    yield Finding(LossKind.STANDBY, day.site.id, "", day.day.start, day.day.end, more / 1000.0 * hours, evidence)


SEARCHES: tuple[Search, ...] = (heat_unbooked, heat_and_cool, heat_door_open, lights_empty, performance, standby)


def search(day: SiteDay) -> list[Finding]:
    """All that is found of a day, in order of kind and subject."""
    return sorted((found for one in SEARCHES for found in one(day)), key=lambda found: (found.kind, found.subject))


def _zones(day: SiteDay) -> Iterator[tuple[Zone, tuple[ZoneQuarter, ...]]]:
    for zone_id, quarters in day.zones.items():
        yield day.zone(zone_id), quarters


def _heated(quarter: ZoneQuarter) -> bool:
    return quarter.heat is not None and quarter.heat > HEATED


def _above(zone: Zone, quarter: ZoneQuarter) -> bool:
    return quarter.air_c is not None and quarter.air_c > max(zone.setback_c, zone.frost_c) + ABOVE_SETBACK_K


def _hours(at: Sequence[ZoneQuarter]) -> float:
    return len(at) * HOUR_SHARE


def _of_zone(day: SiteDay, kind: LossKind, zone: Zone, at: Sequence[ZoneQuarter], more: dict[str, float | str]) -> Finding:
    kwh = day.heat_kwh(zone, sum(q.heat or 0.0 for q in at) * HOUR_SHARE)
    evidence: dict[str, float | str] = {"hours": _hours(at), **more}
    return Finding(kind, zone.id, zone.id, at[0].start, at[-1].start + SLOT, kwh, evidence)
