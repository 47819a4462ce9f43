"""`greenroom quarantine`: what a person types about messages that could not be taken, and what comes back."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from greenroom.cli import greenroom
from ingest.arrivals import Arrivals
from ingest.intake import IntakeService
from ingest.interpreter import SiteInterpreter
from premises.errors import SettingError, StoreUnavailableError, UnknownNameError
from premises.reading import RawMessage
from premises.sitefile import example, load_site
from premises.time import Interval, ManualClock, parse_instant
from stores.journal import SqliteJournal
from stores.opening import open_store

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


def test_retry_wants_ids_or_all_of_them(tmp_path: Path) -> None:
    hear(tmp_path)
    for arguments in (("retry", "la-kolok"), ("retry", "la-kolok", "1", "--all")):
        assert isinstance(run(*arguments, "--data", str(tmp_path)).exception, SettingError)
