"""Which topic filters the session has and which it should have: subscriptions live in the session, not in the process.

After a change of the site file the old topics would keep flowing and the session must not be reset, so the difference is
sent: new filters are subscribed, gone ones are unsubscribed. What the session has is noted beside the journal.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol


class Notes(Protocol):
    """Short texts that outlive the process; the journal keeps them."""

    def note(self, name: str) -> str | None: ...

    def keep_note(self, name: str, value: str) -> None: ...


Difference = tuple[list[str], list[str]]


class Subscriptions:
    """Filters wanted and filters held. Not thread-safe: the connection calls it under its lock."""

    def __init__(self, client_id: str, share: str = "", notes: Notes | None = None) -> None:
        self._name = f"subscriptions of {client_id}"
        self._prefix = f"$share/{share}/" if share else ""
        self._notes = notes
        self._wanted: frozenset[str] = frozenset()
        self._held: set[str] = self._noted()

    def _noted(self) -> set[str]:
        text = self._notes.note(self._name) if self._notes is not None else None
        if text is None:
            return set()
        try:
            return {str(one) for one in json.loads(text)}
        except (ValueError, TypeError):
            return set()  # a damaged note costs one subscription too many, never a message

    def want(self, filters: Sequence[str], own: Sequence[str] = ()) -> None:
        """filters: of devices, shared between workers where a group is set; own: each worker's own."""
        self._wanted = frozenset(self._prefix + one for one in filters) | frozenset(own)

    def session(self, *, present: bool) -> None:
        """A connection was made; where the broker has no session of ours nothing is subscribed."""
        if not present:
            self._held.clear()

    def difference(self) -> Difference:
        """(to subscribe, to unsubscribe), sorted."""
        return sorted(self._wanted - self._held), sorted(self._held - self._wanted)

    def added(self, filters: Sequence[str]) -> None:
        """The broker took these."""
        self._held.update(filters)
        self._keep()

    def removed(self, filters: Sequence[str]) -> None:
        """The broker dropped these."""
        self._held.difference_update(filters)
        self._keep()

    def _keep(self) -> None:
        if self._notes is not None:
            self._notes.keep_note(self._name, json.dumps(sorted(self._held)))

    @property
    def settled(self) -> bool:
        """Whether the session has just what is wanted."""
        return self._held == self._wanted
