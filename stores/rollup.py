"""Roll-ups: quarter hours and days made once, kept, and made anew where late readings touch them.

A point's mark says up to which UTC midnight its quarter hours are kept. It follows the readings: a day is rolled up when a
reading three days after its start has come, as by then all that decides on it is there, or a month later whatever came. A reading
that comes later than two days before the mark moves the mark back to before itself. What lies behind the mark is read
from the shelf, the rest is made from readings, by the same code: a figure does not depend on when the roll-up ran.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

import numpy as np

from premises.ports import Resolution
from premises.quantities import ValueKind
from premises.site import Point, Site
from premises.time import Interval
from stores.energy import EnergyWindows, gathered_energy
from stores.figures import TrackSource, energy_between, energy_from_readings, quarters_from_readings
from stores.instants import DAY_US, instant, micros
from stores.prefetch import ManyTracks, Prefetched
from stores.shelf import Mark, Shelf, Shelving, energy_of_rows, joined, joined_energy, rows_of, windows_of
from stores.spans import edges, quarter_edges
from stores.track import Micros
from stores.windows import Windows, gathered

LATE_US = 2 * DAY_US
"""A reading changes nothing that lies further back than this (but for the gap that it ends, see `trusted`)."""
AT_LAST_US = 30 * DAY_US
CHUNK_US = 31 * DAY_US
POINTS_AT_ONCE = 25
AROUND_US = 2 * DAY_US
Change = tuple[Point, Mark | None, Mark]
Step = tuple[Shelving, Change]


class Readings(ManyTracks, Protocol):
    """What roll-ups ask of a store's readings, besides tracks."""

    def last_before(self, point: Point, end: int) -> int | None:
        """Time of the last true reading (not out of range) before `end`, µs."""
        ...

    def first_from(self, point: Point, start: int) -> int | None:
        """Time of the first true reading from `start` on, µs."""
        ...

    def lasts(self, points: Sequence[Point]) -> dict[str, int]:
        """Time of the last reading of each of the points (of one site) that has any, µs."""
        ...


@dataclass(frozen=True)
class RolledUp:
    """What one run did: points looked at that have readings, points whose mark moved, days of points made."""

    points: int
    moved: int
    days: int


class Span(NamedTuple):
    """Days (µs, UTC midnights) of a point whose quarter hours are to be made, and its mark before."""

    point: Point
    mark: Mark | None
    start: int
    end: int


def moved_back(mark: Mark, oldest: int) -> Mark | None:
    """The mark after a reading of that time (µs) has come; None where it stays."""
    back = (oldest - LATE_US) // DAY_US * DAY_US
    if back >= mark.upto:
        return None
    return Mark(back, min(mark.days_upto, back), mark.zone)


class RollUps:
    """Figures from the shelf where they are kept, from readings where not; and the making of what is kept."""

    def __init__(self, readings: Readings, shelf: Shelf) -> None:
        self._readings = readings
        self._shelf = shelf
        self._trust: dict[tuple[str, str], tuple[Mark, int]] = {}

    # -- reading

    def quarters(self, point: Point, start: int, end: int) -> Windows:
        """Quarter hours in the span, both ends multiples of a quarter hour."""
        middle = self._middle(point, start, end)
        kept = self._shelf.kept(point, Resolution.QUARTER, start, middle) if start < middle else None
        made = quarters_from_readings(self._readings, point, middle, end) if middle < end or kept is None else None
        if kept is None:
            assert made is not None
            return made
        found = windows_of(kept, quarter_edges(start, middle), _of_texts(point))
        return found if made is None else joined(found, made)

    def energy_quarters(self, point: Point, start: int, end: int) -> EnergyWindows:
        """Energy of the quarter hours in the span, both ends UTC midnights."""
        middle = self._middle(point, start, end)
        if middle <= start:
            return energy_from_readings(self._readings, point, start, end)
        found = energy_of_rows(self._shelf.kept(point, Resolution.QUARTER, start, middle), quarter_edges(start, middle))
        return found if middle >= end else joined_energy(found, energy_from_readings(self._readings, point, middle, end))

    def days(self, point: Point, day_edges: Micros, zone: ZoneInfo) -> Windows:
        """Local days between the edges."""
        whole = self._days_kept(point, day_edges, zone)
        if not whole:
            return gathered(self.quarters(point, int(day_edges[0]), int(day_edges[-1])), day_edges)
        kept = self._shelf.kept(point, Resolution.DAY, int(day_edges[0]), int(day_edges[whole]))
        found, rest = windows_of(kept, day_edges[: whole + 1], _of_texts(point)), day_edges[whole:]
        if len(rest) < 2:
            return found
        return joined(found, gathered(self.quarters(point, int(rest[0]), int(rest[-1])), rest))

    def energy_days(self, point: Point, day_edges: Micros, zone: ZoneInfo) -> EnergyWindows:
        """Energy of local days between the edges."""
        whole = self._days_kept(point, day_edges, zone)
        found = None
        if whole:
            kept = self._shelf.kept(point, Resolution.DAY, int(day_edges[0]), int(day_edges[whole]))
            found = energy_of_rows(kept, day_edges[: whole + 1])
        rest = day_edges[whole:]
        if len(rest) < 2:
            assert found is not None
            return found
        made = gathered_energy(energy_between(self, point, int(rest[0]), int(rest[-1])), rest)
        return made if found is None else joined_energy(found, made)

    def _middle(self, point: Point, start: int, end: int) -> int:
        """Where the shelf ends and readings begin, within the span."""
        mark = self._shelf.mark(point)
        if mark is None or mark.upto <= start:
            return start
        return min(max(self._trusted(point, mark), start), end)

    def _days_kept(self, point: Point, day_edges: Micros, zone: tzinfo) -> int:
        """How many of the days, from the first on, lie on the shelf."""
        mark = self._shelf.mark(point)
        if mark is None or mark.zone != str(zone) or len(day_edges) < 2 or mark.days_upto < day_edges[1]:
            return 0
        upto = min(mark.days_upto, self._trusted(point, mark))
        return int(np.searchsorted(day_edges[1:], upto, side="right"))

    def _trusted(self, point: Point, mark: Mark) -> int:
        """The mark, less what a reading after it may change.

        That is all from the last true reading before it on, over whatever gap; of a counter the day before that, too, as the
        next reading may show that the last one was false.
        """
        known = self._trust.get((point.site, point.id))
        if known is None or known[0] != mark:  # what is written before the mark moves it, so the same mark is as good as it was
            before = self._readings.last_before(point, mark.upto)
            judged = DAY_US if point.quantity.counter else 0
            known = mark, mark.upto if before is None else before // DAY_US * DAY_US - judged
            self._trust[point.site, point.id] = known
        return known[1]

    # -- making

    def run(self, site: Site, points: Sequence[Point], now: datetime) -> RolledUp:
        """Roll up what can be; the same again changes nothing."""
        lasts = self._readings.lasts(points)
        todo = iter([point for point in points if point.id in lasts])
        moved = days = 0
        while some := list(islice(todo, POINTS_AT_ONCE)):
            before = marks = self._shelf.marks_now(some)
            while spans := [span for one in some if (span := self._next_span(one, marks.get(one.id), lasts[one.id], micros(now)))]:
                self._shelf.put(*self._quarters_of(site, spans))
                marks = self._shelf.marks_now(some)
            if made := _steps(self._next_days(site, one, marks.get(one.id)) for one in some):
                self._shelf.put(*made)
                marks = self._shelf.marks_now(some)
                days += sum(len(shelving.rows) for shelving in made[0])
            moved += sum(marks.get(one.id) != before.get(one.id) for one in some)
        return RolledUp(len(lasts), moved, days)

    def _next_span(self, point: Point, mark: Mark | None, last: int, now: int) -> Span | None:
        """The next month at most whose quarter hours are ready to be kept; None where all that is ready is kept."""
        ready = max((last - LATE_US) // DAY_US, min(now - AT_LAST_US, last + LATE_US) // DAY_US) * DAY_US
        if mark is not None and ready <= mark.upto:
            return None
        reached = self._first_day(point) if mark is None else mark.upto
        if reached is None or ready <= reached:
            return None
        return Span(point, mark, reached if mark is None else self._trusted(point, mark), min(ready, reached + CHUNK_US))

    def _quarters_of(self, site: Site, spans: Sequence[Span]) -> tuple[list[Shelving], list[Change]]:
        """The quarter hours of the spans, and the marks after them."""
        start, end = min(span.start for span in spans), max(span.end for span in spans)
        if end - start > 2 * CHUNK_US:  # one point lies far behind the others: it is asked for by itself
            readings: TrackSource = self._readings
        else:
            readings = Prefetched(self._readings, [span.point for span in spans], start - AROUND_US, end + AROUND_US)
        shelvings, changes = [], []
        for span in spans:
            point, mark = span.point, span.mark
            found = quarters_from_readings(readings, point, span.start, span.end)
            energy = energy_from_readings(readings, point, span.start, span.end) if point.quantity.counter else None
            shelvings.append(Shelving(point, Resolution.QUARTER, span.start, span.end, rows_of(found, energy)))
            days_upto = min(mark.days_upto, span.start) if mark is not None and mark.zone == site.timezone else 0
            changes.append((point, mark, Mark(span.end, days_upto, site.timezone)))
        return shelvings, changes

    def _first_day(self, point: Point) -> int | None:
        """Start of the UTC day of the point's first true reading."""
        first = self._readings.first_from(point, 0)
        return None if first is None else first // DAY_US * DAY_US

    def _first_kept(self, point: Point, upto: int) -> int:
        """Start of the UTC day of the first quarter hour that is kept; `upto` where none is."""
        starts = self._shelf.kept(point, Resolution.QUARTER, 0, upto).starts
        return int(starts[0]) // DAY_US * DAY_US if len(starts) else upto

    def _next_days(self, site: Site, point: Point, mark: Mark | None) -> Step | None:
        """The local days that lie before the mark and are not kept yet; None where there are none."""
        if mark is None or mark.days_upto >= mark.upto:
            return None
        start = mark.days_upto or self._first_kept(point, mark.upto)
        days = edges(Resolution.DAY, Interval(instant(start), instant(mark.upto)), site.zoneinfo)
        days = days[days <= mark.upto]
        if len(days) < 2 or days[-1] <= mark.days_upto:
            return None
        since, end = int(days[0]), int(days[-1])
        outer = since // DAY_US * DAY_US, -(-end // DAY_US) * DAY_US
        kept = self._shelf.kept(point, Resolution.QUARTER, *outer)
        found = gathered(windows_of(kept, quarter_edges(*outer), _of_texts(point)).between(since, end), days)
        energy = None
        if point.quantity.counter:
            energy = gathered_energy(energy_of_rows(kept, quarter_edges(*outer)).between(since, end), days)
        # where all are cut anew, in another zone, days begin at other instants than before: none of those may stay
        first = since if mark.days_upto else since - 2 * DAY_US
        shelving = Shelving(point, Resolution.DAY, first, end, rows_of(found, energy))
        return shelving, (point, mark, Mark(mark.upto, end, site.timezone))


def _steps(steps: Iterable[Step | None]) -> tuple[list[Shelving], list[Change]] | None:
    """What there is to keep, None where nothing is."""
    some = [step for step in steps if step is not None]
    return ([shelving for shelving, _ in some], [change for _, change in some]) if some else None


def _of_texts(point: Point) -> bool:
    return point.quantity.kind is ValueKind.TEXT
