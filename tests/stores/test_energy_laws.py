"""Laws that figures obey whatever the readings: nothing is lost between windows, nothing is made up, nothing is negative."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premises.ports import Resolution
from premises.reading import Flag, Quality
from premises.time import Interval
from stores.duckdb_store import DuckDBStore
from stores.energy import energy_quarters, largest_gap, limit_per_hour
from stores.figures import energy_of, series_of
from stores.instants import DAY_US, instant, micros
from stores.quality_marks import mark_of, read_mark
from stores.track import Track
from stores.windows import hold_of, quarters
from tests.stores.memory_source import MemorySource
from tests.stores.premises_of_tests import AIR, ENERGY, FIVE, LIT, NOON, STUDIO, point, reading

START = micros(NOON) // DAY_US * DAY_US
SPAN = Interval(instant(START - 2 * DAY_US), instant(START + 6 * DAY_US))
METER, THERMOMETER, LAMP = STUDIO.point(ENERGY), STUDIO.point(AIR), STUDIO.point(LIT)

instants = st.integers(0, 3 * DAY_US // 1000).map(lambda millis: START + millis * 1000)
moments = st.lists(instants, min_size=2, max_size=80, unique=True).map(sorted)
flags = st.frozensets(st.sampled_from(list(Flag)), max_size=2)


@st.composite
def clean_counters(draw: st.DrawFn) -> Track:
    """A counter that only grows, no faster than premises can."""
    times = np.array(draw(moments), np.int64)
    rates = np.array(draw(st.lists(st.floats(0, 900), min_size=len(times), max_size=len(times))))
    first = draw(st.floats(0, 1e6))
    grown = np.concatenate([[0.0], np.cumsum(np.diff(times) / 3.6e9 * rates[1:])])
    return Track(times, first + grown)


@st.composite
def wild_counters(draw: st.DrawFn) -> Track:
    """Anything that a register may show, with any flags."""
    times = draw(moments)
    shown = st.one_of(st.floats(0, 1e7), st.sampled_from([0.0, 1.0, 99_999.9, 65_535.0, 2.0**48 - 1, 1e9]), st.floats(100, 101))
    values = draw(st.lists(shown, min_size=len(times), max_size=len(times)))
    told = draw(st.dictionaries(st.integers(0, len(times) - 1), flags, max_size=6))
    marks = {index: mark_of(Quality.MEASURED, which) for index, which in told.items() if which}
    return Track(np.array(times, np.int64), np.array(values), marks)


@settings(deadline=None)
@given(clean_counters())
def test_a_clean_counter_gives_its_growth_in_quarters_hours_days_and_months_alike(track: Track) -> None:
    grown = float(track.values[-1] - track.values[0])
    source = MemorySource({ENERGY: track})
    for resolution in (Resolution.QUARTER, Resolution.HOUR, Resolution.DAY, Resolution.MONTH):
        buckets = energy_of(source, STUDIO, METER, SPAN, resolution)
        known = [bucket for bucket in buckets if bucket.kwh is not None]
        assert sum(bucket.kwh or 0.0 for bucket in known) == pytest.approx(grown, rel=1e-9, abs=1e-6)
        assert all((bucket.kwh or 0.0) >= 0 for bucket in known)


@pytest.mark.slow
@settings(deadline=None)
@given(wild_counters())
def test_no_register_however_wild_gives_negative_energy_or_a_spike(track: Track) -> None:
    limit = limit_per_hour(METER)
    found = energy_quarters(track, largest_gap(METER), limit, START - DAY_US, START + 4 * DAY_US)
    assert (found.amount >= 0).all()
    assert (found.estimated >= 0).all()
    assert (found.estimated <= found.amount + 1e-9).all()
    assert (found.covered >= 0).all()
    assert (found.covered <= 15 * 60 * 1_000_000).all()
    assert (found.amount <= limit / 4 + 1).all()


@pytest.mark.slow
@settings(deadline=None)
@given(wild_counters())
def test_energy_of_a_quarter_does_not_depend_on_what_else_is_asked_for(track: Track) -> None:
    source = MemorySource({ENERGY: track})
    whole = {b.start: b for b in energy_of(source, STUDIO, METER, SPAN, Resolution.QUARTER)}
    day = Interval(instant(START + DAY_US // 2), instant(START + DAY_US + DAY_US // 4))
    for bucket in energy_of(source, STUDIO, METER, day, Resolution.QUARTER):
        assert bucket == whole[bucket.start]


@settings(deadline=None)
@given(moments, st.data())
def test_a_mean_lies_between_low_and_high_of_what_was_in_force(times: list[int], data: st.DataObject) -> None:
    values = data.draw(st.lists(st.floats(-1e6, 1e6), min_size=len(times), max_size=len(times)))
    track = Track(np.array(times, np.int64), np.array(values))
    found = quarters(track, hold_of(THERMOMETER), START - DAY_US, START + 4 * DAY_US)
    assert int(found.count.sum()) == len(times)
    assert (found.covered <= 15 * 60 * 1_000_000).all()
    for window in np.flatnonzero(found.covered):
        mean = found.integral[window] / found.covered[window]
        assert min(values) - 1e-6 <= mean <= max(values) + 1e-6


@settings(deadline=None)
@given(moments)
def test_time_covered_is_the_same_in_windows_of_any_width(times: list[int]) -> None:
    source = MemorySource({LIT: Track(np.array(times, np.int64), np.ones(len(times)))})
    covered = [
        sum(
            bucket.completeness * (bucket.end - bucket.start).total_seconds()
            for bucket in series_of(source, source, STUDIO, LAMP, SPAN, width)
        )
        for width in (Resolution.QUARTER, Resolution.HOUR, Resolution.DAY, Resolution.MONTH)
    ]
    assert covered == pytest.approx([covered[0]] * 4)


@settings(deadline=None)
@given(st.sampled_from(list(Quality)), flags)
def test_quality_and_flags_come_back_from_their_text(quality: Quality, told: frozenset[Flag]) -> None:
    assert read_mark(mark_of(quality, told)) == (quality, told)


@pytest.mark.slow
@settings(deadline=None, max_examples=10)
@given(st.permutations(range(12)), st.lists(st.integers(0, 11), max_size=5))
def test_order_and_repetition_of_writes_do_not_matter(order: list[int], again: list[int]) -> None:
    told = [reading(ENERGY, NOON + FIVE * step, 100.0 + step / 4) for step in range(12)]
    store = DuckDBStore(None, [STUDIO])
    for index in (*order, *again):
        store.write("studio", [told[index]])
    hour = Interval(NOON, NOON + timedelta(hours=1))
    assert store.readings("studio", ENERGY, hour) == told
    assert sum(b.kwh or 0 for b in store.energy("studio", ENERGY, hour, Resolution.QUARTER)) == 2.75
    assert store.latest("studio")[ENERGY] == told[-1]
    store.close()


def test_holds_follow_the_site_file_and_are_always_bounded() -> None:
    assert hold_of(point(AIR, "s", every=FIVE)) == 15 * 60 * 1_000_000
    assert hold_of(point(AIR, "s", every=None)) == 45 * 60 * 1_000_000
    assert hold_of(point(LIT, "s", every=None)) == DAY_US
    assert largest_gap(point(ENERGY, "s", every=None)) == 45 * 60 * 1_000_000
    assert limit_per_hour(point("greenroom/messages_received", "greenroom")) == float("inf")
