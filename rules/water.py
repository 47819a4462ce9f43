"""How warm a plant's water gets whatever is asked: a substation on its own curve gives what it gives, and leads must know it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from premises.site import Plant, Site

SHORT_K = 4.0
SHOWN_AFTER = timedelta(minutes=30)
"""Water that stays this far below what is asked for so long does not get there."""
SPARE_K = 1.0
EASED_K_PER_DAY = 0.5
"""What was learned fades: the weather turns, a curve is set anew."""
KEPT, KEPT_FOR = 200, timedelta(days=14)
LEAST_SEEN, LEAST_SPAN_K = 6, 3.0
"""A curve by the weather shows in so many half hours short of what was asked, over so many K outdoors."""
SLOPE_LEAST, SLOPE_MOST, OFF_MOST_K = -2.5, -0.3, 1.5
"""Slope of such curves, K of water per K outdoors; what fits worse than the last is no curve, but a plant at its limit."""
Seen = tuple[datetime, float, float]
"""When, outdoor temperature, water."""


class Water:
    """The warmest water of each plant that fell short of what was asked; by outdoor temperature, where that explains it."""

    def __init__(self) -> None:
        self.most: dict[str, tuple[datetime, float]] = {}
        self.seen: dict[str, deque[Seen]] = {}
        self._short: dict[str, tuple[datetime, float]] = {}

    def note(
        self, now: datetime, plant: str, asked_c: float | None, measured_c: float | None, outdoor_c: float | None = None
    ) -> None:
        """One tick. asked_c None: it is off, or nothing is asked of it."""
        known = self.ceiling_c(plant, now)
        if measured_c is not None and known is not None and measured_c > known:
            self.most[plant] = (now, measured_c)
        if asked_c is None or measured_c is None or asked_c - measured_c < SHORT_K:
            self._short.pop(plant, None)
            return
        since, warmest = self._short.get(plant, (now, measured_c))
        self._short[plant] = (since, max(warmest, measured_c))
        if now - since >= SHOWN_AFTER:
            self.most[plant] = (now, max(warmest, measured_c) + SPARE_K)
            if outdoor_c is not None:
                self._keep(plant, (now, outdoor_c, measured_c))

    def _keep(self, plant: str, seen: Seen) -> None:
        kept = self.seen.setdefault(plant, deque(maxlen=KEPT))
        while kept and seen[0] - kept[0][0] > KEPT_FOR:
            kept.popleft()
        if not kept or seen[0] - kept[-1][0] >= SHOWN_AFTER:
            kept.append(seen)

    def ceiling_c(self, plant: str, now: datetime) -> float | None:
        """How warm its water gets, None where it gave what was asked."""
        told = self.most.get(plant)
        return None if told is None else told[1] + EASED_K_PER_DAY * max(0.0, (now - told[0]) / timedelta(days=1))

    def curve_of(self, plant: str) -> tuple[float, float] | None:
        """Its water at 0 °C outdoors and the rise per K, where that is what it follows; None else."""
        return curve(tuple(self.seen.get(plant, ())))

    def known(self, site: Site, now: datetime) -> Site:
        """The site with plants that give no more than they were seen to."""
        if not self.most:
            return site
        return replace(site, plants=tuple(self._known(plant, now) for plant in site.plants))

    def _known(self, plant: Plant, now: datetime) -> Plant:
        most, line = self.ceiling_c(plant.id, now), self.curve_of(plant.id)
        if most is None:
            return plant
        if line is not None:
            seen = self.seen[plant.id]
            base = line[0] + SPARE_K + EASED_K_PER_DAY * max(0.0, (now - seen[-1][0]) / timedelta(days=1))
            plant = replace(plant, own_curve=(base, line[1]))
            most = plant.warmest_c(min(outdoor for _, outdoor, _ in seen))  # what colder days bring is not known yet
        return replace(plant, supply_max_c=min(plant.supply_max_c, max(plant.supply_min_c + 1.0, most)))


def curve(seen: Sequence[Seen]) -> tuple[float, float] | None:
    """The line through water by outdoor temperature, by least squares; None where too little is seen, or it is none."""
    if len(seen) < LEAST_SEEN:
        return None
    outdoor, water = np.array([s[1] for s in seen]), np.array([s[2] for s in seen])
    if float(np.ptp(outdoor)) < LEAST_SPAN_K:
        return None
    slope, base = (float(value) for value in np.polyfit(outdoor, water, 1))
    off = float(np.sqrt(np.mean((base + slope * outdoor - water) ** 2)))
    return (base, slope) if SLOPE_LEAST <= slope <= SLOPE_MOST and off <= OFF_MOST_K else None
