"""Degree-days and what weather does to a year's heating and cooling: never to the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from reports.figures.exact import FigureInputError, Number, fraction

_CONSTANT, _SLOPE = Fraction(8, 100), Fraction(42, 100)


def degree_days_day(low_c: Number, high_c: Number, base_c: Number = 18.0) -> tuple[float, float]:
    """Heating and cooling degree-days (°C·day) of one day, method of the French energy professionals (COSTIC).

    low_c: minimum from 18 h UTC the day before to 18 h UTC; high_c: maximum from 06 h UTC to 06 h UTC of the next day.
    Source: arrêté du 10 avril 2020 (NOR LOGL2005904A), annexe III. Raises FigureInputError where low > high.
    """
    heating, cooling = _day(fraction(low_c), fraction(high_c), fraction(base_c))
    return float(heating), float(cooling)


def _day(low: Fraction, high: Fraction, base: Fraction) -> tuple[Fraction, Fraction]:
    if low > high:
        raise FigureInputError(f"the day's minimum {float(low):g} °C is above its maximum {float(high):g} °C")
    mean = (low + high) / 2
    if base > high:
        return base - mean, Fraction(0)
    if base <= low:
        return Fraction(0), mean - base
    width, below, above = high - low, base - low, high - base
    return below * (_CONSTANT + _SLOPE * below / width), above * (_CONSTANT + _SLOPE * above / width)


@dataclass(frozen=True, slots=True)
class DegreeDays:
    """Sums over the days that are known; days without both temperatures are counted as missing, never as 0."""

    heating: float
    cooling: float
    days: int
    missing: int
    heating_by_day: tuple[float | None, ...] = ()
    cooling_by_day: tuple[float | None, ...] = ()


def degree_days(lows_c: Sequence[Number | None], highs_c: Sequence[Number | None], base_c: Number = 18.0) -> DegreeDays:
    """Degree-days of a period from daily minima and maxima (same length)."""
    if len(lows_c) != len(highs_c):
        raise FigureInputError(f"{len(lows_c)} minima but {len(highs_c)} maxima; give both for the same days, null where missing")
    base = fraction(base_c)
    days = [
        None if low is None or high is None else _day(fraction(low), fraction(high), base)
        for low, high in zip(lows_c, highs_c, strict=True)
    ]
    known = [day for day in days if day is not None]
    return DegreeDays(
        float(sum((heating for heating, _ in known), Fraction(0))),
        float(sum((cooling for _, cooling in known), Fraction(0))),
        len(known),
        len(days) - len(known),
        tuple(None if day is None else float(day[0]) for day in days),
        tuple(None if day is None else float(day[1]) for day in days),
    )


LEAST_HOURS = 12
"""Of the 24 hours of a day's window: fewer known ones tell no minimum or maximum."""


def extremes_by_day(
    hours: Mapping[datetime, tuple[Number, Number]], days: Sequence[date]
) -> list[tuple[Number, Number] | tuple[None, None]]:
    """Minimum and maximum of each day from the lowest and highest temperature of each UTC hour, by the hour's start.

    Minimum from 18 h UTC the day before to 18 h UTC; maximum from 06 h UTC to 06 h UTC of the next day. (None, None) where
    under half of either window's hours are known.
    """
    found: list[tuple[Number, Number] | tuple[None, None]] = []
    for day in days:
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        low = _extreme(hours, midnight - timedelta(hours=6), 0)
        high = _extreme(hours, midnight + timedelta(hours=6), 1)
        found.append((None, None) if low is None or high is None or low > high else (low, high))  # above: only over gaps
    return found


def _extreme(hours: Mapping[datetime, tuple[Number, Number]], start: datetime, place: int) -> Number | None:
    known = [hours[at][place] for at in (start + timedelta(hours=number) for number in range(24)) if at in hours]
    if len(known) < LEAST_HOURS:
        return None
    return min(known) if place == 0 else max(known)


def climate_adjustment_metered(heating_kwh: Number, mean_degree_days: Number, degree_days_of_year: Number) -> float:
    """kWh to add to the year: A = C x (DJ_mean / DJ_n - 1). Source: same order, article 5. A degree-day sum of 0 counts as 1."""
    mean, year = fraction(mean_degree_days) or Fraction(1), fraction(degree_days_of_year) or Fraction(1)
    return float(fraction(heating_kwh) * (mean / year - 1))


def climate_adjustment_unmetered(
    total_kwh: Number, coefficient: Number, mean_degree_days: Number, degree_days_of_year: Number, heated_share: Number = 1.0
) -> float:
    """kWh to add where heating has no meter: A = C_total x share x coefficient x (DJ_mean - DJ_n).

    coefficient per °C·day by category (annexe II of the arrêté du 1er août 2025, NOR ATDL2430864A);
    heated_share: Cabs x area heated of the category over the sum of all categories. A degree-day sum of 0 counts as 1.
    """
    if not 0 <= heated_share <= 1:
        raise FigureInputError(f"heated share {heated_share} is not between 0 and 1")
    mean, year = fraction(mean_degree_days) or Fraction(1), fraction(degree_days_of_year) or Fraction(1)
    return float(fraction(total_kwh) * fraction(heated_share) * fraction(coefficient) * (mean - year))
