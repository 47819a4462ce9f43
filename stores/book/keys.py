"""API keys: only the hash of each secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, update

from premises.ports import ApiKey, Role
from stores.book.database import Database
from stores.book.schema import keys

_OF = keys.c
_BY_PREFIX = select(keys).where(_OF.prefix == bindparam("sought"))
_USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SqlKeyBook:
    """KeyBook in SQL."""

    database: Database

    def put(self, key: ApiKey) -> None:
        """Keep the key; one of the same id is replaced. Raises StoreRefusedError where the prefix is another key's."""
        with self.database.writing() as connection:
            connection.execute(self.database.replacing(keys), _columns(key))

    def find(self, prefix: str) -> ApiKey | None:
        """The key of that prefix, also where it is revoked or expired."""
        with self.database.reading() as connection:
            row = connection.execute(_BY_PREFIX, {"sought": prefix}).one_or_none()
            return None if row is None else _read(row)

    def all(self) -> list[ApiKey]:
        """Every key, oldest first."""
        with self.database.reading() as connection:
            return [_read(row) for row in connection.execute(select(keys).order_by(_OF.created_at, _OF.id))]

    def used(self, key_id: str, at: datetime) -> None:
        """Note the use. Uses within a minute of the noted one are not written: each would cost a commit."""
        is_new = or_(_OF.last_used_at.is_(None), _OF.last_used_at <= at - _USE_NOTED_EVERY)
        with self.database.reading() as connection:
            due = connection.execute(select(_OF.id).where(_OF.id == key_id, is_new)).one_or_none()
        if due is not None:
            with self.database.writing() as connection:
                connection.execute(update(keys).where(_OF.id == key_id, is_new).values(last_used_at=at))

    def revoke(self, key_id: str, at: datetime) -> ApiKey | None:
        """Revoke it from that instant on; None where there is no such key. Revoking twice keeps the first instant."""
        with self.database.writing() as connection:
            connection.execute(update(keys).where(_OF.id == key_id, _OF.revoked_at.is_(None)).values(revoked_at=at))
            row = connection.execute(select(keys).where(_OF.id == key_id)).one_or_none()
            return None if row is None else _read(row)


def _columns(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "prefix": key.prefix,
        "secret_hash": key.secret_hash,
        "role": key.role.value,
        "label": key.label,
        "created_at": key.created_at,
        "sites": sorted(key.sites),
        "zones": sorted(key.zones),
        "sources": sorted(key.sources),
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
    }


def _read(row: Row[Any]) -> ApiKey:
    return ApiKey(
        id=row.id,
        prefix=row.prefix,
        secret_hash=row.secret_hash,
        role=Role(row.role),
        label=row.label,
        created_at=row.created_at,
        sites=frozenset(row.sites),
        zones=frozenset(row.zones),
        sources=frozenset(row.sources),
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
