"""An intake in a process of its own, to be killed: `victim.py BROKER_URL FOLDER`. Its store is a file that is now and then away.

It watches its own accounts all the time and writes `imbalance` where the sum is ever wrong.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.intake import IntakeService, IntakeSettings
from ingest.interpreter import SiteInterpreter
from ingest.writer import WriterSettings
from premises.errors import StoreUnavailableError
from premises.reading import Reading
from premises.site import Device, Site
from stores.journal import JournalBounds, SqliteJournal
from tests.ingest_wire.fakes import SITE, MemoryStore, SystemClock, point, site

CLIENT_ID = "victim"


class FileStore(MemoryStore):
    """Readings in a SQLite file: the same point and time twice is once."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._rows = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode=WAL")
        self._rows.execute("CREATE TABLE IF NOT EXISTS rows (point TEXT, time TEXT, value, PRIMARY KEY (point, time))")

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        if random.random() < 0.05:
            raise StoreUnavailableError("503", retry_after_s=0.01)
        self._rows.execute("BEGIN")
        rows = [(reading.point, reading.time.isoformat(), reading.value) for reading in readings]
        self._rows.executemany("INSERT OR REPLACE INTO rows VALUES (?,?,?)", rows)
        self._rows.execute("COMMIT")


def hall() -> Site:
    """A sensor that tells its own time: each message has an instant of its own in the store."""
    options = {"format": "json", "time": "t", "temperature": "| air |"}
    return site([point("stage/air_temperature", "sensor")], [Device("sensor", "mapped", "t/sensor", options=options)])


class Hesitant(MqttConnection):
    """Waits between the disk and the acknowledgement: that is where being killed makes the broker send again."""

    def acknowledge(self, connection: int, packet_ids: Sequence[int]) -> None:
        time.sleep(random.uniform(0, 0.02))
        super().acknowledge(connection, packet_ids)


def watch(intake: IntakeService, folder: Path) -> None:
    """Look at the accounts for ever."""
    while True:
        status = intake.status()
        if not status.balanced:
            (folder / "imbalance").write_text(repr(status))
        time.sleep(0.002)


def main(url: str, folder: Path) -> None:
    """Run until killed."""
    clock = SystemClock()
    journal = SqliteJournal(folder / "journal.db", JournalBounds(settled_age=timedelta(days=999)), clock)
    settings = IntakeSettings(writer=WriterSettings(batch_readings=200, batch_age_s=0.02, wait_min_s=0.01))
    intake = IntakeService(
        {SITE: hall()}, SiteInterpreter([hall()]), journal, FileStore(folder / "store.db"), clock, settings=settings
    )
    connection = Hesitant(ConnectionSettings(url, CLIENT_ID), clock, intake.receive, notes=journal)
    threading.Thread(target=watch, args=(intake, folder), daemon=True).start()
    intake.attach(connection)
    intake.start()
    connection.start()
    connection.wait_ready(30)
    (folder / "ready").touch()
    while True:
        time.sleep(0.02)
        if (folder / "finish").exists() and intake.status().journalled == intake.status().in_flight == 0:
            (folder / "finished").write_text(str(intake.status().received))
            time.sleep(0.1)
            if intake.status().journalled == intake.status().in_flight == 0:
                break
    intake.stop()
    connection.stop()
    journal.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
