"""Snapshots and decisions as text and back, to the bit: so that what was decided can be decided again.

A value is plain JSON, or `["tag", …]`: dataclasses by name with their fields in order, enums by name and value, instants,
durations, times, decimals, sets. Floats are written as Python writes them, which reads back the same. Only the classes of
`premises` and `rules` that a snapshot can hold are read: a text cannot name anything else.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any

import premises.booking
import premises.command
import premises.decision
import premises.notify
import premises.plan
import premises.ports
import premises.quantities
import premises.reading
import premises.reason
import premises.reporting
import premises.site
import premises.tariff
import premises.time
import rules.claims
import rules.layout
import rules.snapshot
import rules.thermal
from premises.errors import GreenroomError

MODULES: tuple[types.ModuleType, ...] = (
    premises.booking,
    premises.command,
    premises.decision,
    premises.notify,
    premises.plan,
    premises.ports,
    premises.quantities,
    premises.reading,
    premises.reason,
    premises.reporting,
    premises.site,
    premises.tariff,
    premises.time,
    rules.claims,
    rules.layout,
    rules.snapshot,
    rules.thermal,
)
DERIVED = {"Claim": ("name",)}
"""Fields that a class makes itself."""

Names = Mapping[str, tuple[str, ...]]
"""Fields that are written, by class, in their order."""


class RecordError(GreenroomError):
    """A text that is no snapshot, or one of a Greenroom whose vocabulary was another."""


@cache
def known() -> dict[str, type[Any]]:
    """Classes that a text may name, by name."""
    return {
        name: value
        for module in MODULES
        for name, value in vars(module).items()
        if isinstance(value, type) and (is_dataclass(value) or issubclass(value, Enum))
    }


@cache
def vocabulary() -> Names:
    """The fields of every class that a text may name, as they are written today."""
    return {name: _named(kind) for name, kind in known().items() if is_dataclass(kind)}


def _named(kind: type[Any]) -> tuple[str, ...]:
    left_out = DERIVED.get(kind.__name__, ())
    return tuple(field.name for field in fields(kind) if field.name not in left_out)


class Script:
    """Values to plain lists, texts and numbers and back, with the fields that classes had when they were written.

    A field that is gone since is not read, one that came since has its default; one that came without a default cannot be made up,
    and is refused.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._writers: dict[type[Any], Callable[[Any], Any]] = {}
        self._readers: dict[str, Callable[[list[Any]], Any]] = {
            "e": lambda rest: known()[rest[0]](rest[1]),
            "t": lambda rest: datetime.fromisoformat(rest[0]),
            "l": lambda rest: tuple(map(self.decoded, rest)),
            "m": lambda rest: {self.decoded(key): self.decoded(kept) for key, kept in rest},
            "o": self._read_object,
            "d": lambda rest: timedelta(*rest),
            "D": lambda rest: date.fromisoformat(rest[0]),
            "T": lambda rest: time.fromisoformat(rest[0]),
            "n": lambda rest: Decimal(rest[0]),
            "q": lambda rest: Fraction(*rest),
            "s": lambda rest: frozenset(map(self.decoded, rest)),
        }

    def encoded(self, value: Any) -> Any:
        """The value as plain lists, texts and numbers. Raises RecordError for what a snapshot does not hold."""
        kind = type(value)
        write = self._writers.get(kind)
        if write is None:
            write = self._writers[kind] = self._writer(kind)
        return write(value)

    def _writer(self, kind: type[Any]) -> Callable[[Any], Any]:
        """How values of that class are written; found once, as a snapshot holds thousands of them."""
        encoded = self.encoded
        if issubclass(kind, Enum):
            return lambda value: ["e", kind.__name__, value.value]
        if kind in (type(None), bool, str, int, float):
            return lambda value: value
        if issubclass(kind, datetime):
            return lambda value: ["t", value.astimezone(UTC).isoformat()]
        if issubclass(kind, tuple | list):
            return lambda value: ["l", *map(encoded, value)]
        if issubclass(kind, Mapping):
            return lambda value: ["m", *([encoded(key), encoded(kept)] for key, kept in value.items())]
        return self._object_writer(kind) if is_dataclass(kind) else self._rare

    def _object_writer(self, kind: type[Any]) -> Callable[[Any], Any]:
        """Raises RecordError for a class that no snapshot holds."""
        name = kind.__name__
        if known().get(name) is not kind:
            raise RecordError(f"{name} is no part of a snapshot; add its module to MODULES in rules/snapshot_text.py")
        there = self._names.get(name, vocabulary()[name])
        return lambda value: ["o", name, *(self.encoded(getattr(value, field, None)) for field in there)]

    def _rare(self, value: Any) -> list[Any]:
        if isinstance(value, timedelta):
            return ["d", value.days, value.seconds, value.microseconds]
        if isinstance(value, date):
            return ["D", value.isoformat()]
        if isinstance(value, time):
            return ["T", value.isoformat()]
        if isinstance(value, Decimal):
            return ["n", str(value)]
        if isinstance(value, Fraction):
            return ["q", value.numerator, value.denominator]
        if isinstance(value, frozenset | set):
            return ["s", *sorted((self.encoded(kept) for kept in value), key=repr)]
        raise RecordError(f"a {type(value).__name__} is no part of a snapshot")

    def decoded(self, plain: Any) -> Any:
        """The value again. Raises RecordError."""
        if not isinstance(plain, list):
            return plain
        try:
            tag, *rest = plain
            return self._readers[tag](rest)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise RecordError(f"no part of a snapshot: {str(plain)[:80]}: {error}") from None

    def _read_object(self, rest: list[Any]) -> Any:
        name = rest[0]
        kind, today = known()[name], vocabulary()[name]
        there = self._names.get(name, today)
        if len(rest) - 1 > len(there):
            raise RecordError(f"{name} has {len(rest) - 1} fields where {len(there)} were announced: the log is damaged")
        given = {field: self.decoded(kept) for field, kept in zip(there, rest[1:], strict=False) if field in today}
        return kind(**given)

    def text_of(self, value: Any) -> str:
        """One line of JSON; the same value gives the same line."""
        return json.dumps(self.encoded(value), ensure_ascii=False, separators=(",", ":"))


TODAY = Script({})
encoded, decoded, text_of = TODAY.encoded, TODAY.decoded, TODAY.text_of


def value_of(text: str) -> Any:
    """The value of a line. Raises RecordError."""
    try:
        return decoded(json.loads(text))
    except json.JSONDecodeError as error:
        raise RecordError(f"no line of a decision log: {error}") from None


def digest(text: str) -> str:
    """Tells texts apart: the first 24 digits of SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]
