"""The section with a zone's day: heading, choice of zone and day, the chart, and the same in a sentence."""

from __future__ import annotations

import json
from datetime import date
from html import escape

from nicegui import html as tag
from nicegui import ui

from gateway.page.chart import options
from gateway.page.day import DayView
from gateway.page.feed import Watcher
from gateway.page.place import VALUE_OF_EVENT, Place
from gateway.page.rendering import Rendering
from gateway.page.scope import restrict_day
from gateway.page.view import ZoneView
from premises.errors import UnknownNameError


class DayPanel:
    """The day's chart of one open page: its zone and day, and the elements that show them."""

    def __init__(self, place: Place, zones: list[ZoneView], zone: str, day: date | None, seen: DayView | None) -> None:
        self.place = place
        self.zones = zones
        self.zone = zone
        self.day = day
        self.seen = seen
        self.drawn: DayView | None = None
        self.watcher: Watcher | None = None

    @classmethod
    async def make(cls, place: Place, zones: list[ZoneView]) -> DayPanel:
        """With the zone and day of the address; else the first zone that is being made ready, else the first."""
        known = {zone.id for zone in zones}
        lines = sorted(place.latest().view.due, key=lambda line: line.running)
        due = next((line.zone for line in lines if line.zone in known), "")
        zone = place.zone if place.zone in known else due or (zones[0].id if zones else "")
        seen = restrict_day(await place.feed.day(place.site.id, zone, place.asked_day), place.visitor.caller) if zone else None
        return cls(place, zones, zone, place.asked_day, seen)

    def build(self, rendering: Rendering) -> None:
        """The section: heading, choice of zone and day, chart, and the same in a sentence."""
        if self.seen is None:
            return
        say = rendering.words.say
        with tag.section().classes("card chart").props('aria-labelledby="chart"'):
            with tag.div().classes("chart-head"):
                self.heading = ui.html("", sanitize=False, tag="h2").props('id="chart"')
                with tag.div().classes("chart-tools"):
                    for name, sign, days in (("before", "‹", -1), ("today", say("chart.today"), 0), ("after", "›", 1)):
                        button = tag.button(sign).props(f'type="button" aria-label="{escape(say(f"chart.{name}"))}"')
                        button.on("click", lambda days=days: self.turn(days))
                    select = tag.select().props(f'aria-label="{escape(say("chart.zone"))}"')
                    with select:
                        for zone in self.zones:
                            option = tag.option(zone.name).props(f'value="{zone.id}"')
                            if zone.id == self.zone:
                                option.props("selected")
                    select.on("change", lambda event: self.choose(str(event.args)), args=None, js_handler=VALUE_OF_EVENT)
                    self.select = select
            self.figure = ui.echart(options(self.seen, rendering.words)).classes("day-chart")
            self.summary = ui.html("", sanitize=False, tag="p").classes("faint")
        self._tell()
        self.watcher = self.place.watch(self.follow)
        self.watcher.zone, self.watcher.day = self.zone, self.day

    async def choose(self, zone_id: str) -> None:
        """Another zone."""
        if any(zone.id == zone_id for zone in self.zones):
            self.zone = zone_id
            ui.run_javascript(f"getHtmlElement({self.select.id}).value = {json.dumps(zone_id)}")
            await self._renew()

    async def turn(self, days: int) -> None:
        """Another day: one before, one after, or today (0)."""
        self.day = self.place.feed.day_shifted(self.place.site.id, self.day, days) if days else None
        await self._renew()

    async def _renew(self) -> None:
        if self.watcher is not None:
            self.watcher.zone, self.watcher.day = self.zone, self.day
        try:
            seen = await self.place.feed.day(self.place.site.id, self.zone, self.day)
        except UnknownNameError:
            return
        self._draw(seen)

    def follow(self) -> None:
        """After each picture: the day as it is now, where it changed."""
        kept = self.place.feed.kept_day(self.place.site.id, self.zone, self.day)
        if kept is not None and kept is not self.drawn:
            self._draw(kept)

    def _draw(self, kept: DayView) -> None:
        self.drawn = kept
        seen = self.seen = restrict_day(kept, self.place.visitor.caller)
        self.figure.options.clear()
        self.figure.options.update(options(seen, self.place.latest().words))
        self.figure.update()
        self._tell()

    def _tell(self) -> None:
        """Heading and sentence."""
        assert self.seen is not None
        words = self.place.latest().words
        day = words.day(self.seen.ticks[0]) if self.seen.ticks else ""
        bounds = self.seen.range
        n = len(self.seen.bookings)
        if bounds is None:
            told = words.say("chart.summary_none", zone=self.seen.zone_name, day=day, n=n)
        else:
            low, high = (words.number(value, 1) for value in bounds)
            told = words.say("chart.summary", zone=self.seen.zone_name, day=day, low=low, high=high, n=n)
        self.heading.set_content(escape(f"{words.say('chart.title', zone=self.seen.zone_name)} · {day}"))
        self.summary.set_content(escape(told))
