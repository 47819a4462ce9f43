"""A steady rate for a while: how long from the broker to the store, and whether memory stays flat.

    python -m bench.intake_soak [--rate 1000] [--seconds 60] [--store duckdb influx] [--store-away 0] [--roll-up-every 120]

Ten minutes on each store, one after the other, each in a process of its own: `--seconds 600 --store duckdb influx`.

A publisher writes its instant into each message (200-byte JSON, five readings, a hundred devices); a message counts as queryable
when the store's write has returned. duckdb: a file in a folder of its own; influx: a bucket of its own in the InfluxDB that
GREENROOM_TEST_INFLUX_URL, _ORG and _TOKEN name. The store is rolled up meanwhile, as a running house does, but more often. Prints
the delay from publish to queryable (median, 99 %, most), memory at the first minute (or tenth of the time), at the end and by
the minute, and processor time. --store: memory (the intake alone), duckdb, influx; several are run one by one.
--store-away: seconds for which the store answers nothing, in the middle; memory must stay bounded and everything must be stored.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.intake_peer_sites import LIKES
from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.intake import IntakeService
from ingest.interpreter import SiteInterpreter
from premises.errors import GreenroomError, StoreUnavailableError
from premises.ports import SheafStore
from premises.reading import Reading, Sheaf
from premises.site import Site
from stores.influx_client import InfluxServer
from stores.influx_setup import setup_influx
from stores.journal import SqliteJournal
from stores.opening import open_store
from tests.ingest_wire.fakes import SITE, MemoryStore, SystemClock
from tests.mosquitto import Mosquitto

_PUBLISHER = """
import json, sys, time
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
port, rate, seconds = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="devices")
client.max_inflight_messages_set(2000)
client.connect("127.0.0.1", port)
client.loop_start()
started, n = time.time(), 0
while (now := time.time()) < started + seconds:
    while n < (now - started) * rate:
        told = {"t": time.time_ns() // 1000, "air_temperature": 20.5, "humidity": 40.5, "co2": 600.5, "illuminance": 300.0}
        body = json.dumps(told | {"noise": 30.5})
        client.publish(f"sensors/s{n % 100}", body[:-1] + " " * (199 - len(body)) + " }", 1)
        n += 1
    time.sleep(0.005)
client.publish("sensors/s0", json.dumps({"t": time.time_ns() // 1000, "co2": 600.5}), 1).wait_for_publish(60)
client.disconnect()
client.loop_stop()
"""


class Stopwatch:
    """A store, and how old the readings were when it had taken them."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.away: Exception | None = None
        self.delays = array("d")  # a list of floats would grow more than what is measured
        self.writes = array("d")

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        if self.away is not None:
            raise self.away
        before = time.time()
        self.store.write(site, readings)
        now = time.time()
        self.writes.append(now - before)
        self.delays.extend(now - one.time.timestamp() for one in readings if one.point.endswith("/co2"))

    def write_sheaves(self, site: str, sheaves: Sequence[Sheaf]) -> None:
        if not isinstance(self.store, SheafStore):
            self.write(site, [reading for sheaf in sheaves for reading in sheaf.readings()])
            return
        if self.away is not None:
            raise self.away
        before = time.time()
        self.store.write_sheaves(site, sheaves)
        now = time.time()
        self.writes.append(now - before)
        self.delays.extend(now - one.time.timestamp() for one in sheaves for point in one.points if point.endswith("/co2"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


class Forgetful(MemoryStore):
    """Takes readings and forgets them: the intake alone."""

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        self.calls += 1


@contextmanager
def opened(kind: str, folder: Path, site: Site) -> Iterator[Any]:
    """The store that is asked for; a bucket is removed again."""
    if kind == "memory":
        yield Forgetful()
        return
    if kind == "duckdb":
        store = open_store(f"duckdb:///{folder / 'readings.duckdb'}", {SITE: site})
        yield store
        store.close()
        return
    url, organisation = os.environ["GREENROOM_TEST_INFLUX_URL"], os.environ["GREENROOM_TEST_INFLUX_ORG"]
    token, bucket = os.environ["GREENROOM_TEST_INFLUX_TOKEN"], f"soak-{secrets.token_hex(4)}"
    made = setup_influx(url, organisation, bucket, token)
    store = open_store(f"{url.replace('http', 'influxdb', 1)}/{organisation}?bucket={bucket}", {SITE: site}, token=token)
    yield store
    store.close()
    server = InfluxServer(url, organisation, token)
    for one in server.json("GET", "/api/v2/buckets", {"org": organisation, "limit": "100"})["buckets"]:
        if one["name"] in made.buckets:
            server.request("DELETE", f"/api/v2/buckets/{one['id']}", {}, {})
    server.close()


def roll_up_now_and_then(store: Any, every_s: float, stop: threading.Event, took: list[float]) -> None:
    while every_s and hasattr(store.store, "roll_up") and not stop.wait(every_s):
        before = time.monotonic()
        try:
            store.roll_up(SITE, datetime.now(UTC))
        except GreenroomError as error:
            print(f"roll-up: {error}", file=sys.stderr)
        took.append(time.monotonic() - before)


def memory_mb() -> float:
    """Memory in use by this process now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=1000.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--store", choices=("memory", "duckdb", "influx"), default=["duckdb"], nargs="+")
    parser.add_argument("--store-away", type=float, default=0.0)
    parser.add_argument("--roll-up-every", type=float, default=120.0)
    told = parser.parse_args()
    if len(told.store) > 1:  # each in a process of its own, as memory is measured
        options = [f"--{name.replace('_', '-')}={value}" for name, value in vars(told).items() if name != "store"]
        runs = [
            subprocess.run([sys.executable, "-m", "bench.intake_soak", *options, "--store", one], check=False) for one in told.store
        ]
        raise SystemExit(max(run.returncode for run in runs))
    told.store = told.store[0]
    gc.set_threshold(100_000, 20, 100)  # as `greenroom run` does
    site = LIKES["json"].site()
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as name, opened(told.store, Path(name), site) as inner:
        print(json.dumps(soak(told, Path(name), site, Stopwatch(inner))), flush=True)


def soak(told: argparse.Namespace, folder: Path, site: Site, store: Stopwatch) -> dict[str, object]:
    """The run, and what came of it."""
    broker, clock = Mosquitto(folder), SystemClock()
    broker.start()
    journal = SqliteJournal(folder / "journal.db", clock=clock)
    intake = IntakeService({SITE: site}, SiteInterpreter([site]), journal, store, clock)
    connection = MqttConnection(ConnectionSettings(broker.url), clock, intake.receive, notes=journal)
    intake.attach(connection)
    intake.start()
    connection.start()
    connection.wait_ready()
    publisher = subprocess.Popen([sys.executable, "-c", _PUBLISHER, str(broker.port), str(told.rate), str(told.seconds)])
    threading.Timer(told.seconds * 0.4, lambda: _away(store, told.store_away)).start()
    stop, took = threading.Event(), list[float]()
    rolling = threading.Thread(target=roll_up_now_and_then, args=(store, told.roll_up_every, stop, took))
    rolling.start()
    used, memory, wrong, minute = time.process_time(), array("d"), 0, time.monotonic()
    while publisher.poll() is None:
        time.sleep(0.1)
        memory.append(memory_mb())
        wrong += not intake.status().balanced
        if time.monotonic() - minute > 60:
            minute = time.monotonic()
            intake.look(clock.now())
    while (status := intake.status()).journalled or status.in_flight:
        time.sleep(0.05)
    cpu = time.process_time() - used
    stop.set()
    rolling.join()
    intake.stop()
    connection.stop()
    journal.close()
    broker.stop()
    delays = sorted(store.delays)
    return {
        "store": told.store,
        "messages": status.received,
        "stored": status.stored,
        "accounts_wrong": wrong,
        "delay_ms": _spread(delays),
        "write_ms": _spread(sorted(store.writes)),
        "roll_ups_s": [round(one, 2) for one in took],
        "memory_mb": {
            "at a minute": round(memory[min(600, len(memory) // 10)], 1),
            "end": round(memory[-1], 1),
            "most": round(max(memory), 1),
            "by the minute": [round(one) for one in memory[::600]],
        },
        "processor_us_a_message": round(cpu / status.received * 1e6, 1),
    }


def _spread(ordered: Sequence[float]) -> dict[str, float]:
    places = {"median": len(ordered) // 2, "p99": int(len(ordered) * 0.99), "most": len(ordered) - 1}
    return {name: round(1000 * ordered[place], 1) for name, place in places.items()}


def _away(store: Stopwatch, seconds: float) -> None:
    if seconds:
        store.away = StoreUnavailableError("503", retry_after_s=1.0)
        time.sleep(seconds)
        store.away = None


if __name__ == "__main__":
    main()
