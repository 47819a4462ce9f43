"""The intake of Greenroom itself: the accounting identity over time."""

from __future__ import annotations

from typing import Any

from dashboards.flux import Source, over_time
from dashboards.panels import ORANGE, RED, Board, Panel
from dashboards.words import Words
from premises.site import GREENROOM


def board(source: Source, say: Words) -> Board:
    site = source.site

    def panel(key: str, unit: str, names: tuple[str, ...], **more: Any) -> Panel:
        labels = [(site.point(f"{GREENROOM}/{name}"), say(f"label.{name.removeprefix('messages_')}")) for name in names]
        return Panel(
            say(f"panel.{key}"), say(f"panel.{key}_about"), "timeseries", unit, (over_time(source, labels, fn="last"),), **more
        )

    oldest = [(site.point(f"{GREENROOM}/oldest_unsent"), say("panel.oldest"))]
    panels = (
        panel("messages", "short", ("messages_received", "messages_stored", "messages_ignored", "messages_quarantined"), width=24),
        panel("waiting", "short", ("messages_journalled",)),
        Panel(
            say("panel.oldest"),
            say("panel.oldest_about"),
            "timeseries",
            "s",
            (over_time(source, oldest, fn="max"),),
            steps=((None, "green"), (60, ORANGE), (900, RED)),
        ),
    )
    return Board(site.id, "intake", f"{site.name} · {say('board.intake')}", say("about.intake"), site.timezone, panels)
