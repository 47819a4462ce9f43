"""Tables as CSV: UTF-8, decimal point, ISO 8601, ids as headings; what is not available is an empty cell.

A spreadsheet runs a text that begins with `=`, `+`, `-` or `@` as a formula: such texts get an apostrophe before them, which
reading takes off again. Numbers are written as they are, also negative ones.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from premises.errors import GreenroomError
from premises.time import format_instant, parse_instant
from reports.content import Cell, CellKind, Column, Figure, Month, Say, Table
from reports.forms.writer import Writer

_GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
_NUMBERS = (CellKind.NUMBER, CellKind.PERCENT)


class TableFileError(GreenroomError, ValueError):
    """A CSV file of an edition does not have the columns or values that its content says."""


def table_csv(table: Table, writer: Writer) -> bytes:
    """The rows, and the total as a last row where there is one. writer: language of texts that are codes of the catalogue."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow([column.id for column in table.columns])
    out.writerows([_plain(cell, writer) for cell in row] for row in table.rows)
    if table.total is not None:
        total = [_plain(cell, writer) for cell in table.total]
        out.writerow([total[0] or writer.own("total.total"), *total[1:]])
    return text.getvalue().encode()


def figures_csv(figures: Iterable[Figure], writer: Writer) -> bytes:
    """All figures of a report, one a row."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    shares = ("measured", "estimated", "corrected", "missing", "completeness")
    out.writerow(["figure", "name", "value", "unit", "standing", *shares, "definition", "factors", "why"])
    for figure in figures:
        told: list[Cell] = [figure.id, figure.name, figure.value, figure.unit, figure.standing.value]
        told += [getattr(figure, share) for share in shares]
        told += [figure.definition, "; ".join(figure.factors), figure.why]
        out.writerow([_plain(cell, writer) for cell in told])
    return text.getvalue().encode()


def read_table_csv(data: bytes, columns: tuple[Column, ...], name: str) -> tuple[tuple[Cell, ...], ...]:
    """The rows of a file that `table_csv` wrote without a total. Raises TableFileError that names file and line."""
    lines = csv.reader(io.StringIO(data.decode(), newline=""))
    head = next(lines, [])
    if head != [column.id for column in columns]:
        raise TableFileError(
            f"{name}, line 1: the columns are {', '.join(head)}; they should be {', '.join(c.id for c in columns)}"
        )
    rows: list[tuple[Cell, ...]] = []
    for number, line in enumerate(lines, start=2):
        if len(line) != len(columns):
            raise TableFileError(f"{name}, line {number}: has {len(line)} cells instead of {len(columns)}")
        try:
            rows.append(tuple(_value(text, column) for text, column in zip(line, columns, strict=True)))
        except (ValueError, ArithmeticError) as error:
            raise TableFileError(f"{name}, line {number}: {error}") from None
    return tuple(rows)


def guarded(text: str) -> str:
    """The text, safe to open in a spreadsheet. NUL is dropped and a carriage return is a new line: readers differ on both."""
    clean = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return f"'{clean}" if clean.startswith(_GUARDED) else clean


def _plain(cell: Cell, writer: Writer) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(cell)
    if isinstance(cell, float):
        return float.__repr__(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return format_instant(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Month):
        return f"{cell.year:04}-{cell.month:02}"
    if isinstance(cell, Say):
        return guarded(writer.text(cell))
    return str(cell)


def _value(text: str, column: Column) -> Cell:
    if not text:
        return None
    if column.kind in _NUMBERS:
        return _number(text)
    if column.kind is CellKind.MONEY:
        return Decimal(text)
    if column.kind is CellKind.INSTANT:
        return parse_instant(text).astimezone(UTC)
    if column.kind is CellKind.DAY:
        return date.fromisoformat(text)
    if column.kind is CellKind.MONTH:
        year, month = text.split("-")
        return Month(int(year), int(month))
    if column.kind is CellKind.FLAG:
        return text == "true"
    return text[1:] if text.startswith("'") else text


def _number(text: str) -> Cell:
    if "/" in text:
        return Fraction(text)
    return int(text) if text.lstrip("-").isdigit() else float(text)
