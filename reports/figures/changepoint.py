"""Change-point regression of energy on outdoor temperature: three parameters for heating or cooling, five for both.

energy = base + heating_slope x max(0, heating_change - T) + cooling_slope x max(0, T - cooling_change), least squares; the change
points are found exactly where the best pair of lines meets between two temperatures that were measured.
Sources: ASHRAE Guideline 14 and the Inverse Modeling Toolkit (change-point models); IPMVP option C.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.figures.exact import FigureInputError, Number

MODELS = ("mean", "3P-heating", "3P-cooling", "5P")
_PARAMETERS = {"mean": 1, "3P-heating": 3, "3P-cooling": 3, "5P": 5}
_GRID = 48
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """Energy per interval by temperature. Slopes per °C and interval, never below 0; a change point that is not there is None."""

    base: float
    heating_slope: float = 0.0
    heating_change_c: float | None = None
    cooling_slope: float = 0.0
    cooling_change_c: float | None = None

    def predict(self, temperature_c: Floats) -> Floats:
        energy = np.full(len(temperature_c), self.base)
        if self.heating_change_c is not None:
            energy += self.heating_slope * np.maximum(0.0, self.heating_change_c - temperature_c)
        if self.cooling_change_c is not None:
            energy += self.cooling_slope * np.maximum(0.0, temperature_c - self.cooling_change_c)
        return energy


@dataclass(frozen=True, slots=True)
class Fit:
    """A model and how well it fits. cv_rmse_pct and nmbe_pct with n - p; None where the mean energy is 0. n: intervals used."""

    model: Model
    kind: str
    n: int
    parameters: int
    missing: int
    mean: float
    r2: float | None
    rmse: float
    cv_rmse_pct: float | None
    nmbe_pct: float | None


def fit(temperature_c: Sequence[Number | None], energy_kwh: Sequence[Number | None], kind: str = "auto") -> Fit:
    """The best model of that kind; "auto": the kind with the least CV(RMSE). Intervals without either value are only counted.

    Raises FigureInputError for unequal lengths or too few different temperatures to tell the parameters apart.
    """
    if len(temperature_c) != len(energy_kwh):
        raise FigureInputError(
            f"{len(temperature_c)} temperatures but {len(energy_kwh)} energies; give both for the same intervals"
        )
    pairs = [(float(t), float(e)) for t, e in zip(temperature_c, energy_kwh, strict=True) if t is not None and e is not None]
    missing = len(energy_kwh) - len(pairs)
    if kind == "auto":
        fits = [_judged(pairs, name, missing) for name in MODELS if _enough(pairs, name)]
        if not fits:
            raise FigureInputError("too few intervals with both temperature and energy; give at least 3")
        return min(fits, key=lambda found: (round(found.rmse, 9), found.parameters))
    if not _enough(pairs, kind):
        raise FigureInputError(
            f"{len(pairs)} intervals at {len({t for t, _ in pairs})} temperatures are too few for {kind}, "
            f"which has {_PARAMETERS[kind]} parameters; give more than that of each"
        )
    return _judged(pairs, kind, missing)


def _enough(pairs: Sequence[tuple[float, float]], kind: str) -> bool:
    parameters = _PARAMETERS[kind]
    return len(pairs) > parameters and (kind == "mean" or len({t for t, _ in pairs}) > parameters)


def _judged(pairs: Sequence[tuple[float, float]], kind: str, missing: int) -> Fit:
    pairs = sorted(pairs)  # the order of the intervals must not matter to the last digit
    temperature, energy = np.array([t for t, _ in pairs]), np.array([e for _, e in pairs])
    model = _best(temperature, energy, kind)
    return judged(model, kind, temperature, energy, missing)


def judged(model: Model, kind: str, temperature: Floats, energy: Floats, missing: int = 0) -> Fit:
    """The statistics of a model on given intervals."""
    told = statistics(energy, model.predict(temperature), _PARAMETERS[kind])
    return Fit(
        model,
        kind,
        len(energy),
        _PARAMETERS[kind],
        missing,
        told.mean,
        told.r2,
        told.rmse,
        told.cv_rmse_pct,
        told.nmbe_pct,
    )


@dataclass(frozen=True, slots=True)
class Statistics:
    """How well predictions fit; percentages with n - p; None where the mean energy is 0 (r2: where the energy is constant)."""

    mean: float
    r2: float | None
    rmse: float
    cv_rmse_pct: float | None
    nmbe_pct: float | None


def statistics(metered: Sequence[float] | Floats, predicted: Sequence[float] | Floats, parameters: int) -> Statistics:
    """CV(RMSE) = sqrt(SSE / (n - p)) / mean; NMBE = sum(y - f) / ((n - p) x mean); R2 = 1 - SSE / SST. n must be above p."""
    energy = np.asarray(metered, dtype=np.float64)
    off = energy - np.asarray(predicted, dtype=np.float64)
    mean, spread = float(energy.mean()), float(((energy - energy.mean()) ** 2).sum())
    squares, free = float((off**2).sum()), len(energy) - parameters
    rmse = float(np.sqrt(squares / free))
    return Statistics(
        mean,
        1.0 - squares / spread if spread > 0 else None,
        rmse,
        100.0 * rmse / mean if mean else None,
        100.0 * float(off.sum()) / (free * mean) if mean else None,
    )


def _best(temperature: Floats, energy: Floats, kind: str) -> Model:
    if kind == "mean":
        return Model(float(energy.mean()))
    if kind == "3P-cooling":
        mirrored = _heating(-temperature[::-1], energy[::-1])
        assert mirrored.heating_change_c is not None
        return Model(mirrored.base, 0.0, None, mirrored.heating_slope, -mirrored.heating_change_c)
    return _heating(temperature, energy) if kind == "3P-heating" else _both(temperature, energy)


def _heating(temperature: Floats, energy: Floats) -> Model:
    """Three parameters, exact: every temperature as change point, and every place where the two lines of a split meet."""
    places = np.unique(temperature)
    found = [_joint(temperature, energy, float(place), None) for place in places[1:]]
    for low, high in pairwise(places[1:]):
        below = temperature <= low
        base = float(energy[~below].mean())
        change = _meeting(temperature[below], energy[below], base)
        if change is not None and low < change < high:
            found.append(_joint(temperature, energy, change, None))
    return _least(found, temperature, energy)


def _both(temperature: Floats, energy: Floats) -> Model:
    """Five parameters: a grid over both change points, then the split's own lines and a search with ever smaller steps."""
    places = np.unique(temperature)
    if len(places) > _GRID:
        places = np.unique(np.quantile(places, np.linspace(0, 1, _GRID)))
    found = [
        _joint(temperature, energy, float(low), float(high))
        for i, low in enumerate(places[1:-1], 1)
        for high in places[i:-1]
        if high >= low
    ]
    best = _least(found, temperature, energy)
    return _refined(best, temperature, energy, float(np.ptp(temperature)) / 16)


def _refined(best: Model, temperature: Floats, energy: Floats, step: float) -> Model:
    while step > 1e-10:
        assert best.heating_change_c is not None
        assert best.cooling_change_c is not None
        low, high = best.heating_change_c, best.cooling_change_c
        moves = [(low + a * step, high + b * step) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a or b)]
        own = _lines(best, temperature, energy)
        moves += [own] if own is not None else []
        tried = [_joint(temperature, energy, a, b) for a, b in moves if a <= b and a > temperature[0] and b < temperature[-1]]
        better = _least([best, *tried], temperature, energy)
        if better is best:
            step /= 2
        best = better
    return best


def _lines(model: Model, temperature: Floats, energy: Floats) -> tuple[float, float] | None:
    """Where the lines of the three parts meet, for the split that the model's change points make."""
    assert model.heating_change_c is not None
    assert model.cooling_change_c is not None
    below, above = temperature < model.heating_change_c, temperature > model.cooling_change_c
    middle = ~(below | above)
    if not middle.any():
        return None
    base = float(energy[middle].mean())
    low, high = _meeting(temperature[below], energy[below], base), _meeting(temperature[above], energy[above], base)
    return None if low is None or high is None else (low, high)


def _meeting(temperature: Floats, energy: Floats, base: float) -> float | None:
    """Temperature at which the straight line through the points comes to the base; None for a flat or undefined line."""
    if len(np.unique(temperature)) < 2:
        return None
    centred = temperature - temperature.mean()
    slope = float((centred * energy).sum() / (centred**2).sum())
    return float(temperature.mean() + (base - energy.mean()) / slope) if slope else None


def _joint(temperature: Floats, energy: Floats, low: float, high: float | None) -> Model:
    """Least squares of base and slopes at given change points; a slope below 0 is set to 0 and the rest fitted again."""
    columns: dict[str, Floats] = {"heating": np.maximum(0.0, low - temperature)}
    if high is not None:
        columns["cooling"] = np.maximum(0.0, temperature - high)
    while True:
        table = np.column_stack([np.ones(len(energy)), *columns.values()])
        solved: Any = np.linalg.lstsq(table, energy, rcond=None)[0]
        slopes = dict(zip(columns, (float(value) for value in solved[1:]), strict=True))
        negative = [name for name, slope in slopes.items() if slope < 0]
        if not negative:
            return Model(float(solved[0]), slopes.get("heating", 0.0), low, slopes.get("cooling", 0.0), high)
        for name in negative:
            del columns[name]


def _least(models: Sequence[Model], temperature: Floats, energy: Floats) -> Model:
    return min(models, key=lambda model: float(((energy - model.predict(temperature)) ** 2).sum()))
