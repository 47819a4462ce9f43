"""Token buckets: so many requests at once, so many a second after that, by key or by address."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable


class TokenBuckets:
    """One bucket per name, at most `most` of them: the one longest unused is dropped first (and so is full again)."""

    def __init__(self, rate_per_s: float, burst: int, most: int, monotonic: Callable[[], float]) -> None:
        self._rate = rate_per_s
        self._burst = float(burst)
        self._most = most
        self._monotonic = monotonic
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str, cost: float = 1.0) -> float:
        """Take from the bucket: 0 where it was there, else the seconds until it will be (nothing is taken)."""
        now = self._monotonic()
        with self._lock:
            level, since = self._levels.pop(name, (self._burst, now))
            level = min(self._burst, level + (now - since) * self._rate)
            short = min(cost, self._burst) - level
            self._levels[name] = (level if short > 0 else level - cost, now)
            if len(self._levels) > self._most:
                self._levels.popitem(last=False)
        return max(0.0, short / self._rate)

    def empty(self, name: str) -> float:
        """Seconds until the bucket holds a token, 0 where it does; takes nothing."""
        now = self._monotonic()
        with self._lock:
            level, since = self._levels.get(name, (self._burst, now))
        return max(0.0, (1.0 - min(self._burst, level + (now - since) * self._rate)) / self._rate)
