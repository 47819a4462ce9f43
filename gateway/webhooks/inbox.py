"""What has come in already: a delivery that comes twice is taken once. Bounded, and only a short cut.

The book itself makes doubles harmless (the same booking twice is once, an older version changes nothing), so that nothing is
lost when this memory is, as after a restart, or is not shared, as between two servers.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

MOST = 10_000
KEPT = timedelta(hours=72)


class Inbox:
    """The ids of the newest deliveries, by hook; and the tombstones of bookings that were cancelled before they came."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], datetime] = OrderedDict()
        self._gone: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = threading.Lock()

    def came_before(self, hook: str, event_id: str, now: datetime) -> bool:
        """Whether that delivery was finished before; one without id never was."""
        with self._lock:
            at = self._seen.get((hook, event_id))
        return bool(event_id) and at is not None and now - at < KEPT

    def finished(self, hook: str, event_id: str, now: datetime) -> None:
        """Remember it: only after all of it was dealt with, so that one that failed may come again."""
        if not event_id:
            return
        with self._lock:
            self._seen[(hook, event_id)] = now
            self._seen.move_to_end((hook, event_id))
            while len(self._seen) > MOST:
                self._seen.popitem(last=False)

    def bury(self, source: str, booking_id: str, version: int) -> None:
        """A booking that is not here was cancelled at that version."""
        with self._lock:
            self._gone[(source, booking_id)] = max(version, self._gone.get((source, booking_id), -1))
            while len(self._gone) > MOST:
                self._gone.popitem(last=False)

    def buried(self, source: str, booking_id: str, version: int | None) -> bool:
        """Whether what comes now is older than its cancellation, which came first."""
        with self._lock:
            gone = self._gone.get((source, booking_id))
        return gone is not None and version is not None and version < gone
