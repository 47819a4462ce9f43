"""How much the journal may hold, and the one table that says what happens at each bound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class JournalBounds:
    """Settings of the journal. Sizes are bytes of rows as written.

    unsettled_bytes: messages not yet in the store; settled_bytes, settled_age: messages kept for replay;
    quarantine_entries, quarantine_bytes: messages kept for a person; newest_kept: messages that stay whatever the settled
    bounds say, so that a redelivery after a restart is recognised; batch_messages: most messages in one row.
    """

    unsettled_bytes: int = 2048 * MIB
    settled_bytes: int = 512 * MIB
    settled_age: timedelta = timedelta(days=7)
    quarantine_entries: int = 10_000
    quarantine_bytes: int = 64 * MIB
    newest_kept: int = 5_000
    batch_messages: int = 2_000


@dataclass(frozen=True, slots=True)
class AtBound:
    """What happens at a bound. lost: whether anything is given up there; counter: where it is counted."""

    bound: str
    happens: str
    lost: str
    counter: str


AT_BOUND: tuple[AtBound, ...] = (
    AtBound(
        "unsettled_bytes",
        "append raises JournalFullError: nothing more is acknowledged, the broker keeps what comes until the store takes again",
        "nothing here; the broker's own queue limit holds from then on",
        "refused_appends",
    ),
    AtBound(
        "the disk is full",
        "append raises StoreUnavailableError: the row is rolled back whole, nothing of it is acknowledged, tried again",
        "nothing here; the broker's own queue limit holds from then on",
        "failed_writes",
    ),
    AtBound(
        "settled_bytes, settled_age",
        "the oldest settled batches are deleted: they are in the store, but can no longer be decoded again",
        "the chance to replay them",
        "pruned_messages",
    ),
    AtBound(
        "quarantine_entries, quarantine_bytes",
        "the oldest quarantined messages give way to the newer",
        "the raw bytes of the oldest quarantined messages; their count stays in the identity",
        "quarantine_dropped",
    ),
)
