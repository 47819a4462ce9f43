"""The French tertiary decree (Éco Énergie Tertiaire, OPERAT): absolute and relative objectives, and the rating.

Sources: arrêté du 10 avril 2020 (NOR LOGL2005904A); absolute values of annexe I of the arrêté du 1er août 2025 (NOR ATDL2430864A),
altitude below 400 m, from a machine reading: check them before a filing.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files

from reports.figures.exact import FigureInputError, Number, fraction

ZONES = ("H1a", "H1b", "H1c", "H2a", "H2b", "H2c", "H2d", "H3")
H1A_DEPARTMENTS = frozenset(
    ["02", "14", "27", "28", "59", "60", "61", "62", "75", "76", "77", "78", "80", "91", "92", "93", "94", "95"]
)
REDUCTIONS = {2030: Fraction(40, 100), 2040: Fraction(50, 100), 2050: Fraction(60, 100)}
_HOURS_ON_HEATING = Fraction(28, 100)
_AUDITORIUM_SLOPE, _AUDITORIUM_CONSTANT = Fraction(-4, 100), Fraction(41)


@dataclass(frozen=True, slots=True)
class SubCategory:
    """One row of annexe I. cvc by climate zone and use in kWh/m²/year; variable: part of the use that moves with its intensity."""

    id: str
    name: str
    cvc: Mapping[str, Fraction]
    use: Fraction
    variable: Fraction
    hours: Fraction
    formula: str
    density: Fraction | None
    workstation_m2: Fraction | None
    occupancy_pct: Fraction | None
    auditorium_m2: Fraction | None


@cache
def sub_categories() -> Mapping[str, SubCategory]:
    """The table that ships with Greenroom, by identifier."""
    text = files("reports.figures").joinpath("cabs.csv").read_text(encoding="utf-8")

    def told(value: str) -> Fraction | None:
        return Fraction(value) if value else None

    return {
        row["category"]: SubCategory(
            row["category"],
            row["name"],
            {zone: Fraction(row[zone]) for zone in ZONES},
            Fraction(row["use"]),
            told(row["variable"]) or Fraction(0),
            Fraction(row["hours"]),
            row["formula"],
            told(row["density"]),
            told(row["workstation_m2"]),
            told(row["occupancy_pct"]),
            told(row["auditorium_m2"]),
        )
        for row in csv.DictReader(text.splitlines())
    }


@dataclass(frozen=True, slots=True)
class Part:
    """An area of one sub-category with what is known of its use; None: as the standard has it."""

    category: str
    area_m2: Number = 1
    hours: Number | None = None
    density: Number | None = None
    workstation_m2: Number | None = None
    occupancy_pct: Number | None = None
    auditorium_m2: Number | None = None


@dataclass(frozen=True, slots=True)
class PartCabs:
    """kWh/m²/year: heating, cooling and ventilation; modulated use; the hours' effect on the former (within `use`)."""

    category: str
    cvc: float
    use: float
    hours_effect: float
    cabs: float


@dataclass(frozen=True, slots=True)
class Cabs:
    """Area-weighted over the parts, kWh/m²/year."""

    cabs: float
    cvc: float
    use: float
    by_part: tuple[PartCabs, ...]


def climate_zone(department: str) -> str:
    """The climate zone of a department, as far as it is known here: H1a only."""
    number = department.strip().zfill(2)
    if number in H1A_DEPARTMENTS:
        return "H1a"
    raise FigureInputError(
        f"the climate zone of department {department!r} is not in the table; give climate_zone, one of {', '.join(ZONES)}"
    )


def cabs(parts: Sequence[Part], zone: str) -> Cabs:
    """Absolute objective: CVC + USE modulated by use, area-weighted. Raises FigureInputError for no area or an odd indicator."""
    if zone not in ZONES:
        raise FigureInputError(f"climate zone {zone!r}; one of {', '.join(ZONES)} would be right")
    area = sum((fraction(part.area_m2) for part in parts), Fraction(0))
    if area <= 0:
        raise FigureInputError("no area; give at least one part with an area above 0 m²")
    rows = []
    cvc_sum, use_sum = Fraction(0), Fraction(0)
    for part in parts:
        category = _category(part)
        cvc = category.cvc[zone]
        hours = category.hours if part.hours is None else fraction(part.hours)
        effect = _HOURS_ON_HEATING * cvc * (hours - category.hours) / category.hours
        use = _modulated(category, part, hours / category.hours) + effect
        weight = fraction(part.area_m2) / area
        cvc_sum, use_sum = cvc_sum + cvc * weight, use_sum + use * weight
        rows.append(PartCabs(part.category, float(cvc), float(use), float(effect), float(cvc + use)))
    return Cabs(float(cvc_sum + use_sum), float(cvc_sum), float(use_sum), tuple(rows))


def _category(part: Part) -> SubCategory:
    try:
        category = sub_categories()[part.category]
    except KeyError:
        raise FigureInputError(f"no category {part.category!r}; one of {', '.join(sub_categories())} would be right") from None
    for name, fits in (
        ("density", category.formula == "density"),
        ("workstation_m2", category.formula == "workstation"),
        ("occupancy_pct", category.formula == "workstation"),
        ("auditorium_m2", category.formula == "auditorium"),
    ):
        if getattr(part, name) is not None and not fits:
            raise FigureInputError(f"{name} does not modulate {part.category}; leave it out")
    return category


def _modulated(category: SubCategory, part: Part, hours: Fraction) -> Fraction:
    """Use in kWh/m²/year without the hours' effect on heating; hours: relative to the standard."""
    p, use = category.variable, category.use
    if category.formula == "density":
        assert category.density is not None
        density = category.density if part.density is None else fraction(part.density)
        return use * (p * density / category.density + (1 - p) * hours)
    if category.formula == "workstation":
        assert category.workstation_m2 is not None
        assert category.occupancy_pct is not None
        station = category.workstation_m2 if part.workstation_m2 is None else fraction(part.workstation_m2)
        occupancy = category.occupancy_pct if part.occupancy_pct is None else fraction(part.occupancy_pct)
        if station <= 0:
            raise FigureInputError("workstation_m2 must be above 0 m² per workstation")
        return use * hours * (p * (occupancy / category.occupancy_pct) * (category.workstation_m2 / station) + (1 - p))
    if category.formula == "auditorium" and part.auditorium_m2 is not None:
        mean = fraction(part.auditorium_m2)
        if mean <= 500:
            of_size = Fraction(105, 100) * (_AUDITORIUM_SLOPE * mean + _AUDITORIUM_CONSTANT)
            return (of_size + (1 - p) * use) * hours
    return use * hours


@dataclass(frozen=True, slots=True)
class RelativeObjective:
    """kWh/m²/year by decade."""

    crelat_2030: float
    crelat_2040: float
    crelat_2050: float


def crelat(
    reference_kwh_m2: Number, cabs_of_year: Number | None = None, cabs_of_reference: Number | None = None
) -> RelativeObjective:
    """(1 - 0.4, 0.5, 0.6) x Cref, modulated by activity: x Cabs(V) / Cabs(Vref) where both are given."""
    if (cabs_of_year is None) != (cabs_of_reference is None):
        raise FigureInputError("cabs_of_year and cabs_of_reference go together; give both or neither")
    reference = fraction(reference_kwh_m2)
    if cabs_of_year is not None and cabs_of_reference is not None:
        if cabs_of_reference <= 0:
            raise FigureInputError("cabs_of_reference must be above 0 kWh/m²")
        reference = reference * fraction(cabs_of_year) / fraction(cabs_of_reference)
    return RelativeObjective(*(float(reference * (1 - part)) for part in REDUCTIONS.values()))


@dataclass(frozen=True, slots=True)
class Rating:
    """rating: 3_leaves, 2_leaves, 1_leaf, orange or grey. line: the straight line from Cref to Cabs in the year, kWh/m²."""

    rating: str
    line_kwh_m2: float
    band_low_kwh_m2: float
    band_high_kwh_m2: float


def rating(
    consumption_kwh_m2: Number,
    reference_kwh_m2: Number,
    cabs_kwh_m2: Number,
    *,
    year: int,
    reference_year: int,
    target_year: int = 2030,
    justified: bool = False,
) -> Rating:
    """3 leaves below Cabs; 2 below the band of ±10 % around the line Cref to Cabs; 1 inside it; orange between it and Cref; grey
    above Cref without justification (with one: orange).

    The line is drawn straight from Cref in the reference year to Cabs in the target year: inferred, the text shows a picture.
    """
    if not reference_year < target_year or not reference_year <= year <= target_year:
        raise FigureInputError(f"year {year} must lie from reference_year {reference_year} to target_year {target_year}")
    used, start, end = fraction(consumption_kwh_m2), fraction(reference_kwh_m2), fraction(cabs_kwh_m2)
    line = start + (end - start) * Fraction(year - reference_year, target_year - reference_year)
    low, high = line * Fraction(9, 10), line * Fraction(11, 10)
    if used < end:
        given = "3_leaves"
    elif used > start:
        given = "orange" if justified else "grey"
    elif used < low:
        given = "2_leaves"
    elif used <= high:
        given = "1_leaf"
    else:
        given = "orange"
    return Rating(given, float(line), float(low), float(high))
