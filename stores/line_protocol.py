"""Readings as InfluxDB line protocol: one line per device, channel, subject and instant, a field per quantity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from premises.reading import Reading
from premises.site import Point
from premises.wide import FLAG_SUFFIX, MEASUREMENT, RECEIVED_FIELD, tags_of
from stores.instants import DAY_US
from stores.prepared import prepared

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


class Line:
    """What was written to one line (measurement and tags): the newest instant, and the newest by a template, µs."""

    __slots__ = ("by_template", "head", "newest")

    def __init__(self, head: str) -> None:
        self.head = head
        self.newest = self.by_template = -1


class LineWriter:
    """Turns readings of one site into lines. Keeps the newest instant of each point, to know what may be a rewriting.

    A flag that was written must vanish when the same instant is written again plainly measured. InfluxDB cannot delete one
    field of a point, so an empty flag is written then; for the normal case, an instant newer than all before, nothing is.
    """

    def __init__(self, site_id: str, points: Mapping[str, Point]) -> None:
        self._site_id = site_id
        self._points = points
        self._forms: dict[str, tuple[Line, str, str]] = {}
        self._lines: dict[str, Line] = {}
        self._newest: dict[str, int] = {}

    def lines(self, readings: Sequence[Reading]) -> tuple[bytes, dict[str, int]]:
        """Line protocol with times in µs, and the oldest time of each point that may be late by more than a day.

        May be: older than what this process wrote before, the first that it writes, or long under way. Raises
        StoreRefusedError for what does not fit.
        """
        doubtful: dict[str, int] = {}
        grouped: dict[tuple[str, int], list[str]] = {}
        newest, forms = self._newest, self._forms
        rewritten: set[tuple[str, int]] = set()
        latest: tuple[str, int] | None = None
        fields: list[str] = []
        for point_id, time, value, mark, received in prepared(self._site_id, self._points, readings):
            line, field, flag_field = forms.get(point_id) or self._form(point_id)
            head = line.head
            begun = latest is not None and latest[1] == time and latest[0] is head  # readings of one message come together
            if not begun:
                latest = (head, time)
                known = grouped.get(latest)
                begun = known is not None
                fields = grouped[latest] = [] if known is None else known
            if type(value) is float:
                fields.append(f"{field}={value!r}")
            elif type(value) is bool:
                fields.append(f"{field}=true" if value else f"{field}=false")
            else:
                fields.append(f"{field}={text_field(str(value))}")
            # the first instant of this process is compared with nothing, so it may be a rewriting too
            before = newest.get(point_id)
            if before is None:
                before = doubtful[point_id] = time
            if before - time > DAY_US or received - time > DAY_US:
                doubtful[point_id] = min(time, doubtful.get(point_id, time))
            if mark or time <= before or time <= line.by_template:
                fields += f"{flag_field}={text_field(mark)}", f"{RECEIVED_FIELD}={received - time}i"
                rewritten.add((head, time))
            elif not begun:
                fields.append(f"{RECEIVED_FIELD}={received - time}i")
            if time >= before:
                newest[point_id] = time
                line.newest = max(line.newest, time)
        for key in rewritten:  # the same instant may be there twice: the later one counts
            grouped[key] = [*{one.partition("=")[0]: one for one in grouped[key]}.values()]
        lines = [f"{head} {','.join(fields)} {time}" for (head, time), fields in grouped.items()]
        return "\n".join(lines).encode(), doubtful

    def line_of(self, point_id: str) -> Line:
        """The line that a point is written to: one and the same for all points of it."""
        return (self._forms.get(point_id) or self._form(point_id))[0]

    def _form(self, point_id: str) -> tuple[Line, str, str]:
        """Line, field and flag field of the point."""
        point = self._points[point_id]
        head = head_of(point)
        line = self._lines.setdefault(head, Line(head))
        form = self._forms[point_id] = (line, point.quantity.field, point.quantity.field + FLAG_SUFFIX)
        return form
