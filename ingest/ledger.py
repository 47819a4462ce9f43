"""The accounts of the intake: received = stored + journalled + quarantined + ignored + in flight, exact at any moment.

Every change is one step under one lock, and `received` is counted by itself, at the door: the sum is a check, no definition.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

from premises.ports import IntakeStatus

_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


class Ledger:
    """Counts of messages, the age of the oldest that is not in the store, the rate, and who was heard of when."""

    def __init__(self, counts: Mapping[str, int], *, last_position: int, oldest_unsettled: datetime | None) -> None:
        """counts: of the journal at the start. oldest_unsettled: when its first unsettled message came, None without one."""
        self._lock = threading.Lock()
        self._received = counts["received"]
        self._stored = counts["stored"]
        self._ignored = counts["ignored"]
        self._quarantined = counts["quarantined"]
        self._readings = counts["readings"]
        self._journalled = counts["journalled"]
        self._in_flight = 0
        self._redelivered = 0
        self._first_in_flight: datetime | None = None
        self._waiting: deque[tuple[int, datetime]] = deque()  # (last position, when its first message came)
        if oldest_unsettled is not None:
            self._waiting.append((last_position, oldest_unsettled))
        self._recent: deque[tuple[datetime, int]] = deque()  # (second, messages)
        self._last_seen: dict[str, datetime] = {}

    def arrived(self, messages: int, at: datetime, redelivered: int = 0) -> None:
        """Messages came in; redelivered ones are in the journal already and are no new messages."""
        with self._lock:
            self._redelivered += redelivered
            if not messages:
                return
            self._received += messages
            if not self._in_flight:
                self._first_in_flight = at
            self._in_flight += messages
            second = at.replace(microsecond=0)
            if self._recent and self._recent[-1][0] == second:
                self._recent[-1] = (second, self._recent[-1][1] + messages)
            else:
                self._recent.append((second, messages))
                self._forget_rate(second)

    def durable(self, messages: int, position: int, first_at: datetime) -> None:
        """Messages are on disk, up to that position; the first of them came at first_at."""
        with self._lock:
            self._in_flight -= messages
            self._journalled += messages
            self._first_in_flight = None if not self._in_flight else max(first_at, self._first_in_flight or first_at)
            if self._waiting and first_at - self._waiting[-1][1] < _SECOND:
                self._waiting[-1] = (position, self._waiting[-1][1])  # bounded: one entry a second, however long it waits
            else:
                self._waiting.append((position, first_at))

    def settled(self, up_to: int, *, stored: int, ignored: int, quarantined: int, readings: int) -> None:
        """Messages up to that position are dealt with."""
        with self._lock:
            self._journalled -= stored + ignored + quarantined
            self._stored += stored
            self._ignored += ignored
            self._quarantined += quarantined
            self._readings += readings
            while self._waiting and self._waiting[0][0] <= up_to:
                self._waiting.popleft()

    def released(self, *, stored: bool, readings: int) -> None:
        """A quarantined message was dealt with by a person."""
        with self._lock:
            self._quarantined -= 1
            self._stored += stored
            self._ignored += not stored
            self._readings += readings

    def heard(self, name: str, at: datetime) -> None:
        """A device was heard of."""
        if self._last_seen.get(name, at) <= at:
            self._last_seen[name] = at

    @property
    def redelivered(self) -> int:
        """Messages that the broker sent again and that were in the journal already, since the start."""
        return self._redelivered

    def _forget_rate(self, now: datetime) -> None:
        while self._recent and (self._recent[0][0] < now - _MINUTE or self._recent[0][0] > now + _MINUTE):
            self._recent.popleft()

    def status(self, now: datetime, *, connected: bool) -> IntakeStatus:
        """All at one moment."""
        with self._lock:
            self._forget_rate(now)
            oldest = self._waiting[0][1] if self._waiting else self._first_in_flight
            return IntakeStatus(
                received=self._received,
                stored=self._stored,
                journalled=self._journalled,
                quarantined=self._quarantined,
                ignored=self._ignored,
                in_flight=self._in_flight,
                readings_stored=self._readings,
                oldest_unsent_s=0.0 if oldest is None else max(0.0, (now - oldest).total_seconds()),
                rate_per_s=sum(count for _, count in self._recent) / _MINUTE.total_seconds(),
                connected=connected,
                last_seen=dict(self._last_seen),
            )
