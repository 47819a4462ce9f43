"""The decision log: what each tick knew and what it came to, as lines; and deciding it all again to see that it is the same.

A line is the words that the log is written in (`v`: the fields of each class), a part (`p`, kept once in a stretch under its
digest: site, layout, claims, plan, forecast, models, leads), the readings that changed (`r`), or a tick (`t`). A stretch begins
with nothing known and can be read by itself, also by a Greenroom whose classes have other fields; `start` begins a new one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

from premises.ports import LiveValue
from premises.site import Site
from rules.decide import decide
from rules.layout import Layout
from rules.snapshot import Decision, Snapshot
from rules.snapshot_text import Names, RecordError, Script, digest, encoded, text_of, value_of, vocabulary

IN_THE_TICK = frozenset({"now", "outdoor_c", "latest"})
"""What a tick's own line or the readings tell of a snapshot; all else is a part."""


def parts_of(names: Names) -> tuple[str, ...]:
    """The parts of a snapshot in their order, as classes were when it was kept."""
    return tuple(field for field in names["Snapshot"] if field not in IN_THE_TICK)


PARTS = parts_of(vocabulary())


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
        self._begun = False

    def lines(self, snapshot: Snapshot, decision: Decision) -> list[str]:
        """The lines of one tick, to be kept in their order."""
        found: list[str] = [] if self._begun else [_line(["v", vocabulary()])]
        self._begun = True
        names = {}
        for part in PARTS:
            text, key = self._text(part, getattr(snapshot, part))
            names[part] = key
            if key not in self._told:
                self._told.add(key)
                found.append(f'["p","{key}",{text}]')
        if self._points is None:
            self._points = read_points(snapshot.layout, snapshot.site)
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


NOT_READ = frozenset({"gains"})
"""Parts of a layout that only learning looks at."""


def read_points(layout: Layout, site: Site) -> frozenset[str]:
    """The points that deciding may look at: all that the layout names, and the power of the plants' own meters."""
    return frozenset(_ids(layout)) | {f"{plant.meter or plant.id}/power" for plant in site.plants}


def _ids(part: Any) -> Iterator[str]:
    """The texts in a layout, however deep: so that a part which a new rule reads is not forgotten here."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        yield from (point for inside in part.values() for point in _ids(inside))
    elif isinstance(part, tuple):
        yield from (point for inside in part for point in _ids(inside))
    elif is_dataclass(part):
        yield from (point for field in fields(part) if field.name not in NOT_READ for point in _ids(getattr(part, field.name)))


def _line(plain: list[Any]) -> str:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Replayed:
    """A tick decided again: at, whether it came to the same, and what it comes to now."""

    at: datetime
    same: bool
    decision: Decision


Unread = Callable[[RecordError], None]
"""Is told why a stretch cannot be read; the next one is gone on with."""


def replayed(lines: Iterable[str], unread: Unread | None = None) -> Iterator[Replayed]:
    """Every tick of the lines decided again, in order. Raises RecordError for lines that cannot be read, unless that is to be told.

    Whether a tick came to the same is judged by what could be said of a decision when it was kept.
    """
    reading: _Reading | None = _Reading()
    for number, line in enumerate(lines, start=1):
        try:
            kind, rest = _told(line, number)
            if kind == "start":
                reading = _Reading()
            elif reading is not None and (tick := reading.take(kind, rest, number)) is not None:
                yield tick
        except RecordError as error:
            if unread is None:
                raise
            unread(error)
            reading = None


def _told(line: str, number: int) -> tuple[str, list[Any]]:
    try:
        kind, *rest = json.loads(line)
    except (ValueError, TypeError):
        raise RecordError(f"line {number} is no line of a decision log: {line[:60]!r}") from None
    return kind, rest


class _Reading:
    """What a stretch has told so far."""

    def __init__(self) -> None:
        self._script, self._names = Script({}), PARTS
        self._parts: dict[str, Any] = {}
        self._latest: dict[str, LiveValue] = {}

    def take(self, kind: str, rest: list[Any], number: int) -> Replayed | None:
        """A further line; what comes of it where it is a tick."""
        if kind == "v":
            names = {name: tuple(there) for name, there in rest[0].items()}
            self._script, self._names = Script(names), parts_of(names)
        elif kind == "p":
            self._parts[rest[0]] = self._script.decoded(rest[1])
        elif kind == "r":
            self._latest |= self._script.decoded(rest[0])
            for point in rest[1]:
                self._latest.pop(point, None)
        elif kind == "t":
            snapshot = _snapshot(rest, self._names, self._parts, self._latest, number)
            decision = decide(snapshot)
            return Replayed(snapshot.now, digest(self._script.text_of(decision)) == rest[3], decision)
        return None


def _snapshot(
    rest: list[Any], names: Sequence[str], parts: Mapping[str, Any], latest: Mapping[str, LiveValue], number: int
) -> Snapshot:
    missing = [key for key in rest[2] if key not in parts]
    if missing:
        raise RecordError(f"line {number}: part {missing[0]} was not told before; the stretch lost its beginning")
    if len(names) != len(rest[2]):
        raise RecordError(f"line {number}: a tick of {len(rest[2])} parts where {len(names)} were announced: the log is damaged")
    given = {name: parts[key] for name, key in zip(names, rest[2], strict=True) if name in PARTS}
    return Snapshot(now=datetime.fromisoformat(rest[0]), outdoor_c=rest[1], latest=dict(latest), **given)


__all__ = ["PARTS", "DecisionRecorder", "RecordError", "Replayed", "read_points", "replayed", "value_of"]
