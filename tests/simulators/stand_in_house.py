"""What a simulation in lockstep meets: something that hears every message, may command, and proceeds."""

from __future__ import annotations

import threading
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from premises.lockstep import Mark


class StandInHouse:
    """Hears everything in order. `orders`: step -> (topic, payload) to send before proceeding with that step.

    silent: does not answer.
    """

    def __init__(self, url: str) -> None:
        self._ready = threading.Event()
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 1883)
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="stand-in-house")
        self._client.on_message = self._on_message
        self._client.on_subscribe = lambda *_: self._ready.set()
        self.heard: list[tuple[str, bytes]] = []
        self.orders: dict[int, list[tuple[str, bytes]]] = {}
        self.silent = False
        self._heard_more = threading.Condition()

    def start(self) -> None:
        self._client.connect(*self._address)
        self._client.loop_start()
        self._client.subscribe([("#", 1)])
        assert self._ready.wait(60)

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def send(self, topic: str, payload: bytes) -> None:
        self._client.publish(topic, payload, qos=1)

    def wait_for(self, topic: str, part: bytes = b"", timeout_s: float = 20.0) -> None:
        """Until a message that holds `part` was heard on that topic."""
        with self._heard_more:
            found = self._heard_more.wait_for(lambda: any(t == topic and part in p for t, p in self.heard), timeout_s)
        assert found, f"nothing such heard on {topic} within {timeout_s:g} s"

    def on(self, topic: str) -> list[bytes]:
        return [payload for heard, payload in self.heard if heard == topic]

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        if message.retain:
            return  # left over from an earlier run
        with self._heard_more:
            self.heard.append((message.topic, bytes(message.payload)))
            self._heard_more.notify_all()
        if message.topic.endswith("/simulated/clock") and not self.silent:
            mark = Mark.decode(bytes(message.payload))
            if mark.phase == "end":
                for topic, payload in self.orders.get(mark.step, []):
                    self.send(topic, payload)
                answer = Mark("proceed", mark.step, mark.at)
                self.send(message.topic.replace("/clock", "/proceed"), answer.encode())
