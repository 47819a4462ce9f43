"""Asks hours ahead whether upcoming calls will be kept: raises and clears alarms of zones, and tells of bookings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import structlog

from gateway.notices.foresight import Forecast, Standing, alarm_text, booking_notice, misses, to_tell
from gateway.notices.routing import Recipient, all_postings, recipients_of
from premises.alarming import WILL_NOT_BE_READY
from premises.booking import Booking, BookingStatus
from premises.desks import WebhookBook
from premises.errors import UnknownNameError
from premises.notice import NoticeDesk, Posting
from premises.plan import ReadyBy
from premises.ports import Alarms, BookingBook, BookingQuery, Planner
from premises.site import Site
from premises.time import Interval

BOOKINGS_MOST = 200
_CONFIRMED = frozenset({BookingStatus.CONFIRMED})
log = structlog.get_logger(__name__)


class BookingWatch:
    """Call `look` every five minutes. What two looks in a row say is believed; what was told is remembered in the outbox."""

    def __init__(self, bookings: BookingBook, planner: Planner, alarms: Alarms, desk: NoticeDesk, addresses: WebhookBook) -> None:
        self._bookings = bookings
        self._planner = planner
        self._alarms = alarms
        self._desk = desk
        self._addresses = addresses
        self._seen: dict[str, dict[str, Standing | None]] = {}
        self._missing: dict[tuple[str, str], bool] = {}

    def look(self, sites: Iterable[Site], now: datetime) -> int:
        """How many bookings were told of."""
        addresses = self._addresses.all()
        told = 0
        for site in sites:
            forecasts = self._forecasts(site, now)
            self._raise(site, forecasts, now)
            recipients = recipients_of(site, addresses)
            if recipients:
                told += self._tell(site, forecasts, recipients, now)
        return told

    def _forecasts(self, site: Site, now: datetime) -> list[Forecast]:
        query = BookingQuery(site.id, overlaps=Interval(now, now + site.notify.ahead), statuses=_CONFIRMED, limit=BOOKINGS_MOST)
        found = []
        for stored in self._bookings.find(query):
            booking = stored.booking
            if booking.acts and now < booking.wrap_at and booking.call_at <= now + site.notify.ahead:
                found.append(Forecast(booking, self._ask(booking)))
        return found

    def _ask(self, booking: Booking) -> tuple[ReadyBy, ...]:
        try:
            return self._planner.ready_by(booking)
        except UnknownNameError as error:  # a zone that the site file no longer has
            log.warning("a booking cannot be foreseen", booking=str(booking.key), why=str(error))
            return ()

    def _raise(self, site: Site, forecasts: list[Forecast], now: datetime) -> None:
        """One alarm per zone: of its first call that will be missed; over when two looks in a row find none."""
        missed = misses(forecasts, now)
        standing = {alarm.subject for alarm in self._alarms.active(site.id) if alarm.cause == WILL_NOT_BE_READY}
        for zone in site.zones:
            key, is_missed = (site.id, zone.id), zone.id in missed
            twice = self._missing.get(key) == is_missed
            self._missing[key] = is_missed
            if is_missed and (twice or zone.id in standing):
                _, answer = missed[zone.id]
                self._alarms.raise_(site.id, WILL_NOT_BE_READY, zone.id, alarm_text(site, answer, now), now)
            elif twice and not is_missed and zone.id in standing:
                self._alarms.clear(site.id, WILL_NOT_BE_READY, zone.id, now)

    def _tell(self, site: Site, forecasts: list[Forecast], recipients: tuple[Recipient, ...], now: datetime) -> int:
        told = self._desk.told(forecast.topic for forecast in forecasts)
        seen = self._seen.get(site.id, {})
        due: dict[str, tuple[Forecast, Standing]] = {}
        for forecast in forecasts:
            standing = forecast.standing(now)
            twice = seen.get(forecast.topic, False) == standing
            before = told.get(forecast.topic)
            new = to_tell(standing, None if before is None else before[0])
            if new is not None and twice and (now < forecast.booking.call_at or new is Standing.READY):
                due[forecast.topic] = (forecast, new)
        self._seen[site.id] = {forecast.topic: forecast.standing(now) for forecast in forecasts}

        def make(turned: frozenset[str]) -> list[Posting]:
            notices = (booking_notice(site, *due[topic], now) for topic in sorted(turned))
            return [posting for notice in notices for posting in all_postings(notice, recipients, now, site.zoneinfo)]

        return len(self._desk.turn({topic: standing.value for topic, (_, standing) in due.items()}, now, make))
