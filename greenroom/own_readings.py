"""What Greenroom tells of itself (wishes, plans, reasons, bookings, events, its intake), on its way into the store.

Readings go to any store, what is told beside readings (premises/told.py) to one that can keep it. Neither came over MQTT, so no
broker would send them again: a store that is away is waited for with a bounded buffer; what is given up at the bound is counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import structlog

from premises.errors import GreenroomError, RetryableError
from premises.ports import TelemetryStore
from premises.reading import Reading
from premises.told import Tells, Told

_T = TypeVar("_T", Reading, Told)
BOUND = 50_000
log = structlog.get_logger(__name__)


class OwnReadings:
    """Buffers (site, reading) pairs and writes them in portions. Not thread-safe: one round uses it."""

    def __init__(self, store: TelemetryStore, portion: int = 1) -> None:
        """portion: how many are waited for before they are written; 1 writes at each call."""
        self._store = store
        self._waiting: dict[str, deque[Reading]] = {}
        self._told: dict[str, deque[Told]] = {}
        self._away: set[str] = set()
        self.portion = portion
        self.given_up = 0
        self.written = 0

    def add(self, readings: Iterable[tuple[str, Reading]]) -> None:
        for site, reading in readings:
            waiting = self._waiting.setdefault(site, deque(maxlen=BOUND))
            self.given_up += len(waiting) == BOUND
            waiting.append(reading)

    @property
    def waiting(self) -> int:
        """How many are not written yet."""
        return sum(map(len, self._waiting.values())) + sum(map(len, self._told.values()))

    def add_told(self, site: str, lines: Sequence[Told]) -> None:
        """Take what is told beside readings; a store that cannot keep it never sees it."""
        if not isinstance(self._store, Tells):
            return
        waiting = self._told.setdefault(site, deque(maxlen=BOUND))
        for line in lines:
            self.given_up += len(waiting) == BOUND
            waiting.append(line)

    def write(self, *, all_of_them: bool = False) -> None:
        """Write what waits, where it is a portion. A store that is away keeps it waiting."""
        for site, waiting in self._waiting.items():
            self._write(site, waiting, self._store.write, all_of_them=all_of_them)
        if isinstance(self._store, Tells):
            for site, told in self._told.items():
                self._write(site, told, self._store.tell, all_of_them=all_of_them)

    def _write(self, site: str, waiting: deque[_T], write: Callable[[str, Sequence[_T]], None], *, all_of_them: bool) -> None:
        if not waiting or (len(waiting) < self.portion and not all_of_them):
            return
        portion = list(waiting)
        try:
            write(site, portion)
        except RetryableError as error:
            if site not in self._away:
                log.warning("own readings wait for the store", site=site, waiting=len(waiting), why=str(error))
            self._away.add(site)
            return
        except GreenroomError as error:
            log.error("own readings were refused", site=site, count=len(portion), why=str(error))
            self.given_up += len(portion)
        else:
            self.written += len(portion)
            self._away.discard(site)
        waiting.clear()
