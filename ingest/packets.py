"""MQTT packets as bytes: cutting a stream into packets, reading PUBLISH, writing acknowledgements together.

Section numbers are those of MQTT 5.0 (OASIS Standard, 7 March 2019). Nothing here does I/O.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import NamedTuple

PUBLISH = 0x30
PUBACK = 0x40
_QOS = 0x06
_DUP = 0x08
_RETAIN = 0x01


class PacketBuffer:
    """Cuts what comes from the socket into whole packets; of a packet beyond max_bytes only that much is kept."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._parts: list[bytes] = []
        self._held = 0
        self._need = 2
        self._skip = 0
        self.truncated = 0

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """The packets that are now whole: (first byte, all after the length). Raises ValueError for a bad length (1.5.5)."""
        if self._skip:
            gone = min(self._skip, len(data))
            self._skip -= gone
            data = data[gone:]
        self._parts.append(data)
        self._held += len(data)
        if self._held < self._need:
            return []
        stream = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        packets, position = self._cut(stream)
        rest = stream[position:]
        self._parts, self._held = ([rest], len(rest)) if rest else ([], 0)
        return packets

    def _cut(self, stream: bytes) -> tuple[list[tuple[int, bytes]], int]:
        packets: list[tuple[int, bytes]] = []
        position, end = 0, len(stream)
        self._need = 2
        while end - position >= 2:
            length = stream[position + 1]
            start = position + 2
            if length & 0x80:
                told = _variable_length(stream, position + 1)
                if told is None:
                    self._need = end - position + 1
                    break
                length, start = told
            kept = min(length, self._max_bytes)
            if start + kept > end:
                self._need = start + kept - position
                break
            packets.append((stream[position], stream[start : start + kept]))
            position = start + length
            if kept < length:
                self.truncated += 1
                self._skip = max(0, position - end)
                position = min(position, end)
        return packets, position


def _variable_length(stream: bytes, at: int) -> tuple[int, int] | None:
    """A variable byte integer (1.5.5): value and where it ends, None where it is not whole yet."""
    value = 0
    for index, byte in enumerate(stream[at : at + 4]):
        value |= (byte & 0x7F) << (7 * index)
        if not byte & 0x80:
            return value, at + index + 1
    if len(stream) - at >= 4:
        raise ValueError("a packet tells a length of more than four bytes")
    return None


class Publish(NamedTuple):
    """A PUBLISH (3.3). packet_id is 0 at QoS 0."""

    topic: bytes
    payload: bytes
    qos: int
    retained: bool
    again: bool
    packet_id: int


def is_publish(first: int) -> bool:
    """Whether this first byte begins a PUBLISH of QoS 0 or 1."""
    return first & 0xF0 == PUBLISH and first & _QOS <= 2


def read_publish(first: int, body: bytes, *, mqtt5: bool) -> Publish:
    """Read a PUBLISH; its properties are passed over. Raises ValueError where it is cut short."""
    try:
        qos = (first & _QOS) >> 1
        at = 2 + (body[0] << 8 | body[1])
        topic = body[2:at]
        packet_id = 0
        if qos:
            packet_id = body[at] << 8 | body[at + 1]
            at += 2
        if mqtt5:
            length = body[at]
            at += 1
            if length & 0x80:
                told = _variable_length(body, at - 1)
                if told is None:
                    raise IndexError
                length, at = told
            at += length
    except IndexError:
        raise ValueError("a PUBLISH packet is shorter than it says") from None
    return Publish(topic, body[at:], qos, bool(first & _RETAIN), bool(first & _DUP), packet_id)


def read_publishes(packets: Sequence[tuple[int, bytes]], *, mqtt5: bool) -> list[Publish]:
    """As read_publish, of many: what nearly all are (QoS 1, no properties) is read here, in a third of the time."""
    publishes: list[Publish] = []
    add, usual = publishes.append, PUBLISH | 2
    for first, body in packets:
        if first == usual and len(body) > 4:
            at = 2 + (body[0] << 8 | body[1])
            beyond = at + 2
            if not mqtt5:
                if beyond <= len(body):
                    add(_publish(Publish, (body[2:at], body[beyond:], 1, False, False, body[at] << 8 | body[at + 1])))
                    continue
            elif beyond < len(body) and not body[beyond]:
                add(_publish(Publish, (body[2:at], body[beyond + 1 :], 1, False, False, body[at] << 8 | body[at + 1])))
                continue
        add(read_publish(first, body, mqtt5=mqtt5))
    return publishes


_publish: Callable[[type[Publish], tuple[object, ...]], Publish] = tuple.__new__


def acknowledgements(packet_ids: Sequence[int]) -> bytes:
    """PUBACK packets (3.4, reason success) of all of them, one after the other."""
    words = [PUBACK << 8 | 2] * (2 * len(packet_ids))
    words[1::2] = packet_ids
    return struct.pack(f"!{len(words)}H", *words)
