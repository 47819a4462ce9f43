"""Cutting the stream of bytes into packets, however the network cuts it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.packets import PUBLISH, PacketBuffer, acknowledgements, is_publish, read_publish, read_publishes


def length_of(value: int) -> bytes:
    out = b""
    while True:
        value, byte = value >> 7, value & 0x7F
        out += bytes([byte | (0x80 if value else 0)])
        if not value:
            return out


def packet(first: int, body: bytes) -> bytes:
    return bytes([first]) + length_of(len(body)) + body


def publish(topic: bytes, payload: bytes, packet_id: int, *, properties: bytes | None = None) -> bytes:
    body = len(topic).to_bytes(2, "big") + topic + packet_id.to_bytes(2, "big")
    if properties is not None:
        body += length_of(len(properties)) + properties
    return body + payload


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=300)), max_size=12), st.data())
def test_packets_are_the_same_however_the_stream_is_cut(packets: list[tuple[int, bytes]], data: st.DataObject) -> None:
    stream = b"".join(packet(first, body) for first, body in packets)
    buffer = PacketBuffer(1000)
    found: list[tuple[int, bytes]] = []
    at = 0
    while at < len(stream):
        step = data.draw(st.integers(1, len(stream)))
        found += buffer.feed(stream[at : at + step])
        at += step
    assert found == packets


@pytest.mark.parametrize("step", [1, 7, 100, 5000])
def test_of_an_oversize_packet_the_beginning_is_kept_and_the_next_is_whole(step: int) -> None:
    stream = packet(0x32, b"x" * 3000) + packet(0x32, b"next")
    buffer = PacketBuffer(100)
    found: list[tuple[int, bytes]] = []
    for at in range(0, len(stream), step):
        found += buffer.feed(stream[at : at + step])
    assert found == [(0x32, b"x" * 100), (0x32, b"next")]
    assert buffer.truncated == 1


def test_a_length_of_five_bytes_is_no_mqtt() -> None:
    with pytest.raises(ValueError, match="more than four bytes"):
        PacketBuffer(100).feed(b"\x32\xff\xff\xff\xff\x01")


def test_a_publish_of_either_version_is_read() -> None:
    body = publish(b"t/a", b"21.5", 513)
    assert read_publish(0x32, body, mqtt5=False) == (b"t/a", b"21.5", 1, False, False, 513)
    body = publish(b"t/a", b"21.5", 513, properties=b"\x23\x00\x01" * 60)
    assert read_publish(0x3B, body, mqtt5=True) == (b"t/a", b"21.5", 1, True, True, 513)
    at_most_once = b"\x00\x01t" + b"payload"
    assert read_publish(0x30, at_most_once, mqtt5=False) == (b"t", b"payload", 0, False, False, 0)


@given(st.binary(max_size=40), st.booleans())
def test_no_bytes_after_the_length_can_crash_the_reading(body: bytes, mqtt5: bool) -> None:
    with suppress(ValueError):
        assert len(read_publish(0x32, body, mqtt5=mqtt5).topic) <= len(body)


def test_only_publish_of_qos_0_and_1_goes_the_short_way() -> None:
    assert [first for first in range(256) if is_publish(first)] == [
        first for first in range(PUBLISH, PUBLISH + 16) if (first >> 1) & 3 in {0, 1}
    ]


def test_acknowledgements_are_written_together() -> None:
    assert acknowledgements([1, 513]) == b"\x40\x02\x00\x01\x40\x02\x02\x01"


_PROPERTIES = st.one_of(st.none(), st.just(b""), st.binary(min_size=1, max_size=200))


@given(st.lists(st.tuples(st.integers(0, 15), st.binary(max_size=40)), max_size=8), st.booleans())
def test_many_are_read_as_one_by_one(bodies: list[tuple[int, bytes]], mqtt5: bool) -> None:
    packets = [(PUBLISH | flags, body) for flags, body in bodies]
    try:
        expected = [read_publish(first, body, mqtt5=mqtt5) for first, body in packets]
    except ValueError as error:
        with pytest.raises(ValueError, match=str(error)):
            read_publishes(packets, mqtt5=mqtt5)
    else:
        assert read_publishes(packets, mqtt5=mqtt5) == expected


@given(st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=300), st.integers(1, 65_535), _PROPERTIES), max_size=5))
def test_many_whole_packets_are_read_in_both_versions(told: list[tuple[bytes, bytes, int, bytes | None]]) -> None:
    for mqtt5 in (True, False):
        stream = b"".join(
            packet(0x32, publish(topic, payload, packet_id, properties=(properties or b"") if mqtt5 else None))
            for topic, payload, packet_id, properties in told
        )
        found = read_publishes(PacketBuffer(10_000).feed(stream), mqtt5=mqtt5)
        assert [(one.topic, one.payload, one.packet_id, one.qos) for one in found] == [(*one[:3], 1) for one in told]
