"""The JSON Schema of `report.json`, made from the very classes that it is written from; shipped as `report.schema.json`."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from importlib.resources import files
from typing import Any, Union, get_args, get_origin, get_type_hints

from premises.time import Interval
from reports import content as c
from reports.forms.document import FORMAT, TYPES

_INSTANT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}


def _tag(name: str, inner: dict[str, Any], **more: dict[str, Any]) -> dict[str, Any]:
    members = {name: inner, **more}
    return {"type": "object", "properties": members, "required": [name], "additionalProperties": False}


_TAGGED: dict[Any, dict[str, Any]] = {
    Decimal: _tag("decimal", {"type": "string", "pattern": r"^-?[\d.]+(E[+-]?\d+)?$"}),
    Fraction: _tag("fraction", {"type": "string", "pattern": r"^-?\d+/\d+$"}),
    datetime: _tag("instant", _INSTANT),
    date: _tag("day", {"type": "string", "format": "date"}),
    c.Month: _tag("month", {"type": "string", "pattern": r"^\d{4}-\d\d$"}),
    Interval: _tag("interval", {"type": "array", "items": _INSTANT, "minItems": 2, "maxItems": 2}),
    c.Amount: _tag("amount", {}, unit={"type": "string"}, decimals={"type": "integer"}),
    c.Say: _tag(
        "say",
        {"type": "string"},
        values={"type": "object"},
        count={"type": "integer"},
        text={"type": "object", "additionalProperties": {"type": "string"}},
    ),
}
_ALIASES: dict[str, Any] = {
    "Text": str | c.Say,
    "Cell": str | c.Say | int | float | Decimal | Fraction | date | datetime | c.Month | bool | None,
    "Block": c.Paragraph | c.Points | c.Table | c.Chart | c.Figures,
}
"""The aliases of `reports.content` are texts there, which cannot be joined with None."""
_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": ["number", "null"]},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    object: {},
}


def report_schema() -> dict[str, Any]:
    """The schema, draft 2020-12."""
    definitions = {name: _definition(kind) for name, kind in sorted(TYPES.items())}
    attachment = definitions["Attachment"]
    attachment["properties"] |= {"file": {"type": "string"}, "rows": {"type": "integer", "minimum": 0}}
    attachment["required"] += ["file", "rows"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A report of Greenroom",
        "type": "object",
        "properties": {"format": {"const": FORMAT}, "report": {"$ref": "#/$defs/Report"}},
        "required": ["format", "report"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def shipped_schema() -> bytes:
    """The schema as it ships."""
    return files("reports.forms").joinpath("report.schema.json").read_bytes()


def _definition(kind: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(kind, localns=_ALIASES)
    members = {field.name: _schema(hints[field.name]) for field in fields(kind)}
    needed = [field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING]
    return {
        "type": "object",
        "properties": {"type": {"const": kind.__name__}, **members},
        "required": ["type", *needed],
        "additionalProperties": False,
    }


def _schema(hint: Any) -> dict[str, Any]:
    if hint in _TAGGED:
        return _TAGGED[hint]
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(one) for one in get_args(hint)]}
    if origin is tuple:
        return _tuple(get_args(hint))
    if origin is Mapping or origin is typing.Mapping:
        return {"type": "object", "additionalProperties": _schema(get_args(hint)[1])}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [member.value for member in hint]}
    return {"$ref": f"#/$defs/{hint.__name__}"}


def _tuple(parts: tuple[Any, ...]) -> dict[str, Any]:
    if len(parts) == 2 and parts[1] is Ellipsis:
        return {"type": "array", "items": _schema(parts[0])}
    return {"type": "array", "prefixItems": [_schema(part) for part in parts], "minItems": len(parts), "maxItems": len(parts)}
