"""Which supply temperatures a plant may run at, what heat each adds in a zone, and what that heat costs in final energy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from premises.site import Plant, PlantKind, Zone
from rules.conversion import cop
from rules.lp_task import Array, Solution, Task
from rules.thermal import emitter_power_w

LEVELS = 3
REFERENCE_C = 20.0
"""Air temperature at which what an emitter can give is reckoned: the target, where it can give least."""
LOWEST_EXCESS_K = 8.0
HEAT_RESERVE = 1.2
"""The water is a little warmer than planned heat needs, so that valves have room to regulate."""
SUPPLY_OVER_K = 5.0
HEAT_SHOWS = 0.02
SLOPE_SHARE = 0.5
"""How much of the slope between levels is priced. A plant has one water: what a zone saves with cooler water is lost again where
the zone beside it asks for warm, so that the full slope would heat too slowly and too early."""


def levels_of(plant: Plant, zones: Sequence[Zone]) -> tuple[float, ...]:
    """Supply temperatures, lowest first; the hottest is what the zones' emitters are sized for. Only heat pumps have several."""
    hot = min(plant.supply_max_c, max((zone.emitter_supply_c for zone in zones), default=plant.supply_max_c))
    if plant.kind is not PlantKind.HEAT_PUMP:
        return (hot,) * LEVELS
    cold = min(hot, max(plant.supply_min_c, REFERENCE_C + LOWEST_EXCESS_K))
    return tuple(cold + (hot - cold) * (step + 1) / LEVELS for step in range(LEVELS))


def steps_of(plant: Plant, zone: Zone, levels: tuple[float, ...], outdoor_c: Array) -> tuple[Array, Array]:
    """Heat in kW that each level adds in the zone, and final kWh per kWh of that added heat; both (levels, slots).

    A hotter level makes all the heat dearer, so the added heat bears that too: its rate is the slope between the levels, which
    rises (more heat at once is always dearer), as a linear programme needs it.
    """
    reach = [min(zone.emitter_power_w, emitter_power_w(zone, supply, REFERENCE_C)) / 1000.0 for supply in levels]
    if plant.own_curve is not None:
        return _weathered(plant, zone, outdoor_c)
    caps, rates = np.zeros((LEVELS, len(outdoor_c))), np.zeros((LEVELS, len(outdoor_c)))
    before_kw, before_cost = 0.0, np.zeros(len(outdoor_c))
    for level, supply in enumerate(levels):
        cost = reach[level] * np.array([1.0 / cop(plant, outside, supply) for outside in outdoor_c.tolist()])
        added = reach[level] - before_kw
        if added > 1e-6:
            caps[level] = added
            slope = (cost - before_cost) / added
            rates[level] = slope if level == 0 else np.maximum(slope, rates[level - 1])
            before_kw, before_cost = reach[level], cost
        else:
            rates[level] = rates[level - 1] if level else 1.0
    mean = (caps * rates).sum(axis=0) / np.maximum(caps.sum(axis=0), 1e-9)
    return caps, np.where(caps.sum(axis=0) > 1e-9, mean + SLOPE_SHARE * (rates - mean), rates)


def _weathered(plant: Plant, zone: Zone, outdoor_c: Array) -> tuple[Array, Array]:
    """The same of a plant that follows the weather: one water at a time, warm when it is cold outside."""
    caps, rates = np.zeros((LEVELS, len(outdoor_c))), np.ones((LEVELS, len(outdoor_c)))
    for k, outside in enumerate(outdoor_c.tolist()):
        supply = plant.warmest_c(outside)
        caps[0, k] = min(zone.emitter_power_w, emitter_power_w(zone, supply, REFERENCE_C)) / 1000.0
        rates[:, k] = 1.0 / cop(plant, outside, supply)
    return caps, rates


def supply_for(zone: Zone, heat_w: float, air_c: float) -> float:
    """Supply temperature at which the zone's emitter gives that heat with its valve open."""
    if zone.emitter_power_w <= 0:
        return air_c
    return air_c + (zone.emitter_supply_c - 20.0) * heat_w / zone.emitter_power_w


def supply_course(zones: Sequence[Zone], task: Task, solution: Solution, plant: int) -> Array:
    """Supply temperature of the plant by slot, NaN where nothing is asked: what its neediest zone needs."""
    told = np.full(task.slots, np.nan)
    for z, zone in enumerate(zones):
        if task.zones[z].plant != plant:
            continue
        for k in range(task.slots):
            heat, air = float(solution.heat_kw[z, k]) * 1000.0, float(solution.air_c[z, k])
            if heat > HEAT_SHOWS * zone.emitter_power_w:
                told[k] = np.fmax(told[k], min(supply_for(zone, heat * HEAT_RESERVE, air), zone.emitter_supply_c + SUPPLY_OVER_K))
    return told
