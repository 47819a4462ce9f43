"""A reading: the value of a point at an instant, with its quality."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

Value = float | bool | str


class Quality(StrEnum):
    """How a value came to be. Anything but plainly measured is kept beside the value, never lost."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    CORRECTED = "corrected"


class Flag(StrEnum):
    """Why a reading is not plainly measured. A reading with a flag is stored; rules and reports decide what to do."""

    OUT_OF_RANGE = "out_of_range"
    RATE_OF_CHANGE = "rate_of_change"
    ARRIVAL_TIME = "arrival_time"  # the device clock was wrong: arrival time used instead
    RETAINED = "retained"  # of unknown age: never counted as fresh
    LATE = "late"  # older than what was known already: stored, wakes no rule
    COUNTER_RESET = "counter_reset"
    COUNTER_ROLLOVER = "counter_rollover"
    COUNTER_JITTER = "counter_jitter"
    METER_SWAP = "meter_swap"


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one point.

    point: id of the point (`stage-1/air_temperature`); time: UTC; value: in the unit of the point's quantity;
    received_at: when it reached Greenroom (UTC). Writing the same (point, time) twice is the same as once.
    """

    point: str
    time: datetime
    value: Value
    received_at: datetime
    quality: Quality = Quality.MEASURED
    flags: frozenset[Flag] = frozenset()

    @property
    def fresh(self) -> bool:
        """Whether live rules may act on it: neither of unknown age nor overtaken."""
        return Flag.RETAINED not in self.flags and Flag.LATE not in self.flags


class Sheaf(NamedTuple):
    """Values of several points of one site at one instant, as one message told them: how readings travel to a store.

    (A tuple for all of them is made in a tenth of the time of a Reading each.) points: ids; values: one for each, in the same
    order; marks: quality and flags of each, None where all are plainly measured, as nearly always.
    """

    points: tuple[str, ...]
    time: datetime
    values: tuple[Value, ...]
    received_at: datetime
    marks: tuple[tuple[Quality, frozenset[Flag]], ...] | None = None

    def readings(self) -> Iterator[Reading]:
        """The same, one by one."""
        _, time, values, received_at, marks = self
        for index, point in enumerate(self.points):
            quality, flags = _PLAINLY if marks is None else marks[index]
            yield Reading(point, time, values[index], received_at, quality, flags)


_PLAINLY: tuple[Quality, frozenset[Flag]] = (Quality.MEASURED, frozenset())


def sheaves_of(readings: Sequence[Reading]) -> list[Sheaf]:
    """Readings in sheaves, in the same order: those that follow each other and share their instants lie in one."""
    sheaves: list[Sheaf] = []
    start = 0
    for end in range(1, len(readings) + 1):
        first = readings[start]
        if end < len(readings) and readings[end].time == first.time and readings[end].received_at == first.received_at:
            continue
        run = readings[start:end]
        plain = all(not one.flags and one.quality is Quality.MEASURED for one in run)
        marks = None if plain else tuple((one.quality, one.flags) for one in run)
        points, values = tuple(one.point for one in run), tuple(one.value for one in run)
        sheaves.append(Sheaf(points, first.time, values, first.received_at, marks))
        start = end
    return sheaves


class RawMessage(NamedTuple):
    """An MQTT message as it came: kept as bytes until it is understood. (A tuple, as one is made for each message.)

    packet_id: the broker's number of this delivery (1 to 65535; 0 for QoS 0): tells a redelivery from a new message.
    """

    topic: str
    payload: bytes
    received_at: datetime
    retained: bool = False
    qos: int = 1
    packet_id: int = 0
