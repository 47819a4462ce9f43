"""Energy in bulk: the same figures as bucket by bucket, to the last bit."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from premises.columns import BulkEnergy
from premises.errors import UnitError, UnknownNameError
from premises.ports import Resolution
from premises.time import EPOCH, Interval
from stores.duckdb_store import DuckDBStore
from stores.influx_store import InfluxStore
from tests.stores.contract_figures import week_of_readings
from tests.stores.premises_of_tests import AIR, ENERGY, GAS, NOON, SITES

SPAN = Interval(NOON - timedelta(days=1), NOON + timedelta(days=9))


@pytest.mark.parametrize("rolled_up", [False, True], ids=["from readings", "from roll-ups"])
@pytest.mark.parametrize("resolution", [Resolution.QUARTER, Resolution.HOUR, Resolution.DAY, Resolution.MONTH])
def test_columns_tell_what_buckets_tell(resolution: Resolution, rolled_up: bool) -> None:
    store = DuckDBStore(None, SITES)
    store.write("studio", week_of_readings())
    if rolled_up:
        store.roll_up("studio", NOON + timedelta(days=9))
    found = store.energy_columns("studio", [ENERGY, GAS], SPAN, resolution)
    assert list(found) == [ENERGY, GAS]
    for point, columns in found.items():
        buckets = store.energy("studio", point, SPAN, resolution)
        amounts = [None if np.isnan(value) else value for value in np.asarray(columns.amount).tolist()]
        assert [EPOCH + timedelta(microseconds=start) for start in columns.starts_us] == [bucket.start for bucket in buckets]
        assert amounts == [bucket.kwh for bucket in buckets]
        assert list(columns.estimated) == [bucket.estimated_kwh for bucket in buckets]
        assert list(columns.completeness) == [bucket.completeness for bucket in buckets]
    store.close()


def test_both_stores_answer_in_bulk_and_refuse_what_is_no_counter() -> None:
    store = DuckDBStore(None, SITES)
    assert isinstance(store, BulkEnergy)
    assert issubclass(InfluxStore, BulkEnergy)
    with pytest.raises(UnitError):
        store.energy_columns("studio", [AIR], SPAN, Resolution.HOUR)
    with pytest.raises(UnknownNameError):
        store.energy_columns("studio", ["grid/nothing"], SPAN, Resolution.HOUR)
    assert not store.energy_columns("studio", [ENERGY], Interval(NOON, NOON), Resolution.HOUR)[ENERGY].starts_us.nbytes
    store.close()
