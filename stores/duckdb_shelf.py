"""Kept windows and marks in the DuckDB file."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from premises.ports import Resolution
from premises.site import Point
from stores.duckdb_lease import Lease, transaction
from stores.rollup import LATE_US, moved_back
from stores.shelf import Mark, Rows, Shelving
from stores.track import Floats, Micros

NUMBERS = ("integral", "low", "high", "last", "amount", "estimated")
WHOLES = ("covered", "count", "energy_covered")
SCHEMA = pa.schema(
    [("point_id", pa.int32()), ("start", pa.timestamp("us"))]
    + [(name, pa.float64()) for name in NUMBERS]
    + [(name, pa.int64()) for name in WHOLES]
    + [("text", pa.string())]
)
SELECT = {
    width: "SELECT epoch_us(start) AS start, integral, low, high, last, amount, estimated, covered, count, energy_covered, text "  # noqa: S608 - a table of two names
    f"FROM {table} WHERE point_id = (SELECT id FROM points WHERE site = ? AND point = ?) "
    "AND start >= make_timestamp(?) AND start < make_timestamp(?) ORDER BY start"
    for width, table in ((Resolution.QUARTER, "quarters"), (Resolution.DAY, "days"))
}
DELETE = {
    width: f"DELETE FROM {table} USING spans WHERE {table}.point_id = spans.point_id AND start >= first AND start < beyond"  # noqa: S608
    for width, table in ((Resolution.QUARTER, "quarters"), (Resolution.DAY, "days"))
}
INSERT = {
    Resolution.QUARTER: "INSERT INTO quarters SELECT * FROM shelved",
    Resolution.DAY: "INSERT INTO days SELECT * FROM shelved",
}
SELECT_MARKS = "SELECT point, epoch_us(upto), epoch_us(days_upto), zone FROM rolled JOIN points ON id = point_id WHERE site = ?"
SELECT_ALL_MARKS = "SELECT site, point, epoch_us(upto), epoch_us(days_upto), zone FROM rolled JOIN points ON id = point_id"
PUT_MARK = (
    "INSERT INTO rolled VALUES (?, make_timestamp(?), make_timestamp(?), ?) ON CONFLICT (point_id) DO UPDATE SET "
    "upto = excluded.upto, days_upto = excluded.days_upto, zone = excluded.zone"
)


class DuckDBShelf:
    """The Shelf of the embedded store."""

    def __init__(self, lease: Lease, writing: threading.Lock) -> None:
        self._lease = lease
        self._marks: tuple[int, dict[tuple[str, str], Mark]] = (-1, {})
        self._changes = 0
        self._guard = threading.Lock()
        self._writing = writing  # of the store: DuckDB refuses two that change the same mark at once

    def mark(self, point: Point) -> Mark | None:
        with self._lease.cursor() as cursor:
            return self._all(cursor).get((point.site, point.id))

    def _all(self, cursor: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], Mark]:
        """The marks of all points, by site and point."""
        with self._guard:
            (opening, marks), changes = self._marks, self._changes
        if opening != self._lease.openings:  # while we hold the file nobody else can have changed it
            marks = {(site, one): Mark(*mark) for site, one, *mark in cursor.execute(SELECT_ALL_MARKS).fetchall()}
            with self._guard:
                if changes == self._changes:  # else what was read may be of before a change that is done by now
                    self._marks = self._lease.openings, marks
        return marks

    def move_back(self, cursor: duckdb.DuckDBPyConnection, site: str, oldest: Mapping[str, int], ids: Mapping[str, int]) -> bool:
        """Within a transaction that wrote readings: marks of points that got late ones go back; whether any did.

        oldest: by point the oldest instant (µs) that was written of it. To be called by who holds the store's lock of writing, and
        followed by `forget_marks` once the transaction stands.
        """
        moved, marks = False, self._all(cursor)
        for name, first in oldest.items() if marks else ():
            mark = marks.get((site, name))
            back = moved_back(mark, first) if mark is not None and first < mark.upto + LATE_US else None
            if back is not None:
                cursor.execute(PUT_MARK, [ids[name], back.upto, back.days_upto, back.zone])
                moved = True
        return moved

    def forget_marks(self) -> None:
        """Marks were changed: ask the file again."""
        with self._guard:
            self._changes += 1
            self._marks = (-1, {})

    def marks_now(self, points: Sequence[Point]) -> dict[str, Mark]:
        wanted = {point.id for point in points}
        with self._lease.cursor() as cursor:
            rows = cursor.execute(SELECT_MARKS, [points[0].site if points else ""]).fetchall()
        return {point: Mark(*mark) for point, *mark in rows if point in wanted}

    def kept(self, point: Point, width: Resolution, start: int, end: int) -> Rows:
        with self._lease.cursor() as cursor:
            table = cursor.sql(SELECT[width], params=[point.site, point.id, start, end]).to_arrow_table()
        return Rows(
            starts=_wholes(table, "start"),
            integral=_numbers(table, "integral"),
            covered=_wholes(table, "covered"),
            low=_numbers(table, "low"),
            high=_numbers(table, "high"),
            last=_numbers(table, "last"),
            count=_wholes(table, "count"),
            texts=tuple(table["text"].to_pylist()),
            amount=_numbers(table, "amount"),
            estimated=_numbers(table, "estimated"),
            energy_covered=_wholes(table, "energy_covered"),
        )

    def put(self, shelvings: Sequence[Shelving], marks: Sequence[tuple[Point, Mark | None, Mark]]) -> None:
        with self._writing:
            self._put(shelvings, marks)
            self.forget_marks()  # before anybody else writes: what goes back is judged by the marks as they are

    def _put(self, shelvings: Sequence[Shelving], marks: Sequence[tuple[Point, Mark | None, Mark]]) -> None:
        with self._lease.cursor() as cursor, transaction(cursor):
            found = cursor.execute("SELECT site, point, id FROM points").fetchall()
            ids = {(site, point): number for site, point, number in found}
            for width in SELECT:
                of_width = [(ids[one.point.site, one.point.id], one) for one in shelvings if one.width is width]
                if of_width:
                    cursor.register("spans", _spans(of_width))
                    cursor.execute(DELETE[width])
                    cursor.register("shelved", pa.concat_tables([_table(number, one.rows) for number, one in of_width]))
                    cursor.execute(INSERT[width])
            now = {(site, point): Mark(*mark) for site, point, *mark in cursor.execute(SELECT_ALL_MARKS).fetchall()}
            moved = [
                (ids[point.site, point.id], after.upto, after.days_upto, after.zone)
                for point, before, after in marks
                if now.get((point.site, point.id)) == before
            ]
            if moved:
                cursor.executemany(PUT_MARK, moved)


def _spans(shelvings: Sequence[tuple[int, Shelving]]) -> pa.Table:
    """The spans that are kept anew, by number of the point."""
    firsts, beyonds = ([getattr(one, name) for _, one in shelvings] for name in ("first", "beyond"))
    numbers = pa.array([number for number, _ in shelvings], pa.int32())
    edges = [pa.array(times, pa.int64()).view(pa.timestamp("us")) for times in (firsts, beyonds)]
    return pa.table([numbers, *edges], names=["point_id", "first", "beyond"])


def _numbers(table: pa.Table, name: str) -> Floats:
    """A column with NaN where there is none."""
    return np.asarray(table[name].to_numpy(), np.float64)


def _wholes(table: pa.Table, name: str) -> Micros:
    return np.asarray(table[name].to_numpy(), np.int64)


def _table(point_id: int, rows: Rows) -> pa.Table:
    columns = [pa.array(np.full(len(rows), point_id, np.int32)), pa.array(rows.starts).view(pa.timestamp("us"))]
    columns += [pa.array(getattr(rows, name), from_pandas=True) for name in NUMBERS]
    columns += [pa.array(getattr(rows, name)) for name in WHOLES]
    return pa.table([*columns, pa.array(rows.texts, pa.string())], schema=SCHEMA)
