"""Whenever roll-ups run, and in whatever order readings come: the figures are those that readings alone would give."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premises.ports import Resolution
from premises.reading import Flag
from premises.time import Interval
from stores.duckdb_store import DuckDBStore
from tests.stores.premises_of_tests import ENERGY, LIT, NOON, STUDIO, reading

DAYS = 12
SPAN = Interval(NOON - timedelta(days=1), NOON + timedelta(days=DAYS + 1))
hours = st.integers(0, DAYS * 24)
shown = st.one_of(st.integers(0, 2000).map(float), st.sampled_from([0.0, 99_999.0, 2.0**32]))
a_flag = st.sampled_from([None, None, None, Flag.METER_SWAP, Flag.OUT_OF_RANGE, Flag.COUNTER_RESET, Flag.LATE])
counter = st.tuples(st.just(ENERGY), hours, shown, a_flag)
state = st.tuples(st.just(LIT), hours, st.booleans(), st.none())
batch = st.lists(st.one_of(counter, state), min_size=1, max_size=12)
roll = st.tuples(st.just("roll"), hours)


def figures(store: DuckDBStore) -> list[object]:
    """Every window, one after the other."""
    widths = (Resolution.QUARTER, Resolution.DAY)
    series = [bucket for point in (ENERGY, LIT) for width in widths for bucket in store.series("studio", point, SPAN, width)]
    return [*series, *(bucket for width in widths for bucket in store.energy("studio", ENERGY, SPAN, width))]


@pytest.mark.slow
@settings(deadline=None, max_examples=12)
@given(st.lists(st.one_of(batch, roll), min_size=2, max_size=10))
def test_roll_ups_never_change_a_figure(steps: list[object]) -> None:
    rolled, plain = DuckDBStore(None, [STUDIO]), DuckDBStore(None, [STUDIO])
    for step in steps:
        if isinstance(step, tuple):
            rolled.roll_up("studio", NOON + timedelta(hours=step[1] * 6))
        elif isinstance(step, list):
            told = [reading(point, NOON + timedelta(hours=at), value, *([flag] if flag else [])) for point, at, value, flag in step]
            rolled.write("studio", told)
            plain.write("studio", told)
    differing = [pair for pair in zip(figures(rolled), figures(plain), strict=True) if pair[0] != pair[1]]
    assert differing[:3] == []  # the few, as a difference of thousands of windows takes minutes to print
    rolled.close()
    plain.close()
