"""Weather of a place, minute by minute: a function of seed and absolute time, so every simulation of a day sees the same sky.

Orders of magnitude are those of western Europe between 40° and 53° north: mean temperature falls by 0.64 K per degree of
latitude (Marseille 15.8 °C, Paris 12.3 °C, Lille 11.1 °C: Météo-France normals 1991-2020), the coldest days come around
20 January, cloud is thicker in winter and in the north.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from premises.time import EPOCH
from simulators.noise import MINUTES_A_DAY, Array, smooth_noise
from simulators.sun import Sky, sky_of_day

_KEPT_DAYS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where on Earth: degrees north and east, metres above the sea."""

    latitude: float
    longitude: float
    altitude_m: float = 0.0

    @property
    def mean_c(self) -> float:
        """Mean outdoor temperature of the year, also that of the ground under the floors."""
        return 12.3 - 0.64 * (abs(self.latitude) - 48.8) - 0.0065 * (self.altitude_m - 50)


@dataclass(frozen=True, slots=True)
class DayOfWeather:
    """One UTC day; all arrays have shape (1440,). Wind in m/s at 10 m, humidity in % relative, cloud as a fraction."""

    outdoor_c: Array
    cloud: Array
    wind_m_s: Array
    humidity_pct: Array
    sky: Sky


def day_number(instant: datetime) -> int:
    """UTC day of an instant, counted from 1970-01-01."""
    return (instant - EPOCH).days


def minute_number(instant: datetime) -> int:
    """Whole minutes since 1970-01-01 UTC."""
    seconds = instant - EPOCH
    return seconds.days * MINUTES_A_DAY + seconds.seconds // 60


class Weather:
    """The weather of one place and seed. Days are made when first asked for; the last dozen are kept."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place = place
        self.seed = seed
        self._days: OrderedDict[int, DayOfWeather] = OrderedDict()

    def day(self, day: int) -> DayOfWeather:
        """Weather of a UTC day, counted from 1970-01-01."""
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = self._make(day)
            if len(self._days) > _KEPT_DAYS:
                self._days.popitem(last=False)
        return known

    def outdoor_c(self, instant: datetime) -> float:
        """Outdoor temperature at an instant."""
        return float(self.day(day_number(instant)).outdoor_c[minute_number(instant) % MINUTES_A_DAY])

    def _make(self, day: int) -> DayOfWeather:
        noise = {
            name: smooth_noise(self.seed, f"weather/{name}", day, spacing)
            for name, spacing in (
                ("fronts", 4 * 1440),
                ("air mass", 1440),
                ("cover", 1440),
                ("bands", 300),
                ("clouds", 25),
                ("gusts", 60),
                ("storms", 2 * 1440),
                ("damp", 1440),
            )
        }
        place = self.place
        minute = np.arange(MINUTES_A_DAY)
        year = 2 * np.pi * (day + minute / MINUTES_A_DAY - 20) / 365.2425  # 0 at the coldest time, about 20 January
        if place.latitude < 0:
            year = year + np.pi
        winter = np.cos(year)
        solar_hour = (minute / 60 + place.longitude / 15) % 24
        northness = np.clip((abs(place.latitude) - 43) / 6, -1.0, 1.5)

        drift = 1.3 * noise["cover"] + 0.8 * noise["bands"] + 0.5 * noise["clouds"]
        cloud = 1 / (1 + np.exp(-(-0.4 + 1.5 * northness + 0.45 * winter + drift)))
        clear = 1 / (1 + np.exp(0.2 + 1.3 * noise["cover"]))
        swing = (3.6 - 1.4 * winter) * (0.5 + clear)
        diurnal = swing * np.cos(2 * np.pi * (solar_hour - 15) / 24)
        cold_clear = -2.0 * winter * (clear - 0.5)  # a clear winter sky is cold, a clear summer sky is warm
        outdoor = place.mean_c - 8.0 * winter + 3.0 * noise["fronts"] + 1.2 * noise["air mass"] + diurnal + cold_clear
        wind = 3.2 * np.exp(0.45 * noise["storms"] + 0.25 * noise["gusts"] - 0.13)
        wind = np.clip(wind + 0.8 * np.cos(2 * np.pi * (solar_hour - 14) / 24), 0.0, 30.0)
        humidity = np.clip(76 + 6 * winter - 3.0 * diurnal + 12 * (cloud - 0.5) + 5 * noise["damp"], 22.0, 99.0)
        return DayOfWeather(
            outdoor, cloud, wind, humidity, sky_of_day(place.latitude, place.longitude, place.altitude_m, day, cloud)
        )
