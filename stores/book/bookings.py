"""All bookings and every version of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, exists, insert, or_, select, update

from premises.booking import Booking, BookingKey, BookingStatus, StoredBooking
from premises.errors import ConflictError
from premises.ports import BookingQuery, PutOutcome
from stores.book.codec import BOOKING, document
from stores.book.database import Database, count_on
from stores.book.schema import booking_versions, booking_zones, bookings

_KEPT = (bookings.c.content, bookings.c.version, bookings.c.revision, bookings.c.created_at, bookings.c.updated_at)

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

    def put(self, booking: Booking, at: datetime, *, expect_version: int | None = None) -> tuple[StoredBooking, PutOutcome]:
        """See BookingBook.put."""
        with self.database.writing() as connection:
            revision = count_on(connection, "booking")
            stored = _current(connection, booking.key)
            _must_be_at(booking.key, stored, expect_version)
            if stored is None:
                return _add(connection, StoredBooking(booking, 1, revision, at, at)), PutOutcome.CREATED
            _must_not_be_older(booking, stored)
            if booking == stored.booking:
                connection.rollback()  # gives the revision back
                return stored, PutOutcome.UNCHANGED
            following = StoredBooking(booking, stored.version + 1, revision, stored.created_at, at)
            return _change(connection, following), PutOutcome.CHANGED

    def get(self, key: BookingKey) -> StoredBooking | None:
        """The newest version, also of a cancelled booking."""
        with self.database.reading() as connection:
            return _current(connection, key)

    def cancel(self, key: BookingKey, at: datetime, *, expect_version: int | None = None) -> StoredBooking | None:
        """See BookingBook.cancel."""
        with self.database.writing() as connection:
            revision = count_on(connection, "booking")
            stored = _current(connection, key)
            if stored is None or stored.booking.status is BookingStatus.CANCELLED:
                connection.rollback()
                return stored
            _must_be_at(key, stored, expect_version)
            cancelled = replace(stored.booking, status=BookingStatus.CANCELLED)
            return _change(connection, StoredBooking(cancelled, stored.version + 1, revision, stored.created_at, at))

    def find(self, query: BookingQuery) -> list[StoredBooking]:
        """See BookingBook.find."""
        with self.database.reading() as connection:
            return [_read(row) for row in connection.execute(_selection(query))]

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


def _selection(query: BookingQuery) -> Select[Any]:
    of, wanted = bookings.c, select(*_KEPT)
    if query.site is not None:
        wanted = wanted.where(of.site == query.site)
    if query.source is not None:
        wanted = wanted.where(of.source == query.source)
    if query.zone is not None:
        zones = booking_zones.c
        wanted = wanted.where(exists().where(zones.source == of.source, zones.id == of.id, zones.zone == query.zone))
    if query.overlaps is not None:
        wanted = wanted.where(of.held_start < query.overlaps.end, of.held_end > query.overlaps.start)
    if query.statuses is not None:
        wanted = wanted.where(of.status.in_(sorted(status.value for status in query.statuses)))
    if query.updated_since is not None:
        wanted = wanted.where(of.updated_at >= query.updated_since)
    if query.after is not None:
        start, source, booking = query.after
        later_here = or_(of.source > source, and_(of.source == source, of.id > booking))
        wanted = wanted.where(or_(of.held_start > start, and_(of.held_start == start, later_here)))
    if query.after_revision is not None:
        wanted = wanted.where(of.revision > query.after_revision).order_by(of.revision)
    else:
        wanted = wanted.order_by(of.held_start, of.source, of.id)
    return wanted if query.limit is None else wanted.limit(query.limit)
