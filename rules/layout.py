"""Which point of the site plays which part for the rules: worked out once per site, so that a tick only looks values up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from premises.site import Point, Site


@dataclass(frozen=True, slots=True)
class ZonePoints:
    """Ids of the points of one zone, by part. setpoints, brightness and switches are writable, the rest is read."""

    air: tuple[str, ...] = ()
    setpoints: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    occupancy: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    brightness: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()

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
    """The parts of all points of a site that the rules read or write."""

    zones: Mapping[str, ZonePoints]
    plants: Mapping[str, PlantPoints]
    outdoor: tuple[str, ...] = ()
    irradiance: tuple[str, ...] = ()


def layout_of(site: Site) -> Layout:
    """Sort the points of the site by the part they play."""
    zones = {zone.id: _zone_points([p for p in site.points if zone.id in (p.zone, p.subject)]) for zone in site.zones}
    plants = {plant.id: _plant_points([p for p in site.points if p.subject == plant.id]) for plant in site.plants}
    return Layout(zones, plants, _ids(site.points, "outdoor_temperature"), _ids(site.points, "irradiance"))


def _ids(points: Iterable[Point], quantity: str, writable: bool | None = None) -> tuple[str, ...]:
    return tuple(p.id for p in points if p.quantity.name == quantity and (writable is None or p.writable is writable))


def _zone_points(points: list[Point]) -> ZonePoints:
    return ZonePoints(
        air=_ids(points, "air_temperature"),
        setpoints=_ids(points, "setpoint_temperature", True),
        demands=_ids(points, "heating_demand") + _ids(points, "valve_position"),
        occupancy=_ids(points, "occupancy"),
        contacts=_ids(points, "contact"),
        brightness=_ids(points, "brightness", True),
        switches=_ids(points, "switch_state", True),
    )


def _plant_points(points: list[Point]) -> PlantPoints:
    return PlantPoints(
        supply_setpoint=_ids(points, "supply_setpoint", True),
        on=_ids(points, "heatpump_on", True),
        supply=_ids(points, "supply_temperature"),
        heat_power=_ids(points, "heat_power"),
        power=_ids(points, "power"),
    )
