"""How long a zone takes to be warm at full power, by its learned model: the lead that no plan may fall short of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from premises.site import Plant, Site, Zone
from rules.conversion import capacity_w
from rules.thermal import STEP_H, ZoneModel, emitter_power_w

MOST_SLOTS = 192
WARM_K = 0.1
"""The last tenth takes long, and nobody feels it."""
OTHERS_SHARE = 0.4
"""What other zones of the same plant are taken to ask of their emitters meanwhile."""
IN_USE_SHARE, IDLE_SHARE = 0.5, 0.1
"""The same of a zone that people will be in, and of one that rests at set-back."""
SHARE_LEAST, SHARE_MOST = 0.2, 1.4
PLANT_SURE = 0.95
"""Of a plant's power: some of it warms pipes."""


@dataclass(frozen=True, slots=True)
class WarmTime:
    """A zone at full power: its learned model, and the most heat in W that emitter and plant together give it.

    supply_most_c: hottest water of its plant; plant: where it is known to follow a curve of its own by the weather.
    """

    zone: Zone
    model: ZoneModel
    most_w: float
    supply_most_c: float
    plant: Plant | None = None

    def hours(
        self, air_c: float, mass_c: float, outdoor_c: float, target_c: float, share: float | None = None, *, sure: bool = True
    ) -> float:
        """Hours until the zone counts as warm; 48 where it never does.

        share: of its emitter's power that the plant has for the zone, where that is known better than `most_w`; sure: with what
        the model was wrong by at that lead.
        """
        model, zone = self.model, self.zone
        warmest = self.supply_most_c if self.plant is None else min(self.supply_most_c, self.plant.warmest_c(outdoor_c))
        supply = min(warmest, zone.emitter_supply_c)
        air, mass = air_c, mass_c
        most_w = self.most_w if share is None else share * zone.emitter_power_w
        for slot in range(MOST_SLOTS):
            goal = target_c - WARM_K + (model.spare_k(slot) if sure else 0.0)
            if air >= goal:
                return slot * STEP_H
            heat = 0.0 if slot < model.delay else min(most_w, emitter_power_w(zone, supply, air))
            before = air
            air, mass = model.step(air, mass, outdoor_c, heat)
            if air >= goal:
                return (slot + (goal - before) / max(1e-6, air - before)) * STEP_H
            if slot > model.delay + 4 and air <= before + 1e-4 and mass <= air + 0.1:
                break  # it will not get warmer than this
        return MOST_SLOTS * STEP_H

    def cool_hours(self, air_c: float, mass_c: float, outdoor_c: float, target_c: float, cold_w: float) -> float:
        """The same with the sign turned: hours until that cold has brought the air down to the target."""
        air, mass = air_c, mass_c
        for slot in range(MOST_SLOTS):
            if air <= target_c:
                return slot * STEP_H
            before = air
            air, mass = self.model.step(air, mass, outdoor_c, 0.0 if slot < self.model.delay else -cold_w)
            if slot > self.model.delay + 4 and air >= before - 1e-4 and mass >= air - 0.1:
                break
        return MOST_SLOTS * STEP_H


def most_heat_w(site: Site, zone: Zone) -> float:
    """Heat that emitter and plant give the zone at most, while the plant's other zones take their part."""
    if zone.heating_plant is None:
        return zone.emitter_power_w
    plant = site.plant(zone.heating_plant)
    served = sum(z.emitter_power_w for z in site.zones if z.heating_plant == plant.id)
    fair = plant.heat_power_w * zone.emitter_power_w / max(1.0, served)
    spare = plant.heat_power_w - OTHERS_SHARE * (served - zone.emitter_power_w)
    return min(SHARE_MOST * zone.emitter_power_w, max(fair, spare))


def crowded_share(
    site: Site, zone: Zone, heating_up: frozenset[str], in_use: Mapping[str, float], outdoor_c: float
) -> float | None:
    """What the plant has for a zone, as a share of its emitter's power, beside others that heat up too, are in use, or rest.

    in_use: by zone, the share of its emitter's power that it takes. None where no plant heats it, or its emitter's is not known.
    """
    if zone.heating_plant is None or zone.emitter_power_w <= 0:
        return None
    plant = site.plant(zone.heating_plant)
    others = [z for z in site.zones if z.heating_plant == plant.id and z.id != zone.id]
    up = zone.emitter_power_w + sum(z.emitter_power_w for z in others if z.id in heating_up)
    hold = sum(in_use.get(z.id, IDLE_SHARE) * z.emitter_power_w for z in others if z.id not in heating_up)
    return share_of(PLANT_SURE * capacity_w(plant, outdoor_c) - hold, up)


def share_of(left_w: float, emitters_w: float) -> float:
    """What a plant has left, as a share of what the emitters that it is for can take, within what can be believed."""
    return min(SHARE_MOST, max(SHARE_LEAST, left_w / emitters_w))
