"""The supply contract is exceeded now: heat of the least urgent zones waits, until there is room again.

Never frost, and a zone with children or animals below its floor only after all others. What rests takes minutes to show at the
meter, so what was let go counts as gone for a while; it comes back one zone at a time, the most urgent first, where there is room
with something to spare.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum

from premises.booking import OverrideKind
from premises.command import Priority, Proposal
from premises.decision import ZoneState
from premises.reason import Reason
from premises.site import Plant, Zone
from premises.tariff import Carrier
from rules.arbiter import RELEASE_BAND_K
from rules.conversion import cop
from rules.heat_wish import HeatWish, heat_point
from rules.lead import OUTDOOR_ASSUMED_C
from rules.plant import ZoneNeed
from rules.power_limit import Limit, Loads, limit_of, loads_of
from rules.snapshot import AlarmWish, Shed, Snapshot, ZoneView

SETTLE = timedelta(minutes=3)
"""Heat that was let go, or let in again, shows at the meter within this."""
HOLD = timedelta(minutes=10)
"""Least time that a zone waits."""
SPARE = 0.05
"""Part of the limit that stays free when heat is let in again."""


class Urgency(IntEnum):
    """Whose heat waits first."""

    AT_REST = 0
    PRE_HEAT = 1
    PEOPLE = 2
    ABOVE_FLOOR = 3
    OVERRIDE = 4
    BELOW_FLOOR = 5


@dataclass(frozen=True, slots=True)
class Watched:
    """shed: the zones whose heat waits from now on; alarms: as long as the contract is exceeded, or anything waits for it."""

    shed: tuple[Shed, ...] = ()
    eased_at: datetime | None = None
    alarms: tuple[AlarmWish, ...] = ()


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where a zone stands in the order: what may be taken from it is down to `high_c`. order: the least is let go first."""

    zone: Zone
    plant: Plant
    power_w: float
    urgency: Urgency
    high_c: float
    order: tuple[float, ...] = field(default=())

    def waits(self, since: datetime, reason: Reason) -> Shed:
        return Shed(self.zone.id, since, self.power_w, self.plant.phases, self.high_c, reason)


def held(view: ZoneView) -> HeatWish | None:
    """An upper bound of the zone's heat while it waits. The frost guard's lower bound stands against it."""
    found = next((shed for shed in view.snapshot.memory.shed if shed.zone == view.zone.id), None)
    if found is None:
        return None
    bound = Proposal(heat_point(view.zone), Priority.SAFETY, found.reason, high=max(found.high_c, view.zone.frost_c))
    return HeatWish(bound, ZoneState.SET_BACK)


def watch(snapshot: Snapshot, views: Iterable[ZoneView], needs: Mapping[str, ZoneNeed]) -> Watched:
    """What waits from this tick on. needs: of the zones that ask for heat, by id."""
    limit = limit_of(snapshot.site, snapshot.now.astimezone(snapshot.site.zoneinfo).date())
    if limit is None:
        return Watched()
    before, eased_at = snapshot.memory.shed, snapshot.memory.eased_at
    loads = loads_of(snapshot)
    if loads is None:  # nothing is known: what waits is let in again, one by one
        kept = before[:-1] if before and _settled(snapshot, eased_at) else before
        return Watched(kept, snapshot.now if kept != before else eased_at, ())
    if len(limit.phases) == 1:
        loads = {1: sum(loads.values())}
    stands = _stands(snapshot, views, needs)
    shed = _let_go(snapshot, limit, _expected(snapshot, limit, loads, before), before, stands)
    if shed == before:
        shed = _let_in(snapshot, limit, loads, before, stands)
        eased_at = snapshot.now if shed != before else eased_at
    if shed == before:
        shed = _changed_places(snapshot, before, stands)
    return Watched(shed, eased_at, tuple(_alarms(limit, loads, shed)))


def _expected(snapshot: Snapshot, limit: Limit, loads: Loads, shed: Sequence[Shed]) -> dict[int, float]:
    """The loads as they will be when what was let go a moment ago has gone."""
    found = dict(loads)
    for one in shed:
        if snapshot.now - one.since < SETTLE:
            for phase in found:
                found[phase] -= one.power_w * limit.share(one.phases, phase)
    return found


def _let_go(
    snapshot: Snapshot, limit: Limit, loads: dict[int, float], before: tuple[Shed, ...], stands: Sequence[_Stand]
) -> tuple[Shed, ...]:
    """Zones that wait from now on beside those before: the least urgent ones that draw on a phase which is over its limit."""
    waiting = {shed.zone: shed for shed in before}
    for phase in sorted(loads, key=lambda p: -loads[p]):
        over = loads[phase]
        for stand in sorted(stands, key=lambda one: (one.urgency, one.order, one.zone.id)):
            if loads[phase] <= limit.each_w:
                break
            known = waiting.get(stand.zone.id)
            share = limit.share(stand.plant.phases, phase)
            if share <= 0.0 or stand.power_w <= 0.0 or (known is not None and known.high_c <= stand.high_c):
                continue
            values: dict[str, float | str] = {"phase": f"L{phase}", "drawn": over / 1000.0, "limit": limit.each_w / 1000.0}
            waiting[stand.zone.id] = stand.waits(snapshot.now, Reason("power_shed", values))
            for other in loads:
                loads[other] -= stand.power_w * limit.share(stand.plant.phases, other)
    return tuple(waiting.values())


def _let_in(snapshot: Snapshot, limit: Limit, loads: Loads, shed: tuple[Shed, ...], stands: Sequence[_Stand]) -> tuple[Shed, ...]:
    """Without the most urgent zone that has waited long enough and for which there is room on each of its phases."""
    if not _settled(snapshot, snapshot.memory.eased_at):
        return shed
    urgency = {stand.zone.id: stand.urgency for stand in stands}
    for one in sorted(shed, key=lambda s: (-urgency.get(s.zone, Urgency.AT_REST), s.since, s.zone)):
        room = all(load + one.power_w * limit.share(one.phases, p) <= limit.each_w * (1.0 - SPARE) for p, load in loads.items())
        if room and snapshot.now - one.since >= HOLD:
            return tuple(other for other in shed if other is not one)
    return shed


def _changed_places(snapshot: Snapshot, shed: tuple[Shed, ...], stands: Sequence[_Stand]) -> tuple[Shed, ...]:
    """A less urgent zone waits as well where one waits that has become more urgent: it makes room for that one."""
    if not shed or any(snapshot.now - one.since < SETTLE for one in shed):
        return shed
    waiting = {one.zone for one in shed}
    most = max((stand for stand in stands if stand.zone.id in waiting), key=lambda one: one.urgency, default=None)
    lesser = [s for s in stands if s.zone.id not in waiting and s.power_w > 0.0 and most is not None and s.urgency < most.urgency]
    if most is None or not lesser:
        return shed
    least = min(lesser, key=lambda one: (one.urgency, one.order, one.zone.id))
    return (*shed, least.waits(snapshot.now, Reason("power_room", {"zone": most.zone.name})))


def _settled(snapshot: Snapshot, at: datetime | None) -> bool:
    return at is None or not timedelta(0) <= snapshot.now - at < SETTLE


def _alarms(limit: Limit, loads: Loads, shed: Sequence[Shed]) -> Iterable[AlarmWish]:
    over = [phase for phase in loads if loads[phase] > limit.each_w]
    if over or shed:
        phase = max(loads, key=lambda p: loads[p])
        values: dict[str, float | str] = {
            "phase": f"L{phase}",
            "drawn": loads[phase] / 1000.0,
            "limit": limit.each_w / 1000.0,
            "zones": str(len(shed)),
        }
        yield AlarmWish("power_over", limit.meter, Reason("power_over", values))


# --- the order ---


def _stands(snapshot: Snapshot, views: Iterable[ZoneView], needs: Mapping[str, ZoneNeed]) -> list[_Stand]:
    """The zones that an electric plant heats now, or that wait for it, with what they take of it."""
    found = []
    asked = _asked(snapshot, needs)
    for view in views:
        if view.zone.heating_plant is None:
            continue
        plant = snapshot.site.plant(view.zone.heating_plant)
        if plant.carrier is Carrier.ELECTRICITY:
            stand = _stand(view, plant, asked.get(view.zone.id, 0.0))
            if stand is not None:
                found.append(stand)
    return found


def _asked(snapshot: Snapshot, needs: Mapping[str, ZoneNeed]) -> dict[str, float]:
    """Electricity in W that each zone takes of its plant: by its demand, in parts of what the plant's meter tells where it does."""
    outside = OUTDOOR_ASSUMED_C if snapshot.outdoor_c is None else snapshot.outdoor_c
    found: dict[str, float] = {}
    for plant in snapshot.site.plants:
        served = {z: n for z, n in needs.items() if n.zone.heating_plant == plant.id}
        memory = snapshot.memory.plants.get(plant.id)
        supply = plant.supply_max_c if memory is None or memory.supply_c is None else memory.supply_c
        rate = cop(plant, outside, supply)
        guessed = {z: min(1.0, n.demand) * (n.zone.emitter_power_w or plant.heat_power_w) / rate for z, n in served.items()}
        total = sum(guessed.values())
        told = snapshot.number(f"{plant.meter or plant.id}/power")
        most = plant.heat_power_w / rate if told is None else max(0.0, told)
        factor = most / total if total > 0.0 and (told is not None or total > most) else 1.0
        found |= {zone: watts * factor for zone, watts in guessed.items()}
    return found


def _stand(view: ZoneView, plant: Plant, power_w: float) -> _Stand | None:
    """None for a zone that is kept from frost now: its heat is never let go."""
    zone, air = view.zone, view.air_c
    if air is not None and air < zone.frost_c + 2 * RELEASE_BAND_K:
        return None
    rest = max(zone.setback_c, zone.frost_c)
    if any(override.kind is OverrideKind.TEMPERATURE for override in view.overrides()):
        return _Stand(zone, plant, power_w, Urgency.OVERRIDE, rest)
    present = [c for c in view.claims if c.acts and c.heat_c is not None and c.start <= view.now < c.end]
    if present:
        floor = max((c.floor_c for c in present if c.floor_c is not None), default=None)
        short = max(c.heat_c or 0.0 for c in present) - (20.0 if air is None else air)
        if floor is None:
            return _Stand(zone, plant, power_w, Urgency.PEOPLE, rest, (short,))
        if air is not None and air > floor + RELEASE_BAND_K:
            return _Stand(zone, plant, power_w, Urgency.ABOVE_FLOOR, floor, (short,))
        return _Stand(zone, plant, power_w, Urgency.BELOW_FLOOR, rest, (short,))
    latch = view.memory.latch
    call = next((c.start for c in view.claims if latch is not None and c.name == latch.claim), None)
    if call is not None:
        return _Stand(zone, plant, power_w, Urgency.PRE_HEAT, rest, ((view.now - call) / timedelta(hours=1),))
    return _Stand(zone, plant, power_w, Urgency.AT_REST, zone.frost_c)
