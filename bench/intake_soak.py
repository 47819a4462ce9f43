"""A steady rate for a while: how long from the broker to the store, and whether memory stays flat.

    python -m bench.intake_soak [--rate 1000] [--seconds 60] [--store-away 0]

A publisher writes its instant into each message; the store notes when that reading was written. Prints the delay from publish
to written (median, 99 %, most), memory at a tenth of the time and at the end, and processor share. --store-away: seconds for
which the store answers nothing, in the middle; memory must stay bounded and everything must be stored in the end.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from array import array
from collections.abc import Sequence
from pathlib import Path

from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.intake import IntakeService
from premises.errors import StoreUnavailableError
from premises.reading import Reading
from stores.journal import SqliteJournal
from tests.ingest_wire.brokers import Mosquitto
from tests.ingest_wire.fakes import SITE, MemoryStore, PlainInterpreter, SystemClock, site

_PUBLISHER = """
import json, sys, time
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
port, rate, seconds = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="devices")
client.connect("127.0.0.1", port)
client.loop_start()
started, n = time.time(), 0
while (now := time.time()) < started + seconds:
    while n < (now - started) * rate:
        payload = {"n": n, "stage/air_temperature": time.time(), "stage/humidity": 40.5, "stage/co2": 600.0, "stage/noise": 30.5}
        client.publish(f"t/sensor-{n % 300}", json.dumps(payload), 1)
        n += 1
    time.sleep(0.005)
client.publish("t/end", json.dumps({"n": n, "stage/illuminance": float(n)}), 1).wait_for_publish(30)
client.disconnect()
client.loop_stop()
"""


class Stopwatch(MemoryStore):
    """Notes how old a reading is when it is written."""

    def __init__(self) -> None:
        super().__init__()
        self.delays = array("d")  # a list of floats would grow more than what is measured

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        if self.away is not None:
            raise self.away
        now = time.time()
        self.delays.extend(now - float(one.value) for one in readings if one.point == "stage/air_temperature")


def memory_mb() -> float:
    """Memory in use by this process now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=1000.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--store-away", type=float, default=0.0)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as name:
        broker = Mosquitto(Path(name))
        broker.start()
        store, clock = Stopwatch(), SystemClock()
        journal = SqliteJournal(Path(name) / "journal.db", clock=clock)
        intake = IntakeService({SITE: site()}, PlainInterpreter(), journal, store, clock)
        connection = MqttConnection(ConnectionSettings(broker.url), clock, intake.receive, notes=journal)
        intake.attach(connection)
        intake.start()
        connection.start()
        connection.wait_ready()
        arguments = [str(broker.port), str(told.rate), str(told.seconds)]
        publisher = subprocess.Popen([sys.executable, "-c", _PUBLISHER, *arguments])
        threading.Timer(told.seconds * 0.4, lambda: _away(store, told.store_away)).start()
        used, memory = time.process_time(), list[float]()
        wrong = 0
        while publisher.poll() is None:
            time.sleep(0.1)
            memory.append(memory_mb())
            wrong += not intake.status().balanced
        while (status := intake.status()).journalled or status.in_flight:
            time.sleep(0.05)
        cpu = time.process_time() - used
        intake.stop()
        connection.stop()
        journal.close()
        broker.stop()
    delays = sorted(store.delays)
    print(
        json.dumps(
            {
                "messages": status.received,
                "stored": status.stored,
                "accounts_wrong": wrong,
                "delay_ms": {
                    "median": round(1000 * delays[len(delays) // 2], 1),
                    "p99": round(1000 * delays[int(len(delays) * 0.99)], 1),
                    "most": round(1000 * delays[-1], 1),
                },
                "memory_mb": {
                    "at a tenth": round(memory[len(memory) // 10], 1),
                    "end": round(memory[-1], 1),
                    "most": round(max(memory), 1),
                },
                "processor_us_a_message": round(cpu / status.received * 1e6, 1),
            }
        )
    )


def _away(store: Stopwatch, seconds: float) -> None:
    if seconds:
        store.away = StoreUnavailableError("503", retry_after_s=1.0)
        time.sleep(seconds)
        store.away = None


if __name__ == "__main__":
    main()
