"""A reading: the value of a point at an instant, with its quality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class RawMessage:
    """An MQTT message as it came: kept as bytes until it is understood.

    packet_id: the broker's number of this delivery (1 to 65535; 0 for QoS 0): tells a redelivery from a new message.
    """

    topic: str
    payload: bytes
    received_at: datetime
    retained: bool = False
    qos: int = 1
    packet_id: int = 0
