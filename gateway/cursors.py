"""Cursors of lists: opaque texts that hold a place in an order, so that pages neither skip nor repeat."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from gateway.problems import Problem
from premises.booking import StoredBooking
from premises.time import format_instant, parse_instant

Place = tuple[datetime, str, str]
LONGEST = 1_000


def place_of(stored: StoredBooking) -> Place:
    """Its place in the order of start of hold and key."""
    booking = stored.booking
    return booking.held.start, booking.key.source, booking.key.id


def place_cursor(place: Place) -> str:
    return _pack(["p", format_instant(place[0]), place[1], place[2]])


def read_place(cursor: str) -> Place:
    """Raises the problem bad-cursor."""
    told = _unpack(cursor)
    if len(told) != 4 or told[0] != "p" or not all(isinstance(part, str) and part.isprintable() for part in told):
        raise _bad()
    try:
        return parse_instant(told[1]), told[2], told[3]
    except (ValueError, OverflowError):
        raise _bad() from None


def revision_cursor(revision: int) -> str:
    return _pack(["r", revision])


def read_revision(cursor: str) -> int:
    """Raises the problem bad-cursor."""
    told = _unpack(cursor)
    if len(told) != 2 or told[0] != "r" or type(told[1]) is not int or not 0 <= told[1] < 2**62:
        raise _bad()
    return int(told[1])


def _pack(parts: list[str | int]) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def _unpack(cursor: str) -> list[Any]:
    try:
        if len(cursor) > LONGEST:
            raise _bad()
        told = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise _bad() from None
    if not isinstance(told, list):
        raise _bad()
    return told


def _bad() -> Problem:
    return Problem("bad-cursor", "send the `next` of an answer of this list as it was, or leave `cursor` out")


def next_link(request: Request, cursor: str) -> str:
    """The `Link` header (RFC 8288) to the next page, relative to the host."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f'<{request.url.path}?{urlencode([*kept, ("cursor", cursor)])}>; rel="next"'
