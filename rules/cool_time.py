"""How long a zone takes to be cool at full power, by its learned model in the weather to come: no plan may start later."""

from __future__ import annotations

from datetime import timedelta

from premises.site import Plant, Zone
from premises.time import SLOT
from rules.claims import Claim
from rules.snapshot import ZoneView
from rules.thermal import STEP_H, cold_power_w

HOURS_PER_K = 0.4
"""Pre-cooling lead per kelvin of excess, until one is learned: fan-coils pull air down faster than walls."""
LEAD_MOST = timedelta(hours=6)
SPARE_LEAST_K, SPARE_MOST_K = 0.1, 0.4
"""How far below its limit a zone is cooled for its call, by what its model was wrong by at that lead."""
HELD_SHARE = 0.6
"""What a zone with people in takes of its emitter's cold."""
STUCK_K = 0.02


def cool_lead(view: ZoneView, claim: Claim, air_c: float, limit_c: float) -> timedelta:
    """How long before its call a zone must be cooled: by the learned model at full power, else by kelvins above the limit."""
    model = view.snapshot.models.get(view.zone.id)
    learned = view.snapshot.leads.get(view.zone.id)
    if view.outdoor_c is None or model is None or learned is None or learned.warm is None:
        return min(LEAD_MOST, timedelta(hours=max(0.0, air_c - limit_c) * HOURS_PER_K * view.memory.cool_pace))
    air, mass = air_c, view.snapshot.mass.get(view.zone.id, air_c)
    cold_w, forecast = share_w(view, claim), view.snapshot.forecast
    last = int(LEAD_MOST / SLOT)
    for slot in range(last):
        goal = limit_c - min(SPARE_MOST_K, max(SPARE_LEAST_K, model.spare_k(slot)))
        if air <= goal:
            return slot * SLOT
        at = view.now + slot * SLOT
        told = forecast is not None and forecast.outdoor_c
        outdoor = forecast.outdoor_at(at) if forecast is not None and told else view.outdoor_c
        sun = forecast.sun_at(at) if forecast is not None else 0.0
        before = air
        air, mass = model.step(air, mass, outdoor, 0.0 if slot < model.delay else -cold_w, model.sun * sun)
        if air <= goal:
            return timedelta(hours=(slot + (before - goal) / max(1e-6, before - air)) * STEP_H)
        if slot > model.delay + 4 and air >= before - STUCK_K and mass >= air - 0.1:
            break  # it will not get cooler than this
    return LEAD_MOST


def cold_most_w(zone: Zone, plant: Plant) -> float:
    """Cold that emitter and plant give the zone at most while it is the only one."""
    return min(cold_power_w(zone, plant), plant.cool_power_w or plant.heat_power_w)


def share_w(view: ZoneView, claim: Claim) -> float:
    """Cold in W that the zone gets until the call: a fair part where its plant is short for all that are cooled meanwhile."""
    site, zone = view.snapshot.site, view.zone
    plant = site.plant(zone.cooling_plant or "")
    most = cold_most_w(zone, plant)
    asked = most
    for other in site.zones:
        if other.id == zone.id or other.cooling_plant != plant.id:
            continue
        mine = [
            c
            for c in view.snapshot.schedule.get(other.id, ())
            if c.acts and c.comfort.cool_c is not None and c.start <= claim.start + LEAD_MOST / 6 and c.end > view.now
        ]
        if mine:
            asked += cold_most_w(other, plant) * (HELD_SHARE if mine[0].start <= view.now else 1.0)
    return most * min(1.0, (plant.cool_power_w or plant.heat_power_w) / max(1.0, asked))
