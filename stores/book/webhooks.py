"""Addresses that notices are posted to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select

from premises.desks import WebhookAddress
from stores.book.database import Database
from stores.book.schema import webhooks

_OF = webhooks.c


@dataclass(frozen=True, slots=True)
class SqlWebhookBook:
    """WebhookBook in SQL."""

    database: Database

    def put(self, address: WebhookAddress) -> None:
        """Keep the address; one of the same id is replaced."""
        with self.database.writing() as connection:
            connection.execute(self.database.replacing(webhooks), _columns(address))

    def get(self, address_id: str) -> WebhookAddress | None:
        """The address of that id, also where it is disabled."""
        with self.database.reading() as connection:
            row = connection.execute(select(webhooks).where(_OF.id == address_id)).one_or_none()
            return None if row is None else _read(row)

    def all(self) -> list[WebhookAddress]:
        """Every address, oldest first."""
        with self.database.reading() as connection:
            return [_read(row) for row in connection.execute(select(webhooks).order_by(_OF.created_at, _OF.id))]

    def remove(self, address_id: str) -> WebhookAddress | None:
        """Forget it; what it was, None where there is none."""
        with self.database.writing() as connection:
            row = connection.execute(select(webhooks).where(_OF.id == address_id)).one_or_none()
            connection.execute(delete(webhooks).where(_OF.id == address_id))
            return None if row is None else _read(row)


def _columns(address: WebhookAddress) -> dict[str, Any]:
    return {
        "id": address.id,
        "url": address.url,
        "secret": address.secret,
        "label": address.label,
        "created_at": address.created_at,
        "sites": sorted(address.sites),
        "zones": sorted(address.zones),
        "kinds": sorted(address.kinds),
        "disabled_at": address.disabled_at,
    }


def _read(row: Row[Any]) -> WebhookAddress:
    return WebhookAddress(
        id=row.id,
        url=row.url,
        secret=row.secret,
        created_at=row.created_at,
        label=row.label,
        sites=frozenset(row.sites),
        zones=frozenset(row.zones),
        kinds=frozenset(row.kinds),
        disabled_at=row.disabled_at,
    )
