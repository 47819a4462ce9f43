"""What was learned from messages, kept beside the journal: counters, newest times, announcements, aliases, units.

It is written only when every journalled message is settled, so it is never ahead of what will be decoded again after a crash;
being somewhat behind is harmless, as it was true then. Where it is missing or damaged, the store's latest readings serve.
"""

from __future__ import annotations

import json
import logging
from typing import Any, Protocol, runtime_checkable

from premises.errors import GreenroomError

_log = logging.getLogger("greenroom.ingest.recollection")
_NOTE = "interpreter"
LONGEST = 16 * 1024 * 1024


@runtime_checkable
class Remembers(Protocol):
    """An interpreter whose knowledge can be kept; SiteInterpreter is one."""

    def remembered(self) -> dict[str, Any]: ...

    def restore(self, kept: Any) -> None: ...


class Notes(Protocol):
    """Texts that outlive the process; the journal keeps them."""

    def note(self, name: str) -> str | None: ...

    def keep_note(self, name: str, value: str) -> None: ...


class Recollection:
    """Keeps and takes up what an interpreter knows. Not for several threads at once."""

    def __init__(self, interpreter: object, notes: Notes) -> None:
        self._interpreter = interpreter
        self._notes = notes
        self._kept = ""

    def take_up(self) -> None:
        """At the start, before the first message."""
        if not isinstance(self._interpreter, Remembers):
            return
        try:
            told = self._notes.note(_NOTE)
            if told:
                self._interpreter.restore(json.loads(told))
        except (GreenroomError, ValueError) as error:
            _log.warning("what was learned before is not readable, so it is learned anew: %s", error)

    def keep(self) -> None:
        """Write it down where it has changed. A disk that is full is no reason to stop: the next time will do."""
        if not isinstance(self._interpreter, Remembers):
            return
        told = json.dumps(self._interpreter.remembered(), separators=(",", ":"))
        if told == self._kept or len(told) > LONGEST:
            return
        try:
            self._notes.keep_note(_NOTE, told)
        except GreenroomError as error:
            _log.warning("what was learned could not be kept: %s", error)
        else:
            self._kept = told
