"""Cooling in the optimised plan: the same work with the sign turned, for zones whose site asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from premises.site import Plant, Zone
from premises.time import SLOT, slot_start
from rules.claims import Claim
from rules.lp_task import Array, ZoneTask
from rules.simple_plan import Outlook
from rules.thermal import ZoneModel, cold_power_w

COLD_SHOWS = 0.02
DAMP_MARGIN_K = 0.3
AHEAD_MOST = timedelta(hours=8)
"""Cold is put into a zone no longer before its call: rooms in the sun lose it within the day, whatever a young model believes."""


@dataclass(frozen=True)
class Cold:
    """What a programme needs to cool a zone: plant, most air by slot, what a K above costs, most cold in kW, final kWh per kWh."""

    plant: int
    high_c: Array
    penalty: Array
    most_kw: Array
    rate: Array

    def added_to(self, task: ZoneTask) -> ZoneTask:
        """The zone of a programme, cooled too."""
        return replace(
            task, cooled=True, cooler=self.plant, high_c=self.high_c, hot_penalty=self.penalty, cold_kw=self.most_kw,
            cold_rate=self.rate,
        )  # fmt: skip


def cool_claims(outlook: Outlook, zone: Zone, until: datetime) -> list[Claim]:
    """Claims of the zone that ask for cool air before that instant; none where no plant cools it."""
    if zone.cooling_plant is None:
        return []
    claims = outlook.schedule.get(zone.id, ())
    return [c for c in claims if c.acts and c.comfort.cool_c is not None and outlook.now < c.end and c.start < until]


def cold_of(
    outlook: Outlook, zone: Zone, model: ZoneModel, places: Mapping[str, int], slots: int, costs: tuple[float, float]
) -> Cold | None:
    """None where nobody asks for it within so many slots. costs: of a K and slot too warm with people in, and without."""
    start = slot_start(outlook.now)
    claims = cool_claims(outlook, zone, start + slots * SLOT)
    if not claims or zone.cooling_plant is None or zone.cooling_plant not in places:
        return None
    plant = outlook.site.plant(zone.cooling_plant)
    high, penalty = np.full(slots, zone.cool_setback_c), np.full(slots, costs[1])
    allowed = np.zeros(slots)
    for k in range(slots):
        begins, ends = start + k * SLOT, start + (k + 1) * SLOT
        allowed[k] = any(c.start - AHEAD_MOST <= begins < c.end for c in claims)
        for claim in claims:
            if claim.start <= ends <= claim.end:
                margin = max(DAMP_MARGIN_K, model.spare_k(k)) if ends - SLOT < claim.start else 0.0
                high[k], penalty[k] = min(high[k], (claim.comfort.cool_c or 0.0) - margin), costs[0]
    most = min(cold_power_w(zone, plant), plant.cool_power_w or plant.heat_power_w) / 1000.0
    return Cold(places[zone.cooling_plant], high, penalty, most * allowed, np.full(slots, 1.0 / max(0.5, plant.eer)))


def cold_share(plant: Plant) -> float:
    """Heat that a plant could give in place of a kW of cold; it does one or the other."""
    return plant.heat_power_w / plant.cool_power_w if plant.heat_power_w > 0 and plant.cool_power_w > 0 else 1.0


def cool_setpoint(zone: Zone, claims: Sequence[Claim], begins: datetime, cold_w: float) -> float | None:
    """What the slot is cooled to: comfort with people in or while cold is given ahead of them, set-back else."""
    if not claims:
        return None
    present = [c.comfort.cool_c for c in claims if c.start < begins + SLOT and c.end > begins and c.comfort.cool_c is not None]
    if present:
        return min(present)
    following = next((c for c in claims if c.start >= begins + SLOT), None)
    if following is not None and cold_w > COLD_SHOWS * max(1.0, zone.emitter_power_w):
        return following.comfort.cool_c
    return zone.cool_setback_c
