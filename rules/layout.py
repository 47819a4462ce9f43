"""Which point of the site plays which part for the rules: worked out once per site, so that a tick only looks values up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from premises.site import ALL_PHASES, Point, Site
from premises.tariff import Carrier

GAINS = frozenset({"rig", "lighting", "plug", "server", "general"})
VALVE_STEP_C, FREE_STEP_C = 0.5, 0.1
"""Radiator valves take half degrees; a building model without devices takes tenths."""


@dataclass(frozen=True, slots=True)
class ZonePoints:
    """Ids of the points of one zone, by part. setpoints, brightness and switches are writable, the rest is read.

    gains: electric power that becomes heat in this zone alone (rig, lamps, plugs).
    """

    air: tuple[str, ...] = ()
    setpoints: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    occupancy: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    brightness: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    gains: tuple[str, ...] = ()
    illuminance: tuple[str, ...] = ()
    humidity: tuple[str, ...] = ()

    @property
    def lit(self) -> bool:
        """Whether the light of the zone can be set."""
        return bool(self.brightness or self.switches)


@dataclass(frozen=True, slots=True)
class PlantPoints:
    """Ids of the points of one plant. supply_setpoint and on are writable."""

    supply_setpoint: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    supply: tuple[str, ...] = ()
    heat_power: tuple[str, ...] = ()
    power: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of all points of a site that the rules read or write.

    pv, grid, heating_power: electric power of production, of the grid connection (import positive), of the plants. grid_phases: of
    each phase of the connection, where it is told; circuits: power of what sits on named phases, with those.
    """

    zones: Mapping[str, ZonePoints]
    plants: Mapping[str, PlantPoints]
    outdoor: tuple[str, ...] = ()
    irradiance: tuple[str, ...] = ()
    pv: tuple[str, ...] = ()
    grid: tuple[str, ...] = ()
    heating_power: tuple[str, ...] = ()
    setpoint_step_c: float = 0.5
    grid_phases: tuple[tuple[str, ...], ...] = ()
    circuits: tuple[tuple[str, tuple[int, ...]], ...] = ()


def layout_of(site: Site) -> Layout:
    """Sort the points of the site by the part they play."""
    zones = {
        zone.id: _zone_points([p for p in site.points if zone.id in (p.zone, p.subject)], _gains(site, zone.id))
        for zone in site.zones
    }
    plants = {plant.id: _plant_points([p for p in site.points if p.subject == plant.id]) for plant in site.plants}
    electric = [meter for meter in site.meters if meter.carrier is Carrier.ELECTRICITY]
    produced = {m.id for m in electric if m.role == "production"} or {string.id for string in site.pv_strings}
    bought = {m.id for m in electric if m.role == "grid"}
    own = {plant.meter or plant.id for plant in site.plants if plant.carrier is Carrier.ELECTRICITY}
    return Layout(
        zones,
        plants,
        outdoor=_ids(site.points, "outdoor_temperature"),
        irradiance=_ids(site.points, "irradiance"),
        pv=_powers(site, produced),
        grid=_powers(site, bought),
        heating_power=_powers(site, own),
        setpoint_step_c=VALVE_STEP_C if site.devices else FREE_STEP_C,
        grid_phases=tuple(_powers(site, bought, phase) for phase in ALL_PHASES),
        circuits=_circuits(site),
    )


def _powers(site: Site, subjects: set[str], phase: int | None = None) -> tuple[str, ...]:
    """Power of these, all phases together or of one alone; where a meter tells its phases only, these are its power."""
    told = [p for p in site.points if p.subject in subjects and p.quantity.name == "power"]
    if phase is not None:
        return tuple(p.id for p in told if p.phase == phase)
    whole = {p.subject for p in told if p.phase is None}
    return tuple(p.id for p in told if p.phase is None or p.subject not in whole)


def _circuits(site: Site) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Circuits and plants that sit on some phases only, by the point of their power; a circuit behind such a one is part of it."""
    above = {meter.id: meter.parent for meter in site.meters}
    sits = {m.id: m.phases for m in site.meters if m.role == "sub" and m.carrier is Carrier.ELECTRICITY and m.phases}
    of_plants = {p.meter or p.id: p.phases for p in site.plants if p.carrier is Carrier.ELECTRICITY and p.phases != ALL_PHASES}
    sits = of_plants | sits
    found = []
    for subject, phases in sits.items():
        parent = above.get(subject)
        while parent is not None and parent not in sits:
            parent = above.get(parent)
        if parent is None:
            found += [(point, phases) for point in _powers(site, {subject})]
    return tuple(found)


def _gains(site: Site, zone: str) -> tuple[str, ...]:
    """Power of the zone's own sub-meters whose use ends as heat in the room, and power told of the zone itself."""
    meters = {m.id for m in site.meters if m.zones == (zone,) and m.role == "sub" and m.use in GAINS}
    return _powers(site, meters | {zone})


def _ids(points: Iterable[Point], quantity: str, writable: bool | None = None) -> tuple[str, ...]:
    return tuple(p.id for p in points if p.quantity.name == quantity and (writable is None or p.writable is writable))


def _zone_points(points: list[Point], gains: tuple[str, ...]) -> ZonePoints:
    return ZonePoints(
        air=_ids(points, "air_temperature"),
        setpoints=_ids(points, "setpoint_temperature", True),
        demands=_ids(points, "heating_demand") + _ids(points, "valve_position"),
        occupancy=_ids(points, "occupancy"),
        contacts=_ids(points, "contact"),
        brightness=_ids(points, "brightness", True),
        switches=_ids(points, "switch_state", True),
        gains=gains,
        illuminance=_ids(points, "illuminance"),
        humidity=_ids(points, "humidity"),
    )


def _plant_points(points: list[Point]) -> PlantPoints:
    return PlantPoints(
        supply_setpoint=_ids(points, "supply_setpoint", True),
        on=_ids(points, "heatpump_on", True),
        supply=_ids(points, "supply_temperature"),
        heat_power=_ids(points, "heat_power"),
        power=_ids(points, "power"),
    )
