"""Readings as InfluxDB line protocol: one line per device, channel, subject and instant, a field per quantity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from premises.quantities import ValueKind
from premises.reading import Reading
from premises.site import Point
from premises.wide import FLAG_SUFFIX, MEASUREMENT, RECEIVED_FIELD, tags_of
from stores.instants import micros
from stores.known_points import refuse_unfit
from stores.quality_marks import PLAIN, mark_of

_IN_TAGS = str.maketrans({",": "\\,", "=": "\\=", " ": "\\ "})
_IN_TEXTS = str.maketrans({'"': '\\"', "\\": "\\\\"})


def escaped_tag(value: str) -> str:
    """A tag value (already without backslashes) in line protocol."""
    return value.translate(_IN_TAGS)


def text_field(value: str) -> str:
    """A text in quotes."""
    return f'"{value.translate(_IN_TEXTS)}"'


def head_of(point: Point) -> str:
    """Measurement and tags of the point's line; tags in order of name, as InfluxDB likes them."""
    return ",".join((MEASUREMENT, *(f"{name}={escaped_tag(value)}" for name, value in sorted(tags_of(point).items()))))


class LineWriter:
    """Turns readings of one site into lines. Keeps the newest instant of each point, to know what may be a rewriting.

    A flag that was written must vanish when the same instant is written again plainly measured. InfluxDB cannot delete one
    field of a point, so an empty flag is written then; for the normal case, an instant newer than all before, nothing is.
    """

    def __init__(self, site_id: str, points: Mapping[str, Point]) -> None:
        self._site_id = site_id
        self._points = points
        self._forms: dict[str, tuple[str, str, ValueKind]] = {}
        self._newest: dict[str, int] = {}

    def lines(self, readings: Sequence[Reading]) -> bytes:
        """Line protocol with times in µs. Raises StoreRefusedError for what does not fit."""
        grouped: dict[tuple[str, int], dict[str, str]] = {}
        newest: dict[str, int] = {}
        for reading in readings:
            point_id = reading.point
            point = self._points.get(point_id)
            refuse_unfit(reading, point, self._site_id)
            head, field, kind = self._forms.get(point_id) or self._form(point_id)
            time, value = micros(reading.time), reading.value
            fields = grouped.setdefault((head, time), {})
            if kind is ValueKind.NUMBER:
                fields[field] = repr(float(value))
            elif kind is ValueKind.FLAG:
                fields[field] = "true" if value else "false"
            else:
                fields[field] = text_field(str(value))
            mark = mark_of(reading.quality, reading.flags)
            # the first instant of this process is compared with nothing, so it may be a rewriting too
            if mark is not PLAIN or time <= newest.get(point_id, self._newest.get(point_id, time)):
                fields[field + FLAG_SUFFIX] = text_field(mark)
            newest[point_id] = max(time, newest.get(point_id, time))
            fields[RECEIVED_FIELD] = f"{micros(reading.received_at) - time}i"
        for point_id, time in newest.items():
            self._newest[point_id] = max(time, self._newest.get(point_id, time))
        return "\n".join(_lines(grouped.items())).encode()

    def _form(self, point_id: str) -> tuple[str, str, ValueKind]:
        point = self._points[point_id]
        form = self._forms[point_id] = (head_of(point), point.quantity.field, point.quantity.kind)
        return form


def _lines(grouped: Iterable[tuple[tuple[str, int], dict[str, str]]]) -> Iterable[str]:
    for (head, time), fields in grouped:
        yield f"{head} {','.join([f'{name}={text}' for name, text in fields.items()])} {time}"
