"""All devices, the silent ones first."""

from __future__ import annotations

from nicegui import html as tag

from gateway.access import Right
from gateway.page.place import Block, Place, frame


async def show_devices(place: Place) -> None:
    """Build the view for one visitor. A key that may not see devices sees the list empty."""
    rendering = await place.rendering()
    words = rendering.words
    with frame(place, rendering) as blocks, tag.section().classes("card devices").props('aria-labelledby="devices"'):
        tag.h2(words.say("devices.title")).props('id="devices"')
        if place.visitor.caller is None or place.visitor.may(Right.SEE_DEVICES):
            blocks.append(Block("devices"))
        else:
            tag.p(words.say("override.not_allowed"))
