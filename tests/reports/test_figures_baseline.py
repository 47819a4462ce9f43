"""Change-point baselines: a building whose law is known is found again, and its saving is told with its uncertainty."""

import random

import numpy as np
import pytest

from reports.figures.baseline import baseline_saving, regression, student_t
from reports.figures.changepoint import Model, fit
from reports.figures.exact import FigureInputError
from reports.figures.registry import answer_document, compute

DAYS = [-4.0 + 0.9 * day for day in range(41)]


def energy(temperature: float, base: float = 250, heating: float = 12.5, cooling: float = 0.0) -> float:
    return base + heating * max(0.0, 15.3 - temperature) + cooling * max(0.0, temperature - 22.4)


def test_a_heated_building_is_found_again_exactly() -> None:
    found = regression(DAYS, [energy(t) for t in DAYS], "3P-heating")
    assert found.base_kwh == pytest.approx(250, abs=1e-9)
    assert found.heating_slope == pytest.approx(12.5, abs=1e-9)
    assert found.heating_change_c == pytest.approx(15.3, abs=1e-9)
    assert found.cv_rmse_pct == pytest.approx(0, abs=1e-9)
    assert found.r2 == pytest.approx(1)
    assert found.within_limits is True
    assert fit(DAYS, [energy(t) for t in DAYS]).kind == "3P-heating"


def test_a_cooled_and_a_heated_and_cooled_building_are_found_again() -> None:
    cooled = fit(DAYS, [energy(t, heating=0, cooling=7.0) for t in DAYS], "3P-cooling").model
    assert cooled.cooling_slope == pytest.approx(7)
    assert cooled.cooling_change_c == pytest.approx(22.4)
    both = fit(DAYS, [energy(t, cooling=7.0) for t in DAYS], "5P").model
    assert both.heating_slope == pytest.approx(12.5, abs=1e-6)
    assert both.heating_change_c == pytest.approx(15.3, abs=1e-6)
    assert both.cooling_slope == pytest.approx(7, abs=1e-6)
    assert both.cooling_change_c == pytest.approx(22.4, abs=1e-6)


def test_statistics_follow_their_definitions() -> None:
    drawn = random.Random(4)
    noisy = [energy(t) + drawn.gauss(0, 15) for t in DAYS]
    found = fit(DAYS, noisy, "3P-heating")
    off = np.array(noisy) - found.model.predict(np.array(DAYS))
    assert found.rmse == pytest.approx(float((off**2).sum() / (41 - 3)) ** 0.5)
    assert found.cv_rmse_pct == pytest.approx(100 * found.rmse / (sum(noisy) / 41))
    assert found.nmbe_pct == pytest.approx(100 * float(off.sum()) / ((41 - 3) * (sum(noisy) / 41)), abs=1e-9)
    assert found.r2 == pytest.approx(1 - float((off**2).sum()) / float(((np.array(noisy) - np.mean(noisy)) ** 2).sum()))
    mixed = list(zip(DAYS, noisy, strict=True))
    drawn.shuffle(mixed)
    assert fit([t for t, _ in mixed], [e for _, e in mixed], "3P-heating") == found


def test_no_other_change_point_fits_better() -> None:
    drawn = random.Random(9)
    noisy = [energy(t) + drawn.gauss(0, 40) for t in DAYS]
    best = fit(DAYS, noisy, "3P-heating").model
    assert best.heating_change_c is not None

    def squares(model: Model) -> float:
        return float(((np.array(noisy) - model.predict(np.array(DAYS))) ** 2).sum())

    for step in (-2, -0.5, -0.01, 0.01, 0.5, 2):
        moved = Model(best.base, best.heating_slope, best.heating_change_c + step)
        assert squares(moved) >= squares(best)


def test_energy_that_falls_with_the_cold_is_no_heating() -> None:
    found = fit(DAYS, [100 + 3 * t for t in DAYS], "3P-heating").model
    assert found.heating_slope == 0


def test_a_day_without_weather_is_counted_and_never_dropped_silently() -> None:
    baseline = fit(DAYS, [energy(t) for t in DAYS], "3P-heating")
    saving = baseline_saving(baseline, [5.3, None, 20, 9], [300, 310, 250, None], non_routine_kwh=-5)
    assert saving.adjusted_baseline_kwh == pytest.approx(375 + 250)
    assert saving.metered_kwh == 550
    assert saving.saving_kwh == pytest.approx(70)
    assert (saving.intervals, saving.without_weather, saving.without_energy) == (2, 1, 1)


def test_the_uncertainty_grows_with_the_confidence_asked_for() -> None:
    drawn = random.Random(2)
    baseline = fit(DAYS, [energy(t) + drawn.gauss(0, 10) for t in DAYS], "3P-heating")
    halves = [baseline_saving(baseline, DAYS, [200.0] * 41, confidence=c).uncertainty_kwh for c in (0.68, 0.9, 0.95)]
    assert halves[0] is not None
    assert halves[1] is not None
    assert halves[2] is not None
    assert halves[0] < halves[1] < halves[2]
    assert halves[1] == pytest.approx(student_t(0.9, 38) * 1.26 * baseline.rmse * (41 * (1 + 2 / 41)) ** 0.5)


@pytest.mark.parametrize(
    ("confidence", "degrees", "published"),
    [
        (0.9, 1, 6.314),
        (0.95, 1, 12.706),
        (0.95, 2, 4.303),
        (0.9, 9, 1.833),
        (0.95, 30, 2.042),
        (0.99, 12, 3.055),
        (0.68, 100, 0.999),
    ],
)
def test_students_t_is_the_published_table(confidence: float, degrees: int, published: float) -> None:
    assert student_t(confidence, degrees) == pytest.approx(published, abs=6e-4)


def test_too_few_intervals_are_refused() -> None:
    with pytest.raises(FigureInputError, match="too few for 5P"):
        fit([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], "5P")
    with pytest.raises(FigureInputError, match="same intervals"):
        fit([1, 2], [1])
    with pytest.raises(FigureInputError, match="too few for 3P-heating"):
        fit([5.0] * 30, [7.0] * 30, "3P-heating")


def test_a_saving_from_a_given_baseline_needs_no_weather() -> None:
    document = answer_document(
        compute("saving-against-baseline", {"adjusted_baseline_kwh": 1200, "energy_kwh": 900, "non_routine_kwh": 20})
    )
    assert (document["value"], document["values"]["saving_pct"]) == (320, pytest.approx(26.6667, abs=1e-4))
    assert "uncertainty_kwh" in document["not_available"]
