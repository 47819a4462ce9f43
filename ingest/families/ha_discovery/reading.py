"""Reading a value template: text, `{{ … }}` and `{% if, set %}` into pieces, expressions into trees. Bounded in size and depth."""

from __future__ import annotations

import re
from typing import Any

Node = tuple[Any, ...]
"""(kind, …): see `expressions`, which works them out."""
Piece = tuple[str, Any]
"""("text", str), ("show", Node), ("set", (name, Node)) or ("if", ((Node or None, pieces), …))."""
LONGEST = 1500
_DEEPEST = 24
_MOST_TOKENS = 200
_BLOCK = re.compile(r"\{\{-?(.*?)-?\}\}|\{%-?(.*?)-?%\}|\{#.*?#\}", re.DOTALL)
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d{1,15}(?:\.\d{1,15})?)|(?P<text>"[^"\\]*"|'[^'\\]*')|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<sign>==|!=|<=|>=|//|\*\*|[-+*/%<>|.,()\[\]~]))"""
)
_WORDS: dict[str, object] = {"true": True, "false": False, "none": None, "True": True, "False": False, "None": None}
_COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">=", "in"))


class TemplateError(ValueError):
    """The template is of a form that is not read here."""


def pieces_of(source: str) -> tuple[Piece, ...]:
    """The pieces of a template. Raises TemplateError."""
    if len(source) > LONGEST:
        raise TemplateError(f"a template of more than {LONGEST} signs")
    parts: list[tuple[str, str]] = []
    end = 0
    for found in _BLOCK.finditer(source):
        parts.append(("text", source[end : found.start()]))
        if found.group(1) is not None:
            parts.append(("show", found.group(1)))
        elif found.group(2) is not None:
            parts.append(("do", found.group(2).strip()))
        end = found.end()
    parts.append(("text", source[end:]))
    pieces, left = _pieces([part for part in parts if part[1]], ())
    if left:
        raise TemplateError(f"{left[0][1][:20]!r} without its beginning")
    return pieces


def _pieces(
    parts: list[tuple[str, str]], until: tuple[str, ...], depth: int = 0
) -> tuple[tuple[Piece, ...], list[tuple[str, str]]]:
    pieces: list[Piece] = []
    while parts:
        kind, text = parts[0]
        if kind == "text":
            pieces.append(("text", text))
            parts = parts[1:]
        elif kind == "show":
            pieces.append(("show", _Reader(text).whole()))
            parts = parts[1:]
        elif text.split(None, 1)[0] in until:
            break
        else:
            piece, parts = _statement(text, parts[1:], depth)
            pieces.append(piece)
    return tuple(pieces), parts


def _statement(text: str, parts: list[tuple[str, str]], depth: int) -> tuple[Piece, list[tuple[str, str]]]:
    word, _, rest = text.partition(" ")
    if depth > _DEEPEST:
        raise TemplateError("conditions nested too deep")
    if word == "set" and "=" in rest:
        name, _, told = rest.partition("=")
        return ("set", (name.strip(), _Reader(told).whole())), parts
    if word != "if":
        raise TemplateError(f"{word[:20]!r} is not read here")
    branches: list[tuple[Node | None, tuple[Piece, ...]]] = []
    condition: Node | None = _Reader(rest).whole()
    while True:
        inner, parts = _pieces(parts, ("elif", "else", "endif"), depth + 1)
        branches.append((condition, inner))
        if not parts:
            raise TemplateError("an `if` without its `endif`")
        word, _, rest = parts[0][1].partition(" ")
        parts = parts[1:]
        if word == "endif":
            return ("if", tuple(branches)), parts
        condition = _Reader(rest).whole() if word == "elif" else None


class _Reader:
    """One expression, from left to right."""

    def __init__(self, source: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        end = 0
        source = source.strip()
        while end < len(source):
            found = _TOKEN.match(source, end)
            if found is None:
                raise TemplateError(f"{source[end : end + 20]!r} is not read here")
            self._tokens.append((found.lastgroup or "", found.group(found.lastgroup or 0)))
            end = found.end()
            if len(self._tokens) > _MOST_TOKENS:
                raise TemplateError(f"an expression of more than {_MOST_TOKENS} words")
        self._next = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._conditional()
        if self._next < len(self._tokens):
            raise TemplateError(f"{self._tokens[self._next][1][:20]!r} is left over")
        return node

    def _peek(self) -> str:
        kind, token = self._tokens[self._next] if self._next < len(self._tokens) else ("", "")
        return token if kind in ("sign", "name") else ""

    def _take(self, *tokens: str) -> str:
        """The next token where it is one of these, "" where it is not."""
        token = self._peek()
        if token in tokens and token:
            self._next += 1
            return token
        return ""

    def _need(self, token: str) -> None:
        if not self._take(token):
            raise TemplateError(f"{token!r} is missing")

    def _conditional(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TemplateError("nested too deep")
        node = self._any()
        if self._take("if"):
            condition = self._any()
            node = ("if", node, condition, self._conditional() if self._take("else") else None)
        self._depth -= 1
        return node

    def _any(self) -> Node:
        node = self._all()
        while self._take("or"):
            node = ("or", node, self._all())
        return node

    def _all(self) -> Node:
        node = self._negated()
        while self._take("and"):
            node = ("and", node, self._negated())
        return node

    def _negated(self) -> Node:
        negations = 0
        while self._take("not"):
            negations += 1
        node = self._compared()
        return ("not", node) if negations % 2 else node

    def _compared(self) -> Node:
        node = self._sum()
        while True:
            if self._take("is"):
                negated = bool(self._take("not"))
                kind, test = self._tokens[self._next] if self._next < len(self._tokens) else ("", "")
                self._next += 1
                node = ("test", node, test.lower() if kind == "name" else "")
                node = ("not", node) if negated else node
            elif self._peek() in _COMPARISONS:
                sign = self._take(*_COMPARISONS)
                node = ("compare", sign, node, self._sum())
            elif self._peek() == "not":
                self._next += 1
                self._need("in")
                node = ("not", ("compare", "in", node, self._sum()))
            else:
                return node

    def _sum(self) -> Node:
        node = self._product()
        while sign := self._take("+", "-", "~"):
            right = self._product()
            node = ("join", node, right) if sign == "~" else ("maths", sign, node, right)
        return node

    def _product(self) -> Node:
        node = self._signed()
        while sign := self._take("*", "/", "//", "%"):
            node = ("maths", sign, node, self._signed())
        return node

    def _signed(self) -> Node:
        minus = 0
        while sign := self._take("-", "+"):
            minus += sign == "-"
        node = self._filtered()
        return ("maths", "-", ("literal", 0), node) if minus % 2 else node

    def _filtered(self) -> Node:
        node = self._placed()
        while self._take("|"):
            kind, name = self._tokens[self._next] if self._next < len(self._tokens) else ("", "")
            if kind != "name":
                raise TemplateError("a filter without a name")
            self._next += 1
            node = ("filter", node, name, tuple(self._arguments()) if self._take("(") else ())
            node = self._steps(node)
        return node

    def _arguments(self) -> list[Node]:
        given: list[Node] = []
        while not self._take(")"):
            given.append(self._conditional())
            if not self._take(","):
                self._need(")")
                break
        return given

    def _placed(self) -> Node:
        kind, told = self._tokens[self._next] if self._next < len(self._tokens) else ("", "")
        self._next += 1
        node: Node
        if kind == "number":
            node = ("literal", float(told) if "." in told else int(told))
        elif kind == "text":
            node = ("literal", told[1:-1])
        elif kind == "name":
            node = ("literal", _WORDS[told]) if told in _WORDS else ("name", told)
        elif told == "(":
            node = self._conditional()
            self._need(")")
        elif told == "[":
            node = ("list", tuple(self._listed()))
        else:
            raise TemplateError(f"{told[:20]!r} is no value")
        return self._steps(node)

    def _listed(self) -> list[Node]:
        items: list[Node] = []
        while not self._take("]"):
            items.append(self._conditional())
            if not self._take(","):
                self._need("]")
                break
        return items

    def _steps(self, node: Node) -> Node:
        while sign := self._take(".", "[", "("):
            if sign == ".":
                kind, name = self._tokens[self._next] if self._next < len(self._tokens) else ("", "")
                if kind not in ("name", "number"):
                    raise TemplateError("a dot without a name")
                self._next += 1
                node = ("step", node, ("literal", int(name) if kind == "number" and name.isdigit() else name))
            elif sign == "[":
                node = ("step", node, self._conditional())
                self._need("]")
            else:
                given = self._arguments()
                # what a default would be is no value: only the place counts
                node = (
                    ("step", node[1], given[0]) if node[0] == "step" and node[2] == ("literal", "get") and given else ("unknown",)
                )
        return node
