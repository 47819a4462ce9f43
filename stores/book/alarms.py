"""Alarms: one per cause while it lasts, kept after it is over."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Update, select, update

from premises.ports import Alarm
from stores.book.database import Database
from stores.book.schema import alarms

_OF = alarms.c


@dataclass(frozen=True, slots=True)
class SqlAlarms:
    """Alarms and AlarmDesk in SQL. The rules raise and clear at each tick; only a change is written."""

    database: Database

    def raise_(self, site: str, cause: str, subject: str, text: Mapping[str, str], at: datetime) -> None:
        """Raise, or keep raised. A standing alarm takes over a changed text and keeps the instant at which it was raised."""
        wanted = dict(text)
        with self.database.reading() as connection:
            known = _standing(connection, site, cause, subject)
        if known is not None and known.text == wanted:
            return
        with self.database.writing() as connection:
            changed = connection.execute(update(alarms).where(*_stands(site, cause, subject)).values(text=wanted))
            if changed.rowcount == 0:
                new = {"id": uuid.uuid4().hex, "site": site, "cause": cause, "subject": subject, "raised_at": at, "text": wanted}
                # another process may raise it between the two statements
                connection.execute(self.database.adding(alarms).on_conflict_do_nothing(), {**new, "acknowledged_by": ""})

    def clear(self, site: str, cause: str, subject: str, at: datetime) -> None:
        """It is over; nothing happens where it does not stand."""
        with self.database.reading() as connection:
            known = _standing(connection, site, cause, subject)
        if known is not None:
            with self.database.writing() as connection:
                connection.execute(update(alarms).where(*_stands(site, cause, subject)).values(cleared_at=at))

    def active(self, site: str) -> list[Alarm]:
        """Those that stand, oldest first."""
        wanted = select(alarms).where(_OF.site == site, _OF.cleared_at.is_(None)).order_by(_OF.raised_at, _OF.id)
        with self.database.reading() as connection:
            return [_read(row) for row in connection.execute(wanted)]

    def acknowledge(self, alarm_id: str, by: str, at: datetime) -> Alarm | None:
        """See AlarmDesk.acknowledge."""
        return self._change(alarm_id, _acknowledging(alarm_id, by, at))

    def shelve(self, alarm_id: str, until: datetime, by: str, at: datetime) -> Alarm | None:
        """See AlarmDesk.shelve."""
        shelving = update(alarms).where(_OF.id == alarm_id).values(shelved_until=until)
        return self._change(alarm_id, _acknowledging(alarm_id, by, at), shelving)

    def escalate(self, alarm_id: str, at: datetime) -> Alarm | None:
        """The next person was told; the first time stays noted. None where there is no such alarm."""
        first = update(alarms).where(_OF.id == alarm_id, _OF.escalated_at.is_(None)).values(escalated_at=at)
        return self._change(alarm_id, first)

    def history(self, site: str, limit: int = 100) -> list[Alarm]:
        """See AlarmDesk.history."""
        wanted = select(alarms).where(_OF.site == site).order_by(_OF.raised_at.desc(), _OF.id).limit(limit)
        with self.database.reading() as connection:
            return [_read(row) for row in connection.execute(wanted)]

    def _change(self, alarm_id: str, *changes: Update) -> Alarm | None:
        with self.database.writing() as connection:
            for change in changes:
                connection.execute(change)
            row = connection.execute(select(alarms).where(_OF.id == alarm_id)).one_or_none()
            return None if row is None else _read(row)


def _acknowledging(alarm_id: str, by: str, at: datetime) -> Update:
    """The first to acknowledge stays named."""
    first = update(alarms).where(_OF.id == alarm_id, _OF.acknowledged_at.is_(None))
    return first.values(acknowledged_at=at, acknowledged_by=by[:200])


def _stands(site: str, cause: str, subject: str) -> tuple[ColumnElement[bool], ...]:
    return (_OF.site == site, _OF.cause == cause, _OF.subject == subject, _OF.cleared_at.is_(None))


def _standing(connection: Connection, site: str, cause: str, subject: str) -> Row[Any] | None:
    return connection.execute(select(alarms).where(*_stands(site, cause, subject))).one_or_none()


def _read(row: Row[Any]) -> Alarm:
    return Alarm(
        id=row.id,
        site=row.site,
        cause=row.cause,
        subject=row.subject,
        raised_at=row.raised_at,
        text=row.text,
        cleared_at=row.cleared_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        shelved_until=row.shelved_until,
        escalated_at=row.escalated_at,
    )
