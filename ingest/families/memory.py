"""What families must remember between messages (units told on topics of their own, aliases of births), with a bound."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any


class Memory:
    """Entries by (family, key), the least lately used forgotten beyond `limit`: hostile topics cannot fill the machine."""

    def __init__(self, limit: int = 20_000) -> None:
        self.limit = limit
        self._entries: OrderedDict[tuple[str, str], Any] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, family: str, key: str) -> Any:
        """What was remembered, None where nothing was."""
        place = (family, key)
        value = self._entries.get(place)
        if value is not None:
            self._entries.move_to_end(place)
        return value

    def put(self, family: str, key: str, value: Any) -> None:
        place = (family, key)
        self._entries[place] = value
        self._entries.move_to_end(place)
        if len(self._entries) > self.limit:
            self._entries.popitem(last=False)

    def entries(self) -> list[tuple[tuple[str, str], Any]]:
        """All of it, least lately used first."""
        return list(self._entries.items())

    def forget(self, family: str, key: str) -> None:
        self._entries.pop((family, key), None)
