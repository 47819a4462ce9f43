"""Counters: what it means when a total that only grows does not grow. Reset, roll-over, jitter and meter swap are told apart.

Reset: the device began again at (nearly) zero. Roll-over: the register reached its width and went on from zero. Jitter:
the figure fell by its own rounding. Meter swap: it went to another level, down or up, faster than the energy could flow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from premises.reading import Flag

_BINARY_WIDTHS = tuple(float(2**bits) for bits in (16, 24, 31, 32))
_DECIMAL_WIDTHS = tuple(10.0**digits for digits in range(4, 11))
_NEAR_END = 0.98
_NEAR_START = 0.02
_JITTER_SHARE = 1e-4
_JITTER_LEAST = 0.1 + 1e-6  # one step of a register with one decimal, and what binary fractions add
_RESET_SHARE = 0.1
_RESET_LEAST = 1.0
_FASTEST_PER_HOUR = 5000.0  # kWh, m³: five megawatts; what a studio's own meter cannot do
GRACE = 100.0
"""No step up to this is ever a meter swap, however short the time."""


@dataclass(slots=True)
class CounterState:
    """What is kept of one counter: its highest value since the last break, the message's own value of it, and when."""

    value: float
    raw: float
    time: datetime


def rolled_over(last: float, now: float) -> bool:
    """Whether a register of usual width (16, 24, 31, 32 bits or 4 to 10 digits) went round, in the message's own unit."""
    return any(
        width * _NEAR_END <= last < width and 0 <= now <= width * _NEAR_START for width in (*_BINARY_WIDTHS, *_DECIMAL_WIDTHS)
    )


def judge(state: CounterState | None, value: float, raw: float, time: datetime) -> tuple[Flag | None, CounterState]:
    """The flag of a counter's new value and the state to keep. value: in the unit kept; raw: in the message's unit.

    A jitter leaves the state as it was, so that the same energy is not counted twice when the figure is back.
    """
    if state is None:
        return None, CounterState(value, raw, time)
    change = value - state.value
    if change >= 0:
        hours = max((time - state.time).total_seconds(), 0.0) / 3600
        flag = Flag.METER_SWAP if change > GRACE + _FASTEST_PER_HOUR * hours else None
    elif -change <= max(_JITTER_LEAST, _JITTER_SHARE * state.value) and value > _RESET_SHARE * state.value:
        return Flag.COUNTER_JITTER, state
    elif rolled_over(state.raw, raw):
        flag = Flag.COUNTER_ROLLOVER
    elif value <= max(_RESET_LEAST, _RESET_SHARE * state.value):
        flag = Flag.COUNTER_RESET
    else:
        flag = Flag.METER_SWAP
    return flag, CounterState(value, raw, time)
