"""People who sign in, and their sessions: only the hash of each password and of each cookie's secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, or_, select, update

from premises.desks import Person, Session
from premises.ports import Role
from stores.book.database import Database
from stores.book.schema import people, sessions

_OF = people.c
_SEEN_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SqlPeopleBook:
    """PeopleBook in SQL."""

    database: Database

    def put(self, person: Person) -> None:
        """Keep the person; one of the same id is replaced. Raises StoreRefusedError where the subject is another one's."""
        with self.database.writing() as connection:
            connection.execute(self.database.replacing(people), _columns(person))

    def get(self, person_id: str) -> Person | None:
        """The person of that id, also where disabled."""
        with self.database.reading() as connection:
            row = connection.execute(select(people).where(_OF.id == person_id)).one_or_none()
            return None if row is None else _read(row)

    def by_subject(self, subject: str) -> Person | None:
        """By the subject of the OpenID Connect provider; nobody has the empty one."""
        if not subject:
            return None
        with self.database.reading() as connection:
            row = connection.execute(select(people).where(_OF.subject == subject)).one_or_none()
            return None if row is None else _read(row)

    def all(self) -> list[Person]:
        """Everyone, by id."""
        with self.database.reading() as connection:
            return [_read(row) for row in connection.execute(select(people).order_by(_OF.id))]

    def open_session(self, session: Session) -> None:
        """Keep the session; those that have expired by its start are forgotten."""
        row = {
            "secret_hash": session.secret_hash,
            "person": session.person,
            "created_at": session.created_at,
            "expires_at": session.expires_at,
        }
        with self.database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= session.created_at))
            connection.execute(self.database.replacing(sessions), row)

    def session(self, secret_hash: str, at: datetime) -> tuple[Session, Person] | None:
        """The session and whose it is, unless it has expired or the person is disabled. Notes that they were seen."""
        joined = select(sessions, people).join(people, sessions.c.person == _OF.id)
        with self.database.reading() as connection:
            row = connection.execute(
                joined.where(sessions.c.secret_hash == secret_hash, sessions.c.expires_at > at, _OF.disabled_at.is_(None))
            ).one_or_none()
        if row is None:
            return None
        of = row._mapping
        person = _read(row)
        found = Session(of[sessions.c.secret_hash], person.id, of[sessions.c.created_at], of[sessions.c.expires_at])
        if person.last_seen_at is None or person.last_seen_at <= at - _SEEN_NOTED_EVERY:
            self._seen(person.id, at)
        return found, person

    def close_session(self, secret_hash: str) -> None:
        with self.database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.secret_hash == secret_hash))

    def close_sessions(self, person_id: str) -> None:
        with self.database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.person == person_id))

    def _seen(self, person_id: str, at: datetime) -> None:
        is_new = or_(_OF.last_seen_at.is_(None), _OF.last_seen_at <= at - _SEEN_NOTED_EVERY)
        with self.database.writing() as connection:
            connection.execute(update(people).where(_OF.id == person_id, is_new).values(last_seen_at=at))


def _columns(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "password_hash": person.password_hash,
        "role": person.role.value,
        "created_at": person.created_at,
        "sites": sorted(person.sites),
        "zones": sorted(person.zones),
        "tenant": person.tenant,
        "subject": person.subject or None,  # many have none, and each one that there is belongs to one person
        "language": person.language,
        "disabled_at": person.disabled_at,
        "last_seen_at": person.last_seen_at,
    }


def _read(row: Row[Any]) -> Person:
    of = row._mapping
    return Person(
        id=of[_OF.id],
        name=of[_OF.name],
        password_hash=of[_OF.password_hash],
        role=Role(of[_OF.role]),
        created_at=of[_OF.created_at],
        sites=frozenset(of[_OF.sites]),
        zones=frozenset(of[_OF.zones]),
        tenant=of[_OF.tenant],
        subject=of[_OF.subject] or "",
        language=of[_OF.language],
        disabled_at=of[_OF.disabled_at],
        last_seen_at=of[_OF.last_seen_at],
    )
