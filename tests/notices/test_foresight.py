"""Whether calls will be kept, hours ahead: the alarm of the zone and what is told of the booking."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from gateway.notices.booking_watch import BookingWatch
from premises.booking import Booking, BookingKey, BookingStatus
from premises.errors import UnknownNameError
from premises.notice import NoticeKind
from premises.notify import About
from premises.plan import Readiness, ReadyBy, Rung
from premises.reason import Reason
from premises.time import Interval
from stores.book import Books
from tests.notices.premises_of_tests import DUTY, HOUR, MINUTE, NOON, studio

CALL = NOON + 8 * HOUR
KEY = BookingKey("scheduler", "4711")
SHOOT = Booking(KEY, "studio", ("stage-1", "stage-2"), Interval(CALL, CALL + 10 * HOUR), title="L'Aube", tenant="Les Films")
SITE = studio(replace(DUTY, about=frozenset({About.BOOKINGS})))


@dataclass
class Forecaster:
    """Answers as it is told to: by zone, when it is ready; None: never within the booking."""

    ready: dict[str, datetime | None] = field(default_factory=dict)
    unknown: bool = False

    def ready_by(self, booking: Booking) -> tuple[ReadyBy, ...]:
        if "stage-9" in booking.zones:
            raise UnknownNameError("no zone stage-9")
        return tuple(self._answer(booking, zone, ready) for zone, ready in self.ready.items())

    def _answer(self, booking: Booking, zone: str, ready: datetime | None) -> ReadyBy:
        readiness = Readiness.READY if ready is not None and ready <= booking.call_at else Readiness.LATE
        if ready is None:
            readiness = Readiness.NOT_READY
        if self.unknown:
            readiness = Readiness.UNKNOWN
        reason = Reason("answer_never", {"target": 20.0, "wrap": "06:00"})
        return ReadyBy(
            booking.key, zone, readiness, booking.call_at, ready, NOON, 20.0, 80.0, 9.0, 5.0, "EUR", Rung.TABLE, (reason,)
        )


@dataclass
class Night:
    books: Books
    forecaster: Forecaster = field(default_factory=Forecaster)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        book = self.books
        self.watch = BookingWatch(book.bookings, self.forecaster, book.alarms, book.outbox, book.webhooks)

    def look(self, now: datetime, times: int = 2) -> list[NoticeKind]:
        """Kinds of the notices that came of so many looks, oldest first."""
        before = {delivery.id for delivery in self.books.outbox.log()}
        for number in range(times):
            self.watch.look([SITE], now + number * 5 * MINUTE)
        new = [delivery for delivery in self.books.outbox.log() if delivery.id not in before]
        return [d.notice.kind for d in sorted(new, key=lambda d: d.created_at) if d.channel.startswith("mail:")]

    def alarms(self) -> list[tuple[str, str]]:
        return [(alarm.cause, alarm.subject) for alarm in self.books.alarms.active("studio")]


@pytest.fixture
def night(books: Books) -> Night:
    books.bookings.put(SHOOT, NOON - HOUR)
    return Night(books)


def test_that_it_will_not_be_ready_is_said_hours_ahead_and_taken_back(night: Night) -> None:
    night.forecaster.ready = {"stage-1": None, "stage-2": CALL - HOUR}
    assert night.look(NOON, times=1) == [], "one look may be wrong"
    assert night.look(NOON + 5 * MINUTE, times=1) == [NoticeKind.NOT_READY]
    assert night.alarms() == [("will_not_be_ready", "stage-1")]
    [alarm] = night.books.alarms.active("studio")
    assert alarm.text["en"].startswith("Stage 1: will not be ready before the end of its booking, call 21:00.")
    assert alarm.text["fr"].startswith("Stage 1 : pas prêt avant la fin")
    night.forecaster.ready["stage-1"] = CALL - HOUR
    assert night.look(NOON + HOUR) == [NoticeKind.READY]
    assert night.alarms() == []
    told = night.books.outbox.log()[0].notice
    assert told.data["ready_now"] is False
    assert told.title["en"] == "Stage 1, Stage 2: will be ready for the call at 21:00 after all"
    assert (told.zones, told.tenant) == (frozenset({"stage-1", "stage-2"}), "Les Films")


def test_a_call_that_will_be_kept_is_told_once_when_it_is_warm(night: Night) -> None:
    night.forecaster.ready = {"stage-1": CALL - HOUR, "stage-2": CALL - 2 * HOUR}
    assert night.look(NOON) == []
    night.forecaster.ready = {"stage-1": CALL - HOUR, "stage-2": CALL - HOUR}
    assert night.look(CALL - HOUR) == [NoticeKind.READY]
    assert night.look(CALL - 40 * MINUTE) == []
    night.begin()
    assert night.look(CALL - 30 * MINUTE) == [], "a restart tells nothing anew"


def test_late_is_told_with_how_late_and_a_little_late_is_not(night: Night) -> None:
    night.forecaster.ready = {"stage-1": CALL + 4 * MINUTE, "stage-2": CALL - HOUR}
    assert night.look(NOON) == []
    assert night.alarms() == []
    night.forecaster.ready["stage-1"] = CALL + 70 * MINUTE
    assert night.look(NOON + HOUR) == [NoticeKind.LATE]
    [alarm] = night.books.alarms.active("studio")
    assert "ready 22:10, 1 h 10 after its call at 21:00" in alarm.text["en"]


def test_a_forecast_that_trembles_tells_nothing(night: Night) -> None:
    told = []
    for number in range(12):
        night.forecaster.ready = {"stage-1": None if number % 2 else CALL - HOUR}
        told += night.look(NOON + number * 5 * MINUTE, times=1)
    assert (told, night.alarms()) == ([], [])


def test_from_the_call_on_the_rules_say_what_is_cold(night: Night) -> None:
    night.forecaster.ready = {"stage-1": None}
    night.look(CALL - HOUR)
    assert night.alarms() == [("will_not_be_ready", "stage-1")]
    night.look(CALL)
    assert night.alarms() == []


def test_what_is_not_known_or_not_confirmed_raises_nothing(night: Night) -> None:
    night.forecaster.ready, night.forecaster.unknown = {"stage-1": None}, True
    night.books.bookings.put(replace(SHOOT, key=BookingKey("scheduler", "x"), status=BookingStatus.OPTION), NOON)
    assert night.look(NOON) == []
    night.books.bookings.put(replace(SHOOT, zones=("stage-9",)), NOON + MINUTE)
    assert night.look(NOON + HOUR) == [], "a zone that is no more breaks nothing"


def test_a_call_that_is_moved_is_told_anew(night: Night) -> None:
    night.forecaster.ready = {"stage-1": None}
    assert night.look(NOON) == [NoticeKind.NOT_READY]
    later = Interval(CALL + HOUR, CALL + timedelta(hours=9))
    night.books.bookings.put(replace(SHOOT, held=later), NOON + 10 * MINUTE)
    assert night.look(NOON + 15 * MINUTE) == [NoticeKind.NOT_READY]
