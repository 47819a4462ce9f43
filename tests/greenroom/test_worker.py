"""A worker beside a house: it takes its share, and refuses settings by which it would do the house's work twice."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from greenroom.clock import SystemClock
from greenroom.house import build
from greenroom.settings import Settings
from greenroom.worker import Worker
from ingest.watch import Watch
from premises.errors import SettingError, StoreUnavailableError
from premises.site import GREENROOM
from premises.sitefile import example, load_site
from stores.book import open_books
from tests.ingest_wire.fakes import FakeWire

SITE = load_site(example("la-kolok"))
INFLUX = "influxdb://127.0.0.1:9/studio"


def settings(folder: Path, **given: object) -> Settings:
    return Settings(data=folder, solver=False, calendars=False, influx_token="no-token", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"client_id": "two", "store": INFLUX}, "GREENROOM_BROKER_SHARE"),
        ({"broker_share": "crew", "store": INFLUX}, "GREENROOM_CLIENT_ID"),
        ({"broker_share": "crew", "client_id": "two"}, "one owner"),
    ],
)
def test_what_it_needs_is_said_before_anything_is_opened(tmp_path: Path, given: dict[str, str], told: str) -> None:
    with ExitStack() as closing, pytest.raises(SettingError, match=told):
        Worker(settings(tmp_path / "w", **given), [SITE], SystemClock(), closing)
    assert not (tmp_path / "w").exists()


def test_the_house_and_a_worker_hear_all_between_them(tmp_path: Path) -> None:
    house_wire, worker_wire = FakeWire(), FakeWire()
    house = build(settings(tmp_path / "house", broker_share="crew"), [SITE], SystemClock())
    house.intake.attach(house_wire)
    with ExitStack() as closing:
        given = settings(tmp_path / "worker", broker_share="crew", client_id="two", store=INFLUX)
        worker = Worker(given, [SITE], SystemClock(), closing)
        worker.intake.attach(worker_wire)
    house.close()
    assert house_wire.filters == worker_wire.filters
    assert set(house.interpreter.subscriptions()) <= {*house_wire.filters, *house_wire.own}
    assert set(worker_wire.own) < {*house_wire.own, *worker_wire.own}
    assert any(one.startswith("panasonic_heat_pump") for one in house_wire.own), "what acts is heard by the house"
    assert not any(one.startswith("panasonic_heat_pump") for one in (*worker_wire.own, *worker_wire.filters))


def test_without_a_share_a_house_hears_everything_itself(tmp_path: Path) -> None:
    wire = FakeWire()
    house = build(settings(tmp_path), [SITE], SystemClock())
    house.intake.attach(wire)
    house.close()
    assert (wire.filters, wire.own) == (list(house.interpreter.subscriptions()), [])


def test_a_worker_and_the_house_clear_none_of_each_others_alarms(tmp_path: Path) -> None:
    books = open_books(f"sqlite:///{tmp_path / 'books.db'}")

    def standing() -> list[tuple[str, str]]:
        return sorted((alarm.cause, alarm.subject) for alarm in books.alarms.active(SITE.id))

    start, minute = datetime(2026, 1, 20, 12, tzinfo=UTC), timedelta(minutes=1)
    house = Watch([SITE.id], books.alarms, dict)
    worker = Watch([SITE.id], books.alarms, dict, "intake-2")
    for n in range(3):  # the worker alone loses its link: the house looks too, and is well
        worker.look(start + n * minute, connected=False)
        house.look(start + n * minute, connected=True)
    assert standing() == [("worker_cut_off", "intake-2")]
    restarted = Watch([SITE.id], books.alarms, dict)  # knows of nothing yet, so it clears what is its own
    restarted.look(start + 3 * minute, connected=True)
    assert standing() == [("worker_cut_off", "intake-2")]
    worker.trouble("store", lambda: start + 4 * minute)(StoreUnavailableError("503"))
    house.trouble("store", lambda: start + 4 * minute)(StoreUnavailableError("503"))
    house.trouble("store", lambda: start + 5 * minute)(None)
    assert standing() == [("store_away", "intake-2"), ("worker_cut_off", "intake-2")]
    for n in range(6, 9):  # now the broker itself is away: each says so once, and each clears its own
        house.look(start + n * minute, connected=False)
        worker.look(start + n * minute, connected=False)
    assert standing() == [("broker_away", GREENROOM), ("store_away", "intake-2"), ("worker_cut_off", "intake-2")]
    worker.look(start + 9 * minute, connected=True)
    assert standing() == [("broker_away", GREENROOM), ("store_away", "intake-2")]
    house.look(start + 10 * minute, connected=True)
    worker.withdraw(start + 10 * minute)
    assert standing() == []
    assert len(books.alarms.history(SITE.id)) == 4, "nothing was raised twice"
    books.close()


def test_a_worker_raises_its_alarms_under_its_own_name(tmp_path: Path) -> None:
    with ExitStack() as closing:
        given = settings(tmp_path / "w", broker_share="crew", client_id="intake-2", store=INFLUX)
        worker = Worker(given, [SITE], SystemClock(), closing)
        now = worker.clock.now()
        worker.intake.look(now)
        worker.intake.look(now + timedelta(minutes=2))
        books = open_books(given.books_url)
        closing.callback(books.close)
        assert [(one.cause, one.subject) for one in books.alarms.active(SITE.id)] == [("worker_cut_off", "intake-2")]
        assert "intake-2" in books.alarms.active(SITE.id)[0].text["nl"]
        worker.intake.stop()
        assert books.alarms.active(SITE.id) == [], "who ends on purpose leaves no alarm behind"
