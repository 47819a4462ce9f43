"""The QuarantineDesk port: what a person does about messages that could not be taken, in a running house or beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from ingest.decoded import Understood
from ingest.quarantine import Kept, Retried, details, discard, retry
from premises.ports import Quarantined, TelemetryStore
from premises.reading import RawMessage


class Shelf(Kept, Protocol):
    """What is needed of the journal; SqliteJournal is one."""

    def quarantine(self, limit: int = 100, after: int = 0) -> list[Quarantined]: ...


class Acts(Protocol):
    """What decides: the running intake, which keeps its accounts, or `Beside` where none runs."""

    def retry(self, quarantine_id: int) -> Retried: ...

    def discard(self, quarantine_id: int) -> None: ...


class Beside:
    """Tries again and discards on a journal that no intake has open."""

    def __init__(self, journal: Kept, understand: Callable[[RawMessage], Understood], store: TelemetryStore) -> None:
        """understand: of a fresh interpreter."""
        self._journal = journal
        self._understand = understand
        self._store = store

    def retry(self, quarantine_id: int) -> Retried:
        return retry(self._journal, quarantine_id, self._understand, self._store)

    def discard(self, quarantine_id: int) -> None:
        discard(self._journal, quarantine_id)


class JournalDesk:
    """Looks into the journal and leaves the deeds to who keeps the accounts. Safe to call from several threads."""

    def __init__(self, journal: Shelf, acts: Acts) -> None:
        self._journal = journal
        self._acts = acts

    def look(self, limit: int = 100, after: int = 0) -> Sequence[Quarantined]:
        """Oldest first, ids above `after`."""
        return self._journal.quarantine(limit, after)

    def get(self, quarantine_id: int) -> Quarantined:
        """Raises UnknownNameError."""
        return self._journal.quarantined(quarantine_id)

    def details(self, quarantine_id: int) -> Mapping[str, str | int | bool | None]:
        """All that is known of it, escaped; `payload_hex` holds the bytes up to a limit. Raises UnknownNameError."""
        return details(self._journal.quarantined(quarantine_id))

    def retry(self, quarantine_id: int) -> tuple[bool, str]:
        """Decode it again as things are now: whether it is stored, and why not. Raises UnknownNameError, RetryableError."""
        answer = self._acts.retry(quarantine_id)
        return answer.stored, answer.reason

    def discard(self, quarantine_id: int) -> None:
        """Drop it for good; it counts as ignored. Raises UnknownNameError."""
        self._acts.discard(quarantine_id)
