"""What a book is like, without changing it: who answers, and whether its tables are those that this Greenroom uses."""

from __future__ import annotations

from dataclasses import dataclass

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from premises.ports import Check
from stores.book.audit import SqlAuditLog
from stores.book.database import Database
from stores.book.migrate import configuration


@dataclass(frozen=True, slots=True)
class BookState:
    """version: of the database; revision: of the tables there, None where there are none; head: the one that is used; known:
    whether the revision leads to it. audit: whether the trail is unbroken, None where there is no such table yet."""

    version: str
    revision: str | None
    head: str
    known: bool
    audit: Check | None


def state_of(url: str) -> BookState:
    """Raises SettingError, StoreUnavailableError or StoreDeniedError."""
    script = ScriptDirectory.from_config(configuration())
    head = script.get_current_head() or ""
    database = Database(url)
    try:
        version = database.version()
        with database.reading() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
        known = revision is None or any(one.revision == revision for one in script.walk_revisions())
        audit = SqlAuditLog(database).verify() if revision is not None and known else None
    finally:
        database.close()
    return BookState(version, revision, head, known, audit)
