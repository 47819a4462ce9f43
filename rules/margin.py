"""How much surer than the forecast: split-conformal margins from recent errors of what was planned for the call.

The margin is the ceil((n + 1) q)-th smallest of the last n errors (Vovk et al. 2005; Lei et al. 2018): whatever their
distribution, a next error of the same kind stays below it with probability q. A cold snap brings errors of another kind: then the
quantile itself moves with each miss, so that in the long run one in twenty is missed whatever comes (Gibbs & Candès 2021).
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from rules.arbiter import READY_BAND_K

RATE = 0.95
LEAST = 10
KEPT = 120
DEFAULT_K = 0.3
MOST_K = 1.5
LEAST_SPARE_K = 0.1
PACE = 0.03
"""How far the quantile moves with each call: by this much of what it missed its rate by."""
LEVEL_LEAST, LEVEL_MOST = 0.8, 0.995


def conformal(errors: list[float], rate: float = RATE) -> float | None:
    """The split-conformal quantile of the errors; None where they are too few for that rate."""
    place = math.ceil((len(errors) + 1) * rate)
    return sorted(errors)[place - 1] if place <= len(errors) else None


@dataclass(frozen=True, slots=True)
class Promise:
    """What was planned for a call when its pre-heat began."""

    claim: str
    call: datetime
    air_c: float
    target_c: float


class Margins:
    """Promises of a site's pre-heats and how they came out, over all its zones: one zone has too few calls to learn from."""

    def __init__(self) -> None:
        self.errors: deque[float] = deque(maxlen=KEPT)
        self.by_zone: dict[str, deque[float]] = {}
        self.level = RATE
        """Quantile of the errors that is in force: it rises with each miss, and sinks slowly while there are none."""
        self._open: dict[str, Promise] = {}

    def promise(self, zone: str, promise: Promise) -> None:
        """Remember the first promise for each claim."""
        if zone not in self._open or self._open[zone].claim != promise.claim:
            self._open[zone] = promise

    def check(self, zone: str, now: datetime, air_c: float | None) -> None:
        """At the call, how much colder it is than promised, as far as that matters: warmer than the target is as good as warm."""
        promise = self._open.get(zone)
        if promise is None or now < promise.call:
            return
        del self._open[zone]
        if air_c is not None and (now - promise.call).total_seconds() < 900:
            error = min(promise.air_c, promise.target_c) - air_c
            self._adapt(error > self.margin_of(zone))
            self.errors.append(error)
            self.by_zone.setdefault(zone, deque(maxlen=KEPT)).append(error)

    def _adapt(self, missed: bool) -> None:
        """Adaptive conformal inference: the level moves until misses come at the stated rate."""
        if len(self.errors) >= LEAST:
            self.level = min(LEVEL_MOST, max(LEVEL_LEAST, self.level + PACE * (missed - (1.0 - RATE))))

    def drop(self, zone: str) -> None:
        """The claim went away."""
        self._open.pop(zone, None)

    @property
    def margin_k(self) -> float:
        """What the planned temperature at a call is raised by, in K: a fixed one until enough is seen, never below zero."""
        return _margin(list(self.errors), self.level)

    def spare_of(self, zone: str) -> float:
        """What the zone's target is raised by: what errors ask for beyond the band in which it counts as warm.

        All of the fixed margin until enough is seen.
        """
        if len(self.errors) < LEAST:
            return DEFAULT_K
        return max(LEAST_SPARE_K, self.margin_of(zone) - READY_BAND_K)

    def margin_of(self, zone: str) -> float:
        """The same by the zone's own errors, where it has enough of them."""
        own = list(self.by_zone.get(zone, ()))
        return _margin(own, self.level) if len(own) >= LEAST else self.margin_k

    def probability(self, spare_k: float) -> float | None:
        """How likely a zone is ready that is planned `spare_k` above its target at the call; None until enough is seen."""
        if len(self.errors) < LEAST:
            return None
        met = sum(error <= spare_k + READY_BAND_K for error in self.errors)
        return met / (len(self.errors) + 1)


def _margin(errors: list[float], level: float) -> float:
    if len(errors) < LEAST:
        return DEFAULT_K
    found = conformal(errors, level)
    return min(MOST_K, max(0.0, max(errors) if found is None else found))
