"""Weather, intensities and the tertiary decree through the calculator: heating is adjusted and never the total."""

from typing import Any

import pytest

from reports.figures.exact import FigureInputError
from reports.figures.form import Answer
from reports.figures.reading import FigureFaultsError
from reports.figures.registry import compute


def of(name: str, **given: Any) -> Answer:
    return compute(name, given)


def test_metered_heating_and_cooling_are_adjusted_each_by_its_own_degree_days() -> None:
    year = of(
        "climate-adjustment",
        heating_kwh=100_000,
        mean_degree_days=2_100,
        degree_days=2_000,
        cooling_kwh=30_000,
        mean_cooling_degree_days=150,
        cooling_degree_days=200,
        total_kwh=260_000,
        area_m2=4_000,
    ).values
    assert (year["heating_adjustment_kwh"], year["cooling_adjustment_kwh"]) == (5_000, -7_500)
    assert (year["adjusted_kwh"], year["raw_intensity"], year["adjusted_intensity"]) == (257_500, 65, 64.375)
    with pytest.raises(FigureInputError, match="more than total_kwh"):
        of("climate-adjustment", heating_kwh=10, total_kwh=9, mean_degree_days=1, degree_days=1)
    with pytest.raises(FigureInputError, match="cooling_kwh needs"):
        of("climate-adjustment", heating_kwh=1, cooling_kwh=1, mean_degree_days=1, degree_days=1)


def test_unmetered_heating_is_adjusted_by_the_coefficient_of_each_category() -> None:
    one = of("climate-adjustment-unmetered", total_kwh=200_000, category="restaurant", mean_degree_days=2_300, degree_days=2_000)
    assert one.values["adjustment_kwh"] == pytest.approx(200_000 * 0.000141 * 300)
    cold = of(
        "climate-adjustment-unmetered", total_kwh=1_000, category="data_centre", use="cooling", mean_degree_days=9, degree_days=4
    )
    assert cold.values["adjustment_kwh"] == pytest.approx(3.4)
    parts = [
        {"category": "offices", "cabs_kwh_m2": 107, "area_m2": 1_000, "heated_area_m2": 800},
        {"category": "restaurant", "cabs_kwh_m2": 200, "area_m2": 300},
    ]
    both = of("climate-adjustment-unmetered", total_kwh=100_000, parts=parts, mean_degree_days=2_300, degree_days=2_000)
    shares = (107 * 800 / 167_000, 200 * 300 / 167_000)
    assert both.values["adjustment_kwh"] == pytest.approx(100_000 * 300 * (shares[0] * 0.000247 + shares[1] * 0.000141))
    with pytest.raises(FigureInputError, match="give coefficient"):
        of("climate-adjustment-unmetered", total_kwh=1, mean_degree_days=1, degree_days=1)


def test_one_day_needs_no_list_and_a_period_without_a_day_has_no_sum() -> None:
    assert of("degree-days", low_c=2, high_c=9).values["heating"] == 12.5
    nothing = of("degree-days", low_c=[None], high_c=[4])
    assert (nothing.values["heating"], nothing.values["missing"]) == (None, 1)
    assert nothing.not_available["heating"] == "no day has both temperatures"


def test_an_intensity_says_how_much_of_the_year_it_knows() -> None:
    year = of("electricity-intensity", electricity_kwh=[900] * 9 + [None] * 3, area_m2=300)
    assert (year.values["intensity"], year.completeness) == (27, {"electricity_kwh": 0.75})
    assert of("electricity-intensity", electricity_kwh=[None, None], area_m2=300).values["intensity"] is None
    assert of("energy-intensity", energy_kwh={"electricity": 60, "gas": 90}, area_m2=100).values["intensity"] == 1.5


def test_energy_is_added_up_by_carrier_use_and_zone_and_export_stays_apart() -> None:
    rows = [
        {"carrier": "electricity", "use": "light", "zone": "a", "kwh": [0.1, 0.2]},
        {"carrier": "electricity", "use": "rig", "zone": "b", "kwh": [5, None]},
        {"carrier": "electricity", "register": "export", "kwh": 7},
        {"carrier": "gas", "use": "heat", "zone": "a"},
    ]
    sums = of("energy-sums", rows=rows).values
    assert (sums["total_kwh"], sums["export_kwh"], sums["rows_with_gaps"]) == (5.3, 7, 2)
    assert sums["by_zone"] == {"a": 0.3, "b": 5}
    assert sums["by_carrier"] == {"electricity": 5.3, "gas": None}, "nothing is known of the gas, which is not none used"


def test_always_on_is_a_stated_counterfactual() -> None:
    assert of("always-on-saving", used_kwh=[30, 40], always_on_kwh=[50, 50]).values["saving_pct"] == 30
    assert of("always-on-saving", used_kwh=[30, 40], always_on_kw=5, hours=20).values["saving_kwh"] == 30
    with pytest.raises(FigureInputError, match="has gaps"):
        of("always-on-saving", used_kwh=[30, None], always_on_kw=5, hours=20)


def test_a_building_of_several_categories_and_its_obligation() -> None:
    parts = [{"category": "tv_studio", "area_m2": 600}, {"category": "animation_studio", "area_m2": 200}]
    assert of("operat-cabs", parts=parts, department="93").values["cabs"] == (600 * 116 + 200 * 102) / 800
    with pytest.raises(FigureInputError, match="one of them"):
        of("operat-cabs", category="offices", department="93", climate_zone="H1a")
    with pytest.raises(FigureFaultsError, match="row 1: unknown input 'densty', did you mean 'density'"):
        of("operat-cabs", parts=[{"category": "tv_studio", "area_m2": 1, "densty": 3}], climate_zone="H3")
    met = of("operat-objective", consumption_kwh_m2=101, reference_kwh_m2=170, cabs_kwh_m2=99).values
    assert (met["met"], met["by_relative"], met["by_absolute"]) == (True, True, False)
    modulated = of("operat-objective", consumption_kwh_m2=101, reference_kwh_m2=170, cabs_kwh_m2=99, cabs_of_reference=110)
    assert modulated.values["met"] is False
