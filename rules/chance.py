"""How likely an answer holds, and between what its energy lies: from the errors that leads, models and forecasts make."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

from rules.arbiter import READY_BAND_K
from rules.snapshot import LearnedLead
from rules.thermal import ZoneModel

MAE_TO_DEVIATION = 1.2533
"""Standard deviation of a normal error over its mean absolute error: the root of pi / 2."""
TABLE_SPARE, TABLE_ERROR = 0.25, 0.25
"""A lead from the table is long on purpose: by this share, with this error. Taken, not measured, until a zone has learned."""
LEAST_ERROR_H = 0.1
MODEL_LEAD_ERROR = 0.15
"""A warm-up told by a trusted model is off by about this share of its time: one standard deviation."""
PRIOR_ERROR_K = 1.5
"""How far a model that is only assumed is off after a day."""
MODEL_ERROR, PRIOR_ERROR = 0.2, 0.3
"""How far the energy of a learned and of an assumed model is off, as shares, at one standard deviation; half of the first is the
plant's, whose coefficient of performance is told or assumed, and not learned. Found by `bench/rules_truth.py`."""
NINE_IN_TEN = 1.645
FORECAST_ERROR_K, FORECAST_GROWS_K_PER_H, FORECAST_MOST_K = 0.8, 0.03, 2.5
"""Error of a weather forecast now, its growth, and its bound: about what national services publish for one to three days."""
PERSISTENCE_ERROR_K, PERSISTENCE_GROWS_K_PER_H, PERSISTENCE_MOST_K = 1.0, 0.06, 4.5


@dataclass(frozen=True, slots=True)
class Range:
    """About nine in ten outcomes lie between low and high."""

    low: float
    high: float


def normal(z: float) -> float:
    """Share of a normal distribution below z standard deviations."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def lead_chance(slack: timedelta, lead: timedelta, learned: LearnedLead | None) -> float:
    """How likely the zone is warm in time when heating starts `slack` earlier than the lead says; a normal error of the lead.

    Learned leads hold a margin already: that of a model's is meant to be enough in 95 of 100, that of warm-ups is known in hours.
    """
    hours, spare = lead / timedelta(hours=1), slack / timedelta(hours=1)
    if learned is None:
        return normal((spare + TABLE_SPARE * hours) / max(LEAST_ERROR_H, TABLE_ERROR * hours))
    if learned.warm is not None:
        return normal(NINE_IN_TEN + spare / max(LEAST_ERROR_H, MODEL_LEAD_ERROR * hours))
    return normal((spare + learned.margin_h) / max(LEAST_ERROR_H, MAE_TO_DEVIATION * learned.error_h))


def model_chance(spare_k: float, model: ZoneModel) -> float:
    """How likely a zone is ready that its model has `spare_k` above its target at the call, by the model's one-day error."""
    deviation = PRIOR_ERROR_K if model.error_k is None else model.error_k
    return normal((spare_k + READY_BAND_K) / max(0.05, deviation))


def weather_error_k(ahead: timedelta, *, told: bool) -> float:
    """How far the outdoor temperature is off so far ahead, one standard deviation. told: by a forecast, else by yesterday."""
    hours = max(0.0, ahead / timedelta(hours=1))
    if told:
        return min(FORECAST_MOST_K, FORECAST_ERROR_K + FORECAST_GROWS_K_PER_H * hours)
    return min(PERSISTENCE_MOST_K, PERSISTENCE_ERROR_K + PERSISTENCE_GROWS_K_PER_H * hours)


def around(value: float, colder: float, warmer: float, model: ZoneModel, stand: float = 0.0) -> Range:
    """The range of an energy, cost or carbon, from its values one weather error colder and warmer, and the model's own error.

    stand: by how much it is off because the zone does not stand where it was thought to, one standard deviation.
    """
    share = (MODEL_ERROR if model.learned else PRIOR_ERROR) * abs(value)
    up, down = max(0.0, colder - value), max(0.0, value - warmer)
    low = value - NINE_IN_TEN * math.hypot(down, share, stand)
    return Range(max(0.0, low), value + NINE_IN_TEN * math.hypot(up, share, stand))
