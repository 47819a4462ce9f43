"""An intake on a broker, and what is at the other end of it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.intake import IntakeService
from premises.ports import IntakeStatus
from stores.journal import JournalBounds, SqliteJournal
from tests.ingest_wire.fakes import SITE, MemoryStore, PlainInterpreter, SystemClock, site

TEMPERATURE = "stage/air_temperature"


def wait_until(what: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come to that in time"
        time.sleep(0.005)


_NUMBERS = count(1)


class Devices:
    """What is at the other end of the broker."""

    def __init__(self, url: str) -> None:
        self.heard: list[tuple[str, bytes]] = []
        settings = ConnectionSettings(url)
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"devices-{next(_NUMBERS)}")
        self.client.max_inflight_messages_set(1000)
        self.client.on_message = lambda _c, _d, message: self.heard.append((message.topic, bytes(message.payload)))
        self.client.connect(settings.host, settings.port)
        self.client.loop_start()

    def listen(self, topic: str) -> None:
        """Subscribed when it returns."""
        taken = threading.Event()
        self.client.on_subscribe = lambda *_: taken.set()
        self.client.subscribe(topic, 1)
        assert taken.wait(60)

    def say(self, topic: str, payload: bytes | str, qos: int = 1, *, retain: bool = False) -> None:
        self.client.publish(topic, payload, qos, retain).wait_for_publish(60)

    def end(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


class Station:
    """An intake on a broker."""

    def __init__(
        self, url: str, folder: Path, settings: ConnectionSettings | None = None, bounds: JournalBounds | None = None
    ) -> None:
        self.journal = SqliteJournal(folder / "j.db", bounds)
        self.store = MemoryStore()
        self.interpreter = PlainInterpreter()
        clock = SystemClock()
        self.intake = IntakeService({SITE: site()}, self.interpreter, self.journal, self.store, clock)
        self.connection = MqttConnection(settings or ConnectionSettings(url), clock, self.intake.receive, notes=self.journal)
        self.intake.attach(self.connection)

    def start(self) -> None:
        self.intake.start()
        self.connection.start()
        self.connection.wait_ready(60)

    def stop(self) -> None:
        self.intake.stop()
        self.connection.stop()
        self.journal.close()

    @property
    def status(self) -> IntakeStatus:
        return self.intake.status()


def numbered(n: int) -> bytes:
    """A message with an instant of its own."""
    return json.dumps({"n": n, TEMPERATURE: n / 10}).encode()
