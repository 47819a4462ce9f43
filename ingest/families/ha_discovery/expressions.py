"""The part of Jinja that value templates of devices use, read and worked out here: nothing of a template is ever executed.

Paths into the message, literals, arithmetic, comparisons, tests, conditions, the usual filters, `{% if %}` and `{% set %}`.
What is not known (functions, other filters, names) has no value, and neither has what is worked out from it; a default for
what a message does not hold is no value either, as a gap is never zero.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from ingest.families.ha_discovery.reading import Node, Piece, TemplateError, pieces_of
from ingest.families.scalars import plain, plain_text, yes_no
from premises.reading import Value

NOTHING = object()
"""No value: what the message does not hold, and all that comes of it."""
_LONGEST_TEXT = 1024
_MATHS: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Program:
    """A template that was read. Immutable, to be worked out any number of times."""

    def __init__(self, source: str) -> None:
        """Raises TemplateError where it is no template of this form."""
        self.source = source
        self._pieces = pieces_of(source)
        self.bare = "value_json" not in source

    def value(self, text: str, document: Callable[[], Any]) -> Value | None:
        """What the template makes of a message, None where it has no value."""
        names: dict[str, Any] = {"value": text, "value_json": NOTHING if self.bare else document()}
        told = [one for one in _shown(self._pieces, names) if not (isinstance(one, str) and not one.strip())]
        if not told or any(one is NOTHING for one in told):
            return None
        if len(told) == 1:
            return plain_text(told[0]) if isinstance(told[0], str) else plain(told[0])
        return plain_text("".join(str(one) for one in told)[:_LONGEST_TEXT])


def _shown(pieces: tuple[Piece, ...], names: dict[str, Any]) -> list[Any]:
    shown: list[Any] = []
    for kind, what in pieces:
        if kind == "text":
            shown.append(what)
        elif kind == "show":
            shown.append(_worked_out(what, names))
        elif kind == "set":
            names[what[0]] = _worked_out(what[1], names)
        else:
            for condition, inner in what:
                if condition is None or _true(_worked_out(condition, names)):
                    shown += _shown(inner, names)
                    break
    return shown


def _worked_out(node: Node, names: Mapping[str, Any]) -> Any:
    try:
        return _NODES[node[0]](node, names)
    except (ArithmeticError, TypeError, ValueError):
        return NOTHING


def _of_name(node: Node, names: Mapping[str, Any]) -> Any:
    return names.get(node[1], NOTHING)


def _of_step(node: Node, names: Mapping[str, Any]) -> Any:
    place, step = _worked_out(node[1], names), _worked_out(node[2], names)
    if isinstance(place, dict) and isinstance(step, str | int):
        return place.get(str(step), NOTHING)
    if isinstance(place, list) and type(step) is int and -len(place) <= step < len(place):
        return place[step]
    return NOTHING


def _of_maths(node: Node, names: Mapping[str, Any]) -> Any:
    left, right = _number(_worked_out(node[2], names)), _number(_worked_out(node[3], names))
    if left is None or right is None:
        return NOTHING
    return round(_MATHS[node[1]](left, right), 9)


def _of_comparison(node: Node, names: Mapping[str, Any]) -> Any:
    left, right = _worked_out(node[2], names), _worked_out(node[3], names)
    if left is NOTHING or right is NOTHING:
        return False
    if node[1] == "in":
        return (
            isinstance(right, list | tuple | dict | str) and (not isinstance(right, str) or isinstance(left, str)) and left in right
        )
    return bool(_COMPARED[node[1]](left, right))


def _of_condition(node: Node, names: Mapping[str, Any]) -> Any:
    chosen = node[1] if _true(_worked_out(node[2], names)) else node[3]
    return NOTHING if chosen is None else _worked_out(chosen, names)


def _of_test(node: Node, names: Mapping[str, Any]) -> Any:
    value, test = _worked_out(node[1], names), node[2]
    if test == "defined":
        return value is not NOTHING
    if test == "none":
        return value is None
    if test == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str) if test == "string" else NOTHING


def _of_filter(node: Node, names: Mapping[str, Any]) -> Any:
    value = _worked_out(node[1], names)
    known = _FILTERS.get(node[2])
    if known is None or value is NOTHING or value is None:
        return NOTHING
    return known(value, [_worked_out(one, names) for one in node[3]])


def _of_any(node: Node, names: Mapping[str, Any]) -> Any:
    left = _worked_out(node[1], names)
    return left if _true(left) else _worked_out(node[2], names)


def _of_all(node: Node, names: Mapping[str, Any]) -> Any:
    left = _worked_out(node[1], names)
    return _worked_out(node[2], names) if _true(left) else left


def _of_joined(node: Node, names: Mapping[str, Any]) -> Any:
    parts = [_worked_out(one, names) for one in node[1:]]
    return NOTHING if any(one is NOTHING for one in parts) else "".join(map(str, parts))[:_LONGEST_TEXT]


_NODES: Mapping[str, Callable[[Node, Mapping[str, Any]], Any]] = {
    "literal": lambda node, _names: node[1],
    "name": _of_name,
    "step": _of_step,
    "maths": _of_maths,
    "compare": _of_comparison,
    "if": _of_condition,
    "test": _of_test,
    "filter": _of_filter,
    "or": _of_any,
    "and": _of_all,
    "not": lambda node, names: not _true(_worked_out(node[1], names)),
    "join": _of_joined,
    "list": lambda node, names: [_worked_out(one, names) for one in node[1]],
    "unknown": lambda _node, _names: NOTHING,
}


def _true(value: Any) -> bool:
    return value is not NOTHING and bool(value)


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        value = plain_text(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _as_number(value: Any, _given: list[Any]) -> Any:
    number = _number(value)
    return NOTHING if number is None else number


def _as_flag(value: Any, _given: list[Any]) -> Any:
    told = yes_no(value)
    return NOTHING if told is None else told


def _scaled(sign: int) -> Callable[[Any, list[Any]], Any]:
    def scale(value: Any, given: list[Any]) -> Any:
        number, by = _number(value), _number(given[0]) if given else None
        if number is None or by is None:
            return NOTHING
        return round(number * by if sign == 0 else number + sign * by, 9)

    return scale


def _replaced(value: Any, given: list[Any]) -> Any:
    if len(given) < 2 or not all(isinstance(one, str) for one in given[:2]):
        return NOTHING
    return str(value).replace(given[0], given[1])[:_LONGEST_TEXT] if given[0] else NOTHING


def _iif(value: Any, given: list[Any]) -> Any:
    return (given[0] if given else True) if _true(value) else (given[1] if len(given) > 1 else False)


_FILTERS: Mapping[str, Callable[[Any, list[Any]], Any]] = {
    # rounding is for people's eyes: what the message says is kept
    **dict.fromkeys(("float", "int", "round"), _as_number),
    **dict.fromkeys(("default", "is_defined"), lambda value, _given: value),
    "abs": lambda value, _given: abs(_number(value) or 0.0) if _number(value) is not None else NOTHING,
    "bool": _as_flag,
    "multiply": _scaled(0),
    "add": _scaled(1),
    "string": lambda value, _given: str(value),
    "lower": lambda value, _given: str(value).lower(),
    "upper": lambda value, _given: str(value).upper(),
    "title": lambda value, _given: str(value).title(),
    "capitalize": lambda value, _given: str(value).capitalize(),
    "trim": lambda value, _given: str(value).strip(),
    "replace": _replaced,
    "iif": _iif,
    "first": lambda value, _given: value[0] if isinstance(value, list | str) and value else NOTHING,
    "last": lambda value, _given: value[-1] if isinstance(value, list | str) and value else NOTHING,
    "length": lambda value, _given: len(value) if isinstance(value, list | dict | str) else NOTHING,
}

__all__ = ["NOTHING", "Program", "TemplateError"]
