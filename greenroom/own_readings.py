"""What Greenroom tells of itself (wishes, plans, reasons, its intake), on its way into the store.

These readings did not come over MQTT, so no broker would send them again: a store that is away is waited for with a bounded
buffer, and what is given up at the bound is counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import structlog

from premises.errors import GreenroomError, RetryableError
from premises.ports import TelemetryStore
from premises.reading import Reading

BOUND = 50_000
log = structlog.get_logger(__name__)


class OwnReadings:
    """Buffers (site, reading) pairs and writes them in portions. Not thread-safe: one round uses it."""

    def __init__(self, store: TelemetryStore, portion: int = 1) -> None:
        """portion: how many are waited for before they are written; 1 writes at each call."""
        self._store = store
        self._waiting: dict[str, deque[Reading]] = {}
        self._away: set[str] = set()
        self.portion = portion
        self.given_up = 0
        self.written = 0

    def add(self, readings: Iterable[tuple[str, Reading]]) -> None:
        for site, reading in readings:
            waiting = self._waiting.setdefault(site, deque(maxlen=BOUND))
            self.given_up += len(waiting) == BOUND
            waiting.append(reading)

    def write(self, *, all_of_them: bool = False) -> None:
        """Write what waits, where it is a portion. A store that is away keeps it waiting."""
        for site, waiting in self._waiting.items():
            if not waiting or (len(waiting) < self.portion and not all_of_them):
                continue
            portion = list(waiting)
            try:
                self._store.write(site, portion)
            except RetryableError as error:
                if site not in self._away:
                    log.warning("own readings wait for the store", site=site, waiting=len(waiting), why=str(error))
                self._away.add(site)
                continue
            except GreenroomError as error:
                log.error("own readings were refused", site=site, count=len(portion), why=str(error))
                self.given_up += len(portion)
            else:
                self.written += len(portion)
                self._away.discard(site)
            waiting.clear()
