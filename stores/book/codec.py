"""Frozen dataclasses to JSON and back, by their own types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from pydantic import TypeAdapter

from premises.booking import Booking
from premises.command import CommandStatus
from premises.decision import ZoneDecision
from premises.notice import Notice
from premises.time import utc

BOOKING = TypeAdapter(Booking)
COMMAND_STATUS = TypeAdapter(CommandStatus)
DECISION = TypeAdapter(ZoneDecision)
NOTICE = TypeAdapter(Notice)

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z


def encode(thing: object) -> bytes:
    """JSON of a dataclass: instants in UTC as RFC 3339, enumerations by their value."""
    return orjson.dumps(thing, option=_OPTIONS, default=_plain)


def document(thing: object) -> Any:
    """The same as plain lists and dicts, for a JSON column."""
    return orjson.loads(encode(thing))


def _plain(thing: object) -> object:
    if isinstance(thing, Mapping):
        return dict(thing)
    if isinstance(thing, frozenset | set):
        return sorted(thing)
    if isinstance(thing, datetime):
        return utc(thing).isoformat()
    raise TypeError(f"{type(thing).__name__} cannot be kept in a book")
