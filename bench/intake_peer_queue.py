"""Messages for sessions that are away: published by a bare socket, so that any number of them can wait at the broker."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence

from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.packets import PUBACK, PacketBuffer
from tests.ingest_wire.fakes import SystemClock

AT_ONCE = 500
UNANSWERED = 20_000  # messages on their way to the broker; packet ids end at 65,535
PATIENCE_S = 120.0
_CONNECT = b"\x10\x13\x00\x04MQTT\x04\x02\x00\x3c\x00\x07devices"
_PUBLISH_QOS1 = 0x32
MessageOf = Callable[[int], tuple[str, bytes]]


def leave_sessions(clients: Sequence[ConnectionSettings], topics: Sequence[str]) -> None:
    """Make the sessions of these clients, subscribed, and leave them."""
    for settings in clients:
        session = MqttConnection(settings, SystemClock(), lambda _: None)
        session.subscribe(topics)
        session.start()
        session.wait_ready()
        session.stop()


def publish_all(port: int, messages: int, message: MessageOf) -> None:
    """Publish so many messages at QoS 1; returns when the broker has acknowledged each. Raises OSError where it does not."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire.sendall(_CONNECT)
        answered = _Answered(wire)
        for count, packets in _packets(messages, message):
            answered.wait_for(count - UNANSWERED)
            wire.sendall(packets)
        answered.wait_for(messages)


class _Answered:
    """Counts the broker's acknowledgements in a thread of its own."""

    def __init__(self, wire: socket.socket) -> None:
        self._wire = wire
        self._count = 0
        self._ended = False
        self._more = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        buffer = PacketBuffer(1024)
        try:
            while data := self._wire.recv(65_536):
                with self._more:
                    self._count += sum(first == PUBACK for first, _ in buffer.feed(data))
                    self._more.notify()
        except OSError:
            pass
        with self._more:
            self._ended = True
            self._more.notify()

    def wait_for(self, count: int) -> None:
        with self._more:
            if not self._more.wait_for(lambda: self._count >= count or self._ended, PATIENCE_S) or self._count < count:
                raise OSError(f"the broker acknowledged {self._count} of {count} messages")


def _packets(messages: int, message: MessageOf) -> Iterator[tuple[int, bytes]]:
    """PUBLISH packets in runs, each with the number of messages up to its end."""
    for start in range(0, messages, AT_ONCE):
        end = min(start + AT_ONCE, messages)
        yield end, b"".join(_packet(n, *message(n)) for n in range(start, end))


def _packet(n: int, topic: str, payload: bytes) -> bytes:
    name = topic.encode()
    body = len(name).to_bytes(2, "big") + name + (n % 65_535 + 1).to_bytes(2, "big") + payload
    length, left = bytearray(), len(body)
    while left > 127:
        length.append(left & 127 | 128)
        left >>= 7
    length.append(left)
    return bytes((_PUBLISH_QOS1, *length)) + body
