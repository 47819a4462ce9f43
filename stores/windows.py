"""Means, extremes and completeness of a point by window, with the last value held no longer than the point's largest gap.

Only readings that are true count: those flagged out of range are passed over as if they had not come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from premises.ports import Bucket
from premises.quantities import ValueKind
from premises.reading import Flag
from premises.site import Point
from stores.instants import QUARTER_US, instant, span_us
from stores.spans import over_quarters, place_in, quarter_edges, total, total_us
from stores.track import Floats, Micros, Track

GAPS_HELD = 3
DEFAULT_HOLD = timedelta(minutes=45)
STATE_HOLD = timedelta(hours=24)


def hold_of(point: Point) -> int:
    """µs for which a value of the point stays in force: three times its expected interval.

    Where the site file expects none: a day for states (flags, texts, what is set), which are told on change only, and
    45 minutes for what is measured. A state is bounded too: the last value does not hold for ever.
    """
    if point.expected_every is not None:
        return max(span_us(point.expected_every) * GAPS_HELD, 1)
    state = point.quantity.kind is not ValueKind.NUMBER or point.writable
    return span_us(STATE_HOLD if state and not point.quantity.counter else DEFAULT_HOLD)


@dataclass(frozen=True)
class Windows:
    """Figures by window. edges: n + 1 µs; integral: value · µs in force; covered: µs; low, high, last: NaN where none.

    count: readings inside; texts: newest text inside, for points of texts only.
    """

    edges: Micros
    integral: Floats
    covered: Micros
    low: Floats
    high: Floats
    last: Floats
    count: Micros
    texts: tuple[str | None, ...] = ()

    def __len__(self) -> int:
        return len(self.count)

    def between(self, start: int, end: int) -> Windows:
        """The windows from edge `start` to edge `end`."""
        first, last = np.searchsorted(self.edges, (start, end))
        part = slice(first, last)
        return Windows(
            self.edges[first : last + 1],
            self.integral[part],
            self.covered[part],
            self.low[part],
            self.high[part],
            self.last[part],
            self.count[part],
            self.texts[part],
        )


def quarters(track: Track, hold: int, start: int, end: int) -> Windows:
    """Quarter hours from `start` to `end` (multiples of a quarter hour) of readings that reach back at least `hold` before."""
    track = track.without(Flag.OUT_OF_RANGE)
    edges = quarter_edges(start, end)
    n = len(edges) - 1
    times, values = track.times, track.values
    upto = np.minimum(np.append(times[1:], np.iinfo(np.int64).max), times + hold)
    begins, ends = np.maximum(times, start), np.minimum(upto, end)
    some = begins < ends
    owner, place, length = over_quarters(begins[some], ends[some], start)
    integral = total(values[some][owner] * length, place, n)
    covered = total_us(length, place, n)
    inside = (times >= start) & (times < end)
    place = (times[inside] - start) // QUARTER_US
    count = np.bincount(place, minlength=n)
    low, high, last = (np.full(n, np.nan) for _ in range(3))
    texts: list[str | None] = [None] * n if track.texts else []
    if len(place):
        seen = values[inside]
        first = np.flatnonzero(np.append(True, place[1:] != place[:-1]))
        final = np.append(first[1:], len(place)) - 1
        at = place[first]
        low[at], high[at], last[at] = np.minimum.reduceat(seen, first), np.maximum.reduceat(seen, first), seen[final]
        if texts:
            told = np.flatnonzero(inside)[final]
            for window, index in zip(at.tolist(), told.tolist(), strict=True):
                texts[window] = track.texts[index]
    return Windows(edges, integral, covered, low, high, last, count.astype(np.int64), tuple(texts))


def gathered(parts: Windows, edges: Micros) -> Windows:
    """Wider windows from narrower ones that fill them without a rest."""
    n = len(edges) - 1
    if not n or not len(parts):
        blank = np.full(n, np.nan)
        return Windows(edges, np.zeros(n), np.zeros(n, np.int64), blank, blank, blank, np.zeros(n, np.int64))
    place = place_in(edges, parts.edges[:-1])
    first = np.flatnonzero(np.append(True, place[1:] != place[:-1]))
    low, high = np.fmin.reduceat(parts.low, first), np.fmax.reduceat(parts.high, first)
    last = np.full(n, np.nan)
    seen = np.flatnonzero(parts.count)
    last[place[seen]] = parts.last[seen]  # in order: the newest is written last
    texts: list[str | None] = [None] * n if parts.texts else []
    for index in seen.tolist() if texts else ():
        texts[place[index]] = parts.texts[index]
    return Windows(
        edges,
        total(parts.integral, place, n),
        total_us(parts.covered, place, n),
        low,
        high,
        last,
        total_us(parts.count, place, n),
        tuple(texts),
    )


def as_buckets(windows: Windows) -> list[Bucket]:
    """The figures as buckets of the port. The mean tells what was in force, also where no reading lies inside."""
    widths = np.diff(windows.edges)
    share = np.minimum(windows.covered / widths, 1.0)
    told = bool(windows.texts)
    means = np.divide(windows.integral, windows.covered, out=np.full(len(windows), np.nan), where=windows.covered > 0)
    columns = (means, windows.low, windows.high, windows.last, windows.count, share)
    starts = [instant(edge) for edge in windows.edges.tolist()]
    texts = windows.texts or (None,) * len(windows)
    rows = zip(starts[:-1], starts[1:], *(column.tolist() for column in columns), texts, strict=True)
    return [
        Bucket(start, end, *(None, None, None, None), count, covered, text)
        if told
        else Bucket(start, end, _known(mean), _known(low), _known(high), _known(last), count, covered)
        for start, end, mean, low, high, last, count, covered, text in rows
    ]


def _known(number: float) -> float | None:
    return None if number != number else number


def raw_buckets(track: Track, point: Point) -> list[Bucket]:
    """One bucket per reading, of no width: the reading itself, out of range or not."""
    is_text = point.quantity.kind is ValueKind.TEXT
    buckets = []
    for index, (time, value) in enumerate(zip(track.times.tolist(), track.values.tolist(), strict=True)):
        at = instant(time)
        if is_text:
            buckets.append(Bucket(at, at, None, None, None, None, 1, 1.0, track.texts[index]))
        else:
            buckets.append(Bucket(at, at, value, value, value, value, 1, 1.0))
    return buckets
