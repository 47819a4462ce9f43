"""What the register of a counter did between two readings: how much went through it, and what is not known.

A counter that only grows is the easy case. Resets, roll-overs, jitter of the last digits, meters changed for others, single
false values and registers that drop to nothing overnight and come back are told apart here, so that no step is ever
negative and none is a spike. What cannot be told is said to be unknown, never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from premises.reading import Flag
from stores.instants import SECOND_US
from stores.track import Floats, Micros, Track

HOUR = 3600 * SECOND_US
LIMITS_PER_HOUR = {"kWh": 5_000.0, "m³": 2_000.0}
"""More than this in an hour is no consumption of premises but another register or a false value."""
JITTER, JITTER_SHARE = 0.1, 0.001
REGAINED = 0.9
FULL, EMPTY_AGAIN = 0.98, 0.02
CAPACITIES = sorted(
    {10.0**digits for digits in range(1, 10)}
    | {2.0**bits / scale for bits in (16, 24, 31, 32) for scale in (1, 10, 100, 1_000, 60_000, 3_600_000)}
)
"""Registers end at powers of ten of the unit, or at powers of two of 1, 0.1, 0.01, 0.001 of it, of W·min or of W·s."""
OF_COUNTERS = frozenset((Flag.COUNTER_RESET, Flag.COUNTER_ROLLOVER, Flag.COUNTER_JITTER, Flag.METER_SWAP))
NO_FLAGS: frozenset[Flag] = frozenset()


@dataclass(frozen=True)
class Steps:
    """Amounts between readings. starts, ends: µs; amounts: in the counter's unit, never negative; known: False where the
    register was changed in between, so that nothing can be said."""

    starts: Micros
    ends: Micros
    amounts: Floats
    known: np.ndarray[tuple[int], np.dtype[np.bool_]]


def plain_steps(track: Track) -> Steps:
    """Steps of a counter of which `eventful` says that nothing happened: the differences."""
    return Steps(track.times[:-1], track.times[1:], np.diff(track.values), np.ones(max(len(track) - 1, 0), bool))


def eventful(track: Track, limit_per_hour: float) -> Micros:
    """Indices of readings at which something other than ordinary growth happened."""
    if len(track) < 2:
        return np.empty(0, np.int64)
    grown = np.diff(track.values)
    odd = (grown < 0) | (grown * HOUR > limit_per_hour * np.diff(track.times))
    flagged = [index for index in track.marks if track.flags(index) & OF_COUNTERS]
    return np.union1d(np.flatnonzero(odd) + 1, np.array(flagged, np.int64))


@dataclass
class Register:
    """The register as it is read on, one reading after another."""

    limit: float  # per hour
    high: float  # greatest value of the present register
    at: int
    before: float | None = None  # value ahead of the newest step, where that was one up
    former: float | None = None  # last value of the register before a fall
    fallen: int = 0  # number of steps when it fell
    quickest: float = 0.0  # greatest known rate, per µs
    suspect: tuple[int, float] | None = None
    steps: list[tuple[int, int, float, bool]] = field(default_factory=list)

    def read(self, time: int, value: float, flags: frozenset[Flag]) -> None:
        """Take the next reading."""
        if Flag.METER_SWAP in flags:
            self._swapped(time, value)
        elif value >= self.high:
            self._grew(time, value)
        elif Flag.COUNTER_JITTER in flags or self.high - value <= max(JITTER, JITTER_SHARE * self.high):
            self._step(time, 0.0)
            self.before = self.suspect = None
        else:
            self._fell(time, value, flags)

    def _beyond(self, amount: float, span: int) -> bool:
        """Whether no premises use so much in that time: to the last bit as in `eventful`."""
        return amount * HOUR > self.limit * span

    def _step(self, time: int, amount: float, known: bool = True) -> None:
        self.steps.append((self.at, time, amount, known))
        if known and amount > 0:
            self.quickest = max(self.quickest, amount / (time - self.at))
        self.at = time

    def _swapped(self, time: int, value: float) -> None:
        self._step(time, 0.0, known=False)
        self.high, self.before, self.former, self.suspect = value, None, None, None

    def _grew(self, time: int, value: float) -> None:
        if self.former is not None and value >= self.former and value - self.high >= REGAINED * (self.former - self.high):
            self._came_back(time, value)
        elif self._beyond(value - self.high, time - self.at):
            self._jumped(time, value)
        else:
            self.suspect = None
            self.before = self.high
            self._step(time, value - self.high)
            self.high = value

    def _came_back(self, time: int, value: float) -> None:
        """The register had only been away: what was read meanwhile was none of it."""
        assert self.former is not None
        self.at = self.steps[self.fallen][0]
        del self.steps[self.fallen :]
        self.high, self.before, self.former, self.suspect = self.former, None, None, None
        self._grew(time, value)

    def _jumped(self, time: int, value: float) -> None:
        """Too much at once: a false value, unless the next reading goes on from it; then another register."""
        if self.suspect is not None:
            then, first = self.suspect
            if first <= value and not self._beyond(value - first, time - then):
                self._swapped(then, first)
                self._grew(time, value)
                return
        self.suspect = (time, value)

    def _fell(self, time: int, value: float, flags: frozenset[Flag]) -> None:
        self.suspect = None
        if self.before is not None and value >= self.before and Flag.COUNTER_RESET not in flags:
            # the one value above was false: go on from the one before it
            self.at = self.steps.pop()[0]
            self.high, self.before = self.before, None
            self._grew(time, value)
            return
        rolled = self._rolled_over(time, value, Flag.COUNTER_ROLLOVER in flags)
        if rolled is not None:
            self._step(time, rolled)
            self.former = None
        else:
            self.former, self.fallen = self.high, len(self.steps)
            # a register that starts again shows what went through it since; more than ever before in such a time is no such thing
            likely = value <= 10 * self.quickest * (time - self.at) + JITTER
            self._step(time, value if likely else 0.0, known=likely)
        self.high, self.before = value, None

    def _rolled_over(self, time: int, value: float, said: bool) -> float | None:
        capacity = next((size for size in CAPACITIES if size > self.high), None)
        if capacity is None or not (said or (self.high >= FULL * capacity and value <= EMPTY_AGAIN * capacity)):
            return None
        amount = capacity - self.high + value
        bound = max(10 * self.quickest, 0.0 if self.quickest else self.limit / HOUR) * (time - self.at) + JITTER
        return amount if amount <= bound else None


def judged_steps(track: Track, limit_per_hour: float) -> Steps:
    """Steps of a counter with events, one reading after another."""
    times, values = track.times.tolist(), track.values.tolist()
    if len(times) < 2:
        return plain_steps(track)
    register = Register(limit_per_hour, values[0], times[0])
    marks: Sequence[int] | dict[int, str] = track.marks
    for index in range(1, len(times)):
        register.read(times[index], values[index], track.flags(index) if index in marks else NO_FLAGS)
    if not register.steps:
        return plain_steps(track.select(np.zeros(len(track), bool)))
    starts, ends, amounts, known = zip(*register.steps, strict=True)
    return Steps(np.array(starts, np.int64), np.array(ends, np.int64), np.array(amounts), np.array(known, bool))
