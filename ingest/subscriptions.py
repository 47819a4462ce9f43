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
    """Filters wanted, held, and asked for. Not thread-safe: the connection calls it under its lock.

    A broker answers in the order asked, so what is still to be asked follows from what the session will have once all answers
    are in, not from what it has now: a filter removed and wanted again before the broker answered is asked for again.
    """

    def __init__(self, client_id: str, share: str = "", notes: Notes | None = None) -> None:
        self._name = f"subscriptions of {client_id}"
        self._prefix = f"$share/{share}/" if share else ""
        self._notes = notes
        self._wanted: frozenset[str] = frozenset()
        self._held: set[str] = self._noted()
        self._coming: set[str] = set(self._held)  # held once all answers are in
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
        """A connection was made; where the broker has no session of ours nothing is subscribed.

        What was asked and not answered before may have been done or not: it is asked again, whichever way it is wanted now.
        """
        unknown = self._unanswered()
        self._held = ((self._held | unknown) - (unknown & self._wanted)) if present else set()
        self._coming = set(self._held)
        self._asked.clear()
        self._sessions += 1
        self.renewing = self._sessions == 1
        self.refused = frozenset()

    def to_add(self, at_once: int) -> list[list[str]]:
        """What is to be subscribed, sorted, in parts of so many filters."""
        coming = frozenset[str]() if self.renewing else self._coming
        return _parts(self._wanted - coming - self.refused, at_once)

    def to_remove(self, at_once: int) -> list[list[str]]:
        """What is to be unsubscribed."""
        return _parts(self._coming - self._wanted, at_once)

    def adding(self, number: int | None, filters: list[str]) -> None:
        """The broker was asked to subscribe us to these, under that packet number (None: it could not be sent)."""
        if number is not None:
            self._asked[number] = filters
            self._coming.update(filters)
            self._keep()

    def removing(self, number: int | None, filters: list[str]) -> None:
        """The broker was asked to drop these, under that packet number (None: it could not be sent)."""
        if number is not None:
            self._asked[number] = filters
            self._coming.difference_update(filters)

    def added(self, number: int, taken: Sequence[bool]) -> list[str]:
        """The broker's answer, filter by filter; those that it refused."""
        filters = self._asked.pop(number, [])
        refused = [one for one, good in zip(filters, taken, strict=False) if not good]
        self.refused |= frozenset(refused)
        self._coming.difference_update(refused)
        self._held.update(filters)
        self._held.difference_update(refused)
        self._keep()
        return refused

    def removed(self, number: int) -> None:
        """The broker dropped these."""
        self._held.difference_update(self._asked.pop(number, []))
        self._keep()

    def _keep(self) -> None:
        """Noted is what the session may have: too many are unsubscribed by the next process, too few would stay for ever."""
        if self._notes is not None:
            self._notes.keep_note(self._name, json.dumps(sorted(self._held | self._unanswered())))

    def _unanswered(self) -> set[str]:
        return {one for filters in self._asked.values() for one in filters}

    @property
    def settled(self) -> bool:
        """Whether the session has just what is wanted, but for what the broker refuses, and no answer is outstanding."""
        return not self._asked and self._held == self._wanted - self.refused


def _parts(filters: frozenset[str] | set[str], at_once: int) -> list[list[str]]:
    ordered = sorted(filters)
    return [ordered[start : start + at_once] for start in range(0, len(ordered), at_once)]
