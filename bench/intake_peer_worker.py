"""One process of Greenroom's intake for `intake_peer`: what `greenroom run` runs of it, until it is told to end."""

from __future__ import annotations

import gc
import json
import signal
import sys
import threading
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from bench.intake_peer_sites import LIKES
from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.intake import IntakeService
from ingest.interpreter import SiteInterpreter
from stores.journal import SqliteJournal
from stores.opening import open_store
from tests.ingest_wire.fakes import SystemClock


def processor_by_thread() -> dict[str, tuple[float, float]]:
    """Seconds in our code and in the kernel, by the name of the thread: what each part of the intake costs."""
    names = {one.native_id: one.name for one in threading.enumerate()}
    return {names.get(one.id, "other"): (one.user_time, one.system_time) for one in psutil.Process().threads()}


def main() -> None:
    task = json.loads(sys.argv[1])
    gc.set_threshold(100_000, 20, 100)  # as `greenroom run` does
    like, clock = LIKES[task["like"]], SystemClock()
    site = like.site()
    journal = SqliteJournal(Path(task["folder"]) / f"{task['client']}.db", clock=clock)
    store = open_store(task["store"], {site.id: site})
    intake = IntakeService({site.id: site}, SiteInterpreter([site]), journal, store, clock)
    settings = ConnectionSettings(task["broker"], task["client"], share=task["share"])
    connection = MqttConnection(settings, clock, intake.receive, notes=journal)
    intake.attach(connection)
    intake.start()
    connection.start()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    while not ended.wait(0.1):
        if not intake.status().balanced:
            raise SystemExit(f"the accounts are wrong: {intake.status()}")
    (Path(task["folder"]) / f"{task['client']}.parts").write_text(json.dumps(processor_by_thread()))
    intake.stop()
    connection.stop()
    journal.close()
    store.close()


if __name__ == "__main__":
    main()
