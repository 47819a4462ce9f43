"""Degree-days of the period from the site's own outdoor sensor, by the French professional method."""

from __future__ import annotations

from datetime import date, timedelta

from reports.figures.weather import DegreeDays, degree_days, extremes_by_day
from reports.inputs import SiteInputs

BASE_C = 18.0


def degree_days_of(inputs: SiteInputs, first: date, last: date) -> DegreeDays:
    """Heating and cooling degree-days of the days first to last. Days with under half of their hours are missing, not 0.

    Minimum from 18 h UTC the day before to 18 h UTC; maximum from 06 h UTC to 06 h UTC of the next day (arrêté du 10 avril 2020,
    annexe III). The official station's series is what a filing needs: the report says which was taken.
    """
    hours = {at: (low, high) for at, low, high in inputs.outdoor_c}
    pairs = extremes_by_day(hours, [first + timedelta(days=number) for number in range((last - first).days + 1)])
    return degree_days([low for low, _ in pairs], [high for _, high in pairs], BASE_C)
