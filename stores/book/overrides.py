"""What people ask of a zone for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select, update

from premises.booking import Override, OverrideKind
from premises.time import Interval
from stores.book.database import Database
from stores.book.schema import overrides

_OF = overrides.c


@dataclass(frozen=True, slots=True)
class SqlOverrideBook:
    """OverrideBook in SQL."""

    database: Database

    def put(self, override: Override) -> None:
        """Keep the override; one of the same id is replaced."""
        with self.database.writing() as connection:
            connection.execute(self.database.replacing(overrides), _columns(override))

    def end(self, override_id: str, at: datetime) -> Override | None:
        """End it at that instant; None where there is no such override. Ending twice keeps the first end."""
        with self.database.writing() as connection:
            ending = update(overrides).where(_OF.id == override_id, _OF.ended_at.is_(None)).values(ended_at=at)
            connection.execute(ending)
            row = connection.execute(select(overrides).where(_OF.id == override_id)).one_or_none()
            return None if row is None else _read(row)

    def active(self, site: str, at: datetime) -> list[Override]:
        """Those in force at that instant, in the order in which they began."""
        standing = or_(_OF.ended_at.is_(None), _OF.ended_at > at)
        wanted = select(overrides).where(_OF.site == site, _OF.until_at > at, _OF.since_at <= at, standing)
        with self.database.reading() as connection:
            return [_read(row) for row in connection.execute(wanted.order_by(_OF.since_at, _OF.id))]

    def find(self, site: str, interval: Interval) -> list[Override]:
        """Those that touch the interval, ended or not, in the order in which they began."""
        wanted = select(overrides).where(_OF.site == site, _OF.until_at > interval.start, _OF.since_at < interval.end)
        with self.database.reading() as connection:
            return [_read(row) for row in connection.execute(wanted.order_by(_OF.since_at, _OF.id))]


def _columns(override: Override) -> dict[str, Any]:
    return {
        "id": override.id,
        "site": override.site,
        "zone": override.zone,
        "kind": override.kind.value,
        "value": override.value,
        "since_at": override.since,
        "until_at": override.until,
        "by_whom": override.by,
        "reason": override.reason,
        "ended_at": override.ended_at,
    }


def _read(row: Row[Any]) -> Override:
    return Override(
        id=row.id,
        site=row.site,
        zone=row.zone,
        kind=OverrideKind(row.kind),
        value=row.value,
        since=row.since_at,
        until=row.until_at,
        by=row.by_whom,
        reason=row.reason,
        ended_at=row.ended_at,
    )
