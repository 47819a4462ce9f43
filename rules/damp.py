"""Damp guard: where humidity is measured, an empty zone is not let so cold that its walls grow mould; else set-back is the least.

The criterion is that of ISO 13788: no more than 80 % relative humidity on the coldest surface, at a temperature factor of 0.7.
"""

from __future__ import annotations

import math
from dataclasses import replace

from premises.site import Site, Zone
from rules.snapshot import Snapshot

SURFACE_HUMIDITY, SURFACE_FACTOR = 0.8, 0.7
MOST_C, STEP_C = 16.0, 0.5
"""No set-back is raised above the first; in steps, so that a setpoint does not follow every breath of air."""
MAGNUS_HPA, MAGNUS_A, MAGNUS_B = 6.112, 17.62, 243.12
"""Vapour pressure over water by temperature (Magnus, WMO 2008)."""


def least_c(air_c: float, humidity_pct: float, outdoor_c: float) -> float:
    """Air temperature in °C at which the coldest surface is just dry enough, with the moisture that the air holds now."""
    pressure = humidity_pct / 100.0 * MAGNUS_HPA * math.exp(MAGNUS_A * air_c / (MAGNUS_B + air_c))
    bearable = math.log(max(1e-3, pressure / SURFACE_HUMIDITY) / MAGNUS_HPA)
    surface_c = MAGNUS_B * bearable / (MAGNUS_A - bearable)
    needed = outdoor_c + (surface_c - outdoor_c) / SURFACE_FACTOR
    return min(MOST_C, math.ceil(needed / STEP_C) * STEP_C)


def dry(snapshot: Snapshot, zone: Zone) -> Zone:
    """The zone with its set-back raised as far as its humidity asks; as it is where humidity, air or weather are not known."""
    points = snapshot.layout.zones[zone.id]
    if not points.humidity or zone.heating_plant is None:
        return zone
    humidity, air, outdoor = snapshot.middle(points.humidity), snapshot.middle(points.air), snapshot.outdoor_c
    if humidity is None or air is None or outdoor is None:
        return zone
    needed = least_c(air, humidity, outdoor)
    return zone if needed <= zone.setback_c else replace(zone, setback_c=needed)


def dried(snapshot: Snapshot, site: Site) -> Site:
    """The site as plans are to see it: no zone planned colder than its guard lets it be."""
    zones = tuple(dry(snapshot, zone) for zone in site.zones)
    return site if all(new is old for new, old in zip(zones, site.zones, strict=True)) else replace(site, zones=zones)
