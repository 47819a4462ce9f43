"""A batch of readings, checked against the site file and ready to be written: the same for every store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from premises.errors import NaiveTimeError
from premises.quantities import ValueKind
from premises.reading import Quality, Reading, Value
from premises.site import Point
from stores.instants import micros
from stores.known_points import EARLIEST, LATEST, refuse_unfit
from stores.quality_marks import mark_of

PLAINLY: dict[ValueKind, type] = {ValueKind.NUMBER: float, ValueKind.FLAG: bool, ValueKind.TEXT: str}
EARLIEST_US, LATEST_US = micros(EARLIEST), micros(LATEST)


Row = tuple[str, int, Value, str, int]
"""A reading that fits: point, time in µs, value of exactly the type of its point, mark (empty: plainly so), received in µs."""


def prepared(site_id: str, points: Mapping[str, Point], readings: Sequence[Reading]) -> list[Row]:
    """Rows in the order given. Raises StoreRefusedError that names the first reading that does not fit."""
    types = {point: PLAINLY[points[point].quantity.kind] for point in {reading.point for reading in readings} & points.keys()}
    rows: list[Row] = []
    last: tuple[datetime | None, datetime | None, int, int] = (None, None, 0, 0)
    for reading in readings:
        value: Value = reading.value
        kind = types.get(reading.point)
        # readings of one message share their instants: the difference is taken once
        if reading.time is not last[0] or reading.received_at is not last[1]:
            try:
                last = (reading.time, reading.received_at, micros(reading.time), micros(reading.received_at))
            except NaiveTimeError:
                refuse_unfit(reading, points.get(reading.point), site_id)
                raise
        time, received = last[2], last[3]
        # what is plainly right passes quickly; anything else is looked at closely, and named if it does not fit
        if type(value) is not kind or kind is str or value - value != 0.0 or not EARLIEST_US <= time <= received < LATEST_US:  # type: ignore[operator]
            refuse_unfit(reading, points.get(reading.point), site_id)
            value = float(value) if kind is float else value
        flags = reading.flags
        mark = "" if not flags and reading.quality is Quality.MEASURED else mark_of(reading.quality, flags)
        rows.append((reading.point, time, value, mark, received))
    return rows
