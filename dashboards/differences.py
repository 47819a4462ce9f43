"""What of ours is not so in Grafana, named by path: what a person changed by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

VERSION_KEY = "schemaVersion"


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
        yield f"{path}: {_short(there)} -> {_short(ours)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
