"""The first screen: will every stage be ready, what each zone is doing and why, power, health, and a day's chart."""

from __future__ import annotations

import json
from datetime import date
from html import escape

from nicegui import html as tag
from nicegui import ui

from gateway.page.chart import options
from gateway.page.day import DayView
from gateway.page.feed import Watcher
from gateway.page.place import Block, Place, frame
from gateway.page.rendering import Rendering
from gateway.page.view import ZoneView
from premises.errors import UnknownNameError


async def show_now(place: Place) -> None:
    """Build the view for one visitor."""
    rendering = await place.feed.rendering(place.site.id, place.language)
    words = rendering.words
    zones = [zone for zone in rendering.view.zones if place.visitor.sees_zone(place.site.id, zone.id)]
    leading = [zone for zone in zones if zone.leading]
    others = [zone for zone in zones if not zone.leading and (zone.heated or zone.light_reason is not None)]
    with frame(place, rendering) as blocks:
        chart = await _Chart.make(place, [*leading, *others])
        with tag.section().classes("hero").props('aria-live="polite"'):
            blocks.append(Block("hero"))
        with tag.div().classes("columns"):
            with tag.div().classes("left"):
                with tag.section().classes("zones").props('aria-labelledby="leading"'):
                    tag.h2(words.say("zones.leading")).props('id="leading"')
                    with tag.div().classes("cards"):
                        for zone in leading:
                            _card(zone, rendering, blocks, chart)
                chart.build(rendering)
            with tag.div().classes("side"):
                if place.visitor.sees_all:
                    for name in ("power", "health"):
                        with tag.section().classes(f"card {name}").props(f'aria-labelledby="{name}"'):
                            tag.h2(words.say(f"{name}.title")).props(f'id="{name}"')
                            blocks.append(Block(name))
        if others:
            with tag.section().classes("others").props('aria-labelledby="others"'):
                tag.h2(words.say("zones.others")).props('id="others"')
                with tag.div().classes("cards small"):
                    for zone in others:
                        _card(zone, rendering, blocks, chart)


def _card(zone: ZoneView, rendering: Rendering, blocks: list[Block], chart: _Chart) -> None:
    with tag.article().classes("card zone").props(f'data-zone="{zone.id}"'):
        with tag.header():
            with tag.h3():
                choose = tag.button(zone.name).props('type="button"')
                choose.props["title"] = rendering.words.say("zones.show", zone=zone.name)
                choose.on("click", lambda zone_id=zone.id: chart.choose(zone_id))
            blocks.append(Block(f"state:{zone.id}", "span"))
        blocks.append(Block(f"zone:{zone.id}"))


class _Chart:
    """The day's chart of one open page: its zone and day, and the elements that show them."""

    def __init__(self, place: Place, zones: list[ZoneView], zone: str, day: date | None, seen: DayView | None) -> None:
        self.place = place
        self.zones = zones
        self.zone = zone
        self.day = day
        self.seen = seen
        self.watcher: Watcher | None = None

    @classmethod
    async def make(cls, place: Place, zones: list[ZoneView]) -> _Chart:
        """With the zone and day of the address; else the first zone that is being made ready, else the first."""
        known = {zone.id for zone in zones}
        lines = sorted(place.latest().view.due, key=lambda line: line.running)
        due = next((line.zone for line in lines if line.zone in known), "")
        zone = place.zone if place.zone in known else due or (zones[0].id if zones else "")
        seen = await place.feed.day(place.site.id, zone, place.asked_day) if zone else None
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
                    select.on("change", lambda event: self.choose(str(event.args)), args=None, js_handler=_VALUE)
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
        if kept is not None and kept is not self.seen:
            self._draw(kept)

    def _draw(self, seen: DayView) -> None:
        self.seen = seen
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


_VALUE = "(event) => emit(event.target.value)"
