"""The plan as numbers: what a linear programme needs of zones, plants, weather and prices. Heat in kW, slots of 15 minutes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NO_CEILING_C = 99.0
BLOCK = 4
"""Slots after which the slow mass is moved: an hour."""


@dataclass(frozen=True)
class ZoneTask:
    """One zone. low_c[k], penalty[k]: least air at the end of slot k and what a K below it costs; free_k: rise by sun and gains.

    caps_kw: (levels, slots) heat that each further supply level adds; rates: (levels, slots) final kWh per kWh of that heat;
    end_air, end_mass: value of a K left at the end. weights as in ZoneModel, heat per kW; neighbours: (place, weight);
    still: sum of the weights of neighbours outside the programme, whose pull is in free_k.
    early: what a K above low_c costs by slot, beyond the heat that it loses. ceiling_c: above it by slot valves are shut.
    past_kw: heat of the last slots before now, the newest last, as long as the dead time. cooled: by plant number `cooler`, up to
    cold_kw, at cold_rate final kWh per kWh, where the air is to stay below high_c; hot_penalty: what a K above it costs.
    """

    id: str
    plant: int
    mass: float
    outdoor: float
    heat: float
    delay: int
    tau_h: float
    neighbours: tuple[tuple[int, float], ...]
    air_c: float
    mass_c: float
    still: float
    past_kw: tuple[float, ...]
    free_k: Array
    low_c: Array
    penalty: Array
    caps_kw: Array
    rates: Array
    end_air: float
    end_mass: float
    early: Array | float = 0.0
    ceiling_c: Array | float = NO_CEILING_C
    cooled: bool = False
    cooler: int = 0
    high_c: Array | float = 99.0
    hot_penalty: Array | float = 0.0
    cold_kw: Array | float = 0.0
    cold_rate: Array | float = 0.0


@dataclass(frozen=True)
class PlantTask:
    """power_kw: most heat by slot; price: objective per kWh of its final energy by slot; electric: PV surplus can feed it.

    cold_share: heat that it could give in place of a kW of cold."""

    id: str
    power_kw: Array
    price: Array
    electric: bool
    cold_share: float = 1.0


@dataclass(frozen=True)
class Task:
    """A site over n slots. surplus_kw: PV left over by slot; surplus_gain: objective saved per kWh of it used at home.

    import_most_kw: most power by slot of the electric plants together; peak_price: objective per kW of the peak
    of what is imported, that is, of what they take above the tightest slot's limit."""

    outdoor_c: Array
    zones: tuple[ZoneTask, ...]
    plants: tuple[PlantTask, ...]
    surplus_kw: Array
    surplus_gain: Array
    import_most_kw: Array | None = None
    peak_price: float = 0.0

    @property
    def slots(self) -> int:
        return len(self.outdoor_c)

    @property
    def cooled(self) -> bool:
        """Whether any zone can be cooled."""
        return any(zone.cooled for zone in self.zones)

    @property
    def limited(self) -> bool:
        """Whether the power of the electric plants is limited, or costs."""
        return self.import_most_kw is not None or self.peak_price > 0

    @property
    def levels(self) -> int:
        return int(self.zones[0].caps_kw.shape[0])

    def shape_key(self) -> tuple[object, ...]:
        """Tasks of equal shape may start from each other's solution."""
        return (
            self.slots,
            self.levels,
            tuple((z.id, z.plant, z.delay, len(z.neighbours)) for z in self.zones),
            len(self.plants),
            self.cooled,
            self.limited,
        )

    def matrix_key(self) -> tuple[object, ...]:
        """Tasks with equal keys have the same matrix and differ in bounds and costs only."""
        zones = tuple((z.mass, z.outdoor, z.heat, z.tau_h, z.neighbours, z.still) for z in self.zones)
        needed = self.surplus_kw.any() or self.limited
        rates = tuple(z.rates.tobytes() + np.asarray(z.cold_rate).tobytes() for z in self.zones) if needed else ()
        return (*self.shape_key(), zones, rates, self.surplus_kw.any())


@dataclass(frozen=True)
class Solution:
    """air_c, short_k: (zones, slots) at the end of each slot; heat_kw: (zones, slots); final_kwh: (plants, slots)."""

    air_c: Array
    heat_kw: Array
    short_k: Array
    final_kwh: Array
    objective: float
    seconds: float
    cold_kw: Array | None = None
