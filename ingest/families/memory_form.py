"""What families remember as plain JSON values, so that announcements, units and aliases outlast a restart.

Only the forms listed here are written and read: a file that was meddled with can name no other class.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from ingest.families.ha_discovery.entities import Entity
from ingest.families.ha_discovery.templates import Template, template_of
from ingest.families.homie import Property
from ingest.families.memory import Memory
from ingest.families.sparkplug_b.session import Session

_PLAIN = (str, int, float, bool, type(None))
_DATACLASSES: dict[str, type] = {"entity": Entity, "session": Session}
_NAMES = {kind: name for name, kind in _DATACLASSES.items()}
_DEEPEST = 6


def remembered(memory: Memory) -> list[list[Any]]:
    """The entries, least lately used first: [family, key, value]. What has none of the known forms is left out."""
    kept = []
    for (family, key), value in memory.entries():
        try:
            kept.append([family, key, _told(value)])
        except TypeError:
            continue
    return kept


def take_up(memory: Memory, kept: Any) -> int:
    """Put what `remembered` gave; entries that are not of that form are passed over. How many were taken."""
    taken = 0
    for entry in kept if isinstance(kept, list) else ():
        try:
            family, key, told = entry
            value = _value(told, 0)
        except (TypeError, ValueError, KeyError, IndexError):
            continue
        if isinstance(family, str) and isinstance(key, str) and value is not None:
            memory.put(family, key, value)
            taken += 1
    return taken


def _told(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Template):
        return {"is": "template", "source": value.source, "path": list(value.path), "bare": value.bare}
    if isinstance(value, Property):
        return {"is": "property", "unit": value.unit, "datatype": value.datatype}
    if type(value) is tuple:
        return {"is": "tuple", "items": [_told(one) for one in value]}
    if type(value) is dict:
        return {"is": "pairs", "items": [[_told(key), _told(one)] for key, one in value.items()]}
    if is_dataclass(value) and type(value) in _NAMES:
        # an instant that something was last asked for need not be known after a restart
        told = {one.name: getattr(value, one.name) for one in fields(value) if one.name != "asked_at"}
        return {"is": _NAMES[type(value)], "fields": {name: _told(one) for name, one in told.items()}}
    raise TypeError(type(value).__name__)


def _value(told: Any, depth: int) -> Any:
    if type(told) in _PLAIN:
        return told
    if depth > _DEEPEST:
        raise ValueError("nested too deep")
    kind = told["is"]
    if kind == "template":
        return template_of(told["source"]) if told["source"] else Template(tuple(told["path"]), bare=bool(told["bare"]))
    if kind == "property":
        return Property(str(told["unit"]), str(told["datatype"]))
    if kind == "tuple":
        return tuple(_value(one, depth + 1) for one in told["items"])
    if kind == "pairs":
        return {_value(key, depth + 1): _value(one, depth + 1) for key, one in told["items"]}
    return _DATACLASSES[kind](**{name: _value(one, depth + 1) for name, one in told["fields"].items()})
