"""Draining a queued backlog through Mosquitto: QoS 1, persistent session, journal with full sync, 200-byte JSON messages.

    python -m bench.intake [--messages 50000] [--reading buffered|paho|both] [--like plain|shelly] [--store URL]

A session is made and left, the messages are queued for it at the broker, then the intake comes back and takes them all. The
clock runs from its first connection until every message is settled. `plain`: interpreter of the tests (JSON, five readings a
message), so that the figure is of the wire, the journal and the pipeline. `shelly`: Shelly Gen2 switch status through the real
interpreter, five readings a message. --store: a store by its URL (`duckdb:///:memory:`, `influxdb://…`); by default readings
are counted and forgotten. Prints messages per second, processor microseconds a message of the intake and of the broker, and
the peak of memory.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import paho.mqtt.client as mqtt
import psutil  # type: ignore[import-untyped]
from paho.mqtt.enums import CallbackAPIVersion

from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.decoded import Interpreter
from ingest.intake import IntakeService
from ingest.interpreter import SiteInterpreter
from premises.quantities import QUANTITIES
from premises.reading import Reading
from premises.site import Device, Point, Site
from stores.journal import SqliteJournal
from stores.opening import open_store
from tests.ingest_wire.brokers import Mosquitto
from tests.ingest_wire.fakes import SITE, MemoryStore, PlainInterpreter, SystemClock, site

_DEVICES = 100
_POINTS = ("air_temperature", "humidity", "co2", "illuminance", "noise")


class CountingStore(MemoryStore):
    """Takes readings and forgets them: the store's own price is measured elsewhere."""

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        self.calls += 1


def plain(n: int) -> tuple[str, bytes]:
    """Five readings and padding, 200 bytes."""
    told: dict[str, object] = {"n": n} | {f"stage/{name}": 20.5 + index for index, name in enumerate(_POINTS)}
    body = json.dumps(told)
    return f"t/sensor-{n % _DEVICES}", (body[:-1] + " " * (199 - len(body)) + " }").encode()


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
    return site(), PlainInterpreter(), plain


def queue(settings: ConnectionSettings, messages: int, like: str) -> None:
    """Make the session, leave it, and let the broker queue messages for it."""
    session = MqttConnection(settings, SystemClock(), lambda _: None)
    _, interpreter, message = parts(like)
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


def drain(settings: ConnectionSettings, folder: Path, messages: int, like: str, store_url: str, told: Connection) -> None:
    """The intake, in a process of its own so that its processor time is its own."""
    clock = SystemClock()
    journal = SqliteJournal(folder / "journal.db")
    hall, interpreter, _ = parts(like)
    store = open_store(store_url, {SITE: hall}) if store_url else CountingStore()
    intake = IntakeService({SITE: hall}, interpreter, journal, store, clock)
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
    store.close()
    if status.readings_stored != messages * len(_POINTS):
        raise SystemExit(f"{status.readings_stored} readings of {messages} messages")
    told.send((wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--reading", choices=("buffered", "paho", "both"), default="both")
    parser.add_argument("--like", choices=("plain", "shelly"), default="plain")
    parser.add_argument("--store", default="", metavar="URL")
    told = parser.parse_args()
    for buffered in (True, False):
        name = "buffered" if buffered else "paho"
        if told.reading not in {name, "both"}:
            continue
        with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as folder:
            broker = Mosquitto(Path(folder))
            broker.start()
            settings = ConnectionSettings(broker.url, buffered=buffered)
            queue(settings, told.messages, told.like)
            before = psutil.Process(broker.pid).cpu_times()
            here, there = multiprocessing.Pipe()
            arguments = (settings, Path(folder), told.messages, told.like, told.store, there)
            worker = multiprocessing.get_context("spawn").Process(target=drain, args=arguments)
            worker.start()
            wall, cpu, memory = here.recv()
            worker.join()
            after = psutil.Process(broker.pid).cpu_times()
            broker_cpu = after.user + after.system - before.user - before.system
            broker.stop()
        each = 1e6 / told.messages
        print(
            f"{name} reads: {told.messages} {told.like} messages in {wall:.2f} s = {told.messages / wall:.0f}/s;"
            f" processor a message: intake {cpu * each:.0f} us, broker {broker_cpu * each:.0f} us; peak {memory:.0f} MB"
        )


if __name__ == "__main__":
    main()
