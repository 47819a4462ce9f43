"""How instants and durations are put into reasons: local wall time, the same in every language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo


def wall(instant: datetime, now: datetime, tz: ZoneInfo) -> str:
    """`20:00`, or `2026-01-21 20:00` where it is more than 20 hours from now and could be taken for another day."""
    local = instant.astimezone(tz)
    if abs(instant - now) > timedelta(hours=20):
        return local.strftime("%Y-%m-%d %H:%M")
    return local.strftime("%H:%M")


def wall_span(start: datetime, end: datetime, now: datetime, tz: ZoneInfo) -> tuple[str, str]:
    """Two instants told together: the day of the first where it is not today, that of the last where it is another than that."""
    days = [instant.astimezone(tz) for instant in (now, start, end)]
    told = [local.strftime("%H:%M" if local.date() == before.date() else "%Y-%m-%d %H:%M") for before, local in pairwise(days)]
    return told[0], told[1]


def walls(instants: Iterable[datetime], now: datetime, tz: ZoneInfo) -> list[str]:
    """Instants told in one sentence, in the order in which they are read: a day is told once, and again where it is another."""
    told: list[str] = []
    before, dated = None, False
    for instant in instants:
        local = instant.astimezone(tz)
        text = wall(instant, now, tz)
        if before is not None and local.date() == before:
            text = local.strftime("%H:%M")
        elif dated:
            text = local.strftime("%Y-%m-%d %H:%M")
        dated = dated if local.date() == before else len(text) > len("20:00")
        before = local.date()
        told.append(text)
    return told


def length(duration: timedelta) -> str:
    """`2 h 35`, `15 min`."""
    minutes = max(0, round(duration.total_seconds() / 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d}"


def degrees(value: float | None) -> str:
    """`14.2 °C`, or a question mark where it is not known."""
    return "? °C" if value is None else f"{round(value, 1) + 0.0:.1f} °C"  # never -0.0
