"""The outbox: notices on their way, and what was told last of each topic.

Several servers may share it: each delivery is handed out to one of them at a time.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, or_, select, update

from premises.notice import Delivery, DeliveryState, Notice, Posting
from stores.book.codec import NOTICE, document
from stores.book.database import Database
from stores.book.schema import deliveries, told

LEASE = timedelta(minutes=5)
"""How long a delivery that was handed out is nobody else's: longer than any try takes. A server that died gives it back so."""
_OF = deliveries.c
_TOLD = told.c
_ANSWER_MOST = 500
_CHANNELS_MOST = 1000


@dataclass(frozen=True, slots=True)
class SqlOutbox:
    """Outbox in SQL. What is done and older than `keep` goes, seen from the newest that is put."""

    database: Database
    keep: timedelta = timedelta(days=90)

    def put(self, notice: Notice, channels: Sequence[str], at: datetime, due_at: datetime | None = None) -> int:
        """See Outbox.put."""
        posting = Posting(notice, tuple(channels), due_at)
        with self.database.writing() as connection:
            return self._add(connection, [posting], at)

    def turn(
        self,
        states: Mapping[str, str],
        at: datetime,
        make: Callable[[frozenset[str]], Iterable[Posting]],
    ) -> frozenset[str]:
        """See Outbox.turn."""
        if not states:
            return frozenset()
        with self.database.reading() as connection:
            known = _states(connection, states)
        if all(known.get(topic) == state for topic, state in states.items()):
            return frozenset()
        with self.database.writing() as connection:
            turned = frozenset(topic for topic, state in sorted(states.items()) if self._turn(connection, topic, state, at))
            if turned:
                self._add(connection, list(make(turned)), at)
        return turned

    def told(self, topics: Iterable[str]) -> Mapping[str, tuple[str, datetime]]:
        """See Outbox.told."""
        wanted = sorted(set(topics))
        found: dict[str, tuple[str, datetime]] = {}
        with self.database.reading() as connection:
            for start in range(0, len(wanted), _CHANNELS_MOST):
                some = select(told).where(_TOLD.topic.in_(wanted[start : start + _CHANNELS_MOST]))
                found |= {row.topic: (row.state, row.at) for row in connection.execute(some)}
        return found

    def due(self, at: datetime, limit: int = 100) -> list[Delivery]:
        """See Outbox.due."""
        ready = _ready(at)
        with self.database.reading() as connection:
            if connection.execute(select(_OF.id).where(ready).limit(1)).one_or_none() is None:
                return []
        with self.database.writing() as connection:
            first = select(_OF.id).where(ready).order_by(_OF.due_at, _OF.id).limit(limit)
            if not self.database.sqlite:
                first = first.with_for_update(skip_locked=True)
            mine = list(connection.execute(first).scalars())
            taking = update(deliveries).where(_OF.id.in_(mine)).values(claimed_until=at + LEASE)
            connection.execute(taking)
            rows = connection.execute(select(deliveries).where(_OF.id.in_(mine)).order_by(_OF.due_at, _OF.id))
            return [_read(row) for row in rows]

    def record(self, delivery: Delivery) -> None:
        """See Outbox.record."""
        values = {
            "state": delivery.state.value,
            "attempts": delivery.attempts,
            "due_at": delivery.due_at,
            "last_answer": delivery.last_answer[:_ANSWER_MOST],
            "done_at": delivery.done_at,
            "claimed_until": None,
        }
        with self.database.writing() as connection:
            connection.execute(update(deliveries).where(_OF.id == delivery.id).values(**values))

    def log(self, site: str | None = None, channel: str | None = None, limit: int = 100) -> list[Delivery]:
        """See Outbox.log."""
        wanted = select(deliveries).order_by(_OF.created_at.desc(), _OF.id).limit(limit)
        if site is not None:
            wanted = wanted.where(_OF.site == site)
        if channel is not None:
            wanted = wanted.where(_OF.channel == channel)
        with self.database.reading() as connection:
            return [_read(row) for row in connection.execute(wanted)]

    def counts(self) -> Mapping[DeliveryState, int]:
        """How many deliveries are kept, by state."""
        with self.database.reading() as connection:
            rows = connection.execute(select(_OF.state, func.count()).group_by(_OF.state)).all()
        found = {DeliveryState(state): int(number) for state, number in rows}
        return {state: found.get(state, 0) for state in DeliveryState}

    def tidy(self, at: datetime) -> int:
        """Forget deliveries that were done longer ago than `keep`, and topics last told of four times as long ago; how many."""
        with self.database.writing() as connection:
            gone = connection.execute(delete(deliveries).where(_OF.done_at < at - self.keep)).rowcount
            return gone + connection.execute(delete(told).where(_TOLD.at < at - 4 * self.keep)).rowcount

    def _turn(self, connection: Connection, topic: str, state: str, at: datetime) -> bool:
        changing = update(told).where(_TOLD.topic == topic, _TOLD.state != state).values(state=state, at=at)
        if connection.execute(changing).rowcount:
            return True
        adding = self.database.adding(told).values(topic=topic, state=state, at=at).on_conflict_do_nothing()
        return connection.execute(adding.returning(_TOLD.topic)).one_or_none() is not None

    def _add(self, connection: Connection, postings: Sequence[Posting], at: datetime) -> int:
        added = 0
        adding = self.database.adding(deliveries).on_conflict_do_nothing().returning(_OF.id)
        for posting in postings:
            for channel in dict.fromkeys(posting.channels):
                row = _row(posting, channel, at)
                added += connection.execute(adding, row).one_or_none() is not None
        return added


def _states(connection: Connection, topics: Iterable[str]) -> dict[str, str]:
    wanted = sorted(topics)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _CHANNELS_MOST):
        some = select(_TOLD.topic, _TOLD.state).where(_TOLD.topic.in_(wanted[start : start + _CHANNELS_MOST]))
        found |= {row.topic: row.state for row in connection.execute(some)}
    return found


def _ready(at: datetime) -> ColumnElement[bool]:
    free = or_(_OF.claimed_until.is_(None), _OF.claimed_until <= at)
    return and_(_OF.state == DeliveryState.WAITING.value, _OF.due_at <= at, free)


def _row(posting: Posting, channel: str, at: datetime) -> dict[str, Any]:
    notice = posting.notice
    return {
        "id": uuid.uuid4().hex,
        "channel": channel,
        "notice_id": notice.id,
        "site": notice.site,
        "kind": notice.kind.value,
        "state": DeliveryState.WAITING.value,
        "attempts": 0,
        "due_at": max(at, posting.due_at or at),
        "created_at": at,
        "last_answer": "",
        "notice": document(notice),
    }


def _read(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        channel=row.channel,
        notice=NOTICE.validate_python(row.notice),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        created_at=row.created_at,
        last_answer=row.last_answer,
        done_at=row.done_at,
    )
