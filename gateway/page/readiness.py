"""Which bookings are due, and whether each of their zones will be ready. Asked again when something may have changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from gateway.page.seeing import LEADING
from gateway.page.view import ReadyLine
from premises.booking import Booking, BookingKey, BookingStatus
from premises.plan import ReadyBy
from premises.ports import BookingQuery, House
from premises.site import Site
from premises.time import Interval

BOOKINGS_MOST = 2000


def bookings_between(house: House, site: Site, span: Interval) -> list[Booking]:
    """Bookings that act or may act in the span, by call; not the cancelled ones."""
    alive = frozenset(BookingStatus) - {BookingStatus.CANCELLED}
    query = BookingQuery(site=site.id, overlaps=span, statuses=alive, limit=BOOKINGS_MOST)
    found = [stored.booking for stored in house.bookings.find(query)]
    return sorted(found, key=lambda booking: (booking.call_at, str(booking.key)))


Ask = Callable[[Booking], tuple[ReadyBy, ...]]


def due_lines(
    house: House, site: Site, bookings: Sequence[Booking], now: datetime, ahead: timedelta, ask: Ask | None = None
) -> list[ReadyLine]:
    """One line per leading zone of each confirmed booking whose call lies within `ahead` and whose wrap is still to come.

    Where a booking takes no stage or auditorium, its heated zones count instead. ask: None for the planner itself.
    """
    ask = ask or house.planner.ready_by
    live = house.live.all(site.id)
    lines = []
    for booking in bookings:
        if not booking.acts or booking.wrap_at <= now or booking.call_at > now + ahead:
            continue
        answers = ask(booking)
        leading = [answer for answer in answers if site.zone(answer.zone).use in LEADING]
        for answer in leading or answers:
            air = live.get(f"{answer.zone}/air_temperature")
            measured = float(air.reading.value) if air and air.known and not isinstance(air.reading.value, str) else None
            name = site.zone(answer.zone).name
            lines.append(ReadyLine(answer.zone, name, booking, answer, measured, booking.call_at <= now))
    return sorted(lines, key=lambda line: (line.answer.due_at, line.zone_name))


class Answers:
    """Answers of the planner, kept until a booking changes or a minute of the house's time has gone by."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead
        self._kept: dict[str, tuple[datetime, int, list[Booking], list[ReadyLine]]] = {}
        self._asked: dict[str, dict[BookingKey, tuple[ReadyBy, ...]]] = {}

    def of(self, house: House, site: Site) -> tuple[list[Booking], list[ReadyLine]]:
        """Bookings not yet over (a week ahead), and the answers for those that are due."""
        now = house.clock.now()
        kept = self._kept.get(site.id)
        revision = kept[1] if kept else 0
        news = house.bookings.find(BookingQuery(site=site.id, after_revision=revision))
        revision = max([revision, *(stored.revision for stored in news)])
        if kept and not news and timedelta(0) <= now - kept[0] < house.tick_every:
            return kept[2], kept[3]
        bookings = bookings_between(house, site, Interval(now, now + timedelta(days=7)))
        asked: dict[BookingKey, tuple[ReadyBy, ...]] = {}
        lines = due_lines(house, site, bookings, now, self.ahead, partial(_once, house, asked))
        self._asked[site.id] = asked
        self._kept[site.id] = (now, revision, bookings, lines)
        return bookings, lines

    def about(self, house: House, site: Site, bookings: Sequence[Booking]) -> list[tuple[ReadyBy, ...]]:
        """What the planner says of each of these, asked as seldom as for those that are due."""
        self.of(house, site)
        asked = self._asked[site.id]
        return [_once(house, asked, booking) for booking in bookings]


def _once(house: House, asked: dict[BookingKey, tuple[ReadyBy, ...]], booking: Booking) -> tuple[ReadyBy, ...]:
    if booking.key not in asked:
        asked[booking.key] = house.planner.ready_by(booking)
    return asked[booking.key]


def by_zone(bookings: Sequence[Booking]) -> Mapping[str, list[Booking]]:
    """Bookings of each zone that has any, in their order."""
    told: dict[str, list[Booking]] = {}
    for booking in bookings:
        for zone in booking.zones:
            told.setdefault(zone, []).append(booking)
    return told
