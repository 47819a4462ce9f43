"""From YAML text to plain values, each with its line: bounded in size, depth and aliases; every fault of the text is noted."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from premises.errors import Fault, FaultsError

_PREFIX = "tag:yaml.org,2002:"

Step = str | int
Place = tuple[Step, ...]
"""Where something stands in a document: keys and list positions from its root."""

MAX_BYTES = 256 * 1024
MAX_DEPTH = 24
MAX_VALUES = 100_000
"""Values after all aliases are followed: an alias of an alias of an alias cannot grow without end."""

MAX_BRACKETS = 100
_BRACKET = re.compile(r"[\[\]{}]")
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_ADVICE = (
    ("'\\t'", "indent with spaces, not tabs"),
    ("cannot start any token", "put a text that begins with such a sign in quotes"),
    ("mapping values are not allowed", "a text with a colon in it needs quotes; a key needs a blank after its colon"),
    ("',' or", "part what stands within { } or [ ] by commas, and close the bracket"),
    ("<block end>", "keys of one block stand in one column; items of a list begin with `- `"),
    ("undefined alias", "the block of that name must stand above, with & before its name"),
    ("another document", "one file is one document: take the line --- out"),
)
_PLAIN_WORDS = {"true": True, "false": False}


@dataclass(slots=True)
class Document:
    """A text's value, the 1-based line of each place in it, and what was wrong with the text.

    Decimal numbers with a fraction come as Decimal, so that money keeps the digits that were written.
    """

    name: str
    value: object = None
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, place: Place) -> int | None:
        """The line of the place, or of the nearest one above it that was written."""
        for end in range(len(place), -1, -1):
            line = self.lines.get(place[:end])
            if line is not None:
                return line
        return None


def path_text(place: Place) -> str:
    """A place as people write it: `zones[2].comfort.shoot.heat_c`; the root is `(file)`."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "(file)"


def read_text(text: str, name: str) -> Document:
    """The value of a YAML 1.2 text. Raises FaultsError where the text cannot be read at all; other faults are in the document."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise FaultsError(
            name, [Fault("(file)", f"is larger than {MAX_BYTES // 1024} KiB", hint="split a cluster into one file per site")]
        )
    if _brackets(text) > MAX_BRACKETS:
        raise FaultsError(name, [Fault("(file)", "is nested too deeply", hint=f"at most {MAX_DEPTH} levels")])
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise FaultsError(name, [_unreadable(error)]) from None
    except (YAMLError, ValueError, LookupError) as error:
        raise FaultsError(name, [Fault("(file)", f"is no YAML: {error}".splitlines()[0])]) from None
    except RecursionError:
        raise FaultsError(name, [Fault("(file)", "is nested too deeply", hint=f"at most {MAX_DEPTH} levels")]) from None
    document = Document(name)
    if root is not None:
        reader = _Reader(document)
        document.value = reader.value(root, (), ())
    return document


def _brackets(text: str) -> int:
    """Most brackets that stand open at once; those in quoted texts are counted too, which the generous bound allows for."""
    depth = most = 0
    for sign in _BRACKET.findall(text):
        depth = max(0, depth + (1 if sign in "[{" else -1))
        most = max(most, depth)
    return most


def _unreadable(error: MarkedYAMLError) -> Fault:
    problem = str(error.problem or error.context or "cannot be read").strip()
    unclosed = "quoted scalar" in str(error.context)
    mark = error.context_mark if unclosed else error.problem_mark or error.context_mark
    hint = (
        "a quote that is opened here is never closed"
        if unclosed
        else "look for a missing colon, quote or indent here or just above"
    )
    if not unclosed:
        hint = next((advice for sign, advice in _ADVICE if sign in problem), hint)
    return Fault("(file)", f"is no YAML: {problem}", None if mark is None else mark.line + 1, hint)


class _Reader:
    """Walks the nodes of one document; keeps count of what it has made."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.made = 0

    def fault(self, place: Place, node: Node, message: str, hint: str = "") -> None:
        self.document.faults.append(Fault(path_text(place), message, node.start_mark.line + 1, hint))

    def value(self, node: Node, place: Place, above: tuple[int, ...]) -> object:
        self.made += 1
        if self.made > MAX_VALUES:
            raise FaultsError(
                self.document.name, [Fault(path_text(place), f"holds more than {MAX_VALUES} values once its aliases are followed")]
            )
        self.document.lines.setdefault(place, node.start_mark.line + 1)
        if id(node) in above:
            self.fault(place, node, "an alias stands inside what it names", "write the value out")
            return None
        if len(above) >= MAX_DEPTH:
            self.fault(place, node, f"is nested deeper than {MAX_DEPTH} levels")
            return None
        if isinstance(node, ScalarNode):
            return self.scalar(node, place)
        above = (*above, id(node))
        if isinstance(node, SequenceNode) and str(node.tag) == f"{_PREFIX}seq":
            return [self.value(item, (*place, index), above) for index, item in enumerate(node.value)]
        if isinstance(node, MappingNode) and str(node.tag) == f"{_PREFIX}map":
            return self.mapping(node, place, above)
        self.fault(place, node, f"has a tag, {node.tag}", "tags are not used in site files: write the plain value")
        return None

    def mapping(
        self, node: MappingNode, place: Place, above: tuple[int, ...], taken: frozenset[str] = frozenset()
    ) -> dict[str, object]:
        """The block's own keys first, then what `<<` brings beside them; `taken` keys are written nearer and left out."""
        made: dict[str, object] = {}
        first_line: dict[str, int] = {}
        sources: list[MappingNode] = []
        for key_node, value_node in node.value:
            if str(key_node.tag) == f"{_PREFIX}merge":
                sources += self.merge_sources(value_node, place)
                continue
            if not isinstance(key_node, ScalarNode):
                self.fault(place, key_node, "a key must be a word", "quote braces and brackets that are meant as text")
                continue
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in first_line:
                self.fault((*place, key), key_node, f"is written twice, first on line {first_line[key]}", "keep one of the two")
                continue
            first_line[key] = line
            if key not in taken:
                self.document.lines[(*place, key)] = line
                made[key] = self.value(value_node, (*place, key), above)
        for source in sources:
            if id(source) in above or len(above) >= MAX_DEPTH:
                self.fault(place, source, "an alias stands inside what it names", "write the value out")
                continue
            made |= self.mapping(source, place, (*above, id(source)), taken | frozenset(made))
        return made

    def merge_sources(self, node: Node, place: Place) -> Iterator[MappingNode]:
        """The blocks that `<<` takes in; the first has precedence."""
        sources = node.value if isinstance(node, SequenceNode) else [node]
        for source in sources:
            if isinstance(source, MappingNode):
                yield source
            else:
                self.fault((*place, "<<"), source, "must name a block of keys", "write `<<: *name` of an anchored block")

    def scalar(self, node: ScalarNode, place: Place) -> object:
        text = str(node.value)
        kind = str(node.tag).removeprefix(_PREFIX)
        if kind in ("str", "timestamp"):
            return text
        if kind == "null":
            return None
        if kind == "bool":
            return _PLAIN_WORDS.get(text.lower(), text)
        if kind == "int":
            return int(text) if _INTEGER.match(text) and len(text) < 19 else text
        if kind == "float":
            try:
                number = Decimal(text)
            except ArithmeticError:
                return text
            return number if number.is_finite() and math.isfinite(float(number)) else text
        self.fault(place, node, f"has a tag, {node.tag}", "tags are not used in site files: write the plain value")
        return None
