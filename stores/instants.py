"""Instants as whole microseconds since the epoch: what both stores keep and what the figures are computed from."""

from __future__ import annotations

from datetime import datetime, timedelta

from premises.errors import NaiveTimeError
from premises.time import EPOCH

MICROSECOND = timedelta(microseconds=1)
SECOND_US = 1_000_000
QUARTER_US = 15 * 60 * SECOND_US
DAY_US = 24 * 3600 * SECOND_US


def micros(instant: datetime) -> int:
    """Microseconds since the epoch. Raises NaiveTimeError for a datetime without offset."""
    try:
        since = instant - EPOCH
    except TypeError:
        raise NaiveTimeError(f"{instant.isoformat()} has no offset; write it as {instant.isoformat()}Z or with +01:00") from None
    return (since.days * 86_400 + since.seconds) * SECOND_US + since.microseconds


def instant(microseconds: int) -> datetime:
    """The aware UTC instant of those microseconds."""
    return EPOCH + timedelta(microseconds=int(microseconds))


def span_us(span: timedelta) -> int:
    """A span in whole microseconds."""
    return span // MICROSECOND
