"""Following calendars: what is in a feed is booked, what vanishes from it is cancelled; an empty or broken one cancels nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from gateway.calendars import CalendarReading, read_feed
from gateway.calendars.errors import CalendarError
from gateway.calendars.fetching import FeedRefusedError, Fetched
from gateway.calendars.reader import CalendarBooking
from gateway.foreign import ForeignBooking, Taken, place_of_source, take
from premises.alarming import alarm_texts
from premises.booking import BookingStatus
from premises.errors import RetryableError, SettingError
from premises.ports import BookingQuery, House
from premises.site import CalendarFeed, Site
from premises.time import Interval, format_instant

log = structlog.get_logger("gateway")

BACK = timedelta(days=1)
AHEAD = timedelta(days=400)
WHOLE_EVERY = timedelta(days=1)  # an unchanged feed, too: its series reach further into the year by then
LONGEST_WAIT = timedelta(hours=6)
FAILURES_BEFORE_ALARM = 3
CAUSE = "calendar_away"

Fetch = Callable[[str, str, str], Fetched]


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between two looks. failures: one after the other. read_at: when it was last read whole."""

    due_at: datetime
    read_at: datetime | None = None
    etag: str = ""
    modified: str = ""
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Followed:
    """One look at a feed. fault: why it could not be read, "" where it could. unchanged: it was the same as before."""

    site: str
    source: str
    taken: tuple[Taken, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    vanished: tuple[str, ...] = ()
    unchanged: bool = False
    fault: str = ""


class CalendarFollower:
    """Looks at the calendars of all sites when they are due; to be called every minute or so.

    fetch: (address, etag, modified) -> Fetched, as `gateway.calendars.fetching.fetch` does it.
    """

    def __init__(self, house: House, fetch: Fetch) -> None:
        self._house = house
        self._fetch = fetch
        self._states: dict[tuple[str, str], FeedState] = {}

    def poll(self) -> list[Followed]:
        """Look at every calendar that is due."""
        now = self._house.clock.now()
        told = []
        for site in self._house.sites.values():
            for feed in site.calendars:
                state = self._states.get((site.id, feed.source), FeedState(now))
                if now >= state.due_at:
                    followed, following = self._look(site, feed, state, now)
                    self._states[(site.id, feed.source)] = following
                    told.append(followed)
        return told

    def _look(self, site: Site, feed: CalendarFeed, state: FeedState, now: datetime) -> tuple[Followed, FeedState]:
        try:
            recent = state.read_at is not None and now - state.read_at < WHOLE_EVERY
            fetched = self._fetch(feed.address, state.etag if recent else "", state.modified if recent else "")
            if fetched.data is None:
                done = Followed(site.id, feed.source, unchanged=True)
            else:
                done = self._take(site, feed, fetched.data, now)
        except (RetryableError, FeedRefusedError, CalendarError, SettingError) as error:
            return self._failed(site, feed, state, now, str(error))
        self._house.alarms.clear(site.id, CAUSE, feed.source, now)
        log.info("calendar", site=site.id, source=feed.source, taken=len(done.taken), vanished=len(done.vanished))
        read_at = state.read_at if done.unchanged else now
        return done, FeedState(now + feed.every, read_at, fetched.etag, fetched.modified)

    def _failed(self, site: Site, feed: CalendarFeed, state: FeedState, now: datetime, fault: str) -> tuple[Followed, FeedState]:
        """Wait longer each time; nothing is cancelled for a feed that is away."""
        failures = state.failures + 1
        wait = min(feed.every * 2 ** min(failures, 10), max(LONGEST_WAIT, feed.every))
        log.warning("calendar away", site=site.id, source=feed.source, failures=failures, fault=fault)
        if failures == FAILURES_BEFORE_ALARM:
            text = alarm_texts("calendar_unreadable", source=feed.source, failures=failures, why=fault)
            self._house.alarms.raise_(site.id, CAUSE, feed.source, text, now)
        return Followed(site.id, feed.source, fault=fault), replace(state, failures=failures, due_at=now + wait)

    def _take(self, site: Site, feed: CalendarFeed, data: bytes, now: datetime) -> Followed:
        window = Interval(now - BACK, now + AHEAD)
        reading = read_feed(data, window, site.zoneinfo)
        place = place_of_source(site, feed.source)
        told = [_foreign(booking, feed.timezone) for booking in reading.bookings]
        taken = [take(self._house, place, each, f"calendar {feed.source}") for each in told]
        vanished = self._cancel_vanished(site, feed, {each.id for each in told}, reading, now)
        skipped = tuple((each.uid, each.reason) for each in reading.skipped)
        return Followed(site.id, feed.source, tuple(taken), skipped, tuple(vanished))

    def _cancel_vanished(
        self, site: Site, feed: CalendarFeed, there: set[str], reading: CalendarReading, now: datetime
    ) -> list[str]:
        """Bookings of this source that are to come and stand in the feed no more; none where the feed is empty or not whole.

        What still stands there but cannot be read keeps its booking: nobody took it away.
        """
        if not reading.complete or not (reading.bookings or reading.skipped):
            return []
        broken = {skipped.uid for skipped in reading.skipped if skipped.broken}
        acting = frozenset(BookingStatus) - {BookingStatus.CANCELLED}
        query = BookingQuery(site.id, source=feed.source, overlaps=Interval(now, now + AHEAD), statuses=acting)
        gone = []
        for stored in self._house.bookings.find(query):
            key = stored.booking.key
            if key.id in there or key.id.partition("#")[0] in broken:
                continue
            place = place_of_source(site, feed.source)
            take(self._house, place, ForeignBooking(key.id, None, None, "cancelled"), f"calendar {feed.source}")
            gone.append(key.id)
        return gone


def _foreign(booking: CalendarBooking, timezone: str) -> ForeignBooking:
    return ForeignBooking(
        uid=booking.uid,
        start=booking.start,
        end=booking.end,
        status=booking.status,
        title=booking.title,
        location=booking.location,
        recurrence_id=format_instant(booking.recurrence_id) if booking.recurrence_id is not None else None,
        timezone=timezone,
    )
