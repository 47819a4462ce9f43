"""Value templates: mostly a path into the message, filters and one-step arithmetic; what is more is read by `expressions`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ingest.families.ha_discovery.expressions import Program, TemplateError
from ingest.families.ha_discovery.reading import LONGEST
from ingest.families.scalars import plain, plain_text
from premises.reading import Value

_WHOLE = re.compile(r"^\s*\{\{-?\s*(.{1,300}?)\s*-?\}\}\s*$", re.DOTALL)
_PATH = re.compile(r"value_json((?:\.[A-Za-z_]\w{0,63}|\[\s*(?:\"[^\"\]]{1,64}\"|'[^'\]]{1,64}'|\d{1,4})\s*\])*)")
_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[\s*(?:\"([^\"]*)\"|'([^']*)'|(\d+))\s*\]")
_FILTER = re.compile(r"\s*\|\s*(float|int|round|default|string|abs|is_defined|trim|lower|upper|title)\b\s*(?:\([^()]{0,40}\))?")
_IF_DEFINED = re.compile(r"\s*if\s+value_json[\w.\[\]\"']{0,120}\s+(?:is\s+defined|is\s+not\s+none)?\s*else\s+[\w.'\"-]{0,20}\s*$")
_ARITHMETIC = re.compile(r"\s*([*/+-])\s*(\d{1,9}(?:\.\d{1,9})?)")


@dataclass(frozen=True, slots=True)
class Template:
    """path: keys and indexes into the JSON payload; bare: the payload itself is the value; exact: nothing was left over.

    steps: (operator, number) applied in order; program: what works the template out where it is more than that.
    A template that is not exact names its place but gives no value.
    """

    path: tuple[str | int, ...] = ()
    bare: bool = False
    exact: bool = True
    steps: tuple[tuple[str, float], ...] = ()
    program: Program | None = None
    source: str = ""

    @property
    def key(self) -> str:
        """The path with dots, as people read it."""
        return ".".join(str(step) for step in self.path)

    def value(self, text: str, document: Callable[[], Any]) -> Value | None:
        """The value of a message; None where there is none."""
        told: Value | None
        if self.program is not None:
            return self.program.value(text, document)
        if self.bare:
            told = plain_text(text)
        else:
            place = document()
            for step in self.path:
                if isinstance(place, dict) and isinstance(step, str):
                    place = place.get(step)
                elif isinstance(place, list) and isinstance(step, int) and step < len(place):
                    place = place[step]
                else:
                    return None
            told = plain(place)
        if not self.steps or told is None:
            return told
        if isinstance(told, str | bool):
            return None  # no number, so nothing can be worked out of it
        for operator, number in self.steps:
            told = _OPERATORS[operator](told, number)
        return round(told, 9)


_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "*": lambda value, number: value * number,
    "/": lambda value, number: value / number,
    "+": lambda value, number: value + number,
    "-": lambda value, number: value - number,
}
BARE = Template(bare=True)


def template_of(source: str) -> Template:
    """Read a value template; an empty one is the bare payload."""
    text = source.strip()[:LONGEST]
    return _template_of(text) if text else BARE


@lru_cache(maxsize=4096)
def _template_of(text: str) -> Template:
    simple = _simple(text)
    if simple.exact:
        return replace(simple, source=text)
    try:
        program = Program(text)
    except TemplateError:
        return replace(simple, source=text)
    return Template(simple.path, bare=program.bare, program=program, source=text)


def _simple(text: str) -> Template:
    whole = _WHOLE.match(text)
    found = _PATH.search(text)
    if whole is None:
        return Template(_path(found.group(1)) if found else (), exact=False)
    body = whole.group(1).strip()
    if body.startswith("("):  # (value_json.x | float / 60) | round(2): steps are taken from left to right anyway
        body = body.lstrip("( ")
    start = _PATH.match(body)
    if start is None:
        if body == "value" or body.startswith(("value |", "value|", "value *", "value /", "value)")):
            steps, left = _rest(body[len("value") :])
            return Template(bare=True, steps=steps, exact=not left)
        return Template(_path(found.group(1)) if found else (), exact=False)
    steps, left = _rest(body[start.end() :])
    return Template(_path(start.group(1)), steps=steps, exact=not left)


def _path(source: str) -> tuple[str | int, ...]:
    return tuple(
        int(step.group(4)) if step.group(4) is not None else next(part for part in step.groups()[:3] if part is not None)
        for step in _STEP.finditer(source)
    )


def _rest(source: str) -> tuple[tuple[tuple[str, float], ...], str]:
    """Filters that do not change what is measured, and arithmetic; and what is left that is neither."""
    steps: list[tuple[str, float]] = []
    while source.strip() and len(steps) < 8:
        if source.lstrip()[0] == ")":
            source = source.lstrip()[1:]
            continue
        passed = _FILTER.match(source)
        if passed is not None:
            source = source[passed.end() :]
            continue
        arithmetic = _ARITHMETIC.match(source)
        if arithmetic is None:
            break
        if arithmetic.group(1) == "/" and not float(arithmetic.group(2)):
            break
        steps.append((arithmetic.group(1), float(arithmetic.group(2))))
        source = source[arithmetic.end() :]
    if _IF_DEFINED.match(source):  # where it is not defined there is no value: not the nought that the template would show
        source = ""
    return tuple(steps), source.strip()
