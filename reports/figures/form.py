"""What a figure is: a named function with typed inputs, outputs with unit, its source and its rule for gaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reports.factors import Factor

LONGEST_LIST = 600_000
"""A year of minutes and some more."""
LARGEST_NUMBER = 1e18
SMALLEST_NUMBER = 1e-30
"""But 0: what is nearer to it is no measurement, and a ratio by it is no number."""


COUNTS = ("intervals", "readings", "rows", "days", "h", "min")
"""Units of results that count intervals or tell their length: known even where no interval is."""


class Kind(StrEnum):
    """Shape of an input."""

    NUMBER = "number"
    WHOLE = "whole number"
    SERIES = "list of numbers, null where missing"
    AMOUNT = "number, or list of numbers with null where missing"
    TABLE = "mapping of names to numbers"
    AMOUNTS = "number, list, or mapping of names to numbers (null where missing)"
    WEIGHTS = "mapping of names to numbers, or list of numbers"
    SERIES_TABLE = "mapping of names to lists of numbers"
    FACTOR = "number, or {country, carrier, scope, year} of the register"
    FACTOR_OR_TABLE = "number, factor of the register, or mapping of names to those"
    TEXT = "text"
    TEXTS = "list of texts"
    CHOICE = "one of the choices"
    FLAG = "true or false"
    FLAGS = "list of true or false"
    ROWS = "list of rows"


@dataclass(frozen=True, slots=True)
class Input:
    """One input. low and high bound every number in it, both included; above: numbers must be greater than that."""

    name: str
    unit: str
    kind: Kind
    about: str = ""
    required: bool = False
    default: Any = None
    low: float | None = None
    high: float | None = None
    above: float | None = None
    choices: tuple[str, ...] = ()
    gaps: bool = True
    columns: tuple[Input, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """One result: `name` is the attribute of what the function returns. missing: why it may not be available.

    counted: rests on the figure's intervals, so that it is not known where none of them is.
    """

    name: str
    unit: str
    about: str = ""
    missing: str = ""
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator. The first output is the headline. function takes the inputs by name; a plain return is the only output.

    together: inputs whose intervals count where all of them are known; where none does, no sum of them is known either.
    """

    name: str
    about: str
    function: Callable[..., Any]
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    source: str
    rule: str
    example: Mapping[str, Any]
    together: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a figure came to. values by output; not_available: reason by output that is None; factors: taken from the register."""

    figure: Figure
    values: Mapping[str, Any]
    not_available: Mapping[str, str]
    inputs: Mapping[str, Any]
    completeness: Mapping[str, float] = field(default_factory=dict)
    factors: tuple[Factor, ...] = ()


def number(name: str, unit: str, about: str = "", *, low: float | None = 0, **more: Any) -> Input:
    """A number; not below 0 unless `low` says otherwise."""
    return Input(name, unit, Kind.NUMBER, about, low=low, **more)


def amount(name: str, unit: str = "kWh", about: str = "", *, low: float | None = 0, **more: Any) -> Input:
    """A total, or its parts by interval."""
    return Input(name, unit, Kind.AMOUNT, about, low=low, **more)


def series(name: str, unit: str = "kWh", about: str = "", *, low: float | None = 0, **more: Any) -> Input:
    """A value per interval, null where missing."""
    return Input(name, unit, Kind.SERIES, about, low=low, **more)


def table(name: str, unit: str = "kWh", about: str = "", *, low: float | None = 0, **more: Any) -> Input:
    """A number by name."""
    return Input(name, unit, Kind.TABLE, about, low=low, **more)
