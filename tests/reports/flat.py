"""A store of energies that are the same in every quarter hour, with gaps where a test wants them: sums can be done by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from premises.booking import Booking, BookingKey, DayKind, LampType, StoredBooking
from premises.columns import EnergyColumns
from premises.ports import BookingQuery, Bucket, EnergyBucket, Resolution
from premises.site import Cluster, Site
from premises.time import EPOCH, SLOT, Interval, slots
from reports.inputs import Inputs, Sources, Supplements
from reports.kinds import kinds
from tests.reports.meters import KnownEnergy

NOW = datetime(2027, 2, 1, tzinfo=UTC)
Gap = tuple[str, Interval]


class FlatStore(KnownEnergy):
    """kwh: by point (or "*"), the energy of each quarter hour. gaps: of a point, spans of which nothing is known.

    outdoor_c: the lowest and highest of every hour. estimated: points whose every quarter hour was interpolated.
    """

    def __init__(
        self,
        kwh: Mapping[str, float],
        gaps: Sequence[Gap] = (),
        outdoor_c: tuple[float, float] | None = (4.0, 8.0),
        estimated: Sequence[str] = (),
    ) -> None:
        self._kwh = dict(kwh)
        self._gaps = gaps
        self._outdoor_c = outdoor_c
        self._guessed = estimated

    def _of(self, point: str) -> float:
        return self._kwh.get(point, self._kwh.get("*", 0.0))

    def energy_columns(
        self, site: str, points: Sequence[str], interval: Interval, resolution: Resolution
    ) -> Mapping[str, EnergyColumns]:
        assert resolution is Resolution.QUARTER
        starts = np.array([(start - EPOCH) // timedelta(microseconds=1) for start in slots(interval)], np.int64)
        found = {}
        for point in points:
            amount, known = np.full(len(starts), self._of(point)), np.ones(len(starts))
            for name, gap in self._gaps:
                if name == point:
                    first, end = ((edge - EPOCH) // timedelta(microseconds=1) for edge in (gap.start, gap.end))
                    gone = (starts >= first) & (starts < end)
                    amount[gone], known[gone] = np.nan, 0.0
            guess = amount.copy() if point in self._guessed else np.zeros(len(starts))
            found[point] = EnergyColumns(starts.data, amount.data, np.nan_to_num(guess).data, known.data)
        return found

    def energy(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[EnergyBucket]:
        if resolution is Resolution.MONTH:
            return [EnergyBucket(interval.start, interval.end, self._of(point) * (interval.duration / SLOT), 0.0, 1.0)]
        return [EnergyBucket(start, start + SLOT, self._of(point), 0.0, 1.0) for start in slots(interval)]

    def series(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[Bucket]:
        if self._outdoor_c is None:
            return []
        low, high = self._outdoor_c
        hours, found, start = timedelta(hours=1), [], interval.start.replace(minute=0)
        while start < interval.end:
            found.append(Bucket(start, start + hours, (low + high) / 2, low, high, high, 4, 1.0))
            start += hours
        return found


class Bookings:
    """What a booking book is asked by reports."""

    def __init__(self, bookings: Sequence[Booking] = ()) -> None:
        self._bookings = bookings

    def find(self, query: BookingQuery) -> list[StoredBooking]:
        return [
            StoredBooking(booking, 1, 1, booking.held.start, booking.held.start)
            for booking in self._bookings
            if booking.site == query.site and (query.overlaps is None or booking.held.overlaps(query.overlaps))
        ]


def booking(
    site: str,
    zone: str,
    start: str,
    end: str,
    *,
    kind: DayKind = DayKind.SHOOT,
    tenant: str | None = None,
    production: str | None = None,
    watts: float = 0.0,
) -> Booking:
    """A confirmed booking; instants in UTC, `2026-01-05T08:00`."""
    span = Interval(*(datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end)))
    rig = {LampType.LED: watts} if watts else {}
    key = BookingKey("test", f"{zone}-{start}-{production or tenant or 'x'}")
    return Booking(
        key, site, (zone,), span, day_kind=kind, tenant=tenant, production=production, rig_power_w=rig, title=f"{kind.value}"
    )


def gathered(
    kind: str,
    premises: Site | Cluster,
    store: FlatStore,
    first: date,
    last: date,
    *,
    bookings: Sequence[Booking] = (),
    supplements: Supplements | None = None,
    now: datetime = NOW,
    only: str | None = None,
    languages: Sequence[str] = (),
) -> Inputs:
    """The inputs of a kind from flat energies."""
    papers = supplements or Supplements()
    sources = Sources(store, Bookings(bookings), supplements=lambda site, period: papers)
    return kinds()[kind].gather(premises, sources, first, last, now, only=only, languages=languages)
