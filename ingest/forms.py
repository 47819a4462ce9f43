"""What a device's messages usually look like, worked out once: values are then taken straight from their places and judged.

A form is made for the very keys that a message has, in their order. It takes a message only where every value is plainly so:
of its type, in its range, not older than what is known. Anything else goes the long way (`SiteInterpreter.understand`), which gives
the same readings of the same messages, and nothing is remembered before it is certain that the form takes all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from ingest.bindings import Bindings, Bound
from ingest.counters import GRACE, CounterState
from ingest.decode import refused_outright
from ingest.families.family import Family, Layout, Shape
from ingest.families.instants import instant_of, of_number
from ingest.families.message import BOUNDS
from ingest.normalise import AHEAD, EXACT, OLDEST, POWER_UP_C, PointReader
from premises.quantities import ValueKind
from premises.reading import Flag, Quality, RawMessage, Sheaf, Value

_LONGEST = 4096
_MOST_FORMS = 32  # of one topic: a device has a few, a hostile one as many as it likes
_PLAIN, _FLAG, _COUNTER, _RATE = range(4)
Mark = tuple[Quality, frozenset[Flag]]
_AS_IT_IS = (1.0, 1.0, 0.0)
_WORDS = {"ON": True, "OFF": False, "on": True, "off": False, "true": True, "false": False}
_MEASURED: Mark = (Quality.MEASURED, frozenset())
_TOO_FAST = (Quality.MEASURED, frozenset((Flag.RATE_OF_CHANGE,)))
_SPECIAL = frozenset(("availability", "brightness"))  # what hangs on more than its own value

Slot = tuple[str, PointReader, int, float, float, frozenset[float], tuple[float, float, float] | None, bool, float]
"""Key, reader, kind, low, high, sentinels, scale (factor, divisor, offset) if any, whether turned about, greatest step."""


class Form:
    """One form of the messages of one device: where values lie and what is right for each."""

    __slots__ = ("_parts", "_readers", "_time", "_zone", "bound", "names", "points")

    def __init__(self, bound: Bound, parts: Sequence[tuple[tuple[str, ...], list[Slot]]], time: tuple[str, ...] | None) -> None:
        self.bound = bound
        self._parts = tuple((path, tuple(slots)) for path, slots in parts)
        self._readers = tuple(slot[1] for _, slots in parts for slot in slots)
        self._time = time
        self._zone = bound.hints.zone
        self.points = tuple(reader.point.id for reader in self._readers)
        self.names = frozenset((bound.site, point) for point in self.points)

    def take(self, fields: dict[str, Any], received_at: datetime) -> Sheaf | None:
        """The readings; None, and nothing changed, where any value needs a closer look."""
        try:
            time = self._instant(fields, received_at)
            if time is None:
                return None
            values: list[Value] = []
            counted: list[tuple[PointReader, float, float]] = []
            marks: list[Mark] | None = None
            for path, slots in self._parts:
                node: Any = fields
                for step in path:
                    node = node[step]
                for key, reader, kind, low, high, odd, scale, turned, most in slots:
                    raw = node[key]
                    newest = reader.newest
                    if newest is not None and time < newest:
                        return None
                    if kind == _FLAG:
                        values.append((raw if type(raw) is bool else _WORDS[raw]) != turned)
                        continue
                    if type(raw) is not float and (type(raw) is not int or not -EXACT < raw < EXACT):
                        return None
                    number = raw + 0.0 if scale is None else raw * scale[0] / scale[1] + scale[2]
                    if not low <= number <= high or raw in odd:
                        return None
                    if turned:
                        number = -number
                    if kind:
                        state = reader.counter
                        if state is not None and not (0.0 if kind == _COUNTER else -most) <= number - state.value <= most:
                            if kind == _COUNTER:
                                return None
                            if abs(number - state.value) > most * max((time - state.time).total_seconds() / 60, 1.0):
                                marks = marks or [_MEASURED] * len(self.points)
                                marks[len(values)] = _TOO_FAST
                        counted.append((reader, number, float(raw) if kind == _COUNTER else number))
                    values.append(number)
        except (ArithmeticError, LookupError, TypeError, ValueError):
            return None
        self._remember(time, values, counted)
        return _sheaf(Sheaf, (self.points, time, tuple(values), received_at, None if marks is None else tuple(marks)))

    def _instant(self, fields: dict[str, Any], received_at: datetime) -> datetime | None:
        """When the values hold; None where the device's clock cannot be right."""
        if self._time is None:
            return received_at
        told: Any = fields
        for step in self._time:
            told = told[step]
        kind = type(told)
        at = of_number(told) if kind is int or kind is float else instant_of(told, self._zone)
        return at if at is not None and OLDEST <= at <= received_at + AHEAD else None

    def _remember(self, time: datetime, values: Sequence[Value], counted: Sequence[tuple[PointReader, float, float]]) -> None:
        for reader, number, raw in counted:
            state = reader.counter
            if state is None:
                reader.counter = CounterState(number, raw, time)
            else:
                state.value, state.raw, state.time = number, raw, time
        own = self._time is not None
        for reader, value in zip(self._readers, values, strict=True):
            reader.newest = time
            reader.device_timed = own
            reader.last = value


_sheaf: Callable[[type[Sheaf], tuple[Any, ...]], Sheaf] = tuple.__new__  # its own constructor takes twice as long


class _Plan(NamedTuple):
    """A topic of one device. forms: by the shape of the message; None: such messages go the long way."""

    bound: Bound
    family: Family
    forms: dict[Shape, Form | None]


class Forms:
    """The forms of all topics of a table of bindings; made anew with it. Not for several threads at once."""

    def __init__(self, table: Bindings, limit: int = 20_000) -> None:
        self._table = table
        self._limit = limit
        self._plans: dict[str, _Plan | None] = {}

    def take(self, message: RawMessage) -> tuple[Form, Sheaf] | None:
        """The readings of a message of a known form, None where it must go the long way. Never raises for what it holds."""
        topic, payload, received_at, retained, _, _ = message
        try:
            plan = self._plans[topic]
        except KeyError:
            plan = self._plan(topic)
        if plan is None or retained or len(payload) > _LONGEST:
            return None
        try:
            fields = orjson.loads(payload)
        except orjson.JSONDecodeError:
            return None
        if type(fields) is not dict or payload.count(b"{") + payload.count(b"[") > BOUNDS.nesting:
            return None
        shape = plan.family.shape(fields)
        try:
            form = plan.forms[shape]
        except KeyError:
            form = self._form(plan, message, fields, shape)
        if form is None:
            return None
        sheaf = form.take(fields, received_at)
        return None if sheaf is None else (form, sheaf)

    def _plan(self, topic: str) -> _Plan | None:
        """What is known of a topic; None where no single device has it. Remembered for topics of devices, up to a bound."""
        owners = self._table.owners(topic)
        if not owners:
            return None
        plan = None
        if len(owners) == 1 and not refused_outright(RawMessage(topic, b"", OLDEST)):
            plan = _Plan(owners[0], owners[0].family, {})
        if len(self._plans) >= self._limit:
            self._plans.clear()
        self._plans[topic] = plan
        return plan

    def _form(self, plan: _Plan, message: RawMessage, fields: dict[str, Any], shape: Shape) -> Form | None:
        if len(plan.forms) >= _MOST_FORMS:
            return None
        layout = plan.family.layout(message.topic, fields, plan.bound.hints)
        form = None if layout is None else form_of(plan.bound, layout)
        plan.forms[shape] = form
        return form


def form_of(bound: Bound, layout: Layout) -> Form | None:
    """The form of what lies there for points of the site; None where there is none, or a point hangs on more than one value."""
    parts: dict[tuple[str, ...], list[Slot]] = {}
    seen: set[PointReader] = set()
    for place in layout.places:
        readers = bound.readers.get((place.channel, place.quantity), ())
        if place.path is None or place.quantity in _SPECIAL:
            if readers or place.quantity == "availability":
                return None
            continue
        for reader in readers:
            slot = _slot(reader, place.path[-1], place.unit)
            if slot is None or reader in seen:
                return None
            seen.add(reader)
            parts.setdefault(place.path[:-1], []).append(slot)
    return Form(bound, tuple(parts.items()), layout.time) if parts else None


def _slot(reader: PointReader, key: str, unit: str | None) -> Slot | None:
    """How a value is read; None for texts, and for units that are not simply a factor and an offset away."""
    quantity = reader.quantity
    if reader.kind is ValueKind.FLAG:
        if reader.opens:  # words and numbers mean the opposite of each other there
            return None
        return key, reader, _FLAG, 0.0, 0.0, frozenset(), None, reader.invert, 0.0
    scale = reader.scale_of(unit) if reader.kind is ValueKind.NUMBER else None
    if scale is None:
        return None
    kind, most = _PLAIN, 0.0
    if quantity.counter:
        kind, most = _COUNTER, GRACE
    elif quantity.rate is not None:
        kind, most = _RATE, quantity.rate  # of a minute; what is told within one is judged by a whole one
    odd = reader.sentinels | {POWER_UP_C}
    return key, reader, kind, reader.low, reader.high, odd, None if scale == _AS_IT_IS else scale, reader.invert, most
