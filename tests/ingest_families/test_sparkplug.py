"""Sparkplug B: what a birth defines, what a death ends, and what is asked for when neither was heard."""

from __future__ import annotations

import contextlib
import struct
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import LineDecoder, decode_message
from ingest.decoded import Decoded, Outcome
from ingest.families.memory import Memory
from ingest.families.message import MalformedError
from ingest.families.registry import FAMILIES
from ingest.families.sparkplug_b.payload import BOOLEAN, DOUBLE, FLOAT, Payload, read_payload, shortest_float32, write_command
from ingest.families.sparkplug_b.session import REBIRTH, SparkplugB
from ingest.interpreter import SiteInterpreter
from premises.reading import RawMessage
from premises.site import Device
from tests.ingest_families.premises import NOON, message, point, site

STAMP = int(NOON.timestamp() * 1000)


def varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def block(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def metric(name: str | None = None, alias: int | None = None, datatype: int = 10, value: bytes = b"", extra: bytes = b"") -> bytes:
    body = (block(1, name.encode()) if name else b"") + (number(2, alias) if alias is not None else b"")
    return block(2, body + number(3, STAMP) + number(4, datatype) + extra + value)


def double(value: float) -> bytes:
    return varint(13 << 3 | 1) + struct.pack("<d", value)


def payload(*metrics: bytes, seq: int = 0) -> bytes:
    return number(1, STAMP) + b"".join(metrics) + number(3, seq)


def birth(bd_seq: int = 7, seq: int = 0) -> bytes:
    unit = block(9, block(1, b"engUnit") + block(2, number(1, 12) + block(8, "°F".encode())))
    return payload(
        metric("bdSeq", 0, 8, number(11, bd_seq)),
        metric("Node Control/Rebirth", 1, 11, number(14, 0)),
        metric("Hall/Temperature", 5, 10, double(70.0), unit),
        metric("Hall/Occupied", 6, 11, number(14, 1)),
        metric("Pump/Offset", 7, 3, number(10, 0xFFFFFFFE)),
        seq=seq,
    )


def told(memory: Memory, topic: str, data: bytes) -> Decoded:
    return decode_message(RawMessage(topic, data, NOON), memory, "sparkplug_b")


def test_a_birth_names_what_aliases_mean_later() -> None:
    memory = Memory()
    told(memory, "spBv1.0/House/NBIRTH/plant", birth())
    data = told(memory, "spBv1.0/House/NDATA/plant", payload(metric(alias=5, value=double(68.0)), seq=1))
    (one,) = data.measurements
    assert (one.quantity, one.value, one.unit, one.channel) == ("temperature", 68.0, "°F", "Hall/Temperature")
    assert one.time == NOON


def test_births_carry_values_of_all_types_and_settings_are_left_out() -> None:
    found = told(Memory(), "spBv1.0/House/NBIRTH/plant", birth()).measurements
    values = {one.channel: one.value for one in found if one.quantity != "availability"}
    assert values == {"bdSeq": 7, "Hall/Temperature": 70.0, "Hall/Occupied": True, "Pump/Offset": -2}


def test_arrays_are_numbered_and_tables_named_by_row_and_column() -> None:
    def array(name: str, datatype: int, raw: bytes) -> bytes:
        return metric(name, None, datatype, block(16, raw))

    data = payload(
        array("Hall/Temperature", 31, struct.pack("<3d", 20.5, float("nan"), 22.5)),
        array("Feeder Current", 30, struct.pack("<2f", 1.1, 2.5)),
        array("Counts", 24, struct.pack("<2i", 7, -2)),
        array("Doors", 32, struct.pack("<I", 3) + bytes([0b10100000])),
    )
    found = told(Memory(), "spBv1.0/House/DDATA/plant/hall", data).measurements
    assert [(one.quantity, one.value, one.channel) for one in found[:5]] == [
        ("temperature", 20.5, "Hall/Temperature/1"),
        ("temperature", None, "Hall/Temperature/2"),
        ("temperature", 22.5, "Hall/Temperature/3"),
        ("current", 1.1, "Feeder Current/1"),
        ("current", 2.5, "Feeder Current/2"),
    ]
    assert [one.value for one in found[5:]] == [7, -2, True, False, True]


def test_cells_of_a_data_set_are_measurements() -> None:
    def row(*values: float) -> bytes:
        return block(4, b"".join(block(1, varint(4 << 3 | 1) + struct.pack("<d", value)) for value in values))

    table = number(1, 2) + block(2, b"temperature") + block(2, b"humidity") + number(3, 10) + number(3, 10)
    found = told(
        Memory(), "spBv1.0/House/DDATA/plant/hall", payload(metric("Room", None, 16, block(17, table + row(20.5, 41.0))))
    ).measurements
    assert [(one.quantity, one.value, one.unit, one.channel) for one in found] == [
        ("temperature", 20.5, "°C", "Room/temperature"),
        ("humidity", 41.0, "%", "Room/humidity"),
    ]
    two = payload(metric("Room", None, 16, block(17, table + row(20.5, 41.0) + row(21.5, 42.0))))
    channels = [one.channel for one in told(Memory(), "spBv1.0/House/DDATA/plant/hall", two).measurements]
    assert channels == ["Room/1/temperature", "Room/1/humidity", "Room/2/temperature", "Room/2/humidity"]


@pytest.mark.parametrize(("datatype", "raw"), [(31, b"123"), (32, b"1"), (32, struct.pack("<I", 99) + b"1"), (24, b"12345")])
def test_an_array_that_is_cut_off_is_quarantined_with_its_reason(datatype: int, raw: bytes) -> None:
    answer = told(Memory(), "spBv1.0/House/DDATA/plant/hall", payload(metric("A", None, datatype, block(16, raw))))
    assert answer.outcome is Outcome.QUARANTINED
    assert "array" in answer.reason


def test_a_metric_that_is_null_is_no_value() -> None:
    memory = Memory()
    found = told(memory, "spBv1.0/House/NDATA/plant", payload(metric("Hall/Temperature", extra=number(7, 1)))).measurements
    assert [one.value for one in found] == [None]


def test_a_death_ends_its_own_session_but_not_the_one_after() -> None:
    memory = Memory()
    told(memory, "spBv1.0/House/NBIRTH/plant", birth(bd_seq=7))
    late = told(memory, "spBv1.0/House/NDEATH/plant", payload(metric("bdSeq", 0, 8, number(11, 6))))
    assert late.outcome is Outcome.IGNORED, "the will of the session before came after the new birth"
    own = told(memory, "spBv1.0/House/NDEATH/plant", payload(metric("bdSeq", 0, 8, number(11, 7))))
    assert [one.value for one in own.measurements if one.quantity == "availability"] == [False]


def test_the_death_of_a_node_is_the_death_of_its_devices() -> None:
    devices = (Device("plant", "sparkplug_b", "spBv1.0/House/plant"), Device("meter", "sparkplug_b", "spBv1.0/House/plant/meter"))
    house = SiteInterpreter([site(devices, (point("meter", "power", "Power"),))])
    assert set(house.subscriptions()) == {"spBv1.0/House/+/plant", "spBv1.0/House/+/plant/meter"}
    dead = house.understand(message("spBv1.0/House/NDEATH/plant", payload(metric("bdSeq", 0, 8, number(11, 1)))))
    assert {(device, there) for _, device, there in dead.available} == {("plant", False), ("meter", False)}
    gone = house.understand(message("spBv1.0/House/DDEATH/plant/meter", payload(seq=3)))
    assert [(device, there) for _, device, there in gone.available] == [("meter", False)]


def test_data_without_a_birth_ask_for_one_at_most_once_a_minute() -> None:
    house = SiteInterpreter([site((Device("plant", "sparkplug_b", "spBv1.0/House/plant"),), ())])
    house.understand(message("spBv1.0/House/NDATA/plant", payload(metric(alias=5, value=double(1.0)), seq=9)))
    (request,) = house.requests(NOON)
    assert request.topic == "spBv1.0/House/NCMD/plant"
    (asked,) = read_payload(request.payload).metrics
    assert (asked.name, asked.value) == (REBIRTH, True)
    house.understand(message("spBv1.0/House/NDATA/plant", payload(metric(alias=5, value=double(1.0)), seq=12)))
    assert house.requests(NOON + timedelta(seconds=20)) == ()
    assert len(house.requests(NOON + timedelta(seconds=61))) == 1


def test_a_gap_in_the_sequence_asks_for_a_birth_and_a_wrap_does_not() -> None:
    memory, family = Memory(), SparkplugB()
    device = Device("plant", "sparkplug_b", "spBv1.0/House/plant")
    told(memory, "spBv1.0/House/NBIRTH/plant", birth(seq=254))
    for seq in (255, 0, 1):
        told(memory, "spBv1.0/House/NDATA/plant", payload(metric(alias=5, value=double(20.0)), seq=seq))
    assert family.requests(memory, device, NOON) == ()
    told(memory, "spBv1.0/House/NDATA/plant", payload(metric(alias=5, value=double(20.0)), seq=3))
    assert len(family.requests(memory, device, NOON)) == 1


def test_a_command_is_written_in_the_datatype_of_the_birth() -> None:
    memory, family = Memory(), SparkplugB()
    device = Device("plant", "sparkplug_b", "spBv1.0/House/plant")
    told(memory, "spBv1.0/House/NBIRTH/plant", birth())
    (sent,) = family.encode(device, point("plant", "switch_state", "Hall/Occupied", writable=True), True, memory)
    (one,) = read_payload(sent.payload).metrics
    assert (sent.topic, one.name, one.datatype, one.value) == ("spBv1.0/House/NCMD/plant", "Hall/Occupied", BOOLEAN, True)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_payload_or_malformed(data: bytes) -> None:
    with contextlib.suppress(MalformedError):
        assert isinstance(read_payload(data), Payload)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_float32_is_told_as_the_shortest_decimal_that_is_the_same(value: float) -> None:
    short = shortest_float32(value)
    assert short is not None
    assert struct.pack("<f", short) == struct.pack("<f", value)
    assert len(Decimal(repr(short)).normalize().as_tuple().digits) <= len(Decimal(repr(value)).normalize().as_tuple().digits)


@given(st.floats(allow_nan=False, allow_infinity=False), st.text(min_size=1, max_size=30))
def test_what_is_written_is_read_again(value: float, name: str) -> None:
    (one,) = read_payload(write_command(name, value, DOUBLE, STAMP)).metrics
    assert (one.name, one.value, one.timestamp) == (name, value, STAMP)
    assert read_payload(write_command(name, 12.1, FLOAT)).metrics[0].value == pytest.approx(12.1, abs=0)


def test_a_device_message_on_a_node_topic_is_malformed() -> None:
    answer = LineDecoder(NOON).decode_line({"topic": "spBv1.0/House/DDATA/plant", "payload": "", "family": "sparkplug_b"})
    assert answer["outcome"] == "quarantined"
    assert "sparkplug_b" in FAMILIES


def test_data_take_datatype_and_unit_of_the_birth_by_alias_and_by_name() -> None:
    """Data carry neither: an Int32 of -2 travels as 4294967294, and whether that is negative only the birth tells."""
    memory = Memory()
    unit = block(9, block(1, b"engUnit") + block(2, number(1, 12) + block(8, b"kW")))
    told(
        memory,
        "spBv1.0/House/DBIRTH/plant/meter",
        payload(
            metric("Offset8", 1, 1, number(10, 5)),
            metric("Offset16", 2, 2, number(10, 5)),
            metric("Offset32", 3, 3, number(10, 5)),
            metric("Offset64", 4, 4, number(11, 5)),
            metric("Wide", 5, 7, number(10, 5)),
            metric("Power", 6, 10, double(1.5), unit),
            metric("Since", 7, 13, number(11, STAMP)),
            metric("Occupied", 8, 11, number(14, 1)),
        ),
    )

    def bare(named: bytes, value: bytes) -> bytes:
        return block(2, named + value)

    minus_two = (1 << 64) - 2
    for how in ("alias", "name"):
        names = ("Offset8", "Offset16", "Offset32", "Offset64", "Wide", "Power", "Since", "Occupied")
        ways = [number(2, alias) if how == "alias" else block(1, name.encode()) for alias, name in enumerate(names, 1)]
        values = (
            number(10, 0xFFFFFFFE), number(10, 0xFFFE), number(10, 0xFFFFFFFE), number(11, minus_two), number(10, 0xFFFFFFFE),
            double(2.5), number(11, STAMP), number(10, 1),
        )  # fmt: skip
        data = payload(*(bare(way, value) for way, value in zip(ways, values, strict=True)), seq=1)
        found = {one.channel: one for one in told(memory, "spBv1.0/House/DDATA/plant/meter", data).measurements}
        assert {name: found[name].value for name in names if name in found} == {
            "Offset8": -2,
            "Offset16": -2,
            "Offset32": -2,
            "Offset64": -2,
            "Wide": 0xFFFFFFFE,
            "Power": 2.5,
            "Occupied": True,
        }, how
        assert found["Power"].unit == "kW"


def template(*metrics: bytes, reference: str = "", definition: bool = False) -> bytes:
    return block(18, b"".join(metrics) + (block(4, reference.encode()) if reference else b"") + number(5, int(definition)))


def test_an_instance_of_a_template_is_read_and_its_definition_is_not() -> None:
    parts = (metric("Supply temperature", None, 10, double(38.5)), metric("Flow", None, 10, double(12.5)))
    data = payload(
        metric("_types_/Loop", None, 19, template(metric("Supply temperature", None, 10, double(0.0)), definition=True)),
        metric("Loop 1", 3, 19, template(*parts, reference="Loop")),
    )
    found = told(Memory(), "spBv1.0/g/NBIRTH/n", data).measurements
    assert [(one.quantity, one.value, one.channel) for one in found] == [
        ("availability", True, ""),
        ("temperature", 38.5, "Loop 1/Supply temperature"),
        ("flow", 12.5, "Loop 1/Flow"),
    ]


def test_what_a_node_kept_while_it_was_away_is_told_at_its_own_time() -> None:
    hour_ago = STAMP - 3_600_000
    kept = block(2, block(1, b"Hall/Temperature") + number(3, hour_ago) + number(4, 10) + number(5, 1) + double(19.5))
    (found,) = told(Memory(), "spBv1.0/g/NDATA/n", payload(kept)).measurements
    assert (found.value, found.time) == (19.5, NOON - timedelta(hours=1))


def test_registers_of_64_bits_and_arrays_and_data_sets_do_no_harm() -> None:
    data = payload(
        metric("Meter/Energy", None, 8, number(11, 2**63 + 12)),
        metric("Curve", None, 22, block(16, b"\x00\x01\x02\x03")),
        metric("Table", None, 16, block(17, number(1, 2) + block(2, b"a"))),
        metric("Hall/Humidity", None, 9, varint(12 << 3 | 5) + struct.pack("<f", 44.1)),
    )
    found = told(Memory(), "spBv1.0/g/DDATA/n/d", data).measurements
    assert [(one.quantity, one.value) for one in found if one.quantity] == [("energy", 2**63 + 12), ("humidity", 44.1)]
    assert [(one.value, one.channel) for one in found if not one.quantity] == [(n, f"Curve/{n + 1}") for n in range(4)]
