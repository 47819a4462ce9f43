"""The tables of the embedded store. Times are UTC without offset, as DuckDB keeps them; values lie in the quantity's unit."""

from __future__ import annotations

import duckdb

from premises.errors import StoreUnavailableError

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
    """CREATE TABLE IF NOT EXISTS rolled (
        point_id INTEGER PRIMARY KEY, upto TIMESTAMP NOT NULL, days_upto TIMESTAMP NOT NULL, zone VARCHAR NOT NULL)""",
    *(
        f"""CREATE TABLE IF NOT EXISTS {table} (
        point_id INTEGER NOT NULL, start TIMESTAMP NOT NULL, integral DOUBLE, low DOUBLE, high DOUBLE, last DOUBLE, amount DOUBLE,
        estimated DOUBLE, covered BIGINT, count BIGINT, energy_covered BIGINT, text VARCHAR)"""
        for table in ("quarters", "days")
    ),
    *(
        f"""CREATE OR REPLACE VIEW {table}_by_name AS
        SELECT site, point, unit, start, integral / nullif(covered, 0) AS mean, low, high, last, count, covered / 1e6 AS covered_s,
               text, amount AS energy, estimated AS estimated_energy
        FROM {table} JOIN points ON points.id = point_id"""  # noqa: S608 - a table of two names
        for table in ("quarters", "days")
    ),
    """CREATE OR REPLACE VIEW readings_by_name AS
        SELECT site, point, unit, time, value, text, coalesce(nullif(split_part(mark, ':', 1), ''), 'measured') AS quality,
               nullif(split_part(mark, ':', 2), '') AS flags, received_at
        FROM readings JOIN points ON points.id = point_id
        QUALIFY row_number() OVER (PARTITION BY point_id, time ORDER BY readings.rowid DESC) = 1""",
)


def lay_out(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make the tables where they are not there yet. Raises StoreUnavailableError for a file of a later Greenroom."""
    try:
        found = cursor.execute("SELECT value FROM about WHERE name = 'version'").fetchall()
    except duckdb.CatalogException:
        found = []
    if found == [(str(VERSION),)]:
        return
    if found:
        raise StoreUnavailableError(f"the DuckDB file is laid out as version {found[0][0]}; this Greenroom knows {VERSION}")
    cursor.execute("BEGIN")
    for statement in STATEMENTS:
        cursor.execute(statement)
    cursor.execute("INSERT INTO about VALUES ('version', ?)", [str(VERSION)])
    cursor.execute("COMMIT")
