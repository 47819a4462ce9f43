"""Readings and what comes of them: the latest, series at any resolution, energy."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response

from gateway.access import Caller, Right
from gateway.answers import LINK, answers
from gateway.door import Gateway, GatewayHere, needs
from gateway.faults import invalid
from gateway.nearest import nearest
from gateway.problems import FieldFault, Problem
from gateway.routes.parameters import FromQuery, SiteQuery, ToQuery, span_or
from gateway.shapes.premises import LatestReadings, ReadingDocument
from gateway.shapes.running import EnergyDocument, EnergyOfPoint, EnergyWindow, SeriesDocument, Window
from gateway.times import told
from premises.errors import UnknownNameError
from premises.ports import Bucket, EnergyBucket, Resolution
from premises.reading import Reading
from premises.site import Point, Site
from premises.time import Interval

router = APIRouter(prefix="/v1", tags=["readings"])

Seer = Annotated[Caller, Depends(needs(Right.SEE_READINGS))]
PointQuery = Annotated[str, Query(min_length=1, max_length=200, description="id of a point", examples=["stage-1/air_temperature"])]
PointsQuery = Annotated[list[str] | None, Query(max_length=500, description="ids of points; left out: all")]
MaxPoints = Annotated[int | None, Query(ge=1, le=100_000, description="pick the finest resolution with at most so many windows")]

WIDTHS: dict[Resolution, timedelta] = {
    Resolution.QUARTER: timedelta(minutes=15),
    Resolution.HOUR: timedelta(hours=1),
    Resolution.DAY: timedelta(days=1),
    Resolution.MONTH: timedelta(days=28),
}
_READING: dict[str, Any] = {
    "point": "stage-1/air_temperature",
    "time": "2026-03-02T04:29:40Z",
    "value": 15.2,
    "unit": "°C",
    "quality": "measured",
    "flags": [],
    "fresh": True,
}
_SERIES: dict[str, Any] = {
    "site": "la-kolok",
    "point": "stage-1/air_temperature",
    "unit": "°C",
    "resolution": "hour",
    "start": "2026-03-02T04:00:00Z",
    "end": "2026-03-02T05:00:00Z",
    "windows": [
        {
            "start": "2026-03-02T04:00:00Z",
            "end": "2026-03-02T05:00:00Z",
            "mean": 15.4,
            "low": 14.6,
            "high": 16.3,
            "last": 16.3,
            "count": 12,
            "completeness": 1.0,
            "text": None,
        }
    ],
    "truncated": False,
}
_ENERGY: dict[str, Any] = {
    "site": "la-kolok",
    "resolution": "day",
    "start": "2026-03-01T00:00:00Z",
    "end": "2026-03-02T00:00:00Z",
    "items": [
        {
            "point": "grid/energy",
            "subject": "grid",
            "kwh": 1204.5,
            "estimated_kwh": 3.1,
            "completeness": 0.998,
            "windows": [
                {
                    "start": "2026-02-28T23:00:00Z",
                    "end": "2026-03-01T23:00:00Z",
                    "kwh": 1204.5,
                    "estimated_kwh": 3.1,
                    "completeness": 0.998,
                }
            ],
        }
    ],
}


def seen_point(site: Site, caller: Caller, point_id: str) -> Point:
    """The point. Raises not-found, with the nearest name that the caller sees."""
    try:
        point = site.point(point_id)
    except UnknownNameError:
        point = None
    if point is None or not caller.sees_point(site, point):
        seen = [point.id for point in site.points if caller.sees_point(site, point)]
        raise Problem("not-found", f"site {site.id} has no point {point_id!r}{nearest(point_id, seen)}")
    return point


@router.get(
    "/readings/latest", responses=answers({"site": "la-kolok", "now": "2026-03-02T04:30:00Z", "items": [_READING]}, "not-found")
)
def latest_readings(gateway: GatewayHere, caller: Seer, site: SiteQuery = None, point: PointsQuery = None) -> LatestReadings:
    """The newest reading of each point that has one. A stale one is told as not fresh: it may long be wrong."""
    here = gateway.site(caller, site)
    asked = [seen_point(here, caller, name) for name in point] if point else [p for p in here.points if caller.sees_point(here, p)]
    live = gateway.house.live.all(here.id)
    missing = [one.id for one in asked if one.id not in live]
    stored = gateway.house.store.latest(here.id, missing) if missing else {}
    items = []
    for one in asked:
        now = live.get(one.id)
        if now is not None:
            items.append(_reading_told(one, now.reading, now.known))
        elif one.id in stored:
            items.append(_reading_told(one, stored[one.id], False))
    return LatestReadings(site=here.id, now=told(gateway.now()) or "", items=items)


def _reading_told(point: Point, reading: Reading, fresh: bool) -> ReadingDocument:
    return ReadingDocument(
        point=point.id,
        time=told(reading.time) or "",
        value=reading.value if not isinstance(reading.value, float) or math.isfinite(reading.value) else str(reading.value),
        unit=point.quantity.unit,
        quality=reading.quality,
        flags=sorted(reading.flags),
        fresh=fresh and reading.fresh,
    )


def windows_in(span: Interval, resolution: Resolution) -> int:
    """At most so many windows touch the span."""
    return int(span.duration / WIDTHS[resolution]) + 2


def pick(span: Interval, resolution: Resolution | None, max_points: int | None, bound: int) -> Resolution:
    """The resolution asked for, else the finest with few enough windows. Raises too-many-points."""
    if resolution is Resolution.RAW:
        return resolution
    most = min(max_points or (bound if resolution is not None else 1_000), bound)
    if resolution is None:
        return next((width for width in WIDTHS if windows_in(span, width) <= most), Resolution.MONTH)
    if windows_in(span, resolution) > most:
        fitting = next((width.value for width in WIDTHS if windows_in(span, width) <= most), None)
        hint = f"ask for {fitting}, or for a shorter span" if fitting else "ask for a shorter span"
        raise Problem("too-many-points", f"{resolution.value} windows of that span would be more than {most}; {hint}")
    return resolution


@router.get("/series", responses=answers(_SERIES, "not-found", "too-many-points", headers=LINK))
def read_series(
    response: Response,
    gateway: GatewayHere,
    caller: Seer,
    point: PointQuery,
    site: SiteQuery = None,
    from_: FromQuery = None,
    to: ToQuery = None,
    resolution: Resolution | None = None,
    max_points: MaxPoints = None,
) -> SeriesDocument:
    """A point over a span (left out: the last day), in windows; the resolution is picked where none is asked for."""
    here = gateway.site(caller, site)
    one = seen_point(here, caller, point)
    span = span_or(from_, to, gateway.now(), timedelta(days=1))
    width = pick(span, resolution, max_points, gateway.settings.series_max_points)
    if width is Resolution.RAW:
        windows, following = _raw(gateway, here, one, span, max_points)
        if following is not None:
            query = urlencode({"site": here.id, "point": one.id, "from": following, "to": told(span.end), "resolution": "raw"})
            response.headers["Link"] = f'</v1/series?{query}>; rel="next"'
        truncated = following is not None
    else:
        windows, truncated = [_window(bucket) for bucket in gateway.house.store.series(here.id, one.id, span, width)], False
    return SeriesDocument(
        site=here.id,
        point=one.id,
        unit=one.quantity.unit,
        resolution=width,
        start=told(span.start) or "",
        end=told(span.end) or "",
        windows=windows,
        truncated=truncated,
    )


def _raw(gateway: Gateway, site: Site, point: Point, span: Interval, max_points: int | None) -> tuple[list[Window], str | None]:
    """Raw readings as windows of no width, and where to go on if there are more."""
    most = min(max_points or gateway.settings.series_max_points, gateway.settings.series_max_points)
    readings = gateway.house.store.readings(site.id, point.id, span, limit=most + 1)
    following = told(readings[most].time) if len(readings) > most else None
    return [_raw_window(reading) for reading in readings[:most]], following


def _raw_window(reading: Reading) -> Window:
    at, value = told(reading.time) or "", reading.value
    number = float(value) if not isinstance(value, str) and math.isfinite(value) else None
    text = value if isinstance(value, str) else None
    return Window(start=at, end=at, mean=number, low=number, high=number, last=number, count=1, completeness=1.0, text=text)


def _window(bucket: Bucket) -> Window:
    return Window(
        start=told(bucket.start) or "",
        end=told(bucket.end) or "",
        mean=bucket.mean,
        low=bucket.low,
        high=bucket.high,
        last=bucket.last,
        count=bucket.count,
        completeness=bucket.completeness,
        text=bucket.text,
    )


@router.get("/energy", responses=answers(_ENERGY, "not-found", "too-many-points"))
def read_energy(
    gateway: GatewayHere,
    caller: Seer,
    site: SiteQuery = None,
    point: PointsQuery = None,
    from_: FromQuery = None,
    to: ToQuery = None,
    resolution: Resolution = Resolution.DAY,
) -> EnergyDocument:
    """Energy of counters by difference (left out: of all that this key sees, over the last seven days), gaps told apart."""
    here = gateway.site(caller, site)
    if resolution is Resolution.RAW:
        raise invalid([FieldFault(parameter="resolution", detail="energy needs windows: quarter, hour, day or month")])
    counters = [one for one in here.points if one.quantity.counter and one.quantity.unit == "kWh" and caller.sees_point(here, one)]
    asked = [seen_point(here, caller, name) for name in point] if point else counters
    for one in asked:
        if one not in counters:
            raise invalid([FieldFault(parameter="point", detail=f"{one.id} counts no energy")])
    span = span_or(from_, to, gateway.now(), timedelta(days=7))
    most = gateway.settings.series_max_points // max(1, len(asked))
    pick(span, resolution, max(1, most), gateway.settings.series_max_points)
    items = [_energy_of(one, gateway.house.store.energy(here.id, one.id, span, resolution)) for one in asked]
    return EnergyDocument(site=here.id, resolution=resolution, start=told(span.start) or "", end=told(span.end) or "", items=items)


def _energy_of(point: Point, buckets: list[EnergyBucket]) -> EnergyOfPoint:
    known = [bucket.kwh for bucket in buckets if bucket.kwh is not None]
    whole = sum((bucket.end - bucket.start).total_seconds() for bucket in buckets)
    covered = sum((bucket.end - bucket.start).total_seconds() * bucket.completeness for bucket in buckets)
    return EnergyOfPoint(
        point=point.id,
        subject=point.subject,
        kwh=math.fsum(known) if known else None,
        estimated_kwh=math.fsum(bucket.estimated_kwh for bucket in buckets),
        completeness=covered / whole if whole else 0.0,
        windows=[
            EnergyWindow(
                start=told(bucket.start) or "",
                end=told(bucket.end) or "",
                kwh=bucket.kwh,
                estimated_kwh=bucket.estimated_kwh,
                completeness=bucket.completeness,
            )
            for bucket in buckets
        ],
    )
