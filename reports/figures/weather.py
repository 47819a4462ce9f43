"""Degree-days and what weather does to a year's heating and cooling: never to the total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.figures.solar import FigureInputError


def degree_days_day(low_c: float, high_c: float, base_c: float = 18.0) -> tuple[float, float]:
    """Heating and cooling degree-days (°C·day) of one day, method of the French energy professionals (COSTIC).

    low_c: minimum from 18 h UTC the day before to 18 h UTC; high_c: maximum from 06 h UTC to 06 h UTC of the next day.
    Source: arrêté du 10 avril 2020 (NOR LOGL2005904A), annexe III. Raises FigureInputError where low > high.
    """
    if low_c > high_c:
        raise FigureInputError(f"the day's minimum {low_c} °C is above its maximum {high_c} °C")
    mean = (low_c + high_c) / 2
    if base_c > high_c:
        return base_c - mean, 0.0
    if base_c <= low_c:
        return 0.0, mean - base_c
    width, below, above = high_c - low_c, base_c - low_c, high_c - base_c
    return below * (0.08 + 0.42 * below / width), above * (0.08 + 0.42 * above / width)


@dataclass(frozen=True, slots=True)
class DegreeDays:
    """Sums over the days that are known; days without both temperatures are counted as missing, never as 0."""

    heating: float
    cooling: float
    days: int
    missing: int


def degree_days(lows_c: Sequence[float | None], highs_c: Sequence[float | None], base_c: float = 18.0) -> DegreeDays:
    """Degree-days of a period from daily minima and maxima (same length)."""
    if len(lows_c) != len(highs_c):
        raise FigureInputError(f"{len(lows_c)} minima but {len(highs_c)} maxima")
    known = [
        degree_days_day(low, high, base_c)
        for low, high in zip(lows_c, highs_c, strict=True)
        if low is not None and high is not None
    ]
    return DegreeDays(sum(h for h, _ in known), sum(c for _, c in known), len(known), len(lows_c) - len(known))


def climate_adjustment_metered(heating_kwh: float, mean_degree_days: float, degree_days_of_year: float) -> float:
    """kWh to add to the year: A = C x (DJ_mean / DJ_n - 1). Source: same order, article 5. A degree-day sum of 0 counts as 1."""
    return heating_kwh * ((mean_degree_days or 1.0) / (degree_days_of_year or 1.0) - 1.0)


def climate_adjustment_unmetered(
    total_kwh: float, coefficient: float, mean_degree_days: float, degree_days_of_year: float, heated_share: float = 1.0
) -> float:
    """kWh to add where heating has no meter: A = C_total x share x coefficient x (DJ_mean - DJ_n).

    coefficient per °C·day by category (annexe II of the arrêté du 1er août 2025, NOR ATDL2430864A);
    heated_share: Cabs x area heated of the category over the sum of all categories.
    """
    if not 0 <= heated_share <= 1:
        raise FigureInputError(f"heated share {heated_share} is not between 0 and 1")
    return total_kwh * heated_share * coefficient * (mean_degree_days - degree_days_of_year)
