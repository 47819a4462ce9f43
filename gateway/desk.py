"""The booking desk: what happens when a booking is put, read or cancelled, whichever door it came through."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from gateway.access import Caller
from gateway.door import Gateway
from gateway.problems import FieldFault, Problem
from gateway.reading import check_source, read_booking
from gateway.shapes.booking import BookingDocument, BookingWithPlan, ReadyByDocument, Warned
from gateway.times import told
from gateway.writing import booking_answer, etag_of, ready_by_document, would_be_answer
from premises.booking import Booking, BookingKey, BookingStatus, StoredBooking
from premises.errors import ConflictError, GreenroomError
from premises.plan import ReadyBy
from premises.ports import BookingQuery, PutOutcome
from premises.site import Site

log = structlog.get_logger("gateway")

OVERLAPS_SHOWN = 10
_HELD = frozenset({BookingStatus.OPTION, BookingStatus.HOLD, BookingStatus.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Conditions:
    """Preconditions of a write, as told by If-Match and If-None-Match."""

    if_match: str | None = None
    if_none_match: str | None = None

    def expected(self, stored: StoredBooking | None) -> int | None:
        """The version that must still be there when the book writes; None: any. Raises precondition-failed."""
        if self.if_none_match is not None:
            tags = _tags(self.if_none_match)
            if stored is not None and ("*" in tags or etag_of(stored) in tags):
                raise _failed("the booking exists already", stored)
            if "*" in tags:
                return 0
        if self.if_match is None:
            return None
        tags = _tags(self.if_match)
        if stored is None:
            raise _failed("the booking does not exist", None)
        if "*" not in tags and etag_of(stored) not in tags:
            raise _failed("the booking has changed since", stored)
        return stored.version


def _tags(header: str) -> set[str]:
    return {tag.strip() for tag in header.split(",")}


def _failed(detail: str, stored: StoredBooking | None) -> Problem:
    headers = {"ETag": etag_of(stored)} if stored is not None else {}
    return Problem("precondition-failed", detail, headers=headers)


class BookingDesk:
    """One request's work on bookings, for one caller."""

    def __init__(self, gateway: Gateway, caller: Caller, language: str) -> None:
        self.gateway = gateway
        self.caller = caller
        self.language = language
        self.book = gateway.house.bookings

    def read(self, key: BookingKey) -> StoredBooking:
        """The booking. Raises not-found where it is not there or not for this key."""
        stored = self.book.get(key)
        if stored is None or not self.caller.sees_booking(stored.booking):
            raise Problem("not-found", f"no booking {key}")
        return stored

    def post(self, key: BookingKey, document: BookingDocument, *, dry_run: bool = False) -> BookingWithPlan:
        """Store a booking under an id that was made for it. A second try finds it, however it has changed since.

        Raises key-reused where the first try was for another booking.
        """
        check_source(self.caller, key.source)
        first = next(iter(self.book.versions(key)), None)
        if first is None:
            return self.put(key, document, Conditions(if_none_match="*"), dry_run=dry_run)
        site, now = self._site(document), self.gateway.now()
        booking, _ = read_booking(document, key, site, self.caller, now, self.gateway.settings.hold_max_days)
        if booking != first.booking:
            raise Problem("key-reused", "that Idempotency-Key was sent with another booking; take a new one for each booking")
        answer = self.with_plan(self.read(key))
        return answer.model_copy(update={"outcome": PutOutcome.UNCHANGED})

    def put(
        self, key: BookingKey, document: BookingDocument, conditions: Conditions, *, dry_run: bool = False, plan: bool = True
    ) -> BookingWithPlan:
        """Store the booking, or only answer for it; with its plan (unless it is not asked for) and what to know about it."""
        check_source(self.caller, key.source)
        site = self._site(document)
        gateway, now = self.gateway, self.gateway.now()
        booking, warned = read_booking(document, key, site, self.caller, now, gateway.settings.hold_max_days)
        stored = self.book.get(key)
        if stored is not None and not self.caller.covers_booking(stored.booking):
            raise Problem("out-of-scope", f"{key} is held on zones or a site that this key is not for")
        expected = conditions.expected(stored)
        _refuse_older(booking, stored)
        if dry_run:
            ready = self._ready_by(booking, site, warned) if plan else []
            warned.extend(self._overlaps(booking))
            return BookingWithPlan(
                **would_be_answer(booking, site, self.caller), outcome=None, dry_run=True, ready_by=ready, warnings=warned
            )
        kept, outcome = self._store(booking, expected)
        ready = self._ready_by(kept.booking, site, warned) if plan else []
        warned.extend(self._overlaps(booking))
        return BookingWithPlan(**booking_answer(kept, site, self.caller), outcome=outcome, ready_by=ready, warnings=warned)

    def cancel(self, key: BookingKey, conditions: Conditions) -> BookingWithPlan:
        """Cancel the booking and keep its tombstone. Raises not-found, out-of-scope, precondition-failed."""
        check_source(self.caller, key.source)
        stored = self.read(key)
        if not self.caller.covers_booking(stored.booking):
            raise Problem("out-of-scope", f"{key} is held on zones that this key is not for")
        expected = conditions.expected(stored)
        try:
            gone = self.book.cancel(key, self.gateway.now(), expect_version=expected, by=self.caller.name)
        except ConflictError:
            raise _failed("the booking has changed since", self.book.get(key)) from None
        if gone is None:
            raise Problem("not-found", f"no booking {key}")
        unchanged = gone.version == stored.version
        outcome = PutOutcome.UNCHANGED if unchanged else PutOutcome.CHANGED
        return BookingWithPlan(**booking_answer(gone, self.site_of(gone), self.caller), outcome=outcome, ready_by=[])

    def with_plan(self, stored: StoredBooking) -> BookingWithPlan:
        """The stored booking with its plan as it stands now."""
        site, warned = self.site_of(stored), list[Warned]()
        ready = self._ready_by(stored.booking, site, warned) if site is not None else []
        return BookingWithPlan(**booking_answer(stored, site, self.caller), ready_by=ready, warnings=warned)

    def site_of(self, stored: StoredBooking) -> Site | None:
        """The booking's site; None where it is no longer in the house."""
        return self.gateway.house.sites.get(stored.booking.site)

    def _site(self, document: BookingDocument) -> Site:
        try:
            return self.gateway.site(self.caller, document.site)
        except Problem as problem:
            raise Problem("invalid", problem.detail, errors=[_site_fault(problem.detail)]) from None

    def _store(self, booking: Booking, expected: int | None) -> tuple[StoredBooking, PutOutcome]:
        try:
            return self.book.put(booking, self.gateway.now(), expect_version=expected, by=self.caller.name)
        except ConflictError as error:
            stored = self.book.get(booking.key)  # somebody was quicker: tell which of the two it is
            _refuse_older(booking, stored)
            if expected is not None:
                raise _failed("the booking has changed since", stored) from None
            raise Problem("conflict", str(error)) from None

    def _ready_by(self, booking: Booking, site: Site, warned: list[Warned]) -> list[ReadyByDocument]:
        """The plan of the zones the caller sees. A planner that fails must not lose the booking: it is told as a warning."""
        if booking.status is BookingStatus.CANCELLED:
            return []
        try:
            answers: tuple[ReadyBy, ...] = self.gateway.house.planner.ready_by(booking)
        except GreenroomError as error:
            log.warning("no plan for a booking", booking=str(booking.key), kind=type(error).__name__)
            warned.append(
                Warned(code="no-plan", detail="the booking is taken, but its plan cannot be told now; read it again later")
            )
            return []
        return [
            ready_by_document(ready, self.language, self.caller) for ready in answers if self.caller.sees_zone(site.id, ready.zone)
        ]

    def _overlaps(self, booking: Booking) -> list[Warned]:
        """Other bookings of the same zones at the same time: declared, not refused, for a diary may hold options doubly."""
        if booking.status not in _HELD:
            return []
        warned = []
        for zone in booking.zones:
            query = BookingQuery(booking.site, zone, overlaps=booking.held, statuses=_HELD, limit=OVERLAPS_SHOWN + 1)
            others = [other for other in self.book.find(query) if other.booking.key != booking.key]
            for other in others[:OVERLAPS_SHOWN]:
                who = str(other.booking.key) if self.caller.sees_booking(other.booking) else "another booking"
                span = f"from {told(other.booking.held.start)} to {told(other.booking.held.end)}"
                status = other.booking.status.value
                warned.append(Warned(code="overlap", detail=f"{zone} is also held by {who} ({status}) {span}", pointer="#/zones"))
        return warned


def _site_fault(detail: str) -> FieldFault:
    return FieldFault(pointer="#/site", detail=detail)


def _refuse_older(booking: Booking, stored: StoredBooking | None) -> None:
    known = stored.booking.sequence if stored is not None else None
    if booking.sequence is not None and known is not None and booking.sequence < known:
        raise Problem(
            "older-version",
            f"sequence {booking.sequence} of {booking.key} is older than the stored {known}; nothing was changed",
            stored_sequence=known,
        )
