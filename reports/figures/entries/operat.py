"""Entries: the French tertiary decree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.figures.exact import FigureInputError, Number, fraction
from reports.figures.form import Figure, Input, Kind, Output, number
from reports.figures.operat import (
    REDUCTIONS,
    ZONES,
    Cabs,
    Part,
    RelativeObjective,
    cabs,
    climate_zone,
    crelat,
    rating,
    sub_categories,
)

_ANNEX = "annexe I of the arrêté du 1er août 2025 (NOR ATDL2430864A), altitude below 400 m, from a machine reading"
_ORDER = "arrêté du 10 avril 2020 (NOR LOGL2005904A), consolidated"
_UNIT = "kWh/m²/year"


def cabs_of(
    category: str | None, climate_zone_: str | None, department: str | None, parts: Sequence[Mapping[str, Any]] | None, **use: Any
) -> Cabs:
    """Of one sub-category, or of several by area."""
    if (climate_zone_ is None) == (department is None):
        raise FigureInputError(f"give climate_zone, one of {', '.join(ZONES)}, or a department of H1a, one of them")
    zone = climate_zone(department) if climate_zone_ is None and department is not None else str(climate_zone_)
    if (category is None) == (parts is None):
        raise FigureInputError("give category, or parts (rows with category and area_m2), one of them")
    if parts is None:
        return cabs([Part(category=str(category), **use)], zone)
    if any(value is not None for name, value in use.items() if name != "area_m2"):
        raise FigureInputError("with parts, hours and the other indicators stand in each part")
    return cabs([Part(**part) for part in parts], zone)


def _cabs_function(**given: Any) -> Cabs:
    area = given.pop("area_m2")
    return cabs_of(climate_zone_=given.pop("climate_zone"), area_m2=1 if area is None else area, **given)


def crelat_of(
    reference_kwh_m2: Number,
    cabs_of_year: Number | None,
    cabs_of_reference: Number | None,
) -> RelativeObjective:
    """-40, -50 and -60 %."""
    return crelat(reference_kwh_m2, cabs_of_year, cabs_of_reference)


def objective_of(
    consumption_kwh_m2: Number,
    reference_kwh_m2: Number | None,
    cabs_kwh_m2: Number | None,
    decade: str,
    cabs_of_reference: Number | None,
) -> dict[str, Any]:
    """Met where either objective is met."""
    if reference_kwh_m2 is None and cabs_kwh_m2 is None:
        raise FigureInputError("give reference_kwh_m2 or cabs_kwh_m2, or both")
    relative = None
    if reference_kwh_m2 is not None:
        modulated = None if cabs_of_reference is None else cabs_kwh_m2
        relative = getattr(crelat(reference_kwh_m2, modulated, cabs_of_reference), f"crelat_{decade}")
    by_relative = None if relative is None else fraction(consumption_kwh_m2) <= fraction(relative)
    by_absolute = None if cabs_kwh_m2 is None else fraction(consumption_kwh_m2) <= fraction(cabs_kwh_m2)
    return {"met": bool(by_relative or by_absolute), "by_relative": by_relative, "by_absolute": by_absolute, "crelat": relative}


def _indicators(area_required: bool) -> tuple[Input, ...]:
    return (
        Input("category", "", Kind.CHOICE, choices=tuple(sub_categories()), required=area_required),
        number("area_m2", "m²", required=area_required),
        number("hours", "h/year", "of use; the standard's where not given", high=8784),
        number("density", "", "energy density DE of studios"),
        number("workstation_m2", "m²/workstation", "animation, offices, administration", above=0),
        number("occupancy_pct", "%", "animation, offices, administration", high=100),
        number("auditorium_m2", "m²", "mean auditorium"),
    )


FIGURES = (
    Figure(
        "operat-cabs",
        "Absolute objective Cabs = CVC + USE, modulated by use and weighted by area",
        _cabs_function,
        (
            *_indicators(False),
            Input("parts", "", Kind.ROWS, "several sub-categories, instead of category", columns=_indicators(True)),
            Input("climate_zone", "", Kind.CHOICE, choices=ZONES),
            Input("department", "", Kind.TEXT, "instead of climate_zone, for H1a, like 93"),
        ),
        (
            Output("cabs", _UNIT),
            Output("cvc", _UNIT, "heating, cooling and ventilation"),
            Output("use", _UNIT, "modulated, with the hours' effect on heating"),
            Output("by_part", _UNIT),
        ),
        f"{_ORDER}; {_ANNEX}",
        "an indicator that is not given is the standard's; one that does not modulate the category is refused",
        {"category": "film_studio", "climate_zone": "H1a", "hours": 4200, "density": 36},
    ),
    Figure(
        "operat-crelat",
        "Relative objectives of 2030, 2040 and 2050: -40, -50 and -60 % of the reference",
        crelat_of,
        (
            number("reference_kwh_m2", _UNIT, "Cref, climate-adjusted", required=True),
            number("cabs_of_year", _UNIT, "for the activity: Cabs of the year"),
            number("cabs_of_reference", _UNIT, "and Cabs of the reference year"),
        ),
        tuple(Output(f"crelat_{year}", _UNIT) for year in REDUCTIONS),
        f"{_ORDER}: (1 - 0.4) x Cref x Cabs(V) / Cabs(Vref)",
        "nothing is estimated",
        {"reference_kwh_m2": 180, "cabs_of_year": 100, "cabs_of_reference": 90},
    ),
    Figure(
        "operat-objective",
        "Whether the obligation is met: by the relative or by the absolute objective, either suffices",
        objective_of,
        (
            number("consumption_kwh_m2", _UNIT, "climate-adjusted", required=True),
            number("reference_kwh_m2", _UNIT, "Cref"),
            number("cabs_kwh_m2", _UNIT, "Cabs of the year"),
            Input("decade", "", Kind.CHOICE, choices=tuple(str(year) for year in REDUCTIONS), default="2030"),
            number("cabs_of_reference", _UNIT, "for the activity"),
        ),
        (
            Output("met", ""),
            Output("by_relative", "", missing="reference_kwh_m2 is not given"),
            Output("by_absolute", "", missing="cabs_kwh_m2 is not given"),
            Output("crelat", _UNIT, missing="reference_kwh_m2 is not given"),
        ),
        _ORDER,
        "nothing is estimated",
        {"consumption_kwh_m2": 95, "reference_kwh_m2": 150, "cabs_kwh_m2": 100},
    ),
    Figure(
        "operat-rating",
        "Sign of quality: 3 to 1 green leaves, orange or grey",
        rating,
        (
            number("consumption_kwh_m2", _UNIT, required=True),
            number("reference_kwh_m2", _UNIT, "Cref", required=True),
            number("cabs_kwh_m2", _UNIT, required=True),
            Input("year", "", Kind.WHOLE, required=True, low=2010, high=2100),
            Input("reference_year", "", Kind.WHOLE, required=True, low=2010, high=2100),
            Input("target_year", "", Kind.WHOLE, default=2030, low=2010, high=2100),
            Input("justified", "", Kind.FLAG, "the rise has a justification", default=False),
        ),
        (
            Output("rating", "", "3_leaves, 2_leaves, 1_leaf, orange or grey"),
            Output("line_kwh_m2", _UNIT, "from Cref to Cabs in the year: straight, inferred"),
            Output("band_low_kwh_m2", _UNIT),
            Output("band_high_kwh_m2", _UNIT),
        ),
        _ORDER,
        "nothing is estimated",
        {"consumption_kwh_m2": 120, "reference_kwh_m2": 160, "cabs_kwh_m2": 90, "year": 2025, "reference_year": 2020},
    ),
)
