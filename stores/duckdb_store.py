"""Readings in an embedded DuckDB file: the store that needs nothing installed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from premises.columns import EnergyColumns
from premises.errors import StoreUnavailableError
from premises.ports import Bucket, EnergyBucket, Resolution
from premises.quantities import ValueKind
from premises.reading import Reading, Sheaf
from premises.site import Point, Site
from premises.time import Interval
from stores.columns import Columns, newest_rows, oldest_of_each, plain_columns, sheaf_columns
from stores.duckdb_lease import PATIENCE_S, Lease, transaction
from stores.duckdb_queries import (
    DELETE_REWRITTEN,
    EXPIRE_READINGS,
    KEEP_EXPIRED,
    SELECT_EXPIRED,
    SELECT_FIRST,
    SELECT_LAST,
    SELECT_NEWEST,
    SELECT_OLDEST,
    SELECT_TRACK,
    SELECT_TRACKS,
    UPSERT_NEWEST,
)
from stores.duckdb_schema import lay_out
from stores.duckdb_shelf import DuckDBShelf
from stores.figures import energy_columns_of, energy_of, series_of
from stores.instants import DAY_US, instant, micros
from stores.known_points import KnownPoints
from stores.prepared import LATEST_US, prepared
from stores.quality_marks import read_mark
from stores.retention import Retention
from stores.rollup import LATE_US, RolledUp, RollUps
from stores.track import EMPTY, Track, as_readings, newest_of_each, value_as

NEAR_US = 7 * DAY_US
SCHEMA = pa.schema(
    [
        ("point_id", pa.int32()),
        ("time", pa.timestamp("us")),
        ("value", pa.float64()),
        ("text", pa.string()),
        ("mark", pa.string()),
        ("received_at", pa.timestamp("us")),
    ]
)


class Batch(NamedTuple):
    """What a write puts into the file. newest: of each point, a row of `rows`; oldest: by point, µs; ids: the points' numbers."""

    rows: pa.Table
    newest: pa.Table
    oldest: Mapping[str, int]
    ids: Mapping[str, int]


class DuckDBStore:
    """The TelemetryStore port on one DuckDB file, or in memory where `path` is None.

    The file is held only while it is used, so that another process may read it in between (see `Lease`).
    memory_mb: bound on DuckDB's memory; what does not fit is spilled beside the file.
    """

    def __init__(
        self,
        path: Path | None,
        sites: Mapping[str, Site] | Sequence[Site],
        *,
        memory_mb: int = 256,
        patience_s: float = PATIENCE_S,
    ) -> None:
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreUnavailableError(f"cannot make the folder of {path}: {error.strerror}") from error
        self._known = KnownPoints(sites)
        # 122,880 rows make a row group; fewer threads than cores leave room for the rest of the house
        self._lease = Lease(path, {"threads": "1", "memory_limit": f"{memory_mb}MB"}, patience_s=patience_s)
        self._writing = threading.Lock()
        self._shelf = DuckDBShelf(self._lease, self._writing)
        self._rolled = RollUps(self, self._shelf)
        self._ids: dict[str, dict[str, int]] = {}
        with self._lease.cursor() as cursor:
            lay_out(cursor)
            self._expired = max((int(upto) for (upto,) in cursor.execute(SELECT_EXPIRED).fetchall()), default=0)

    def take_site(self, site: Site) -> None:
        """Know the points of this changed site file, too."""
        with self._writing:
            self._known.take_site(site)

    # -- writing

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        """All or nothing, in one transaction that is on disk when this returns."""
        if not readings:
            return
        self._keep(site, readings, lambda: plain_columns(self._known.points(site), readings))

    def write_sheaves(self, site: str, sheaves: Sequence[Sheaf]) -> None:
        """As write; see premises.ports.SheafStore."""
        if not sheaves:
            return
        columns = sheaf_columns(self._known.points(site), sheaves)
        readings = [] if columns is not None else [reading for sheaf in sheaves for reading in sheaf.readings()]
        self._keep(site, readings, lambda: columns)

    def _keep(self, site: str, readings: Sequence[Reading], plainly: Callable[[], Columns | None]) -> None:
        with self._writing:
            if self._kept(site, readings, plainly):
                self._shelf.forget_marks()  # before anybody else writes

    def _kept(self, site: str, readings: Sequence[Reading], plainly: Callable[[], Columns | None]) -> bool:
        """Whether any of it was late."""
        with self._lease.cursor() as cursor, transaction(cursor):
            plain = plainly()
            told = self._closely(cursor, site, readings) if plain is None else self._tables(cursor, site, plain)
            cursor.register("batch", told.rows)
            cursor.execute("INSERT INTO readings SELECT * FROM batch")
            cursor.register("tip", told.newest)
            cursor.execute(UPSERT_NEWEST)
            return self._shelf.move_back(cursor, site, told.oldest, told.ids)

    def _since(self) -> int:
        """Readings from before (µs) move no mark: what was made then cannot be made again, as readings of then may be gone."""
        return self._expired + 2 * LATE_US if self._expired else 0

    def _tables(self, cursor: duckdb.DuckDBPyConnection, site: str, plain: Columns) -> Batch:
        ids = self._ids_of(cursor, site, set(plain.points))
        numbers_of = np.array([ids[name] for name in plain.points], np.int32)[plain.places]
        nothing = pa.nulls(len(numbers_of), pa.string())
        parts = [pa.array(numbers_of), _stamps(plain.times), pa.array(plain.values), nothing, nothing, _stamps(plain.received)]
        table = pa.table(parts, schema=SCHEMA)
        places, oldest = oldest_of_each(plain.places, plain.times, self._since())
        of_each = {plain.points[place]: time for place, time in zip(places.tolist(), oldest.tolist(), strict=True)}
        return Batch(table, table.take(pa.array(newest_rows(plain.places, plain.times))), of_each, ids)

    def _closely(self, cursor: duckdb.DuckDBPyConnection, site: str, readings: Sequence[Reading]) -> Batch:
        """As `_tables`, reading by reading. Raises StoreRefusedError that names the first which does not fit."""
        rows = prepared(site, self._known.points(site), readings)
        names, times, values, marks, received = zip(*rows, strict=True)
        ids = self._ids_of(cursor, site, set(names))
        newest: dict[str, int] = {}
        oldest: dict[str, int] = {}
        since = self._since()
        for row, (name, time) in enumerate(zip(names, times, strict=True)):
            if name not in newest or times[newest[name]] <= time:
                newest[name] = row
            if since <= time < oldest.get(name, LATEST_US):
                oldest[name] = time
        size = len(rows)
        if str in set(map(type, values)):
            numbers = [0.0 if isinstance(value, str) else float(value) for value in values]
            texts = pa.array([value if isinstance(value, str) else None for value in values], pa.string())
        else:
            numbers, texts = [float(value) for value in values], pa.nulls(size, pa.string())
        noted = pa.array([mark or None for mark in marks], pa.string()) if any(marks) else pa.nulls(size, pa.string())
        points = pa.array([ids[name] for name in names], pa.int32())
        columns = [points, _instants(times), pa.array(numbers, pa.float64()), texts, noted, _instants(received)]
        table = pa.table(columns, schema=SCHEMA)
        return Batch(table, table.take(pa.array(list(newest.values()), pa.int64())), oldest, ids)

    def _ids_of(self, cursor: duckdb.DuckDBPyConnection, site: str, wanted: set[str]) -> dict[str, int]:
        """Numbers of the points in the file; new ones are given in this transaction, and remembered once they are stored."""
        known = self._ids.setdefault(site, {})
        if wanted <= known.keys():
            return known
        known.update(cursor.execute("SELECT point, id FROM points WHERE site = ?", [site]).fetchall())
        new = sorted(wanted - known.keys())
        if not new:
            return known
        points = self._known.points(site)
        fresh = {"site": [site] * len(new), "point": new, "unit": [points[point].quantity.unit for point in new]}
        cursor.register("fresh", pa.table({name: pa.array(told, pa.string()) for name, told in fresh.items()}))
        cursor.execute("INSERT INTO points (site, point, unit) SELECT site, point, unit FROM fresh")
        return dict(cursor.execute("SELECT point, id FROM points WHERE site = ?", [site]).fetchall())

    # -- reading

    def latest(self, site: str, points: Sequence[str] | None = None) -> Mapping[str, Reading]:
        known = self._known.points(site)
        wanted = known.keys() if points is None else {self._known.point(site, point).id for point in points}
        with self._lease.cursor() as cursor:
            rows = cursor.execute(SELECT_NEWEST, [site]).fetchall()
        return {
            point: Reading(point, instant(time), value_as(known[point].quantity.kind, value, text), instant(came), *read_mark(mark))
            for point, time, value, text, mark, came in rows
            if point in wanted and point in known
        }

    def readings(self, site: str, point: str, interval: Interval, limit: int | None = None) -> list[Reading]:
        known = self._known.point(site, point)
        return as_readings(self._select(known, micros(interval.start), micros(interval.end), limit=limit), known)

    def series(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[Bucket]:
        return series_of(self, self._rolled, self._known.site(site), self._known.point(site, point), interval, resolution)

    def energy(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[EnergyBucket]:
        return energy_of(self._rolled, self._known.site(site), self._known.point(site, point), interval, resolution)

    def energy_columns(
        self, site: str, points: Sequence[str], interval: Interval, resolution: Resolution
    ) -> Mapping[str, EnergyColumns]:
        told = self._known.site(site)
        known = [self._known.point(site, point) for point in points]
        return {point.id: energy_columns_of(self._rolled, told, point, interval, resolution) for point in known}

    def points_seen(self, site: str) -> Sequence[str]:
        self._known.site(site)
        with self._lease.cursor() as cursor:
            rows = cursor.execute(
                "SELECT point FROM points JOIN newest ON point_id = id WHERE site = ? ORDER BY point", [site]
            ).fetchall()
        return [point for (point,) in rows]

    def check(self) -> str:
        with self._lease.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM newest").fetchall()
        return f"DuckDB {duckdb.__version__}, {self._lease.path or 'in memory'}"

    def close(self) -> None:
        self._lease.end()

    # -- tracks, for the figures

    def track(self, point: Point, start: int, end: int) -> Track:
        return self._select(point, start, end)

    def tracks(self, points: Sequence[Point], start: int, end: int) -> Mapping[str, Track]:
        wanted = {point.id: point.quantity.kind is ValueKind.TEXT for point in points}
        site = points[0].site
        with self._lease.cursor() as cursor:
            table = cursor.sql(SELECT_TRACKS, params=[site, site, sorted(wanted), start, end]).to_arrow_table()
        if not table.num_rows:
            return {}
        numbers = table["point_id"].to_numpy()
        firsts = np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1])).tolist()
        tracks = {}
        for first, beyond in zip(firsts, [*firsts[1:], table.num_rows], strict=True):
            point = table["point"][first].as_py()
            tracks[point] = _track(table.slice(first, beyond - first), wanted[point])
        return tracks

    def around(self, point: Point, start: int, end: int) -> Track:
        before, after = self.last_before(point, start), self.first_from(point, end)
        return self._select(point, start if before is None else before, end if after is None else after + 1)

    def last_before(self, point: Point, end: int) -> int | None:
        return self._nearest(SELECT_LAST, point, [(end - NEAR_US, end), (0, end)])

    def first_from(self, point: Point, start: int) -> int | None:
        return self._nearest(SELECT_FIRST, point, [(start, start + NEAR_US), (start, LATEST_US)])

    def _nearest(self, query: str, point: Point, spans: Sequence[tuple[int, int]]) -> int | None:
        """The time found in the first span that has any: nearly always there is one within days, and only those pages are read."""
        with self._lease.cursor() as cursor:
            for span in spans:
                ((found,),) = cursor.execute(query, [point.site, point.id, *span]).fetchall()
                if found is not None:
                    return int(found)
        return None

    def lasts(self, points: Sequence[Point]) -> dict[str, int]:
        wanted = {point.id for point in points}
        with self._lease.cursor() as cursor:
            rows = cursor.execute(SELECT_NEWEST, [points[0].site if points else ""]).fetchall()
        return {point: time for point, time, *_ in rows if point in wanted}

    # -- what goes on by the clock

    def roll_up(self, site: str, now: datetime) -> RolledUp:
        """Make and keep the quarter hours and days that are ready. Cheap when little is new; call it every hour or so."""
        return self._rolled.run(self._known.site(site), tuple(self._known.points(site).values()), now)

    def expire(self, now: datetime, retention: Retention) -> int:
        """Delete what is older than it is to be kept, readings only where they are rolled up; how many of these went.

        Rows of the last week that were written again since go too: they count no more, and only take room.
        """
        with self._writing, self._lease.cursor() as cursor, transaction(cursor):
            gone = 0
            cursor.execute(DELETE_REWRITTEN, [micros(now) - NEAR_US])
            if retention.raw is not None:
                ((gone,),) = cursor.execute(EXPIRE_READINGS, [micros(now - retention.raw)]).fetchall()
                self._expired = max(self._expired, micros(now - retention.raw) if gone else 0)
                cursor.execute(KEEP_EXPIRED, [str(self._expired)])
            if retention.quarter is not None:
                cursor.execute("DELETE FROM quarters WHERE start < make_timestamp(?)", [micros(now - retention.quarter)])
            if retention.long is not None:
                cursor.execute("DELETE FROM days WHERE start < make_timestamp(?)", [micros(now - retention.long)])
        return int(gone)

    def _select(self, point: Point, start: int, end: int, limit: int | None = None) -> Track:
        """Readings in the span, each instant once; of the oldest, where there is a limit."""
        span = [point.site, point.id, start, end]
        with self._lease.cursor() as cursor:
            if limit is None:
                table = cursor.sql(SELECT_TRACK, params=span).to_arrow_table()
            else:
                table = cursor.sql(SELECT_OLDEST, params=[*span, limit]).to_arrow_table()
        return _track(table, point.quantity.kind is ValueKind.TEXT)


def _stamps(times: npt.NDArray[np.int64]) -> pa.Array:
    return pa.array(times).view(pa.timestamp("us"))


def _instants(times: Sequence[int]) -> pa.Array:
    return pa.array(times, pa.int64()).view(pa.timestamp("us"))


def _track(table: pa.Table, of_texts: bool) -> Track:
    if not table.num_rows:
        return EMPTY
    times = table["time"].to_numpy().view(np.int64)
    rows = np.arange(len(times))
    times, rows = newest_of_each(times, rows)
    marks = {}
    if table["mark"].null_count < table.num_rows:
        told = table["mark"].to_pylist()
        marks = {new: told[old] for new, old in enumerate(rows.tolist()) if told[old]}
    texts: tuple[str, ...] = ()
    if of_texts:
        said = table["text"].to_pylist()
        texts = tuple(said[row] or "" for row in rows.tolist())
    return Track(times, table["value"].to_numpy()[rows], marks, texts, table["received_at"].to_numpy().view(np.int64)[rows])
