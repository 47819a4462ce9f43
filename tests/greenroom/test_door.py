"""A door beside a house: it shows and answers what the house would, from what the house stored, and has a hand on nothing."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from greenroom.cli import main
from greenroom.door.build import Door, build_door, door_over
from greenroom.front import front_door
from greenroom.house import Running, build
from greenroom.rounds import Rounds
from greenroom.settings import Settings
from premises.booking import Booking, BookingKey, Override, OverrideKind
from premises.errors import SettingError, StoreUnavailableError
from premises.ports import House
from premises.reading import Reading
from premises.site import Site
from premises.sitefile import example, load_site
from premises.time import Interval, ManualClock, parse_instant

pytestmark = pytest.mark.slow  # the rules of a whole site are built for each
NOW = parse_instant("2026-01-20T09:00:00Z")
MINUTE = timedelta(minutes=1)
SITE = load_site(example("la-kolok"))
SHOOT = Booking(
    BookingKey("desk", "1"),
    SITE.id,
    ("stage-1",),
    Interval(NOW + timedelta(hours=5), NOW + timedelta(hours=12)),
    call=NOW + timedelta(hours=6),
    title="Shoot",
)


def settings(folder: Path, **given: Any) -> Settings:
    return Settings(data=folder, solver=False, calendars=False, **given)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def running(tmp_path: Path, clock: ManualClock) -> Iterator[Running]:
    house = build(settings(tmp_path / "house"), [SITE], clock)
    yield house
    house.close()


@pytest.fixture
def door(tmp_path: Path, clock: ManualClock, running: Running) -> Iterator[Door]:
    with ExitStack() as nothing:
        opened = door_over(settings(tmp_path / "door"), [SITE], clock, running.store, running.books, nothing)
    yield opened
    opened.close()


def heard(running: Running, site: Site = SITE) -> None:
    """Devices tell, the house takes it, decides, tells of itself, and stores."""
    now = running.clock.now()
    air = [Reading(point.id, now, 15.0, now) for zone in site.zones for point in site.points_of(zone.id, "air_temperature")]
    running.live.update((site.id, reading) for reading in air)
    running.store.write(site.id, air)
    Rounds(running).run(now)
    running.own.write(all_of_them=True)


def test_it_shows_what_the_house_heard_and_calls_stale_what_is_stale(running: Running, door: Door, clock: ManualClock) -> None:
    heard(running)
    assert door.house.live.get(SITE.id, "stage-1/air_temperature") is None
    door.look()
    told = door.house.live.get(SITE.id, "stage-1/air_temperature")
    assert told is not None
    assert (told.known, told.reading.value) == (True, 15.0)
    clock.advance(timedelta(hours=3))
    door.look()
    told = door.house.live.get(SITE.id, "stage-1/air_temperature")
    assert told is not None
    assert not told.known


def test_it_answers_when_a_stage_is_ready_as_the_house_does(running: Running, door: Door, clock: ManualClock) -> None:
    running.books.bookings.put(SHOOT, NOW)
    heard(running)
    door.look()
    door.think(clock.now())
    ours, theirs = door.house.planner.ready_by(SHOOT), running.house.planner.ready_by(SHOOT)
    assert theirs
    assert [(a.zone, a.readiness, a.ready_at, a.heat_from) for a in ours] == [
        (a.zone, a.readiness, a.ready_at, a.heat_from) for a in theirs
    ]


def test_thinking_along_writes_nothing_and_sends_nothing(running: Running, door: Door, clock: ManualClock) -> None:
    running.books.bookings.put(SHOOT, NOW)
    heard(running)
    before = {
        "decisions": dict(running.books.decisions.current(SITE.id)),
        "plan": running.books.plans.latest(SITE.id),
        "commands": running.books.commands.recent(SITE.id),
        "alarms": running.books.alarms.active(SITE.id),
    }
    assert before["plan"] is not None
    clock.advance(20 * MINUTE)
    running.live.availability(SITE.id, "stage-1-air", available=False)
    for _ in range(3):
        door.look()
        door.think(clock.now())
        clock.advance(MINUTE)
    assert before == {
        "decisions": dict(running.books.decisions.current(SITE.id)),
        "plan": running.books.plans.latest(SITE.id),
        "commands": running.books.commands.recent(SITE.id),
        "alarms": running.books.alarms.active(SITE.id),
    }


def test_what_a_person_asks_for_at_the_door_the_house_does_at_its_next_tick(
    running: Running, door: Door, clock: ManualClock
) -> None:
    heard(running)
    asked = Override("o1", SITE.id, "stage-2", OverrideKind.TEMPERATURE, 21.0, NOW, NOW + timedelta(hours=2), "ann", "a visit")
    door.house.overrides.put(asked)
    clock.advance(MINUTE)
    heard(running)
    assert running.books.decisions.current(SITE.id)["stage-2"].wanted_c == 21.0


def test_it_says_when_the_house_stands_still(running: Running, door: Door, clock: ManualClock) -> None:
    never = {check.name: check for check in door.house.checks()}
    assert not never["house"].ok
    assert "has not decided yet" in never[f"rules of {SITE.id}"].detail
    heard(running)
    door.look()
    assert all(check.ok for check in door.house.checks())
    status = door.house.intake.status()
    assert (status.connected, status.balanced) == (True, True)
    assert "stage-1-air" in status.last_seen
    clock.advance(5 * MINUTE)
    assert {check.name for check in door.house.checks() if not check.ok} == {"house", f"rules of {SITE.id}"}


def test_a_decision_that_stands_unchanged_is_as_young_as_the_houses_last_word(
    running: Running, door: Door, clock: ManualClock
) -> None:
    """The book writes what did not change every few minutes only: the page must not call that old."""
    heard(running)
    clock.advance(4 * MINUTE)
    heard(running)
    door.look()
    assert {decision.at for decision in door.house.decisions.current(SITE.id).values()} == {clock.now()}
    assert all(check.ok for check in door.house.checks())


def test_what_only_the_intake_can_do_is_not_at_the_door(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    paged: list[House] = []  # a process has one live page, and another test may have it
    monkeypatch.setattr("greenroom.front.mount_page", lambda _app, house, _settings: paged.append(house))
    assert door.house.quarantine_desk is None
    assert door.house.configuration is None
    assert door.house.quarantine(10, 0) == ()
    assert front_door(door.house, settings(Path("unused"))).title
    assert paged == [door.house]


def test_a_store_that_is_away_leaves_the_door_open(
    running: Running, door: Door, monkeypatch: pytest.MonkeyPatch, clock: ManualClock
) -> None:
    heard(running)
    door.look()

    def away(*_asked: object) -> Any:
        raise StoreUnavailableError("the store is away")

    monkeypatch.setattr(running.store, "latest", away)
    monkeypatch.setattr(running.store, "readings", away)
    door.look()
    door.think(clock.now())
    assert door.house.live.get(SITE.id, "stage-1/air_temperature") is not None


def test_an_embedded_store_has_one_owner_and_the_door_says_so(
    tmp_path: Path, clock: ManualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SettingError, match="influxdb://"):
        build_door(settings(tmp_path), [SITE], clock)
    with pytest.raises(SystemExit, match="2"):
        main(["run", "la-kolok", "--role", "door", "--port", "0", "--data", str(tmp_path)])
    assert "a door reads what the house stores" in capsys.readouterr().err
