"""The clocks that entry points build. Nothing else in the house reads the real time."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from premises.time import Clock, utc


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class AnchoredClock:
    """A clock that stood at `anchor` when it was built and has gone on `speed` times as fast as the real one since.

    It counts by the monotonic clock, so a step of the machine's clock does not reach it.
    """

    def __init__(self, anchor: datetime, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError(f"speed {speed} makes no time pass; give a number above 0, such as 60")
        self._anchor = utc(anchor)
        self._speed = speed
        self._started = time.monotonic()

    def now(self) -> datetime:
        return self._anchor + timedelta(seconds=(time.monotonic() - self._started) * self._speed)


class SwitchingClock:
    """A clock whose source can be exchanged while others hold it: replayed time first, live time after."""

    def __init__(self, source: Clock) -> None:
        self._source = source

    def now(self) -> datetime:
        return self._source.now()

    def follow(self, source: Clock) -> None:
        self._source = source
