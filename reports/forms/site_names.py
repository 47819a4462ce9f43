"""Names of sites beside their ids, in the tables of a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reports.content import Cell, CellKind, Column, Table

SITE, SITE_NAME = "site", "site_name"


def with_site_names(table: Table, sites: Mapping[str, str]) -> Table:
    """The table with a column of names after that of ids; as it is where it has none, or the report is of one site."""
    ids = [column.id for column in table.columns]
    if len(sites) < 2 or SITE not in ids or SITE_NAME in ids:
        return table
    place = ids.index(SITE) + 1
    named = Column(SITE_NAME, table.columns[place - 1].title, CellKind.NAME)

    def wider(row: tuple[Cell, ...], name: Cell) -> tuple[Cell, ...]:
        return (*row[:place], name, *row[place:])

    return replace(
        table,
        columns=(*table.columns[:place], named, *table.columns[place:]),
        rows=tuple(wider(row, sites.get(str(row[place - 1]))) for row in table.rows),
        total=None if table.total is None else wider(table.total, None),
    )


def by_site_name(table: Table, sites: Mapping[str, str]) -> Table:
    """For people to read: the names in place of the ids."""
    ids = [column.id for column in table.columns]
    if SITE not in ids:
        return table
    place = ids.index(SITE)
    return replace(
        table, rows=tuple((*row[:place], sites.get(str(row[place]), row[place]), *row[place + 1 :]) for row in table.rows)
    )
