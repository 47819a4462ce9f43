"""What is said of a fault: nearest names for typing slips, and plain words for what pydantic finds."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

LISTED = 30
"""Names that a hint lists at most."""

_PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "use small letters, digits and single hyphens, such as stage-1",
    r"^[a-z]{2}$": "write a language as two small letters, such as fr",
    r"^[A-Z]{2}$": "write a country as two capital letters, such as FR",
    r"^[A-Z]{3}$": "write a currency as three capital letters, such as EUR",
}


LIKELY = 0.65
"""Likeness (0 to 1) from which a word is taken for a slip of a known name."""
SURELY = 0.78
"""The same where the word may as well be right as it is."""


def nearest(word: str, known: Iterable[str], likeness: float = LIKELY) -> str | None:
    """The known name that a typing slip most likely meant; None where none is near."""
    names = sorted(known)
    if len(word) > 2 and len(begun := [name for name in names if name.startswith(word.lower())]) == 1:
        return begun[0]
    folded = {name.lower().replace("-", "_"): name for name in names}
    found = difflib.get_close_matches(word.lower().replace("-", "_").replace(" ", "_")[:200], folded, 1, likeness)
    return folded[found[0]] if found else None


def listed(names: Iterable[str]) -> str:
    """Names in a row, cut where they are many."""
    row = list(names)
    return ", ".join(row[:LISTED]) + (f" and {len(row) - LISTED} more" if len(row) > LISTED else "")


def choose(word: str, known: Iterable[str], what: str) -> str:
    """Hint for an unknown name: the nearest, else what there is."""
    names = list(known)
    near = nearest(word, names)
    if near is not None:
        return f"did you mean `{near}`?"
    return f"{what}: {listed(names)}" if names else f"the file has no {what}"


def shown(value: Any) -> str:
    """A value of the file, short, as a person would say it."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a block of keys"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return (
        repr(value)
        if isinstance(value, str) and len(value) <= 60
        else repr(str(value)[:60])
        if isinstance(value, str)
        else str(value)
    )


def describe_error(error: ErrorDetails, choices: tuple[str, ...]) -> tuple[str, str]:
    """Message and hint for what pydantic found at one place; `choices`: the words that are valid there, where few are."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "site_file":
        return str(context["message"]), ""
    if kind in ("enum", "literal_error") and choices:
        return f"{shown(value)} is none of the words known here", choose(str(value), choices, "one of")
    if kind == "string_pattern_mismatch":
        return f"{shown(value)} is not written as it should be", _PATTERNS.get(str(context.get("pattern")), "")
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        bound = next(iter(context.values()))
        word = {"greater_than": "greater than", "greater_than_equal": "at least", "less_than": "less than"}.get(kind, "at most")
        return f"{shown(value)} is out of range: must be {word} {_plain_number(bound)}", ""
    if kind in ("model_type", "model_attributes_type", "dict_type", "mapping_type"):
        return f"must be a block of keys, is {shown(value)}", "write `key: value` lines, indented below it"
    if kind in ("tuple_type", "list_type"):
        return f"must be a list, is {shown(value)}", "write each item on a line of its own after `- `, or all in [brackets]"
    if kind in ("bool_type", "bool_parsing"):
        return f"{shown(value)} is neither true nor false", ""
    if kind == "string_type":
        return f"must be a text, is {shown(value)}", ""
    if kind == "string_too_long":
        return f"is longer than {context.get('max_length')} characters", ""
    if kind in ("string_too_short", "too_short"):
        return "must not be empty", ""
    return str(error["msg"]).lower(), ""


def _plain_number(bound: Any) -> str:
    return f"{bound:g}" if isinstance(bound, int | float) else str(bound)
