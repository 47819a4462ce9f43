"""Draining a queued backlog through Mosquitto: QoS 1, persistent session, journal with full sync, 200-byte JSON messages.

    python -m bench.intake [--messages 50000] [--reading buffered|paho|both] [--like plain|shelly] [--store URL] [--workers 1]

A session is made and left, the messages are queued for it at the broker, then the intake comes back and takes them all. The
clock runs from its first connection until every message is settled. `plain`: five readings in 200 bytes of JSON, read by a declared
mapping. `shelly`: Shelly Gen2 switch status, five readings a message. --store: a store by its URL (`duckdb:///:memory:`,
`influxdb://…`); by default readings are counted and forgotten. --workers: so many processes on one shared subscription, each with
a journal of its own.
Prints messages per second, processor microseconds a message of the intake and of the broker, and the peak of memory.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import psutil  # type: ignore[import-untyped]
from paho.mqtt.enums import CallbackAPIVersion

from bench.intake_peer_sites import LIKES
from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.decoded import Interpreter
from ingest.intake import IntakeService
from ingest.interpreter import SiteInterpreter
from premises.quantities import QUANTITIES
from premises.reading import Reading, Sheaf
from premises.site import Device, Point, Site
from stores.journal import SqliteJournal
from stores.opening import open_store
from tests.ingest_wire.fakes import SITE, MemoryStore, SystemClock, site
from tests.mosquitto import Mosquitto

_DEVICES = 100
_POINTS = ("air_temperature", "humidity", "co2", "illuminance", "noise")


class CountingStore(MemoryStore):
    """Takes readings and forgets them: the store's own price is measured elsewhere."""

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        self.calls += 1

    def write_sheaves(self, site: str, sheaves: Sequence[Sheaf]) -> None:
        self.calls += 1


def shelly(n: int) -> tuple[str, bytes]:
    """A switch of the second generation, as it tells its status."""
    told = {
        "id": 0,
        "source": "MQTT",
        "output": True,
        "apower": round(100 + n % 977 / 10, 1),
        "voltage": 231.4,
        "current": round(0.4 + n % 89 / 100, 3),
        "pf": 0.97,
        "aenergy": {"total": round(n / 1000, 3), "by_minute": [1.5, 1.6, 1.4], "minute_ts": 1_700_000_000},
        "temperature": {"tC": 41.2, "tF": 106.2},
    }
    return f"shellyplus1pm-{n % _DEVICES:04}/status/switch:0", json.dumps(told).encode()


def shelly_site() -> Site:
    """A hall of switches, five points each."""
    names = ("switch_state", "power", "energy", "voltage", "current")
    devices = [Device(f"switch-{n}", "shelly_gen2", f"shellyplus1pm-{n:04}") for n in range(_DEVICES)]
    points = [
        Point(f"load-{n}/{name}", SITE, f"load-{n}", QUANTITIES[name], f"switch-{n}", channel="switch:0")
        for n in range(_DEVICES)
        for name in names
    ]
    return site(points, devices)


def parts(like: str) -> tuple[Site, Interpreter, Callable[[int], tuple[str, bytes]]]:
    """Site, interpreter, and message by number."""
    if like == "shelly":
        hall = shelly_site()
        return hall, SiteInterpreter([hall]), shelly
    json_hall = LIKES["json"].site()
    return json_hall, SiteInterpreter([json_hall]), LIKES["json"].message


def queue(workers: Sequence[ConnectionSettings], messages: int, like: str) -> None:
    """Make the sessions, leave them, and let the broker queue messages for them."""
    _, interpreter, message = parts(like)
    settings = workers[0]
    for worker in workers:
        session = MqttConnection(worker, SystemClock(), lambda _: None)
        session.subscribe(interpreter.subscriptions())
        session.start()
        session.wait_ready()
        session.stop()
    publisher = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="publisher")
    publisher.max_inflight_messages_set(2000)
    publisher.connect(settings.host, settings.port)
    publisher.loop_start()
    told = [publisher.publish(*message(n), 1) for n in range(messages)]
    for one in told:
        one.wait_for_publish(60)
    publisher.disconnect()
    publisher.loop_stop()


@dataclass(frozen=True)
class Task:
    """What one worker is to do. done: messages settled by all workers; begin: all start together."""

    settings: ConnectionSettings
    folder: Path
    messages: int
    like: str
    store_url: str


def drain(task: Task, done: Any, begin: Any, told: Connection) -> None:
    """The intake, in a process of its own so that its processor time is its own."""
    gc.set_threshold(100_000, 20, 100)  # as `greenroom run` does: an intake makes many small objects and few cycles
    clock = SystemClock()
    journal = SqliteJournal(task.folder / f"{task.settings.client_id}.db")
    hall, interpreter, _ = parts(task.like)
    store = open_store(task.store_url, {SITE: hall}) if task.store_url else CountingStore()
    intake = IntakeService({SITE: hall}, interpreter, journal, store, clock)
    connection = MqttConnection(task.settings, clock, intake.receive, notes=journal)
    intake.attach(connection)
    begin.wait()
    used, started = time.process_time(), time.perf_counter()
    intake.start()
    connection.start()
    own = 0
    while done.value < task.messages:
        status = intake.status()
        if not status.balanced:
            raise SystemExit(f"the accounts are wrong: {status}")
        with done.get_lock():
            done.value += status.stored - own
        own = status.stored
        time.sleep(0.01)
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    intake.stop()
    connection.stop()
    journal.close()
    store.close()
    if intake.status().readings_stored != own * len(_POINTS):
        raise SystemExit(f"{intake.status().readings_stored} readings of {own} messages")
    told.send((wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def measure(folder: Path, asked: argparse.Namespace, buffered: bool) -> str:
    """Queue, drain, and say what it took."""
    broker = Mosquitto(folder)
    broker.start()
    share = "bench" if asked.workers > 1 else ""
    workers = [ConnectionSettings(broker.url, f"worker-{n}", buffered=buffered, share=share) for n in range(asked.workers)]
    queue(workers, asked.messages, asked.like)
    before = psutil.Process(broker.pid).cpu_times()
    spawn = multiprocessing.get_context("spawn")
    done, begin = spawn.Value("q", 0), spawn.Barrier(asked.workers)
    pipes, processes = [], []
    for worker in workers:
        here, there = spawn.Pipe()
        task = Task(worker, folder, asked.messages, asked.like, asked.store)
        processes.append(spawn.Process(target=drain, args=(task, done, begin, there)))
        processes[-1].start()
        there.close()
        pipes.append(here)
    told = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join()
    after = psutil.Process(broker.pid).cpu_times()
    broker.stop()
    wall, cpu, memory = max(one[0] for one in told), sum(one[1] for one in told), max(one[2] for one in told)
    broker_cpu = after.user + after.system - before.user - before.system
    each = 1e6 / asked.messages
    return (
        f"{asked.messages} {asked.like} messages in {wall:.2f} s = {asked.messages / wall:.0f}/s;"
        f" processor a message: intake {cpu * each:.0f} us, broker {broker_cpu * each:.0f} us; peak {memory:.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--reading", choices=("buffered", "paho", "both"), default="both")
    parser.add_argument("--like", choices=("plain", "shelly"), default="plain")
    parser.add_argument("--store", default="", metavar="URL")
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    for buffered in (True, False):
        name = "buffered" if buffered else "paho"
        if asked.reading in {name, "both"}:
            with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as folder:
                print(f"{name} reads, {asked.workers} worker(s): {measure(Path(folder), asked, buffered)}", flush=True)


if __name__ == "__main__":
    main()
