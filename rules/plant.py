"""Plants: on or off with minimum run and rest, and the supply temperature by outdoor temperature and heating demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from premises.command import Priority
from premises.decision import ZoneState
from premises.reason import Reason
from premises.site import Emitter, Plant, PlantKind, Zone
from rules.arbiter import SUPPLY_HYSTERESIS_K
from rules.lead import OUTDOOR_ASSUMED_C
from rules.snapshot import PlantMemory
from rules.thermal import COOL_SUPPLY_C, COOL_SUPPLY_DRY_C

DESIGN_OUTDOOR_C = -7.0
DESIGN_AIR_C = 20.0
EXPONENT = {Emitter.RADIATOR: 1.3, Emitter.RADIANT_PANEL: 1.1, Emitter.SLAB: 1.1}
"""How emitter power grows with the excess of water over air (EN 442 for radiators); 1 for the others."""
ON_ABOVE, OFF_BELOW = 0.08, 0.03
DEMAND_TRIM_K = 5.0
DEMAND_FAIR = 0.7
SUPPLY_RISES_K = 1.5
"""Warmer water is given sooner than cooler: full power is meant in a pre-heat that is late."""
SAG_K = 0.3
"""With people in, planned water is made warmer once the air is this far below."""
PREHEATING = frozenset({ZoneState.PRE_HEATING})


@dataclass(frozen=True, slots=True)
class ZoneNeed:
    """What a zone asks of its plant: demand 0 to 1 (valves, else from its temperature), wish in °C, its state.

    planned: an optimised plan in force holds its heat; short_k: how far the air is below the wish.
    """

    zone: Zone
    demand: float
    wanted_c: float
    state: ZoneState
    cooling: bool = False
    planned: bool = False
    short_k: float = 0.0


@dataclass(frozen=True, slots=True)
class PlantWish:
    """on None: leave it alone. supply_c: whole degrees, None where nothing is asked."""

    on: bool
    supply_c: float | None
    reason: Reason
    memory: PlantMemory
    priority: Priority = Priority.BOOKING


def curve_c(zone: Zone, wanted_c: float, outdoor_c: float) -> float:
    """Supply temperature at which the zone's emitter just holds `wanted_c` at that outdoor temperature.

    The emitter is taken as sized for 20 °C at -7 °C; below that load the water may be cooler by the emitter's exponent.
    """
    load = (wanted_c - outdoor_c) / (DESIGN_AIR_C - DESIGN_OUTDOOR_C)
    excess = (zone.emitter_supply_c - DESIGN_AIR_C) * max(0.15, load) ** (1.0 / EXPONENT.get(zone.emitter, 1.0))
    return float(wanted_c + excess)


def run(
    plant: Plant,
    needs: Sequence[ZoneNeed],
    outdoor_c: float | None,
    memory: PlantMemory,
    now: datetime,
    planned_c: float | None = None,
) -> PlantWish:
    """What the plant should do for the zones that it serves. planned_c: supply by an optimised plan."""
    outside = OUTDOOR_ASSUMED_C if outdoor_c is None else outdoor_c
    heating = [need for need in needs if not need.cooling]
    cooling = [need for need in needs if need.cooling]
    demand = max((need.demand for need in heating), default=0.0)
    threshold = OFF_BELOW if memory.on else ON_ABOVE
    wants_heat = demand > threshold
    wants_cold = not wants_heat and bool(cooling)
    on, waiting = _switched(plant, wants_heat or wants_cold, memory, now)
    asking = [need for need in heating if need.demand > OFF_BELOW]
    supply = memory.supply_c
    if wants_heat and asking:
        supply = _settled(_heating_supply(plant, asking, outside, planned_c), memory.supply_c)
    elif wants_cold:
        supply = max(plant.cool_supply_min_c, min(COOL_SUPPLY_C.get(n.zone.emitter, COOL_SUPPLY_DRY_C) for n in cooling))
    since = memory.since if memory.on is on and memory.since is not None else now
    reason = _reason(waiting, wants_heat, wants_cold, on, asking, cooling, supply, outside)
    priority = max((_priority(need) for need in asking), default=Priority.SAVING)
    return PlantWish(on, supply, reason, PlantMemory(on, since, supply), priority)


def _priority(need: ZoneNeed) -> Priority:
    if need.state is ZoneState.FROST_GUARD:
        return Priority.SAFETY
    if need.state is ZoneState.OVERRIDDEN:
        return Priority.OVERRIDE
    return Priority.SAVING if need.state is ZoneState.SET_BACK else Priority.BOOKING


def _heating_supply(plant: Plant, asking: Sequence[ZoneNeed], outside: float, planned_c: float | None) -> float:
    """The warmest water that any zone needs: the plan's, else its curve, or its emitter's full power while it is pre-heated."""

    def needed(need: ZoneNeed) -> float:
        curve = curve_c(need.zone, need.wanted_c, outside)
        if planned_c is not None and need.planned:
            if need.state is ZoneState.OCCUPIED and need.short_k > SAG_K:
                return max(planned_c, curve + DEMAND_TRIM_K * need.demand)
            return planned_c
        if need.state in PREHEATING and not (need.planned and need.short_k <= SAG_K):  # a planned pause needs no hot water
            return max(need.zone.emitter_supply_c, curve)
        if need.state is ZoneState.READY:  # walls still cold: on the curve of a warm room it would fall again
            curve = max(curve, (curve + need.zone.emitter_supply_c) / 2.0)
        return curve + DEMAND_TRIM_K * (need.demand - DEMAND_FAIR)

    warmest = max(needed(need) for need in asking)
    return float(round(min(max(warmest, plant.supply_min_c), plant.supply_max_c)))


def _settled(wished: float, before: float | None) -> float:
    return before if before is not None and -SUPPLY_RISES_K < before - wished < SUPPLY_HYSTERESIS_K else wished


def _switched(plant: Plant, wanted: bool, memory: PlantMemory, now: datetime) -> tuple[bool, str]:
    """The wish, unless minimum run or rest forbids it; then which of the two."""
    if memory.on is None or memory.since is None or memory.on is wanted or plant.kind is not PlantKind.HEAT_PUMP:
        return wanted, ""
    least = plant.min_run if memory.on else plant.min_rest
    if now - memory.since < least:
        return memory.on, "min_run" if memory.on else "min_rest"
    return wanted, ""


def _reason(
    waiting: str,
    wants_heat: bool,
    wants_cold: bool,
    on: bool,
    asking: Sequence[ZoneNeed],
    cooling: Sequence[ZoneNeed],
    supply: float | None,
    outside: float,
) -> Reason:
    values: dict[str, float | str] = {"supply": "?" if supply is None else f"{supply:.0f}", "outside": outside}
    if waiting:
        return Reason(f"plant_{waiting}", values)
    if wants_heat and on and asking:
        most = max(asking, key=lambda need: (need.state in PREHEATING, need.demand, need.zone.id))
        code = "plant_preheat" if most.state in PREHEATING else "plant_heat"
        return Reason(code, values | {"zone": most.zone.name, "demand": round(100 * most.demand)})
    if wants_cold and on:
        return Reason("plant_cool", values | {"zone": cooling[0].zone.name})
    return Reason("plant_off", values)
