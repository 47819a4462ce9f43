"""Faults under load: the process killed, the broker restarted. What the broker took is kept, once, and the accounts hold."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from premises.errors import StoreUnavailableError
from premises.ports import IntakeStatus
from stores.journal import JournalBounds
from tests.ingest_wire.crash import ordeal
from tests.ingest_wire.station import Devices, Station, numbered, wait_until
from tests.mosquitto import Mosquitto


class Auditor:
    """Looks at the accounts of a station every millisecond."""

    def __init__(self, station: Station) -> None:
        self.wrong: list[IntakeStatus] = []
        self.looked = 0
        self._station = station
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(0.001):
            status = self._station.status
            self.looked += 1
            if not status.balanced:
                self.wrong.append(status)

    def end(self) -> None:
        self._stop.set()
        self._thread.join()


@pytest.mark.slow
def test_killed_five_times_under_load_nothing_is_lost_and_nothing_doubled(mosquitto: Mosquitto, tmp_path: Path) -> None:
    folder = tmp_path / "victim"
    folder.mkdir()
    outcome = ordeal(mosquitto.url, mosquitto.port, folder, kills=5, rate_per_s=2000)
    assert outcome.acknowledged > 1000
    assert outcome.lost == []
    assert outcome.doubled == []
    assert outcome.missing == []
    assert outcome.imbalance == ""
    assert outcome.balanced


@pytest.mark.slow
def test_on_a_full_disk_nothing_is_acknowledged_that_is_not_kept_and_all_comes_in_when_there_is_room(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    station = Station(mosquitto.url, tmp_path)
    station.start()
    auditor = Auditor(station)
    (pages,) = station.journal._appender.execute("PRAGMA page_count").fetchone()
    station.journal._appender.execute(f"PRAGMA max_page_count={pages}")  # SQLite then answers as on a full disk
    devices = Devices(mosquitto.url)
    for n in range(3000):
        devices.client.publish("t/sensor", numbered(n), 1)
    devices.say("t/end", b"{}")
    wait_until(lambda: station.journal.counts()["failed_writes"] > 0)
    kept = station.journal.last()
    assert station.status.in_flight > 0
    assert station.intake.checks()[1].ok is False
    station.journal._appender.execute("PRAGMA max_page_count=1000000")
    wait_until(lambda: station.status.stored == 3000)
    assert kept < 3000
    assert len(station.store.rows) == 3000
    assert [check.ok for check in station.intake.checks()] == [True] * 5
    devices.end()
    auditor.end()
    assert auditor.looked > 20
    assert auditor.wrong == []
    station.stop()


@pytest.mark.slow
def test_with_the_journal_at_its_bound_the_broker_keeps_what_comes(mosquitto: Mosquitto, tmp_path: Path) -> None:
    station = Station(mosquitto.url, tmp_path, bounds=JournalBounds(unsettled_bytes=20_000))
    station.store.away = StoreUnavailableError("503", retry_after_s=0.05)
    station.start()
    auditor = Auditor(station)
    devices = Devices(mosquitto.url)
    for n in range(6000):
        devices.client.publish("t/sensor", numbered(n), 1)
    devices.say("t/end", b"{}")
    wait_until(lambda: station.journal.counts()["refused_appends"] > 0)
    status = station.status
    assert status.stored == 0
    assert status.journalled + status.in_flight < 6000
    station.store.away = None
    wait_until(lambda: station.status.stored == 6000)
    assert len(station.store.rows) == 6000
    devices.end()
    auditor.end()
    assert auditor.wrong == []
    station.stop()
