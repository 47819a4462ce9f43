"""Electricity by use and zone, other than that of plants: lamps, rigs, sockets, servers, fans, kitchens, hot water."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from premises.site import Site, ZoneUse
from premises.time import EPOCH
from simulators.noise import MINUTES_A_DAY, Array, smooth_noise
from simulators.people import DayOfUse

USES = ("heating", "cooling", "lighting", "rig", "ventilation", "hot_water", "kitchen", "plug", "server", "ev", "general")
USE = {name: row for row, name in enumerate(USES)}

SENSIBLE_W = 75.0  # per person at light work (EN ISO 7730)
_SOCKET_W_PERSON = {ZoneUse.OFFICE: 75.0, ZoneUse.EDIT_ROOM: 320.0, ZoneUse.MIX_ROOM: 420.0, ZoneUse.CLASSROOM: 60.0}
_STANDBY_W_M2 = {
    ZoneUse.OFFICE: 1.2,
    ZoneUse.EDIT_ROOM: 5.0,
    ZoneUse.MIX_ROOM: 6.0,
    ZoneUse.RESTAURANT: 4.0,
    ZoneUse.AUDITORIUM: 1.5,
    ZoneUse.PLANT_ROOM: 3.0,
    ZoneUse.CIRCULATION: 0.6,
}
_AIR_M3_H_PERSON = 28.0
_FAN_W_M3_H = 0.45
_KITCHEN_W_M2 = 70.0


class BaseLoads:
    """Loads that follow from people and time alone, made a UTC day at a time. Arrays of shape (1440, zones)."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site = site
        self.seed = seed
        zones = site.zones
        self._area = np.array([zone.area_m2 for zone in zones])
        self._socket = np.array([_SOCKET_W_PERSON.get(zone.use, 15.0) for zone in zones])
        self._standby = self._area * np.array([_STANDBY_W_M2.get(zone.use, 0.5) for zone in zones])
        self._kitchen = self._area * np.array([_KITCHEN_W_M2 if zone.use is ZoneUse.RESTAURANT else 0.0 for zone in zones])
        technical = [place for place, zone in enumerate(zones) if zone.use is ZoneUse.PLANT_ROOM] or [0]
        self._server_zone = technical[0]
        self._server_w = 0.5 * site.floor_area_m2

    def day(self, use: DayOfUse, day: int) -> dict[str, Array]:
        """W by use and zone for each minute of the day."""
        people = use.people
        in_use = self._in_service(day)
        wander = 1 + 0.08 * smooth_noise(self.seed, "sockets", day, 15)[:, None]
        server = np.zeros((MINUTES_A_DAY, len(self._area)))
        server[:, self._server_zone] = self._server_w * (1 + 0.04 * smooth_noise(self.seed, "servers", day, 90))
        air = self.air_m3_h(people)
        return {
            "plug": (self._standby * in_use + people * self._socket) * wander,
            "server": server,
            "ventilation": air * _FAN_W_M3_H,
            "kitchen": self._kitchen * np.maximum(use.kitchen, np.where(self._kitchen > 0, 0.03, 0.0) * in_use) * wander,
            "hot_water": people * 12.0 + use.kitchen * self._area * 8.0,
            "rig": use.rig_w,
        }

    def _in_service(self, day: int) -> Array:
        """1 for zones that are in service on that day, 0 for those that still stand empty; (zones,)."""
        date = (EPOCH + timedelta(days=day)).date()
        return np.array([float(zone.in_service is None or date >= zone.in_service) for zone in self.site.zones])

    @staticmethod
    def air_m3_h(people: Array) -> Array:
        """Outdoor air by fans, m³/h: what the people present need."""
        return people * _AIR_M3_H_PERSON


def room_heat_w(loads: dict[str, Array], people: Array) -> Array:
    """Heat of people and things in their zones, W; hoods and server cooling carry most of theirs away."""
    extracted = 0.15 * loads["server"] + 0.35 * loads["kitchen"] + 0.15 * loads["hot_water"]
    return people * SENSIBLE_W + loads["plug"] + loads["rig"] + extracted
