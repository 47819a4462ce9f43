"""The view of a week: every booking as a bar that one can point at, with the pre-heats that the plan has for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import escape

from nicegui import html as tag
from nicegui import ui
from nicegui.events import GenericEventArguments

from gateway.access import Right
from gateway.page.override_dialog import OverrideDialog
from gateway.page.place import Place, frame
from gateway.page.rendering import Rendering
from gateway.page.scope import restrict_week
from gateway.page.week import DAYS, WeekView


async def show_week(place: Place) -> None:
    """Build the view for one visitor."""
    rendering = await place.rendering()
    say, day = rendering.words.say, place.asked_day
    first = day or place.feed.today(place.site.id)
    week = await place.feed.week(place.site.id, day)
    bars = _Bars(place, week)
    title = say("week.title", day=rendering.words.day(week.span.start))
    with (
        frame(place, rendering, f"<h2>{escape(title)}</h2>{bars.text(rendering)}") as blocks,
        tag.section().classes("card").props('aria-labelledby="week"'),
    ):
        with tag.div().classes("week-head"):
            tag.h2(title).props('id="week"')
            with tag.div().classes("turn"):
                for name, start in (
                    ("before", first - timedelta(days=DAYS)),
                    ("now", None),
                    ("after", first + timedelta(days=DAYS)),
                ):
                    address = place.link("week", day=start.isoformat() if start else "")
                    tag.a(say(f"week.{name}")).props(f'href="{address}"')
        bars.build()
        blocks.append(bars)
        if place.visitor.may(Right.OVERRIDE):
            dialog = OverrideDialog(place, rendering)
            tag.p(say("week.drag")).classes("faint drag-hint")
            ui.on("greenroom-span", lambda event: _drawn(place, dialog, event))
    watcher = place.watch(lambda: None)
    watcher.weekly, watcher.week = True, day


def _drawn(place: Place, dialog: OverrideDialog, event: GenericEventArguments) -> None:
    """A stretch of a zone's row was drawn with the pointer: ask what is to hold then. What the browser says is not trusted."""
    told = event.args if isinstance(event.args, Mapping) else {}
    view = place.latest().view
    zone = next((zone for zone in view.zones if zone.id == told.get("zone")), None)
    try:
        start, end = (datetime.fromtimestamp(float(told[name]) / 1000, UTC) for name in ("from", "to"))
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return
    start = max(start, view.at)
    if zone is None:
        return
    if end <= start:
        ui.notify(place.latest().words.say("week.past"), type="warning")
        return
    dialog.open(zone, None if start == view.at else start, end - start)


class _Bars:
    """The bars, made anew when the week was seen anew."""

    def __init__(self, place: Place, week: WeekView) -> None:
        self.place = place
        self.first = place.asked_day
        self.drawn: WeekView | None = None
        self.week = week

    def build(self) -> None:
        """Take a place on the page, here."""
        self.html = ui.html("", sanitize=False)

    def text(self, rendering: Rendering) -> str:
        """The bars as markup, as far as the visitor may see them."""
        shown, may = restrict_week(self.week, self.place.visitor.caller), self.place.visitor.may(Right.OVERRIDE)
        return rendering.fill("week.html", week=shown, link=self.place.link("now"), by_hand=may)

    def show(self, rendering: Rendering) -> None:
        """The newest picture of the week."""
        self.week = self.place.feed.kept_week(self.place.site.id, self.first) or self.week
        if self.week is not self.drawn:
            self.drawn = self.week
            self.html.set_content(self.text(rendering))
