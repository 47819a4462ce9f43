"""Which topic filters the session has and which it should have: subscriptions live in the session, not in the process.

At the first connection of a process all filters are subscribed again: what is retained (announcements, units, availability) is
then sent anew, as what was told before this process began is known to nobody. The session and what it has queued stay.
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


class Subscriptions:
    """Filters wanted and filters held. Not thread-safe: the connection calls it under its lock."""

    def __init__(self, client_id: str, share: str = "", notes: Notes | None = None) -> None:
        self._name = f"subscriptions of {client_id}"
        self._prefix = f"$share/{share}/" if share else ""
        self._notes = notes
        self._wanted: frozenset[str] = frozenset()
        self._held: set[str] = self._noted()
        self._asked: dict[int, list[str]] = {}
        self._sessions = 0
        self.renewing = False
        self.refused: frozenset[str] = frozenset()

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
        self._asked.clear()
        self._sessions += 1
        self.renewing = self._sessions == 1
        self.refused = frozenset()
        if not present:
            self._held.clear()

    def to_add(self, at_once: int) -> list[list[str]]:
        """What is to be subscribed, sorted, in parts of so many filters."""
        held = frozenset[str]() if self.renewing else self._held
        return _parts(self._wanted - held - self.refused, at_once)

    def to_remove(self, at_once: int) -> list[list[str]]:
        """What is to be unsubscribed."""
        return _parts(self._held - self._wanted, at_once)

    def asked(self, number: int | None, filters: list[str]) -> None:
        """The broker was asked to add or remove these, under that packet number (None: it could not be sent)."""
        if number is not None:
            self._asked[number] = filters

    def added(self, number: int, taken: Sequence[bool]) -> list[str]:
        """The broker's answer, filter by filter; those that it refused."""
        filters = self._asked.pop(number, [])
        refused = [one for one, good in zip(filters, taken, strict=False) if not good]
        self.refused |= frozenset(refused)
        self._held.update(one for one in filters if one not in self.refused)
        self._keep()
        return refused

    def removed(self, number: int) -> None:
        """The broker dropped these."""
        self._held.difference_update(self._asked.pop(number, []))
        self._keep()

    def _keep(self) -> None:
        if self._notes is not None:
            self._notes.keep_note(self._name, json.dumps(sorted(self._held)))

    @property
    def settled(self) -> bool:
        """Whether the session has just what is wanted, but for what the broker refuses."""
        return self._held == self._wanted - self.refused


def _parts(filters: frozenset[str] | set[str], at_once: int) -> list[list[str]]:
    ordered = sorted(filters)
    return [ordered[start : start + at_once] for start in range(0, len(ordered), at_once)]
