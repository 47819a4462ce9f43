"""What the strings of a site yield, by pvlib: plane of array, cell temperature, losses, inverter and its clipping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pvlib

from premises.site import PvString
from premises.time import EPOCH, local_midnight, zone_named
from simulators.noise import MINUTES_A_DAY, Array
from simulators.sun import on_plane
from simulators.weather import DayOfWeather

_POWER_PER_KELVIN = -0.0037  # crystalline silicon, from data sheets
_INVERTER_EFFICIENCY = 0.965


@dataclass(frozen=True, slots=True)
class DayOfSun:
    """Power in W of each string, shape (1440, strings): at the modules (dc) and at the inverter's grid side (ac)."""

    dc_w: Array
    ac_w: Array


def string_power(string: PvString, weather: DayOfWeather) -> tuple[Array, Array]:
    """DC and AC power in W over a UTC day, each of shape (1440,).

    PVWatts model (Dobos 2014) with Faiman's cell temperature (2008); the AC side is clipped at the inverter's power.
    """
    plane = on_plane(weather.sky, string.tilt_deg, string.azimuth_deg)
    cell_c = pvlib.temperature.faiman(plane, weather.outdoor_c, weather.wind_m_s)
    dc = pvlib.pvsystem.pvwatts_dc(plane, cell_c, string.peak_power_w, _POWER_PER_KELVIN)
    dc = np.clip(np.asarray(dc, dtype=float) * (1 - string.loss_fraction), 0.0, None)
    ac = pvlib.inverter.pvwatts(dc, string.inverter_power_w / _INVERTER_EFFICIENCY, _INVERTER_EFFICIENCY)
    return dc, np.clip(np.nan_to_num(np.asarray(ac, dtype=float)), 0.0, string.inverter_power_w)


def day_of_sun(strings: Sequence[PvString], weather: DayOfWeather, day: int, timezone: str) -> DayOfSun:
    """The yield of all strings over a UTC day; nothing before a string's first local day in service."""
    dc = np.zeros((MINUTES_A_DAY, len(strings)))
    ac = np.zeros_like(dc)
    for column, string in enumerate(strings):
        first = 0
        if string.in_service is not None:
            since = local_midnight(string.in_service, zone_named(timezone)) - (EPOCH + timedelta(days=day))
            first = int(np.clip(since // timedelta(minutes=1), 0, MINUTES_A_DAY))
        if first < MINUTES_A_DAY:
            dc[first:, column], ac[first:, column] = (power[first:] for power in string_power(string, weather))
    return DayOfSun(dc, ac)
