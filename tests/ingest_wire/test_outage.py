"""A store that is away for an hour of simulated time, and a disk that is really full: what is promised, step by step."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.arrivals import Arrivals
from ingest.intake import IntakeService, IntakeSettings
from ingest.writer import WriterSettings
from premises.errors import StoreDeniedError, StoreUnavailableError
from premises.reading import RawMessage
from premises.time import ManualClock
from stores.journal import SqliteJournal
from tests.ingest_wire.fakes import NOON, SITE, FakeWire, MemoryAlarms, MemoryStore, PlainInterpreter, site

DEVICES = 6
ANSWERS = (
    StoreUnavailableError("503"),
    StoreUnavailableError("429: too many writes", retry_after_s=30.0),
    StoreDeniedError("401: unauthorized"),
    StoreUnavailableError("connection refused"),
)


class House:
    """An intake in simulated time, and what was told to the broker."""

    def __init__(self, folder: Path, backlog_readings: int = 50_000) -> None:
        self.clock = ManualClock(NOON)
        self.store = MemoryStore()
        self.alarms = MemoryAlarms()
        self.journal = SqliteJournal(folder / "journal.db", clock=self.clock)
        writer = WriterSettings(batch_readings=50, wait_min_s=0.0, wait_max_s=0.0)
        settings = IntakeSettings(writer=writer, patience_s=5.0, backlog_readings=backlog_readings)
        parts = {"alarms": self.alarms, "settings": settings}
        self.intake = IntakeService({SITE: site()}, PlainInterpreter(), self.journal, self.store, self.clock, **parts)  # type: ignore[arg-type]
        self.wire = FakeWire()
        self.intake.attach(self.wire)
        self.sent = 0

    def hear(self, count: int = 1) -> None:
        """The next messages, numbered, in one read; packet ids are their numbers, so that acknowledgements can be told apart."""
        self.say(*({"n": self.sent + one, "stage/air_temperature": 20.0 + one} for one in range(1, count + 1)))

    def say(self, *told: dict[str, Any]) -> None:
        messages = []
        for one in told:
            self.sent += 1
            topic, body = f"t/sensor-{self.sent % DEVICES}", json.dumps(one).encode()
            messages.append(RawMessage(topic, body, self.clock.now(), False, 1, self.sent))
        self.intake.receive(Arrivals(1, messages))

    def causes(self) -> set[str]:
        return {alarm.cause for alarm in self.alarms.active(SITE)}


@pytest.mark.slow
def test_the_store_is_away_for_an_hour_while_messages_come_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    house = House(tmp_path, backlog_readings=1000)
    house.hear(60)
    house.intake.drain()
    for step in range(1, 721):  # of five seconds: a message a second of each device
        house.clock.set(NOON + step * timedelta(seconds=5))
        house.store.away = ANSWERS[step // 12 % len(ANSWERS)]
        house.hear(5 * DEVICES)
        if step % 120 == 0:
            house.say({"poison": True})
        if step % 2 == 0:
            house.intake.flush()
        assert house.intake.status().balanced
        if step % 12 == 0:
            house.intake.look(house.clock.now())
            assert "store_away" in house.causes()
    status = house.intake.status()
    poison = 6
    assert (status.stored, status.in_flight, status.quarantined) == (60, 0, 0)
    assert status.journalled == 3600 * DEVICES + poison
    assert status.oldest_unsent_s == 3595  # the oldest came five seconds into the hour
    assert house.wire.acknowledged == list(range(1, house.sent + 1)), "the broker is relieved all the while"
    assert house.intake._backlog._file is not None, "what does not fit in memory waits on disk"
    assert sum(portion.readings for _, portion in house.intake._backlog._held) <= 1000

    house.store.away = None
    house.intake.drain()
    status = house.intake.status()
    assert (status.stored, status.journalled, status.quarantined, status.oldest_unsent_s) == (house.sent - poison, 0, poison, 0.0)
    assert status.balanced
    assert len(house.store.rows) == house.sent - poison
    assert set(house.store.writes.values()) == {1}, "each reading was written once"
    assert "store_away" not in house.causes()
    counts = house.journal.counts()
    assert (counts["received"], counts["stored"], counts["quarantined"]) == (status.received, status.stored, poison)
    house.journal.close()


def test_a_process_that_ends_in_the_outage_leaves_the_hour_to_the_next(tmp_path: Path) -> None:
    before = House(tmp_path)
    before.store.away = ANSWERS[0]
    for _ in range(60):
        before.clock.advance(timedelta(minutes=1))
        before.hear(10)
    before.intake.flush()
    before.intake.stop()
    before.journal.close()
    after = House(tmp_path)
    status = after.intake.status()
    assert (status.received, status.journalled) == (600, 600)
    after.intake.drain()
    assert len(after.store.rows) == 600
    assert after.intake.status().balanced
    after.journal.close()


# --- a full disk


class Disk:
    """A folder whose disk can be filled and freed."""

    def __init__(self, folder: Path, fill: Callable[[], None], free: Callable[[], None]) -> None:
        self.folder, self.fill, self.free = folder, fill, free


@contextmanager
def small_file_system(folder: Path) -> Iterator[Disk]:
    """Two megabytes of memory, mounted: writing ends with ENOSPC."""
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root may mount a small file system; the quota shows the same")
    folder.mkdir()
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    filler = folder / "filler"

    def fill() -> None:
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass

    try:
        yield Disk(folder, fill, filler.unlink)
    finally:
        subprocess.run([shutil.which("umount") or "umount", "-l", str(folder)], check=True)


@contextmanager
def quota(folder: Path) -> Iterator[Disk]:
    """A bound on the size of any file that this process writes: writing ends with EFBIG."""
    folder.mkdir()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def fill() -> None:
        largest = max(file.stat().st_size for file in folder.iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 20_000, hard))

    def free() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    try:
        yield Disk(folder, fill, free)
    finally:
        free()
        signal.signal(signal.SIGXFSZ, before)


@pytest.mark.parametrize("kind", [small_file_system, quota], ids=["small file system", "quota"])
def test_on_a_disk_that_is_full_nothing_is_acknowledged_that_is_not_kept_and_all_comes_in_when_there_is_room(
    tmp_path: Path, kind: Callable[[Path], Any]
) -> None:
    with kind(tmp_path / "disk") as disk:
        house = House(disk.folder)
        house.hear(200)
        house.intake.drain()
        disk.fill()
        for _ in range(100):
            house.hear(3)
            assert house.intake.status().balanced
        status = house.intake.status()
        assert 0 < status.in_flight <= 300, "what cannot be kept stays unacknowledged"
        assert house.causes() == {"journal_away"}
        assert not next(check for check in house.intake.checks() if check.name == "journal").ok
        assert set(house.wire.acknowledged) == on_disk(disk.folder), "acknowledged is just what is on the disk"
        with pytest.raises(StoreUnavailableError, match="free space"):
            house.intake.flush()

        disk.free()
        house.intake.drain()
        assert sorted(house.wire.acknowledged) == list(range(1, 501))
        assert len(house.store.rows) == 500
        assert set(house.store.writes.values()) == {1}
        house.clock.advance(timedelta(minutes=1))
        house.intake.look(house.clock.now())
        assert "journal_away" not in house.causes()
        assert house.intake.status().balanced
        house.journal.close()
        checked = sqlite3.connect(disk.folder / "journal.db")
        assert checked.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        checked.close()


def on_disk(folder: Path) -> set[int]:
    """Numbers of the messages that another process finds in the journal, as it would after a crash at this moment."""
    journal = SqliteJournal(folder / "journal.db", read_only=True)
    found = {entry.message.packet_id for entry in journal.read(0, 10_000)}
    journal.close()
    return found


def test_the_clock_of_the_machine_jumps_and_the_accounts_hold(tmp_path: Path) -> None:
    house = House(tmp_path)
    jumps: tuple[timedelta, ...] = (timedelta(days=400), timedelta(days=-800), timedelta(days=400), timedelta(seconds=-5))
    at: datetime = NOON
    for jump in jumps:
        for _ in range(4):
            house.hear(5)
            assert house.intake.status().balanced
            assert house.intake.status().oldest_unsent_s >= 0
        at += jump
        house.clock.set(at)
        house.intake.look(at)
    house.intake.drain()
    assert house.intake.status().stored == house.sent == 80
    house.journal.close()
