"""The bookings that matter now, kept in memory and read again only when the book has changed."""

from __future__ import annotations

from datetime import datetime, timedelta

from premises.booking import Booking
from premises.ports import BookingBook, BookingQuery
from premises.site import Site
from premises.time import Interval
from rules.claims import Schedule, schedule

BEHIND, AHEAD = timedelta(days=2), timedelta(days=10)
RELOAD = timedelta(hours=1)


class Diary:
    """Bookings and claims of a site around now. `version` grows with each change, so that plans know when they are old."""

    def __init__(self, site: Site, book: BookingBook) -> None:
        self.site = site
        self.bookings: tuple[Booking, ...] = ()
        self.claims: Schedule = {zone.id: () for zone in site.zones}
        self.version = 0
        self._book = book
        self._revision: int | None = None
        self._loaded_at: datetime | None = None

    def refresh(self, now: datetime) -> bool:
        """Look for changes; True where bookings changed since the last look. Raises StoreUnavailableError."""
        changed = False
        newer = self._book.find(BookingQuery(after_revision=self._revision or 0, limit=1))
        if self._revision is None or newer:
            self._revision = self._newest(self._revision or 0)
            changed = True
        stale = self._loaded_at is None or not timedelta(0) <= now - self._loaded_at < RELOAD
        if changed or stale:
            window = Interval(now - BEHIND, now + AHEAD)
            found = tuple(s.booking for s in self._book.find(BookingQuery(site=self.site.id, overlaps=window)))
            changed = found != self.bookings
            self.bookings = found
            self.claims = schedule(self.site, found, window)
            self._loaded_at = now
        if changed:
            self.version += 1
        return changed

    def _newest(self, after: int) -> int:
        while page := self._book.find(BookingQuery(after_revision=after, limit=500)):
            after = page[-1].revision
        return after
