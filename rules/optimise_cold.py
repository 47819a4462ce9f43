"""Cooling in the optimised plan: the same work with the sign turned, for zones whose site asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from premises.site import Plant, Zone
from premises.time import SLOT, slot_start
from rules.claims import Claim
from rules.cool_time import SPARE_LEAST_K, cold_most_w
from rules.lp_task import Array, ZoneTask
from rules.optimise_comfort import penalties
from rules.simple_plan import SLOT_H, Outlook
from rules.thermal import ZoneModel

COLD_SHOWS = 0.02
SPARE_MOST_K, SHUT_K = 0.5, 0.3
"""No call is planned cooler than the first below its limit; so far below what is asked valves are shut, whatever a plan says."""
FLOOR_PENALTY = 0.3
"""Objective per K and slot of cold that valves would not let in: a little more than it could ever save."""
HEAT_EARLY_SHARE = 0.5
"""What `ZoneTask.early` counts of the loss to outdoors while warmth waits. Cold that waits counts all that weather and walls
bring in, at the full price even where the sun gives it: at less, halls were held cool through afternoons for an evening."""
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
    floor_c: Array
    outdoor_c: Array

    def added_to(self, task: ZoneTask) -> ZoneTask:
        """The zone of a programme, cooled too: no colder than valves let it be, and late rather than early.

        Where it would be warmer than that by itself, no heat is wanted, and its least air is what valves shut at.
        """
        warm = self._course(task) >= self.floor_c
        lost = (task.outdoor + task.mass) / max(1e-6, HEAT_EARLY_SHARE * task.outdoor)
        early = np.where(warm, -lost * task.early * self.rate / task.rates[0], task.early)
        return replace(
            task, cooled=True, cooler=self.plant, high_c=self.high_c, hot_penalty=self.penalty, cold_kw=self.most_kw,
            cold_rate=self.rate, early=early,
            low_c=np.where(warm, np.maximum(task.low_c, self.floor_c), task.low_c),
            penalty=np.where(warm, FLOOR_PENALTY, task.penalty),
            caps_kw=np.where(warm, 0.0, task.caps_kw),
        )  # fmt: skip

    def _course(self, task: ZoneTask) -> Array:
        """Air by slot without heat and cold, its neighbours in the programme taken as warm as it is."""
        air, mass, course = task.air_c, task.mass_c, np.zeros(task.free_k.shape)
        for k in range(len(course)):
            after = air + task.mass * (mass - air) + task.outdoor * (self.outdoor_c[k] - air) - task.still * air + task.free_k[k]
            mass += (air - mass) * SLOT_H / task.tau_h
            course[k] = air = after
        return course


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
    costs = penalties(zone)
    high, penalty = np.full(slots, zone.cool_setback_c), np.full(slots, costs[1])
    allowed, floor = np.zeros(slots), np.full(slots, np.inf)
    for k in range(slots):
        begins, ends = start + k * SLOT, start + (k + 1) * SLOT
        for claim in claims:
            limit = claim.comfort.cool_c or 0.0
            spare = min(SPARE_MOST_K, max(SPARE_LEAST_K, model.spare_k(k)))
            if claim.start - AHEAD_MOST <= begins < claim.end:
                allowed[k], floor[k] = 1.0, min(floor[k], limit - spare - SHUT_K)
            if claim.start <= ends <= claim.end:
                margin = spare if ends - SLOT < claim.start else 0.0
                high[k], penalty[k] = min(high[k], limit - margin), costs[0]
    most = cold_most_w(zone, plant) / 1000.0
    outdoor = np.array([outlook.weather(start + k * SLOT) for k in range(slots)])
    return Cold(
        places[zone.cooling_plant], high, penalty, most * allowed, np.full(slots, 1.0 / max(0.5, plant.eer)), floor, outdoor
    )


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
