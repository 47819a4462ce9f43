"""The quarantine table of the journal: whole messages with the reason why they could not be taken, within bounds."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from premises.ports import Quarantined
from premises.reading import RawMessage
from stores.journal_bounds import JournalBounds
from stores.journal_codec import instant_of, microseconds, topic_bytes, topic_text

_REASON_LENGTH = 2000


class QuarantineTable:
    """Rows of one connection; who calls holds the lock and the transaction."""

    def __init__(self, connection: sqlite3.Connection, bounds: JournalBounds) -> None:
        self._connection = connection
        self._bounds = bounds

    def keep(self, messages: Sequence[Quarantined]) -> int:
        """Keep the messages; how many older ones gave way to them."""
        if not messages:
            return 0
        self._connection.executemany(
            "INSERT INTO quarantine (topic, payload, received_at, retained, qos, reason, family, at, size)"
            " VALUES (?,?,?,?,?,?,?,?,?)",
            [self._row(one) for one in messages],
        )
        return self._give_way()

    def _row(self, one: Quarantined) -> tuple[bytes, bytes, int, int, int, str, str | None, int, int]:
        message = one.message
        topic = topic_bytes(message.topic)
        reason = one.reason[:_REASON_LENGTH].encode("utf-8", "backslashreplace").decode()
        at = microseconds(message.received_at)
        size = len(topic) + len(message.payload) + len(reason)
        return topic, message.payload, at, int(message.retained), message.qos, reason, one.family, microseconds(one.at), size

    def _give_way(self) -> int:
        count, size = self._connection.execute("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM quarantine").fetchone()
        gone = 0
        while count > 1 and (count > self._bounds.quarantine_entries or size > self._bounds.quarantine_bytes):
            oldest, oldest_size = self._connection.execute("SELECT id, size FROM quarantine ORDER BY id LIMIT 1").fetchone()
            self.remove(oldest)
            count, size, gone = count - 1, size - oldest_size, gone + 1
        return gone

    def list(self, limit: int, after: int) -> list[Quarantined]:
        """At most `limit` with an id greater than `after`, oldest first."""
        rows = self._connection.execute(
            "SELECT id, topic, payload, received_at, retained, qos, reason, family, at FROM quarantine"
            " WHERE id > ? ORDER BY id LIMIT ?",
            (after, limit),
        ).fetchall()
        return [
            Quarantined(
                row[0],
                RawMessage(topic_text(row[1]), row[2], instant_of(row[3]), bool(row[4]), row[5]),
                row[6],
                row[7],
                instant_of(row[8]),
            )
            for row in rows
        ]

    def remove(self, quarantine_id: int) -> None:
        self._connection.execute("DELETE FROM quarantine WHERE id = ?", (quarantine_id,))
