"""Efficiency and capacity of heat pumps by temperatures and load."""

from __future__ import annotations

from functools import lru_cache

from premises.site import Plant


def _regression(lift_k: float) -> float:
    """COP of air-source heat pumps by lift from outdoor air to water (Ruhnau, Hirth & Praktiknjo 2019, Sci Data 6:189)."""
    lift = min(max(lift_k, 12.0), 75.0)
    return 6.08 - 0.09 * lift + 0.0005 * lift * lift


@lru_cache(maxsize=64)
def _level(points: tuple[tuple[float, float, float], ...]) -> float:
    """How much better or worse than the regression the stated points are, on average."""
    if not points:
        return 1.0
    return sum(stated / _regression(supply - outdoor) for outdoor, supply, stated in points) / len(points)


def cop(plant: Plant, outdoor_c: float, supply_c: float, load: float) -> float:
    """Heat per electricity at a load from 0 to 1 of the present capacity; best near 60 % load, worse when cycling low.

    The plant's stated points give the level, the regression the shape: so it is near the data sheet, and never on it.
    """
    part = 1.04 - 0.35 * (min(max(load, 0.0), 1.0) - 0.6) ** 2
    return max(_level(plant.cop_points) * _regression(supply_c - outdoor_c) * part, 1.0)


def eer(plant: Plant, outdoor_c: float, supply_c: float) -> float:
    """Cold per electricity; the stated value holds at 35 °C outside and water of 7 °C."""
    better = 1.0 - 0.022 * (outdoor_c - 35.0) + 0.022 * (supply_c - 7.0)
    return max(plant.eer * min(max(better, 0.6), 1.9), 1.2)


def capacity_share(outdoor_c: float, supply_c: float) -> float:
    """Heating capacity as a share of the stated power, which holds at 0 °C outside and water of 45 °C."""
    return min(max(1.0 + 0.017 * outdoor_c - 0.004 * (supply_c - 45.0), 0.55), 1.25)
