"""Degree-days of the period from the site's own outdoor sensor, by the French professional method."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from reports.figures.weather import DegreeDays, degree_days
from reports.inputs import SiteInputs

BASE_C = 18.0
LEAST_HOURS = 12
"""Of the 24 hours of a day's window: fewer known ones tell no minimum or maximum."""


def degree_days_of(inputs: SiteInputs, first: date, last: date) -> DegreeDays:
    """Heating and cooling degree-days of the days first to last. Days with under half of their hours are missing, not 0.

    Minimum from 18 h UTC the day before to 18 h UTC; maximum from 06 h UTC to 06 h UTC of the next day (arrêté du 10 avril 2020,
    annexe III). The official station's series is what a filing needs: the report says which was taken.
    """
    hours = {at: (low, high) for at, low, high in inputs.outdoor_c}
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    lows = [_extreme(hours, datetime(day.year, day.month, day.day, 18, tzinfo=UTC) - timedelta(days=1), 0) for day in days]
    highs = [_extreme(hours, datetime(day.year, day.month, day.day, 6, tzinfo=UTC), 1) for day in days]
    pairs = list(zip(lows, highs, strict=True))
    told = [low is not None and high is not None and low <= high for low, high in pairs]  # not so only over gaps
    known = [pair if so else (None, None) for pair, so in zip(pairs, told, strict=True)]
    return degree_days([low for low, _ in known], [high for _, high in known], BASE_C)


def _extreme(hours: dict[datetime, tuple[float, float]], start: datetime, place: int) -> float | None:
    known = [hours[at][place] for at in (start + timedelta(hours=number) for number in range(24)) if at in hours]
    if len(known) < LEAST_HOURS:
        return None
    return float(min(known) if place == 0 else max(known))


def monthly_degree_days(inputs: SiteInputs, months: Sequence[date]) -> list[DegreeDays]:
    """Of each local month named by its first day."""
    ends = [date(month.year + month.month // 12, month.month % 12 + 1, 1) - timedelta(days=1) for month in months]
    return [degree_days_of(inputs, month, end) for month, end in zip(months, ends, strict=True)]


def mean_of(values: Sequence[float]) -> float | None:
    """None of nothing."""
    return float(np.mean(values)) if values else None
