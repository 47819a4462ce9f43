"""The thermal model of a zone: air and slow mass, linear in what acts on it, in steps of a quarter hour.

    T' = T + m (M - T) + (o + d door) (outdoor - T) + s sun + h heat + g gains + sum n_j (T_j - T)
    M' = M + (T - M) dt / tau

T: air °C, M: slow mass °C, sun W/m², heat W (thermal), gains W, door: share of the slot that
it is open. Form: grey-box two-state network (Madsen & Holst 1995).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from premises.site import Emitter, Plant, Zone
from rules.arbiter import READY_BAND_K

Bendable = TypeVar("Bendable", float, NDArray[np.float64])
STEP_H = 0.25
AIR_WH_M3K = 0.34
FURNISHING = 6.0
"""Air, furnishing and the first layer of the walls act together: this many times the air alone."""
OVERSIZE = 1.3
DESIGN_SPAN_K = 27.0
MASS_W_M2K = 5.0
PRIOR_TAU_H = 40.0
SPARE_MOST_K = 0.9
"""No target is raised by more, whatever a model is in doubt by."""
PERSON_W = 80.0
"""Sensible heat of a person at light work (ISO 7730)."""


@dataclass(frozen=True, slots=True)
class ZoneModel:
    """Coefficients per quarter hour. tau_h: time constant of the mass; delay: dead time of heat in slots.

    learned: fitted, not assumed; error_k: root mean square error of one-day free runs when it was adopted.
    doubt: (slots ahead, K): what it promised too much at most in 95 of 100 free runs that long, on days it was not learned from.
    bend: of the zone's valves, see `bent`; heat in W is what passes, all of it where they are open.
    """

    mass: float
    outdoor: float
    heat: float
    gain: float
    tau_h: float
    sun: float = 0.0
    door: float = 0.0
    neighbours: Mapping[str, float] = field(default_factory=dict)
    delay: int = 0
    learned: bool = False
    error_k: float | None = None
    doubt: tuple[tuple[int, float], ...] = ()
    bend: float = 0.0

    def spare_k(self, slots: int) -> float:
        """What a target so many slots ahead is raised by, so that the zone counts as warm then in 95 of 100 cases."""
        return min(SPARE_MOST_K, max(0.0, self.doubt_k(slots) - READY_BAND_K))

    def doubt_k(self, slots: int) -> float:
        """What a temperature told so many slots ahead is to be raised by, in K; in proportion between the known spans."""
        before, low = 0, 0.0
        for ahead, found in self.doubt:
            if slots <= ahead:
                return low + (found - low) * (slots - before) / max(1, ahead - before)
            before, low = ahead, found
        return low

    def step(self, air_c: float, mass_c: float, outdoor_c: float, heat_w: float, free_k: float = 0.0) -> tuple[float, float]:
        """Air and mass a quarter hour later. free_k: rise from sun, gains and neighbours in K per step."""
        air = air_c + self.mass * (mass_c - air_c) + self.outdoor * (outdoor_c - air_c) + self.heat * heat_w + free_k
        return air, mass_c + (air_c - mass_c) * STEP_H / self.tau_h

    def heat_for(self, air_c: float, mass_c: float, outdoor_c: float, target_c: float, free_k: float = 0.0) -> float:
        """Heat in W that brings the air to the target in one step; negative where it is too warm already."""
        drift, _ = self.step(air_c, mass_c, outdoor_c, 0.0, free_k)
        return (target_c - drift) / self.heat


def prior(zone: Zone) -> ZoneModel:
    """What is assumed of a zone before anything is learned, from its volume, area and emitter.

    The emitter is taken as sized for 27 K with 30 % reserve; capacity as six times that of the air, a slab's as much again.
    """
    loss = zone.emitter_power_w / DESIGN_SPAN_K / OVERSIZE if zone.emitter_power_w > 0 else 0.5 * zone.volume_m3
    capacity = max(100.0, zone.volume_m3 * AIR_WH_M3K * FURNISHING)
    if zone.emitter is Emitter.SLAB:
        capacity += 40.0 * zone.area_m2
    share = STEP_H / capacity
    return ZoneModel(
        mass=min(0.3, MASS_W_M2K * zone.area_m2 * share),
        outdoor=min(0.3, max(loss, 1.0) * share),
        heat=share,
        gain=share,
        tau_h=PRIOR_TAU_H,
    )


def bent(opening: Bendable, bend: float) -> Bendable:
    """How much more heat a valve passes than its opening (0 to 1) says: 1 where it is open, or where `bend` is 0.

    Water that flows slowly gives more of its heat: an emitter at a share f of its flow gives f (1 + b) / (1 + b f) of its
    power, b the exchange of the emitter over the heat carried by full flow, inverted (radiator characteristic, Petitjean 1994).
    """
    return (1.0 + bend) / (1.0 + bend * opening)


def emitter_power_w(zone: Zone, supply_c: float, air_c: float) -> float:
    """Heat that the emitter can give at that supply temperature, linear in the excess over air."""
    nominal = zone.emitter_supply_c - 20.0
    if nominal <= 0 or zone.emitter is Emitter.ELECTRIC:
        return zone.emitter_power_w
    return max(0.0, zone.emitter_power_w * (supply_c - air_c) / nominal)


COOL_SUPPLY_C = {Emitter.FAN_COIL: 9.0, Emitter.AIR_HANDLER: 9.0}
COOL_SUPPLY_DRY_C = 18.0
"""Radiant cooling stays above the dew point of ordinary rooms."""
COOLED_AIR_C = 25.0


def cold_power_w(zone: Zone, plant: Plant) -> float:
    """Cold that the emitter gives at the plant's cold water and 25 °C air, linear in the excess as its heat is."""
    supply = max(plant.cool_supply_min_c, COOL_SUPPLY_C.get(zone.emitter, COOL_SUPPLY_DRY_C))
    nominal = max(5.0, zone.emitter_supply_c - 20.0)
    return zone.emitter_power_w * max(0.0, COOLED_AIR_C - supply) / nominal
