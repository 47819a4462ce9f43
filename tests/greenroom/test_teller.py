"""The rounds of telling on real books: what is due is told once, changes follow, and a store that cannot keep it is never asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from greenroom.telling.bookings import BookingTeller, Known
from greenroom.telling.teller import Sources, Telling
from premises.booking import Booking, BookingKey, Override, OverrideKind
from premises.decision import ZoneDecision, ZoneState
from premises.errors import StoreUnavailableError
from premises.plan import Plan, PlanSlot, Readiness, ReadyBy, Rung, ZonePlan
from premises.ports import IntakeStatus
from premises.reason import Reason
from premises.site import Site
from premises.sitefile import example, load_site
from premises.time import SLOT, Interval
from premises.told import Told
from premises.wide import tag_value
from stores.book import Books, open_books

SITE = load_site(example("la-kolok"))
NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CALL = NOW + timedelta(hours=5)
STATUS = IntakeStatus(10, 10, 0, 0, 0, 0, 40, 0.0, 1.0, True)


class Store:
    """Keeps what is told, knows no readings."""

    def __init__(self) -> None:
        self.away = False
        self.asked = 0

    def tell(self, site: str, lines: Sequence[Told]) -> None: ...

    def energy(self, *_asked: Any) -> list[Any]:
        self.asked += 1
        if self.away:
            raise StoreUnavailableError("away")
        return []

    series = energy


class Remembering(Store):
    """Keeps the newest of each line of bookings, as InfluxDB does, over restarts of the house."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[tuple[str, str, datetime], Told] = {}

    def take(self, lines: Sequence[Told]) -> None:
        for line in of(lines, "booking"):
            at = (line.tags["zone"], line.tags["booking"], line.time)
            before = self.lines[at].fields if at in self.lines else {}
            self.lines[at] = replace(line, fields={**before, **line.fields})

    def told(self, _site: str, measurement: str, field: str, span: Interval) -> list[Told]:
        self.asked += 1
        if self.away:
            raise StoreUnavailableError("away")
        kept = [replace(line, fields={field: line.fields[field]}) for line in self.lines.values()]
        return [line for line in kept if line.measurement == measurement and span.start <= line.time < span.end]

    def standing(self) -> dict[str, object]:
        return {line.tags["booking"]: line.fields["status"] for line in self.lines.values()}


class Rules:
    """A plan of one zone, and an answer for every booking; counts what it was asked."""

    def __init__(self) -> None:
        slot = PlanSlot(NOW, 20.0, 18.0, 1000.0, 0.0, Reason("unheated"))
        zones = (ZonePlan("stage-1", Rung.LEARNED, (slot,)),)
        self.plan = Plan(SITE.id, NOW, Interval(NOW, NOW + SLOT), zones, 1.0, 1.0, 1.0, "EUR")
        self.asked = 0

    def decided(self) -> Sequence[ZoneDecision]:
        why = Reason("unheated")
        return (ZoneDecision("stage-1", NOW, ZoneState.SET_BACK, 12.0, None, why, why, air_c=14.0),)

    def mass_c(self) -> Mapping[str, float]:
        return {"stage-1": 15.0}

    def ready_by(self, booking: Booking) -> tuple[ReadyBy, ...]:
        self.asked += 1
        ready = booking.call_at - timedelta(minutes=20)
        why = (Reason("unheated"),)
        return (
            ReadyBy(
                booking.key, "stage-1", Readiness.READY, booking.call_at, ready, NOW, 20.0, 50.0, 9.0, 2.0, "EUR", Rung.TABLE, why
            ),
        )


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    opened = open_books(f"sqlite:///{tmp_path / 'books.sqlite3'}")
    yield opened
    opened.close()


def telling(books: Books, store: object, sites: dict[str, Site] | None = None) -> Telling:
    sources = Sources(
        store,  # type: ignore[arg-type]
        books.bookings,
        books.overrides,
        books.alarms,
        lambda: STATUS,
        lambda: (0, 0),
        lambda _site: lambda _carrier, _at: 0.05,
        books.corrections,
    )
    return Telling(sites if sites is not None else {SITE.id: SITE}, sources)


def of(lines: Sequence[Told], measurement: str) -> list[Told]:
    return [line for line in lines if line.measurement == measurement]


def test_what_is_due_is_told_once_and_the_house_itself_each_minute(books: Books) -> None:
    held = Interval(CALL, CALL + timedelta(hours=8))
    books.bookings.put(Booking(BookingKey("desk", "1"), SITE.id, ("stage-1",), held, call=CALL), NOW)
    rules, told = Rules(), telling(books, Store())
    first = told.run({SITE.id: rules}, NOW)[SITE.id]
    assert {line.measurement for line in first} == {"plan", "booking", "ready", "device", "event", "itself"}
    (booking,) = of(first, "booking")
    assert (booking.time, booking.fields["readiness"], booking.fields["spare_min"]) == (CALL, "ready", 20.0)
    assert {line.tags["kind"] for line in of(first, "event")} == {"clock"}
    second = told.run({SITE.id: rules}, NOW + MINUTE)[SITE.id]
    assert [line.measurement for line in second] == ["itself"]
    assert rules.asked == 1
    assert {line.measurement for line in told.run({SITE.id: rules}, NOW + 6 * MINUTE)[SITE.id]} == {"itself", "ready"}


def test_overrides_and_alarms_are_told_when_they_come_and_when_they_end_and_not_in_between(books: Books) -> None:
    rules, told = Rules(), telling(books, Store())
    told.run({SITE.id: rules}, NOW)
    books.overrides.put(
        Override("o", SITE.id, "stage-1", OverrideKind.HUSH, None, NOW + MINUTE, NOW + timedelta(hours=2), "Ana", "take")
    )
    books.alarms.raise_(SITE.id, "sensor_lost", "stage-1", {"en": "no air sensor"}, NOW + MINUTE)

    def events(minute: int) -> list[tuple[str, str, float]]:
        lines = of(told.run({SITE.id: rules}, NOW + minute * MINUTE)[SITE.id], "event")
        return [(line.tags["kind"], str(line.fields["state"]), float(line.fields["until_us"])) for line in lines]

    assert sorted(kind for kind, _, _ in events(2)) == ["alarm", "override"]
    assert events(3) == []
    books.overrides.end("o", NOW + 4 * MINUTE)
    books.alarms.clear(SITE.id, "sensor_lost", "stage-1", NOW + 4 * MINUTE)
    ended = (NOW + 4 * MINUTE).timestamp() * 1e6
    assert sorted(events(5)) == [("alarm", "cleared", ended), ("override", "", ended)]
    assert events(6) == []


def test_a_changed_site_file_is_an_event_and_what_is_told_goes_on_by_it(books: Books) -> None:
    sites = {SITE.id: SITE}
    rules, told = Rules(), telling(books, Store(), sites)
    told.run({SITE.id: rules}, NOW)
    sites[SITE.id] = replace(SITE, devices=SITE.devices[:-1])
    lines = told.run({SITE.id: rules}, NOW + 16 * MINUTE)[SITE.id]
    (change,) = (line for line in of(lines, "event") if line.tags["kind"] == "configuration")
    assert SITE.devices[-1].id in str(change.fields["text"])
    assert SITE.devices[-1].id not in {line.tags["device"] for line in of(lines, "device")}


def test_a_store_that_is_away_is_looked_for_again_and_one_that_cannot_keep_it_never(books: Books) -> None:
    store, rules = Store(), Rules()
    store.away = True
    told = telling(books, store)
    # days cannot be counted without the store; all else is told all the same, and waits in the buffer of own readings
    assert {"plan", "ready", "itself"} <= {line.measurement for line in told.run({SITE.id: rules}, NOW)[SITE.id]}
    before = store.asked
    told.run({SITE.id: rules}, NOW + MINUTE)
    assert store.asked > before
    store.away = False
    told.run({SITE.id: rules}, NOW + 2 * MINUTE)
    before = store.asked
    told.run({SITE.id: rules}, NOW + 3 * MINUTE)
    assert store.asked == before  # till next night
    quiet, silent = Rules(), telling(books, object())
    assert silent.run({SITE.id: quiet}, NOW) == {}
    assert quiet.asked == 0


def test_a_booking_of_a_book_that_was_wiped_does_not_stand_on_the_boards_for_ever(books: Books, tmp_path: Path) -> None:
    def put(into: Books, name: str, call: datetime) -> None:
        held = Interval(call, call + timedelta(hours=8))
        into.bookings.put(Booking(BookingKey("desk", name), SITE.id, ("stage-1",), held, call=call), NOW)

    store = Remembering()
    put(books, "kept", CALL)
    put(books, "tonight, 100 %", CALL + timedelta(hours=9))
    put(books, "yesterday", CALL - timedelta(days=1))
    first = telling(books, store).run({SITE.id: Rules()}, NOW)[SITE.id]
    store.take([replace(line, tags={name: tag_value(tag) for name, tag in line.tags.items()}) for line in first])
    assert set(store.standing().values()) == {"confirmed"}

    wiped = open_books(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    try:
        put(wiped, "kept", CALL)
        restarted = telling(wiped, store)
        store.away = True
        assert "gone" not in str(restarted.run({SITE.id: Rules()}, NOW + MINUTE))  # nothing is known to be gone
        store.away = False
        lines = of(restarted.run({SITE.id: Rules()}, NOW + 7 * MINUTE)[SITE.id], "booking")
        gone = {line.tags["booking"]: line.time for line in lines if line.fields["status"] == "gone"}
        assert gone == {"desk/tonight, 100 %": CALL + timedelta(hours=9), "desk/yesterday": CALL - timedelta(days=1)}
        store.take([replace(line, tags={name: tag_value(tag) for name, tag in line.tags.items()}) for line in lines])
        assert sorted(map(str, store.standing().values())) == ["confirmed", "gone", "gone"]
        asked = store.asked
        assert of(restarted.run({SITE.id: Rules()}, NOW + 8 * MINUTE)[SITE.id], "booking") == []
        assert store.asked == asked  # it is looked for once a day
        assert of(restarted.run({SITE.id: Rules()}, NOW + timedelta(days=1, minutes=9))[SITE.id], "booking") == []
        assert store.asked > asked
    finally:
        wiped.close()


def test_a_booking_that_is_found_no_more_while_greenroom_runs_is_told_as_gone_and_one_that_is_over_is_not() -> None:
    def known(name: str, call: datetime) -> Known:
        held = Interval(call, call + timedelta(hours=8))
        return Known(Booking(BookingKey("desk", name), SITE.id, ("stage-1",), held, call=call), {})

    over = known("over", NOW - timedelta(hours=47))
    teller = BookingTeller(SITE, "en")
    teller.tell([over, known("deleted", NOW - timedelta(hours=2)), known("kept", CALL)], NOW)
    lines = teller.tell([known("kept", CALL)], NOW + timedelta(hours=2))
    assert [(line.tags["booking"], line.fields["status"]) for line in lines] == [("desk/deleted", "gone")]
