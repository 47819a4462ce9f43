"""Reads given numbers into a figure's inputs: every fault is reported, together, each saying what would be right."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from reports.factors import Factor, FactorMissingError
from reports.factors.naming import factor_named
from reports.figures.exact import FigureInputError
from reports.figures.form import LARGEST_NUMBER, LONGEST_LIST, SMALLEST_NUMBER, Input, Kind
from reports.figures.other_names import own_names

_MOST_FAULTS = 20


class FigureFaultsError(FigureInputError):
    """The given inputs do not fit the figure; all faults are in `faults` and, in one line, in the message.

    misfit: False where every fault is a factor that the register refuses: then the input is right, and the answer is no.
    """

    def __init__(self, figure: str, faults: Sequence[str], misfit: bool = True) -> None:
        self.faults = tuple(faults)
        self.misfit = misfit
        more = f"; and {len(faults) - _MOST_FAULTS} more" if len(faults) > _MOST_FAULTS else ""
        super().__init__(f"{figure}: {'; '.join(self.faults[:_MOST_FAULTS])}{more}")


class _FaultError(Exception):
    """One input that does not fit."""


class _RefusedError(_FaultError):
    """A factor that the register does not have."""


@dataclass(slots=True)
class Read:
    """Inputs by name, ready for the function; what lists with gaps are known to; factors taken from the register."""

    values: dict[str, Any] = field(default_factory=dict)
    completeness: dict[str, float] = field(default_factory=dict)
    factors: list[Factor] = field(default_factory=list)


def nearest(name: str, names: Sequence[str]) -> str:
    """ " (did you mean 'x'?)", or what there is."""
    close = get_close_matches(name, names, 1, 0.5)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(names)}"


def read(figure: str, inputs: Sequence[Input], given: object) -> Read:
    """Checks and converts. Raises FigureFaultsError with every fault found."""
    if not isinstance(given, Mapping):
        raise FigureFaultsError(figure, [f"the input is {_kind_of(given)}; give a JSON object of inputs by name"])
    names = [wanted.name for wanted in inputs]
    result = Read()
    given, faults = own_names(given, names)
    refused = 0
    faults += [f"unknown input {name!r}, {nearest(str(name), names)}" for name in given if name not in names]
    for wanted in inputs:
        value = given.get(wanted.name)
        if value is None:
            if wanted.required:
                unit = f" in {wanted.unit}" if wanted.unit else ""
                faults.append(f"{wanted.name} is missing, give a {wanted.kind.value}{unit}")
            else:
                result.values[wanted.name] = wanted.default
            continue
        try:
            result.values[wanted.name] = _READERS[wanted.kind](wanted, value, result)
        except _FaultError as fault:
            refused += isinstance(fault, _RefusedError)
            faults.append(f"{wanted.name} {fault}")
    if faults:
        raise FigureFaultsError(figure, faults, misfit=refused < len(faults))
    return result


def _kind_of(value: object) -> str:
    kinds = {bool: "true or false", str: "text", list: "a list", tuple: "a list", dict: "a mapping", type(None): "null"}
    return kinds.get(type(value), "a number" if isinstance(value, int | float | Decimal | Fraction) else type(value).__name__)


def _number(wanted: Input, value: object, where: str = "") -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Fraction):
        unit = f" in {wanted.unit}" if wanted.unit else ""
        quoted = ", without quotes" if isinstance(value, str) else ""
        raise _FaultError(f"{where}is {_kind_of(value)}, give a number{unit}{quoted}")
    given: Any = value
    if isinstance(given, float | Decimal) and not math.isfinite(given):
        raise _FaultError(f"{where}is {given}, give a finite number, or null where it is missing")
    if abs(given) > LARGEST_NUMBER:
        raise _FaultError(f"{where}is beyond {LARGEST_NUMBER:g}, check the unit {wanted.unit}")
    if given != 0 and abs(given) < SMALLEST_NUMBER:
        raise _FaultError(f"{where}is nearer to 0 than {SMALLEST_NUMBER:g}, give 0 or check the unit {wanted.unit}")
    if wanted.low is not None and given < wanted.low:
        raise _FaultError(f"{where}is {given}, give at least {wanted.low:g}")
    if wanted.high is not None and given > wanted.high:
        raise _FaultError(f"{where}is {given}, give at most {wanted.high:g}")
    if wanted.above is not None and given <= wanted.above:
        raise _FaultError(f"{where}is {given}, give more than {wanted.above:g}")
    return given


def _read_number(wanted: Input, value: object, _: Read) -> Any:
    return _number(wanted, value)


def _read_whole(wanted: Input, value: object, _: Read) -> int:
    found = _number(wanted, value)
    if found != int(found):
        raise _FaultError(f"is {found}, give a whole number")
    return int(found)


def _numbers(wanted: Input, items: Sequence[tuple[str, object]]) -> list[Any]:
    found, faults = [], list[str]()
    for where, item in items:
        try:
            found.append(None if item is None else _number(wanted, item, where))
        except _FaultError as fault:
            faults.append(str(fault))
    if faults:
        more = f", and {len(faults) - _MOST_FAULTS} more like it" if len(faults) > _MOST_FAULTS else ""
        raise _FaultError(", ".join(faults[:_MOST_FAULTS]) + more)
    return found


def _read_series(wanted: Input, value: object, result: Read) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise _FaultError(f"is {_kind_of(value)}, give a list with a number per interval, null where missing")
    if len(value) > LONGEST_LIST:
        raise _FaultError(f"has {len(value)} values, give at most {LONGEST_LIST}")
    found = _numbers(wanted, [(f"number {index} ", item) for index, item in enumerate(value, 1)])
    gaps = sum(item is None for item in found)
    if gaps and not wanted.gaps:
        raise _FaultError(f"has {gaps} gaps (null), give every value")
    if gaps:
        result.completeness[wanted.name] = 1 - gaps / len(found)
    return found


def _read_amount(wanted: Input, value: object, result: Read) -> Any:
    return _read_series(wanted, value, result) if isinstance(value, list | tuple) else _number(wanted, value)


def _mapping(value: object, of: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _FaultError(f'is {_kind_of(value)}, give a mapping of names to {of}, like {{"A": …}}')
    if len(value) > LONGEST_LIST:
        raise _FaultError(f"has {len(value)} names, give at most {LONGEST_LIST}")
    return value


def _read_table(wanted: Input, value: object, result: Read) -> dict[str, Any]:
    given = _mapping(value, "numbers")
    unnamed = [name for name, item in given.items() if item is None and not wanted.gaps]
    if unnamed:
        raise _FaultError(f"of {', '.join(map(repr, unnamed))} is null, give a number")
    numbers = _numbers(wanted, [(f"of {name!r} ", item) for name, item in given.items()])
    found = dict(zip(given, numbers, strict=True))
    gaps = sum(item is None for item in found.values())
    if gaps:
        result.completeness[wanted.name] = 1 - gaps / len(found)
    return found


def _read_amounts(wanted: Input, value: object, result: Read) -> Any:
    return _read_table(wanted, value, result) if isinstance(value, Mapping) else _read_amount(wanted, value, result)


def _read_weights(wanted: Input, value: object, result: Read) -> dict[str, Any]:
    if not isinstance(value, list | tuple):
        return _read_table(wanted, value, result)
    width = len(str(len(value)))
    return _read_table(wanted, {f"{index:0{width}d}": item for index, item in enumerate(value, 1)}, result)


def _read_series_table(wanted: Input, value: object, _: Read) -> dict[str, list[Any]]:
    found = {}
    for name, item in _mapping(value, "lists of numbers").items():
        try:
            found[name] = _read_series(wanted, item, Read())
        except _FaultError as fault:
            raise _FaultError(f"of {name!r} {fault}") from None
    return found


def _read_factor(wanted: Input, value: object, result: Read) -> Any:
    if not isinstance(value, Mapping):
        return _number(wanted, value)
    try:
        factor = factor_named(value)
    except FactorMissingError as error:
        raise _RefusedError(f"is refused: {error}") from None
    result.factors.append(factor)
    return factor.value


def _read_factors(wanted: Input, value: object, result: Read) -> Any:
    if not isinstance(value, Mapping) or {"country", "carrier"} & set(value):
        return _read_factor(wanted, value, result)
    return {name: _read_factor(wanted, item, result) for name, item in value.items()}


def _read_text(_: Input, value: object, __: Read) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _FaultError(f"is {_kind_of(value) if not isinstance(value, str) else 'empty'}, give a text")
    return value


def _read_choice(wanted: Input, value: object, _: Read) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value not in wanted.choices:
        raise _FaultError(f"is {value!r}, give one of {', '.join(wanted.choices)}")
    assert isinstance(value, str)
    return value


def _read_flag(_: Input, value: object, __: Read) -> bool:
    if not isinstance(value, bool):
        raise _FaultError(f"is {_kind_of(value)}, give true or false")
    return value


def _read_list_of(check: Callable[[Input, object, Read], Any]) -> Callable[[Input, object, Read], list[Any]]:
    def reader(wanted: Input, value: object, result: Read) -> list[Any]:
        if not isinstance(value, list | tuple) or len(value) > LONGEST_LIST:
            raise _FaultError(f"is {_kind_of(value)}, give a list of at most {LONGEST_LIST} values")
        return [
            None if item is None and wanted.gaps and wanted.kind is Kind.TEXTS else check(wanted, item, result) for item in value
        ]

    return reader


def _read_rows(wanted: Input, value: object, result: Read) -> list[dict[str, Any]]:
    if not isinstance(value, list | tuple) or len(value) > LONGEST_LIST:
        raise _FaultError(f"is {_kind_of(value)}, give a list of objects with {', '.join(c.name for c in wanted.columns)}")
    rows, faults = [], list[str]()
    for index, item in enumerate(value, 1):
        try:
            row = read(f"row {index}", wanted.columns, item)
            rows.append(row.values)
            result.factors += row.factors
        except FigureFaultsError as error:
            faults.append(str(error))
    if faults:
        raise _FaultError("has faults: " + "; ".join(faults))
    return rows


_READERS: dict[Kind, Callable[[Input, object, Read], Any]] = {
    Kind.NUMBER: _read_number,
    Kind.WHOLE: _read_whole,
    Kind.SERIES: _read_series,
    Kind.AMOUNT: _read_amount,
    Kind.TABLE: _read_table,
    Kind.AMOUNTS: _read_amounts,
    Kind.WEIGHTS: _read_weights,
    Kind.SERIES_TABLE: _read_series_table,
    Kind.FACTOR: _read_factor,
    Kind.FACTOR_OR_TABLE: _read_factors,
    Kind.TEXT: _read_text,
    Kind.TEXTS: _read_list_of(_read_text),
    Kind.CHOICE: _read_choice,
    Kind.FLAG: _read_flag,
    Kind.FLAGS: _read_list_of(_read_flag),
    Kind.ROWS: _read_rows,
}
