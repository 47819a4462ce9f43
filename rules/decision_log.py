"""The decision log: what each tick knew and what it came to, as lines; and deciding it all again to see that it is the same.

A line is a part (`p`, kept once in a stretch under its digest: site, layout, claims, plan, forecast, models, leads), the readings
that changed (`r`), or a tick (`t`). A stretch begins with nothing known and can be read by itself; `start` begins a new one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from premises.ports import LiveValue
from rules.decide import decide
from rules.layout import Layout
from rules.snapshot import Decision, Snapshot
from rules.snapshot_text import RecordError, decoded, digest, encoded, text_of, value_of

PARTS = ("site", "layout", "schedule", "overrides", "forecast", "leads", "models", "plan", "memory", "pending", "mass")


class DecisionRecorder:
    """Turns ticks into lines. Not thread-safe: one engine uses it."""

    def __init__(self) -> None:
        self._texts: dict[str, tuple[tuple[Any, ...], Any, str, str]] = {}
        self.start()

    def start(self) -> None:
        """Begin a new stretch: the next tick tells everything."""
        self._told: set[str] = set()
        self._latest: dict[str, LiveValue] = {}
        self._points: frozenset[str] | None = None

    def lines(self, snapshot: Snapshot, decision: Decision) -> list[str]:
        """The lines of one tick, to be kept in their order."""
        found: list[str] = []
        names = {}
        for part in PARTS:
            text, key = self._text(part, getattr(snapshot, part))
            names[part] = key
            if key not in self._told:
                self._told.add(key)
                found.append(f'["p","{key}",{text}]')
        if self._points is None:
            self._points = read_points(snapshot.layout)
        seen = {point: live for point, live in snapshot.latest.items() if point in self._points}
        news = {point: live for point, live in seen.items() if self._latest.get(point) != live}
        gone = sorted(self._latest.keys() - seen.keys())
        if news or gone:
            found.append(_line(["r", encoded(news), gone]))
        self._latest = seen
        outcome = digest(text_of(decision))
        found.append(_line(["t", snapshot.now.isoformat(), snapshot.outdoor_c, list(names.values()), outcome]))
        return found

    def _text(self, part: str, value: Any) -> tuple[str, str]:
        """The part's text and digest, made anew only where it, or what it maps to, is another object than at the tick before."""
        inside = tuple((key, id(kept)) for key, kept in value.items()) if isinstance(value, Mapping) else ()
        marks = (id(value) if not isinstance(value, dict) else 0, *inside)
        kept = self._texts.get(part)
        if kept is not None and kept[0] == marks and part not in ("memory", "mass"):
            return kept[2], kept[3]
        text = text_of(value)
        key = digest(text)
        held = (value, tuple(value.values())) if isinstance(value, Mapping) else value  # keeps the ids from being given anew
        self._texts[part] = (marks, held, text, key)
        return text, key


def read_points(layout: Layout) -> frozenset[str]:
    """The points that deciding may look at."""
    found = {*layout.outdoor, *layout.irradiance}
    for zone in layout.zones.values():
        for names in (zone.air, zone.setpoints, zone.demands, zone.occupancy, zone.contacts, zone.brightness, zone.switches):
            found |= set(names)
        found |= set(zone.illuminance)
    for plant in layout.plants.values():
        for names in (plant.supply_setpoint, plant.on, plant.supply, plant.heat_power, plant.power):
            found |= set(names)
    return frozenset(found)


def _line(plain: list[Any]) -> str:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Replayed:
    """A tick decided again: at, whether it came to the same, and what it comes to now."""

    at: datetime
    same: bool
    decision: Decision


def replayed(lines: Iterable[str]) -> Iterator[Replayed]:
    """Every tick of the lines decided again, in order. Raises RecordError for lines that cannot be read."""
    parts: dict[str, Any] = {}
    latest: dict[str, LiveValue] = {}
    for number, line in enumerate(lines, start=1):
        try:
            kind, *rest = json.loads(line)
        except (ValueError, TypeError):
            raise RecordError(f"line {number} is no line of a decision log: {line[:60]!r}") from None
        if kind == "start":
            parts, latest = {}, {}
        elif kind == "p":
            parts[rest[0]] = decoded(rest[1])
        elif kind == "r":
            latest |= decoded(rest[0])
            for point in rest[1]:
                latest.pop(point, None)
        elif kind == "t":
            snapshot = _snapshot(rest, parts, latest, number)
            decision = decide(snapshot)
            yield Replayed(snapshot.now, digest(text_of(decision)) == rest[3], decision)


def _snapshot(rest: list[Any], parts: Mapping[str, Any], latest: Mapping[str, LiveValue], number: int) -> Snapshot:
    missing = [key for key in rest[2] if key not in parts]
    if missing:
        raise RecordError(f"line {number}: part {missing[0]} was not told before; the stretch lost its beginning")
    given = dict(zip(PARTS, (parts[key] for key in rest[2]), strict=True))
    return Snapshot(now=datetime.fromisoformat(rest[0]), outdoor_c=rest[1], latest=dict(latest), **given)


__all__ = ["PARTS", "DecisionRecorder", "RecordError", "Replayed", "read_points", "replayed", "value_of"]
