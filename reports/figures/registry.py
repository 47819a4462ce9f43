"""One registry of all figures: the auditor's calculator reads its list, its example inputs and its answers from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from typing import Any

from premises.errors import UnknownNameError
from reports.factors import FactorMissingError
from reports.figures.entries import carbon, conversion, cost, duties, funds, operat, quality, saving, sharing, solar, use, weather
from reports.figures.exact import FigureInputError
from reports.figures.form import COUNTS, Answer, Figure, Output
from reports.figures.reading import read

_ENTRIES = (solar, weather, use, cost, carbon, conversion, saving, quality, sharing, operat, funds, duties)


@cache
def figures() -> Mapping[str, Figure]:
    """All figures by name, in the order in which they are documented."""
    return {figure.name: figure for entries in _ENTRIES for figure in entries.FIGURES}


def figure_named(name: str) -> Figure:
    """Raises UnknownNameError with the nearest names."""
    try:
        return figures()[name]
    except KeyError:
        close = get_close_matches(name, figures(), 3, 0.4)
        right = f"did you mean {', '.join(close)}?" if close else "see greenroom figures --list"
        raise UnknownNameError(f"no figure {name!r}; {right}") from None


def compute(name: str, given: object) -> Answer:
    """One figure from given numbers (a mapping of inputs by name).

    Raises UnknownNameError for the figure, FigureFaultsError with every fault of the inputs, FigureInputError where they do not
    fit together.
    """
    figure = figure_named(name)
    found = read(name, figure.inputs, given)
    try:
        result = figure.function(**found.values)
    except (FigureInputError, FactorMissingError) as error:
        raise FigureInputError(f"{name}: {error}") from error
    values = {output.name: _taken(result, output.name) for output in figure.outputs}
    reasons = {output.name: output.missing or "not known" for output in figure.outputs}
    if unknown := _nothing_known(figure, found.values):
        for output in figure.outputs:
            if _is_sum(output, values[output.name], found.values):
                values[output.name], reasons[output.name] = _blank(values[output.name]), f"no interval is known in {unknown}"
    assert isinstance(given, Mapping)
    defaults = {wanted.name: wanted.default for wanted in figure.inputs if wanted.default is not None}
    return Answer(
        figure,
        values,
        {name: reasons[name] for name, value in values.items() if value is None},
        defaults | {key: value for key, value in given.items() if value is not None},
        found.completeness,
        tuple(dict.fromkeys(found.factors)),
    )


def _nothing_known(figure: Figure, given: Mapping[str, Any]) -> str:
    """The names of the inputs that go together, where they are lists and no interval has a value in all; "" otherwise."""
    names, columns = list[str](), list[Sequence[Any]]()
    for name in figure.together:
        value = given.get(name)
        if isinstance(value, Mapping):
            parts = list(value.values())
            columns += parts if parts and all(isinstance(part, list) for part in parts) else [parts]
        elif isinstance(value, list | tuple):
            columns.append(value)
        else:
            continue
        names.append(name)
    known = any(all(value is not None for value in row) for row in zip(*columns, strict=False))
    return "" if known else " and ".join(names)


def _is_sum(output: Output, value: Any, given: Mapping[str, Any]) -> bool:
    """Whether a result is a sum over intervals, and neither a count of them nor what was given."""
    if output.unit in COUNTS or not output.counted or isinstance(given.get(output.name), int | float | Decimal):
        return False
    return isinstance(value, float | Decimal | Fraction | Mapping)


def _blank(value: Any) -> Any:
    return dict.fromkeys(value) if isinstance(value, Mapping) else None


def _taken(result: Any, name: str) -> Any:
    if isinstance(result, Mapping) and name in result:
        return result[name]
    return getattr(result, name) if is_dataclass(result) else result


def answer_document(answer: Answer) -> dict[str, Any]:
    """The answer as plain JSON values: headline `value` and `unit`, and all `values` and `units` where there are several."""
    figure, head = answer.figure, answer.figure.outputs[0]
    document: dict[str, Any] = {
        "figure": figure.name,
        "unit": answer.values.get("unit", head.unit),
        "value": plain(answer.values[head.name]),
    }
    if len(figure.outputs) > 1:
        document["values"] = {name: plain(value) for name, value in answer.values.items()}
        document["units"] = {output.name: output.unit for output in figure.outputs}
    if answer.not_available:
        document["not_available"] = dict(answer.not_available)
    if answer.completeness:
        document["completeness"] = dict(answer.completeness)
    if answer.factors:
        document["factors"] = [plain(factor) | {"identity": factor.identity} for factor in answer.factors]
    return document | {"inputs": plain(answer.inputs), "source": figure.source, "rule": figure.rule}


def plain(value: Any) -> Any:
    """Numbers as floats (integers stay), records as mappings."""
    if isinstance(value, Decimal | Fraction):
        return (
            int(value)
            if isinstance(value, Decimal) and value == value.to_integral_value() and "." not in str(value)
            else float(value)
        )
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
