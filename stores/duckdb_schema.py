"""The tables of the embedded store. Times are UTC without offset, as DuckDB keeps them; values lie in the quantity's unit."""

from __future__ import annotations

import duckdb

VERSION = 1

STATEMENTS = (
    "CREATE TABLE IF NOT EXISTS about (name VARCHAR PRIMARY KEY, value VARCHAR)",
    "CREATE SEQUENCE IF NOT EXISTS point_ids",
    """CREATE TABLE IF NOT EXISTS points (
        id INTEGER PRIMARY KEY DEFAULT nextval('point_ids'), site VARCHAR NOT NULL, point VARCHAR NOT NULL, unit VARCHAR,
        UNIQUE (site, point))""",
    # No key on readings: an index costs more than all the rest of a write. Within one instant the row written last counts.
    """CREATE TABLE IF NOT EXISTS readings (
        point_id INTEGER NOT NULL, time TIMESTAMP NOT NULL, value DOUBLE, text VARCHAR, mark VARCHAR, received_at TIMESTAMP)""",
    """CREATE TABLE IF NOT EXISTS newest (
        point_id INTEGER PRIMARY KEY, time TIMESTAMP NOT NULL, value DOUBLE, text VARCHAR, mark VARCHAR, received_at TIMESTAMP)""",
    """CREATE OR REPLACE VIEW readings_by_name AS
        SELECT site, point, unit, time, value, text, coalesce(nullif(split_part(mark, ':', 1), ''), 'measured') AS quality,
               nullif(split_part(mark, ':', 2), '') AS flags, received_at
        FROM readings JOIN points ON points.id = point_id
        QUALIFY row_number() OVER (PARTITION BY point_id, time ORDER BY readings.rowid DESC) = 1""",
)


def lay_out(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make the tables where they are not there yet."""
    for statement in STATEMENTS:
        cursor.execute(statement)
    cursor.execute("INSERT OR IGNORE INTO about VALUES ('version', ?)", [str(VERSION)])
