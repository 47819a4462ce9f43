"""Bookings that stand on the boards and in no book: deleted ones, and those of a book that was wiped or put back from a copy.

A booking that was cancelled or moved is in the book, and `bookings.py` tells so. What is in no book any more is found by reading
back what was told, where the store can say it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from greenroom.telling.bookings import gone
from premises.booking import BookingKey
from premises.ports import BookingBook
from premises.time import Interval
from premises.told import BOOKING, GONE, Recalls, Told
from premises.wide import tag_value

BACK, AHEAD = timedelta(days=35), timedelta(days=366)
"""As far as a board of a month shows; ahead, as far as anybody books."""
MOST = 5_000


def ghosts(store: Recalls, book: BookingBook, site: str, now: datetime) -> list[Told]:
    """Lines that say `gone` over those told bookings that the book does not have at that zone and call.

    Raises StoreUnavailableError and what the book raises: then nothing is known to be gone, and nothing is said.
    """
    lines = store.told(site, BOOKING, "status", Interval(now - BACK, now + AHEAD))
    standing = [line for line in lines if line.fields["status"] != GONE and "booking" in line.tags][-MOST:]
    known: dict[str, frozenset[tuple[str, datetime]]] = {}
    found = []
    for line in standing:
        key = line.tags["booking"]
        if key not in known:
            known[key] = _places(book, key, site)
        if (line.tags.get("zone", ""), line.time) not in known[key]:
            found.append(gone(_plain(line.tags.get("zone", "")), _plain(key), line.time))
    return found


def _places(book: BookingBook, key: str, site: str) -> frozenset[tuple[str, datetime]]:
    """Zones and call of the booking of that tag; none where the book has no such booking at this site."""
    source, _, name = _plain(key).partition("/")
    stored = book.get(BookingKey(source, name)) if source and name else None
    if stored is None or stored.booking.site != site:
        return frozenset()
    return frozenset((tag_value(zone), stored.booking.call_at) for zone in stored.booking.zones)


def _plain(kept: str) -> str:
    """What `tag_value` was made of."""
    parts = kept.split("%")
    return parts[0] + "".join(chr(int(part[:2], 16)) + part[2:] for part in parts[1:])
