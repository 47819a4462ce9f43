"""The editions of reports that the visitor may see, each file one click away."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

from nicegui import html as tag
from nicegui import ui

from gateway.page.place import Place, frame
from gateway.page.rendering import Rendering
from gateway.shelf import editions_for
from premises.desks import EditionInfo

MOST = 200


async def show_reports(place: Place) -> None:
    """Build the view for one visitor. Without a key there are none: they name tenants and productions."""
    rendering = await place.rendering()
    shelf, caller = place.feed.house.reports, place.visitor.caller
    editions: list[EditionInfo] = []
    if shelf is not None and caller is not None:
        editions = (await asyncio.to_thread(editions_for, caller, place.feed.house, shelf, [place.site]))[:MOST]
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
