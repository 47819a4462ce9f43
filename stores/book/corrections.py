"""Corrections by people: kept as they were entered, withdrawn with a reason, never changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, insert, or_, select, update

from premises.corrections import Correction, CorrectionKind
from premises.errors import ConflictError
from premises.time import Interval
from stores.book.database import Database
from stores.book.schema import corrections

_OF = corrections.c


@dataclass(frozen=True, slots=True)
class SqlCorrectionBook:
    """CorrectionBook in SQL."""

    database: Database

    def add(self, corrections_: Collection[Correction]) -> int:
        """Keep them, all or none; how many are new. Raises ConflictError where an id is taken by another content."""
        new = 0
        with self.database.writing() as connection:
            for correction in corrections_:
                row = connection.execute(select(corrections).where(_OF.id == correction.id)).one_or_none()
                if row is None:
                    connection.execute(insert(corrections).values(**_columns(correction)))
                    new += 1
                elif _said(_read(row)) != _said(correction):
                    raise ConflictError(
                        f"{correction.id!r} is there with another content; withdraw it and enter a new one with an id of its own"
                    )
        return new

    def withdraw(self, correction_id: str, by: str, reason: str, at: datetime) -> Correction | None:
        """Take it back; None where there is no such one. Withdrawing twice keeps the first."""
        with self.database.writing() as connection:
            taking = update(corrections).where(_OF.id == correction_id, _OF.withdrawn_at.is_(None))
            connection.execute(taking.values(withdrawn_at=at, withdrawn_by=by, withdrawn_reason=reason))
            row = connection.execute(select(corrections).where(_OF.id == correction_id)).one_or_none()
            return None if row is None else _read(row)

    def get(self, correction_id: str) -> Correction | None:
        """The correction of that id, withdrawn or not."""
        with self.database.reading() as connection:
            row = connection.execute(select(corrections).where(_OF.id == correction_id)).one_or_none()
            return None if row is None else _read(row)

    def find(
        self,
        site: str,
        interval: Interval | None = None,
        kinds: Collection[CorrectionKind] | None = None,
        subject: str | None = None,
        *,
        withdrawn: bool = False,
        known_at: datetime | None = None,
    ) -> list[Correction]:
        """In order of since and id; see the port for what each filter means."""
        wanted = select(corrections).where(_OF.site == site)
        if interval is not None:
            wanted = wanted.where(_OF.since_at <= interval.end, or_(_OF.until_at.is_(None), _OF.until_at > interval.start))
        if kinds is not None:
            wanted = wanted.where(_OF.kind.in_(sorted(kind.value for kind in kinds)))
        if subject is not None:
            wanted = wanted.where(_OF.subject == subject)
        if known_at is not None:
            wanted = wanted.where(_OF.recorded_at <= known_at)
        with self.database.reading() as connection:
            rows = connection.execute(wanted.order_by(_OF.since_at, _OF.id)).all()
        found = [_as_of(_read(row), known_at) for row in rows]
        return [c for c in found if (withdrawn or c.stands) and (interval is None or c.touches(interval))]


def _as_of(correction: Correction, known_at: datetime | None) -> Correction:
    """The correction as it was known then: a later withdrawal had not been made yet."""
    if known_at is None or correction.withdrawn_at is None or correction.withdrawn_at <= known_at:
        return correction
    return replace(correction, withdrawn_at=None, withdrawn_by="", withdrawn_reason="")


def _said(correction: Correction) -> Correction:
    """What a person stated, without when it was entered and what became of it: the same import twice is once."""
    return replace(correction, recorded_at=correction.since, by="", withdrawn_at=None, withdrawn_by="", withdrawn_reason="")


def _columns(correction: Correction) -> dict[str, Any]:
    content = {
        "by": correction.by,
        "reason": correction.reason,
        "value": correction.value,
        "unit": correction.unit,
        "register": correction.register,
        "last_value": correction.last_value,
        "amount": None if correction.amount is None else str(correction.amount),
        "currency": correction.currency,
        "document": correction.document,
        "production": correction.production,
    }
    return {
        "id": correction.id,
        "site": correction.site,
        "kind": correction.kind.value,
        "subject": correction.subject,
        "since_at": correction.since,
        "until_at": correction.until,
        "recorded_at": correction.recorded_at,
        "content": content,
        "withdrawn_at": correction.withdrawn_at,
        "withdrawn_by": correction.withdrawn_by,
        "withdrawn_reason": correction.withdrawn_reason,
    }


def _read(row: Row[Any]) -> Correction:
    content = dict(row.content)
    amount = content.pop("amount")
    return Correction(
        id=row.id,
        site=row.site,
        kind=CorrectionKind(row.kind),
        subject=row.subject,
        since=row.since_at,
        until=row.until_at,
        recorded_at=row.recorded_at,
        amount=None if amount is None else Decimal(amount),
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
        withdrawn_reason=row.withdrawn_reason,
        **content,
    )
