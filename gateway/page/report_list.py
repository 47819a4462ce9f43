"""The editions of reports that the visitor may see, each file one click away."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

from nicegui import html as tag
from nicegui import ui

from gateway.page.place import Place, frame
from gateway.page.rendering import Rendering
from gateway.shelf import sees_edition, shelves_of
from premises.desks import EditionInfo

MOST = 200


async def show_reports(place: Place) -> None:
    """Build the view for one visitor. Without a key there are none: they name tenants and productions."""
    rendering = await place.rendering()
    shelf, caller = place.feed.house.reports, place.visitor.caller
    editions: list[EditionInfo] = []
    if shelf is not None and caller is not None:
        house = place.feed.house
        told = [one for name in shelves_of(house, place.site.id) for one in await asyncio.to_thread(shelf.editions, name)]
        told.sort(key=lambda edition: edition.id)
        seen = sorted(told, key=lambda edition: edition.issued_at, reverse=True)  # newest first, then by name
        editions = [edition for edition in seen if sees_edition(caller, house, edition)][:MOST]
    with frame(place, rendering), tag.section().classes("card").props('aria-labelledby="reports"'):
        tag.h2(rendering.words.say("reports.title")).props('id="reports"')
        if caller is None:
            tag.p(rendering.words.say("reports.need_key")).classes("faint")
        else:
            ui.html(_table(place, rendering, editions), sanitize=False)


def _table(place: Place, rendering: Rendering, editions: Sequence[EditionInfo]) -> str:
    rows = []
    for edition in editions:
        title = edition.title.get(place.language) or next(iter(edition.title.values()), edition.kind)
        address = f"{place.path}/report/{quote(edition.id, safe='')}"
        files = [(form, f"{address}/{quote(name, safe='')}") for form, name in sorted(edition.forms.items())]
        rows.append((title, edition, files))
    return rendering.fill("reports.html", rows=rows)
