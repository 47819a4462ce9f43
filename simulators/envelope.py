"""What the zones of a site are made of, guessed from use, area and volume: the site file does not tell it, nor should it.

The guesses are those of partly renovated industrial buildings in France (Th-U tables of RT existant): they are the simulator's
own and must not be read by what plans and decides, which has to learn a building from its readings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from premises.site import Site, ZoneUse
from simulators.noise import Array, generator

AIR_J_M3_K = 1206.0  # heat capacity of air at 20 °C
_WALL_U = 0.55  # W/m²K, insulated on renovation
_ROOF_U = 0.30
_FLOOR_U = 0.28
_WINDOW_U = 1.7


@dataclass(frozen=True, slots=True)
class _Make:
    """By use: share of walls and of the floor's area under the sky that are outside, windows per floor area, deep mass."""

    walls_outside: float
    roof: float
    windows: float
    leak_per_h: float
    deep_kj_m2: float


_MAKES = {
    ZoneUse.STAGE: _Make(0.65, 1.0, 0.0, 0.25, 200),
    ZoneUse.AUDITORIUM: _Make(0.40, 1.0, 0.0, 0.15, 220),
    ZoneUse.RESTAURANT: _Make(0.60, 0.5, 0.18, 0.40, 220),
    ZoneUse.OFFICE: _Make(0.45, 0.4, 0.16, 0.25, 210),
    ZoneUse.CLASSROOM: _Make(0.45, 0.4, 0.16, 0.25, 210),
    ZoneUse.EDIT_ROOM: _Make(0.35, 0.4, 0.06, 0.15, 200),
    ZoneUse.MIX_ROOM: _Make(0.20, 0.4, 0.0, 0.10, 260),
    ZoneUse.WORKSHOP: _Make(0.60, 1.0, 0.08, 0.50, 200),
    ZoneUse.CIRCULATION: _Make(0.30, 0.4, 0.08, 0.50, 220),
}
_OTHER_MAKE = _Make(0.40, 0.4, 0.06, 0.25, 200)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Zones as arrays of shape (zones,): capacities in J/K, conductances in W/K. between_w_k: (zones, zones), symmetric.

    Three nodes per zone: air with furnishing; surfaces (linings, drapes, sets, the first centimetre of walls); deep mass
    (walls and floors). Opaque losses leave from the deep mass, windows and bridges from the air.
    leak_per_h: air changes at rest; window_m2 by facade azimuth `facade_deg`.
    """

    area_m2: Array
    volume_m3: Array
    height_m: Array
    air_j_k: Array
    surface_j_k: Array
    deep_j_k: Array
    air_surface_w_k: Array
    surface_deep_w_k: Array
    deep_outdoor_w_k: Array
    deep_ground_w_k: Array
    air_outdoor_w_k: Array
    leak_per_h: Array
    window_m2: Array
    facade_deg: Array
    between_w_k: Array


def envelope_of(site: Site, seed: int) -> Envelope:
    """The zones' fabric; `seed` varies each by some ten percent."""
    count = len(site.zones)
    area = np.array([zone.area_m2 for zone in site.zones])
    volume = np.array([zone.volume_m3 for zone in site.zones])
    makes = [_MAKES.get(zone.use, _OTHER_MAKE) for zone in site.zones]
    chance = [generator(seed, f"envelope/{zone.id}", 0) for zone in site.zones]
    varied = np.array([rng.uniform(0.88, 1.12, size=3) for rng in chance]).reshape(count, 3)
    facade = np.array([rng.choice([90.0, 135.0, 180.0, 225.0, 270.0]) for rng in chance])

    height = volume / area
    walls = 4.4 * np.sqrt(area) * height
    window = area * np.array([make.windows for make in makes])
    outside = np.maximum(walls * np.array([make.walls_outside for make in makes]) - window, 0.0)
    roof = area * np.array([make.roof for make in makes])
    inner = 2 * area + walls
    massive = area + 0.7 * walls

    index = {zone.id: place for place, zone in enumerate(site.zones)}
    between = np.zeros((count, count))
    for zone in site.zones:
        for neighbour in zone.neighbours:
            here, there = index[zone.id], index[neighbour.zone]
            between[here, there] = between[there, here] = max(between[here, there], neighbour.conductance_w_k)
    return Envelope(
        area_m2=area,
        volume_m3=volume,
        height_m=height,
        air_j_k=1.4 * AIR_J_M3_K * volume,
        surface_j_k=34e3 * inner * varied[:, 1],
        deep_j_k=1e3 * massive * np.array([make.deep_kj_m2 for make in makes]),
        air_surface_w_k=4.5 * inner,
        surface_deep_w_k=2.2 * massive * varied[:, 2],
        deep_outdoor_w_k=(_WALL_U * outside + _ROOF_U * roof) * varied[:, 0],
        deep_ground_w_k=_FLOOR_U * 0.5 * area,
        air_outdoor_w_k=_WINDOW_U * window + 0.05 * walls * varied[:, 0],
        leak_per_h=np.array([make.leak_per_h for make in makes]) * varied[:, 0],
        window_m2=window,
        facade_deg=facade,
        between_w_k=between,
    )
