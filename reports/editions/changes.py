"""What differs between two editions: figures first, then cells of tables, each named by where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from reports.content import Cell, Figure, Report, Standing, Table
from reports.forms.stamp import Change
from reports.forms.writer import NO_BREAK, Writer

MOST = 500
"""Changes that are listed; a change of everything is a new report rather than a correction."""


def changes_between(before: Report, after: Report) -> tuple[Change, ...]:
    """Figures and table cells that differ, in the order of the new report; at most `MOST`, then one that counts the rest."""
    writer = Writer("en", after.timezone)
    found = [*_figures(before, after), *_tables(before, after, writer)]
    if len(found) <= MOST:
        return tuple(found)
    rest = len(found) - MOST
    return (*found[:MOST], Change("further changes", "", str(rest)))


def _figures(before: Report, after: Report) -> Iterator[Change]:
    old, new = before.figures(), after.figures()
    for name in [*new, *(name for name in old if name not in new)]:
        one, other = (_figure(side.get(name)) for side in (old, new))
        if one != other:
            yield Change(f"figure {name}", one, other)


def _figure(figure: Figure | None) -> str:
    if figure is None:
        return ""
    value = "not available" if figure.value is None else f"{_exact(figure.value)} {figure.unit}".strip()
    notes = [figure.standing.value] * (figure.standing is not Standing.FINAL)
    estimated = (figure.estimated or 0.0) + (figure.corrected or 0.0)
    if estimated > 0:
        notes.append(f"{estimated:.1%} estimated or corrected")
    if figure.completeness is not None and figure.completeness < 1:
        notes.append(f"{figure.completeness:.1%} complete")
    return f"{value} ({', '.join(notes)})" if notes else value


def _tables(before: Report, after: Report, writer: Writer) -> Iterator[Change]:
    old, new = before.tables(), after.tables()
    for name in [*new, *(name for name in old if name not in new)]:
        if name not in old or name not in new:
            yield Change(f"table {name}", "" if name not in old else "there", "" if name not in new else "there")
        elif old[name].rows != new[name].rows:
            yield from _cells(old[name], new[name], writer)


def _cells(old: Table, new: Table, writer: Writer) -> Iterator[Change]:
    """Rows are told apart by their first cells; where those come twice, by their place."""
    before, after = (_keyed(table, writer) for table in (old, new))
    columns = [column.id for column in new.columns]
    for key in [*after, *(key for key in before if key not in after)]:
        one, other = before.get(key), after.get(key)
        if one is None or other is None:
            yield Change(f"table {new.id}, row {key}", "" if one is None else "there", "" if other is None else "there")
            continue
        for place, column in enumerate(columns):
            was, now = (_exact(row[place], writer) if place < len(row) else "" for row in (one, other))
            if was != now:
                yield Change(f"table {new.id}, row {key}, {column}", was, now)


def _keyed(table: Table, writer: Writer) -> dict[str, tuple[Cell, ...]]:
    rows: dict[str, tuple[Cell, ...]] = {}
    for number, row in enumerate(table.rows, start=1):
        key = writer.cell(row[0]).replace(NO_BREAK, " ") if row else str(number)
        rows[key if key not in rows else f"{key} ({number})"] = row
    return rows


def _exact(cell: Cell, writer: Writer | None = None) -> str:
    """The value with all its digits, not as it is printed."""
    if isinstance(cell, float):
        return float.__repr__(cell)
    if cell is None:
        return ""
    if isinstance(cell, int | str) or writer is None:
        return str(cell)
    return str(cell) if type(cell).__name__ in {"Decimal", "Fraction"} else writer.cell(cell)
