"""The optimised plan: an outlook put into a linear programme of all zones and plants together, and its solution into a plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from premises.plan import Plan, PlanSlot, Rung, ZonePlan
from premises.reason import Reason
from premises.site import Emitter, Zone
from premises.tariff import Carrier
from premises.time import SLOT, slot_start
from rules.claims import Claim
from rules.conversion import capacity_w
from rules.lp_task import Array, PlantTask, Solution, Task, ZoneTask
from rules.optimise_cold import cold_of, cold_share, cool_claims, cool_setpoint
from rules.optimise_comfort import REST_PENALTY, SHORT_PENALTY, SLAB_SEES, STORED_K, comfort_of, left_over, penalties, wanted_share
from rules.plan_words import worded
from rules.power_limit import power_left
from rules.simple_plan import SLOT_H, Outlook, heated_zones, light_at, simple_plan
from rules.supply_levels import HEAT_SHOWS, levels_of, steps_of, supply_course
from rules.thermal import emitter_power_w
from rules.wording import wall

Solve = Callable[[Task], Solution | None]

HORIZON_SLOTS = 192
LONGER_SLOTS = (192, 288, 384)
"""Two days; three or four, where a zone rests that long before its next call."""
LONGER_MOST = 8
"""Zones up to which a plan may look four days ahead; more of them look three."""
AFTER_CALL = timedelta(hours=4)
"""How much of a far claim must lie within the plan for its heat to be weighed."""
CARBON_PRICE_DEFAULT = 100.0
"""Currency per tonne, where the site weighs carbon without pricing it."""
ENERGY_PRICE = 0.1
"""What a weight of 1 on energy makes of a kWh."""
VALVE_ROUNDS, SHUT_K = 2, 0.2
EARLY_SHARE = 0.5
"""Warmth that waits for its call is taken to lose this much more than the model says: models flatter what is stored. At a
quarter, halls of others took five in a hundred more energy for nights that saved no money."""
OPEN_SHARE = 0.5
"""A slab that needs at least this share of what the water can give it has its valve set wide open: its air answers hours later."""
ABOVE_REST_K = 0.3
LEAD_SETPOINT_K, LEAD_HEAT_K = 0.3, 1.2
"""The setpoint runs ahead of the planned temperature by the first, and at full heat by both, so that valves do not throttle before
it is reached; no further, for a valve set to the target would take all the heat that there is, long before it is needed."""


def optimised_plan(outlook: Outlook, solve: Solve) -> Plan | None:
    """A plan by linear programme for all zones whose model is learned; the others keep their simple plan.

    None where nothing is learned yet, or the programme has no answer: the caller goes down the ladder.
    """
    zones = [
        z
        for z in heated_zones(outlook.site)
        if z.id in outlook.models and z.id in outlook.starts and z.emitter_power_w > 0 and z.id not in outlook.distrusted
    ]
    if not zones:
        return None
    slots = horizon_slots(outlook, zones)
    simple = simple_plan(outlook, slots * SLOT, frozenset(zone.id for zone in zones))
    task = task_of(outlook, zones, simple, slots)
    solution = solve(task)
    if solution is None:
        return None
    return plan_of(outlook, zones, *with_valves(task, solution, solve), simple)


def with_valves(task: Task, solution: Solution, solve: Solve) -> tuple[Task, Solution]:
    """The plan once more without heat that valves would not let through: above its ceiling a zone gets none.

    A bound on the air would say the same, at twice the time; most plans never come near it, and the next starts from this one.
    """
    for _ in range(VALVE_ROUNDS):
        zones = []
        for z, zone in enumerate(task.zones):
            over = solution.air_c[z] - zone.ceiling_c
            caps = zone.caps_kw.sum(axis=0)
            shut = (over > SHUT_K) & (solution.heat_kw[z] > HEAT_SHOWS * caps)
            lost_k = zone.outdoor * (zone.ceiling_c - task.outdoor_c) + zone.mass * (zone.ceiling_c - zone.mass_c)
            holds = np.maximum(lost_k, 0.0) / zone.heat  # a valve passes what keeps the room at its setting
            left = np.minimum(1.0, np.maximum(holds, solution.heat_kw[z] - over / zone.heat) / np.maximum(caps, 1e-9))
            zones.append(replace(zone, caps_kw=zone.caps_kw * np.where(shut, left, 1.0)) if shut.any() else zone)
        if all(new is old for new, old in zip(zones, task.zones, strict=True)):
            break
        tried = replace(task, zones=tuple(zones))
        found = solve(tried)
        if found is None:
            break
        task, solution = tried, found
    return task, solution


# --- into the programme ---


def horizon_slots(outlook: Outlook, zones: Sequence[Zone]) -> int:
    """How far to plan: two days, longer where a zone has no call within them but one soon after, as over a weekend."""
    start, far = slot_start(outlook.now), HORIZON_SLOTS * SLOT
    longest = LONGER_SLOTS[-1 if len(zones) <= LONGER_MOST else 1]
    needed = timedelta(0)
    for zone in zones:
        calls = [c.start for c in outlook.schedule.get(zone.id, ()) if c.acts and c.heat_c is not None and c.end > start]
        ahead = min(calls, default=start) + AFTER_CALL - start
        if far < ahead <= longest * SLOT:
            needed = max(needed, ahead)
    return next(slots for slots in LONGER_SLOTS if needed <= slots * SLOT)


def task_of(outlook: Outlook, zones: Sequence[Zone], simple: Plan, slots: int = HORIZON_SLOTS) -> Task:
    """The programme of these zones; what the other zones take by their simple plan is left out of the plants' power."""
    start = slot_start(outlook.now)
    times = [start + k * SLOT for k in range(slots)]
    outdoor = np.array([outlook.weather(t) for t in times])
    end = start + slots * SLOT
    cooling = {z.cooling_plant for z in zones if cool_claims(outlook, z, end)}
    plants = [p for p in outlook.site.plants if any(z.heating_plant == p.id for z in zones) or p.id in cooling]
    place = {plant.id: index for index, plant in enumerate(plants)}
    plant_tasks = []
    for plant in plants:
        free = np.array([capacity_w(plant, outside) or plant.cool_power_w for outside in outdoor.tolist()]) / 1000.0
        for planned in simple.zones:
            if outlook.site.zone(planned.zone).heating_plant == plant.id:
                free -= np.array([slot.heat_w for slot in planned.slots]) / 1000.0
        price = np.array([_objective(outlook, plant.carrier, t) for t in times])
        electric = plant.carrier is Carrier.ELECTRICITY
        plant_tasks.append(PlantTask(plant.id, np.maximum(free, 0.0), price, electric, cold_share(plant)))
    zone_tasks = []
    for zone in zones:
        plant = plants[place[zone.heating_plant or ""]]
        served = [z for z in zones if z.heating_plant == plant.id]
        caps, rates = steps_of(plant, zone, levels_of(plant, served), outdoor)
        told = _zone_task(outlook, zone, place[plant.id], zones, caps, rates, plant_tasks[place[plant.id]].price)
        cold = cold_of(outlook, zone, outlook.models[zone.id], place, slots, (SHORT_PENALTY, REST_PENALTY))
        if cold is not None:
            told = cold.added_to(told)
        zone_tasks.append(told)
    surplus = np.maximum(0.0, np.array([outlook.forecast.surplus_at(t) for t in times])) / 1000.0
    tariff = outlook.site.tariff_of(Carrier.ELECTRICITY)
    export = float(tariff.export_price) if tariff is not None else 0.0
    weights = outlook.site.weights
    kept = weights.get("cost", 0.0) * export + weights.get("energy", 0.0) * ENERGY_PRICE  # the sun's kWh is a kWh too
    gain = np.array([max(0.0, _objective(outlook, Carrier.ELECTRICITY, t) - kept) for t in times])
    peak = outlook.site.weights.get("peak", 0.0)
    return Task(outdoor, tuple(zone_tasks), tuple(plant_tasks), surplus, gain, power_left(outlook, times), peak)


def _objective(outlook: Outlook, carrier: Carrier, at: datetime) -> float:
    """What a kWh of final energy weighs: cost, carbon and energy by the site's weights; one where all of them are nothing."""
    money, kilograms = outlook.rates(carrier, at)
    weights = outlook.site.weights
    carbon_price = outlook.site.carbon_price_per_tonne or CARBON_PRICE_DEFAULT
    total = weights.get("cost", 0.0) * money + weights.get("carbon", 0.0) * kilograms * carbon_price / 1000.0
    total += weights.get("energy", 0.0) * ENERGY_PRICE
    return total if total > 0 else ENERGY_PRICE


def _zone_task(
    outlook: Outlook, zone: Zone, plant: int, zones: Sequence[Zone], caps: Array, rates: Array, price: Array
) -> ZoneTask:
    model, begin = outlook.models[zone.id], outlook.starts[zone.id]
    places = {z.id: index for index, z in enumerate(zones)}
    slots = caps.shape[1]
    asked = comfort_of(outlook, zone, model, slots)
    free, penalty = asked.free_k, asked.penalty
    still = 0.0
    inside = []
    for other, weight in model.neighbours.items():
        if other in places:
            inside.append((places[other], weight))
        elif other in outlook.airs:
            still += weight
            free = free + weight * outlook.airs[other]
    caps = caps * wanted_share(outlook, zone, model, caps)
    air_value, mass_value = left_over(outlook, zone, model, float(np.mean(price * rates[0])), slots)
    past, unused = outlook.past_kw.get(zone.id, ()), penalty < penalties(zone)[0]
    return ZoneTask(
        id=zone.id, plant=plant, mass=model.mass, outdoor=model.outdoor, heat=model.heat * 1000.0, delay=model.delay,
        tau_h=model.tau_h, neighbours=tuple(inside), air_c=begin.air_c, mass_c=begin.mass_c, still=still,
        past_kw=(0.0,) * max(0, model.delay - len(past)) + tuple(past[len(past) - model.delay :] if model.delay else ()),
        free_k=free, low_c=asked.low_c, penalty=penalty, caps_kw=caps, rates=rates, end_air=air_value, end_mass=mass_value,
        early=np.where(unused, EARLY_SHARE * model.outdoor / model.heat / 1000.0 * SLOT_H * price * rates[0], 0.0),
        ceiling_c=asked.high_c,
    )  # fmt: skip


# --- out of the programme ---


def plan_of(outlook: Outlook, zones: Sequence[Zone], task: Task, solution: Solution, simple: Plan) -> Plan:
    """The solution as a plan: setpoints that lead the planned temperature, supply temperatures that just give the heat."""
    start = slot_start(outlook.now)
    plans = {planned.zone: planned for planned in simple.zones}
    supply: dict[str, list[float | None]] = {
        plant.id: [None if value != value else value for value in supply_course(zones, task, solution, p).tolist()]
        for p, plant in enumerate(task.plants)
    }
    for z, zone in enumerate(zones):
        told = supply[task.plants[task.zones[z].plant].id]
        claims = [c for c in outlook.schedule.get(zone.id, ()) if c.acts]
        slots = [
            _slot(outlook, zone, claims, k, float(solution.heat_kw[z, k]) * 1000.0, float(solution.air_c[z, k]), told[k])
            for k in range(task.slots)
        ]
        cool = cool_claims(outlook, zone, start + task.slots * SLOT)
        if cool and solution.cold_kw is not None:
            cold = solution.cold_kw[z] * 1000.0
            slots = [
                replace(s, cool_setpoint_c=cool_setpoint(zone, cool, s.start, float(w))) for s, w in zip(slots, cold, strict=True)
            ]
        plans[zone.id] = ZonePlan(zone.id, Rung.OPTIMISED, tuple(worded(outlook, zone, claims, slots)))
    energy = cost = carbon = 0.0
    for p, plant in enumerate(task.plants):
        carrier = outlook.site.plant(plant.id).carrier
        for k in range(task.slots):
            kwh = float(solution.final_kwh[p, k])
            money, kilograms = outlook.rates(carrier, start + k * SLOT)
            energy, cost, carbon = energy + kwh, cost + kwh * money, carbon + kwh * kilograms
    return replace(
        simple,
        zones=tuple(plans[zone.id] for zone in heated_zones(outlook.site) if zone.id in plans),
        energy_kwh=simple.energy_kwh + energy,
        cost=simple.cost + cost,
        carbon_kg=simple.carbon_kg + carbon,
        supply_c={plant: tuple(values) for plant, values in supply.items()},
    )


def _slot(
    outlook: Outlook, zone: Zone, claims: Sequence[Claim], k: int, heat_w: float, air_c: float, supply_c: float | None
) -> PlanSlot:
    begins, tz = slot_start(outlook.now) + k * SLOT, outlook.site.zoneinfo
    heated = [c for c in claims if c.heat_c is not None]
    present = [c for c in heated if c.start < begins + SLOT and c.end > begins]
    rest = max(zone.setback_c, zone.frost_c)
    setpoint, reason = rest, Reason("plan_rest", {"setback": rest})
    following = next((c for c in heated if c.start >= begins + SLOT), None)
    if present:
        claim = max(present, key=lambda c: (c.heat_c or 0.0, c.name))
        setpoint = claim.heat_c or rest
        reason = Reason("plan_occupied", {"target": setpoint, "wrap": wall(claim.end, outlook.now, tz)})
        if zone.emitter is Emitter.SLAB and heat_w > OPEN_SHARE * zone.emitter_power_w and air_c < setpoint + STORED_K:
            setpoint = max(setpoint, _warmest_soon(heated, begins))
    elif following is not None and _ahead(outlook, zone, begins, heat_w, air_c):
        setpoint = max(rest, following.heat_c or rest)
        reach = emitter_power_w(zone, zone.emitter_supply_c if supply_c is None else supply_c, air_c)
        share = min(1.0, heat_w / max(1.0, reach))
        if zone.emitter is Emitter.SLAB and share >= OPEN_SHARE and air_c < setpoint + STORED_K:
            setpoint = max(setpoint, _warmest_soon(heated, begins))
        else:
            setpoint = max(rest, min(setpoint, air_c + LEAD_SETPOINT_K + LEAD_HEAT_K * share))
        reason = Reason("plan_optimised", {"call": wall(following.start, outlook.now, tz), "heat": heat_w / 1000.0})
    return PlanSlot(begins, setpoint, air_c, heat_w, light_at(claims, begins), reason)


def _warmest_soon(heated: Sequence[Claim], at: datetime) -> float:
    """Target of the warmest call that a slab stores for: a valve set to that of the one before it would stay shut."""
    return max((c.heat_c or 0.0 for c in heated if at + SLOT <= c.start <= at + SLAB_SEES), default=0.0)


def _ahead(outlook: Outlook, zone: Zone, at: datetime, heat_w: float, air_c: float) -> bool:
    """Whether this heat is for a call to come: more than holds set-back. The air need not rise yet, a slab answers late."""
    if heat_w <= HEAT_SHOWS * zone.emitter_power_w:
        return False
    rest = max(zone.setback_c, zone.frost_c)
    holds = outlook.models[zone.id].heat_for(rest, rest, outlook.weather(at), rest)
    return air_c > rest + ABOVE_REST_K or heat_w > 1.2 * holds + HEAT_SHOWS * zone.emitter_power_w
