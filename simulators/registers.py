"""What counters show: they were installed before the simulation began, and may be reset."""

from __future__ import annotations

from simulators.noise import generator


class Registers:
    """Shown value of every counter by its key (`grid/energy`): what it showed at the start, and what has come since.

    Start values are seeded; those of exports are 0, as most meters have never exported, but for the keys given in `exporting`.
    """

    def __init__(self, seed: int, exporting: frozenset[str] = frozenset()) -> None:
        self._seed = seed
        self._exporting = exporting
        self._base: dict[str, float] = {}
        self._grown: dict[str, float] = {}

    def show(self, key: str, grown: float) -> float:
        """What the counter shows when `grown` has come since the start of the simulation."""
        base = self._base.get(key)
        if base is None:
            base = self._base[key] = self._start(key)
        self._grown[key] = grown
        return base + grown

    def reset(self, subject: str) -> None:
        """All counters of a subject that were ever read begin anew at 0, as after a change of meter."""
        for key, grown in self._grown.items():
            if key.startswith(f"{subject}/"):
                self._base[key] = -grown

    def _start(self, key: str) -> float:
        if key.endswith("/energy_export") and key not in self._exporting:
            return 0.0
        return round(float(generator(self._seed, f"register/{key}", 0).uniform(1_500.0, 60_000.0)), 1)
