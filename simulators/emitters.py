"""Emitters: how much heat reaches a room from water of a given temperature, and how late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from premises.site import Emitter, Site
from simulators.noise import Array
from simulators.zones import STEP_S

_ROOM_C = 20.0  # air temperature at which the site file states an emitter's power


@dataclass(frozen=True, slots=True)
class _Kind:
    """exponent: of the temperature difference (EN 442-2: radiators 1.3; EN 14037: panels 1.1; fan coils about 1).

    drop_k: mean water below supply at the stated power; lag_s: time in which it cools without flow; shares of its heat
    that go to air, surfaces and deep mass.
    """

    exponent: float
    drop_k: float
    lag_s: float
    to_air: float
    to_surface: float
    to_deep: float


_KINDS = {
    Emitter.RADIATOR: _Kind(1.3, 5.0, 1200, 0.70, 0.30, 0.0),
    Emitter.RADIANT_PANEL: _Kind(1.1, 5.0, 700, 0.40, 0.60, 0.0),
    Emitter.FAN_COIL: _Kind(1.05, 4.0, 240, 1.0, 0.0, 0.0),
    Emitter.AIR_HANDLER: _Kind(1.0, 4.0, 180, 1.0, 0.0, 0.0),
    Emitter.SLAB: _Kind(1.1, 3.0, 2400, 0.0, 0.0, 1.0),
    Emitter.ELECTRIC: _Kind(1.0, 5.0, 300, 0.8, 0.2, 0.0),
    Emitter.NONE: _Kind(1.0, 5.0, 300, 1.0, 0.0, 0.0),
}


class Emitters:
    """The emitters of all zones as arrays of shape (zones,). `water_c`: their mean water temperature, the only state."""

    def __init__(self, site: Site, start_c: float = 18.0) -> None:
        kinds = [_KINDS[zone.emitter] for zone in site.zones]
        power = np.array([zone.emitter_power_w if zone.emitter is not Emitter.NONE else 0.0 for zone in site.zones])
        self.power_w = power
        self.electric = np.array([zone.emitter is Emitter.ELECTRIC for zone in site.zones])
        self.slab = np.array([zone.emitter is Emitter.SLAB for zone in site.zones])
        self.exponent = np.array([kind.exponent for kind in kinds])
        drop = np.array([kind.drop_k for kind in kinds])
        stated = np.array([zone.emitter_supply_c for zone in site.zones])
        excess = np.maximum(stated - drop - _ROOM_C, 4.0)
        self.flow_w_k = power / drop
        self._coefficient = power / excess**self.exponent
        self.capacity_j_k = np.maximum(np.array([kind.lag_s for kind in kinds]) * power / excess, 1.0)
        self.to_air = np.array([kind.to_air for kind in kinds])
        self.to_surface = np.array([kind.to_surface for kind in kinds])
        self.to_deep = np.array([kind.to_deep for kind in kinds])
        self.water_c = np.full(len(power), start_c)

    def step(self, supply_c: Array, opening: Array, air_c: Array, deep_c: Array) -> tuple[Array, Array]:
        """One minute. Heat given to the zones and heat drawn from the water (or from the mains), both W, shape (zones,).

        The water's balance C dT/dt = flow (T_supply - T) - emission is solved with the emission linearised at the start of
        the minute, which is stable for any flow; drawn - given is exactly what the emitter stores.
        """
        room = np.where(self.slab, deep_c, air_c)
        difference = self.water_c - room
        slope = self._coefficient * np.maximum(np.abs(difference), 0.1) ** (self.exponent - 1)
        flow = self.flow_w_k * opening
        flow[self.electric] = 0.0
        electric_w = np.where(self.electric, self.power_w * opening, 0.0)
        total = np.maximum(flow + slope, 1e-9)
        target = (flow * supply_c + slope * room + electric_w) / total
        rate = total / self.capacity_j_k
        kept = np.exp(-rate * STEP_S)
        before = self.water_c
        self.water_c = target + (before - target) * kept
        mean = target + (before - target) * (1 - kept) / (rate * STEP_S)
        given = slope * (mean - room)
        drawn = given + self.capacity_j_k * (self.water_c - before) / STEP_S
        return given, drawn
