"""What the PV strings of a site will give in the weather that is told: pvlib's chain from horizontal irradiance to AC power.

Split into beam and diffuse by Erbs et al. (1982), onto each plane by Hay and Davies (1980), module temperature by the SAPM-free
Faiman (2008) form at a light wind, power by the PVWatts model (Dobos 2014) with the string's losses, cut at its inverter.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from premises.site import PvString, Site
from premises.time import SLOT

Array = NDArray[np.float64]
GAMMA_PER_K = -0.004
"""Power of crystalline silicon changes by this share per K over 25 °C."""
WIND_M_S = 2.0
ALBEDO = 0.2
INVERTER_EFFICIENCY = 0.96


def pv_power(site: Site, start: datetime, outdoor_c: tuple[float, ...], sun_w_m2: tuple[float, ...]) -> tuple[float, ...]:
    """AC power in W of all strings by slot from `start`; empty where there are no strings or no sun is told.

    outdoor_c in °C, sun_w_m2: irradiance on the horizontal in W/m², means of the slots, equally long.
    """
    count = min(len(outdoor_c), len(sun_w_m2))
    if not site.pv_strings or not count:
        return ()
    import pandas as pd  # with pvlib a second to load, which a site without PV need not wait for
    import pvlib

    times = pd.date_range(start + SLOT / 2, periods=count, freq=SLOT)
    total, air = np.array(sun_w_m2[:count]), np.array(outdoor_c[:count])
    with np.errstate(all="ignore"):
        place = pvlib.solarposition.get_solarposition(times, site.latitude, site.longitude, altitude=site.altitude_m)
        zenith, azimuth = place["zenith"].to_numpy(), place["azimuth"].to_numpy()
        split = pvlib.irradiance.erbs(total, zenith, times.day_of_year.to_numpy())
        dni, dhi = np.nan_to_num(np.asarray(split["dni"])), np.nan_to_num(np.asarray(split["dhi"]))
        extra = np.asarray(pvlib.irradiance.get_extra_radiation(times.day_of_year.to_numpy()))
        power = np.zeros(count)
        for string in site.pv_strings:
            plane = pvlib.irradiance.get_total_irradiance(
                string.tilt_deg,
                string.azimuth_deg,
                zenith,
                azimuth,
                dni,
                total,
                dhi,
                dni_extra=extra,
                albedo=ALBEDO,
                model="haydavies",
            )
            on_plane = np.nan_to_num(np.maximum(0.0, np.asarray(plane["poa_global"])))
            cell = pvlib.temperature.faiman(on_plane, air, WIND_M_S)
            dc = pvlib.pvsystem.pvwatts_dc(on_plane, cell, string.peak_power_w, GAMMA_PER_K) * (1.0 - string.loss_fraction)
            power += _in_service(string, site, start, count) * np.minimum(string.inverter_power_w, dc * INVERTER_EFFICIENCY)
    return tuple(np.maximum(0.0, power).round(1).tolist())


def _in_service(string: PvString, site: Site, start: datetime, count: int) -> Array:
    """One for each slot on whose local day the string is there, else zero."""
    since = string.in_service
    if since is None:
        return np.ones(count)
    days: list[date] = [(start + k * timedelta(minutes=15)).astimezone(site.zoneinfo).date() for k in range(count)]
    return np.array([float(day >= since) for day in days])
