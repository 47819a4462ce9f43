"""Everything of a UTC day that does not depend on what the building does: made once a day, as whole arrays, for speed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from premises.booking import Booking
from premises.site import Site, ZoneUse
from simulators.envelope import envelope_of
from simulators.loads import USE, USES, BaseLoads, room_heat_w
from simulators.noise import MINUTES_A_DAY, Array
from simulators.people import DayOfUse, Use
from simulators.photovoltaic import DayOfSun, day_of_sun
from simulators.sun import on_plane
from simulators.weather import DayOfWeather, Place, Weather

_GLASS = 0.55 * 0.75 * 0.65  # solar factor, share of glass in the window, blinds and dirt
_RECOVERED = 0.6  # heat kept by ventilation with heat exchangers
_KEPT_DAYS = 4


@dataclass(frozen=True, slots=True)
class Day:
    """Arrays over the minutes of a UTC day. loads_w: (1440, uses, zones) without lamps and plants; room_heat_w, solar_w,
    fans_m3_h: (1440, zones); unrecovered: share of the fans' air that costs heat, (zones,)."""

    weather: DayOfWeather
    use: DayOfUse
    sun: DayOfSun
    loads_w: Array
    room_heat_w: Array
    solar_w: Array
    fans_m3_h: Array
    unrecovered: Array


class DayMaker:
    """Makes days when they are first asked for. Bookings may change: the days kept are then made again."""

    def __init__(self, site: Site, seed: int, bookings: Sequence[Booking], place: Place) -> None:
        self.site = site
        self.seed = seed
        self.weather = Weather(place, seed)
        self._use = Use(site, seed, bookings)
        self._base = BaseLoads(site, seed)
        self._envelope = envelope_of(site, seed)
        recovered = [_RECOVERED if zone.use is not ZoneUse.STAGE else 0.5 for zone in site.zones]
        self._unrecovered = 1 - np.array(recovered)
        self._days: OrderedDict[int, Day] = OrderedDict()

    def replace_bookings(self, bookings: Sequence[Booking]) -> None:
        self._use = Use(self.site, self.seed, bookings)
        self._days.clear()

    def of(self, day: int) -> Day:
        """The UTC day of that number, counted from 1970-01-01."""
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = self._make(day)
            if len(self._days) > _KEPT_DAYS:
                self._days.popitem(last=False)
        return known

    def _make(self, day: int) -> Day:
        weather = self.weather.day(day)
        use = self._use.day(day)
        by_use = self._base.day(use, day)
        loads = np.zeros((MINUTES_A_DAY, len(USES), len(self.site.zones)))
        for name, watts in by_use.items():
            loads[:, USE[name]] = watts
        facades = {azimuth: on_plane(weather.sky, 90.0, azimuth) for azimuth in set(self._envelope.facade_deg.tolist())}
        solar = np.stack([facades[azimuth] for azimuth in self._envelope.facade_deg.tolist()], axis=1)
        return Day(
            weather=weather,
            use=use,
            sun=day_of_sun(self.site.pv_strings, weather, day, self.site.timezone),
            loads_w=loads,
            room_heat_w=room_heat_w(by_use, use.people),
            solar_w=solar * self._envelope.window_m2 * _GLASS,
            fans_m3_h=BaseLoads.air_m3_h(use.people),
            unrecovered=self._unrecovered,
        )
