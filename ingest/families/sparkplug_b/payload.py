"""The protobuf payload of Sparkplug B, read and written by hand: the few fields that matter, within bounds.

After sparkplug_b.proto of the Eclipse Sparkplug specification 3.0. Unknown fields are passed over, as protobuf asks.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.families.message import MalformedError
from ingest.families.sparkplug_b.arrays import ARRAYS, MOST_VALUES, array_values
from premises.reading import Value

_MOST_METRICS = 2000
_DEEPEST = 4
_SIGNED_BITS = {1: 8, 2: 16, 3: 32, 4: 64}
BOOLEAN, FLOAT, DOUBLE, STRING, DATE_TIME, INT64, UINT64 = 11, 9, 10, 12, 13, 4, 8
UINT32, INT32 = 7, 3


@dataclass(slots=True)
class Metric:
    """name None: only the alias is told. value None with is_null: said to have none. unit: of the property engUnit."""

    name: str | None = None
    alias: int | None = None
    timestamp: int | None = None
    datatype: int = 0
    historical: bool = False
    is_null: bool = False
    value: Value | None = None
    unit: str = ""
    parts: list[Metric] = field(default_factory=list)


@dataclass(slots=True)
class Payload:
    timestamp: int | None = None
    seq: int | None = None
    metrics: list[Metric] = field(default_factory=list)


def _fields(data: bytes) -> Iterator[tuple[int, int, int | bytes]]:
    """(field number, wire type, value): varints and fixed ones as int, the rest as bytes. Raises MalformedError."""
    at, end = 0, len(data)
    while at < end:
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield number, kind, value
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            if at + size > end:
                raise MalformedError("the protobuf payload ends in the middle of a number")
            yield number, kind, data[at : at + size]
            at += size
        elif kind == 2:
            size, at = _varint(data, at)
            if at + size > end:
                raise MalformedError("the protobuf payload is shorter than it says")
            yield number, kind, data[at : at + size]
            at += size
        else:
            raise MalformedError(f"the payload is no protobuf: wire type {kind}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise MalformedError("the payload is no protobuf: a number without end")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
        shift += 7


def read_payload(data: bytes) -> Payload:
    """The payload of a message. Raises MalformedError where it is no such protobuf."""
    payload = Payload()
    for number, _, value in _fields(data):
        if isinstance(value, int):
            if number == 1:
                payload.timestamp = value
            elif number == 3:
                payload.seq = value
        elif number == 2:
            if len(payload.metrics) >= _MOST_METRICS:
                raise MalformedError(f"more than {_MOST_METRICS} metrics in one message")
            payload.metrics.append(_metric(value, 0))
    return payload


def _metric(data: bytes, depth: int) -> Metric:
    metric = Metric()
    raw: tuple[int, int | bytes] | None = None
    several: bytes | None = None
    for number, _, value in _fields(data):
        if number == 1 and isinstance(value, bytes):
            metric.name = _text(value)
        elif isinstance(value, int) and number in (2, 3, 4, 5, 7):
            _set_plain(metric, number, value)
        elif number == 9 and isinstance(value, bytes):
            metric.unit = _unit(value)
        elif 10 <= number <= 15:
            raw = (number, value)
        elif number == 16 and isinstance(value, bytes):
            several = value
        elif number == 17 and isinstance(value, bytes):
            metric.parts = _data_set(value)
        elif number == 18 and isinstance(value, bytes) and depth < _DEEPEST:
            metric.parts = _template(value, depth + 1)
    if raw is not None and not metric.is_null:
        metric.value = _value(raw[0], raw[1], metric.datatype)
    if several is not None and metric.datatype in ARRAYS and not metric.is_null:
        metric.parts = [Metric(name, value=value, is_null=value is None) for name, value in array_values(several, metric.datatype)]
    return metric


def _set_plain(metric: Metric, number: int, value: int) -> None:
    if number == 2:
        metric.alias = value
    elif number == 3:
        metric.timestamp = value
    elif number == 4:
        metric.datatype = value
    elif number == 5:
        metric.historical = bool(value)
    else:
        metric.is_null = bool(value)


def _template(data: bytes, depth: int) -> list[Metric]:
    parts = [_metric(value, depth) for number, _, value in _fields(data) if number == 2 and isinstance(value, bytes)]
    return parts[:_MOST_METRICS]


def _data_set(data: bytes) -> list[Metric]:
    """A table: its cells by number of the row and name of the column; a table of one row by the column alone."""
    columns: list[str] = []
    types: list[int] = []
    rows: list[bytes] = []
    for number, kind, value in _fields(data):
        if number == 2 and isinstance(value, bytes):
            columns.append(_text(value)[:64])
        elif number == 3:
            types += [value] if isinstance(value, int) else _packed(value) if kind == 2 else []
        elif number == 4 and isinstance(value, bytes):
            rows.append(value)
    parts: list[Metric] = []
    for place, row in enumerate(rows[:MOST_VALUES], 1):
        cells = [cell for number, _, cell in _fields(row) if number == 1 and isinstance(cell, bytes)]
        for column, datatype, cell in zip(columns, types, cells, strict=False):
            told = next(((number + 9, value) for number, _, value in _fields(cell) if 1 <= number <= 6), None)
            name = column if len(rows) == 1 else f"{place}/{column}"
            parts.append(Metric(name, datatype=datatype, value=None if told is None else _value(*told, datatype)))
    return parts[:_MOST_METRICS]


def _packed(data: bytes) -> list[int]:
    """Numbers that are packed one behind the other."""
    found, at = [], 0
    while at < len(data):
        value, at = _varint(data, at)
        found.append(value)
    return found


def _unit(data: bytes) -> str:
    """The engineering unit in a property set: keys and values are parallel lists."""
    keys: list[str] = []
    texts: list[str] = []
    for number, _, value in _fields(data):
        if not isinstance(value, bytes):
            continue
        if number == 1:
            keys.append(_text(value).lower())
        elif number == 2:
            texts.append(next((_text(one) for place, _, one in _fields(value) if place == 8 and isinstance(one, bytes)), ""))
    for key, text in zip(keys, texts, strict=False):
        if key in ("engunit", "engunits", "unit", "units", "engineering units", "engineeringunits"):
            return text[:32]
    return ""


def _text(value: bytes) -> str:
    try:
        return value[:1024].decode("utf-8", "strict" if len(value) <= 1024 else "ignore")
    except UnicodeDecodeError:
        raise MalformedError("a text in the protobuf payload is no UTF-8") from None


def _value(number: int, value: int | bytes, datatype: int) -> Value | None:
    if number == 10 and isinstance(value, int):
        return signed(value & 0xFFFFFFFF, datatype)
    if number == 11 and isinstance(value, int):
        return signed(value, datatype)
    if number == 12 and isinstance(value, bytes) and len(value) == 4:
        return shortest_float32(struct.unpack("<f", value)[0])
    if number == 13 and isinstance(value, bytes) and len(value) == 8:
        (double,) = struct.unpack("<d", value)
        return float(double) if double - double == 0 else None
    if number == 14 and isinstance(value, int):
        return bool(value)
    if number == 15 and isinstance(value, bytes):
        return _text(value)
    raise MalformedError("a value of a metric has not the type that its field has")


def signed(value: int, datatype: int) -> int | bool:
    """Negative integers travel as the two's complement of their width."""
    if datatype == BOOLEAN:
        return bool(value)
    bits = _SIGNED_BITS.get(datatype)
    if bits is None:
        return value
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def shortest_float32(value: float) -> float | None:
    """The shortest decimal that is the same float32: 12.1, not 12.100000381469727. None for what is no number."""
    if value - value != 0:
        return None
    for digits in range(6, 10):
        short = float(f"{value:.{digits}g}")
        try:
            if struct.unpack("<f", struct.pack("<f", short))[0] == value:
                return short
        except OverflowError:
            break
    return value


def _put(number: int, kind: int, value: int | bytes) -> bytes:
    key = _write_varint(number << 3 | kind)
    if isinstance(value, int):
        return key + _write_varint(value)
    return key + (_write_varint(len(value)) + value if kind == 2 else value)


def _write_varint(value: int) -> bytes:
    out = bytearray()
    while True:
        byte, value = value & 0x7F, value >> 7
        out.append(byte | (0x80 if value else 0))
        if not value:
            return bytes(out)


def write_command(name: str, value: Value, datatype: int, timestamp_ms: int | None = None, alias: int | None = None) -> bytes:
    """A payload with one metric, as NCMD and DCMD carry it."""
    metric = _put(1, 2, name.encode()) if alias is None else _put(2, 0, alias)
    if timestamp_ms is not None:
        metric += _put(3, 0, timestamp_ms)
    metric += _put(4, 0, datatype)
    if datatype == BOOLEAN:
        metric += _put(14, 0, int(bool(value)))
    elif isinstance(value, str):
        metric += _put(15, 2, value.encode())
    elif datatype == FLOAT:
        metric += _put(12, 5, struct.pack("<f", float(value)))
    elif datatype in (INT64, UINT64):
        metric += _put(11, 0, int(value) & 0xFFFFFFFFFFFFFFFF)
    elif datatype and datatype < FLOAT:
        metric += _put(10, 0, int(value) & 0xFFFFFFFF)
    else:
        metric += _put(13, 1, struct.pack("<d", float(value)))
    head = _put(1, 0, timestamp_ms) if timestamp_ms is not None else b""
    return head + _put(2, 2, metric)
