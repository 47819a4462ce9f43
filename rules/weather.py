"""What the weather will be where nobody tells: yesterday's course, drawn to what is measured now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from premises.time import SLOT, slot_start
from rules.lead import OUTDOOR_ASSUMED_C
from rules.snapshot import Forecast

DAY = timedelta(days=1)
FADE = timedelta(hours=12)
"""How long the difference between now and this time yesterday is taken to last."""

ForecastSource = Callable[[datetime], Forecast | None]
"""The newest forecast at that instant, None where there is none."""


class Course:
    """Something of the last days by slot (weather, PV, load), from which tomorrow is told by persistence."""

    def __init__(self) -> None:
        self._slots: dict[datetime, float] = {}

    def note(self, at: datetime, value: float) -> None:
        """Keep the newest value of each slot; slots older than two days are dropped."""
        slot = slot_start(at)
        fresh = slot not in self._slots
        self._slots[slot] = value
        if fresh and len(self._slots) > 2 * 96 + 8:
            self._slots = {at: kept for at, kept in self._slots.items() if at > slot - 2 * DAY}

    def yesterday(self, now: datetime, slots: int) -> tuple[float, ...]:
        """The last day's course, over and over; empty where less than a day is known."""
        start = slot_start(now)
        day = [self._slots.get(start + index * SLOT - DAY) for index in range(96)]
        known = [value for value in day if value is not None]
        if len(known) < 90:
            return ()
        filled, last = [], known[0]
        for value in day:
            last = last if value is None else value
            filled.append(last)
        return tuple(filled[index % 96] for index in range(slots))

    def outdoor(self, now: datetime, outdoor_c: float | None, slots: int) -> tuple[float, ...]:
        """Yesterday's value of each slot plus the present difference, which fades; the present value where yesterday is unknown."""
        start = slot_start(now)
        present = outdoor_c if outdoor_c is not None else self._slots.get(start - SLOT, OUTDOOR_ASSUMED_C)
        offset = present - self._slots.get(start - DAY, present)
        values: list[float] = []
        for index in range(slots):
            known = self._slots.get(start + (index % 96) * SLOT - DAY)
            values.append(present if known is None else known + offset * max(0.0, 1.0 - index * SLOT / FADE))
        return tuple(values)


class Persistence:
    """Weather, PV and load as yesterday, for what no forecast tells."""

    def __init__(self) -> None:
        self._outdoor, self._sun, self._pv, self._base = Course(), Course(), Course(), Course()
        self._phases = Course(), Course(), Course()

    def note(
        self,
        at: datetime,
        outdoor_c: float | None,
        sun_w_m2: float | None,
        pv_w: float | None,
        base_w: float | None,
        phases_w: tuple[float, ...] = (),
    ) -> None:
        """What is measured now; None: not known. phases_w: the load of each phase, empty where nobody tells them apart."""
        for phase, power in zip(self._phases, phases_w, strict=False):
            phase.note(at, power)
        told = ((self._outdoor, outdoor_c), (self._sun, sun_w_m2), (self._pv, pv_w), (self._base, base_w))
        for course, value in told:
            if value is not None:
                course.note(at, value)

    def forecast(self, now: datetime, outdoor_c: float | None, slots: int, told: Forecast | None = None) -> Forecast:
        """The forecast that was told, with what it leaves out filled in; all of it from yesterday where none was."""
        start = slot_start(now)
        pv, base = self._pv.yesterday(now, slots), self._base.yesterday(now, slots)
        courses = tuple(course.yesterday(now, slots) for course in self._phases)
        phases = courses if all(courses) else ()
        if told is None:
            sun = self._sun.yesterday(now, slots)
            return Forecast(now, start, self._outdoor.outdoor(now, outdoor_c, slots), sun, pv, base if pv else (), phases)
        lag = round((start - told.start) / SLOT)

        def since_told(values: tuple[float, ...]) -> tuple[float, ...]:
            return tuple(values[(index - lag) % 96] for index in range(slots)) if values else ()

        outdoor = told.outdoor_c or since_told(self._outdoor.outdoor(now, outdoor_c, slots))
        phases = told.phases_w or tuple(since_told(values) for values in phases)
        told = replace(told, outdoor_c=outdoor, pv_w=told.pv_w or since_told(pv), base_w=told.base_w or since_told(base))
        return replace(told, phases_w=phases)


class Foretold:
    """What was forecast a day ahead for each slot, so that boards can show forecast against fact."""

    AHEAD, KEPT = DAY, timedelta(hours=6)

    def __init__(self) -> None:
        self._slots: dict[datetime, tuple[float, float | None]] = {}

    def note(self, now: datetime, forecast: Forecast) -> None:
        """Keep what is told for the hours after this time tomorrow; what is told later, but still a day ahead, replaces it."""
        if not forecast.outdoor_c:
            return
        first = slot_start(now + self.AHEAD) + SLOT
        for index in range(int(self.KEPT / SLOT)):
            slot = first + index * SLOT
            self._slots[slot] = forecast.outdoor_at(slot), forecast.pv_at(slot) if forecast.pv_w else None
        if len(self._slots) > 2 * 96:
            self._slots = {slot: told for slot, told in self._slots.items() if slot >= slot_start(now)}

    def at(self, now: datetime) -> tuple[float | None, float | None]:
        """Outdoor temperature in °C and PV power in W as forecast a day ago for now; None: nothing was."""
        return self._slots.get(slot_start(now), (None, None))
