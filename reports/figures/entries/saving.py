"""Entries: baseline by change-point regression, and the saving against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.figures.baseline import GUIDELINE_14, Regression, baseline_saving, regression
from reports.figures.changepoint import MODELS, fit, statistics
from reports.figures.exact import Amount, FigureInputError, Number, fraction, ratio
from reports.figures.form import Figure, Input, Kind, Output, amount, number, series
from reports.figures.performance import saving_against

_OPTION_C = "IPMVP option C; ASHRAE Guideline 14 (CV(RMSE), NMBE, uncertainty); change-point models of the Inverse Modeling Toolkit"


def regression_of(
    temperature_c: Sequence[Number | None], energy_kwh: Sequence[Number | None], model: str, interval: str, confidence: Number
) -> Regression:
    """The change-point baseline."""
    return regression(temperature_c, energy_kwh, model, interval, confidence)


def fit_of(
    metered_kwh: Sequence[Number | None], predicted_kwh: Sequence[Number | None], parameters: int, interval: str
) -> dict[str, Any]:
    """CV(RMSE), NMBE and R2 of whatever model made the predictions."""
    if len(metered_kwh) != len(predicted_kwh):
        raise FigureInputError(f"{len(metered_kwh)} intervals of metered_kwh but {len(predicted_kwh)} of predicted_kwh")
    pairs = [(float(y), float(f)) for y, f in zip(metered_kwh, predicted_kwh, strict=True) if y is not None and f is not None]
    if len(pairs) <= parameters:
        raise FigureInputError(f"{len(pairs)} intervals known in both are too few for {parameters} parameters; give more")
    told = statistics([y for y, _ in pairs], [f for _, f in pairs], parameters)
    cv, bias = told.cv_rmse_pct, told.nmbe_pct
    limits = GUIDELINE_14[interval]
    within = None if cv is None or bias is None else cv <= limits[0] and abs(bias) <= limits[1]
    return {
        "cv_rmse_pct": cv,
        "nmbe_pct": bias,
        "r2": told.r2,
        "rmse_kwh": told.rmse,
        "mean_kwh": told.mean,
        "n": len(pairs),
        "missing": len(metered_kwh) - len(pairs),
        "within_limits": within,
    }


def coverage_of(days_kwh: Sequence[Number | None] | None, valid_days: int | None) -> dict[str, Any]:
    """Whether days suffice for a baseline: at least 329 valid ones (90 % of a year), and at most 366."""
    if (days_kwh is None) == (valid_days is None):
        raise FigureInputError("give days_kwh (a value per day, null where missing) or valid_days, one of them")
    days = len(days_kwh) if days_kwh is not None else None
    valid = sum(value is not None for value in days_kwh) if days_kwh is not None else int(valid_days or 0)
    return {"enough": LEAST_DAYS <= valid <= MOST_DAYS and (days is None or days <= MOST_DAYS), "valid_days": valid, "days": days}


def saving_of(
    baseline_temperature_c: Sequence[Number | None] | None,
    baseline_energy_kwh: Sequence[Number | None] | None,
    model: str,
    temperature_c: Sequence[Number | None] | None,
    energy_kwh: Amount,
    adjusted_baseline_kwh: Amount | None,
    non_routine_kwh: Number,
    confidence: Number,
) -> Any:
    """By a model fitted on the baseline period, or from an adjusted baseline that is given."""
    if adjusted_baseline_kwh is not None:
        if any(value is not None for value in (baseline_temperature_c, baseline_energy_kwh, temperature_c)):
            raise FigureInputError("give adjusted_baseline_kwh, or the temperatures and energies of both periods, not both")
        return _simple(adjusted_baseline_kwh, energy_kwh, non_routine_kwh)
    if baseline_temperature_c is None or baseline_energy_kwh is None or temperature_c is None:
        raise FigureInputError(
            "give adjusted_baseline_kwh, or baseline_temperature_c, baseline_energy_kwh and temperature_c for the regression"
        )
    if not isinstance(energy_kwh, Sequence):
        raise FigureInputError("energy_kwh must be a list of the same intervals as temperature_c")
    found = fit(baseline_temperature_c, baseline_energy_kwh, model)
    return baseline_saving(found, temperature_c, energy_kwh, non_routine_kwh, confidence)


def _simple(adjusted_baseline_kwh: Amount, energy_kwh: Amount, non_routine_kwh: Number) -> dict[str, Any]:
    plain = saving_against(adjusted_baseline_kwh, energy_kwh)
    saving = fraction(plain.counterfactual_kwh) - fraction(plain.used_kwh) + fraction(non_routine_kwh)
    return {
        "saving_kwh": float(saving),
        "saving_pct": ratio(saving, plain.counterfactual_kwh, 100),
        "adjusted_baseline_kwh": plain.counterfactual_kwh,
        "metered_kwh": plain.used_kwh,
        "non_routine_kwh": float(non_routine_kwh),
        "uncertainty_kwh": None,
        "uncertainty_pct_of_saving": None,
        "intervals": len(energy_kwh) - plain.missing if isinstance(energy_kwh, Sequence) else 1,
        "without_weather": 0,
        "without_energy": sum(value is None for value in energy_kwh) if isinstance(energy_kwh, Sequence) else 0,
        "cv_rmse_pct": None,
        "r2": None,
    }


LEAST_DAYS, MOST_DAYS = 329, 366
_MODEL = Input("model", "", Kind.CHOICE, "auto: the least CV(RMSE)", choices=("auto", *MODELS), default="auto")
_CONFIDENCE = number("confidence", "1", "two-sided, above 0 and below 1", default=0.9, above=0, high=0.9999)
_TEMPERATURES = [2, 5, 9, 13, 16, 19, 22, 24, 20, 14, 8, 4]
_ENERGIES = [1010, 880, 690, 500, 402, 399, 401, 400, 398, 462, 741, 930]
_NO_FIT = "an adjusted baseline was given, not a regression"

FIGURES = (
    Figure(
        "baseline-regression",
        "Energy by outdoor temperature: change-point model with its statistics",
        regression_of,
        (
            series("temperature_c", "°C", "mean of each interval", required=True, low=-90, high=70),
            series("energy_kwh", required=True, low=None),
            _MODEL,
            Input("interval", "", Kind.CHOICE, "for the limits", choices=tuple(GUIDELINE_14), default="daily"),
            _CONFIDENCE,
        ),
        (
            Output("base_kwh", "kWh/interval"),
            Output("kind", "", "the model"),
            Output("heating_slope", "kWh/(°C·interval)", missing="the model has no heating part"),
            Output("heating_change_c", "°C", missing="the model has no heating part"),
            Output("cooling_slope", "kWh/(°C·interval)", missing="the model has no cooling part"),
            Output("cooling_change_c", "°C", missing="the model has no cooling part"),
            Output("r2", "1", missing="the energy is constant"),
            Output("cv_rmse_pct", "%", "root of SSE / (n - p), over the mean", "the mean energy is 0"),
            Output("nmbe_pct", "%", "sum of residuals / ((n - p) x mean)", "the mean energy is 0"),
            Output("rmse_kwh", "kWh/interval"),
            Output("mean_kwh", "kWh/interval"),
            Output("n", "intervals"),
            Output("parameters", ""),
            Output("missing", "intervals"),
            Output("within_limits", "", "CV(RMSE) and NMBE within ASHRAE Guideline 14", "the mean energy is 0"),
            Output("uncertainty_kwh", "kWh", "of the sum over n intervals"),
            Output("uncertainty_pct", "%", missing="the mean energy is 0"),
        ),
        _OPTION_C,
        "an interval without temperature or energy is left out and counted in missing",
        {"temperature_c": _TEMPERATURES, "energy_kwh": _ENERGIES, "model": "3P-heating", "interval": "monthly"},
    ),
    Figure(
        "model-fit",
        "How well any model's predictions fit what was metered: CV(RMSE), NMBE, R2",
        fit_of,
        (
            series("metered_kwh", required=True, low=None),
            series("predicted_kwh", "kWh", "of the same intervals", required=True, low=None),
            Input("parameters", "", Kind.WHOLE, "of the model (p)", required=True, low=0, high=100),
            Input("interval", "", Kind.CHOICE, "for the limits", choices=tuple(GUIDELINE_14), default="daily"),
        ),
        (
            Output("cv_rmse_pct", "%", "root of SSE / (n - p), over the mean", "the mean energy is 0"),
            Output("nmbe_pct", "%", "sum of residuals / ((n - p) x mean)", "the mean energy is 0"),
            Output("r2", "1", missing="the energy is constant"),
            Output("rmse_kwh", "kWh/interval"),
            Output("mean_kwh", "kWh/interval"),
            Output("n", "intervals"),
            Output("missing", "intervals"),
            Output("within_limits", "", "CV(RMSE) and NMBE within ASHRAE Guideline 14", "the mean energy is 0"),
        ),
        _OPTION_C,
        "an interval missing in either is left out of both and counted in missing",
        {"metered_kwh": [100, 80, 60, None, 70], "predicted_kwh": [96, 82, 63, 64, 69], "parameters": 2, "interval": "monthly"},
    ),
    Figure(
        "baseline-coverage",
        "Whether enough days are known for a baseline of a year",
        coverage_of,
        (
            series("days_kwh", "kWh", "a value per day", low=None),
            Input("valid_days", "days", Kind.WHOLE, "or only their number", low=0, high=100_000),
        ),
        (
            Output("enough", "", "329 to 366 valid days, of at most 366"),
            Output("valid_days", "days"),
            Output("days", "days", missing="only the number of valid days is given"),
        ),
        "CalTRACK (issues 66, 68, 82); settings of opendsm 1.2.7: 90 % of days, at least 329 and at most 366",
        "a day that is null is not valid; a day of hours is valid where half of them are known (day-estimate)",
        {"valid_days": 341},
    ),
    Figure(
        "saving-against-baseline",
        "Avoided energy: adjusted baseline - metered + non-routine adjustments",
        saving_of,
        (
            series("baseline_temperature_c", "°C", "of the baseline period", low=-90, high=70),
            series("baseline_energy_kwh", "kWh", "of the baseline period", low=None),
            _MODEL,
            series("temperature_c", "°C", "of the reporting period", low=-90, high=70),
            amount("energy_kwh", "kWh", "of the reporting period", required=True, low=None),
            amount("adjusted_baseline_kwh", about="instead of a regression"),
            number("non_routine_kwh", "kWh", "to add", default=0, low=None),
            _CONFIDENCE,
        ),
        (
            Output("saving_kwh", "kWh"),
            Output("saving_pct", "%", "of the adjusted baseline", "the adjusted baseline is 0"),
            Output("adjusted_baseline_kwh", "kWh"),
            Output("metered_kwh", "kWh"),
            Output("non_routine_kwh", "kWh"),
            Output("uncertainty_kwh", "kWh", "t x 1.26 x RMSE x root of m x (1 + 2 / n)", _NO_FIT),
            Output("uncertainty_pct_of_saving", "%", missing=f"{_NO_FIT}, or nothing was saved"),
            Output("intervals", ""),
            Output("without_weather", "intervals", "metered, but in neither sum"),
            Output("without_energy", "intervals"),
            Output("cv_rmse_pct", "%", missing=_NO_FIT, counted=False),
            Output("r2", "1", missing=_NO_FIT, counted=False),
        ),
        _OPTION_C,
        "an interval counts in both sums or in neither; those without weather are counted, never dropped silently",
        {
            "baseline_temperature_c": _TEMPERATURES,
            "baseline_energy_kwh": _ENERGIES,
            "model": "3P-heating",
            "temperature_c": [3, 6, None, 21],
            "energy_kwh": [800, 700, 600, 380],
        },
        ("temperature_c", "energy_kwh", "adjusted_baseline_kwh"),
    ),
)
