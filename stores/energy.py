"""Energy of a counter by window, by difference, with what was interpolated over gaps told apart.

A step between two readings no further apart than the point's largest gap is measured. Over a longer one the amount is known
but not when: it is spread evenly in time and told as estimated. Where the register was changed nothing is known.

Every UTC day is judged from its own readings and those of the day before and after (and one beyond on either side), so that
the figure of a quarter hour never depends on which interval was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from premises.ports import EnergyBucket
from premises.reading import Flag
from premises.site import Point
from stores.instants import DAY_US, QUARTER_US, instant, span_us
from stores.registers import LIMITS_PER_HOUR, Steps, eventful, judged_steps, plain_steps
from stores.spans import over_quarters, place_in, quarter_edges, total, total_us
from stores.track import Floats, Micros, Track
from stores.windows import DEFAULT_HOLD, GAPS_HELD

CONTEXT_US = DAY_US
"""Readings this far before and after a UTC day are looked at to judge what happened in it."""


def largest_gap(point: Point) -> int:
    """µs between readings up to which a counter's step counts as measured: three times what is expected, else 45 minutes."""
    if point.expected_every is None:
        return span_us(DEFAULT_HOLD)
    return max(span_us(point.expected_every) * GAPS_HELD, 1)


def limit_per_hour(point: Point) -> float:
    """The most that can pass the counter in an hour, in its unit; infinite where nothing physical is counted."""
    return LIMITS_PER_HOUR.get(point.quantity.unit, float("inf"))


@dataclass(frozen=True)
class EnergyWindows:
    """Energy by window. amount: measured and estimated, in the counter's unit; covered: µs between readings close together;
    known: whether anything is known of the window."""

    edges: Micros
    amount: Floats
    estimated: Floats
    covered: Micros
    known: np.ndarray[tuple[int], np.dtype[np.bool_]]

    def __len__(self) -> int:
        return len(self.amount)

    def between(self, start: int, end: int) -> EnergyWindows:
        """The windows from edge `start` to edge `end`."""
        first, last = np.searchsorted(self.edges, (start, end))
        part = slice(first, last)
        return EnergyWindows(
            self.edges[first : last + 1], self.amount[part], self.estimated[part], self.covered[part], self.known[part]
        )


def energy_quarters(track: Track, gap: int, limit: float, start: int, end: int) -> EnergyWindows:
    """Quarter hours of the UTC days from `start` to `end` (both UTC midnights, µs).

    `track` holds at least the readings from a day before to a day after, one more before and one more after them.
    """
    track = track.without(Flag.OUT_OF_RANGE)
    edges = quarter_edges(start, end)
    n = len(edges) - 1
    amount, estimated = np.zeros(n), np.zeros(n)
    covered, known = np.zeros(n, np.int64), np.zeros(n, bool)
    for begin, finish, steps in _judged(track, limit, start, end):
        part = slice((begin - start) // QUARTER_US, (finish - start) // QUARTER_US)
        _spread(steps, gap, begin, finish, (amount[part], estimated[part], covered[part], known[part]))
    return EnergyWindows(edges, amount, estimated, covered, known)


def _judged(track: Track, limit: float, start: int, end: int) -> list[tuple[int, int, Steps]]:
    """Runs of days with their steps: quiet days together, each day with an event near it by itself."""
    events = track.times[eventful(track, limit)]
    if not len(events):
        return [(start, end, plain_steps(track))]
    runs: list[tuple[int, int, Steps]] = []
    quiet = start
    for day in range(start, end, DAY_US):
        first, beyond = context(track.times, day, day + DAY_US)
        near = np.searchsorted(events, track.times[first]) if first < len(track) else 0
        if first < beyond and near < len(events) and events[near] <= track.times[beyond - 1]:
            if quiet < day:
                runs.append((quiet, day, _quiet_steps(track, quiet, day)))
            keep = np.zeros(len(track), bool)
            keep[first:beyond] = True
            runs.append((day, day + DAY_US, judged_steps(track.select(keep), limit)))
            quiet = day + DAY_US
    if quiet < end:
        runs.append((quiet, end, _quiet_steps(track, quiet, end)))
    return runs


def context(times: Micros, start: int, end: int) -> tuple[int, int]:
    """Indices `[first, beyond)` of the readings that decide on the days from `start` to `end`."""
    first = int(np.searchsorted(times, start - CONTEXT_US)) - 1
    beyond = int(np.searchsorted(times, end + CONTEXT_US)) + 1
    return max(first, 0), min(beyond, len(times))


def _quiet_steps(track: Track, start: int, end: int) -> Steps:
    first, beyond = context(track.times, start, end)
    keep = np.zeros(len(track), bool)
    keep[first:beyond] = True
    return plain_steps(track.select(keep))


def _spread(steps: Steps, gap: int, start: int, end: int, into: tuple[Floats, Floats, Micros, np.ndarray]) -> None:
    amount, estimated, covered, known = into
    n = len(amount)
    begins, ends = np.maximum(steps.starts, start), np.minimum(steps.ends, end)
    some = (begins < ends) & steps.known
    if not some.any():
        return
    owner, place, length = over_quarters(begins[some], ends[some], start)
    whole = (steps.ends - steps.starts)[some]
    share = steps.amounts[some][owner] * (length / whole[owner])
    close = (whole <= gap)[owner]
    amount += total(share, place, n)
    estimated += total(np.where(close, 0.0, share), place, n)
    covered += total_us(np.where(close, length, 0), place, n)
    known[place] = True


def gathered_energy(parts: EnergyWindows, edges: Micros) -> EnergyWindows:
    """Wider windows from narrower ones that fill them without a rest."""
    n = len(edges) - 1
    place = place_in(edges, parts.edges[:-1])
    known = np.zeros(n, bool)
    known[place[parts.known]] = True
    return EnergyWindows(
        edges,
        total(parts.amount, place, n),
        total(parts.estimated, place, n),
        total_us(parts.covered, place, n),
        known,
    )


def as_energy_buckets(windows: EnergyWindows) -> list[EnergyBucket]:
    """The figures as buckets of the port."""
    share = np.minimum(windows.covered / np.diff(windows.edges), 1.0)
    starts = [instant(edge) for edge in windows.edges.tolist()]
    columns = (windows.amount, windows.estimated, share, windows.known)
    return [
        EnergyBucket(start, end, amount if known else None, estimated, covered)
        for start, end, amount, estimated, covered, known in zip(
            starts[:-1], starts[1:], *(column.tolist() for column in columns), strict=True
        )
    ]
