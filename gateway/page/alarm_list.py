"""All alarms that stand, with what a person does about them, those before, and what is being wasted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from html import escape

from nicegui import html as tag

from gateway.access import Right
from gateway.notices.words import explain
from gateway.page.override_dialog import perform
from gateway.page.place import Place, frame
from gateway.page.rendering import Rendering
from premises.losses import Loss
from premises.ports import Alarm, AlarmDesk

SHELVED = timedelta(hours=8)
HISTORY = 40


async def show_alarms(place: Place) -> None:
    """Build the view for one visitor."""
    rendering = await place.rendering()
    desk, words = place.feed.house.alarms, rendering.words
    before: list[Alarm] = []
    wasted: Sequence[Loss] = ()
    if isinstance(desk, AlarmDesk) and place.visitor.sees_all:
        before = [alarm for alarm in await asyncio.to_thread(desk.history, place.site.id, HISTORY) if alarm.cleared_at]
    if place.feed.house.losses is not None and place.visitor.sees_all:
        wasted = await asyncio.to_thread(place.feed.house.losses.standing, place.site.id)
    with frame(place, rendering) as blocks:
        with tag.section().classes("card").props('aria-labelledby="alarms"'):
            tag.h2(words.say("alarms.title")).props('id="alarms"')
            blocks.append(_Standing(place))
            if not place.visitor.may(Right.OVERRIDE):
                tag.p(words.say("alarm.need_key")).classes("faint")
        if wasted:
            _wasted(wasted, rendering)
        if before:
            with tag.section().classes("card").props('aria-labelledby="before"'):
                tag.h2(words.say("alarm.history")).props('id="before"')
                with tag.ul().classes("alarm-list"):
                    for alarm in before:
                        with tag.li():
                            tag.span(words.alarm(alarm.text))
                            tag.span(_when(alarm, rendering)).classes("faint")


def _wasted(losses: Sequence[Loss], rendering: Rendering) -> None:
    """Losses of efficiency that go on, the greatest first."""
    words = rendering.words
    with tag.section().classes("card").props('aria-labelledby="wasted"'):
        tag.h2(words.say("losses.title")).props('id="wasted"')
        with tag.ul().classes("alarm-list"):
            for loss in sorted(losses, key=lambda loss: -(loss.kwh or 0.0)):
                with tag.li():
                    tag.span(words.alarm(loss.title)).classes("what")
                    tag.span(words.alarm(loss.text))
                    tag.span(words.alarm(loss.advice))
                    told = words.number(loss.kwh) if loss.kwh is not None else "?"
                    when = words.day(loss.since)
                    tag.span(words.say("losses.sum", since=when, days=loss.days, kwh=told)).classes("faint")


class _Standing:
    """The list of alarms that stand. It is made anew only when one came, went, or was seen: focus stays where it was."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.shown: tuple[Alarm, ...] | None = None
        self.list = tag.ul().classes("alarm-list").props('aria-live="polite"')

    def show(self, rendering: Rendering) -> None:
        """The picture's alarms."""
        if self.shown == rendering.view.alarms:
            return
        self.shown = rendering.view.alarms
        self.list.clear()
        with self.list:
            if not self.shown:
                tag.li(rendering.words.say("alarms.none"))
            for alarm in self.shown:
                self._line(alarm, rendering)

    def _line(self, alarm: Alarm, rendering: Rendering) -> None:
        words = rendering.words
        item = tag.li()
        if alarm.acknowledged_at is not None:
            item.props("data-seen")
        with item:
            with tag.p().classes("what"):
                tag.span("▲ ").classes("sign").props('aria-hidden="true"')
                tag.span(words.alarm(alarm.text))
            tag.span(_when(alarm, rendering)).classes("faint")
            told = explain(alarm, self.place.site, words.language, rendering.view.at)
            for line in (told.does, told.can):
                if line:
                    tag.span(line)
            if self.place.visitor.may(Right.OVERRIDE):
                self._buttons(alarm, rendering)

    def _buttons(self, alarm: Alarm, rendering: Rendering) -> None:
        say, place = rendering.words.say, self.place
        caller = place.visitor.caller
        about = escape(rendering.words.alarm(alarm.text))
        with tag.div().classes("alarm-tools"):
            if alarm.acknowledged_at is None and caller is not None:
                seen = tag.button(say("alarms.acknowledge")).props(f'type="button" aria-description="{about}"')
                told = say("alarm.acknowledged", who=caller.name)
                seen.on("click", partial(perform, place, partial(place.deeds.acknowledge, place.site.id, alarm.id), told))
            quiet = tag.button(say("alarms.shelve")).props(f'type="button" aria-description="{about}"')
            until = rendering.words.when(rendering.view.at + SHELVED, rendering.view.at)
            told = say("alarm.shelved", clock=until)
            quiet.on("click", partial(perform, place, partial(place.deeds.shelve, place.site.id, alarm.id, SHELVED), told))


def _when(alarm: Alarm, rendering: Rendering) -> str:
    """Since when, seen by whom, quiet until when, over since when."""
    words, now = rendering.words, rendering.view.at
    told = [words.say("alarm.since", clock=words.when(alarm.raised_at, now))]
    if alarm.acknowledged_by:
        told.append(words.say("alarm.seen_by", who=alarm.acknowledged_by))
    if alarm.shelved_until is not None and alarm.shelved_until > now and alarm.cleared_at is None:
        told.append(words.say("alarm.shelved", clock=words.when(alarm.shelved_until, now)))
    if alarm.cleared_at is not None:
        told.append(words.say("alarm.cleared", clock=words.when(alarm.cleared_at, now)))
    return " · ".join(told)
