"""From heat to what the meter counts: efficiency and coefficient of performance, price and carbon of final energy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from premises.site import Plant, PlantKind, Site
from premises.tariff import Carrier

CarbonFactor = Callable[[Carrier, datetime], float]
"""kg CO2e per kWh of final energy of a carrier at an instant."""

CARNOT_SHARE = 0.42
"""Share of the ideal coefficient that heat pumps reach where the site gives no points of its own."""
COP_LOW, COP_HIGH = 1.0, 8.0
LIFT_LEAST_K = 10.0
RATED_AT_C, CAPACITY_PER_K, CAPACITY_LEAST = 7.0, 0.015, 0.6


def carnot(outdoor_c: float, supply_c: float) -> float:
    """Ideal coefficient of performance; the lift is taken as 10 K at least."""
    return (supply_c + 273.15) / max(LIFT_LEAST_K, supply_c - outdoor_c)


def cop(plant: Plant, outdoor_c: float, supply_c: float) -> float:
    """Heat per final energy: of a heat pump by its points' share of the ideal, near points first; else the efficiency."""
    if plant.kind is not PlantKind.HEAT_PUMP:
        return max(0.05, plant.efficiency)
    share = _share(plant.cop_points, round(outdoor_c), round(supply_c)) if plant.cop_points else CARNOT_SHARE
    return min(COP_HIGH, max(COP_LOW, share * carnot(outdoor_c, supply_c)))


@lru_cache(maxsize=4096)
def _share(points: tuple[tuple[float, float, float], ...], outdoor_c: int, supply_c: int) -> float:
    """Share of the ideal by the points' own, weighted by nearness; asked for by whole degrees, so that plans are quick."""
    near = [
        (1.0 / (1.0 + (outside - outdoor_c) ** 2 + (supply - supply_c) ** 2), value / carnot(outside, supply))
        for outside, supply, value in points
    ]
    return sum(weight * part for weight, part in near) / sum(weight for weight, _ in near)


def capacity_w(plant: Plant, outdoor_c: float) -> float:
    """Heat that the plant gives at most: a heat pump less in the cold, as outdoor air has less to give: CAPACITY_PER_K of it per K.

    Rated at 7 °C, by EN 14511; a boiler gives what is on its plate.
    """
    if plant.kind is not PlantKind.HEAT_PUMP:
        return plant.heat_power_w
    return plant.heat_power_w * min(1.0, max(CAPACITY_LEAST, 1.0 - CAPACITY_PER_K * (RATED_AT_C - outdoor_c)))


def price(site: Site, carrier: Carrier, instant: datetime) -> float:
    """Currency per kWh of final energy; 0 where the site has no tariff for it."""
    tariff = site.tariff_of(carrier)
    return 0.0 if tariff is None else float(tariff.price_at(instant, site.zoneinfo))
