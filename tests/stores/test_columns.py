"""The quick way into columns gives what the careful way gives, or stands back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from premises.quantities import QUANTITIES
from premises.reading import Flag, Quality, Reading, sheaves_of
from premises.site import Point
from stores.columns import newest_rows, oldest_of_each, plain_columns, sheaf_columns
from stores.instants import micros
from stores.prepared import prepared

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
POINTS = {
    name: Point(name, "house", "stage", QUANTITIES[quantity], "sensor")
    for name, quantity in (("air", "air_temperature"), ("lamp", "switch_state"), ("mode", "mode"))
}
PLAIN = Reading("air", NOON, 20.5, NOON)

readings = st.builds(
    Reading,
    st.sampled_from(["air", "lamp"]),
    st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is given apart
    st.floats(allow_nan=False, allow_infinity=False),
    st.just(NOON),
).map(lambda one: replace(one, value=one.value > 0) if one.point == "lamp" else one)  # type: ignore[operator]


@given(st.lists(readings, min_size=1, max_size=30))
def test_columns_are_what_the_careful_way_gives(some: list[Reading]) -> None:
    columns = plain_columns(POINTS, some)
    assert columns is not None
    rows = prepared("house", POINTS, some)
    assert columns.names == [row[0] for row in rows]
    assert columns.times.tolist() == [row[1] for row in rows]
    assert columns.values.tolist() == [float(row[2]) for row in rows]
    assert columns.received.tolist() == [row[4] for row in rows]
    assert not any(row[3] for row in rows)


@given(st.lists(readings, min_size=1, max_size=30))
def test_columns_of_sheaves_are_those_of_their_readings(some: list[Reading]) -> None:
    one_by_one, together = plain_columns(POINTS, some), sheaf_columns(POINTS, sheaves_of(some))
    assert one_by_one is not None
    assert together is not None
    assert together.names == one_by_one.names
    for of_sheaves, of_readings in zip(together[2:], one_by_one[2:], strict=True):
        assert of_sheaves.tolist() == of_readings.tolist()


@pytest.mark.parametrize(
    "odd",
    [
        {"point": "nobody"},
        {"value": 20},
        {"value": True},
        {"value": "20.5"},
        {"value": float("nan")},
        {"value": float("inf")},
        {"flags": frozenset({Flag.LATE})},
        {"quality": Quality.ESTIMATED},
        {"time": NOON.replace(tzinfo=None)},
        {"time": NOON.astimezone(timezone(timedelta(hours=1)))},
        {"time": NOON + timedelta(seconds=1)},  # told before it came
        {"time": datetime(1969, 1, 1, tzinfo=UTC)},
        {"received_at": datetime(2300, 1, 1, tzinfo=UTC)},
        {"point": "mode", "value": "heat"},
        {"point": "lamp", "value": 1.0},
    ],
)
def test_one_odd_reading_sends_the_batch_the_careful_way(odd: dict[str, Any]) -> None:
    some = [PLAIN, replace(PLAIN, **odd), PLAIN]
    assert plain_columns(POINTS, some) is None
    assert sheaf_columns(POINTS, [sheaf for one in some for sheaf in sheaves_of([one])]) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=30))
def test_the_newest_row_of_each_point_is_the_last_of_its_latest_instant(rows: list[tuple[int, int]]) -> None:
    points, times = np.array([row[0] for row in rows], np.int32), np.array([row[1] for row in rows], np.int64)
    newest = {point: max((time, row) for row, (one, time) in enumerate(rows) if one == point)[1] for point, _ in rows}
    assert sorted(newest_rows(points, times).tolist()) == sorted(newest.values())


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=30).map(
        lambda rows: sorted(rows, key=lambda r: r[1])
    )
)
def test_the_same_of_rows_in_the_order_of_their_times(rows: list[tuple[int, int]]) -> None:
    points, times = np.array([row[0] for row in rows], np.int32), np.array([row[1] for row in rows], np.int64)
    newest = {point: max((time, row) for row, (one, time) in enumerate(rows) if one == point)[1] for point, _ in rows}
    assert sorted(newest_rows(points, times).tolist()) == sorted(newest.values())


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=30), st.integers(0, 10))
def test_the_oldest_instant_of_each_point_is_that_of_what_is_not_expired(rows: list[tuple[int, int]], since: int) -> None:
    points, times = np.array([row[0] for row in rows], np.int32), np.array([row[1] for row in rows], np.int64)
    found, oldest = oldest_of_each(points, times, since)
    due: dict[int, int] = {}
    for point, time in rows:
        if time >= since:
            due[point] = min(due.get(point, time), time)
    assert dict(zip(found.tolist(), oldest.tolist(), strict=True)) == due


def test_micros_are_those_of_the_house() -> None:
    columns = plain_columns(POINTS, [PLAIN])
    assert columns is not None
    assert columns.times.tolist() == [micros(NOON)]
