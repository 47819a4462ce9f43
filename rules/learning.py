"""What a zone teaches about its warm-ups: finds them in its history and fits the lead, kept only if it predicts better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from premises.site import Emitter
from rules.arbiter import READY_BAND_K
from rules.lead import HOURS_OFF_MOST, table_hours
from rules.margin import conformal
from rules.snapshot import LearnedLead

LEAST_WARM_UPS = 4
LEAST_RISE_K = 1.0
LONGEST = timedelta(hours=48)
RIDGE = 0.05
MARGIN_MOST = 0.5
"""The margin that errors ask for is no more than this share of the mean warm-up."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A quarter hour of a zone's history; None where nothing is known. wanted_c: the wish of the rules at that time.

    slow: a plan heated with less than there was: it teaches no lead.
    """

    at: datetime
    air_c: float | None
    wanted_c: float | None
    outdoor_c: float | None
    slow: bool = False


@dataclass(frozen=True, slots=True)
class WarmUp:
    """One warm-up that reached its target: rise_k at its start, span_k target over outdoor, off_h since heat, hours it took."""

    at: datetime
    rise_k: float
    span_k: float
    off_h: float
    hours: float
    outdoor_c: float


def warm_ups(samples: Sequence[Sample]) -> list[WarmUp]:
    """The warm-ups in a history in order of time: the wish rises past the air, and the air reaches it before the wish falls."""
    found: list[WarmUp] = []
    begun: Sample | None = None
    off_h, warm_until, before = 0.0, None, None
    for sample in samples:
        if sample.air_c is None or sample.wanted_c is None:
            begun = None
            before = sample if sample.wanted_c is not None else before
            continue
        wanted_before = before.wanted_c if before is not None else None
        if begun is None and wanted_before is not None and sample.wanted_c >= wanted_before + LEAST_RISE_K:
            if sample.air_c <= sample.wanted_c - LEAST_RISE_K and sample.outdoor_c is not None and not sample.slow:
                begun = sample
                off_h = HOURS_OFF_MOST if warm_until is None else (sample.at - warm_until) / timedelta(hours=1)
        elif begun is not None and (sample.wanted_c != begun.wanted_c or sample.at - begun.at > LONGEST or sample.slow):
            begun = None
        if begun is not None and sample.air_c >= (begun.wanted_c or 0.0) - READY_BAND_K:
            found.append(_warm_up(begun, sample, off_h))
            begun = None
        if wanted_before is not None and sample.wanted_c <= wanted_before - LEAST_RISE_K:
            warm_until = sample.at
        before = sample
    return found


def _warm_up(begun: Sample, reached: Sample, off_h: float) -> WarmUp:
    target, air, outdoor = begun.wanted_c or 0.0, begun.air_c or 0.0, begun.outdoor_c or 0.0
    hours = (reached.at - begun.at) / timedelta(hours=1)
    return WarmUp(begun.at, target - air, target - outdoor, min(off_h, HOURS_OFF_MOST), hours, outdoor)


def fit_lead(warmed: Sequence[WarmUp], emitter: Emitter) -> LearnedLead | None:
    """Ridge fit of the three terms, none negative; None where there are too few, or the table predicts as well.

    The error is that on warm-ups left out in turn, so that the fit cannot praise itself.
    """
    if len(warmed) < LEAST_WARM_UPS:
        return None
    features = np.array([[w.rise_k, w.rise_k * w.span_k, w.off_h] for w in warmed])
    hours = np.array([w.hours for w in warmed])
    every = np.arange(len(warmed))
    left_out = [hours[i] - float(features[i] @ _ridge(features[every != i], hours[every != i])) for i in every]
    table = [abs(table_hours(emitter, w.outdoor_c, w.off_h, w.rise_k) - w.hours) for w in warmed]
    error, table_error = float(np.mean(np.abs(left_out))), float(np.mean(table))
    if error >= table_error:
        return None
    h1, h2, h3 = (float(h) for h in _ridge(features, hours))
    told = conformal([float(late) for late in left_out])
    margin = min(MARGIN_MOST * float(np.mean(hours)), max(0.0, float(np.max(left_out)) if told is None else told))
    return LearnedLead(h1, h2, h3, len(warmed), error, table_error, margin)


def _ridge(features: NDArray[np.float64], hours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least squares with a penalty in units of each feature's own size; features whose weight turns negative are dropped."""
    scale = np.maximum(np.sqrt(np.mean(features**2, axis=0)), 1e-9)
    scaled = features / scale
    used = np.ones(features.shape[1], dtype=bool)
    weights = np.zeros(features.shape[1])
    while used.any():
        part = scaled[:, used]
        gram = part.T @ part + RIDGE * len(hours) * np.eye(part.shape[1])
        weights[:] = 0.0
        weights[used] = np.linalg.solve(gram, part.T @ hours)
        if (weights[used] >= 0).all():
            break
        used &= weights > 0
        weights[~used] = 0.0
    shrunk = float(np.sum((scaled @ weights) * hours) / max(1e-9, np.sum((scaled @ weights) ** 2)))
    result: NDArray[np.float64] = weights / scale * max(0.0, shrunk)
    return result
