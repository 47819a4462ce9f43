"""How fast simulated days pass through the intake: steps of messages between two marks of time, flushed at each end.

    python -m bench.intake_catch_up --broker none|embedded|mosquitto [--steps 2016] [--per-step 60]

The publisher is a process of its own. Interpreter and store are the small ones of the tests, so that the figure is of the
wire, the journal and the pipeline. Prints messages per second and processor microseconds a message of this process.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from greenroom.broker import EmbeddedBroker
from ingest.arrivals import Arrivals
from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.intake import IntakeService
from premises.reading import RawMessage
from stores.journal import SqliteJournal
from tests.ingest_wire.fakes import SITE, MemoryStore, PlainInterpreter, SystemClock, site
from tests.mosquitto import Mosquitto

_PUBLISHER = """
import json, socket, sys, threading
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
port, steps, per_step = map(int, sys.argv[1:])
gate = threading.Semaphore(0)
client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="simulator")
client.max_inflight_messages_set(1000)
client.on_message = lambda *_: gate.release()
client.on_socket_open = lambda _c, _d, sock: sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
client.connect("127.0.0.1", port)
client.subscribe("x/proceed", 1)
client.loop_start()
n = 0
for step in range(steps):
    client.publish("x/clock", b"begin", 1)
    for _ in range(per_step):
        client.publish("t/sensor", json.dumps({"n": n, "stage/air_temperature": 20.5, "pad/none": "x" * 150}), 1)
        n += 1
    client.publish("x/clock", b"end", 1)
    gate.acquire()
client.disconnect()
client.loop_stop()
"""


def measure(name: str, intake: IntakeService, messages: int, run: Callable[[], None]) -> None:
    """Run, check the accounts, print the figures."""
    started, used = time.perf_counter(), time.process_time()
    run()
    intake.drain()
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    status = intake.status()
    if not status.balanced or status.stored != messages:
        raise SystemExit(f"the accounts are wrong: {status}")
    print(
        f"{name}: {messages} messages in {wall:.1f} s = {messages / wall:.0f}/s, {cpu / messages * 1e6:.0f} us processor a message"
    )


def without_broker(intake: IntakeService, steps: int, per_step: int) -> None:
    """Hand the messages to the door, a step at a time."""
    clock = SystemClock()
    n = 0
    for _ in range(steps):
        messages = []
        for _ in range(per_step):
            payload = json.dumps({"n": n, "stage/air_temperature": 20.5, "pad/none": "x" * 150}).encode()
            messages.append(RawMessage("t/sensor", payload, clock.now(), False, 1, n % 65535 + 1))
            n += 1
        intake.receive(Arrivals(1, messages))
        intake.flush()


def through_broker(intake: IntakeService, settings: ConnectionSettings, steps: int, per_step: int) -> None:
    """With marks of time, as simulators in lockstep do."""
    passed = 0
    done = threading.Event()

    def mark(message: RawMessage) -> None:
        nonlocal passed
        if message.payload == b"end":
            intake.flush()
            passed += 1
            connection.publish("x/proceed", b"")
            if passed == steps:
                done.set()

    connection = MqttConnection(settings, SystemClock(), intake.receive, {"x/clock": mark})
    intake.attach(connection)
    intake.start(lockstep=True)
    connection.start()
    connection.wait_ready(30)
    publisher = subprocess.Popen([sys.executable, "-c", _PUBLISHER, str(settings.port), str(steps), str(per_step)])
    done.wait(600)
    publisher.wait(30)
    connection.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--broker", choices=("none", "embedded", "mosquitto"), default="none")
    parser.add_argument("--steps", type=int, default=2016)
    parser.add_argument("--per-step", type=int, default=60)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as name:
        folder = Path(name)
        journal = SqliteJournal(folder / "journal.db")
        intake = IntakeService({SITE: site()}, PlainInterpreter(), journal, MemoryStore(), SystemClock())
        messages = told.steps * told.per_step
        if told.broker == "none":
            measure("no broker", intake, messages, lambda: without_broker(intake, told.steps, told.per_step))
        elif told.broker == "embedded":
            embedded = EmbeddedBroker()
            embedded.start()
            settings = ConnectionSettings(embedded.url, mqtt_version=4)
            measure("embedded", intake, messages, lambda: through_broker(intake, settings, told.steps, told.per_step))
            embedded.stop()
        else:
            mosquitto = Mosquitto(folder)
            mosquitto.start()
            settings = ConnectionSettings(mosquitto.url)
            measure("mosquitto", intake, messages, lambda: through_broker(intake, settings, told.steps, told.per_step))
            mosquitto.stop()
        intake.stop()
        journal.close()


if __name__ == "__main__":
    main()
