"""One registry of all figures: the auditor's calculator reads its list, its example inputs and its answers from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from typing import Any

from premises.errors import UnknownNameError
from reports.factors import FactorMissingError
from reports.figures.entries import carbon, cost, duties, funds, operat, quality, saving, sharing, solar, use, weather
from reports.figures.exact import FigureInputError
from reports.figures.form import Answer, Figure
from reports.figures.reading import read

_ENTRIES = (solar, weather, use, cost, carbon, saving, quality, sharing, operat, funds, duties)


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
    assert isinstance(given, Mapping)
    defaults = {wanted.name: wanted.default for wanted in figure.inputs if wanted.default is not None}
    return Answer(
        figure,
        values,
        {output.name: output.missing or "not known" for output in figure.outputs if values[output.name] is None},
        defaults | {key: value for key, value in given.items() if value is not None},
        found.completeness,
        tuple(dict.fromkeys(found.factors)),
    )


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
