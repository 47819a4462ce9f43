"""Arrays and data sets of Sparkplug 3.0 as named values: `Currents/1`, `Room/2/temperature`."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ingest.families.message import MalformedError
from premises.reading import Value

_FORMS = {22: "b", 23: "h", 24: "i", 25: "q", 26: "B", 27: "H", 28: "I", 29: "Q", 30: "f", 31: "d"}
"""By datatype: the little-endian form of one element."""
_BOOLEANS = 32
ARRAYS = frozenset((*_FORMS, _BOOLEANS))
MOST_VALUES = 500


def array_values(data: bytes, datatype: int) -> Iterator[tuple[str, Value | None]]:
    """Elements, numbered from 1, at most some hundreds. Raises MalformedError where the bytes are no whole number of them."""
    if datatype == _BOOLEANS:
        yield from _booleans(data)
        return
    form = _FORMS[datatype]
    size = struct.calcsize(form)
    if len(data) % size:
        raise MalformedError(f"an array of {size}-byte elements has {len(data)} bytes")
    for place, (value,) in enumerate(struct.iter_unpack(f"<{form}", data[: MOST_VALUES * size]), 1):
        number: Value | None = value
        if form == "f" and value - value == 0:
            number = float(f"{value:.7g}")
        elif value - value != 0:
            number = None
        yield str(place), number


def _booleans(data: bytes) -> Iterator[tuple[str, Value | None]]:
    """A count in four bytes, then bits, the highest first."""
    if len(data) < 4:
        raise MalformedError("an array of yes and no begins with how many there are")
    (count,) = struct.unpack_from("<I", data)
    if count > (len(data) - 4) * 8:
        raise MalformedError(f"an array that tells of {count} yes or no has bits for {(len(data) - 4) * 8}")
    for place in range(min(count, MOST_VALUES)):
        yield str(place + 1), bool(data[4 + place // 8] >> (7 - place % 8) & 1)
