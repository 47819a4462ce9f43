"""XLSX: values without formulas, one sheet a table, and a data dictionary. Its times are those of the data, so are its bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from reports.content import Cell, CellKind, Column, Figure, Month, Report, Say, Table
from reports.forms.document import attachment_file
from reports.forms.site_names import with_site_names
from reports.forms.stamp import Stamp
from reports.forms.writer import Writer

LARGEST_SHEET = 5_000
"""Rows; a longer attachment is in its CSV file alone."""
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", "-"))
_WIDEST = 60
_SHARES = ("measured", "estimated", "corrected", "missing", "completeness")


def report_xlsx(report: Report, writer: Writer, stamp: Stamp) -> bytes:
    """The workbook: about, figures, a sheet for each table and each short attachment, and what the columns mean."""
    out = io.BytesIO()
    book = _Book(
        Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    )
    book.workbook.set_properties({"title": writer.text(report.title)[:250], "created": _naive(report.until), "author": "Greenroom"})
    _about(book, report, writer, stamp)
    figures = list(report.figures().values())
    if figures:
        book.table(_figures_table(figures, writer), writer, writer.own("sheet.figures"))
    for table in report.tables().values():
        book.table(with_site_names(table, dict(report.sites)), writer, writer.text(table.title))
    for attachment in report.attachments:
        if len(attachment.table.rows) <= LARGEST_SHEET:
            book.table(attachment.table, writer, writer.text(attachment.table.title))
    book.dictionary(writer)
    book.workbook.close()
    return _stored(out.getvalue())


def _stored(workbook: bytes) -> bytes:
    """The same workbook without compression: what a machine's zlib makes of it is not the same everywhere."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as plain:
        for name in packed.namelist():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o600 << 16
            plain.writestr(entry, packed.read(name))
    return out.getvalue()


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


class _Book:
    """A workbook with its formats and the dictionary of all columns written so far."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self._formats: dict[str, Format] = {}
        self._names: set[str] = set()
        self._described: list[tuple[str, Column]] = []

    def style(self, pattern: str = "", *, bold: bool = False) -> Format:
        key = f"{pattern}|{bold}"
        if key not in self._formats:
            made = {"bold": bold, "valign": "top"} | ({"num_format": pattern} if pattern else {})
            self._formats[key] = self.workbook.add_format(made)
        return self._formats[key]

    def sheet(self, title: str) -> Worksheet:
        """A sheet of that title, cut to what a spreadsheet allows, and unlike every other."""
        clean = title.translate(_FORBIDDEN).strip()[:31] or "-"
        name, number = clean, 2
        while name.lower() in self._names:
            name, number = f"{clean[:27]} {number}", number + 1
        self._names.add(name.lower())
        return self.workbook.add_worksheet(name)

    def table(self, table: Table, writer: Writer, title: str) -> None:
        sheet = self.sheet(title)
        widths = [len(column.id) for column in table.columns]
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, column.id, self.style(bold=True))
            self._described.append((sheet.get_name(), column))
        rows = [*table.rows, table.total] if table.total is not None else table.rows
        for number, row in enumerate(rows, start=1):
            bold = table.total is not None and number == len(rows)
            for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
                if bold and place == 0 and cell is None:
                    cell = writer.own("total.total")
                widths[place] = max(widths[place], self.write(sheet, number, place, cell, column, writer, bold=bold))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(_WIDEST, width + 2))
        sheet.freeze_panes(1, 0)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        sheet.repeat_rows(0)

    def write(
        self, sheet: Worksheet, row: int, place: int, cell: Cell, column: Column, writer: Writer, *, bold: bool = False
    ) -> int:
        """Write a value as its own type, never as a formula; how wide it is."""
        if cell is None:
            return 0
        if isinstance(cell, bool):
            sheet.write_boolean(row, place, cell, self.style(bold=bold))
        elif isinstance(cell, str | Say):
            text = writer.text(cell)[:32_000]
            sheet.write_string(row, place, text, self.style(bold=bold))
            return len(text)
        elif isinstance(cell, Month):
            sheet.write_datetime(row, place, datetime(cell.year, cell.month, 1), self.style("yyyy-mm", bold=bold))  # noqa: DTZ001
        elif isinstance(cell, datetime):
            local = cell.astimezone(writer.zone).replace(tzinfo=None)
            sheet.write_datetime(row, place, local, self.style("yyyy-mm-dd hh:mm", bold=bold))
            return 16
        elif isinstance(cell, date):
            sheet.write_datetime(row, place, cell, self.style("yyyy-mm-dd", bold=bold))
        elif isinstance(cell, int | float | Decimal | Fraction):
            sheet.write_number(row, place, float(cell), self.style(_pattern(column), bold=bold))
        return 12

    def dictionary(self, writer: Writer) -> None:
        """What each column of each sheet holds."""
        sheet = self.sheet(writer.own("sheet.dictionary"))
        heads = [writer.own(f"sheet.{name}") for name in ("sheet", "column", "title", "type", "unit", "meaning")]
        for place, name in enumerate(heads):
            sheet.write_string(0, place, name, self.style(bold=True))
        for number, (place_name, column) in enumerate(self._described, start=1):
            told = [place_name, column.id, writer.text(column.title), writer.own(f"type.{column.kind.value}"), column.unit]
            told.append(writer.text(column.meaning) if column.meaning else "")
            for place, text in enumerate(told):
                sheet.write_string(number, place, text, self.style())
        for place, width in enumerate((26, 26, 34, 26, 14, 60)):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 0)


def _pattern(column: Column) -> str:
    if column.kind is CellKind.MONEY:
        return "#,##0.00"
    return "#,##0" + ("." + "0" * column.decimals if column.decimals else "")


def _about(book: _Book, report: Report, writer: Writer, stamp: Stamp) -> None:
    sheet = book.sheet(writer.own("sheet.about"))
    own = writer.own
    rows = [
        (writer.text(report.title), ""),
        (own("head.sites"), ", ".join(name for _, name in report.sites)),
        (own("head.period"), f"{report.first.isoformat()} – {report.last.isoformat()} ({report.timezone})"),
        (own("head.until"), writer.instant(report.until)),
        (own("head.edition"), str(stamp.number) if stamp.number else own("head.draft")),
        (own("head.standing"), own("head.provisional") if report.standing.value == "provisional" else own("head.final")),
        (own("edition.data_version"), stamp.data_version),
        (own("edition.software"), ", ".join(f"{name} {version}" for name, version in stamp.software)),
    ]
    rows += [(cover.funder, f"{cover.amount} / {cover.total} {cover.currency}") for cover in report.covers]
    rows += [
        (
            writer.text(attachment.table.title),
            own("edition.rows_in_file", rows=len(attachment.table.rows), file=attachment_file(attachment)),
        )
        for attachment in report.attachments
        if len(attachment.table.rows) > LARGEST_SHEET
    ]
    for number, (name, value) in enumerate(rows):
        sheet.write_string(number, 0, name, book.style(bold=True))
        sheet.write_string(number, 1, value, book.style())
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)


def _figures_table(figures: list[Figure], writer: Writer) -> Table:
    def column(name: str, key: str, kind: CellKind = CellKind.TEXT, decimals: int = 0) -> Column:
        return Column(name, writer.own(key), kind, decimals=decimals)

    columns = (
        column("figure", "figures.id", CellKind.NAME),
        column("name", "figures.name"),
        column("value", "figures.value", CellKind.NUMBER, 3),
        column("unit", "figures.unit"),
        column("standing", "figures.standing"),
        *(column(f"{name}_pct", f"figures.{name}", CellKind.PERCENT, 2) for name in _SHARES),
        column("why", "figures.why"),
    )
    rows = tuple(
        (
            figure.id,
            figure.name,
            figure.value,
            figure.unit,
            writer.own(f"figures.{figure.standing.value}"),
            *(None if (share := getattr(figure, name)) is None else share * 100 for name in _SHARES),
            figure.why,
        )
        for figure in figures
    )
    return Table("figures", writer.own("sheet.figures"), columns, rows)
