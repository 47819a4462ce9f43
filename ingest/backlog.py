"""Decoded portions that wait for the store: in memory up to a bound, beyond it in a temporary file, so that live values go
on while the store is away. The file is no promise: after a restart the journal is decoded again from its settled position.
"""

from __future__ import annotations

import pickle
import tempfile
import threading
import time
import zlib
from collections import deque
from typing import IO

from ingest.portion import Portion

MIB = 1024 * 1024


class Backlog:
    """First in, first out. At `spill_bytes` on disk it is full: decoding waits, what arrives stays in the journal."""

    def __init__(self, memory_readings: int = 50_000, spill_bytes: int = 1024 * MIB, patience_s: float = 2.0) -> None:
        """patience_s: how long a portion may wait in full memory before the file is used: a store that keeps up needs none."""
        self._memory_readings = memory_readings
        self._spill_bytes = spill_bytes
        self._patience_s = patience_s
        self._changed = threading.Condition()
        self._held: deque[tuple[float, Portion]] = deque()
        self._readings = 0
        self._largest = 1  # readings of a portion so far: the next may be as large
        self._file: IO[bytes] | None = None
        self._spilled: deque[tuple[float, int, int, int]] = deque()  # (when, offset, length, readings)

    @property
    def readings(self) -> int:
        """Readings that wait, in memory and on disk."""
        return self._readings

    @property
    def full(self) -> bool:
        """Whether nothing more should be put."""
        with self._changed:
            return bool(self._spilled) and self._spilled[-1][1] + self._spilled[-1][2] >= self._spill_bytes

    @property
    def crowded(self) -> bool:
        """Whether the memory is full while the store takes: better to wait for room than to write to the file."""
        with self._changed:
            if not self._held or self._spilled or self._readings + self._largest <= self._memory_readings:
                return False
            return time.monotonic() - self._held[0][0] < self._patience_s

    def put(self, portion: Portion) -> None:
        """Put a portion behind the others."""
        readings = portion.readings
        with self._changed:
            if self._spilled or (self._held and self._readings + readings > self._memory_readings):
                self._spill(portion, readings)
            else:
                self._held.append((time.monotonic(), portion))
            self._readings += readings
            self._largest = max(self._largest, readings)
            self._changed.notify_all()

    def _spill(self, portion: Portion, readings: int) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="greenroom-backlog-")  # noqa: SIM115 - lives as long as it holds anything
        body = zlib.compress(pickle.dumps(portion, pickle.HIGHEST_PROTOCOL), 1)
        offset = self._spilled[-1][1] + self._spilled[-1][2] if self._spilled else 0
        self._file.seek(offset)
        self._file.write(body)
        self._spilled.append((time.monotonic(), offset, len(body), readings))

    def take(self, most_readings: int) -> Portion | None:
        """The oldest portions as one, about as many readings as told; None where there is none."""
        with self._changed:
            taken: Portion | None = None
            readings = 0
            while (self._held or self._refill()) and (taken is None or readings < most_readings):
                _, portion = self._held.popleft()
                readings += portion.readings
                if taken is None:
                    taken = portion
                else:
                    taken.merge(portion)
            self._readings -= readings
            self._changed.notify_all()
            return taken

    def _refill(self) -> bool:
        if not self._spilled or self._file is None:
            return False
        at, offset, length, _ = self._spilled.popleft()
        self._file.seek(offset)
        portion: Portion = pickle.loads(zlib.decompress(self._file.read(length)))  # noqa: S301 - our own unnamed file
        if not self._spilled:
            self._file.close()
            self._file = None
        self._held.append((at, portion))
        return True

    def wait_ready(self, readings: int, age_s: float, timeout_s: float) -> bool:
        """Wait until so many readings wait, or the oldest portion has waited so long; False after the time-out."""
        with self._changed:
            if not self._changed.wait_for(lambda: bool(self._held), timeout_s):
                return False
            left = age_s - (time.monotonic() - self._held[0][0])
            if left > 0:
                self._changed.wait_for(lambda: self._readings >= readings, left)
            return True

    def wait_room(self, timeout_s: float) -> None:
        """Wait for a change while full."""
        with self._changed:
            self._changed.wait(timeout_s)

    def close(self) -> None:
        with self._changed:
            if self._file is not None:
                self._file.close()
                self._file = None
                self._spilled.clear()
