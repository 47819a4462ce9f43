"""Losses of efficiency that were found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from premises.losses import Loss, LossKind
from premises.time import Interval
from stores.book.codec import document
from stores.book.database import Database
from stores.book.schema import losses

_OF = losses.c


@dataclass(frozen=True, slots=True)
class SqlLossBook:
    """LossBook in SQL."""

    database: Database

    def put(self, loss: Loss) -> None:
        """Keep it; one of the same id is replaced."""
        with self.database.writing() as connection:
            connection.execute(self.database.replacing(losses), _columns(loss))

    def standing(self, site: str) -> list[Loss]:
        """See LossBook.standing."""
        wanted = select(losses).where(_OF.site == site, _OF.closed_at.is_(None)).order_by(_OF.since_at, _OF.id)
        with self.database.reading() as connection:
            return [_read(row) for row in connection.execute(wanted)]

    def find(self, site: str, interval: Interval, kinds: frozenset[LossKind] | None = None) -> list[Loss]:
        """See LossBook.find."""
        wanted = select(losses).where(_OF.site == site, _OF.since_at < interval.end, _OF.until_at > interval.start)
        if kinds is not None:
            wanted = wanted.where(_OF.kind.in_(sorted(kinds)))
        with self.database.reading() as connection:
            rows = connection.execute(wanted.order_by(_OF.since_at, _OF.kind, _OF.subject))
            return [_read(row) for row in rows]


def _columns(loss: Loss) -> dict[str, Any]:
    return {
        "id": loss.id,
        "site": loss.site,
        "kind": loss.kind.value,
        "subject": loss.subject,
        "zone": loss.zone,
        "since_at": loss.since,
        "until_at": loss.until,
        "kwh": loss.kwh,
        "days": loss.days,
        "found_at": loss.found_at,
        "closed_at": loss.closed_at,
        "content": document({"title": loss.title, "text": loss.text, "advice": loss.advice, "evidence": loss.evidence}),
    }


def _read(row: Row[Any]) -> Loss:
    return Loss(
        id=row.id,
        site=row.site,
        kind=LossKind(row.kind),
        subject=row.subject,
        since=row.since_at,
        until=row.until_at,
        kwh=row.kwh,
        found_at=row.found_at,
        zone=row.zone,
        days=row.days,
        closed_at=row.closed_at,
        title=row.content["title"],
        text=row.content["text"],
        advice=row.content["advice"],
        evidence=row.content["evidence"],
    )
