"""All bookings and every version of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, exists, insert, literal_column, or_, select, update

from premises.booking import Booking, BookingKey, BookingStatus, StoredBooking
from premises.errors import ConflictError
from premises.ports import AuditEntry, BookingQuery, PutOutcome
from stores.book.audit import append_on
from stores.book.codec import BOOKING, document
from stores.book.database import Database, count_on
from stores.book.schema import booking_versions, booking_zones, bookings

_KEPT = (bookings.c.content, bookings.c.version, bookings.c.revision, bookings.c.created_at, bookings.c.updated_at)

LONG = timedelta(days=14)
"""Longer holds are few, and are looked for apart: all others that overlap a span begin at most so long before it."""

_FIRST = datetime(1, 1, 2, tzinfo=UTC)

# Made once: making a statement anew for each request cost as much as the database did.
_MINE = (bookings.c.source == bindparam("of_source"), bookings.c.id == bindparam("of_id"))
_CURRENT = select(*_KEPT).where(*_MINE)
_ADD, _CHANGE = insert(bookings), update(bookings).where(*_MINE)
_ADD_ZONES, _ADD_VERSION = insert(booking_zones), insert(booking_versions)
_FORGET_ZONES = delete(booking_zones).where(
    booking_zones.c.source == bindparam("of_source"), booking_zones.c.id == bindparam("of_id")
)


@dataclass(frozen=True, slots=True)
class SqlBookingBook:
    """BookingBook in SQL. Every change takes the counter of revisions for its transaction: one order, without gaps."""

    database: Database

    def put(
        self, booking: Booking, at: datetime, *, expect_version: int | None = None, by: str | None = None
    ) -> tuple[StoredBooking, PutOutcome]:
        """See BookingBook.put."""
        with self.database.writing() as connection:
            revision = count_on(connection, "booking")
            stored = _current(connection, booking.key)
            _must_be_at(booking.key, stored, expect_version)
            if stored is None:
                made = _add(connection, StoredBooking(booking, 1, revision, at, at))
                _audit(connection, made, PutOutcome.CREATED, by)
                return made, PutOutcome.CREATED
            _must_not_be_older(booking, stored)
            if booking == stored.booking:
                connection.rollback()  # gives the revision back
                return stored, PutOutcome.UNCHANGED
            following = StoredBooking(booking, stored.version + 1, revision, stored.created_at, at)
            _audit(connection, _change(connection, following), PutOutcome.CHANGED, by)
            return following, PutOutcome.CHANGED

    def get(self, key: BookingKey) -> StoredBooking | None:
        """The newest version, also of a cancelled booking."""
        with self.database.reading() as connection:
            return _current(connection, key)

    def cancel(
        self, key: BookingKey, at: datetime, *, expect_version: int | None = None, by: str | None = None
    ) -> StoredBooking | None:
        """See BookingBook.cancel."""
        with self.database.writing() as connection:
            revision = count_on(connection, "booking")
            stored = _current(connection, key)
            if stored is None or stored.booking.status is BookingStatus.CANCELLED:
                connection.rollback()
                return stored
            _must_be_at(key, stored, expect_version)
            cancelled = replace(stored.booking, status=BookingStatus.CANCELLED)
            gone = _change(connection, StoredBooking(cancelled, stored.version + 1, revision, stored.created_at, at))
            _audit(connection, gone, PutOutcome.CHANGED, by)
            return gone

    def find(self, query: BookingQuery) -> list[StoredBooking]:
        """See BookingBook.find."""
        with self.database.reading() as connection:
            if query.overlaps is None:
                return [_read(row) for row in connection.execute(*_selection(query))]
            rows = [row for long in (False, True) for row in connection.execute(*_selection(query, long))]
        found = sorted(map(_read, rows), key=_by_revision if query.after_revision is not None else _by_start)
        return found[: query.limit]

    def versions(self, key: BookingKey) -> list[StoredBooking]:
        """See BookingBook.versions."""
        kept = booking_versions.c
        wanted = (
            select(kept.content, kept.version, kept.revision, kept.created_at, kept.updated_at)
            .where(kept.source == key.source, kept.id == key.id)
            .order_by(kept.version)
        )
        with self.database.reading() as connection:
            return [_read(row) for row in connection.execute(wanted)]


def _by_revision(stored: StoredBooking) -> int:
    return stored.revision


def _by_start(stored: StoredBooking) -> tuple[datetime, str, str]:
    return stored.booking.held.start, stored.booking.key.source, stored.booking.key.id


def _audit(connection: Connection, kept: StoredBooking, outcome: PutOutcome, by: str | None) -> None:
    """The line of the audit trail, in the transaction of the change: none of both is ever there without the other."""
    if by is None:
        return
    done = "cancelled" if kept.booking.status is BookingStatus.CANCELLED else outcome.value
    entry = AuditEntry(kept.updated_at, by, f"booking.{done}", f"booking {kept.booking.key}", f"version {kept.version}")
    append_on(connection, entry)


def _read(row: Any) -> StoredBooking:
    return StoredBooking(BOOKING.validate_python(row.content), row.version, row.revision, row.created_at, row.updated_at)


def _current(connection: Connection, key: BookingKey) -> StoredBooking | None:
    row = connection.execute(_CURRENT, _named(key)).one_or_none()
    return None if row is None else _read(row)


def _named(key: BookingKey) -> dict[str, str]:
    return {"of_source": key.source, "of_id": key.id}


def _must_be_at(key: BookingKey, stored: StoredBooking | None, expected: int | None) -> None:
    at = stored.version if stored else 0
    if expected is None or expected == at:
        return
    if expected == 0:
        raise ConflictError(f"booking {key} exists already, at version {at}; change it without demanding that it is new")
    is_at = f"is at version {at}" if at else "does not exist"
    raise ConflictError(f"booking {key} {is_at}, not at version {expected}; read it again and repeat the change on that")


def _must_not_be_older(booking: Booking, stored: StoredBooking) -> None:
    told, known = booking.sequence, stored.booking.sequence
    if told is not None and known is not None and told < known:
        raise ConflictError(f"booking {booking.key} comes with sequence {told}, but sequence {known} of it is known already")


def _columns(stored: StoredBooking) -> dict[str, Any]:
    booking = stored.booking
    return {
        "site": booking.site,
        "held_start": booking.held.start,
        "held_end": booking.held.end,
        "held_long": int(booking.held.duration > LONG),
        "status": booking.status.value,
        "version": stored.version,
        "revision": stored.revision,
        "created_at": stored.created_at,
        "updated_at": stored.updated_at,
        "content": document(booking),
    }


def _add(connection: Connection, stored: StoredBooking) -> StoredBooking:
    key, columns = stored.booking.key, _columns(stored)
    connection.execute(_ADD, {"source": key.source, "id": key.id, **columns})
    return _keep_version(connection, stored, columns)


def _change(connection: Connection, stored: StoredBooking) -> StoredBooking:
    key, columns = stored.booking.key, _columns(stored)
    connection.execute(_CHANGE, {**_named(key), **columns})
    connection.execute(_FORGET_ZONES, _named(key))
    return _keep_version(connection, stored, columns)


def _keep_version(connection: Connection, stored: StoredBooking, columns: dict[str, Any]) -> StoredBooking:
    key = {"source": stored.booking.key.source, "id": stored.booking.key.id}
    zones = [{**key, "zone": zone} for zone in dict.fromkeys(stored.booking.zones)]
    if zones:
        connection.execute(_ADD_ZONES, zones)
    names = ("version", "revision", "created_at", "updated_at", "content")
    connection.execute(_ADD_VERSION, {**key, **{name: columns[name] for name in names}})
    return stored


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which filters a list has, without their values: so many statements there are, and each is made once.

    long: of those that overlap a span, those that are held long, or the others, which begin near it: so each is found by an index.
    """

    given: frozenset[str]
    long: bool | None
    statuses: frozenset[BookingStatus] | None


def _selection(query: BookingQuery, long: bool | None = None) -> tuple[Select[Any], dict[str, Any]]:
    """The statement of a list, and the values for it."""
    values: dict[str, Any] = {
        "site": query.site,
        "source": query.source,
        "zone": query.zone,
        "updated_since": query.updated_since,
        "after_revision": query.after_revision,
        "limit": query.limit,
    }
    if query.overlaps is not None:
        values |= {"overlaps": query.overlaps.start, "overlaps_end": query.overlaps.end}
        if not long:
            values["near"] = max(query.overlaps.start, _FIRST + LONG) - LONG
    if query.after is not None:
        values |= dict(zip(("after", "after_source", "after_id"), query.after, strict=True))
    given = {name: value for name, value in values.items() if value is not None}
    return _statement(_Shape(frozenset(given), long, query.statuses)), given


@lru_cache(maxsize=256)
def _statement(shape: _Shape) -> Select[Any]:
    of, zones, wanted = bookings.c, booking_zones.c, select(*_KEPT)
    here = exists().where(zones.source == of.source, zones.id == of.id, zones.zone == bindparam("zone"))
    behind = and_(of.source == bindparam("after_source"), of.id > bindparam("after_id"))
    later_here = or_(of.source > bindparam("after_source"), behind)
    filters = {
        "site": (of.site == bindparam("site"),),
        "source": (of.source == bindparam("source"),),
        "zone": (here,),
        "overlaps": (of.held_start < bindparam("overlaps_end"), of.held_end > bindparam("overlaps")),
        "near": (of.held_start >= bindparam("near"),),
        "updated_since": (of.updated_at >= bindparam("updated_since"),),
        "after": (or_(of.held_start > bindparam("after"), and_(of.held_start == bindparam("after"), later_here)),),
        "after_revision": (of.revision > bindparam("after_revision"),),
    }
    for name, conditions in filters.items():
        if name in shape.given:
            wanted = wanted.where(*conditions)
    if shape.long is not None:
        wanted = wanted.where(of.held_long == literal_column("1" if shape.long else "0"))
    if shape.statuses is not None:  # words of our own: written out, for a list of parameters is made anew each time
        wanted = wanted.where(of.status.in_([literal_column(f"'{status.value}'") for status in sorted(shape.statuses)]))
    ordered = (of.revision,) if "after_revision" in shape.given else (of.held_start, of.source, of.id)
    wanted = wanted.order_by(*ordered)
    return wanted.limit(bindparam("limit")) if "limit" in shape.given else wanted
