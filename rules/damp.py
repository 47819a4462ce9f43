"""Damp guard: where humidity is measured, an empty zone is not let so cold that its walls grow mould; else set-back is the least.
Water for cold ceilings and floors stays above the dew point of the air below them.

The criterion is that of ISO 13788: no more than 80 % relative humidity on the coldest surface, at a temperature factor of 0.7.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from premises.site import Site, Zone
from rules.snapshot import Snapshot
from rules.thermal import COOL_SUPPLY_C, COOL_SUPPLY_DRY_C

SURFACE_HUMIDITY, SURFACE_FACTOR = 0.8, 0.7
MOST_C, STEP_C = 16.0, 0.5
"""No set-back is raised above the first; in steps, so that a setpoint does not follow every breath of air."""
MAGNUS_HPA, MAGNUS_A, MAGNUS_B = 6.112, 17.62, 243.12
"""Vapour pressure over water by temperature (Magnus, WMO 2008)."""
DEW_MARGIN_K = 1.5
"""Between water and dew point: what sensors, pipes and mixing valves stray by."""


def dew_point_c(air_c: float, humidity_pct: float) -> float:
    """Temperature in °C at which the air's moisture condenses (Magnus)."""
    share = math.log(min(1.0, max(0.01, humidity_pct / 100.0))) + MAGNUS_A * air_c / (MAGNUS_B + air_c)
    return MAGNUS_B * share / (MAGNUS_A - share)


def dry_supply_c(snapshot: Snapshot, zones: Iterable[Zone]) -> tuple[float, str] | None:
    """The coldest water in °C that wets no ceiling of these zones, and the name of the one that asks for it.

    None where all have coils that drain. Of zones whose humidity is not measured, the usual 18 °C.
    """
    found: tuple[float, str] | None = None
    for zone in zones:
        if zone.emitter in COOL_SUPPLY_C:
            continue
        points, least = snapshot.layout.zones[zone.id], COOL_SUPPLY_DRY_C
        humidity, air = snapshot.middle(points.humidity), snapshot.middle(points.air)
        if humidity is not None and air is not None:
            least = max(least, dew_point_c(air, humidity) + DEW_MARGIN_K)
        if found is None or least > found[0]:
            found = least, zone.name
    return found


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
