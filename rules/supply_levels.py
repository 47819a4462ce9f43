"""Which supply temperatures a plant may run at, what heat each adds in a zone, and what that heat costs in final energy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from premises.site import Plant, PlantKind, Zone
from rules.conversion import cop
from rules.lp_task import Array
from rules.thermal import emitter_power_w

LEVELS = 3
REFERENCE_C = 20.0
"""Air temperature at which what an emitter can give is reckoned: the target, where it can give least."""
LOWEST_EXCESS_K = 8.0


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
    return caps, rates


def supply_for(zone: Zone, heat_w: float, air_c: float) -> float:
    """Supply temperature at which the zone's emitter gives that heat with its valve open."""
    if zone.emitter_power_w <= 0:
        return air_c
    return air_c + (zone.emitter_supply_c - 20.0) * heat_w / zone.emitter_power_w
