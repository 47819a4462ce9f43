"""`greenroom quarantine`: what a person types about messages that could not be taken, and what comes back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.keys import make_key
from greenroom.cli import greenroom
from greenroom.clock import SystemClock
from ingest.arrivals import Arrivals
from ingest.desk import JournalDesk
from ingest.intake import IntakeService
from ingest.interpreter import SiteInterpreter
from premises.errors import SettingError, StoreUnavailableError, UnknownNameError
from premises.ports import Role
from premises.reading import RawMessage
from premises.sitefile import example, load_site
from premises.time import Interval, ManualClock, parse_instant
from stores.book import open_books
from stores.journal import SqliteJournal
from stores.opening import open_store
from tests.gateway.fakes import Fakes
from tests.gateway.outside import serving

NOW = parse_instant("2026-01-20T12:00:00Z")
EVIL = b'{"co2": "<script>\x1b[2J"'


def run(*arguments: str) -> Result:
    return CliRunner().invoke(greenroom, ["quarantine", *arguments], standalone_mode=False)


def told(result: Result) -> Any:
    return json.loads(result.output)


def hear(folder: Path, *messages: tuple[str, bytes], at: datetime = NOW) -> None:
    """A house that ran for a while and was stopped."""
    site = load_site(Path(str(example("la-kolok"))))
    journal = SqliteJournal(folder / "journal.sqlite3")
    store = open_store(f"duckdb:///{folder / 'readings.duckdb'}", {site.id: site})
    intake = IntakeService({site.id: site}, SiteInterpreter([site]), journal, store, ManualClock(at))
    for topic, payload in messages:
        intake.receive(Arrivals(1, [RawMessage(topic, payload, at)]))
    intake.drain()
    intake.stop()
    store.close()
    journal.close()


@pytest.fixture
def topic() -> str:
    """A topic of a device of the example."""
    site = load_site(Path(str(example("la-kolok"))))
    return next(one.topic for one in site.devices if one.family == "zigbee2mqtt" and any(p.device == one.id for p in site.points))


def test_nothing_in_quarantine_is_an_answer_too(tmp_path: Path) -> None:
    hear(tmp_path)
    assert run("list", "--data", str(tmp_path)).return_value == 1
    with pytest.raises(SettingError, match="no journal"):
        raise run("list", "--data", str(tmp_path / "elsewhere")).exception or AssertionError


def test_a_poisoned_message_is_listed_shown_and_discarded_without_harm_to_the_terminal(tmp_path: Path, topic: str) -> None:
    hear(tmp_path, (topic, EVIL))
    listed = run("list", "--data", str(tmp_path))
    assert topic in listed.output
    assert "\x1b" not in listed.output
    (one,) = told(run("list", "--data", str(tmp_path), "--json"))
    assert (one["topic"], one["payload_bytes"], one["family"]) == (topic, len(EVIL), "zigbee2mqtt")
    shown = told(run("show", str(one["id"]), "--data", str(tmp_path), "--json"))
    assert bytes.fromhex(shown["payload_hex"]) == EVIL
    assert "\x1b" not in run("show", str(one["id"]), "--data", str(tmp_path)).output
    assert "is discarded" in run("discard", str(one["id"]), "--data", str(tmp_path)).output
    assert told(run("list", "--data", str(tmp_path), "--json")) == []
    journal = SqliteJournal(tmp_path / "journal.sqlite3", read_only=True)
    counts = journal.counts()
    journal.close()
    assert (counts["received"], counts["ignored"], counts["quarantined"]) == (1, 1, 0)
    gone = run("discard", str(one["id"]), "--data", str(tmp_path))
    assert isinstance(gone.exception, UnknownNameError)


def test_after_a_correction_of_the_site_file_a_message_is_tried_again_and_stored(tmp_path: Path, topic: str) -> None:
    site = load_site(Path(str(example("la-kolok"))))
    device = next(one for one in site.devices if one.topic == topic)
    point = next(one for one in site.points if one.device == device.id and one.quantity.name == "air_temperature")
    journal = SqliteJournal(tmp_path / "journal.sqlite3")
    store = open_store(f"duckdb:///{tmp_path / 'readings.duckdb'}", {site.id: site})

    class Mistaken(SiteInterpreter):
        def _of_device(self, *_arguments: object) -> object:  # type: ignore[override]
            raise ZeroDivisionError("a decoder that was mended since")

        def plainly(self, _message: RawMessage) -> None:
            return None

    intake = IntakeService({site.id: site}, Mistaken([site]), journal, store, ManualClock(NOW))
    intake.receive(Arrivals(1, [RawMessage(topic, b'{"temperature": 19.5}', NOW), RawMessage(topic, EVIL, NOW)]))
    intake.drain()
    first, second = journal.quarantine()
    with_it_open = run("retry", "la-kolok", "--all", "--data", str(tmp_path))
    assert isinstance(with_it_open.exception, StoreUnavailableError)
    assert "API" in str(with_it_open.exception)
    journal.close()
    store.close()

    result = run("retry", "la-kolok", "--all", "--data", str(tmp_path), "--json")
    assert result.return_value == 1  # one of them stays
    assert [(one["id"], one["stored"]) for one in told(result)] == [(first.id, True), (second.id, False)]
    store = open_store(f"duckdb:///{tmp_path / 'readings.duckdb'}", {site.id: site})
    (reading,) = store.readings(site.id, point.id, Interval(NOW, NOW.replace(hour=13)))
    store.close()
    assert reading.value == 19.5


@contextmanager
def running_house(folder: Path, *messages: tuple[str, bytes]) -> Iterator[tuple[str, IntakeService]]:
    """A house that runs on the folder, and its door on loopback."""
    site = load_site(Path(str(example("la-kolok"))))
    journal = SqliteJournal(folder / "journal.sqlite3")
    books = open_books(f"sqlite:///{folder / 'books.sqlite3'}")
    store = open_store("duckdb:///:memory:", {site.id: site})
    intake = IntakeService({site.id: site}, SiteInterpreter([site]), journal, store, ManualClock(NOW))
    for topic, payload in messages:
        intake.receive(Arrivals(1, [RawMessage(topic, payload, NOW)]))
    intake.drain()
    desk = JournalDesk(journal, intake)
    house = replace(Fakes().house(), quarantine=journal.quarantine, quarantine_desk=desk, keys=books.keys, clock=SystemClock())
    try:
        with serving(house) as url:
            yield url, intake
    finally:
        intake.stop()
        store.close()
        books.close()
        journal.close()


def test_a_running_house_is_asked_to_do_it_and_keeps_its_accounts(
    tmp_path: Path, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_house(tmp_path, (topic, EVIL), (topic, b"{"), (topic, b"[")) as (url, intake):
        monkeypatch.setenv("GREENROOM_PORT", url.rpartition(":")[2])
        assert intake.status().quarantined == 3
        first = told(run("list", "--data", str(tmp_path), "--json"))[0]["id"]
        assert f"{first} is discarded" in run("discard", str(first), "--data", str(tmp_path)).output
        result = run("retry", "la-kolok", "--all", "--data", str(tmp_path))
        assert (result.return_value, result.output.count("stays: ")) == (1, 2)
        status = intake.status()
        assert (status.received, status.ignored, status.quarantined, status.balanced) == (3, 1, 2, True)
        keys = open_books(f"sqlite:///{tmp_path / 'books.sqlite3'}")
        assert all(key.revoked_at is not None for key in keys.keys.all())
        keys.close()
        unknown = run("discard", str(first), "--data", str(tmp_path))
        assert isinstance(unknown.exception, UnknownNameError)


def test_a_house_elsewhere_is_asked_by_its_address_and_a_key(tmp_path: Path, topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_house(tmp_path, (topic, EVIL), (topic, b"{")) as (url, intake):
        elsewhere = str(tmp_path / "elsewhere")
        without = run("discard", "1", "--data", elsewhere, "--url", url)
        assert isinstance(without.exception, SettingError)
        assert "GREENROOM_KEY" in str(without.exception)
        books = open_books(f"sqlite:///{tmp_path / 'books.sqlite3'}")
        key, text = make_key(Role.ENGINEER, "an engineer", SystemClock().now())
        books.keys.put(key)
        books.close()
        monkeypatch.setenv("GREENROOM_KEY", text)
        assert run("retry", "la-kolok", "--all", "--data", elsewhere, "--url", url).output.count("stays: ") == 2
        assert "is discarded" in run("discard", "1", "--data", elsewhere, "--url", url).output
        assert isinstance(run("discard", "1", "--data", elsewhere, "--url", url).exception, UnknownNameError)
        assert (intake.status().quarantined, intake.status().ignored) == (1, 1)


def test_another_house_at_that_address_is_not_touched(tmp_path: Path, topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    with running_house(ours, (topic, EVIL)), running_house(theirs, (topic, b"{")) as (url, other):
        books = f"sqlite:///{theirs / 'books.sqlite3'}"
        monkeypatch.setenv("GREENROOM_PORT", url.rpartition(":")[2])
        monkeypatch.setenv("GREENROOM_BOOKS", books)  # shared books, so that the key is good there
        refused = run("discard", "1", "--data", str(ours))
        assert isinstance(refused.exception, StoreUnavailableError)
        assert "is not the one that has this journal" in str(refused.exception)
        assert other.status().quarantined == 1


def test_retry_wants_ids_or_all_of_them(tmp_path: Path) -> None:
    hear(tmp_path)
    for arguments in (("retry", "la-kolok"), ("retry", "la-kolok", "1", "--all")):
        assert isinstance(run(*arguments, "--data", str(tmp_path)).exception, SettingError)
