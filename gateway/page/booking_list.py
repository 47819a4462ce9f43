"""The bookings of the next two weeks with their answers: ready from when, how surely, at what cost."""

from __future__ import annotations

from nicegui import html as tag
from nicegui import ui

from gateway.page.ahead import AheadView, restrict_ahead
from gateway.page.place import Place, frame
from gateway.page.rendering import Rendering


async def show_bookings(place: Place) -> None:
    """Build the view for one visitor."""
    rendering = await place.rendering()
    ahead = await place.feed.ahead(place.site.id)
    with frame(place, rendering) as blocks, tag.section().classes("card").props('aria-labelledby="bookings"'):
        tag.h2(rendering.words.say("bookings.title")).props('id="bookings"')
        blocks.append(_Lines(place, ahead))
    place.watch(lambda: None).ahead = True


class _Lines:
    """The list, made anew when the bookings were seen anew."""

    def __init__(self, place: Place, ahead: AheadView) -> None:
        self.place, self.ahead = place, ahead
        self.drawn: AheadView | None = None
        self.html = ui.html("", sanitize=False)

    def show(self, rendering: Rendering) -> None:
        """The newest picture of the bookings."""
        ahead = self.place.feed.kept_ahead(self.place.site.id) or self.ahead
        if ahead is not self.drawn:
            self.drawn = ahead
            shown = restrict_ahead(ahead, self.place.visitor.caller)
            self.html.set_content(rendering.fill("bookings.html", ahead=shown))
