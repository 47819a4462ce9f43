"""Kept windows and marks in the DuckDB file."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa

from premises.ports import Resolution
from premises.site import Point
from stores.duckdb_lease import Lease, transaction
from stores.rollup import moved_back
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
    Resolution.QUARTER: "DELETE FROM quarters WHERE point_id = ? AND start >= make_timestamp(?) AND start < make_timestamp(?)",
    Resolution.DAY: "DELETE FROM days WHERE point_id = ? AND start >= make_timestamp(?) AND start < make_timestamp(?)",
}
INSERT = {
    Resolution.QUARTER: "INSERT INTO quarters SELECT * FROM shelved",
    Resolution.DAY: "INSERT INTO days SELECT * FROM shelved",
}
SELECT_MARK = (
    "SELECT epoch_us(upto), epoch_us(days_upto), zone FROM rolled JOIN points ON id = point_id WHERE site = ? AND point = ?"
)
PUT_MARK = (
    "INSERT INTO rolled VALUES (?, make_timestamp(?), make_timestamp(?), ?) ON CONFLICT (point_id) DO UPDATE SET "
    "upto = excluded.upto, days_upto = excluded.days_upto, zone = excluded.zone"
)
LATE = (
    "SELECT point_id, epoch_us(min(batch.time)), epoch_us(any_value(upto)), epoch_us(any_value(days_upto)), any_value(zone) "
    "FROM batch JOIN rolled USING (point_id) GROUP BY point_id HAVING min(batch.time) < any_value(upto) + INTERVAL 2 DAY"
)


class DuckDBShelf:
    """The Shelf of the embedded store."""

    def __init__(self, lease: Lease, writing: threading.Lock) -> None:
        self._lease = lease
        self._writing = writing  # of the store: DuckDB refuses two that change the same mark at once

    def mark(self, point: Point) -> Mark | None:
        with self._lease.cursor() as cursor:
            found = cursor.execute(SELECT_MARK, [point.site, point.id]).fetchall()
        return Mark(*found[0]) if found else None

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
        with self._writing, self._lease.cursor() as cursor, transaction(cursor):
            found = cursor.execute("SELECT site, point, id FROM points").fetchall()
            ids = {(site, point): number for site, point, number in found}
            for shelving in shelvings:
                number = ids[shelving.point.site, shelving.point.id]
                cursor.execute(DELETE[shelving.width], [number, shelving.first, shelving.beyond])
                cursor.register("shelved", _table(number, shelving.rows))
                cursor.execute(INSERT[shelving.width])
            for point, before, after in marks:
                now = cursor.execute(SELECT_MARK, [point.site, point.id]).fetchall()
                if (Mark(*now[0]) if now else None) == before:
                    cursor.execute(PUT_MARK, [ids[point.site, point.id], after.upto, after.days_upto, after.zone])


def move_marks_back(cursor: duckdb.DuckDBPyConnection) -> None:
    """Within a transaction that wrote the registered `batch`: marks of points that got late readings go back."""
    for point_id, oldest, upto, days_upto, zone in cursor.execute(LATE).fetchall():
        back = moved_back(Mark(upto, days_upto, zone), oldest)
        if back is not None:
            cursor.execute(PUT_MARK, [point_id, back.upto, back.days_upto, back.zone])


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
