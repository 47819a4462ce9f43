"""The journal: raw messages on disk before anything else happens to them (SQLite, WAL, full sync, one row per batch).

Positions count messages from 1. What lies at or before the settled position is dealt with and kept for replay up to the
bounds; what lies after it is never dropped. Counts change in the same transactions as the messages they count, so that
received = stored + ignored + quarantined + journalled holds after any crash. What happens at each bound: `AT_BOUND`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from premises.errors import JournalFullError, StoreUnavailableError, UnknownNameError
from premises.ports import JournalEntry, Quarantined
from premises.reading import RawMessage
from premises.time import Clock
from stores.journal_bounds import AT_BOUND, JournalBounds
from stores.journal_codec import decode_batch, encode_batch, microseconds
from stores.journal_quarantine import QuarantineTable
from stores.journal_schema import connect, lock, prepare, told

__all__ = ["AT_BOUND", "JournalBounds", "SqliteJournal"]

_COUNTS = ("settled", "stored", "ignored", "quarantined", "readings", "pruned_messages", "quarantine_dropped")
_TAIL_MESSAGES = 20_000
_PRUNE_AT_ONCE = 64
_AGE_CHECK_EVERY = 50  # settlements between two looks at the age of the oldest batch


class SqliteJournal:
    """The Journal port on one SQLite file; several threads may use it, one process at a time."""

    def __init__(
        self, path: str | Path, bounds: JournalBounds | None = None, clock: Clock | None = None, *, read_only: bool = False
    ) -> None:
        """clock: needed for the bound on age; without one settled messages are kept by size alone.

        read_only: to look and to replay while another process has the journal; it shows what was there at the opening.
        Raises StoreUnavailableError where the file cannot be opened, is damaged or another process has it, SettingError where
        it is of a newer form.
        """
        self.path = Path(path)
        self.bounds = bounds or JournalBounds()
        self._clock = clock
        self._lock = threading.RLock()  # the settling connection, and every count
        self._write = threading.RLock()  # one writer at a time; taken before _lock
        self._held = None if read_only else lock(self.path)
        try:
            self._appender = connect(self.path, full_sync=True, read_only=read_only)
            self._settler = connect(self.path, full_sync=False, read_only=read_only)
            if not read_only:
                prepare(self._appender, self.path)
        except BaseException:
            if self._held is not None:
                self._held.close()
            raise
        self._tail: deque[tuple[int, Sequence[RawMessage]]] = deque()
        self._tail_messages = 0
        self._row: tuple[int, Sequence[RawMessage]] = (0, ())
        self._refused_appends = self._failed_writes = self._settlements = 0
        with told(self.path):
            self._load()

    def _load(self) -> None:
        rows = self._settler.execute("SELECT name, value FROM state").fetchall()
        self._state = dict.fromkeys(_COUNTS, 0) | dict(rows)
        last, total = self._settler.execute("SELECT MAX(last), COALESCE(SUM(size), 0) FROM batches").fetchone()
        self._last: int = last or self._state["settled"]
        settled, through = self._settler.execute(
            "SELECT COALESCE(SUM(size), 0), COALESCE(MAX(last), 0) FROM batches WHERE last <= ?", (self._state["settled"],)
        ).fetchone()
        self._settled_bytes: int = settled
        self._settled_through: int = through
        self._unsettled_bytes: int = total - settled
        self._quarantine = QuarantineTable(self._settler, self.bounds)

    @contextmanager
    def _transaction(self, connection: sqlite3.Connection) -> Iterator[None]:
        with told(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    # --- what arrives

    def append(self, messages: Sequence[RawMessage]) -> int:
        if not messages:
            return self._last
        step = self.bounds.batch_messages
        with self._write:
            rows: list[tuple[int, int, int, int, bytes]] = []
            first = self._last + 1
            for start in range(0, len(messages), step):
                part = messages[start : start + step]
                body = encode_batch(part)
                newest = microseconds(max(message.received_at for message in part))
                rows.append((first, first + len(part) - 1, newest, len(body), body))
                first += len(part)
            size = sum(row[3] for row in rows)
            if self._unsettled_bytes and self._unsettled_bytes + size > self.bounds.unsettled_bytes:
                self._refused_appends += 1
                raise JournalFullError(
                    f"the journal {self.path} holds {self._unsettled_bytes} bytes that are not yet in the store, its bound is"
                    f" {self.bounds.unsettled_bytes}; nothing more is acknowledged until the store takes readings again",
                    retry_after_s=1.0,
                )
            try:
                with self._transaction(self._appender):
                    self._appender.executemany(
                        "INSERT INTO batches (first, last, received_at, size, body) VALUES (?,?,?,?,?)", rows
                    )
            except StoreUnavailableError:
                self._failed_writes += 1
                raise
            with self._lock:
                self._keep_tail(self._last + 1, tuple(messages))
                self._last += len(messages)
                self._unsettled_bytes += size
                return self._last

    def _keep_tail(self, first: int, messages: Sequence[RawMessage]) -> None:
        """Keep the newest durable messages in memory too: who reads soon after need not decode the rows."""
        self._tail.append((first, messages))
        self._tail_messages += len(messages)
        while len(self._tail) > 1 and self._tail_messages > _TAIL_MESSAGES:
            self._tail_messages -= len(self._tail.popleft()[1])

    # --- what is read

    def read(self, after: int, limit: int) -> list[JournalEntry]:
        if limit <= 0:
            return []
        with self._lock:
            if after >= self._last:
                return []
            if self._tail and self._tail[0][0] <= after + 1:
                return self._from_tail(after, limit)
            return self._from_rows(after, limit)

    def run(self, after: int, limit: int) -> Sequence[RawMessage]:
        if limit <= 0:
            return ()
        with self._lock:
            if after < self._last and self._tail and self._tail[0][0] <= after + 1:
                return self._run_of_tail(after, limit)
        return [entry.message for entry in self.read(after, limit)]

    def _run_of_tail(self, after: int, limit: int) -> Sequence[RawMessage]:
        run: list[RawMessage] = []
        for first, messages in self._tail:
            skipped = after + 1 - first
            if skipped >= len(messages):
                continue
            run += messages[max(0, skipped) : max(0, skipped) + limit - len(run)]
            if len(run) >= limit:
                break
        return run

    def _from_tail(self, after: int, limit: int) -> list[JournalEntry]:
        entries: list[JournalEntry] = []
        for first, messages in self._tail:
            if first + len(messages) - 1 <= after:
                continue
            skipped = max(0, after + 1 - first)
            wanted = messages[skipped : skipped + limit - len(entries)]
            entries += map(JournalEntry, range(first + skipped, first + skipped + len(wanted)), wanted)
            if len(entries) >= limit:
                break
        return entries

    def _from_rows(self, after: int, limit: int) -> list[JournalEntry]:
        entries: list[JournalEntry] = []
        with told(self.path):
            # the row that holds after + 1 begins at or before it
            query = """SELECT first, body FROM batches
                       WHERE first >= (SELECT COALESCE(MAX(first), 0) FROM batches WHERE first <= ?) ORDER BY first"""
            rows = self._settler.execute(query, (after + 1,))
            try:
                for first, body in rows:
                    entries += self._entries(first, body, after, limit - len(entries))
                    if len(entries) >= limit:
                        break
            finally:
                rows.close()
        return entries

    def _entries(self, first: int, body: bytes, after: int, limit: int) -> list[JournalEntry]:
        if self._row[0] != first:  # a row is read in several goes: it is decoded once
            try:
                self._row = first, decode_batch(body)
            except ValueError as error:
                raise StoreUnavailableError(f"the journal {self.path} is damaged at position {first}: {error}") from error
        messages = self._row[1]
        skipped = max(0, after + 1 - first)
        wanted = messages[skipped : skipped + limit]
        return [JournalEntry(first + skipped + index, message) for index, message in enumerate(wanted)]

    def read_range(self, first: int, last: int, step: int = 1000) -> Iterator[list[JournalEntry]]:
        """Entries from `first` to `last` (both included) that are still kept, in lists of at most `step`: for replay."""
        after = first - 1
        while after < last:
            entries = self.read(after, min(step, last - after))
            entries = [entry for entry in entries if entry.position <= last]
            if not entries:
                return
            yield entries
            after = entries[-1].position

    def position_at(self, instant: datetime) -> int:
        """Position of the first kept message of the first batch that holds anything received at or after the instant."""
        with self._lock, told(self.path):
            query = "SELECT MIN(first) FROM batches WHERE received_at >= ?"
            (first,) = self._settler.execute(query, (microseconds(instant),)).fetchone()
            return self._last + 1 if first is None else int(first)

    # --- what is settled

    def settle(self, up_to: int, *, stored: int, ignored: int, readings: int, quarantined: Sequence[Quarantined]) -> None:
        with self._write, self._lock:
            told_of = stored + ignored + len(quarantined)
            if not self._state["settled"] <= up_to <= self._last or told_of != up_to - self._state["settled"]:
                raise ValueError(
                    f"settling up to {up_to} must tell of {up_to - self._state['settled']} messages after"
                    f" {self._state['settled']} (of {self._last}), it tells of {told_of}"
                )
            state = dict(self._state)
            for name, more in (("stored", stored), ("ignored", ignored), ("readings", readings), ("quarantined", len(quarantined))):
                state[name] += more
            state["settled"] = up_to
            with self._transaction(self._settler):
                state["quarantine_dropped"] += self._quarantine.keep(quarantined)
                size, through = self._settler.execute(
                    "SELECT COALESCE(SUM(size), 0), MAX(last) FROM batches WHERE first > ? AND first <= ? AND last <= ?",
                    (self._settled_through, up_to, up_to),
                ).fetchone()
                settled_bytes = self._settled_bytes + size
                freed, pruned = self._prune(settled_bytes, up_to)
                state["pruned_messages"] += pruned
                self._save(state)
            self._state = state
            self._settlements += 1
            self._settled_bytes = settled_bytes - freed
            self._unsettled_bytes -= size
            self._settled_through = through or self._settled_through

    def _save(self, state: dict[str, int]) -> None:
        changed = [(name, value) for name, value in state.items() if value != self._state[name]]
        self._settler.executemany("INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)", changed)

    def _prune(self, settled_bytes: int, settled: int) -> tuple[int, int]:
        """Delete the oldest settled batches beyond the bounds, some at a time; bytes freed and messages gone."""
        look_at_age = self._clock is not None and self._settlements % _AGE_CHECK_EVERY == 0
        if settled_bytes <= self.bounds.settled_bytes and not look_at_age:
            return 0, 0
        oldest = microseconds(self._clock.now() - self.bounds.settled_age) if self._clock is not None else 0
        kept_from = min(settled, self._last - self.bounds.newest_kept)
        freed = pruned = 0
        through = 0
        for first, last, received_at, size in self._settler.execute(
            "SELECT first, last, received_at, size FROM batches ORDER BY first LIMIT ?", (_PRUNE_AT_ONCE,)
        ):
            if last > kept_from or (settled_bytes - freed <= self.bounds.settled_bytes and received_at >= oldest):
                break
            freed, pruned, through = freed + size, pruned + last - first + 1, last
        if through:
            self._settler.execute("DELETE FROM batches WHERE last <= ? AND first <= ?", (through, through))
            self._settler.execute("PRAGMA incremental_vacuum(64)").fetchall()
        return freed, pruned

    def position(self) -> int:
        with self._lock:
            return self._state["settled"]

    def last(self) -> int:
        """The position of the newest message, 0 where there is none."""
        with self._lock:
            return self._last

    def counts(self) -> Mapping[str, int]:
        """The counts of the port, and what was counted at the bounds (since the start: refused_appends, failed_writes)."""
        with self._lock:
            counts = {name: value for name, value in self._state.items() if name != "settled"}
            dealt_with = counts["stored"] + counts["ignored"] + counts["quarantined"]
            return counts | {
                "received": self._last,
                "journalled": self._last - dealt_with,
                "unsettled_bytes": self._unsettled_bytes,
                "unsettled_limit": self.bounds.unsettled_bytes,
                "settled_bytes": self._settled_bytes,
                "refused_appends": self._refused_appends,
                "failed_writes": self._failed_writes,
            }

    # --- quarantine and notes

    def quarantine(self, limit: int = 100, after: int = 0) -> list[Quarantined]:
        with self._lock, told(self.path):
            return self._quarantine.list(limit, after)

    def quarantined(self, quarantine_id: int) -> Quarantined:
        """The quarantined message of that id. Raises UnknownNameError."""
        found = self.quarantine(1, quarantine_id - 1)
        if not found or found[0].id != quarantine_id:
            raise UnknownNameError(f"no message {quarantine_id} in quarantine; it was dealt with or gave way to newer ones")
        return found[0]

    def release(self, quarantine_id: int, *, stored: bool, readings: int = 0) -> None:
        """A person decided: the message leaves the quarantine and counts as stored, or else as ignored."""
        with self._write, self._lock:
            self.quarantined(quarantine_id)
            state = dict(self._state)
            state["quarantined"] -= 1
            state["stored" if stored else "ignored"] += 1
            state["readings"] += readings
            with self._transaction(self._settler):
                self._quarantine.remove(quarantine_id)
                self._save(state)
            self._state = state

    def note(self, name: str) -> str | None:
        """A short text kept beside the messages (such as the subscriptions of the session), None where there is none."""
        with self._lock, told(self.path):
            row = self._settler.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
            return None if row is None else str(row[0])

    def keep_note(self, name: str, value: str) -> None:
        with self._write, self._lock, self._transaction(self._settler):
            self._settler.execute("INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)", (name, value))

    def close(self) -> None:
        with self._write, self._lock:
            self._appender.close()
            self._settler.close()
            if self._held is not None:
                self._held.close()
