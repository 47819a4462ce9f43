"""A report as a JSON document, and back: lossless, so that every other form can be made again from a frozen edition.

Numbers, texts and flags are plain JSON; what JSON has no type for carries its name: {"decimal": "1.20"}, {"fraction":
"446/1177"}, {"day": …}, {"instant": …}, {"month": …}, {"interval": [from, to]}, {"say": code, …, "text": {language: …}}.
Attachments stand in CSV files of their own; the document names them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

import orjson

from premises.errors import GreenroomError
from premises.time import Interval, format_instant, parse_instant
from reports import content as c
from reports.factors import Factor
from reports.forms.table_csv import read_table_csv, table_csv
from reports.forms.writer import Writer

FORMAT = "greenroom-report/1"
DOCUMENT = "report.json"
TYPES: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        *(c.Report, c.Section, c.Paragraph, c.Points, c.Table, c.Column, c.Chart, c.Series, c.Figures, c.Figure, c.Evidence),
        *(c.Cover, c.Attachment, c.DataFile, Factor),
    )
}
ENUMS: dict[str, type[Enum]] = {kind.__name__: kind for kind in (c.CellKind, c.ChartKind, c.Tone, c.Standing)}


class DocumentError(GreenroomError, ValueError):
    """A JSON document is no report, or of a newer format."""


def attachment_file(attachment: c.Attachment) -> str:
    """The name of its file."""
    return f"{attachment.id}.csv"


def report_json(report: c.Report) -> bytes:
    """The document, without the rows of attachments."""
    writers = [Writer(language, report.timezone) for language in report.languages]
    bare = replace(report, attachments=tuple(_bare(attachment) for attachment in report.attachments))
    encoded = _Encoder(writers).value(bare)
    encoded["attachments"] = [
        {**item, "file": attachment_file(full), "rows": len(full.table.rows)}
        for item, full in zip(encoded["attachments"], report.attachments, strict=True)
    ]
    return orjson.dumps({"format": FORMAT, "report": encoded}, option=orjson.OPT_INDENT_2) + b"\n"


def attachment_csv(attachment: c.Attachment, report: c.Report) -> bytes:
    """Its file: texts in the report's first language."""
    return table_csv(attachment.table, Writer(report.languages[0], report.timezone))


def read_report(data: bytes, file: Callable[[str], bytes] | None = None) -> c.Report:
    """The report of a document. file: gives an attachment's bytes by name; None leaves the attachments empty.

    Raises DocumentError, TableFileError, and what `file` raises.
    """
    try:
        document = orjson.loads(data)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise DocumentError(f"this is no report of the format {FORMAT}")
        report = _decode(document["report"])
        if not isinstance(report, c.Report):
            raise DocumentError("the document holds something else than a report")
        names = [str(item["file"]) for item in document["report"]["attachments"]]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, DocumentError):
            raise
        raise DocumentError(f"the document of the report cannot be read: {error}") from error
    if file is None:
        return report
    full = [_filled(attachment, file(name), name) for attachment, name in zip(report.attachments, names, strict=True)]
    return replace(report, attachments=tuple(full))


def _bare(attachment: c.Attachment) -> c.Attachment:
    return replace(attachment, table=replace(attachment.table, rows=()))


def _filled(attachment: c.Attachment, data: bytes, name: str) -> c.Attachment:
    rows = read_table_csv(data, attachment.table.columns, name)
    return replace(attachment, table=replace(attachment.table, rows=rows))


class _Encoder:
    def __init__(self, writers: list[Writer]) -> None:
        self._writers = writers

    def value(self, value: Any) -> Any:
        if value is None or (isinstance(value, bool | str) and not isinstance(value, Enum)):
            return value
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, int):
            return int(value)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else None
        if isinstance(value, c.Say):
            return self._say(value)
        tagged = _tagged(value)
        if tagged is not None:
            return tagged
        if is_dataclass(value):
            members = {field.name: self.value(getattr(value, field.name)) for field in fields(value)}
            return {"type": type(value).__name__, **members}
        if isinstance(value, Mapping):
            return {str(name): self.value(item) for name, item in value.items()}
        if isinstance(value, list | tuple | frozenset):
            return [self.value(item) for item in value]
        raise TypeError(f"a report holds a {type(value).__name__}, which has no form in JSON")

    def _say(self, text: c.Say) -> dict[str, Any]:
        told: dict[str, Any] = {"say": text.code}
        if text.values:
            told["values"] = {name: self.value(value) for name, value in text.values}
        if text.count is not None:
            told["count"] = text.count
        told["text"] = {writer.language: writer.text(text) for writer in self._writers}
        return told


def _tagged(value: Any) -> dict[str, Any] | None:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, Fraction):
        return {"fraction": f"{value.numerator}/{value.denominator}"}
    if isinstance(value, datetime):
        return {"instant": format_instant(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, c.Month):
        return {"month": f"{value.year:04}-{value.month:02}"}
    if isinstance(value, Interval):
        return {"interval": [format_instant(value.start), format_instant(value.end)]}
    if isinstance(value, c.Amount):
        inner = value.value
        return {
            "amount": _tagged(inner) or (None if inner is None else inner),
            "unit": value.unit,
            "decimals": value.decimals,
        }
    return None


def _month(text: str) -> c.Month:
    year, month = text.split("-")
    return c.Month(int(year), int(month))


_TAGS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "decimal": lambda item: Decimal(item["decimal"]),
    "fraction": lambda item: Fraction(item["fraction"]),
    "instant": lambda item: parse_instant(item["instant"]),
    "day": lambda item: date.fromisoformat(item["day"]),
    "month": lambda item: _month(item["month"]),
    "interval": lambda item: Interval(*(parse_instant(text) for text in item["interval"])),
    "amount": lambda item: c.Amount(_decode(item["amount"]), item["unit"], item["decimals"]),
    "say": lambda item: c.Say(
        item["say"], tuple((name, _decode(value)) for name, value in item.get("values", {}).items()), item.get("count")
    ),
}


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decode(item) for item in value)
    if not isinstance(value, dict):
        return value
    kind = value.get("type")
    if isinstance(kind, str) and kind in TYPES:
        return _object(TYPES[kind], value)
    tag = next(iter(value), None)
    if tag in _TAGS and set(value) <= {tag, "unit", "decimals", "values", "count", "text"}:
        return _TAGS[tag](value)
    return {name: _decode(item) for name, item in value.items()}


def _object(kind: type[Any], value: dict[str, Any]) -> Any:
    members = {}
    for field in fields(kind):
        if field.name not in value:
            continue
        enum = ENUMS.get(str(field.type))
        plain = field.name == "machine"  # of no concern to us: its lists stay lists
        members[field.name] = enum(value[field.name]) if enum else value[field.name] if plain else _decode(value[field.name])
    return kind(**members)
