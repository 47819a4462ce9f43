"""How a batch of messages lies in one row of the journal: length-prefixed, optionally deflated, without loss of a byte.

A batch is one mark byte (0 plain, 1 deflated) and then, message by message, a fixed head and the bytes of topic and payload.
Topics that are not UTF-8 come as surrogate escapes and go back to the very same bytes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from premises.reading import RawMessage
from premises.time import EPOCH

_HEAD = struct.Struct("<BHqHI")  # flags, packet id, received at (us since 1970), bytes of topic, bytes of payload
_RETAINED = 4
_PLAIN, _DEFLATED = b"\x00", b"\x01"
_MICROSECOND = timedelta(microseconds=1)
DEFLATE_FROM_BYTES = 2048


def microseconds(instant: datetime) -> int:
    """Whole microseconds since 1970."""
    return (instant - EPOCH) // _MICROSECOND


def instant_of(value: int) -> datetime:
    """The instant of a count of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=value)


def topic_bytes(topic: str) -> bytes:
    """The bytes that came on the wire."""
    return topic.encode("utf-8", "surrogateescape")


def topic_text(topic: bytes) -> str:
    """The topic as text; bytes that are not UTF-8 as surrogate escapes."""
    return topic.decode("utf-8", "surrogateescape")


def encode_batch(messages: Sequence[RawMessage], *, deflate: bool = True) -> bytes:
    """The messages as the body of one row."""
    parts: list[bytes] = []
    pack = _HEAD.pack
    before, at = EPOCH, 0
    for name, payload, received_at, retained, qos, packet_id in messages:
        topic = name.encode("utf-8", "surrogateescape")
        if received_at is not before:  # what was read at once came at the same instant
            before, at = received_at, microseconds(received_at)
        parts += (pack(qos | _RETAINED if retained else qos, packet_id, at, len(topic), len(payload)), topic, payload)
    body = b"".join(parts)
    if deflate and len(body) >= DEFLATE_FROM_BYTES:
        return _DEFLATED + zlib.compress(body, 1)
    return _PLAIN + body


def decode_batch(body: bytes) -> list[RawMessage]:
    """The messages of a row, in order. Raises ValueError where the row is damaged."""
    try:
        plain = zlib.decompress(body[1:]) if body[:1] == _DEFLATED else body[1:]
        messages: list[RawMessage] = []
        offset, end = 0, len(plain)
        while offset < end:
            flags, packet_id, at, topic_length, payload_length = _HEAD.unpack_from(plain, offset)
            offset += _HEAD.size
            topic = topic_text(plain[offset : offset + topic_length])
            offset += topic_length
            payload = plain[offset : offset + payload_length]
            offset += payload_length
            messages.append(RawMessage(topic, payload, instant_of(at), bool(flags & _RETAINED), flags & 3, packet_id))
    except (struct.error, zlib.error) as error:
        raise ValueError(f"a batch of the journal is damaged: {error}") from error
    if offset != end:
        raise ValueError("a batch of the journal is damaged: it ends in the middle of a message")
    return messages
