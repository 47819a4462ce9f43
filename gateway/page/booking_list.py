"""The bookings of the next two weeks with their answers: ready from when, how surely, at what cost."""

from __future__ import annotations

from html import escape

from nicegui import html as tag
from nicegui import ui

from gateway.page.ahead import AheadView, restrict_ahead
from gateway.page.place import Place, frame
from gateway.page.rendering import Rendering


async def show_bookings(place: Place) -> None:
    """Build the view for one visitor."""
    rendering = await place.rendering()
    ahead = await place.feed.ahead(place.site.id)
    lines = _Lines(place, ahead)
    title = rendering.words.say("bookings.title")
    with (
        frame(place, rendering, f"<h2>{escape(title)}</h2>{lines.text(rendering)}") as blocks,
        tag.section().classes("card").props('aria-labelledby="bookings"'),
    ):
        tag.h2(title).props('id="bookings"')
        lines.build()
        blocks.append(lines)
    place.watch(lambda: None).ahead = True


class _Lines:
    """The list, made anew when the bookings were seen anew."""

    def __init__(self, place: Place, ahead: AheadView) -> None:
        self.place, self.ahead = place, ahead
        self.drawn: AheadView | None = None

    def build(self) -> None:
        """Take a place on the page, here."""
        self.html = ui.html("", sanitize=False)

    def text(self, rendering: Rendering) -> str:
        """The list as markup, as far as the visitor may see it."""
        return rendering.fill("bookings.html", ahead=restrict_ahead(self.ahead, self.place.visitor.caller))

    def show(self, rendering: Rendering) -> None:
        """The newest picture of the bookings."""
        self.ahead = self.place.feed.kept_ahead(self.place.site.id) or self.ahead
        if self.ahead is not self.drawn:
            self.drawn = self.ahead
            self.html.set_content(self.text(rendering))
