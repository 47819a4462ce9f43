"""The sun on any plane of a site, from its height and the cloud, by pvlib; one UTC day at a time because that is quick."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd
import pvlib

from premises.time import EPOCH
from simulators.noise import MINUTES_A_DAY, Array

_LINKE_TURBIDITY = 3.3  # mid-latitude mean (Remund et al. 2003)


@dataclass(frozen=True, slots=True)
class Sky:
    """Irradiance in W/m² and the sun's place in degrees, each of shape (1440,) for one UTC day."""

    zenith_deg: Array
    azimuth_deg: Array
    global_w_m2: Array
    direct_normal_w_m2: Array
    diffuse_w_m2: Array
    extraterrestrial_w_m2: float


@lru_cache(maxsize=64)
def _clear_sky(latitude: float, longitude: float, altitude_m: float, day: int) -> tuple[Array, Array, Array, float]:
    """Zenith, azimuth, clear global irradiance and extraterrestrial irradiance (Ineichen & Perez 2002, NREL SPA)."""
    start = EPOCH + timedelta(days=day)
    times = pd.date_range(start, periods=MINUTES_A_DAY, freq="1min")
    with np.errstate(all="ignore"):  # the air mass is infinite while the sun is down; pvlib turns that into 0 W/m²
        place = pvlib.solarposition.get_solarposition(times, latitude, longitude, altitude=altitude_m, method="nrel_numpy")
        zenith = place["apparent_zenith"].to_numpy(dtype=float)
        relative = pvlib.atmosphere.get_relative_airmass(zenith)
        airmass = pvlib.atmosphere.get_absolute_airmass(relative, pvlib.atmosphere.alt2pres(altitude_m))
        extra = float(pvlib.irradiance.get_extra_radiation(start.timetuple().tm_yday))
        clear = pvlib.clearsky.ineichen(zenith, airmass, _LINKE_TURBIDITY, altitude=altitude_m, dni_extra=extra)
    return zenith, place["azimuth"].to_numpy(dtype=float), np.nan_to_num(clear["ghi"]), extra


def sky_of_day(latitude: float, longitude: float, altitude_m: float, day: int, cloud: Array) -> Sky:
    """The sky of a UTC day under that cloud cover, shape (1440,), 0 clear to 1 overcast.

    Global irradiance falls with cloud as 1 - 0.75 n^3.4 (Kasten & Czeplak 1980); it is split by Erbs et al. (1982).
    """
    zenith, azimuth, clear, extra = _clear_sky(latitude, longitude, altitude_m, day)
    total = clear * (1 - 0.75 * cloud**3.4)
    with np.errstate(all="ignore"):
        split = pvlib.irradiance.erbs(total, zenith, datetime.fromtimestamp(day * 86400, UTC).timetuple().tm_yday)
    direct, diffuse = np.nan_to_num(split["dni"]), np.nan_to_num(split["dhi"])
    return Sky(zenith, azimuth, total, direct, diffuse, extra)


def on_plane(sky: Sky, tilt_deg: float, azimuth_deg: float) -> Array:
    """Irradiance in W/m² on a plane (tilt from horizontal, azimuth from north clockwise), Hay & Davies (1980), ground 0.2."""
    with np.errstate(all="ignore"):
        parts = pvlib.irradiance.get_total_irradiance(
            tilt_deg,
            azimuth_deg,
            sky.zenith_deg,
            sky.azimuth_deg,
            sky.direct_normal_w_m2,
            sky.global_w_m2,
            sky.diffuse_w_m2,
            dni_extra=sky.extraterrestrial_w_m2,
            model="haydavies",
            albedo=0.2,
        )
    plane: Array = np.clip(np.nan_to_num(np.asarray(parts["poa_global"], dtype=float)), 0.0, 1600.0)
    return plane
