"""CSV, JSON and XLSX: what goes in comes out, nothing is run as a formula, and bytes do not depend on the moment."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import jsonschema_rs
import openpyxl  # type: ignore[import-untyped]
import pytest

from reports.content import Attachment, CellKind, Column, Report, Table
from reports.forms.document import DocumentError, read_report, report_json
from reports.forms.forms import frozen, render_forms
from reports.forms.schema import report_schema, shipped_schema
from reports.forms.sheets import LARGEST_SHEET, report_xlsx
from reports.forms.stamp import Stamp
from reports.forms.table_csv import TableFileError, read_table_csv, table_csv
from reports.forms.writer import Writer
from tests.reports_forms.samples import METER_ROWS, MONTHS, report

FRENCH = Writer("fr", "Europe/Paris")
FORMULAS = ("=HYPERLINK(1)", "+1", "-1+2", "@SUM(A1)", "\tx", "\nx", "'quoted", "plain")


def hostile_table() -> Table:
    return Table("t", "T", (Column("name", "Name", CellKind.NAME),), tuple((text,) for text in FORMULAS))


def test_a_report_comes_back_from_its_document_as_it_was() -> None:
    content, files = frozen(report())
    assert content == report()
    again, same = frozen(content)
    assert same == files
    assert again == content


def test_the_document_fits_the_schema_that_ships() -> None:
    assert json.loads(shipped_schema()) == report_schema(), "make it anew: reports/forms/report.schema.json"
    checker = jsonschema_rs.Draft202012Validator(report_schema())
    document = json.loads(report_json(report()))
    assert list(checker.iter_errors(document)) == []
    del document["report"]["timezone"]
    document["report"]["extra"] = 1
    assert len(list(checker.iter_errors(document))) == 2


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"format": "greenroom-report/9"}', b'{"format": "greenroom-report/1", "report": {}}']
)
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        read_report(data)


def test_csv_has_ids_points_and_iso_dates_and_leaves_empty_what_is_not_available() -> None:
    lines = table_csv(MONTHS, FRENCH).decode().splitlines()
    assert lines[0] == "month,load_kwh,share_pct,cost_eur,day,at,met,part"
    assert lines[1] == "2026-09,12345.678,41.25,2345.60,2026-09-03,2026-09-30T22:00:00Z,true,446/1177"
    assert lines[2] == "2026-10,-3.5,,-0.50,,,false,"
    assert lines[3].startswith("Total,12342.178,")


def test_csv_comes_back_as_it_was() -> None:
    assert read_table_csv(table_csv(METER_ROWS, FRENCH), METER_ROWS.columns, "meter_rows.csv") == METER_ROWS.rows
    bare = replace(MONTHS, total=None)
    assert read_table_csv(table_csv(bare, FRENCH), bare.columns, "months.csv") == bare.rows


def test_no_spreadsheet_takes_a_text_of_ours_for_a_formula() -> None:
    data = table_csv(hostile_table(), FRENCH)
    cells = [row[0] for row in csv.reader(io.StringIO(data.decode(), newline=""))]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)
    assert read_table_csv(data, hostile_table().columns, "t.csv") == hostile_table().rows


def test_a_csv_with_another_shape_is_named_with_its_line() -> None:
    data = table_csv(METER_ROWS, FRENCH)
    with pytest.raises(TableFileError, match=r"meter_rows\.csv, line 1: the columns are"):
        read_table_csv(data.replace(b"meter,", b"metre,", 1), METER_ROWS.columns, "meter_rows.csv")
    lines = data.split(b"\n")
    lines[2] = lines[2].replace(b"1.58", b"x.58")
    with pytest.raises(TableFileError, match="line 3"):
        read_table_csv(b"\n".join(lines), METER_ROWS.columns, "meter_rows.csv")


def workbook(made: Report) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(report_xlsx(made, FRENCH, Stamp())))


def test_a_workbook_holds_values_of_their_own_type_and_no_formula() -> None:
    made = replace(report(), attachments=(Attachment("t", hostile_table()), *report().attachments))
    book = workbook(made)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    months = book["Month by month"]
    assert [cell.data_type for cell in months[2]] == ["d", "n", "n", "n", "d", "d", "b", "n"]
    assert months["B2"].value == 12345.678
    assert months["C3"].value is None, "not available is an empty cell, never 0"
    assert [row[0].value for row in book["T"].iter_rows(min_row=2)] == list(FORMULAS)


def test_every_column_of_every_sheet_is_in_the_data_dictionary() -> None:
    book = workbook(report())
    described = {(row[0], row[1]) for row in book["Dictionnaire des données"].iter_rows(min_row=2, values_only=True)}
    sheets = [sheet for sheet in book if sheet.title not in {"À propos", "Dictionnaire des données"}]
    assert {(sheet.title, cell.value) for sheet in sheets for cell in sheet[1]} == described
    load = next(row for row in book["Dictionnaire des données"].iter_rows(values_only=True) if row[1] == "load_kwh")
    assert load[2:] == ("Load", "nombre", "kWh", "what the site used")


def test_what_is_too_long_for_a_sheet_is_pointed_to() -> None:
    long = replace(METER_ROWS, rows=METER_ROWS.rows * (LARGEST_SHEET // 48 + 1))
    book = workbook(replace(report(), attachments=(Attachment("meter_rows", long),)))
    assert "Meter rows" not in book.sheetnames
    told = [row[1] for row in book["À propos"].iter_rows(values_only=True)]
    assert any("meter_rows.csv" in str(text) for text in told)


def test_two_makings_are_the_same_bytes_and_a_draft_says_so() -> None:
    first, second = (render_forms(report(), forms=("html", "xlsx", "csv")) for _ in range(2))
    assert first == second
    assert list(first) == sorted(first)
    assert "projet, non émis" in first["monthly-la-kolok-2026-10.fr.html"].decode()
