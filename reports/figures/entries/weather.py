"""Entries: degree-days and what weather does to heating and cooling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, timedelta
from typing import Any

from reports.figures.exact import FigureInputError, Number, fraction, ratio
from reports.figures.form import Figure, Input, Kind, Output, number
from reports.figures.told_times import a_day, instant
from reports.figures.weather import climate_adjustment_metered, climate_adjustment_unmetered, degree_days, extremes_by_day

COEFFICIENTS = {
    "offices": ("0.000247", "0.000198"),
    "audiovisual": ("0.000247", "0.000198"),
    "culture": ("0.000247", "0.000198"),
    "restaurant": ("0.000141", "0.0000535"),
    "data_centre": ("0", "0.00068"),
}
_ORDER = "arrêté du 10 avril 2020 (NOR LOGL2005904A)"
_ANNEX = "coefficients: annexe II of the arrêté du 1er août 2025 (NOR ATDL2430864A)"
_UNIT = "°C·day"
MOST_DAYS = 3660


def degree_days_of(low_c: Any, high_c: Any, base_c: Number) -> dict[str, Any]:
    """Degree-days of one day (numbers) or of several (lists)."""
    lows, highs = (value if isinstance(value, Sequence) else [value] for value in (low_c, high_c))
    found = asdict(degree_days(lows, highs, base_c))
    if not found["days"]:
        found["heating"] = found["cooling"] = None
    return found


def degree_days_hourly(
    start: str, hours_c: Sequence[Number | None], base_c: Number, first: str | None, last: str | None
) -> dict[str, Any]:
    """Degree-days of UTC days from hourly temperatures: the windows of minimum and maximum are cut here."""
    begin = instant(start, "start").astimezone(UTC)
    if (begin.minute, begin.second, begin.microsecond) != (0, 0, 0):
        raise FigureInputError(f"start {start} is no full hour; give hourly temperatures from a full hour on")
    times = [begin + timedelta(hours=number) for number in range(len(hours_c))]
    hours = {at: (value, value) for at, value in zip(times, hours_c, strict=True) if value is not None}
    from_day = begin.date() if first is None else a_day(first, "first")
    to_day = (times[-1] if times else begin).date() if last is None else a_day(last, "last")
    if not timedelta(0) <= to_day - from_day <= timedelta(days=MOST_DAYS):
        raise FigureInputError(f"first {from_day} to last {to_day} are not 1 to {MOST_DAYS} days in order")
    days = [from_day + timedelta(days=number) for number in range((to_day - from_day).days + 1)]
    pairs = extremes_by_day(hours, days)
    found = degree_days_of([low for low, _ in pairs], [high for _, high in pairs], base_c)
    return found | {"low_c": [low for low, _ in pairs], "high_c": [high for _, high in pairs], "dates": [str(day) for day in days]}


def _adjusted(adjustment: Mapping[str, float | None], total_kwh: Number | None, area_m2: Number | None) -> dict[str, Any]:
    together = sum((fraction(part) for part in adjustment.values() if part is not None), fraction(0))
    adjusted = None if total_kwh is None else fraction(total_kwh) + together
    area = None if area_m2 is None else fraction(area_m2)
    return {
        **adjustment,
        "adjustment_kwh": float(together),
        "adjusted_kwh": None if adjusted is None else float(adjusted),
        "raw_intensity": None if total_kwh is None else ratio(fraction(total_kwh), area),
        "adjusted_intensity": ratio(adjusted, area),
    }


def adjusted_metered(
    heating_kwh: Number,
    mean_degree_days: Number,
    degree_days: Number,
    cooling_kwh: Number | None,
    mean_cooling_degree_days: Number | None,
    cooling_degree_days: Number | None,
    total_kwh: Number | None,
    area_m2: Number | None,
) -> dict[str, Any]:
    """Only the metered heating (and cooling) is adjusted, never the total."""
    if total_kwh is not None and fraction(heating_kwh) + fraction(cooling_kwh or 0) > fraction(total_kwh):
        raise FigureInputError("heating and cooling add up to more than total_kwh; give the total of all uses")
    heating = climate_adjustment_metered(heating_kwh, mean_degree_days, degree_days)
    cooling = None
    if cooling_kwh is not None:
        if mean_cooling_degree_days is None or cooling_degree_days is None:
            raise FigureInputError("cooling_kwh needs mean_cooling_degree_days and cooling_degree_days")
        cooling = climate_adjustment_metered(cooling_kwh, mean_cooling_degree_days, cooling_degree_days)
    return _adjusted({"heating_adjustment_kwh": heating, "cooling_adjustment_kwh": cooling}, total_kwh, area_m2)


def adjusted_unmetered(
    total_kwh: Number,
    mean_degree_days: Number,
    degree_days: Number,
    coefficient: Number | None,
    category: str | None,
    use: str,
    heated_share: Number | None,
    parts: Sequence[Mapping[str, Any]] | None,
    area_m2: Number | None,
) -> dict[str, Any]:
    """Where heating (cooling) has no meter: by coefficient of the category, or by parts of several categories."""
    if parts is not None:
        if coefficient is not None or category is not None or heated_share is not None:
            raise FigureInputError("parts bring their own category, coefficient and heated area; give parts alone")
        weights = [fraction(part["cabs_kwh_m2"]) * fraction(part["area_m2"]) for part in parts]
        together = sum(weights, fraction(0))
        if together == 0:
            raise FigureInputError("the parts have no area or no cabs_kwh_m2; give both above 0")
        found = fraction(0)
        for part in parts:
            heated = part["area_m2"] if part["heated_area_m2"] is None else part["heated_area_m2"]
            if heated > part["area_m2"]:
                raise FigureInputError("heated_area_m2 of a part is above its area_m2")
            share = fraction(part["cabs_kwh_m2"]) * fraction(heated) / together
            each = _coefficient(part["coefficient"], part["category"], use)
            found += fraction(climate_adjustment_unmetered(total_kwh, each, mean_degree_days, degree_days, share))
        return _adjusted({f"{use}_adjustment_kwh": float(found)}, total_kwh, area_m2)
    whole = 1 if heated_share is None else heated_share
    each = _coefficient(coefficient, category, use)
    one = climate_adjustment_unmetered(total_kwh, each, mean_degree_days, degree_days, whole)
    return _adjusted({f"{use}_adjustment_kwh": one}, total_kwh, area_m2)


def _coefficient(coefficient: Number | None, category: str | None, use: str) -> Number:
    if coefficient is not None:
        return coefficient
    if category is None:
        raise FigureInputError(f"give coefficient per °C·day, or category, one of {', '.join(COEFFICIENTS)}")
    return fraction(COEFFICIENTS[category][use == "cooling"])


_COEFFICIENT = number("coefficient", "1/(°C·day)", "instead of category", high=1)
_CATEGORY = Input("category", "", Kind.CHOICE, "its coefficient of annexe II", choices=tuple(COEFFICIENTS))
_INTENSITIES = (
    Output("adjusted_kwh", "kWh", "total + adjustment", "total_kwh is not given"),
    Output("raw_intensity", "kWh/m²", "total / area", "total_kwh or area_m2 is not given, or the area is 0"),
    Output("adjusted_intensity", "kWh/m²", "adjusted / area", "total_kwh or area_m2 is not given, or the area is 0"),
)
_PART_COLUMNS = (
    number("cabs_kwh_m2", "kWh/m²", required=True),
    number("area_m2", "m²", required=True),
    number("heated_area_m2", "m²", "the whole area where it is not said"),
    _COEFFICIENT,
    _CATEGORY,
)

_DEGREE_DAYS = (
    Output("heating", _UNIT, missing="no day has both temperatures"),
    Output("cooling", _UNIT, missing="no day has both temperatures"),
    Output("days", "days"),
    Output("missing", "days"),
    Output("heating_by_day", _UNIT),
    Output("cooling_by_day", _UNIT),
)

FIGURES = (
    Figure(
        "degree-days",
        "Heating and cooling degree-days by the French professional method (COSTIC)",
        degree_days_of,
        (
            Input("low_c", "°C", Kind.AMOUNT, "minimum, 18 h UTC the day before to 18 h UTC", required=True, low=-90, high=70),
            Input("high_c", "°C", Kind.AMOUNT, "maximum, 06 h UTC to 06 h UTC the day after", required=True, low=-90, high=70),
            number("base_c", "°C", low=-90, high=70, default=18),
        ),
        _DEGREE_DAYS,
        f"{_ORDER}, annexe III",
        "a day without both temperatures is counted as missing and is in no sum",
        {"low_c": [-1, 11, None, 20], "high_c": [7, 23, 15, 30]},
    ),
    Figure(
        "degree-days-hourly",
        "Degree-days from hourly temperatures: minimum and maximum in the method's own windows",
        degree_days_hourly,
        (
            Input("start", "", Kind.TEXT, "instant of the first hour, RFC 3339", required=True),
            Input("hours_c", "°C", Kind.SERIES, "of each hour", required=True, low=-90, high=70),
            number("base_c", "°C", low=-90, high=70, default=18),
            Input("first", "", Kind.TEXT, "first day; the day of start where not given"),
            Input("last", "", Kind.TEXT, "last day; the day of the last hour where not given"),
        ),
        (
            *_DEGREE_DAYS,
            Output("low_c", "°C", "from 18 h UTC the day before to 18 h UTC"),
            Output("high_c", "°C", "from 06 h UTC to 06 h UTC the day after"),
            Output("dates", ""),
        ),
        f"{_ORDER}, annexe III",
        "a day with under 12 of 24 hours known in either window is counted as missing and is in no sum",
        {
            "start": "2026-01-09T18:00:00Z",
            "hours_c": [3, 3, 2, 2, 1, 1, 0, 0, -1, -1, -2, -2, -1, 0, 2, 4, 6, 7, 8, 8, 7, 6, 5, 4] + [3] * 12,
            "first": "2026-01-10",
            "last": "2026-01-10",
        },
    ),
    Figure(
        "climate-adjustment",
        "Climate adjustment where heating (cooling) is metered: C x (DJ_mean / DJ_n - 1), never on the total",
        adjusted_metered,
        (
            number("heating_kwh", "kWh", "metered", required=True),
            number("mean_degree_days", _UNIT, "mean of 2001-2020", required=True),
            number("degree_days", _UNIT, "of the year", required=True),
            number("cooling_kwh", "kWh", "metered"),
            number("mean_cooling_degree_days", _UNIT),
            number("cooling_degree_days", _UNIT),
            number("total_kwh", "kWh", "of all uses"),
            number("area_m2", "m²"),
        ),
        (
            Output("adjustment_kwh", "kWh", "to add to the year"),
            Output("heating_adjustment_kwh", "kWh"),
            Output("cooling_adjustment_kwh", "kWh", missing="cooling_kwh is not given"),
            *_INTENSITIES,
        ),
        f"{_ORDER}, article 5 (formula inferred from its variables)",
        "a degree-day sum of 0 counts as 1; a gap is refused",
        {"heating_kwh": 90000, "mean_degree_days": 2100, "degree_days": 1900, "total_kwh": 250000, "area_m2": 3000},
    ),
    Figure(
        "climate-adjustment-unmetered",
        "Climate adjustment where heating (cooling) has no meter: C_total x share x coefficient x (DJ_mean - DJ_n)",
        adjusted_unmetered,
        (
            number("total_kwh", "kWh", "of all uses", required=True),
            number("mean_degree_days", _UNIT, "mean of 2001-2020, of the use", required=True),
            number("degree_days", _UNIT, "of the year, of the use", required=True),
            _COEFFICIENT,
            _CATEGORY,
            Input("use", "", Kind.CHOICE, choices=("heating", "cooling"), default="heating"),
            number("heated_share", "1", "Cabs x area of what is heated (cooled) over all", high=1),
            Input("parts", "", Kind.ROWS, "several categories, instead of category", columns=_PART_COLUMNS),
            number("area_m2", "m²"),
        ),
        (Output("adjustment_kwh", "kWh", "to add to the year"), *_INTENSITIES),
        f"{_ORDER}, article 5 (formula inferred from its variables); {_ANNEX}",
        "a degree-day sum of 0 counts as 1; a gap is refused",
        {"total_kwh": 250000, "category": "audiovisual", "mean_degree_days": 2100, "degree_days": 1900, "area_m2": 3000},
    ),
)
