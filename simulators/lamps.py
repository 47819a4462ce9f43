"""House light: dimmed groups that devices control, and plain lamps where none does."""

from __future__ import annotations

import numpy as np

from premises.site import Site
from simulators.noise import Array

_LIGHT_QUANTITIES = ("brightness", "switch_state")
_STANDBY_SHARE = 0.02  # drivers while dimmed to nothing but on


class Lamps:
    """Groups of lamps: zone row, level in % and whether on; a zone's lighting power is shared evenly among its groups.

    Zones without a group that takes commands are lit while there are people.
    """

    def __init__(self, site: Site) -> None:
        index = {zone.id: row for row, zone in enumerate(site.zones)}
        self.group: dict[tuple[str, str], int] = {}
        rows: list[int] = []
        for point in site.points:
            key = (point.device, point.channel)
            if point.quantity.name in _LIGHT_QUANTITIES and point.zone in index and key not in self.group:
                self.group[key] = len(rows)
                rows.append(index[point.zone])
        self._zone = np.array(rows, dtype=np.intp)
        self.level_pct = np.full(len(rows), 100.0)
        self.on = np.zeros(len(rows), dtype=bool)
        self._total_w = np.array([zone.lighting_power_w for zone in site.zones])
        self._groups = np.bincount(self._zone, minlength=len(site.zones)) if rows else np.zeros(len(site.zones), dtype=int)
        self._group_w = self._total_w[self._zone] / np.maximum(self._groups, 1)[self._zone] if rows else np.zeros(0)
        self._by_presence = self._groups == 0

    def set_zone(self, row: int, level_pct: float) -> None:
        """All groups of a zone to a level; 0 turns them off."""
        groups = self._zone == row
        self.level_pct[groups] = np.clip(level_pct, 0.0, 100.0)
        self.on[groups] = level_pct > 0

    def group_w(self) -> Array:
        """Power of each group, W."""
        return np.where(self.on, self._group_w * (_STANDBY_SHARE + (1 - _STANDBY_SHARE) * self.level_pct / 100), 0.0)

    def power_w(self, people: Array) -> Array:
        """Power by zone, W, shape (zones,)."""
        controlled = np.bincount(self._zone, weights=self.group_w(), minlength=len(self._total_w))
        return np.where(self._by_presence, self._total_w * 0.8 * (people > 0), controlled)

    def level_of_zone_pct(self) -> Array:
        """Share of the installed light that burns, in %, shape (zones,)."""
        total = np.bincount(self._zone, weights=np.where(self.on, self.level_pct, 0.0), minlength=len(self._total_w))
        return total / np.maximum(self._groups, 1)
