"""The supply contract, phase by phase: what it lets heating draw, in the plan and at this moment.

A contract's power is divided by its phases. Plants draw evenly over the phases that the site file names for them (all three where
it names none), circuits likewise; what a meter tells of one phase alone is taken as it is, and what nobody tells is spread evenly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from premises.site import ALL_PHASES, Plant, Site
from premises.tariff import Carrier
from rules.heat_estimate import electricity
from rules.lp_task import Array
from rules.simple_plan import Outlook
from rules.snapshot import Snapshot

POWER_FACTOR = 0.95
"""kW of a kVA."""
Loads = Mapping[int, float]
"""Power in W by phase, import positive."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What may be drawn on each of these phases, in W. meter: the boundary meter of the contract."""

    meter: str
    phases: tuple[int, ...]
    each_w: float

    def share(self, phases: Sequence[int], phase: int) -> float:
        """Which part of what sits evenly on `phases` is drawn on this one. A contract of one phase has all of it there."""
        if len(self.phases) == 1:
            return 1.0
        return 1.0 / len(phases) if phase in phases else 0.0


def limit_of(site: Site, day: date) -> Limit | None:
    """The limit that holds on that local day; None where a contract names no power, or there is none."""
    electric = {m.id for m in site.meters if m.carrier is Carrier.ELECTRICITY and m.role == "grid"}
    held = [c for c in site.contracts if c.meter in electric and c.since <= day and (c.until is None or day < c.until)]
    if not held or any(c.power_kva is None for c in held):
        return None
    phases = (1,) if all(c.phases == 1 for c in held) else ALL_PHASES
    return Limit(held[0].meter, phases, POWER_FACTOR * 1000.0 * sum(c.power_kva or 0.0 for c in held) / len(phases))


# --- in the plan ---


def power_left(outlook: Outlook, times: Sequence[datetime]) -> Array | None:
    """What the contract leaves for the electric plants together by slot, in kW: the tightest phase's part of it; None: no limit.

    Of each phase the other load is taken off and a third of the sun put to it. Then so much is left for all plants together that
    no phase is over its limit, however they share it among themselves: the programme bounds their sum.
    """
    limit = limit_of(outlook.site, outlook.now.astimezone(outlook.site.zoneinfo).date())
    if limit is None:
        return None
    plants = [plant for plant in outlook.site.plants if plant.carrier is Carrier.ELECTRICITY]
    rows = []
    for at in times:
        most = {plant.id: _most_w(outlook, plant, at) for plant in plants}
        sun = outlook.forecast.pv_at(at) / len(limit.phases)
        left = {p: limit.each_w - outlook.forecast.phase_at(p, at, len(limit.phases)) + sun for p in limit.phases}
        rows.append(min(_together(limit, p, left[p], plants, most) for p in limit.phases))
    result: Array = np.maximum(0.0, np.array(rows)) / 1000.0
    return result


def _most_w(outlook: Outlook, plant: Plant, at: datetime) -> float:
    """The most electricity that the plant draws: all its power at its hottest water, or all its cold."""
    outside = outlook.weather(at)
    heat = plant.heat_power_w / outlook.cop(plant, outside, plant.supply_max_c)
    return max(heat, plant.cool_power_w / plant.eer)


def _together(limit: Limit, phase: int, left_w: float, plants: Sequence[Plant], most_w: Mapping[str, float]) -> float:
    """The greatest sum of all plants at which this phase is within what is left, even where those that lean on it draw first."""
    even, total = 1.0 / len(limit.phases), 0.0
    shares = {plant.id: limit.share(plant.phases, phase) for plant in plants}
    for plant in sorted(plants, key=lambda one: -shares[one.id]):
        share = shares[plant.id]
        if share <= even:
            break
        if share * most_w[plant.id] >= left_w:
            return total + max(0.0, left_w) / share
        total += most_w[plant.id]
        left_w -= share * most_w[plant.id]
    if not any(0.0 < share <= even for share in shares.values()):
        return len(limit.phases) * limit.each_w  # nothing more can come upon this phase
    return total + left_w / even


# --- now ---


def loads_of(snapshot: Snapshot) -> Loads | None:
    """What each phase of the connection draws now, plants and sun included; None where the boundary meter is not known.

    From measures of each phase; else from the total, with circuits on their phases and the rest spread evenly.
    """
    layout = snapshot.layout
    each = [_sum(snapshot, points) for points in layout.grid_phases]
    known = [power for power in each if power is not None]
    if len(known) == len(ALL_PHASES):
        return dict(zip(ALL_PHASES, known, strict=True))
    total = _sum(snapshot, layout.grid)
    if total is None:
        return None
    found = dict.fromkeys(ALL_PHASES, 0.0)
    for point, phases in layout.circuits:
        power = snapshot.number(point)
        if power is not None:
            total -= power
            for phase in phases:
                found[phase] += power / len(phases)
    return {phase: power + total / len(ALL_PHASES) for phase, power in found.items()}


def _sum(snapshot: Snapshot, points: Sequence[str]) -> float | None:
    told = [snapshot.number(point) for point in points]
    known = [power for power in told if power is not None]
    return sum(known) if known and len(known) == len(told) else None


def loads_without_plants(snapshot: Snapshot) -> tuple[float, ...]:
    """The load of each phase in W without plants and sun; empty where nothing tells one phase from another, or a meter is away."""
    layout, loads = snapshot.layout, loads_of(snapshot)
    pv, base = electricity(snapshot)
    if loads is None or base is None or not (any(layout.grid_phases) or layout.circuits):
        return ()
    for plant in snapshot.site.plants:
        if plant.carrier is Carrier.ELECTRICITY:
            power = snapshot.number(f"{plant.meter or plant.id}/power") or 0.0
            loads = {p: load - (power / len(plant.phases) if p in plant.phases else 0.0) for p, load in loads.items()}
    return tuple(max(0.0, loads[phase] + (pv or 0.0) / len(ALL_PHASES)) for phase in ALL_PHASES)
