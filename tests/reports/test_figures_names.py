"""The calculator takes the usual other names of an input, and never two for the same."""

from __future__ import annotations

import pytest

from reports.figures.exact import FigureInputError
from reports.figures.other_names import OTHER_NAMES
from reports.figures.reading import FigureFaultsError
from reports.figures.registry import compute, figures


def test_other_names_give_the_same_answer() -> None:
    own = compute("solar-balance", {"generation_kwh": [0, 12, 20, 4], "load_kwh": [10, 8, 6, 10]})
    other = compute("solar-balance", {"pv_kwh": [0, 12, 20, 4], "consumption_kwh": [10, 8, 6, 10]})
    assert other.values == own.values
    days = compute("degree-days", {"tmin_c": [2, 12, 19], "tmax_c": [10, 22, 27], "base": 18})
    assert (days.values["heating"], days.values["cooling"]) == (13.992, 5.992)
    gas = {"grid_import_kwh": 240000, "gas_pcs_kwh": 150000, "pcs_to_pci": 0.9, "gas_factor": 0.227, "electricity_factor": 0.052}
    assert compute("carbon", gas).values["total_location_kg"] == 43125


def test_the_same_input_by_two_names_is_refused() -> None:
    with pytest.raises(FigureFaultsError, match="the same input"):
        compute("degree-days", {"low_c": [2], "tmin_c": [3], "high_c": [10]})


def test_what_is_no_name_at_all_is_still_told() -> None:
    with pytest.raises(FigureFaultsError, match="did you mean 'load_kwh'"):
        compute("solar-balance", {"generation_kwh": [1], "laod_kwh": [1]})


def test_every_other_name_means_an_input_that_is_there_and_is_none_itself() -> None:
    names = {
        wanted.name for figure in figures().values() for wanted in (*figure.inputs, *(c for i in figure.inputs for c in i.columns))
    }
    for other, meant in OTHER_NAMES.items():
        assert set(meant) <= names, other


def test_duties_by_hand() -> None:
    assert compute("bacs-class", {"classes": ["A", "b", "C"]}).values["class"] == "C"
    assert compute("bacs-class", {"classes": []}).values["class"] is None
    assert compute("bacs-duty", {"heating_kw": 290, "cooling_kw": 71}).values["due"] == "2030-01-01"
    assert compute("bacs-duty", {"heating_kw": 291}).values["due"] == "2025-01-01"
    assert compute("bacs-duty", {"heating_kw": 60, "cooling_kw": 60}).values["due"] is None  # never added together
    kept = compute("retention", {"last_payment": "2028-02-29"}).values
    assert (kept["kept_until"], kept["durable_until"]) == ("2033-12-31", "2033-02-28")
    with pytest.raises(FigureInputError, match="2026-09-30"):
        compute("retention", {"last_payment": "30/09/2026"})
