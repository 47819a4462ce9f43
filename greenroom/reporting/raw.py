"""Digests of the very readings behind a report, by counter and local day: a reading changed within a quarter hour shows too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

import numpy as np

from premises.site import Point, Site
from premises.time import EPOCH, Interval, local_day, local_days
from reports.editions.verify import Finding, Verdict
from reports.ledger.read import counters_of

LONGEST = timedelta(days=93)
"""Of longer periods only the quarter hours are frozen: the readings themselves need not be kept as long as reports are."""
Readings = Mapping[str, Mapping[str, str]]


class RawTrack(Protocol):
    """Readings of one point: times in µs since the epoch, values, and the marks of those that are not plainly measured."""

    times: Any
    values: Any
    marks: Any


@runtime_checkable
class TellsTracks(Protocol):
    """A store that gives readings as arrays; both that ship do."""

    def tracks(self, points: Sequence[Point], start: int, end: int) -> Mapping[str, RawTrack]: ...


def reading_digests(site: Site, store: object, first: datetime, until: datetime) -> dict[str, dict[str, str]]:
    """Point -> local day -> the first 16 hexadecimal digits of the SHA-256 of its readings. Empty where nothing is to be told."""
    if not isinstance(store, TellsTracks) or not first < until or until - first > LONGEST:
        return {}
    points = [point for _, _, point, _ in counters_of(site)]
    found: dict[str, dict[str, str]] = {point.id: {} for point in points}
    for day in local_days(Interval(first, until), site.zoneinfo):
        span = local_day(day, site.zoneinfo).intersection(Interval(first, until))
        if span is None or not points:
            continue
        for name, track in store.tracks(points, _us(span.start), _us(span.end)).items():
            if len(track.times):
                found[name][day.isoformat()] = _digest(track)
    return {name: days for name, days in sorted(found.items()) if days}


def reading_findings(site: str, frozen: Readings, now: Readings) -> Iterator[Finding]:
    """What is not as it was; days of which nothing is left are past the store's retention, and are counted apart."""
    gone = 0
    changed = 0
    for name, days in frozen.items():
        for day, digest in days.items():
            held = now.get(name, {}).get(day)
            if held is None:
                gone += 1
            elif held != digest:
                changed += 1
                yield Finding(Verdict.WRONG, f"{site}: a reading of {name} on {day} was changed, added or removed since")
    if gone:
        yield Finding(Verdict.WARNING, f"{site}: of {gone} days of a counter no reading is left to compare with")
    if frozen and not gone and not changed:
        yield Finding(Verdict.FINE, f"{site}: every reading of {len(frozen)} counters is as it was")


def _us(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)


def _digest(track: RawTrack) -> str:
    told = hashlib.sha256(np.ascontiguousarray(track.times).astype("<i8").tobytes())
    told.update(np.ascontiguousarray(track.values).astype("<f8").tobytes())
    told.update(repr(sorted((int(place), str(mark)) for place, mark in dict(track.marks).items())).encode())
    return told.hexdigest()[:16]
