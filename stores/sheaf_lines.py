"""Sheaves as line protocol, by a template for each set of points: what messages of one form have in common is worded once.

A sheaf goes by its template where it is plainly right: values of the types of their points, finite, later than all that this
process wrote to the same line. Anything else goes the careful way of `LineWriter.lines`, which names what does not fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import NamedTuple

from premises.quantities import ValueKind
from premises.reading import Flag, Quality, Reading, Sheaf
from premises.site import Point
from premises.time import EPOCH
from premises.wide import FLAG_SUFFIX, RECEIVED_FIELD
from stores.instants import DAY_US, SECOND_US, micros
from stores.line_protocol import Line, LineWriter, text_field
from stores.prepared import EARLIEST_US, LATEST_US, PLAINLY
from stores.quality_marks import mark_of

_MOST_TEMPLATES = 100_000
_MOST_FLAGS = 100
Marks = tuple[tuple[Quality, frozenset[Flag]], ...]


class _Part:
    """The points of a sheaf that share a line. places: which of its values they are, None where all of them are."""

    __slots__ = ("_fields", "_flags", "_head", "_rest", "line", "places")

    def __init__(self, line: Line, points: Sequence[Point], places: tuple[int, ...] | None) -> None:
        self.line = line
        self.places = places
        self._head = f"{line.head} "
        self._fields = [point.quantity.field for point in points]
        self._rest = "".join(f"{name}=%r," for name in self._fields) + f"{RECEIVED_FIELD}=%di %d"
        self._flags: dict[Marks, str] = {}

    def worded(self, sheaf: Sheaf, time: int, received: int) -> str:
        values, marks = sheaf.values, sheaf.marks
        if self.places is not None:
            values = tuple(values[place] for place in self.places)
            marks = None if marks is None else tuple(marks[place] for place in self.places)
        told = self._rest % (*values, received - time, time)
        return self._head + told if marks is None else self._head + self._flagged(marks) + told

    def _flagged(self, marks: Marks) -> str:
        worded = self._flags.get(marks)
        if worded is None:
            if len(self._flags) >= _MOST_FLAGS:
                self._flags.clear()
            named = [(name, mark_of(*mark)) for name, mark in zip(self._fields, marks, strict=True)]
            worded = self._flags[marks] = "".join(f"{name}{FLAG_SUFFIX}={text_field(mark)}," for name, mark in named if mark)
        return worded


class _Template(NamedTuple):
    """How sheaves of the same points are written. types: of the values that are plainly right."""

    types: tuple[type, ...]
    parts: tuple[_Part, ...]


class SheafWriter:
    """Turns sheaves of one site into line protocol with times in µs. One thread at a time."""

    def __init__(self, site_id: str, points: Mapping[str, Point]) -> None:
        self._points = points
        self._careful = LineWriter(site_id, points)
        self._templates: dict[tuple[str, ...], _Template | None] = {}
        self._received: tuple[datetime | None, int] = (None, 0)

    def lines(self, sheaves: Sequence[Sheaf]) -> tuple[bytes, dict[str, int]]:
        """As LineWriter.lines, of the readings of the sheaves in their order."""
        templates = self._templates
        worded: list[str] = []
        rest: list[Sheaf] = []
        doubtful: dict[str, int] = {}
        for sheaf in sheaves:
            try:
                template = templates[sheaf.points]
            except KeyError:
                rest.append(sheaf)  # the first instants of these points in this process
                self._with_care(rest, worded, doubtful)
                self._learn(sheaf.points)
                rest = []
                continue
            if template is None or not self._by_template(template, sheaf, worded):
                # may replace a line of those before it, never one of those that follow: these are later than all
                rest.append(sheaf)
        if rest:
            self._with_care(rest, worded, doubtful)
        return "\n".join(worded).encode(), doubtful

    def _with_care(self, sheaves: Sequence[Sheaf], worded: list[str], doubtful: dict[str, int]) -> None:
        lines, oldest = self.careful([reading for sheaf in sheaves for reading in sheaf.readings()])
        worded.append(lines.decode())
        for name, time in oldest.items():
            doubtful[name] = min(time, doubtful.get(name, time))

    def careful(self, readings: Sequence[Reading]) -> tuple[bytes, dict[str, int]]:
        """As LineWriter.lines; what templates wrote counts as written."""
        return self._careful.lines(readings)

    def _by_template(self, template: _Template, sheaf: Sheaf, worded: list[str]) -> bool:
        """Word the sheaf where it is plainly right; whether it was."""
        _, at, values, came, _ = sheaf
        if came is not self._received[0]:
            self._received = came, micros(came)
        received = self._received[1]
        if at is came:
            time = received
        elif at.tzinfo is UTC:
            since = at - EPOCH
            time = (since.days * 86_400 + since.seconds) * SECOND_US + since.microseconds
        else:
            time = micros(at)
        types, parts = template
        right = EARLIEST_US <= time <= received < LATEST_US and received - time <= DAY_US
        if not right or tuple(map(type, values)) != types or not isfinite(sum(values)):  # type: ignore[arg-type]
            return False
        for part in parts:
            if time <= part.line.newest:
                return False
        for part in parts:
            part.line.newest = part.line.by_template = time
            worded.append(part.worded(sheaf, time, received))
        return True

    def _learn(self, names: tuple[str, ...]) -> None:
        """Make the template of these points, whose first instants were now written with care."""
        if len(self._templates) >= _MOST_TEMPLATES:
            self._templates.clear()
        points = [self._points[name] for name in names]
        template = None
        if all(point.quantity.kind is not ValueKind.TEXT for point in points) and len(set(names)) == len(names):
            places: dict[Line, list[int]] = {}
            for place, name in enumerate(names):
                places.setdefault(self._careful.line_of(name), []).append(place)
            parts = [
                _Part(line, [points[place] for place in own], None if len(places) == 1 else tuple(own))
                for line, own in places.items()
            ]
            template = _Template(tuple(PLAINLY[point.quantity.kind] for point in points), tuple(parts))
        self._templates[names] = template
