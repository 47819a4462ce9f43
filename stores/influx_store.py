"""Readings in InfluxDB 2: wide lines in, InfluxQL out (why: docs/stores.md)."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from premises.columns import EnergyColumns
from premises.errors import SettingError
from premises.ports import Bucket, EnergyBucket, Resolution
from premises.quantities import ValueKind
from premises.reading import Flag, Reading, Sheaf
from premises.site import Point, Site
from premises.time import Interval
from premises.told import Told
from premises.wide import FLAG_SUFFIX, MEASUREMENT, RECEIVED_FIELD, part_of, tag_value
from stores.figures import energy_columns_of, energy_of, series_of
from stores.influx_client import InfluxServer, Table
from stores.influx_shelf import InfluxShelf, name_of
from stores.influxql import fields, last_of, of_point, of_site, quoted_name, select, within
from stores.instants import micros
from stores.known_points import KnownPoints
from stores.rollup import RolledUp, RollUps
from stores.sheaf_lines import SheafWriter
from stores.told_back import told_back
from stores.told_lines import told_lines
from stores.track import EMPTY, Track, as_readings, newest_of_each

Line = tuple[str, str, str, str, str]
LINES = "GROUP BY zone, device, channel"
FEW = 4


class InfluxStore:
    """The TelemetryStore port on one bucket of InfluxDB 2.

    A refused batch may have been stored in part (InfluxDB keeps the points it can take): write it again in halves, as the
    same reading twice is the same as once.
    """

    def __init__(self, server: InfluxServer, bucket: str, sites: Mapping[str, Site] | Sequence[Site]) -> None:
        self._server = server
        self._bucket = bucket
        self._known = KnownPoints(sites)
        self._shelf = InfluxShelf(server, bucket)
        self._rolled = RollUps(self, self._shelf)
        self._writing = threading.Lock()
        self._writers = {site: SheafWriter(site, self._known.points(site)) for site in self._known.sites}
        self._by_name = {site: _by_name(self._known.points(site)) for site in self._known.sites}

    def take_site(self, site: Site) -> None:
        """Know the points of this changed site file, too."""
        with self._writing:
            self._known.take_site(site)
            points = self._known.points(site.id)
            self._writers[site.id] = SheafWriter(site.id, points)
            self._by_name[site.id] = _by_name(points)

    # -- writing

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        self._known.site(site)
        if not readings:
            return
        with self._writing:
            lines, doubtful = self._writers[site].careful(readings)
        self._keep(site, lines, doubtful)

    def write_sheaves(self, site: str, sheaves: Sequence[Sheaf]) -> None:
        """As write; see premises.ports.SheafStore."""
        self._known.site(site)
        if not sheaves:
            return
        with self._writing:
            lines, doubtful = self._writers[site].lines(sheaves)
        self._keep(site, lines, doubtful)

    def _keep(self, site: str, lines: bytes, doubtful: Mapping[str, int]) -> None:
        self._server.write(self._bucket, lines)
        # after the readings: a roll-up that ran in between is then made again
        self._shelf.move_back(self._known.points(site), doubtful)

    def tell(self, site: str, lines: Sequence[Told]) -> None:
        """What boards show beside readings; see premises/told.py."""
        self._known.site(site)
        if lines:
            self._server.write(self._bucket, told_lines(site, lines))

    def told(self, site: str, measurement: str, field: str, span: Interval) -> list[Told]:
        """What was told of one field, with its tags as they are kept; see premises/told.py."""
        self._known.site(site)
        return told_back(self._server, self._bucket, of_site(site), measurement, field, span)

    # -- reading

    def latest(self, site: str, points: Sequence[str] | None = None) -> Mapping[str, Reading]:
        known = self._known.points(site)
        wanted = known.keys() if points is None else {self._known.point(site, point).id for point in points}
        asked = [known[point] for point in wanted]
        if not asked:
            return {}
        names = sorted({point.quantity.field for point in asked})
        # the values first: what is written meanwhile then shows as a later line, and that is looked at below
        lasts = self._lasts(site, asked)
        statements = [last_of(site, RECEIVED_FIELD), *(last_of(site, name + FLAG_SUFFIX) for name in names)]
        received, *marks = self._server.select_each(self._bucket, statements)
        came = {_line_of(table): _only(table) for table in received}
        marked = {(name, _line_of(table)): _only(table) for name, tables in zip(names, marks, strict=True) for table in tables}
        newest: dict[str, Reading] = {}
        for point, (time, value, line) in lasts.items():
            when, offset = came[line]
            if when != time:  # a later line of the same device without this field: look at the line itself
                (newest[point.id],) = as_readings(self._select(point, time, time + 1), point)
                continue
            flagged, mark = marked.get((point.quantity.field, line), (None, ""))
            told = {"time": [time], "value": [value], "mark": [mark if flagged == time else ""], "received": [offset]}
            (newest[point.id],) = as_readings(_track(Table({}, told), point), point)
        return newest

    def _lasts(self, site: str, points: Sequence[Point]) -> dict[Point, tuple[int, Any, Line]]:
        """Time, value and line of the newest reading of each of the points that has any."""
        wanted = {point.id for point in points}
        names = sorted({point.quantity.field for point in points})
        answers = self._server.select_each(self._bucket, [last_of(site, name) for name in names])
        found: dict[Point, tuple[int, Any, Line]] = {}
        for name, tables in zip(names, answers, strict=True):
            for table in tables:
                point = self._by_name[site].get((table.tags["subject"], table.tags["part"], name))
                if point is None or point.id not in wanted:
                    continue
                (time, value), line, present = _only(table), _line_of(table), _present_line(point)
                # of a device that was replaced and the present one at the same instant, the present one counts
                if point not in found or (time, line == present) > (found[point][0], found[point][2] == present):
                    found[point] = (time, value, line)
        return found

    def readings(self, site: str, point: str, interval: Interval, limit: int | None = None) -> list[Reading]:
        known = self._known.point(site, point)
        track = self._select(known, micros(interval.start), micros(interval.end), limit=limit)
        return as_readings(track, known)

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
        return sorted(self.latest(site))

    def check(self) -> str:
        version = self._server.version()
        self._server.select(self._bucket, f"SHOW FIELD KEYS FROM {quoted_name(MEASUREMENT)}")
        return f"InfluxDB {version}, organisation {self._server.organisation}, bucket {self._bucket}"

    def close(self) -> None:
        self._server.close()

    # -- tracks, for the figures

    def track(self, point: Point, start: int, end: int) -> Track:
        return self._select(point, start, end)

    def tracks(self, points: Sequence[Point], start: int, end: int) -> Mapping[str, Track]:
        return {point.id: track for point, track in zip(points, self._select_each(points, start, end), strict=True)}

    def around(self, point: Point, start: int, end: int) -> Track:
        before, after = self.last_before(point, start), self.first_from(point, end)
        return self._select(point, start if before is None else before, end if after is None else after + 1)

    def last_before(self, point: Point, end: int) -> int | None:
        return self._nearest(point, f"time < {int(end)}u", "DESC")

    def first_from(self, point: Point, start: int) -> int | None:
        return self._nearest(point, f"time >= {int(start)}u", "ASC")

    def _nearest(self, point: Point, when: str, order: str) -> int | None:
        """Time of the first true reading in that order. InfluxQL cannot ask for a flag that is not there: a few are looked at."""
        what = fields({"value": point.quantity.field, "mark": point.quantity.field + FLAG_SUFFIX})
        many = FEW
        while True:
            rest = f"{LINES} ORDER BY time {order} LIMIT {many}"
            tables = _present_last(self._server.select(self._bucket, select(what, f"{of_point(point)} AND {when}", rest)), point)
            onward = -1 if order == "DESC" else 1
            told = [{name: column[::onward] for name, column in table.columns.items()} for table in tables]
            tracks = [_track(Table({}, {**columns, "received": columns["time"]}), point) for columns in told]
            true = _merged(tracks).without(Flag.OUT_OF_RANGE).times
            ends = [int(table.columns["time"][-1]) for table in tables if len(table) == many]
            # of a line that has more than was asked for nothing is known beyond its last row
            sure = true if not ends else true[true >= max(ends)] if order == "DESC" else true[true <= min(ends)]
            if len(sure) or not ends:
                return int(sure[-1 if order == "DESC" else 0]) if len(sure) else None
            many *= 16

    def lasts(self, points: Sequence[Point]) -> dict[str, int]:
        return {point.id: time for point, (time, _, _) in self._lasts(points[0].site, points).items()} if points else {}

    # -- what goes on by the clock

    def roll_up(self, site: str, now: datetime) -> RolledUp:
        """Make and keep the quarter hours and days that are ready. Cheap when little is new; call it every hour or so.

        Raises StoreDeniedError where the buckets for them are not set up.
        """
        return self._rolled.run(self._known.site(site), tuple(self._known.points(site).values()), now)

    def _select(self, point: Point, start: int, end: int, limit: int | None = None) -> Track:
        """Readings in the span, each instant once; of the oldest, where there is a limit."""
        (track,) = self._select_each([point], start, end)
        if limit is not None and limit < len(track):
            return track.select(np.arange(len(track)) < limit)
        return track

    def _select_each(self, points: Sequence[Point], start: int, end: int) -> list[Track]:
        """Readings of each of the points in the span, in one request."""
        statements = [
            select(fields(_columns(point.quantity.field)), f"{of_point(point)} AND {within(start, end)}", LINES) for point in points
        ]
        tracks = []
        for point, tables in zip(points, self._server.select_each(self._bucket, statements), strict=True):
            tracks.append(_merged([_track(table, point) for table in _present_last(tables, point)]))
        return tracks


def _by_name(points: Mapping[str, Point]) -> dict[tuple[str, str, str], Point]:
    """Points by subject, part and field as the store names them. Raises SettingError where two would share one field."""
    names: dict[tuple[str, str, str], Point] = {}
    for point in points.values():
        key = name_of(point)
        if key in names:
            raise SettingError(f"site {point.site}: {point.id} and {names[key].id} would share {key}; give one another name")
        names[key] = point
    return names


def _line_of(table: Table) -> Line:
    tags = table.tags
    return tags["subject"], tags["part"], tags["zone"], tags["device"], tags["channel"]


def _present_line(point: Point) -> Line:
    """The line that the site file gives the point now."""
    subject, part, zone = point.subject, part_of(point), point.zone
    return tag_value(subject), tag_value(part), tag_value(zone), tag_value(point.device), tag_value(point.channel)


def _present_last(tables: list[Table], point: Point) -> list[Table]:
    """The line that the site file gives the point now is put last, where a device was replaced or a zone renamed: at one
    instant it is the one that counts."""
    present = _present_line(point)[2:]
    return sorted(tables, key=lambda table: (table.tags["zone"], table.tags["device"], table.tags["channel"]) == present)


def _only(table: Table) -> tuple[int, Any]:
    """Time and value of a table of one row."""
    return int(table.columns["time"][0]), table.columns["value"][0]


def _columns(field: str) -> dict[str, str]:
    """The fields of a reading by the names that `_track` reads."""
    return {"value": field, "mark": field + FLAG_SUFFIX, "received": RECEIVED_FIELD}


def _track(table: Table, point: Point) -> Track:
    """A table of time, value, mark and received as a track; rows where another field of the line was written have no value."""
    columns = table.columns
    values = columns["value"]
    if None in values:
        rows = [row for row, value in enumerate(values) if value is not None]
        columns = {name: [column[row] for row in rows] for name, column in columns.items()}
        values = columns["value"]
    if not values:
        return EMPTY
    of_texts = point.quantity.kind is ValueKind.TEXT
    times = np.array(columns["time"], np.int64)
    numbers = np.zeros(len(times)) if of_texts else np.array(values, np.float64)
    marks = {row: mark for row, mark in enumerate(columns["mark"]) if mark}
    received = times + np.array([offset or 0 for offset in columns["received"]], np.int64)
    return Track(times, numbers, marks, tuple(values) if of_texts else (), received)


def _merged(tracks: list[Track]) -> Track:
    """Tracks of several devices as one: at one instant the last track counts."""
    tracks = [track for track in tracks if len(track)]
    if len(tracks) < 2:
        return tracks[0] if tracks else EMPTY
    times = np.concatenate([track.times for track in tracks])
    order = np.argsort(times, kind="stable")
    times, order = newest_of_each(times[order], order)
    firsts = np.cumsum([0, *(len(track) for track in tracks[:-1])]).tolist()
    marks = {first + row: mark for first, track in zip(firsts, tracks, strict=True) for row, mark in track.marks.items()}
    texts = tuple(text for track in tracks for text in track.texts)
    values = np.concatenate([track.values for track in tracks])[order]
    places = order.tolist()
    return Track(
        times,
        values,
        {row: marks[place] for row, place in enumerate(places) if place in marks},
        tuple(texts[place] for place in places) if texts else (),
        np.concatenate([track.received for track in tracks])[order],
    )
