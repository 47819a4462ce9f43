"""Every change of every command, with its reason, for a bounded time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from premises.command import CommandStatus
from stores.book.codec import COMMAND_STATUS, document
from stores.book.database import Database
from stores.book.schema import commands

_OF = commands.c
_TIDY_EVERY = timedelta(hours=6)


class SqlCommandLog:
    """CommandLog in SQL. Entries older than `keep`, seen from the newest, go."""

    def __init__(self, database: Database, keep: timedelta) -> None:
        self.database = database
        self.keep = keep
        self._tidied_at: datetime | None = None

    def record(self, statuses: Sequence[CommandStatus]) -> None:
        """Add the changes, in the order given."""
        if not statuses:
            return
        rows = [
            {
                "site": status.command.site,
                "point": status.command.point,
                "command": status.command.id,
                "state": status.state.value,
                "at": status.at,
                "content": document(status),
            }
            for status in statuses
        ]
        newest = max(status.at for status in statuses)
        with self.database.writing() as connection:
            connection.execute(insert(commands), rows)
            if self._tidied_at is None or newest - self._tidied_at >= _TIDY_EVERY:
                connection.execute(delete(commands).where(_OF.at < newest - self.keep))
                self._tidied_at = newest

    def recent(self, site: str, limit: int = 100, point: str | None = None) -> list[CommandStatus]:
        """Newest first."""
        wanted = select(_OF.content).where(_OF.site == site).order_by(_OF.number.desc()).limit(limit)
        if point is not None:
            wanted = wanted.where(_OF.point == point)
        with self.database.reading() as connection:
            return [COMMAND_STATUS.validate_python(content) for content in connection.execute(wanted).scalars()]
