"""How warm a plant's water gets whatever is asked: a substation on its own curve gives what it gives, and leads must know it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from premises.site import Site

SHORT_K = 4.0
SHOWN_AFTER = timedelta(minutes=30)
"""Water that stays this far below what is asked for so long does not get there."""
SPARE_K = 1.0
EASED_K_PER_DAY = 0.5
"""What was learned fades: the weather turns, a curve is set anew."""


class Water:
    """The warmest water of each plant that fell short of what was asked."""

    def __init__(self) -> None:
        self.most: dict[str, tuple[datetime, float]] = {}
        self._short: dict[str, tuple[datetime, float]] = {}

    def note(self, now: datetime, plant: str, asked_c: float | None, measured_c: float | None) -> None:
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

    def ceiling_c(self, plant: str, now: datetime) -> float | None:
        """How warm its water gets, None where it gave what was asked."""
        told = self.most.get(plant)
        return None if told is None else told[1] + EASED_K_PER_DAY * max(0.0, (now - told[0]) / timedelta(days=1))

    def known(self, site: Site, now: datetime) -> Site:
        """The site with plants that give no more than they were seen to."""
        if not self.most:
            return site
        plants = []
        for plant in site.plants:
            most = self.ceiling_c(plant.id, now)
            least = plant.supply_min_c + 1.0
            plants.append(plant if most is None else replace(plant, supply_max_c=min(plant.supply_max_c, max(least, most))))
        return replace(site, plants=tuple(plants))
