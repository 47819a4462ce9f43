"""Whenever roll-ups run, and in whatever order readings come: the figures are those that readings alone would give."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from premises.ports import Bucket, EnergyBucket, Resolution
from premises.reading import Flag, Reading
from premises.time import Interval
from stores.duckdb_store import DuckDBStore
from tests.stores.memory_store import MemoryStore
from tests.stores.premises_of_tests import ENERGY, LIT, STUDIO, reading

DAYS = 14
NOONS = (datetime(2026, 1, 20, 12, tzinfo=UTC), datetime(2026, 3, 22, 12, tzinfo=UTC), datetime(2026, 10, 18, 12, tzinfo=UTC))
"""A plain fortnight, one with the day of 23 hours, one with the day of 25; all of them in two months."""
ELSEWHERE = replace(STUDIO, timezone="America/New_York")
WIDTHS = (Resolution.QUARTER, Resolution.HOUR, Resolution.DAY, Resolution.MONTH)

Roll = tuple[str, timedelta]
Told = tuple[str, timedelta, float | bool, Flag | None]
Step = Roll | list[Told]

quarters = st.integers(0, DAYS * 96).map(lambda count: timedelta(minutes=15 * count))
odd_instants = st.integers(0, DAYS * 86_400_000_000).map(lambda count: timedelta(microseconds=count))
instants = st.one_of(quarters, odd_instants)
shown = st.one_of(
    st.integers(0, 2000).map(float),
    st.floats(0, 2000),
    st.sampled_from([0.0, 99_999.0, 5_000.0, 5_000.0 * 24, 2.0**32, 2.0**32 - 1]),
)
growing = instants.map(lambda at: (ENERGY, at, 100 + 3.3 * (at / timedelta(hours=1)), None))
a_flag = st.sampled_from(
    [
        None,
        None,
        None,
        Flag.METER_SWAP,
        Flag.OUT_OF_RANGE,
        Flag.COUNTER_RESET,
        Flag.COUNTER_ROLLOVER,
        Flag.COUNTER_JITTER,
        Flag.LATE,
    ]
)
counter = st.one_of(growing, st.tuples(st.just(ENERGY), instants, shown, a_flag))
state = st.tuples(st.just(LIT), instants, st.booleans(), st.sampled_from([None, None, Flag.OUT_OF_RANGE]))
batch = st.lists(st.one_of(counter, state), min_size=1, max_size=12)
roll = st.tuples(st.just("roll"), st.integers(0, DAYS * 24 * 6).map(lambda count: timedelta(hours=count)))
stories = st.lists(st.one_of(batch, roll), min_size=2, max_size=10)

_H = timedelta(hours=1)
A_SPIKE_BEFORE_A_SILENCE: list[Step] = [
    [(ENERGY, 30 * _H, 100.0, None), (ENERGY, 40 * _H, 900.0, None)],  # the second is false, as the third will show
    ("roll", 60 * 24 * _H),
    [(ENERGY, 200 * _H, 120.0, None)],
]
A_GAP_AROUND_A_FALSE_VALUE: list[Step] = [
    [(ENERGY, 10 * _H, 100.0, None), (ENERGY, 100 * _H, 5e9, Flag.OUT_OF_RANGE), (ENERGY, 170 * _H, 200.0, None)],
    ("roll", 60 * 24 * _H),
    [(ENERGY, 300 * _H, 300.0, None)],
]


def told_of(batch: list[Told], noon: datetime) -> list[Reading]:
    return [reading(point, noon + at, value, *([flag] if flag else [])) for point, at, value, flag in batch]


def windows(
    series: Callable[[str, Interval, Resolution], Sequence[Bucket]],
    energy: Callable[[str, Interval, Resolution], Sequence[EnergyBucket]],
    span: Interval,
) -> dict[Hashable, Hashable]:
    """Every window by point, width and start."""
    found: dict[Hashable, Hashable] = {}
    for width in WIDTHS:
        found |= {(point, width, one.start): one for point in (ENERGY, LIT) for one in series(point, span, width)}
        found |= {("energy", width, one.start): one for one in energy(ENERGY, span, width)}
    return found


def differences(
    ours: Mapping[Hashable, Hashable], theirs: Mapping[Hashable, Hashable]
) -> list[tuple[Hashable, Hashable, Hashable]]:
    """The first few, as thousands take minutes to print."""
    return [(key, one, theirs[key]) for key, one in ours.items() if one != theirs[key]][:3]


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(stories, st.sampled_from(NOONS), st.integers(0, DAYS - 1), st.integers(1, 3), st.none() | st.integers(0, 9))
@example(A_SPIKE_BEFORE_A_SILENCE, NOONS[0], 1, 1, None)
@example(A_GAP_AROUND_A_FALSE_VALUE, NOONS[1], 6, 1, None)
def test_neither_roll_ups_nor_the_span_asked_for_change_a_figure(
    steps: list[Step], noon: datetime, first: int, length: int, moves_house: int | None
) -> None:
    rolled, plain = MemoryStore(STUDIO), MemoryStore(STUDIO)
    for number, step in enumerate(steps):
        if number == moves_house:  # the site file named the wrong zone until now
            rolled.take_site(ELSEWHERE)
            plain.take_site(ELSEWHERE)
        if isinstance(step, tuple):
            rolled.roll_up(noon + step[1])
        else:
            rolled.write(told_of(step, noon))
            plain.write(told_of(step, noon))
    span = Interval(noon - timedelta(days=2), noon + timedelta(days=DAYS + 2))
    whole = windows(plain.series, plain.energy, span)
    assert differences(windows(rolled.series, rolled.energy, span), whole) == []
    part = Interval(noon + timedelta(days=first), noon + timedelta(days=first + length))
    for store in (rolled, plain):
        assert differences(windows(store.series, store.energy, part), whole) == []


@pytest.mark.slow
@settings(deadline=None, max_examples=8)
@given(stories, st.sampled_from(NOONS), st.integers(0, DAYS - 1))
@example(A_SPIKE_BEFORE_A_SILENCE, NOONS[0], 1)
@example(A_GAP_AROUND_A_FALSE_VALUE, NOONS[1], 6)
def test_what_lies_in_a_file_gives_the_same_figures(steps: list[Step], noon: datetime, first: int) -> None:
    stored, plain = DuckDBStore(None, [STUDIO]), MemoryStore(STUDIO)
    for step in steps:
        if isinstance(step, tuple):
            stored.roll_up("studio", noon + step[1])
        else:
            stored.write("studio", told_of(step, noon))
            plain.write(told_of(step, noon))
    span = Interval(noon - timedelta(days=2), noon + timedelta(days=DAYS + 2))
    whole = windows(plain.series, plain.energy, span)
    for asked in (span, Interval(noon + timedelta(days=first), noon + timedelta(days=first + 1))):
        series, energy = partial(stored.series, "studio"), partial(stored.energy, "studio")
        assert differences(windows(series, energy, asked), whole) == []
    stored.close()
