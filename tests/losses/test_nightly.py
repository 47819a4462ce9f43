"""The nightly search over a real store and real books: found, kept, alarmed, closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from greenroom.losses import LossSearch, days_due
from premises.booking import Booking, BookingKey
from premises.losses import LossKind
from premises.ports import House, TelemetryStore
from premises.quantities import QUANTITIES
from premises.reading import Reading, Value
from premises.site import Meter, Point, Site
from premises.tariff import Carrier
from premises.time import SLOT, Interval, ManualClock, local_day, slots
from stores.book import Books, open_books
from stores.opening import open_store
from tests.losses.test_searches import PUMP, SITE, STAGE

TUESDAY = date(2026, 1, 20)


def point(subject: str, quantity: str, zone: str = "") -> Point:
    return Point(f"{subject}/{quantity}", SITE.id, subject, QUANTITIES[quantity], "device", zone=zone)


HOUSE: Site = replace(
    SITE,
    plants=(replace(PUMP, meter="pump-supply"),),
    meters=(
        Meter("grid", "Grid", Carrier.ELECTRICITY, "grid"),
        Meter("pump-supply", "Heat pump", Carrier.ELECTRICITY, use="heating", parent="grid"),
    ),
    points=(
        *(point("stage-1", q, "stage-1") for q in ("air_temperature", "heating_demand", "contact", "occupancy", "state")),
        point("outdoor", "outdoor_temperature"),
        point("pump", "supply_temperature"),
        point("pump", "heat_energy"),
        point("pump-supply", "energy"),
        point("grid", "energy"),
    ),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TelemetryStore]:
    opened = open_store(f"duckdb:///{tmp_path}/readings.duckdb", {HOUSE.id: HOUSE})
    yield opened
    opened.close()


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    opened = open_books(f"sqlite:///{tmp_path}/book.db")
    yield opened
    opened.close()


def live_through(store: TelemetryStore, day: date, heated: range, *, gain: float = 2.9) -> None:
    """A local day by quarter hours: the stage is heated in these quarters at half power, the pump gives `gain` for its energy."""
    interval, readings = local_day(day, HOUSE.zoneinfo), list[Reading]()
    taken = given = grid = 10_000.0 * day.toordinal()

    def note(name: str, at: datetime, value: Value) -> None:
        readings.append(Reading(name, at, value, at))

    for number, at in enumerate(slots(Interval(interval.start, interval.end + SLOT))):
        on = number in heated
        note("pump-supply/energy", at, taken)
        note("pump/heat_energy", at, given)
        note("grid/energy", at, grid)
        note("stage-1/air_temperature", at, 19.0 if on else 12.0)
        note("stage-1/heating_demand", at, 50.0 if on else 0.0)
        note("stage-1/contact", at, True)
        note("stage-1/state", at, "set_back")
        note("outdoor/outdoor_temperature", at, 2.0)
        note("pump/supply_temperature", at, 40.0)
        taken, given, grid = taken + 1.0, given + gain, grid + 1.5
    store.write(HOUSE.id, readings)


def searching(store: TelemetryStore, books: Books, now: datetime) -> tuple[LossSearch, ManualClock]:
    clock = ManualClock(now)
    house = SimpleNamespace(sites={HOUSE.id: HOUSE}, clock=clock, store=store, bookings=books.bookings)
    return LossSearch(cast(House, house), books), clock


def test_heat_for_nobody_is_found_kept_alarmed_and_closed(store: TelemetryStore, books: Books) -> None:
    live_through(store, TUESDAY, range(8, 20))
    live_through(store, TUESDAY + timedelta(days=1), range(0))
    night, clock = searching(store, books, datetime(2026, 1, 21, 4, tzinfo=UTC))
    assert night.look() == 1
    assert night.look() == 0, "a day is looked at once"
    [loss] = books.losses.standing(HOUSE.id)
    assert (loss.kind, loss.zone) == (LossKind.HEAT_UNBOOKED, "stage-1")
    assert loss.since == local_day(TUESDAY, HOUSE.zoneinfo).start + timedelta(hours=2)
    assert loss.kwh == pytest.approx(3 * 0.5 * 40 / 3.0, rel=0.02)
    [alarm] = books.alarms.active(HOUSE.id)
    assert (alarm.cause, alarm.subject) == ("efficiency_loss", "stage-1")
    assert alarm.text["fr"].startswith("Stage 1 a été chauffé jusqu’à 19,0 °C pendant 3,0 h")
    clock.set(datetime(2026, 1, 22, 4, tzinfo=UTC))
    assert night.look() == 1
    [closed] = books.losses.find(HOUSE.id, Interval(loss.since, loss.until))
    assert closed.closed_at == clock.now()
    assert books.alarms.active(HOUSE.id) == []


def test_a_booking_makes_the_same_heat_no_loss(store: TelemetryStore, books: Books) -> None:
    live_through(store, TUESDAY, range(8, 20))
    midnight = local_day(TUESDAY, HOUSE.zoneinfo).start
    held = Interval(midnight + timedelta(hours=1), midnight + timedelta(hours=6))
    books.bookings.put(Booking(BookingKey("scheduler", "1"), HOUSE.id, (STAGE.id,), held), midnight)
    night, _ = searching(store, books, datetime(2026, 1, 21, 4, tzinfo=UTC))
    night.look()
    assert books.losses.standing(HOUSE.id) == []


def test_a_tired_heat_pump_is_found_by_its_meters(store: TelemetryStore, books: Books) -> None:
    live_through(store, TUESDAY, range(0), gain=1.5)
    night, _ = searching(store, books, datetime(2026, 1, 21, 4, tzinfo=UTC))
    night.look()
    [loss] = books.losses.standing(HOUSE.id)
    assert (loss.kind, loss.subject) == (LossKind.PERFORMANCE, "pump")
    assert loss.evidence["cop_measured"] == 1.5
    assert loss.kwh == pytest.approx(48.0, rel=0.02)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, "2026-01-21T04:00", ["2026-01-20"]),
        (None, "2026-01-21T03:00", ["2026-01-19"]),
        ("2026-01-20", "2026-01-21T04:00", []),
        ("2026-01-17", "2026-01-21T04:00", ["2026-01-18", "2026-01-19", "2026-01-20"]),
        ("2025-06-01", "2026-01-21T04:00", [f"2026-01-{day}" for day in range(14, 21)]),
    ],
)
def test_days_on_which_nothing_ran_are_looked_at_afterwards(last: str | None, now: str, due: list[str]) -> None:
    assert [day.isoformat() for day in days_due(HOUSE, last, datetime.fromisoformat(f"{now}+00:00"))] == due
