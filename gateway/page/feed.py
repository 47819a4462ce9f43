"""One picture for all: taken every few seconds while anyone looks, and handed to every open page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import structlog

from gateway.access import Caller
from gateway.page.ahead import AheadView, see_ahead
from gateway.page.day import DayView, see_day
from gateway.page.readiness import Answers
from gateway.page.rendering import Rendering
from gateway.page.scope import Scope, restrict, scope_of
from gateway.page.seeing import see
from gateway.page.settings import PageSettings
from gateway.page.view import PageView
from gateway.page.week import WeekView, see_week
from premises.errors import GreenroomError
from premises.ports import House

log = structlog.get_logger("page")

DAY_KEPT_S = 20.0
DAYS_MOST = 64
RENDERINGS_MOST = 64


@dataclass(eq=False)
class Watcher:
    """A part of an open page (client) that follows the picture.

    show: called on the event loop after each picture. zone, day: what its chart shows (day None: today).
    week: where `weekly`, the first day of the week that it shows (None: today). ahead: whether it shows the bookings to come.
    """

    site: str
    language: str
    show: Callable[[], None]
    client: str = ""
    zone: str | None = None
    day: date | None = None
    weekly: bool = False
    week: date | None = None
    ahead: bool = False


class Feed:
    """Takes the pictures. All methods but the private ones belong to the event loop."""

    def __init__(self, house: House, settings: PageSettings) -> None:
        self.house = house
        self.settings = settings
        self.watchers: set[Watcher] = set()
        self._answers = Answers(timedelta(hours=settings.ahead_h))
        self._pictures: dict[str, tuple[float, PageView]] = {}
        self._renderings: dict[tuple[str, str, Scope | None], tuple[PageView, Rendering]] = {}
        self._days: dict[tuple[str, str, date], tuple[float, DayView]] = {}
        self._weeks: dict[tuple[str, date], tuple[float, WeekView]] = {}
        self._ahead: dict[str, tuple[float, AheadView]] = {}
        self._number = 0
        self._lock = asyncio.Lock()

    @property
    def pages(self) -> int:
        """How many pages are open."""
        return len({watcher.client for watcher in self.watchers})

    async def run(self) -> None:
        """Until cancelled: take pictures while anyone looks, and show them."""
        while True:
            for site in sorted({watcher.site for watcher in self.watchers}):
                await self._refresh(site)
            await asyncio.sleep(self.settings.refresh_s)

    async def _refresh(self, site: str) -> None:
        """A new picture for those who watch the site; none where the stores do not answer: their pages tell that it is old."""
        watchers = [watcher for watcher in self.watchers if watcher.site == site]
        try:
            await self._take(site)
            for zone, day in {(watcher.zone, watcher.day) for watcher in watchers if watcher.zone}:
                await self.day(site, zone or "", day)
            for week in {watcher.week for watcher in watchers if watcher.weekly}:
                await self.week(site, week)
            if any(watcher.ahead for watcher in watchers):
                await self.ahead(site)
        except GreenroomError as error:
            log.warning("no new picture", site=site, error=str(error))
            return
        for watcher in watchers:
            try:
                watcher.show()
            except Exception:
                log.exception("a page could not be updated")
                self.watchers.discard(watcher)

    async def rendering(self, site: str, language: str, caller: Caller | None) -> Rendering:
        """The newest picture in a language, as the caller may see it; taken now where there is none or it is old."""
        taken = self._pictures.get(site)
        if taken is None or time.monotonic() - taken[0] > 2 * self.settings.refresh_s:
            await self._take(site)
        return self.latest(site, language, caller)

    def latest(self, site: str, language: str, caller: Caller | None) -> Rendering:
        """The picture that is there, in a language, as the caller may see it."""
        view, key = self._pictures[site][1], (site, language, scope_of(caller))
        made = self._renderings.get(key)
        if made is None or made[0] is not view:
            if len(self._renderings) >= RENDERINGS_MOST:
                self._renderings.clear()
            made = self._renderings[key] = (view, Rendering(restrict(view, caller), language, self.settings.ahead_h))
        return made[1]

    async def retake(self, site: str) -> None:
        """Something was changed from the page: show it at once."""
        self._days.clear()
        self._weeks.clear()
        self._ahead.clear()
        await self._refresh(site)

    def kept_day(self, site: str, zone: str, day: date | None) -> DayView | None:
        """The newest picture of a zone's day (None: today), where there is one."""
        kept = self._days.get((site, zone, day or self.today(site)))
        return kept[1] if kept else None

    def today(self, site: str) -> date:
        """The local day of the site."""
        return self.house.clock.now().astimezone(self.house.site(site).zoneinfo).date()

    async def day(self, site: str, zone: str, day: date | None) -> DayView:
        """A zone's day, shared by all who look at it. Raises UnknownNameError for a zone that is not there."""
        home, on = self.house.site(site), day or self.today(site)
        kept = self._days.get((site, zone, on))
        if kept is not None and time.monotonic() - kept[0] < DAY_KEPT_S:
            return kept[1]
        seen = await asyncio.to_thread(see_day, self.house, home, zone, on)
        _make_room(self._days)
        self._days[site, zone, on] = (time.monotonic(), seen)
        return seen

    def kept_week(self, site: str, first: date | None) -> WeekView | None:
        """The newest picture of a week (None: from today), where there is one."""
        kept = self._weeks.get((site, first or self.today(site)))
        return kept[1] if kept else None

    async def week(self, site: str, first: date | None) -> WeekView:
        """Seven days, shared by all who look at them."""
        on = first or self.today(site)
        kept = self._weeks.get((site, on))
        if kept is not None and time.monotonic() - kept[0] < DAY_KEPT_S:
            return kept[1]
        due = self._pictures[site][1].due if site in self._pictures else ()
        seen = await asyncio.to_thread(see_week, self.house, self.house.site(site), on, due)
        _make_room(self._weeks)
        self._weeks[site, on] = (time.monotonic(), seen)
        return seen

    def kept_ahead(self, site: str) -> AheadView | None:
        """The newest picture of the bookings to come, where there is one."""
        kept = self._ahead.get(site)
        return kept[1] if kept else None

    async def ahead(self, site: str) -> AheadView:
        """The bookings to come with their answers, shared by all who look at them."""
        kept = self._ahead.get(site)
        if kept is not None and time.monotonic() - kept[0] < DAY_KEPT_S:
            return kept[1]
        seen = await asyncio.to_thread(see_ahead, self.house, self.house.site(site), self._answers)
        self._ahead[site] = (time.monotonic(), seen)
        return seen

    def day_shifted(self, site: str, day: date | None, days: int) -> date:
        """The local day so many days from the one shown."""
        return (day or self.today(site)) + timedelta(days=days)

    async def _take(self, site: str) -> None:
        async with self._lock:
            self._number += 1
            view = await asyncio.to_thread(self._see, site, self._number)
            self._pictures[site] = (time.monotonic(), view)

    def _see(self, site_id: str, number: int) -> PageView:
        site = self.house.site(site_id)
        bookings, due = self._answers.of(self.house, site)
        return see(self.house, site, bookings, due, number, self.settings.old_after_ticks)


def _make_room(kept: dict[Any, Any]) -> None:
    """The oldest go."""
    while len(kept) >= DAYS_MOST:
        kept.pop(next(iter(kept)))
