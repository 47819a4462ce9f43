"""The ordeal: an intake is killed again and again under load; what the broker took must all be there, once.

The short form runs in the tests, the long one in bench/.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from stores.journal import SqliteJournal
from tests.ingest_wire.fakes import NOON

_NOON_US = int(NOON.timestamp()) * 1_000_000
ROOT = Path(__file__).resolve().parents[2]


class Publisher:
    """Publishes numbered messages at QoS 1 at a steady rate and notes those that the broker has acknowledged."""

    def __init__(self, port: int, rate_per_s: float) -> None:
        self.acknowledged: list[int] = []
        self._done: deque[int] = deque()
        self._numbers: dict[int, int] = {}  # packet id: number of the message
        self._lock = threading.Lock()  # both are touched by paho's thread and by ours
        self._ended = False
        self.sent_again: set[int] = set()
        self._pause_s = 10 / rate_per_s
        self._stop = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="publisher", clean_session=False)
        self._client.max_inflight_messages_set(1000)
        self._client.on_publish = lambda _client, _data, mid, _reason, _more: self._acknowledged(mid)
        self._client.on_disconnect = lambda *_: self._disconnected()
        self._client.reconnect_delay_set(1, 1)
        self._client.max_queued_messages_set(0)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._thread = threading.Thread(target=self._run)
        self.published = 0

    def start(self) -> None:
        self._thread.start()

    def _disconnected(self) -> None:
        """What is not acknowledged now is published again: the broker may then have it twice, which is no fault of the intake."""
        with self._lock:
            done = set(self._done)
            self.sent_again.update(n for mid, n in self._numbers.items() if mid not in done)

    def _acknowledged(self, mid: int) -> None:
        with self._lock:
            self._done.append(mid)

    def _run(self) -> None:
        while not self._stop.is_set():
            for _ in range(10):
                n = self.published
                payload = json.dumps({"n": n, "t": _NOON_US + n, "air": 15 + n % 100 / 10})
                mid = self._client.publish("t/sensor", payload, qos=1).mid
                with self._lock:
                    self._numbers[mid] = n
                self.published += 1
            self._note()
            self._stop.wait(self._pause_s)
        until = time.monotonic() + 30
        while self._numbers and time.monotonic() < until:
            self._note()
            time.sleep(0.01)
        self._ended = True

    def _note(self) -> None:
        with self._lock:
            self.acknowledged += [self._numbers.pop(mid) for mid in self._done if mid in self._numbers]
            self._done.clear()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(60)
        assert self._ended, "the publisher came to grief: what was acknowledged is not known"
        self._client.disconnect()
        self._client.loop_stop()


@dataclass(frozen=True)
class Outcome:
    """acknowledged: by the broker to the publisher; lost, doubled: of them, in the journal; missing: in the store.

    published_twice: those that are there twice because the publisher, cut off, sent them to the broker again.
    """

    kills: int
    acknowledged: int
    received: int
    lost: list[int]
    doubled: list[int]
    published_twice: list[int]
    missing: list[int]
    balanced: bool
    imbalance: str


def _start(url: str, folder: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-m", "tests.ingest_wire.victim", url, str(folder)], cwd=ROOT, env=environment)


def _wait_for(path: Path, victim: subprocess.Popen[bytes], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not path.exists():
        if victim.poll() is not None or time.monotonic() > until:
            raise AssertionError(f"the intake did not come to {path.name} (exit status {victim.poll()})")
        time.sleep(0.01)


def ordeal(
    url: str,
    port: int,
    folder: Path,
    kills: int,
    rate_per_s: float,
    seed: int = 1,
    while_running: Callable[[], None] | None = None,
) -> Outcome:
    """Kill the intake so many times at random moments, then let it finish and compare.

    while_running: called after the kills, with the load still on; other troubles are made there.
    """
    dice = random.Random(seed)
    victim = _start(url, folder)
    _wait_for(folder / "ready", victim)
    publisher = Publisher(port, rate_per_s)
    publisher.start()
    try:
        for _ in range(kills):
            time.sleep(dice.uniform(0.05, 0.5))
            victim.kill()
            victim.wait()
            (folder / "ready").unlink(missing_ok=True)
            victim = _start(url, folder)
            _wait_for(folder / "ready", victim)
        if while_running is not None:
            while_running()
    finally:
        publisher.stop()
    time.sleep(0.5)
    (folder / "finish").touch()
    _wait_for(folder / "finished", victim)
    victim.wait(30)
    return _compare(folder, kills, publisher)


def _compare(folder: Path, kills: int, publisher: Publisher) -> Outcome:
    acknowledged = publisher.acknowledged
    journal = SqliteJournal(folder / "journal.db")
    runs = journal.read_range(1, journal.last())
    kept = Counter(int(json.loads(entry.message.payload)["n"]) for run in runs for entry in run)
    counts = journal.counts()
    journal.close()
    store = sqlite3.connect(folder / "store.db")
    rows = {str(at) for (at,) in store.execute("SELECT time FROM rows")}
    store.close()
    told = folder / "imbalance"
    return Outcome(
        kills=kills,
        acknowledged=len(acknowledged),
        received=counts["received"],
        lost=[n for n in acknowledged if n not in kept],
        doubled=[n for n, times in kept.items() if times > 1 and n not in publisher.sent_again],
        published_twice=[n for n, times in kept.items() if times > 1 and n in publisher.sent_again],
        missing=[n for n in acknowledged if _instant(n) not in rows],
        balanced=counts["received"] == counts["stored"] and counts["journalled"] == 0,
        imbalance=told.read_text() if told.exists() else "",
    )


def _instant(n: int) -> str:
    return (NOON + timedelta(microseconds=n)).isoformat()
