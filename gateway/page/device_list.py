"""All devices, the silent ones first."""

from __future__ import annotations

from html import escape

from nicegui import html as tag

from gateway.access import Right
from gateway.page.place import Block, Place, frame


async def show_devices(place: Place) -> None:
    """Build the view for one visitor. A key that may not see devices sees the list empty."""
    rendering = await place.rendering()
    words = rendering.words
    sees = place.visitor.caller is None or place.visitor.may(Right.SEE_DEVICES)
    title = words.say("devices.title")
    first = f"<h2>{escape(title)}</h2>{rendering.part('devices')}" if sees else ""
    with (
        frame(place, rendering, first, "card devices") as blocks,
        tag.section().classes("card devices").props('aria-labelledby="devices"'),
    ):
        tag.h2(title).props('id="devices"')
        if sees:
            blocks.append(Block("devices"))
        else:
            tag.p(words.say("override.not_allowed"))
