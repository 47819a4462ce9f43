"""Words and markup of each part of a picture: made once per picture and language, whoever looks."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from gateway.page.view import PageView, Verdict, ZoneView
from gateway.page.words import Words
from premises.decision import ZoneState

SIGNS = {"ready": "✓", "late": "▲", "not_ready": "✕", "unknown": "?", "nothing_due": "–"}
"""Beside the colour, so that nobody must tell states by colour alone."""

STATE_SIGNS = {
    ZoneState.OCCUPIED: "●",
    ZoneState.PRE_HEATING: "↗",
    ZoneState.PRE_COOLING: "↘",
    ZoneState.READY: "✓",
    ZoneState.SET_BACK: "☾",
    ZoneState.FROST_GUARD: "❄",
    ZoneState.OVERRIDDEN: "✋",
    ZoneState.SENSOR_LOST: "?",
    ZoneState.UNCONTROLLED: "–",
}

_TEMPLATES = Environment(
    loader=PackageLoader("gateway.page"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


@cache
def style() -> str:
    """The page's style sheet."""
    return files("gateway.page").joinpath("style.css").read_text(encoding="utf-8")


@cache
def script() -> str:
    """The page's few lines of script: the theme, and the watch over the connection."""
    return files("gateway.page").joinpath("page.js").read_text(encoding="utf-8")


def fill(template: str, **values: Any) -> str:
    """A template of this package, filled in; every value is escaped."""
    return _TEMPLATES.get_template(template).render(signs=SIGNS, **values)


class Rendering:
    """One picture in one language. Each part is made when it is first asked for."""

    def __init__(self, view: PageView, language: str, ahead_h: int) -> None:
        self.view = view
        self.words = Words(language, ZoneInfo(view.timezone))
        self.ahead_h = ahead_h
        self._made: dict[str, str] = {}

    def part(self, name: str) -> str:
        """hero, power, health, devices, clock; `zone:<id>` and `state:<id>` of a zone."""
        made = self._made.get(name)
        if made is None:
            kind, _, subject = name.partition(":")
            made = self._made[name] = getattr(self, f"_{kind}")(*([subject] if subject else []))
        return made

    def fill(self, template: str, **values: Any) -> str:
        """A template with this picture and these words."""
        return fill(template, v=self.view, w=self.words, **values)

    def _hero(self) -> str:
        answer, more = self._answer()
        return self.fill("hero.html", answer=answer, more=more)

    def _answer(self) -> tuple[str, str]:
        """The sentence that the first screen is for, and what else needs a look."""
        view, say = self.view, self.words.say
        if view.verdict is Verdict.NOTHING_DUE:
            return say("verdict.nothing_due", hours=self.ahead_h), ""
        if view.verdict is Verdict.READY:
            n = len(view.due)
            return say("verdict.ready.1" if n == 1 else "verdict.ready.n", n=n), ""
        first, *others = view.troubled
        more = say("verdict.more", n=len(others)) if others else ""
        return say(f"verdict.{view.verdict.value}", zone=first.zone_name), more

    def _power(self) -> str:
        power = self.view.power
        share = power.self_share if power.known else None
        return self.fill("power.html", p=power, share=None if share is None else 100 * share)

    def _health(self) -> str:
        return self.fill("health.html")

    def _devices(self) -> str:
        """The silent ones first, then by name."""
        devices = sorted(self.view.health.devices, key=lambda device: (not device.silent, device.name))
        return self.fill("devices.html", devices=devices)

    def _clock(self) -> str:
        clock = self.words.clock(self.view.at)
        return self.fill("clock.html", day=self.words.day(self.view.at), clock=clock)

    def _zone(self, zone_id: str) -> str:
        zone = self._of(zone_id)
        return self.fill("zone.html", z=zone, progress=_progress(zone))

    def _state(self, zone_id: str) -> str:
        zone = self._of(zone_id)
        name = zone.state.value if zone.state else "none"
        sign = STATE_SIGNS[zone.state] if zone.state else "?"
        return self.fill("state.html", name=name, sign=sign)

    def _of(self, zone_id: str) -> ZoneView:
        return next(zone for zone in self.view.zones if zone.id == zone_id)


def _progress(zone: ZoneView) -> float | None:
    """How far a pre-heat has come from set-back to what is wanted, in percent; None where none is under way."""
    if zone.state is not ZoneState.PRE_HEATING or zone.wanted_c is None or zone.air is None or not zone.air.known:
        return None
    way = zone.wanted_c - zone.setback_c
    return None if way <= 0 else min(100.0, max(0.0, 100 * (zone.air.value - zone.setback_c) / way))
