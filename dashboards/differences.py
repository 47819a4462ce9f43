"""What of ours is not so in Grafana, named by path: what a person changed by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

VERSION_KEY = "schemaVersion"
LONGEST = 80


def differences(ours: Any, there: Any, path: str = "") -> Iterator[str]:
    """As `path: there -> ours`. What Grafana adds (ids, versions, defaults) is no difference; what is added to a list is.

    A newer schema version is none: Grafana raises it when somebody saves a board unchanged.
    """
    if isinstance(ours, Mapping) and isinstance(there, Mapping):
        for key, value in ours.items():
            yield from differences(value, there.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(ours, list) and isinstance(there, list):
        if len(ours) != len(there):
            yield f"{path}: {len(there)} entries -> {len(ours)}"
        for index, (one, other) in enumerate(zip(ours, there, strict=False)):
            yield from differences(one, other, f"{path}[{index}]")
    elif path == VERSION_KEY and isinstance(there, int) and there >= ours:
        return
    elif ours != there and not (there is None and ours in ([], {}, "", False)):
        start = _parting(there, ours)
        yield f"{path}: {_short(there, start)} -> {_short(ours, start)}"


def _parting(one: Any, other: Any) -> int:
    """Where two long texts part, a little before it: what comes before is the same and left out."""
    if not (isinstance(one, str) and isinstance(other, str)) or max(len(one), len(other)) <= LONGEST:
        return 0
    same = next((index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return max(0, same - 20)


def _short(value: Any, start: int = 0) -> str:
    text = repr(value[start:] if start else value)
    text = f"…{text}" if start else text
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
