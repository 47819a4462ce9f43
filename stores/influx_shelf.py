"""Kept windows and marks in InfluxDB: quarter hours in one bucket, days and marks in another that keeps them for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from premises.errors import StoreDeniedError
from premises.ports import Resolution
from premises.site import Point
from premises.wide import PART, SITE, SUBJECT, ZONE, part_of, tag_value
from stores.influx_client import InfluxServer
from stores.influxql import fields, of_point, of_site, quoted_name, quoted_text, select, within
from stores.line_protocol import escaped_tag, text_field
from stores.retention import LONG_SUFFIX, QUARTERS_SUFFIX
from stores.rollup import moved_back
from stores.shelf import Mark, Rows, Shelving
from stores.track import Floats, Micros

QUANTITY = "quantity"
MARKS = "rolled"
NUMBERS = {"integral": "integral", "low": "low", "high": "high", "last": "last", "amount": "kwh", "estimated": "estimated_kwh"}
WHOLES = {"covered": "covered_us", "count": "count", "energy_covered": "energy_covered_us"}
COLUMNS = {**NUMBERS, **WHOLES, "text": "text"}
MARK_FIELDS = {"upto": "upto_us", "days_upto": "days_upto_us", "zone": "zone"}
REMEMBERED_S = 30.0
LINES_AT_ONCE = 5000
NOTHING = "count=0i,covered_us=0i,energy_covered_us=0i,integral=0.0,estimated_kwh=0.0"
Name = tuple[str, str, str]


def name_of(point: Point) -> Name:
    """What tells the point from others of its site in the store: subject, part and quantity."""
    return tag_value(point.subject), tag_value(part_of(point)), point.quantity.field


class InfluxShelf:
    """The Shelf of the InfluxDB store. Where its buckets are not set up, nothing is kept and nothing is found."""

    def __init__(self, server: InfluxServer, bucket: str) -> None:
        self._server = server
        self._buckets = {Resolution.QUARTER: bucket + QUARTERS_SUFFIX, Resolution.DAY: bucket + LONG_SUFFIX}
        self._state = threading.Lock()
        self._marks: dict[str, tuple[float, dict[Name, Mark]]] = {}

    def mark(self, point: Point) -> Mark | None:
        with self._state:
            asked_at, marks = self._marks.get(point.site, (-np.inf, {}))
            if time.monotonic() - asked_at <= REMEMBERED_S:
                return marks.get(name_of(point))
        return self.marks(point.site).get(name_of(point))

    def marks_now(self, points: Sequence[Point]) -> dict[str, Mark]:
        marks = self.marks(points[0].site) if points else {}
        return {point.id: marks[name_of(point)] for point in points if name_of(point) in marks}

    def marks(self, site: str) -> Mapping[Name, Mark]:
        """All marks of a site, as the store has them now."""
        statement = select(fields(MARK_FIELDS), of_site(site), f"GROUP BY subject, part, {QUANTITY}", MARKS)  # no zone in marks
        try:
            tables = self._server.select(self._buckets[Resolution.DAY], statement)
        except StoreDeniedError as error:
            if "no bucket" not in str(error):
                raise
            tables = []  # it was never set up
        marks = {
            (table.tags["subject"], table.tags["part"], table.tags[QUANTITY]): Mark(
                int(table.columns["upto"][-1]), int(table.columns["days_upto"][-1]), str(table.columns["zone"][-1])
            )
            for table in tables
        }
        with self._state:
            self._marks[site] = (time.monotonic(), marks)
        return marks

    def kept(self, point: Point, width: Resolution, start: int, end: int) -> Rows:
        where = f"{of_point(point)} AND {quoted_name(QUANTITY)} = {quoted_text(point.quantity.field)} AND {within(start, end)}"
        tables = self._server.select(self._buckets[width], select(fields(COLUMNS), where, "GROUP BY zone", width.value))
        # where the zone was renamed, what was made anew since lies under the present name and counts
        tables.sort(key=lambda table: table.tags["zone"] == tag_value(point.zone))
        newest = {at: (table, row) for table in tables for row, at in enumerate(table.columns["time"])}
        places = [newest[at] for at in sorted(newest)]
        return _rows({name: [table.columns[name][row] for table, row in places] for name in ("time", *COLUMNS)})

    def put(self, shelvings: Sequence[Shelving], marks: Sequence[tuple[Point, Mark | None, Mark]]) -> None:
        for width, bucket in self._buckets.items():
            lines = [line for shelving in shelvings if shelving.width is width for line in self._lines(shelving)]
            for first in range(0, len(lines), LINES_AT_ONCE):
                self._server.write(bucket, "\n".join(lines[first : first + LINES_AT_ONCE]).encode())
        for site in {point.site for point, _, _ in marks}:
            now = self.marks(site)
            moved = [(point, after) for point, before, after in marks if point.site == site and now.get(name_of(point)) == before]
            self._put_marks(site, moved)

    def move_back(self, points: Mapping[str, Point], oldest: Mapping[str, int]) -> None:
        """After readings were written: marks of points whose readings came late go back. oldest: µs by point id."""
        if not oldest:
            return
        site = points[next(iter(oldest))].site
        now = self.marks(site)
        moved = []
        for point_id, at in oldest.items():
            mark = now.get(name_of(points[point_id]))
            back = moved_back(mark, at) if mark is not None else None
            if back is not None:
                moved.append((points[point_id], back))
        self._put_marks(site, moved)

    def _put_marks(self, site: str, marks: Sequence[tuple[Point, Mark]]) -> None:
        if not marks:
            return
        lines = [
            f"{_head(MARKS, point, '')} upto_us={mark.upto}i,days_upto_us={mark.days_upto}i,zone={text_field(mark.zone)} 0"
            for point, mark in marks
        ]
        self._server.write(self._buckets[Resolution.DAY], "\n".join(lines).encode())
        with self._state:
            if site in self._marks:
                self._marks[site][1].update({name_of(point): mark for point, mark in marks})

    def _lines(self, shelving: Shelving) -> list[str]:
        """Rows as lines; windows that were kept before and hold nothing now are written empty."""
        head = _head(shelving.width.value, shelving.point, tag_value(shelving.point.zone))
        lines = [f"{head} {told} {start}" for start, told in zip(shelving.rows.starts.tolist(), _told(shelving.rows), strict=True)]
        before = self.kept(shelving.point, shelving.width, shelving.first, shelving.beyond)
        vanished = sorted(set(before.starts.tolist()) - set(shelving.rows.starts.tolist()))
        return lines + [f"{head} {NOTHING} {start}" for start in vanished]


def _head(measurement: str, point: Point, zone: str) -> str:
    subject, part, quantity = name_of(point)
    tags = {PART: part, QUANTITY: quantity, SITE: tag_value(point.site), SUBJECT: subject, ZONE: zone}
    return ",".join((measurement, *(f"{name}={escaped_tag(value)}" for name, value in tags.items() if value)))


def _told(rows: Rows) -> list[str]:
    """The fields of each row, with the mean for boards to show."""
    numbers = {column: getattr(rows, name).tolist() for name, column in NUMBERS.items()}
    means = np.divide(rows.integral, rows.covered, out=np.full(len(rows), np.nan), where=rows.covered > 0)
    numbers["mean"] = means.tolist()
    wholes = {column: getattr(rows, name).tolist() for name, column in WHOLES.items()}
    told = [
        [f"{column}={value!r}" for column, value in zip(numbers, values, strict=True) if value == value]
        for values in zip(*numbers.values(), strict=True)
    ]
    for fields_of_row, values, text in zip(told, zip(*wholes.values(), strict=True), rows.texts, strict=True):
        fields_of_row += [f"{column}={value}i" for column, value in zip(wholes, values, strict=True)]
        if text is not None:
            fields_of_row.append(f"text={text_field(text)}")
    return [",".join(fields_of_row) for fields_of_row in told]


def _rows(columns: Mapping[str, list[Any]]) -> Rows:
    def numbers(name: str) -> Floats:
        return np.array(columns[name], np.float64)  # None becomes NaN

    def wholes(name: str) -> Micros:
        return np.array([value or 0 for value in columns[name]], np.int64)

    return Rows(
        starts=wholes("time"),
        integral=numbers("integral"),
        covered=wholes("covered"),
        low=numbers("low"),
        high=numbers("high"),
        last=numbers("last"),
        count=wholes("count"),
        texts=tuple(columns["text"]),
        amount=numbers("amount"),
        estimated=np.nan_to_num(numbers("estimated")),
        energy_covered=wholes("energy_covered"),
    )
