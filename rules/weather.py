"""What the weather will be where nobody tells: yesterday's course, drawn to what is measured now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from premises.time import SLOT, slot_start
from rules.lead import OUTDOOR_ASSUMED_C
from rules.snapshot import Forecast

DAY = timedelta(days=1)
FADE = timedelta(hours=12)
"""How long the difference between now and this time yesterday is taken to last."""

ForecastSource = Callable[[datetime], Forecast | None]
"""The newest forecast at that instant, None where there is none."""


class OutdoorCourse:
    """The outdoor temperature of the last days by slot, from which tomorrow is told by persistence."""

    def __init__(self) -> None:
        self._slots: dict[datetime, float] = {}

    def note(self, at: datetime, outdoor_c: float) -> None:
        """Keep the newest value of each slot; slots older than two days are dropped."""
        slot = slot_start(at)
        fresh = slot not in self._slots
        self._slots[slot] = outdoor_c
        if fresh and len(self._slots) > 2 * 96 + 8:
            self._slots = {known: value for known, value in self._slots.items() if known > slot - 2 * DAY}

    def forecast(self, now: datetime, outdoor_c: float | None, slots: int) -> Forecast:
        """Yesterday's value of each slot plus the present difference, which fades; the present value where yesterday is unknown."""
        start = slot_start(now)
        present = outdoor_c if outdoor_c is not None else self._slots.get(start - SLOT, OUTDOOR_ASSUMED_C)
        offset = present - self._slots.get(start - DAY, present)
        values: list[float] = []
        for index in range(slots):
            yesterday = start + (index % 96) * SLOT - DAY
            known = self._slots.get(yesterday)
            values.append(present if known is None else known + offset * max(0.0, 1.0 - index * SLOT / FADE))
        return Forecast(now, start, tuple(values))
