"""What is not known is told as such: no figure makes a zero of gaps, whatever else is known."""

from typing import Any

import pytest

from reports.figures.exact import FigureInputError
from reports.figures.registry import answer_document, compute, figures

GAPS = [None, None]


def told(name: str, **given: Any) -> dict[str, Any]:
    document = answer_document(compute(name, given))
    return document.get("values") or {"value": document["value"]}


def numbers_of(name: str, given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told(name, **given).items() if value is not None}


@pytest.mark.parametrize(
    ("name", "given", "known"),
    [
        ("solar-balance", {"generation_kwh": GAPS, "load_kwh": [1, 2]}, {"known": 0}),
        ("solar-balance", {"generation_kwh": [1, None], "load_kwh": [None, 2]}, {"known": 0}),
        ("solar-balance", {"generation_kwh": [], "import_kwh": [], "export_kwh": []}, {"known": 0}),
        ("specific-yield", {"generation_kwh": GAPS, "peak_power_kw": 9}, {}),
        ("performance-ratio", {"generation_kwh": GAPS, "peak_power_kw": 9, "irradiation_kwh_m2": 100}, {}),
        ("standby", {"energy_kwh": GAPS, "booked": [True, False]}, {"missing": 2}),
        ("standby", {"energy_kwh": [5, None], "booked": [True, False]}, {"booked_kwh": 5, "missing": 1}),
        ("always-on-saving", {"used_kwh": GAPS, "always_on_kwh": [1, 1]}, {"missing": 2}),
        ("cost-of-use", {"energy_kwh": GAPS, "price": 0.2}, {}),
        ("scope-1", {"gas_gross_kwh": GAPS, "fuel_factor": 0.2}, {}),
        ("scope-2-location", {"import_kwh": GAPS, "location_factor": 0.05}, {}),
        ("scope-2-location", {"import_kwh": {"2024": None}, "location_factor": {"2024": 0.05}}, {}),
        ("scope-2-market", {"import_kwh": 10, "contractual_kwh": GAPS, "residual_factor": 0.06}, {}),
        ("avoided-emissions", {"self_consumed_kwh": GAPS, "location_factor": 0.05}, {}),
        ("exported-emissions", {"exported_kwh": GAPS, "location_factor": 0.05}, {}),
        ("primary-energy", {"electricity_import_kwh": 5, "electricity_factor": 2.3, "gas_gross_kwh": GAPS}, {}),
        ("gas-net", {"gross_kwh": GAPS}, {}),
        ("gas-gross", {"net_kwh": GAPS}, {}),
    ],
)
def test_of_gaps_alone_no_sum_is_told(name: str, given: dict[str, Any], known: dict[str, Any]) -> None:
    assert numbers_of(name, given) == known
    assert answer_document(compute(name, given))["not_available"]


def test_of_a_statement_only_what_rests_on_gaps_is_left_out() -> None:
    given = {"import_kwh": GAPS, "location_factor": 0.05, "gas_gross_kwh": 1000, "fuel_factor": 0.2, "net_per_gross": 0.9}
    statement = told("carbon", **given, generation_kwh=50, exported_kwh=20)
    assert statement["scope1_kg"] == 180
    assert statement["avoided_kg"] == 1.5
    assert statement["scope2_location_kg"] is statement["total_location_kg"] is statement["load_kwh"] is None
    sums = told("energy-sums", rows=[{"carrier": "heat", "kwh": GAPS}, {"carrier": "gas", "kwh": [4, None]}])
    assert (sums["total_kwh"], sums["export_kwh"]) == (4, 0), "there is no export register, so nothing was exported"
    assert sums["by_carrier"] == {"gas": 4, "heat": None}


def test_a_booking_of_whose_hours_none_was_heard_has_no_energy_and_one_that_ran_at_nothing_has_zero() -> None:
    given = {"energy_kwh": [0, 0, None, 7, None], "booked_by": ["P1", "P1", "P2", "P3", None]}
    shares = told("allocation-booked-windows", **given)
    assert shares["by_booking_kwh"] == {"P1": 0, "P2": None, "P3": 7}
    assert shares["standby_kwh"] is None
    assert (shares["total_kwh"], shares["missing"]) == (7, 2)
    assert told("allocation-booked-windows", **given, decimals=1)["by_booking_kwh"] == shares["by_booking_kwh"]


def test_what_was_given_as_a_number_stays_and_the_baselines_own_fit_too() -> None:
    example = dict(figures()["saving-against-baseline"].example) | {"temperature_c": [None] * 4, "non_routine_kwh": 12}
    saving = told("saving-against-baseline", **example)
    assert saving["saving_kwh"] is saving["metered_kwh"] is None
    assert saving["non_routine_kwh"] == 12
    assert saving["cv_rmse_pct"] > 0


def test_statistics_of_given_predictions_are_those_of_the_regression() -> None:
    """By hand: residuals 4, -2, -3, 1; SSE 30; n - p = 2; mean 77.5; SST 875."""
    fit = told("model-fit", metered_kwh=[100, 80, 60, None, 70], predicted_kwh=[96, 82, 63, 64, 69], parameters=2)
    assert fit["rmse_kwh"] == pytest.approx(15**0.5)
    assert fit["cv_rmse_pct"] == pytest.approx(100 * 15**0.5 / 77.5)
    assert fit["nmbe_pct"] == 0
    assert fit["r2"] == pytest.approx(1 - 30 / 875)
    assert (fit["n"], fit["missing"], fit["within_limits"]) == (4, 1, True)
    with pytest.raises(FigureInputError, match="too few for 2 parameters"):
        told("model-fit", metered_kwh=[1, 2, None], predicted_kwh=[1, 2, 3], parameters=2)


@pytest.mark.parametrize(("valid", "enough"), [(328, False), (329, True), (366, True), (367, False)])
def test_a_baseline_needs_329_days_and_takes_at_most_366(valid: int, enough: bool) -> None:
    assert told("baseline-coverage", valid_days=valid)["enough"] is enough
    assert told("baseline-coverage", days_kwh=[1] * min(valid, 300) + [None] * 40)["valid_days"] == 300


def test_hourly_temperatures_are_cut_at_18_and_at_6_hours_of_universal_time() -> None:
    """10 January: the minimum lies before midnight of the day before, the maximum after midnight of the day after."""
    hours: list[float | None] = [5] * 60
    hours[2], hours[30], hours[45] = -4, 11, 30  # 20 h on the 9th; 0 h on the 11th; 15 h on the 11th, in neither window
    given = {"start": "2026-01-09T18:00:00Z", "hours_c": hours, "first": "2026-01-10", "last": "2026-01-10"}
    found = told("degree-days-hourly", **given)
    assert (found["low_c"], found["high_c"]) == ([-4], [11])
    assert found["heating"] == 18 - 3.5
    paris = told("degree-days-hourly", **(given | {"start": "2026-01-09T19:00:00+01:00"}))
    assert paris == found
    silent = told("degree-days-hourly", **(given | {"hours_c": [5] * 11 + [None] * 49}))
    assert (silent["heating"], silent["days"], silent["missing"]) == (None, 0, 1)
    with pytest.raises(FigureInputError, match="no full hour"):
        told("degree-days-hourly", **(given | {"start": "2026-01-09T18:20:00Z"}))


def test_readings_of_a_counter_may_come_in_any_order_and_twice_but_not_disagree() -> None:
    times = ["2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00", "2026-03-29T00:00:00Z"]
    found = told("counter-difference", readings=[104, 104, 100], times=times)
    assert (found["energy_kwh"], found["missing"]) == (4, 0)
    with pytest.raises(FigureInputError, match="two readings at 2026-03-29T03:00:00\\+02:00: 104 and 105; keep the right one"):
        told("counter-difference", readings=[104, 105, 100], times=times)
    with pytest.raises(FigureInputError, match="has no offset"):
        told("counter-difference", readings=[1], times=["2026-03-29T00:00:00"])


def test_an_attestation_may_take_factors_that_are_given_in_place_of_the_registers() -> None:
    given = {"energy_net_kwh": {"electricity": 1000, "gas": 500, "peat": 10}, "factors": {"electricity": 0.06, "peat": 0.4}}
    with pytest.raises(FigureInputError, match="give year, for the register's factor of gas"):
        told("operat-emissions", **given)
    found = told("operat-emissions", **given, year=2025)
    assert found["by_carrier"] == {"electricity": 60, "gas": 113.5, "peat": 4}
    assert list(found["factors"]) == ["gas"]
    with pytest.raises(FigureInputError, match="a factor of coal, of which no quantity is given"):
        told("final-energy", quantities={"gas": 1}, factors={"coal": 1, "gas": 0.9})
