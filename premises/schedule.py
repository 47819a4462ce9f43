"""Schedules for devices: what they are to do in the next two days by themselves, should the server be away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from premises.reading import Value
from premises.reason import Reason


@dataclass(frozen=True, slots=True)
class ScheduleStep:
    """From that instant on, the value."""

    at: datetime
    value: Value


@dataclass(frozen=True, slots=True)
class DeviceSchedule:
    """What a point is to be set to until `until`, and `rest` after it: nothing goes on for ever that nobody renews.

    steps: in order of time, the first one holds at `made_at`.
    """

    point: str
    steps: tuple[ScheduleStep, ...]
    made_at: datetime
    until: datetime
    rest: Value
    reason: Reason

    def fewer(self, most: int) -> DeviceSchedule:
        """At most that many steps: those that change least are left out, so that what matters stays."""
        steps = list(self.steps)
        while len(steps) > most > 0:
            changes = [abs(_number(b.value) - _number(a.value)) for a, b in pairwise(steps)]
            place = min(range(len(changes)), key=lambda k: (changes[k], -k))
            del steps[place + 1]
        return DeviceSchedule(self.point, tuple(steps), self.made_at, self.until, self.rest, self.reason)


def _number(value: Value) -> float:
    return 0.0 if isinstance(value, str) else float(value)
