"""How much heat a zone gets, where it is not metered: from valves, setpoint and supply temperature, shared out of the plant's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from premises.site import Plant, Zone
from rules.conversion import capacity_w
from rules.snapshot import Snapshot
from rules.thermal import cold_power_w, emitter_power_w

BAND_K = 1.0
"""Where a valve tells nothing: taken as fully open half of this below its setpoint, shut half above."""
SHARE_LOW, SHARE_HIGH = 0.3, 1.0
"""The plant's meter may lower the estimates as far as that. What emitters give beyond their plates, models learn themselves."""
SHARE_OVER = timedelta(hours=24)
"""Over so long the meter is compared: from hour to hour a plant heats its pipes and buffer, or rests while those heat on."""


class PlantShares:
    """By plant, heat metered and heat estimated of late, in W as means that forget within a day."""

    def __init__(self) -> None:
        self._at: datetime | None = None
        self._sums: dict[str, tuple[float, float]] = {}

    def factor(self, plant: str) -> float:
        """What estimates are to be multiplied by; 1 until the meter has told something."""
        metered, guessed = self._sums.get(plant, (0.0, 0.0))
        return min(SHARE_HIGH, max(SHARE_LOW, metered / guessed)) if guessed > 0.0 else 1.0

    def note(self, now: datetime, told: Mapping[str, tuple[float, float]]) -> None:
        """Heat metered and estimated by plant at this tick."""
        passed = timedelta(0) if self._at is None else max(timedelta(0), now - self._at)
        kept = math.exp(-(passed / SHARE_OVER))
        for plant, (metered, guessed) in told.items():
            before = self._sums.get(plant, (guessed, guessed))  # believed until it is seen
            self._sums[plant] = (kept * before[0] + (1 - kept) * metered, kept * before[1] + (1 - kept) * guessed)
        self._at = now


def heats(snapshot: Snapshot, wanted: Mapping[str, float], shares: PlantShares) -> dict[str, float]:
    """Heat in W by zone at this tick. wanted: setpoints in force in °C; shares: followed from tick to tick."""
    compared = {}
    found: dict[str, float] = {}
    for plant in snapshot.site.plants:
        zones = [zone for zone in snapshot.site.zones if zone.heating_plant == plant.id]
        told = {zone.id: _metered(snapshot, zone) for zone in zones}
        guessed = {zone.id: _guess(snapshot, zone, plant, wanted.get(zone.id)) for zone in zones if told[zone.id] is None}
        total = _plant_heat(snapshot, plant)
        rest = None if total is None else max(0.0, total - sum(value for value in told.values() if value is not None))
        asked = sum(guessed.values())
        if rest is not None:
            compared[plant.id] = (rest, asked)
        factor = shares.factor(plant.id)
        most_w = plant.heat_power_w if snapshot.outdoor_c is None else capacity_w(plant, snapshot.outdoor_c)
        if factor * asked > most_w > 0:
            factor = most_w / asked  # no more than there is
        found |= {zone: value for zone, value in told.items() if value is not None}
        found |= {zone: value * factor for zone, value in guessed.items()}
    shares.note(snapshot.now, compared)
    return found


def opening_of(snapshot: Snapshot, zone: Zone) -> float | None:
    """How far the valves are open from which its heat is estimated, 0 to 1; None where none tells. 1 where heat is metered."""
    if _metered(snapshot, zone) is not None:
        return 1.0
    told = snapshot.middle(snapshot.layout.zones[zone.id].demands)
    return None if told is None else min(1.0, max(0.0, told / 100.0))


def cold(snapshot: Snapshot, zone: Zone, limit_c: float | None) -> float:
    """Cold in W that the zone gets at this tick, from its valve and the plant's cold water; 0 where it is not cooled."""
    points = snapshot.layout.zones[zone.id]
    air = snapshot.middle(points.air)
    if air is None or limit_c is None or zone.cooling_plant is None:
        return 0.0
    plant = snapshot.site.plant(zone.cooling_plant)
    memory = snapshot.memory.plants.get(plant.id)
    if memory is not None and memory.on is False:
        return 0.0
    told = snapshot.middle(points.demands)
    opening = (air - limit_c) / BAND_K + 0.5 if told is None else told / 100.0
    return min(1.0, max(0.0, opening)) * min(cold_power_w(zone, plant), plant.cool_power_w or plant.heat_power_w)


def gains(snapshot: Snapshot, zone: Zone) -> float:
    """Heat of people, rigs and lamps in W: people by the bookings, electricity by its meters, else by bookings and light level."""
    now = snapshot.now
    people = lamps = 0.0
    for claim in snapshot.schedule.get(zone.id, ()):
        if claim.acts:
            people += claim.people_w(now)
            lamps += claim.rig_w(now)
    told = [power for power in map(snapshot.number, snapshot.layout.zones[zone.id].gains) if power is not None]
    if told:
        return people + max(0.0, sum(told))
    memory = snapshot.memory.zones.get(zone.id)
    level = memory.light_pct if memory is not None else None
    return people + lamps + zone.lighting_power_w * (level or 0.0) / 100.0


def electricity(snapshot: Snapshot) -> tuple[float | None, float | None]:
    """PV power, and the site's load without its plants, in W; None where a meter is not known."""
    layout = snapshot.layout
    pv, grid, own = (_total(snapshot, points) for points in (layout.pv, layout.grid, layout.heating_power))
    base = None if grid is None else max(0.0, grid + (pv or 0.0) - (own or 0.0))
    return pv, base


def _total(snapshot: Snapshot, points: tuple[str, ...]) -> float | None:
    told = [snapshot.number(point) for point in points]
    known = [power for power in told if power is not None]
    return sum(known) if known and len(known) == len(told) else None


def door_open(snapshot: Snapshot, zone: str) -> float:
    """1 while a loading door of the zone is told to be open, else 0."""
    told = (snapshot.latest.get(point) for point in snapshot.layout.zones[zone].contacts)
    return float(any(live is not None and live.known and live.reading.value is False for live in told))


def _metered(snapshot: Snapshot, zone: Zone) -> float | None:
    return snapshot.number(f"{zone.id}/heat_power")


def _plant_heat(snapshot: Snapshot, plant: Plant) -> float | None:
    return snapshot.middle(snapshot.layout.plants[plant.id].heat_power)


def _guess(snapshot: Snapshot, zone: Zone, plant: Plant, wanted_c: float | None) -> float:
    points = snapshot.layout.zones[zone.id]
    air = snapshot.middle(points.air)
    if air is None:
        return 0.0
    state = snapshot.memory.zones.get(zone.id)
    if state is not None and state.cooling:
        return 0.0  # its valve lets cold in, which is told apart
    opening = _opening(snapshot, points.demands, wanted_c, air)
    memory = snapshot.memory.plants.get(plant.id)
    if memory is not None and memory.on is False:
        return 0.0
    supply = snapshot.middle(snapshot.layout.plants[plant.id].supply)
    if supply is None:
        supply = memory.supply_c if memory is not None and memory.supply_c is not None else zone.emitter_supply_c
    return opening * emitter_power_w(zone, supply, air)


def _opening(snapshot: Snapshot, demands: tuple[str, ...], wanted_c: float | None, air_c: float) -> float:
    told = snapshot.middle(demands)
    if told is not None:
        return min(1.0, max(0.0, told / 100.0))
    if wanted_c is None:
        return 0.0
    return min(1.0, max(0.0, (wanted_c - air_c) / BAND_K + 0.5))
