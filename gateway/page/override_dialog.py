"""Taking a zone in hand for a while: what, how much, how long, why; and handing it back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import escape

from nicegui import html as tag
from nicegui import ui

from gateway.page.deeds import BadWishError, NotAllowedError
from gateway.page.place import VALUE_OF_EVENT, Place
from gateway.page.rendering import Rendering
from gateway.page.view import ZoneView
from gateway.routes.overrides import BOUNDS
from premises.booking import OverrideKind
from premises.errors import GreenroomError

_FIRST_VALUE = {OverrideKind.TEMPERATURE: 20.0, OverrideKind.LIGHT: 60.0}
_STEP = {OverrideKind.TEMPERATURE: 0.5, OverrideKind.LIGHT: 5.0}
_SHORTEST_H, _LONGEST_H = 0.5, 12.0


class ZoneButtons:
    """The two buttons of a card: take in hand; hand back, where it is in hand."""

    def __init__(self, dialog: OverrideDialog, zone: ZoneView, rendering: Rendering) -> None:
        self.dialog, self.zone = dialog, zone
        say = rendering.words.say
        with tag.div().classes("zone-tools"):
            take = tag.button(say("override.open")).props(
                f'type="button" aria-label="{escape(say("override.title", zone=zone.name))}"'
            )
            take.on("click", lambda: dialog.open(zone))
            self.back = tag.button(say("override.end")).props('type="button"')
            self.back.on("click", self._hand_back)

    def show(self, rendering: Rendering) -> None:
        """Whether there is anything to hand back."""
        now = next((zone for zone in rendering.view.zones if zone.id == self.zone.id), self.zone)
        self.zone = now
        self.back.set_visibility(now.override is not None)

    async def _hand_back(self) -> None:
        held = self.zone.override
        if held is not None:
            told = self.dialog.say("override.ended", zone=self.zone.name)
            place = self.dialog.place
            await perform(place, lambda: place.deeds.end_override(place.site.id, self.zone.id, held.id), told)


class _Range:
    """The browser's own slider: dragged, or moved by the arrow keys, and known to every screen reader."""

    def __init__(self, name: str, low: float, high: float, step: float, first: float, changed: Callable[[], None]) -> None:
        self.low, self.high, self.first, self.value = low, high, first, first
        self.changed = changed
        self.element = tag.input_().props('type="range"')
        # the default value, not the value: that one would be put back whenever anything on the page is drawn anew
        self.element.props.update({"min": low, "max": high, "step": step, "defaultValue": first, "aria-label": name})
        self.element.on("input", lambda event: self._move(event.args), args=None, js_handler=VALUE_OF_EVENT)

    def preset(self, value: float) -> None:
        """What it shows when the dialog is opened next."""
        self.value = min(self.high, max(self.low, value))
        self.element.props["defaultValue"] = self.value
        self.element.update()

    def _move(self, told: object) -> None:
        try:
            self.value = min(self.high, max(self.low, float(str(told))))
        except ValueError:
            return
        self.changed()


class OverrideDialog:
    """One dialog of an open page, for whichever zone is taken in hand."""

    def __init__(self, place: Place, rendering: Rendering) -> None:
        self.place = place
        self.say = rendering.words.say
        self.zone: ZoneView | None = None
        self.kind = OverrideKind.TEMPERATURE
        self.since: datetime | None = None
        with ui.dialog().props('aria-labelledby="wish"') as self.dialog, tag.div().classes("wish"):
            self.title = ui.html("", sanitize=False, tag="h2").props('id="wish"')
            with tag.label():
                tag.span(self.say("override.kind"))
                with tag.select() as self.choice:
                    for kind in OverrideKind:
                        tag.option(self.say(f"override.{kind.value}")).props(f'value="{kind.value}"')
                self.choice.on("change", lambda event: self._choose(str(event.args)), args=None, js_handler=VALUE_OF_EVENT)
            with tag.div().classes("label") as self.amount:
                self.value_told = ui.label().classes("told")
                self.values = {kind: self._range(kind) for kind in BOUNDS}
            with tag.label():
                tag.span(self.say("override.since"))
                self.start = tag.input_().props('type="datetime-local" step="900"')
                self.start.on("change", lambda event: self._begin(str(event.args)), args=None, js_handler=VALUE_OF_EVENT)
            with tag.div().classes("label"):
                self.lasts_told = ui.label().classes("told")
                self.hours = _Range(self.say("override.hours"), _SHORTEST_H, _LONGEST_H, 0.5, 2.0, self._tell)
            with tag.label():
                tag.span(self.say("override.reason"))
                self.reason_text = ""
                reason = tag.input_().props('type="text" maxlength="200"')
                reason.on("input", lambda event: self._note(str(event.args)), args=None, js_handler=VALUE_OF_EVENT)
            with tag.div().classes("buttons"):
                tag.button(self.say("override.cancel")).props('type="button"').on("click", self.dialog.close)
                tag.button(self.say("override.set")).props('type="button"').classes("do").on("click", self._set)

    def buttons(self, zone: ZoneView, rendering: Rendering) -> ZoneButtons:
        """The buttons of a zone's card."""
        return ZoneButtons(self, zone, rendering)

    def open(self, zone: ZoneView, since: datetime | None = None, lasts: timedelta | None = None) -> None:
        """Ask for that zone; since None: from now on."""
        self.zone = zone
        self.title.set_content(escape(self.say("override.title", zone=zone.name)))
        for asked in self.values.values():
            asked.preset(asked.first)  # the browser makes the dialog's content anew, too
        self.hours.preset(self.hours.first if lasts is None else lasts / timedelta(hours=1))
        self.since = since
        zone_of_site = self.place.site.zoneinfo
        self.start.props["defaultValue"] = since.astimezone(zone_of_site).strftime("%Y-%m-%dT%H:%M") if since else ""
        self.start.update()
        self.reason_text = ""
        self._choose(OverrideKind.TEMPERATURE.value)
        self.dialog.open()

    def _choose(self, kind: str) -> None:
        self.kind = OverrideKind(kind)
        self.amount.set_visibility(self.kind in self.values)
        for known, value in self.values.items():
            value.element.set_visibility(known is self.kind)
        self._tell()

    def _range(self, kind: OverrideKind) -> _Range:
        low, high, _ = BOUNDS[kind]
        return _Range(self.say(f"override.{kind.value}"), low, high, _STEP[kind], _FIRST_VALUE[kind], self._tell)

    def _begin(self, text: str) -> None:
        """Wall time of the site, as the browser's field gives it; an hour that comes twice is its first, none means now."""
        try:
            self.since = datetime.fromisoformat(text[:16]).replace(tzinfo=self.place.site.zoneinfo).astimezone(UTC)
        except ValueError:
            self.since = None
        self._tell()

    def _note(self, text: str) -> None:
        self.reason_text = text

    def _tell(self) -> None:
        words = self.place.latest().words
        lasts, now = timedelta(hours=self.hours.value), self.place.latest().view.at
        start = max(now, self.since or now)
        self.lasts_told.set_text(self.say("override.lasts", span=words.span(lasts), clock=words.when(start + lasts, now)))
        if self.kind in self.values:
            digits = 1 if self.kind is OverrideKind.TEMPERATURE else 0
            self.value_told.set_text(
                self.say(f"override.value_{self.kind.value}", value=words.number(self.values[self.kind].value, digits))
            )

    async def _set(self) -> None:
        zone, place = self.zone, self.place
        if zone is None:
            return
        lasts = timedelta(hours=self.hours.value)
        wanted = self.values[self.kind].value if self.kind in self.values else None
        words, now = place.latest().words, place.latest().view.at
        since = self.since if self.since is not None and self.since > now else None
        until = words.when((since or now) + lasts, now)
        if since is None:
            told = self.say("override.done", zone=zone.name, clock=until)
        else:
            told = self.say("override.later", zone=zone.name, start=words.when(since, now), clock=until)
        wish = (place.site.id, zone.id, self.kind, wanted, lasts, self.reason_text, since)
        if await perform(place, lambda: place.deeds.override(*wish), told):
            self.dialog.close()


async def perform(place: Place, deed: Callable[[], object], told: str) -> bool:
    """Do it away from the event loop, tell that it is done or why not, and take a new picture."""
    say = place.latest().words.say
    try:
        await asyncio.to_thread(deed)
    except NotAllowedError:
        ui.notify(say("override.not_allowed"), type="negative")
        return False
    except (BadWishError, GreenroomError) as error:
        ui.notify(say("override.bad", detail=str(error)), type="negative")
        return False
    ui.notify(told, type="positive")
    await place.feed.retake(place.site.id)
    return True
