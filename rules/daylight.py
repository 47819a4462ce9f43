"""Daylight: how much of a room's light the day gives, by a light sensor, else by the height of the sun and how bright it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from premises.site import Site
from rules.snapshot import ZoneView

WANTED_LX = 500.0
"""Maintained illuminance of office work (EN 12464-1): what the lamps at their full level are taken to give."""
LOW_DEG, HIGH_DEG = 5.0, 25.0
"""The sun gives a room nothing below the first height, and all it gives from the second on."""
BRIGHT_W_M2 = 250.0
"""Horizontal irradiance from which a room with windows has its daylight."""
STEP_PCT = 10.0
"""Light moves by no less than this: people notice lamps that hunt."""


@dataclass(frozen=True, slots=True)
class Daylight:
    """share: of the wished light that need not come from lamps, 0 to 1; lux: of the day alone, None where no sensor tells."""

    share: float
    lux: float | None = None


def daylight(view: ZoneView, level_pct: float) -> Daylight:
    """What the day gives the zone now. level_pct: what the lamps would be set to without it."""
    if view.zone.daylight <= 0.0 or level_pct <= 0.0:
        return Daylight(0.0)
    seen = view.snapshot.middle(view.points.illuminance)
    if seen is not None:
        lamps = WANTED_LX * (view.memory.light_pct or 0.0) / level_pct  # the sensor sees the lamps as well
        lux = max(0.0, seen - lamps)
        return Daylight(min(1.0, lux / WANTED_LX), lux)
    return Daylight(view.zone.daylight * _brightness(view))


def _brightness(view: ZoneView) -> float:
    """0 to 1: by measured irradiance, else the forecast's, else by the sun's height alone."""
    height = sun_height(view.snapshot.site, view.now)
    by_height = min(1.0, max(0.0, (height - LOW_DEG) / (HIGH_DEG - LOW_DEG)))
    sun = view.snapshot.middle(view.snapshot.layout.irradiance)
    forecast = view.snapshot.forecast
    if sun is None and forecast is not None and forecast.sun_w_m2:
        sun = forecast.sun_at(view.now)
    return by_height if sun is None else min(by_height, max(0.0, sun / BRIGHT_W_M2))


def dimmed(view: ZoneView, level_pct: float, least_pct: float) -> tuple[float, Daylight]:
    """The level less what the day gives, in steps; it stays where it is until it is a whole step off."""
    last = view.memory.light_pct
    if last is not None and least_pct <= last <= level_pct and _not_seen_yet(view):
        return last, daylight(view, level_pct)
    day = daylight(view, level_pct)
    wished = max(least_pct, level_pct * (1.0 - day.share))
    if last is not None and least_pct <= last <= level_pct and abs(wished - last) < STEP_PCT:
        return last, day
    return min(level_pct, max(least_pct, STEP_PCT * round(wished / STEP_PCT))), day


def _not_seen_yet(view: ZoneView) -> bool:
    """Whether the lamps were moved since the light sensor last told: what it says is of before."""
    moved = [s.command.issued_at for p in view.points.brightness if (s := view.snapshot.pending.get(p)) is not None]
    told = [live.reading.time for p in view.points.illuminance if (live := view.snapshot.latest.get(p)) is not None and live.known]
    return bool(moved and told) and max(told) <= max(moved)


def sun_height(site: Site, instant: datetime) -> float:
    """Degrees over the horizon, to about half a degree: declination and equation of time by Spencer (1971)."""
    at = instant.astimezone(UTC)
    day = math.tau * (at.timetuple().tm_yday - 1 + at.hour / 24) / 365
    declination = (
        0.006918 - 0.399912 * math.cos(day) + 0.070257 * math.sin(day) - 0.006758 * math.cos(2 * day) + 0.000907 * math.sin(2 * day)
    )
    equation_min = 229.18 * (
        0.000075 + 0.001868 * math.cos(day) - 0.032077 * math.sin(day) - 0.014615 * math.cos(2 * day) - 0.040849 * math.sin(2 * day)
    )
    hours = at.hour + at.minute / 60 + at.second / 3600 + site.longitude / 15 + equation_min / 60
    angle, place = math.radians(15 * (hours - 12)), math.radians(site.latitude)
    height = math.sin(place) * math.sin(declination) + math.cos(place) * math.cos(declination) * math.cos(angle)
    return math.degrees(math.asin(max(-1.0, min(1.0, height))))
