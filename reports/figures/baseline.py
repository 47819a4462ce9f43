"""Saving against a baseline (IPMVP option C): adjusted baseline less what was metered, with its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.figures.changepoint import Fit, fit
from reports.figures.exact import FigureInputError, Number

GUIDELINE_14 = {"monthly": (15.0, 5.0), "daily": (30.0, 10.0), "hourly": (30.0, 10.0)}
"""Limits of CV(RMSE) and NMBE in percent. Daily values are held to the hourly ones: the guideline has no daily limits."""


@dataclass(frozen=True, slots=True)
class Regression:
    """The fitted baseline, flat. within_limits: CV(RMSE) and NMBE within ASHRAE Guideline 14. uncertainty: of the period's sum."""

    kind: str
    base_kwh: float
    heating_slope: float | None
    heating_change_c: float | None
    cooling_slope: float | None
    cooling_change_c: float | None
    n: int
    parameters: int
    missing: int
    mean_kwh: float
    r2: float | None
    rmse_kwh: float
    cv_rmse_pct: float | None
    nmbe_pct: float | None
    within_limits: bool | None
    uncertainty_kwh: float
    uncertainty_pct: float | None


def regression(
    temperature_c: Sequence[Number | None],
    energy_kwh: Sequence[Number | None],
    kind: str = "auto",
    interval: str = "daily",
    confidence: Number = 0.9,
) -> Regression:
    """Change-point baseline with its statistics.

    uncertainty_kwh: half-width of the interval of the sum that the model predicts for as many intervals as it was fitted on,
    t x RMSE x sqrt(n x (1 + 2 / n)), residuals taken as independent.
    """
    found = fit(temperature_c, energy_kwh, kind)
    model, limits = found.model, GUIDELINE_14[interval]
    cv, bias = found.cv_rmse_pct, found.nmbe_pct
    half = _half_width(found, found.n, float(confidence))
    return Regression(
        found.kind,
        model.base,
        model.heating_slope if model.heating_change_c is not None else None,
        model.heating_change_c,
        model.cooling_slope if model.cooling_change_c is not None else None,
        model.cooling_change_c,
        found.n,
        found.parameters,
        found.missing,
        found.mean,
        found.r2,
        found.rmse,
        cv,
        bias,
        None if cv is None or bias is None else cv <= limits[0] and abs(bias) <= limits[1],
        half,
        100.0 * half / (found.mean * found.n) if found.mean else None,
    )


@dataclass(frozen=True, slots=True)
class BaselineSaving:
    """kWh over the reporting intervals known in both; saving = adjusted baseline - metered + non-routine.

    without_weather: intervals whose energy is known but not their temperature: they are in neither sum, and are never silent.
    """

    adjusted_baseline_kwh: float
    metered_kwh: float
    non_routine_kwh: float
    saving_kwh: float
    saving_pct: float | None
    uncertainty_kwh: float | None
    uncertainty_pct_of_saving: float | None
    intervals: int
    without_weather: int
    without_energy: int
    cv_rmse_pct: float | None
    r2: float | None


def baseline_saving(
    baseline: Fit,
    temperature_c: Sequence[Number | None],
    energy_kwh: Sequence[Number | None],
    non_routine_kwh: Number = 0,
    confidence: Number = 0.9,
) -> BaselineSaving:
    """Avoided energy of the reporting period. Uncertainty by ASHRAE Guideline 14: t x 1.26 x RMSE x sqrt(m x (1 + 2 / n)).

    Raises FigureInputError for unequal lengths.
    """
    if len(temperature_c) != len(energy_kwh):
        raise FigureInputError(f"{len(temperature_c)} temperatures but {len(energy_kwh)} energies of the reporting period")
    rows = [(float(t), float(e)) for t, e in zip(temperature_c, energy_kwh, strict=True) if t is not None and e is not None]
    predicted = baseline.model.predict(np.array([t for t, _ in rows], dtype=np.float64))
    adjusted, metered = math.fsum(predicted.tolist()), math.fsum(e for _, e in rows)
    saving = adjusted - metered + float(non_routine_kwh)
    half = 1.26 * _half_width(baseline, len(rows), float(confidence)) if rows else None
    return BaselineSaving(
        adjusted,
        metered,
        float(non_routine_kwh),
        saving,
        100.0 * saving / adjusted if adjusted else None,
        half,
        100.0 * half / abs(saving) if half is not None and saving else None,
        len(rows),
        sum(t is None and e is not None for t, e in zip(temperature_c, energy_kwh, strict=True)),
        sum(e is None for e in energy_kwh),
        baseline.cv_rmse_pct,
        baseline.r2,
    )


def _half_width(found: Fit, intervals: int, confidence: float) -> float:
    t = student_t(confidence, found.n - found.parameters)
    return t * found.rmse * math.sqrt(intervals * (1.0 + 2.0 / found.n))


def student_t(confidence: float, degrees: int) -> float:
    """Two-sided quantile of Student's t: |t| stays below it with that probability (0 to 1, both excluded)."""
    if not 0 < confidence < 1 or degrees < 1:
        raise FigureInputError(f"confidence {confidence:g} with {degrees} degrees of freedom; give 0 < confidence < 1")
    low, high = 0.0, 1.0
    while _within(high, degrees) < confidence:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, degrees) < confidence else (low, middle)
    return (low + high) / 2


def _within(t: float, degrees: int) -> float:
    """P(|T| < t) for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4)."""
    angle = math.atan(t / math.sqrt(degrees))
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = degrees % 2
    term = cosine if odd else 1.0
    sums = 0.0 if odd and degrees == 1 else term
    for k in range(2 + odd, degrees - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        sums += term
    return 2.0 / math.pi * (angle + sine * sums) if odd else sine * sums
