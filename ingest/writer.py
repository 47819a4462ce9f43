"""The writing half of the pipeline: portions -> the store, in our own batches; then the messages are settled.

What the store refuses is split until the one bad reading is alone; its message goes into quarantine, its neighbours are
stored. What may succeed later is waited for, for ever if need be, never dropped.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.backlog import Backlog
from ingest.ledger import Ledger
from ingest.portion import Portion
from ingest.refusals import write_sheaves_split
from premises.errors import RetryableError, StoreUnavailableError
from premises.ports import Journal, Quarantined, TelemetryStore
from premises.reading import Sheaf
from premises.time import Clock

_log = logging.getLogger("greenroom.ingest.writer")


@dataclass(frozen=True, slots=True)
class WriterSettings:
    """batch_readings, batch_age_s: a batch is written when it is so large or so old. wait_*: back-off while the store is away."""

    batch_readings: int = 40_000
    batch_age_s: float = 0.25
    wait_min_s: float = 0.5
    wait_max_s: float = 60.0


class Writer:
    """Between the backlog and the store. One batch is in hand at a time; it stays in hand until it is settled."""

    def __init__(
        self,
        journal: Journal,
        store: TelemetryStore,
        backlog: Backlog,
        ledger: Ledger,
        clock: Clock,
        settings: WriterSettings | None = None,
        trouble: Callable[[RetryableError | None], None] | None = None,
    ) -> None:
        """trouble: told of each failed write, and None when one succeeds again."""
        self._journal = journal
        self._store = store
        self._backlog = backlog
        self._ledger = ledger
        self._clock = clock
        self._settings = settings or WriterSettings()
        self._trouble = trouble or _no_trouble
        self._lock = threading.Lock()
        self._in_hand: Portion | None = None
        self._refused: dict[int, str] = {}  # position of a message: why a reading of it was refused
        self._refused_readings = 0
        self._written: set[str] = set()
        self._failing = False
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def write_batch(self) -> bool:
        """Write and settle one batch; False where nothing waits. Raises RetryableError: the batch stays in hand."""
        with self._lock:
            if self._in_hand is None:
                self._in_hand = self._backlog.take(self._settings.batch_readings)
                self._refused, self._refused_readings, self._written = {}, 0, set()
            if self._in_hand is None:
                return False
            for site, of_site in self._in_hand.sites.items():
                if site not in self._written:
                    self._write(site, of_site.sheaves, of_site.positions)
                    self._written.add(site)
            self._settle(self._in_hand)
            self._in_hand = None
            return True

    def _write(self, site: str, sheaves: Sequence[Sheaf], positions: Sequence[int]) -> None:
        for index, reasons in write_sheaves_split(self._store, site, sheaves).items():
            self._refused.setdefault(positions[index], reasons[0])
            self._refused_readings += len(reasons)

    def _settle(self, portion: Portion) -> None:
        quarantined = portion.quarantined + [self._refusal(position, reason) for position, reason in self._refused.items()]
        stored = portion.with_readings - len(self._refused)
        readings = portion.readings - self._refused_readings
        self._journal.settle(portion.last, stored=stored, ignored=portion.ignored, readings=readings, quarantined=quarantined)
        self._ledger.settled(portion.last, stored=stored, ignored=portion.ignored, quarantined=len(quarantined), readings=readings)

    def _refusal(self, position: int, reason: str) -> Quarantined:
        entry = self._journal.read(position - 1, 1)[0]
        return Quarantined(0, entry.message, reason, None, self._clock.now())

    def write_full_batches(self) -> None:
        """Write while there is at least one full batch; while the store is away they wait."""
        try:
            while (self._in_hand is not None or self._backlog.readings >= self._settings.batch_readings) and self.write_batch():
                self._tell(None)
        except RetryableError as error:
            self._tell(error)

    def drain(self, patience_s: float) -> None:
        """Write all that waits; tries again while the store is away, for that long, then raises the RetryableError."""
        until = time.monotonic() + patience_s
        attempt = 0
        while True:
            try:
                while self.write_batch():
                    attempt = 0
                    self._tell(None)
                return
            except RetryableError as error:
                self._tell(error)
                wait_s = self._wait_s(error, attempt)
                attempt += 1
                if time.monotonic() + wait_s > until or self._stop.wait(wait_s):
                    raise

    def _wait_s(self, error: RetryableError, attempt: int) -> float:
        settings = self._settings
        if error.retry_after_s is not None:
            return max(settings.wait_min_s, min(error.retry_after_s, settings.wait_max_s))
        return min(settings.wait_min_s * 2.0 ** min(attempt, 16), settings.wait_max_s) * random.uniform(0.5, 1.0)

    def _tell(self, error: RetryableError | None) -> None:
        if error is not None and not self._failing:
            self._failing = True
            _log.error("%s; readings wait in the journal", error)
        elif error is None and self._failing:
            self._failing = False
            _log.info("the store takes readings again")
        else:
            return
        self._trouble(error)

    # --- the writing thread

    def start(self) -> None:
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(30)
            self._thread = None
        self._stop.clear()

    def _run(self) -> None:
        attempt = 0
        settings = self._settings
        while not self._stop.is_set():
            if self._in_hand is None and not self._backlog.wait_ready(settings.batch_readings, settings.batch_age_s, 0.5):
                continue
            try:
                self.write_batch()
            except RetryableError as error:
                wait_s = self._wait_s(error, attempt)
                self._tell(error)
            except Exception as error:  # noqa: BLE001 - the outermost loop of the writing thread: the batch stays in hand
                _log.exception("settling a batch failed unexpectedly; trying again")
                wait_s = settings.wait_max_s
                self._tell(StoreUnavailableError(f"settling a batch failed: {type(error).__name__}: {error}"))
            else:
                self._tell(None)
                attempt = 0
                continue
            attempt += 1
            self._stop.wait(wait_s)


def _no_trouble(_error: RetryableError | None) -> None:
    return
