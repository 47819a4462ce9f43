"""A hash of everything that figures are made from: the same on every machine, whatever order sets and mappings come in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePath
from typing import Any

import numpy as np
import pandas as pd

from premises.time import format_instant


def fingerprint_of(value: Any) -> str:
    """SHA-256 of the value's content, in hexadecimal. Raises TypeError for what has no content of its own."""
    digest = hashlib.sha256()
    _feed(digest, value)
    return digest.hexdigest()


def _feed(digest: hashlib._Hash, value: Any) -> None:
    if isinstance(value, pd.DataFrame):
        digest.update(b"frame")
        _feed(digest, [str(column) for column in value.columns])
        digest.update(pd.DatetimeIndex(value.index).as_unit("us").asi8.astype("<i8").tobytes())
        digest.update(np.ascontiguousarray(value.to_numpy(dtype="float64")).astype("<f8").tobytes())
    elif is_dataclass(value) and not isinstance(value, type):
        digest.update(type(value).__name__.encode() + b"{")
        for field in fields(value):
            digest.update(field.name.encode() + b"=")
            _feed(digest, getattr(value, field.name))
        digest.update(b"}")
    elif isinstance(value, Mapping):
        digest.update(b"mapping{")
        for name, item in sorted((str(name), item) for name, item in value.items()):
            digest.update(name.encode() + b"=")
            _feed(digest, item)
        digest.update(b"}")
    elif isinstance(value, set | frozenset):
        digest.update(b"set[" + b",".join(sorted(fingerprint_of(item).encode() for item in value)) + b"]")
    elif isinstance(value, list | tuple):
        digest.update(b"[")
        for item in value:
            _feed(digest, item)
            digest.update(b",")
        digest.update(b"]")
    else:
        digest.update(_plain(value).encode() + b";")


def _plain(value: Any) -> str:
    if isinstance(value, Enum):
        return f"enum {value.value}"
    if value is None or isinstance(value, bool | int | str):
        return f"{type(value).__name__} {value!r}"
    if isinstance(value, float):
        return f"float {float.__repr__(value)}"
    if isinstance(value, datetime):
        return f"instant {format_instant(value)}"
    if isinstance(value, date | time):
        return f"day {value.isoformat()}"
    if isinstance(value, timedelta):
        return f"span {value // timedelta(microseconds=1)}"
    if isinstance(value, Decimal | Fraction | PurePath):
        return f"{type(value).__name__} {value}"
    raise TypeError(f"a {type(value).__name__} has no content that could be told apart by a hash")
