"""The bookings of the next two weeks, each with what the planner answers about it: what members look at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.access import Caller
from gateway.page.readiness import Answers, bookings_between
from premises.booking import Booking
from premises.plan import ReadyBy
from premises.ports import House
from premises.site import Site
from premises.time import Interval

AHEAD = timedelta(days=14)
MOST = 60


@dataclass(frozen=True, slots=True)
class AheadLine:
    """A booking and its answers, one per heated zone; options and holds are answered as if they were confirmed."""

    booking: Booking
    answers: tuple[ReadyBy, ...]


@dataclass(frozen=True, slots=True)
class AheadView:
    """In order of call. more: how many further ones the two weeks have that were not asked about."""

    site: str
    at: datetime
    lines: tuple[AheadLine, ...]
    more: int


def see_ahead(house: House, site: Site, answers: Answers) -> AheadView:
    """The next bookings, at most MOST of them."""
    now = house.clock.now()
    bookings = [b for b in bookings_between(house, site, Interval(now, now + AHEAD)) if b.wrap_at > now]
    asked = answers.about(house, site, bookings[:MOST])
    lines = tuple(AheadLine(booking, told) for booking, told in zip(bookings, asked, strict=False))
    return AheadView(site.id, now, lines, max(0, len(bookings) - MOST))


def restrict_ahead(view: AheadView, caller: Caller | None) -> AheadView:
    """Only the caller's bookings, and of them its zones."""
    if caller is None:
        return view
    lines = tuple(
        AheadLine(line.booking, tuple(answer for answer in line.answers if caller.sees_zone(view.site, answer.zone)))
        for line in view.lines
        if caller.sees_booking(line.booking)
    )
    return replace(view, lines=lines, more=0 if caller.by_zone or caller.by_source else view.more)
