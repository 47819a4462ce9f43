"""The simulators' own wire to the broker: the only module here that knows paho."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from premises.errors import BrokerUnavailableError, SettingError
from simulators.devices.device import Message

_PORTS = {"mqtt": 1883, "mqtts": 8883}
_INFLIGHT = 4000
_QUEUED = 200_000  # beyond that paho refuses, and the simulation says so


class Wire:
    """One session with the broker for all devices of a site. What comes in waits in `incoming` as (topic, payload)."""

    def __init__(self, url: str, client_id: str, will: Message | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise SettingError(f"{url!r} is no broker address; write it like mqtt://127.0.0.1:1883 or mqtts://user:password@host")
        self._host, self._port = parts.hostname, parts.port or _PORTS[parts.scheme]
        self.incoming: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
        self._filters: list[str] = []
        self._connected = threading.Event()
        self._refused = ""
        self._last: mqtt.MQTTMessageInfo | None = None
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id)
        self._client.max_inflight_messages_set(_INFLIGHT)
        self._client.max_queued_messages_set(_QUEUED)
        if parts.username:
            self._client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
        if parts.scheme == "mqtts":
            self._client.tls_set()
        if will is not None:
            self._client.will_set(will.topic, will.payload, qos=1, retain=will.retain)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message

    def connect(self, filters: Iterable[str], timeout_s: float = 10.0) -> None:
        """Connect and subscribe; returns when the broker has confirmed both. Raises BrokerUnavailableError."""
        self._filters = list(filters)
        try:
            self._client.connect(self._host, self._port, keepalive=60)
        except OSError as error:
            raise BrokerUnavailableError(
                f"no broker answers at {self._host}:{self._port}: {error}; start one or name another"
            ) from error
        self._client.loop_start()
        if not self._connected.wait(timeout_s) or self._refused:
            why = self._refused or f"no answer within {timeout_s:g} s"
            self.close()
            raise BrokerUnavailableError(f"the broker at {self._host}:{self._port} does not take us: {why}")

    def publish(self, messages: Iterable[Message]) -> None:
        """Hand the messages over, QoS 1, in order. Raises BrokerUnavailableError where too many already wait."""
        for message in messages:
            info = self._last = self._client.publish(message.topic, message.payload, qos=1, retain=message.retain)
            if info.rc == mqtt.MQTT_ERR_QUEUE_SIZE:
                raise BrokerUnavailableError(
                    f"{_QUEUED} messages wait for the broker at {self._host}:{self._port}; it takes no more"
                )

    def flush(self, timeout_s: float = 10.0) -> None:
        """Wait until the broker has acknowledged the last message handed over, or the time is up."""
        if self._last is not None:
            with suppress(RuntimeError, ValueError):  # it was never handed over: nothing to wait for
                self._last.wait_for_publish(timeout_s)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(
        self, client: mqtt.Client, _data: object, _flags: mqtt.ConnectFlags, reason: ReasonCode, _properties: object
    ) -> None:
        if reason.is_failure:
            self._refused = str(reason)
            self._connected.set()
        elif self._filters:
            client.subscribe([(topic, 1) for topic in self._filters])
        else:
            self._connected.set()

    def _on_subscribe(self, _client: mqtt.Client, _data: object, _mid: int, codes: list[ReasonCode], _properties: object) -> None:
        if any(code.is_failure for code in codes):
            self._refused = "it refuses the subscription to the devices' command topics"
        self._connected.set()

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        if not message.retain:  # a retained command is an old one
            self.incoming.put((message.topic, bytes(message.payload)))
