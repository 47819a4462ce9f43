"""Carbon dioxide and moisture in the air of the zones, by what people give off and what the exchanged air carries."""

from __future__ import annotations

import numpy as np

from simulators.noise import Array
from simulators.zones import STEP_S

_OUTDOOR_PPM = 425.0
_CO2_M3_H_PERSON = 0.018  # at light work (EN 16798-1)
_WATER_KG_H_PERSON = 0.06
_AIR_KG_M3 = 1.2


def saturation_kg_kg(air_c: Array | float) -> Array | float:
    """Water in saturated air, kg per kg of dry air at sea level (Magnus formula, WMO 2008)."""
    pressure = 611.2 * np.exp(17.62 * np.asarray(air_c) / (243.12 + np.asarray(air_c)))
    water: Array = 0.622 * pressure / (101325.0 - pressure)
    return water


class Air:
    """CO₂ in ppm and water in kg/kg of each zone, shape (zones,)."""

    def __init__(self, volume_m3: Array, outdoor_c: float) -> None:
        self.volume_m3 = volume_m3
        self.co2_ppm = np.full(len(volume_m3), _OUTDOOR_PPM + 25.0)
        self.water_kg_kg = np.full(len(volume_m3), 0.75 * float(saturation_kg_kg(outdoor_c)))
        self.humidity_pct = np.full(len(volume_m3), 45.0)

    def step(self, changed_m3_h: Array, people: Array, outdoor_c: float, outdoor_pct: float, air_c: Array) -> None:
        """One minute of exchange with outdoors, solved exactly for constant flow."""
        flow = np.maximum(changed_m3_h, 0.02 * self.volume_m3)
        kept = np.exp(-flow / self.volume_m3 * (STEP_S / 3600))
        co2_end = _OUTDOOR_PPM + 1e6 * people * _CO2_M3_H_PERSON / flow
        self.co2_ppm = co2_end + (self.co2_ppm - co2_end) * kept
        outside = 0.01 * outdoor_pct * float(saturation_kg_kg(outdoor_c))
        water_end = outside + people * _WATER_KG_H_PERSON / (flow * _AIR_KG_M3)
        self.water_kg_kg = water_end + (self.water_kg_kg - water_end) * kept
        self.humidity_pct = np.clip(100 * self.water_kg_kg / saturation_kg_kg(air_c), 5.0, 99.0)
