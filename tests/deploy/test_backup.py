"""`greenroom backup`: made while Greenroom writes, verified, and restored over nothing unasked."""

from __future__ import annotations

import gzip
import io
import json
import multiprocessing
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from greenroom.backup.create import create
from greenroom.backup.manifest import NAME, BackupError, Manifest, Part
from greenroom.backup.restore import restore, verify
from greenroom.commands.backup import command
from greenroom.settings import Settings
from premises.ports import AuditEntry
from premises.reading import RawMessage, Reading
from premises.sitefile import example, load_site
from premises.time import Interval, ManualClock
from reports.monthly import make_report
from stores.book import Books, open_books
from stores.journal import JournalBounds, SqliteJournal
from stores.opening import open_store
from tests.notices.premises_of_tests import NOON, STUDIO

POINT = "stage-1/air_temperature"


class Kept:
    """All that a small Greenroom keeps, open as in a running one."""

    def __init__(self, folder: Path) -> None:
        given: dict[str, Any] = {"data": folder, "influx_token": "tk-secret", "broker": "mqtt://ada:sesame@127.0.0.1:1883"}
        self.settings = Settings(**given)
        self.clock = ManualClock(NOON)
        folder.mkdir(parents=True, exist_ok=True)
        self.books: Books = open_books(self.settings.books_url)
        self.journal = SqliteJournal(self.settings.journal_path, JournalBounds(), self.clock)

    def live(self, minutes: int) -> None:
        for minute in range(minutes):
            at = NOON + timedelta(minutes=minute)
            self.journal.append([RawMessage("zigbee2mqtt/stage-1", b'{"temperature": 19.5}', at)])
            self.books.audit.append(AuditEntry(at, "ada", "wrote", str(minute)))

    def measure(self, minutes: int) -> None:
        """DuckDB lets one process in at a time; `greenroom backup` is another one than that which runs."""
        store = open_store(self.settings.store_url, {STUDIO.id: STUDIO})
        instants = [NOON + timedelta(minutes=minute) for minute in range(minutes)]
        store.write(STUDIO.id, [Reading(POINT, at, 19.5, at) for at in instants])
        store.close()

    def newest(self) -> datetime:
        store = open_store(self.settings.store_url, {STUDIO.id: STUDIO})
        try:
            return store.latest(STUDIO.id)[POINT].time
        finally:
            store.close()

    def close(self) -> None:
        self.journal.close()
        self.books.close()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    opened = Kept(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    path = tmp_path / "la-kolok.yaml"
    path.write_text(example("la-kolok").read_text())
    return path


@pytest.mark.slow
def test_round_trip_of_all_that_is_kept(kept: Kept, site_file: Path, tmp_path: Path) -> None:
    kept.live(30)
    kept.measure(30)
    issued = kept.settings.editions_path / "2026-01-month-1"
    issued.mkdir(parents=True)
    (issued / "report.pdf").write_bytes(b"%PDF-1.7 frozen")
    archive = tmp_path / "out" / "greenroom.tar.gz"
    made = create(kept.settings, site_file, archive, kept.clock)
    assert archive.stat().st_mode & 0o077 == 0, "the books hold secrets"
    assert verify(archive) == made
    kept.close()

    restored, moved = restore(archive, tmp_path / "new", kept.clock)
    assert (restored, moved) == (made, [])
    again = Kept(tmp_path / "new")
    try:
        assert len(again.books.audit.recent(100)) == 30
        assert again.books.audit.verify().ok
        assert again.journal.counts()["received"] == 30
        assert again.newest() == NOON + timedelta(minutes=29)
    finally:
        again.close()
    assert (tmp_path / "new/editions/2026-01-month-1/report.pdf").read_bytes() == b"%PDF-1.7 frozen"
    assert (tmp_path / "new/site/la-kolok.yaml").read_text() == site_file.read_text()


def written_figures(data: Path, out: Path) -> dict[str, bytes]:
    """Every form of the month's report, from what is kept in that folder."""
    given: dict[str, Any] = {"data": data}
    site = load_site(example("la-kolok"))
    store = open_store(Settings(**given).store_url, {site.id: site})
    try:
        files = make_report(site, store, NOON.year, NOON.month, out, NOON + timedelta(days=3))
    finally:
        store.close()
    return {path.name: path.read_bytes() for path in files}


@pytest.mark.slow
def test_a_fresh_folder_gives_the_same_figures_to_the_byte(kept: Kept, site_file: Path, tmp_path: Path) -> None:
    site = load_site(example("la-kolok"))
    counters = [point for point in site.points if point.quantity.counter]
    steps = [(NOON + timedelta(minutes=15 * step), 1000.0 + 1.75 * step) for step in range(192)]
    store = open_store(kept.settings.store_url, {site.id: site})
    store.write(site.id, [Reading(point.id, at, value, at) for point in counters for at, value in steps])
    store.close()
    before = written_figures(kept.settings.data, tmp_path / "before")
    assert any(b"334.25" in text for text in before.values()), "a hundred and ninety-one steps of 1.75 kWh"
    archive = tmp_path / "greenroom.tar.gz"
    create(kept.settings, site_file, archive, kept.clock)
    restore(archive, tmp_path / "fresh", kept.clock)
    assert written_figures(tmp_path / "fresh", tmp_path / "after") == before


def test_no_secret_is_in_the_settings_and_what_is_left_out_is_said(kept: Kept, tmp_path: Path) -> None:
    archive = tmp_path / "greenroom.tar.gz"
    elsewhere: dict[str, Any] = {"books": "postgresql://ada:sesame@127.0.0.1:1/books", "store": "influxdb://127.0.0.1:8086/o"}
    settings = kept.settings.model_copy(update=elsewhere)
    from greenroom.backup.create import shown

    assert "sesame" not in json.dumps(shown(settings))
    assert "tk-secret" not in json.dumps(shown(settings))
    made = create(kept.settings.model_copy(update={"store": elsewhere["store"]}), None, archive, kept.clock)
    assert made.left_out[0].what == "readings in InfluxDB"
    assert "influx backup" in made.left_out[0].how
    for secret in (b"sesame", b"tk-secret"):
        assert secret not in gzip.decompress(archive.read_bytes())


def test_a_backup_that_is_made_while_everything_is_written_is_whole(kept: Kept, tmp_path: Path) -> None:
    kept.live(5)
    stop = threading.Event()
    wrote: list[int] = []

    def write_on() -> None:
        while not stop.is_set():
            kept.live(1)
            wrote.append(1)

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        made = [create(kept.settings, None, tmp_path / f"{n}.tar.gz", kept.clock) for n in range(3)]
    finally:
        stop.set()
        writer.join(20)
    assert wrote, "the writer was not kept from writing for good"
    for number, manifest in enumerate(made):
        assert verify(tmp_path / f"{number}.tar.gz") == manifest
        restore(tmp_path / f"{number}.tar.gz", tmp_path / f"restored-{number}", kept.clock)
        books = open_books(f"sqlite:///{tmp_path}/restored-{number}/books.sqlite3")
        assert books.audit.verify().ok
        books.close()


def _measure_on(url: str, ready: Any, stop: Any) -> None:
    """Another process, as a running Greenroom: writes to the store again and again until it is told to stop."""
    store, number = open_store(url, {STUDIO.id: STUDIO}), 0
    while not stop.is_set():
        at = NOON + timedelta(seconds=number)
        store.write(STUDIO.id, [Reading(POINT, at, 19.5, at)])
        number += 1
        ready.set()
    store.close()


@pytest.mark.slow
def test_the_store_of_a_running_greenroom_is_copied_whole(kept: Kept, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, stop = context.Event(), context.Event()
    other = context.Process(target=_measure_on, args=(kept.settings.store_url, ready, stop), daemon=True)
    other.start()
    try:
        assert ready.wait(60)
        create(kept.settings, None, tmp_path / "a.tar.gz", kept.clock)
        assert other.is_alive()
    finally:
        stop.set()
        other.join(30)
    assert other.exitcode == 0, "it was kept waiting, not broken"
    restore(tmp_path / "a.tar.gz", tmp_path / "new", kept.clock)
    copied, whole = open_store(f"duckdb:///{tmp_path}/new/readings.duckdb", {STUDIO.id: STUDIO}), kept.newest()
    try:
        times = [reading.time for reading in copied.readings(STUDIO.id, POINT, Interval(NOON, NOON + timedelta(days=1)))]
    finally:
        copied.close()
    assert times == [NOON + timedelta(seconds=number) for number in range(len(times))]
    assert times[-1] <= whole


def test_nothing_that_is_there_is_written_over_unless_asked_and_then_it_is_kept(kept: Kept, tmp_path: Path) -> None:
    kept.live(3)
    kept.measure(3)
    archive = tmp_path / "greenroom.tar.gz"
    create(kept.settings, None, archive, kept.clock)
    with pytest.raises(BackupError, match="is there already"):
        create(kept.settings, None, archive, kept.clock)
    kept.live(3)
    kept.close()
    with pytest.raises(BackupError, match="--over"):
        restore(archive, kept.settings.data, kept.clock)
    _, moved = restore(archive, kept.settings.data, kept.clock, over=True)
    assert {path.name for path in moved} >= {
        f"{name}.before-20260120T120000Z" for name in ("books.sqlite3", "journal.sqlite3", "readings.duckdb")
    }
    assert all(path.exists() for path in moved)
    again = Kept(kept.settings.data)
    assert len(again.books.audit.recent(100)) == 3
    again.close()


def rebuilt(archive: Path, target: Path, change: dict[str, bytes], manifest: Manifest | None = None) -> Path:
    """The archive with some of its members' bytes changed, or another manifest."""
    with tarfile.open(archive) as old, tarfile.open(target, "w:gz") as new:
        for member in old.getmembers():
            source = old.extractfile(member)
            data = change.get(member.name, source.read() if source else b"")
            if manifest is not None and member.name == NAME:
                data = manifest.encode()
            entry = tarfile.TarInfo(member.name)
            entry.size = len(data)
            new.addfile(entry, io.BytesIO(data))
    return target


def test_an_archive_that_was_changed_or_cut_or_is_none_is_refused(kept: Kept, tmp_path: Path) -> None:
    kept.live(3)
    archive = tmp_path / "greenroom.tar.gz"
    made = create(kept.settings, None, archive, kept.clock)
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(archive.read_bytes()[:-2000])
    none = tmp_path / "none.tar.gz"
    none.write_bytes(b"minutes of a meeting")
    other = rebuilt(archive, tmp_path / "other.tar.gz", {"settings.json": b"{}"})
    lacking = rebuilt(
        archive, tmp_path / "lacking.tar.gz", {}, replace(made, parts=(*made.parts, Part("site/x.yaml", 1, "0" * 64)))
    )
    more = rebuilt(archive, tmp_path / "more.tar.gz", {}, replace(made, parts=made.parts[1:]))
    out = rebuilt(archive, tmp_path / "out.tar.gz", {}, replace(made, parts=(Part("../../evil", 1, "0" * 64),)))
    newer = rebuilt(archive, tmp_path / "newer.tar.gz", {}, replace(made, format=2))
    for path, told in (
        (cut, "no whole archive"),
        (none, "no whole archive"),
        (other, "settings.json in the archive is not what"),
        (lacking, "lacks site/x.yaml"),
        (more, "says nothing"),
        (out, "leads out of it"),
        (newer, "use the newer one"),
    ):
        with pytest.raises(BackupError, match=told):
            verify(path)
        with pytest.raises(BackupError, match=told):
            restore(path, tmp_path / "nothing", kept.clock)
    assert list((tmp_path / "nothing").iterdir()) == []


def test_the_command_from_making_to_restoring(kept: Kept, tmp_path: Path) -> None:
    kept.live(1)
    run, archive = CliRunner(), str(tmp_path / "a.tar.gz")
    made = run.invoke(command, ["create", "la-kolok", "--out", archive, "--data", str(kept.settings.data)])
    assert made.exit_code == 0, made.output
    assert "not in it: secrets" in made.stdout
    assert "whole" in run.invoke(command, ["verify", archive]).stdout
    back = run.invoke(command, ["restore", archive, "--data", str(tmp_path / "back")])
    assert back.exit_code == 0, back.output
    assert (tmp_path / "back/site/la-kolok.yaml").exists()
