"""The first screen: will every stage be ready, what each zone is doing and why, power, health, and a day's chart."""

from __future__ import annotations

from nicegui import html as tag

from gateway.access import Right
from gateway.page.day_panel import DayPanel
from gateway.page.override_dialog import OverrideDialog
from gateway.page.place import Block, Follower, Place, frame
from gateway.page.rendering import Rendering
from gateway.page.view import ZoneView
from premises.decision import ZoneState


async def show_now(place: Place) -> None:
    """Build the view for one visitor."""
    rendering = await place.rendering()
    words = rendering.words
    zones = rendering.view.zones
    leading = [zone for zone in zones if zone.leading]
    others = [zone for zone in zones if not zone.leading and (zone.heated or zone.air is not None)]
    with frame(place, rendering, first=rendering.part("hero"), kind="hero") as blocks:
        chart = await DayPanel.make(place, [*leading, *others])
        dialog = OverrideDialog(place, rendering) if place.visitor.may(Right.OVERRIDE) else None
        with tag.section().classes("hero").props('aria-live="polite"'):
            blocks.append(Block("hero"))
        with tag.div().classes("columns"):
            with tag.div().classes("left"):
                with tag.section().classes("zones").props('aria-labelledby="leading"'):
                    tag.h2(words.say("zones.leading")).props('id="leading"')
                    with tag.div().classes("cards"):
                        for zone in leading:
                            _card(zone, rendering, blocks, chart, dialog)
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
                        _card(zone, rendering, blocks, chart, dialog)


def _card(zone: ZoneView, rendering: Rendering, blocks: list[Follower], chart: DayPanel, dialog: OverrideDialog | None) -> None:
    with tag.article().classes("card zone").props(f'data-zone="{zone.id}"'):
        with tag.header():
            with tag.h3():
                choose = tag.button(zone.name).props('type="button"')
                choose.props["title"] = rendering.words.say("zones.show", zone=zone.name)
                choose.on("click", lambda zone_id=zone.id: chart.choose(zone_id))
            blocks.append(Block(f"state:{zone.id}", "span"))
        blocks.append(Block(f"zone:{zone.id}"))
        if dialog is not None and zone.state is not ZoneState.UNCONTROLLED:
            blocks.append(dialog.buttons(zone, rendering))
