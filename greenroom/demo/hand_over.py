"""Bookings made while the demo runs: handed to the simulators, so that people come by them, with lamps, doors and warmth."""

from __future__ import annotations

from datetime import timedelta
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import structlog

from premises.booking import BookingStatus
from premises.ports import BookingQuery
from premises.time import Interval

if TYPE_CHECKING:
    from greenroom.house import Running

log = structlog.get_logger(__name__)
BACK, AHEAD = timedelta(days=2), timedelta(days=60)
MOST = 2_000
EVERY_S = 1.0
_STANDING = frozenset(BookingStatus) - {BookingStatus.CANCELLED}


class HandOver:
    """Tells the simulators' process all bookings around now, whenever any has changed since it told them last.

    Only the simulators of a demo are told: the devices of real premises see people themselves.
    """

    def __init__(self, running: Running, site: str, simulators: Connection) -> None:
        self._running = running
        self._site = site
        self._simulators = simulators
        self._told = self._newest(0)

    def look(self) -> None:
        """To be called every second or so, by one thread. Where the simulators are gone, nobody is told."""
        newest = self._newest(self._told)
        if newest == self._told:
            return
        now = self._running.clock.now()
        query = BookingQuery(self._site, overlaps=Interval(now - BACK, now + AHEAD), statuses=_STANDING, limit=MOST)
        try:
            self._simulators.send(tuple(stored.booking for stored in self._running.books.bookings.find(query)))
        except OSError as error:
            log.warning("the simulators are not told of bookings", why=str(error))
        self._told = newest

    def _newest(self, after: int) -> int:
        """The revision of the last change of any booking."""
        while changes := self._running.books.bookings.find(BookingQuery(after_revision=after, limit=MOST)):
            after = changes[-1].revision
        return after
