"""What a zone asks of the optimised plan, slot by slot: least and most air, what misses cost, free heat, value of what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from premises.site import Emitter, Zone
from premises.time import SLOT, slot_start
from rules.arbiter import LEAD_MARGIN
from rules.claims import Claim
from rules.lp_task import NO_CEILING_C, Array
from rules.simple_plan import SLOT_H, Outlook, light_at
from rules.thermal import ZoneModel

SHORT_PENALTY, SHORT_PENALTY_QUICK = 20.0, 2.0
"""Objective per K and slot of being too cold with people in; far above what any heat costs. A room that answers within the hour
makes a small miss good; at the price of a slab's misses halls were heated through the night for a tenth of a K in the morning."""
REST_PENALTY, REST_PENALTY_QUICK = 2.0, 1.0
END_SHARE = 0.8
REST_RESERVE, REST_SHARE = 1.5, 0.05
DRIFT_FADES_H = 6.0
COAST, COAST_DROP_K = timedelta(minutes=60), 0.1
"""Towards the wrap the plan may let the temperature fall a little."""
ALLOWED_K, STORED_K = 0.5, 1.0
"""How far above the target heat may bring the air: valves set to the target shut there. A slab's valve is set by its next call."""
MARGIN_MOST_K = 0.6
"""No call is planned warmer than this above its target: what a model is more unsure of, full power in the last hours makes good;
a slab has no such hours. A room that rises by more in a quarter hour may be planned a quarter hour early."""
SLAB_SEES = timedelta(hours=36)
"""A slab stores for the warmest of the calls within so long."""
LOST_AT_K, MASS_BEHIND_K = 20.0, 3.0
"""At which a room's rise at full power is reckoned: 20 K over outdoors, 3 K over its mass."""
FREE_K = 0.3
"""What sun, people and lamps bring is no heat that a plan could hold back: the ceiling lies this far above where they lead."""


@dataclass(frozen=True)
class Asked:
    """By slot: least air at its end and what a K below costs; most air; rise in K by sun, people and lamps."""

    low_c: Array
    penalty: Array
    high_c: Array
    free_k: Array


def penalties(zone: Zone) -> tuple[float, float]:
    """What a K and slot below what is asked costs with people in, and without."""
    if zone.emitter is Emitter.SLAB:
        return SHORT_PENALTY, REST_PENALTY
    return SHORT_PENALTY_QUICK, REST_PENALTY_QUICK


def comfort_of(outlook: Outlook, zone: Zone, model: ZoneModel, slots: int) -> Asked:
    """What the zone's claims ask; the call's temperature is raised by the margin."""
    start, rest = slot_start(outlook.now), max(zone.setback_c, zone.frost_c)
    low, high = np.full(slots, rest), np.full(slots, rest)
    short, cold = penalties(zone)
    penalty, free = np.full(slots, cold), np.zeros(slots)
    claims = [c for c in outlook.schedule.get(zone.id, ()) if c.acts and c.start < start + slots * SLOT]
    drift = outlook.drift_k.get(zone.id, 0.0)
    if drift > 0.0 and not any(c.start <= outlook.now < c.end for c in claims):
        drift = 0.0  # heat that leaks through valves at set-back is none that a pre-heat could count on
    spare = ALLOWED_K if zone.emitter is not Emitter.SLAB else STORED_K
    most = max(MARGIN_MOST_K, zone.emitter_power_w * model.heat - model.outdoor * LOST_AT_K - model.mass * MASS_BEHIND_K)
    for k in range(slots):
        begins, ends = start + k * SLOT, start + (k + 1) * SLOT
        free[k] = model.sun * outlook.forecast.sun_at(begins) + drift * np.exp(-k * SLOT_H / DRIFT_FADES_H)
        for claim in claims:
            free[k] += model.gain * claim.gains_w(begins)
            if claim.heat_c is not None and claim.start - LEAD_MARGIN <= ends <= claim.end:
                margin = 0.0
                if ends - SLOT < claim.start:
                    margin = max(outlook.margins_k.get(zone.id, outlook.margin_k), model.spare_k(k))
                    margin = margin if zone.emitter is Emitter.SLAB else min(most, margin)
                if ends > claim.end - COAST and claim.floor_c is None:
                    margin -= COAST_DROP_K
                low[k], penalty[k] = max(low[k], claim.heat_c + margin), short
        high[k] = max(low[k], _due_c(zone, claims, begins)) + spare
        free[k] += model.gain * zone.lighting_power_w * light_at(claims, begins) / 100.0
    return Asked(low, penalty, np.maximum(high, _unheated(outlook, zone, model, low, free) + FREE_K), free)


def _due_c(zone: Zone, claims: Sequence[Claim], at: datetime) -> float:
    """The target that a valve can be set to: of the claims that are on (a slab's of the next too), else of those on both sides.

    Once nobody is to come any more there is no bound: nothing is heated for then, and what is warm stays so for a while.
    """
    heated = [(c.start, c.end, c.heat_c) for c in claims if c.heat_c is not None]
    sees = SLAB_SEES if zone.emitter is Emitter.SLAB else timedelta(0)
    following = max((heat for start, _, heat in heated if at < start <= at + sees), default=None)
    following = following or next((heat for start, _, heat in heated if start > at), None)
    present = [heat for start, end, heat in heated if start <= at < end]
    if present:
        return max(*present, following or 0.0) if zone.emitter is Emitter.SLAB else max(present)
    if following is None:
        return NO_CEILING_C
    return max([following, *(heat for _, end, heat in heated if end <= at)])


def _unheated(outlook: Outlook, zone: Zone, model: ZoneModel, low: Array, free: Array) -> Array:
    """Air that is held at what is asked and else left alone: how warm sun, people and lamps make it without any heat for it."""
    start, begin = slot_start(outlook.now), outlook.start(zone)
    air, mass, course = begin.air_c, begin.mass_c, np.zeros(len(low))
    for k in range(len(low)):
        air, mass = model.step(air, mass, outlook.weather(start + k * SLOT), 0.0, float(free[k]))
        course[k] = air = max(air, float(low[k]))
    return course


def wanted_share(outlook: Outlook, zone: Zone, model: ZoneModel, caps: Array) -> Array:
    """Share of the heat that may be used, by slot: all while a call is to come or on, else little more than holds set-back.

    A zone that nobody comes to must not be heated for the sake of the one next door: its setpoint would not follow.
    """
    start, rest = slot_start(outlook.now), max(zone.setback_c, zone.frost_c)
    ends = [c.end for c in outlook.schedule.get(zone.id, ()) if c.acts and c.heat_c is not None]
    last = max(ends, default=start)
    times = [start + k * SLOT for k in range(caps.shape[1])]
    total = np.maximum(caps.sum(axis=0), 1e-9)
    hold = np.array([REST_RESERVE * max(0.0, model.heat_for(rest, rest, outlook.weather(t), rest)) / 1000.0 for t in times])
    return np.where(np.array([t < last for t in times]), 1.0, np.minimum(1.0, hold / total + REST_SHARE))


def left_over(outlook: Outlook, zone: Zone, model: ZoneModel, price: float, slots: int) -> tuple[float, float]:
    """Value of a K of air and of mass at the end: its heat at the mean price, less what is lost until the next claim."""
    end = slot_start(outlook.now) + slots * SLOT
    later = [c.start for c in outlook.schedule.get(zone.id, ()) if c.acts and c.heat_c is not None and c.end > end]
    if not later:
        return 0.0, 0.0
    gap_h = max(0.0, (min(later) - end) / timedelta(hours=1))
    kept = END_SHARE * float(np.exp(-gap_h / max(1.0, model.tau_h)))
    air_kwh = SLOT_H / model.heat / 1000.0
    mass_kwh = model.mass / model.heat * model.tau_h / 1000.0
    return price * kept * air_kwh, price * kept * min(mass_kwh, 4 * air_kwh)
