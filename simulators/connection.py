"""The simulators' own wire to the broker: the only module here that knows paho.

The session is worked in the thread of its user, without paho's own: half the time per message, and what is sent goes at once.
"""

from __future__ import annotations

import select
import socket
import time
from collections import deque
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from premises.errors import BrokerUnavailableError, SettingError
from simulators.devices.device import Message

_PORTS = {"mqtt": 1883, "mqtts": 8883}
_INFLIGHT = 4000
_QUEUED = 200_000  # beyond that paho refuses, and the simulation says so
_READ_EVERY = 100
_KEEPALIVE_S = 60
_PATIENCE_S = (1.0, 30.0)  # between attempts to connect again: at first, at most


class Wire:
    """One session with the broker for all devices of a site; not to be shared by threads.

    Must be visited (`take`, `publish`) at least every half minute to be kept alive. When the broker is lost, messages wait,
    and each visit tries again; `sessions` counts how often it was connected.
    """

    def __init__(self, url: str, client_id: str, will: Message | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise SettingError(f"{url!r} is no broker address; write it like mqtt://127.0.0.1:1883 or mqtts://user:password@host")
        self._host, self._port = parts.hostname, parts.port or _PORTS[parts.scheme]
        self._incoming: deque[tuple[str, bytes]] = deque()
        self._filters: list[str] = []
        self._refused = ""
        self._subscribed = False
        self._last: mqtt.MQTTMessageInfo | None = None
        self._checked = self._next_try = time.monotonic()
        self._pause_s = _PATIENCE_S[0]
        self.sessions = 0
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
        where = f"{self._host}:{self._port}"
        try:
            self._client.connect(self._host, self._port, keepalive=_KEEPALIVE_S)
        except OSError as error:
            raise BrokerUnavailableError(f"no broker answers at {where}: {error}; start one or name another") from error
        self._hurry()
        deadline = time.monotonic() + timeout_s
        while not self._subscribed:
            if self._refused or self._client.socket() is None or time.monotonic() > deadline:
                self._client.disconnect()
                why = self._refused or "no answer in time"
                raise BrokerUnavailableError(f"the broker at {where} does not take us: {why}")
            self._work(0.1)

    def publish(self, messages: Iterable[Message]) -> None:
        """Hand the messages over, QoS 1, in order. Raises BrokerUnavailableError where too many already wait."""
        for number, message in enumerate(messages, start=1):
            self._last = self._client.publish(message.topic, message.payload, qos=1, retain=message.retain)
            if self._last.rc == mqtt.MQTT_ERR_QUEUE_SIZE:
                raise BrokerUnavailableError(
                    f"{_QUEUED} messages wait for the broker at {self._host}:{self._port}; it takes no more"
                )
            if number % _READ_EVERY == 0:
                self._work(0.0)

    def take(self, timeout_s: float) -> tuple[str, bytes] | None:
        """The next message that came in, as (topic, payload); None where none comes in time."""
        deadline = time.monotonic() + timeout_s
        while not self._incoming:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self._work(left)
        return self._incoming.popleft()

    def flush(self, timeout_s: float = 10.0) -> None:
        """Wait until the broker has acknowledged the last message handed over, or the time is up."""
        deadline = time.monotonic() + timeout_s
        while self._last is not None and time.monotonic() < deadline and self._client.socket() is not None:
            if self._last.rc == mqtt.MQTT_ERR_SUCCESS and self._last.is_published():
                return
            self._work(0.05)

    def close(self) -> None:
        """Disconnect; without the last will."""
        self._client.disconnect()

    def _work(self, timeout_s: float) -> None:
        """Read, write and keep alive what there is to, waiting for at most that long."""
        link = self._client.socket()
        if link is None:
            self._connect_again(timeout_s)
            return
        pending = getattr(link, "pending", None)
        writing = [link] if self._client.want_write() else []
        if pending is not None and pending():
            timeout_s = 0.0  # TLS has read more than was asked for
        readable, writable, _ = select.select([link], writing, [], min(timeout_s, 1.0))
        if readable or (pending is not None and pending()):
            self._client.loop_read()
            self._hurry()
        if writable:
            self._client.loop_write()
        if time.monotonic() - self._checked > 1.0:
            self._checked = time.monotonic()
            self._client.loop_misc()

    def _connect_again(self, timeout_s: float) -> None:
        if time.monotonic() < self._next_try:
            time.sleep(min(timeout_s, 0.1))
            return
        try:
            self._client.reconnect()
            self._hurry()
        except OSError:
            self._pause_s = min(self._pause_s * 2, _PATIENCE_S[1])
        self._next_try = time.monotonic() + self._pause_s

    def _hurry(self) -> None:
        """Small packets go at once, and arrivals are acknowledged at once: a step in lockstep waits for both."""
        link = self._client.socket()
        if isinstance(link, socket.socket):
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if hasattr(socket, "TCP_QUICKACK"):  # Linux; it must be set again after each read
                link.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def _on_connect(
        self, client: mqtt.Client, _data: object, _flags: mqtt.ConnectFlags, reason: ReasonCode, _properties: object
    ) -> None:
        if reason.is_failure:
            self._refused = str(reason)
            return
        self.sessions += 1
        self._pause_s = _PATIENCE_S[0]
        client.subscribe([(topic, 1) for topic in self._filters])

    def _on_subscribe(self, _client: mqtt.Client, _data: object, _mid: int, codes: list[ReasonCode], _properties: object) -> None:
        if any(code.is_failure for code in codes):
            self._refused = "it refuses the subscription to the devices' command topics"
        self._subscribed = True

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        if not message.retain:  # a retained command is an old one
            self._incoming.append((message.topic, bytes(message.payload)))
