"""Draining a queued backlog through Mosquitto: QoS 1, persistent session, journal with full sync, 200-byte JSON messages.

    python -m bench.intake [--messages 50000] [--reading buffered|paho|both] [--store memory|none]

A session is made and left, the messages are queued for it at the broker, then the intake comes back and takes them all. The
clock runs from its first connection until every message is settled. Interpreter and store are the small ones of the tests
(JSON, five readings a message), so that the figure is of the wire, the journal and the pipeline. Prints messages per second,
processor microseconds a message of the intake and of the broker, and the peak of memory.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import paho.mqtt.client as mqtt
import psutil  # type: ignore[import-untyped]
from paho.mqtt.enums import CallbackAPIVersion

from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.intake import IntakeService
from premises.reading import Reading
from stores.journal import SqliteJournal
from tests.ingest_wire.brokers import Mosquitto
from tests.ingest_wire.fakes import SITE, MemoryStore, PlainInterpreter, SystemClock, site

_POINTS = ("air_temperature", "humidity", "co2", "illuminance", "noise")


class CountingStore(MemoryStore):
    """Takes readings and forgets them: the store's own price is measured elsewhere."""

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        self.calls += 1


def payload(n: int) -> bytes:
    """Five readings and padding, 200 bytes."""
    told: dict[str, object] = {"n": n} | {f"stage/{name}": 20.5 + index for index, name in enumerate(_POINTS)}
    body = json.dumps(told)
    return (body[:-1] + " " * (199 - len(body)) + " }").encode()


def queue(settings: ConnectionSettings, messages: int) -> None:
    """Make the session, leave it, and let the broker queue messages for it."""
    session = MqttConnection(settings, SystemClock(), lambda _: None)
    session.subscribe(["t/#"])
    session.start()
    session.wait_ready()
    session.stop()
    publisher = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="publisher")
    publisher.max_inflight_messages_set(2000)
    publisher.connect(settings.host, settings.port)
    publisher.loop_start()
    told = [publisher.publish(f"t/sensor-{n % 100}", payload(n), 1) for n in range(messages)]
    for one in told:
        one.wait_for_publish(60)
    publisher.disconnect()
    publisher.loop_stop()


def drain(settings: ConnectionSettings, folder: Path, messages: int, told: Connection) -> None:
    """The intake, in a process of its own so that its processor time is its own."""
    clock = SystemClock()
    journal = SqliteJournal(folder / "journal.db")
    intake = IntakeService({SITE: site()}, PlainInterpreter(), journal, CountingStore(), clock)
    connection = MqttConnection(settings, clock, intake.receive, notes=journal)
    intake.attach(connection)
    used, started = time.process_time(), time.perf_counter()
    intake.start()
    connection.start()
    while (status := intake.status()).stored < messages:
        if not status.balanced:
            raise SystemExit(f"the accounts are wrong: {status}")
        time.sleep(0.01)
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    intake.stop()
    connection.stop()
    journal.close()
    told.send((wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--reading", choices=("buffered", "paho", "both"), default="both")
    told = parser.parse_args()
    for buffered in (True, False):
        name = "buffered" if buffered else "paho"
        if told.reading not in {name, "both"}:
            continue
        with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as folder:
            broker = Mosquitto(Path(folder))
            broker.start()
            settings = ConnectionSettings(broker.url, buffered=buffered)
            queue(settings, told.messages)
            before = psutil.Process(broker.pid).cpu_times()
            here, there = multiprocessing.Pipe()
            worker = multiprocessing.get_context("spawn").Process(target=drain, args=(settings, Path(folder), told.messages, there))
            worker.start()
            wall, cpu, memory = here.recv()
            worker.join()
            after = psutil.Process(broker.pid).cpu_times()
            broker_cpu = after.user + after.system - before.user - before.system
            broker.stop()
        each = 1e6 / told.messages
        print(
            f"{name} reads: {told.messages} messages of 200 bytes in {wall:.2f} s = {told.messages / wall:.0f}/s;"
            f" processor a message: intake {cpu * each:.0f} us, broker {broker_cpu * each:.0f} us; peak {memory:.0f} MB"
        )


if __name__ == "__main__":
    main()
