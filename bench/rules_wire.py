"""A simulated building told and acted on point by point, as its devices would, without MQTT: what is measured, and no more."""

from __future__ import annotations

from premises.reading import Value
from premises.site import Site
from rules.layout import Layout, layout_of
from rules.loop import Settings
from simulators.building import Building
from simulators.gauges import Gauge, Gauges

ROUNDED = {"air_temperature": 1, "outdoor_temperature": 1, "supply_temperature": 1, "heating_demand": 0, "valve_position": 0}
"""Decimals that devices tell."""


class Wire:
    """The points of a site that the rules read, each with its gauge in the building; and what the rules set."""

    def __init__(self, building: Building) -> None:
        self.building = building
        self.layout = layout_of(building.site)
        gauges, read = Gauges(building), _read(self.layout)
        found = ((point, gauges.of(point)) for point in building.site.points if point.id in read)
        self._gauges: dict[str, tuple[int, Gauge]] = {
            point.id: (ROUNDED.get(point.quantity.name, 3), gauge) for point, gauge in found if gauge is not None
        }

    def readings(self) -> dict[str, Value]:
        """What the devices would tell now."""
        return {point: round(gauge(), digits) for point, (digits, gauge) in self._gauges.items()}

    def obey(self, settings: Settings) -> None:
        """Set what has a device for it; a plant without supply setpoint keeps its own heating curve."""
        building = self.building
        for zone, setpoint in settings.setpoint_c.items():
            building.set_setpoint(zone, setpoint)
        for told in settings.decision.zones:
            if told.light_pct is not None:
                building.set_light(told.zone, told.light_pct)
        for plant, supply in settings.supply_c.items():
            building.set_supply(plant, supply)
        for plant, on in settings.plant_on.items():
            building.set_plant_on(plant, on)


def settable(site: Site, plant: str) -> tuple[bool, bool]:
    """Whether the plant's supply temperature can be set, and whether it can be switched."""
    points = layout_of(site).plants[plant]
    return bool(points.supply_setpoint), bool(points.on)


def _read(layout: Layout) -> frozenset[str]:
    """Ids of all points that the rules read."""
    found = [*layout.outdoor, *layout.irradiance, *layout.pv, *layout.grid, *layout.heating_power]
    for zone in layout.zones.values():
        found += [*zone.air, *zone.demands, *zone.occupancy, *zone.contacts, *zone.gains, *zone.illuminance]
    for plant in layout.plants.values():
        found += [*plant.supply, *plant.heat_power, *plant.power]
    return frozenset(found)
