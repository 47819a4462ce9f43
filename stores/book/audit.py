"""Who did what: entries chained by hashes, so that a change to any of them shows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from premises.ports import AuditEntry, Check
from premises.time import format_instant
from stores.book.database import Database, count_on
from stores.book.schema import audit, counters

_OF = audit.c
_FIRST = "0" * 64
_BEFORE = select(_OF.hash).where(_OF.number == bindparam("before"))
_ADD = insert(audit)
_LENGTHS = {"who": 200, "action": 200, "subject": 1000, "detail": 4000}
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class SqlAuditLog:
    """AuditLog in SQL. Each entry holds the hash of the one before it and the hash of itself with that."""

    database: Database

    def append(self, entry: AuditEntry) -> None:
        """Add an entry. Overlong texts are cut with an ellipsis, so that the log cannot be flooded by one request."""
        with self.database.writing() as connection:
            append_on(connection, entry)

    def recent(self, limit: int = 100) -> list[AuditEntry]:
        """Newest first."""
        with self.database.reading() as connection:
            return [_read(row) for row in connection.execute(select(audit).order_by(_OF.number.desc()).limit(limit))]

    def verify(self) -> Check:
        """Whether every entry is there and as it was written. The last hash is told: who keeps it elsewhere can prove more."""
        expected, previous = 1, _FIRST
        with self.database.reading() as connection:
            written = connection.execute(select(counters.c.value).where(counters.c.name == "audit")).scalar_one_or_none() or 0
            while page := connection.execute(select(audit).where(_OF.number >= expected).order_by(_OF.number).limit(_PAGE)).all():
                for row in page:
                    if row.number != expected:
                        return Check("audit", False, f"entry {expected} is missing")
                    if row.previous_hash != previous or row.hash != _hash(row.number, previous, _read(row)):
                        return Check("audit", False, f"entry {row.number} of {format_instant(row.at)} was changed")
                    expected, previous = expected + 1, row.hash
        if expected - 1 != written:
            return Check("audit", False, f"{written} entries were written, but only {expected - 1} are there")
        return Check("audit", True, f"{written} entries, unbroken to {previous[:16]}")


def append_on(connection: Connection, entry: AuditEntry) -> None:
    """Add an entry in a transaction that is open: it is there if what it tells of is. Holds the trail until that ends."""
    words = {name: _cut(getattr(entry, name), length) for name, length in _LENGTHS.items()}
    kept = AuditEntry(entry.at, **words)
    number = count_on(connection, "audit")
    previous = connection.execute(_BEFORE, {"before": number - 1}).scalar_one_or_none() or _FIRST
    chained = {"previous_hash": previous, "hash": _hash(number, previous, kept)}
    connection.execute(_ADD, {"number": number, "at": kept.at, **words, **chained})


def _hash(number: int, previous: str, entry: AuditEntry) -> str:
    told = [number, previous, format_instant(entry.at), entry.who, entry.action, entry.subject, entry.detail]
    return hashlib.sha256(json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def _cut(text: str, length: int) -> str:
    clean = text.replace("\x00", "")  # PostgreSQL cannot keep it
    return clean if len(clean) <= length else clean[: length - 1] + "…"


def _read(row: Row[Any]) -> AuditEntry:
    return AuditEntry(row.at, row.who, row.action, row.subject, row.detail)
