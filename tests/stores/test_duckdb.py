"""The contract on the embedded store, and what is its own: one file, leased between processes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from premises.errors import StoreUnavailableError
from premises.reading import Flag
from stores.duckdb_store import DuckDBStore
from tests.stores.contract import ReadingsContract
from tests.stores.contract_figures import FiguresContract
from tests.stores.contract_rollups import RollUpsContract
from tests.stores.premises_of_tests import AIR, NOON, SITES, reading


class TestDuckDB(ReadingsContract, FiguresContract, RollUpsContract):
    @pytest.fixture
    def store(self) -> Iterator[DuckDBStore]:
        store = DuckDBStore(None, SITES)
        yield store
        store.close()


class TestDuckDBFile(ReadingsContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[DuckDBStore]:
        store = DuckDBStore(tmp_path / "data" / "readings.duckdb", SITES)
        yield store
        store.close()


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "readings.duckdb"
    DuckDBStore(file, SITES).close()
    with duckdb.connect(str(file)) as connection:
        connection.execute("UPDATE about SET value = '99'")
    with pytest.raises(StoreUnavailableError, match="version 99"):
        DuckDBStore(file, SITES)


def test_people_can_read_the_tables_by_name(tmp_path: Path) -> None:
    file = tmp_path / "readings.duckdb"
    store = DuckDBStore(file, SITES)
    store.write("studio", [reading(AIR, NOON, 14.0)])
    store.write("studio", [reading(AIR, NOON, 14.5, Flag.LATE), reading(AIR, NOON + timedelta(days=5), 15.0)])
    store.roll_up("studio", NOON + timedelta(days=5))
    store.close()
    with duckdb.connect(str(file)) as connection:
        rows = connection.execute("SELECT site, point, unit, value, quality, flags FROM readings_by_name ORDER BY time").fetchall()
        (quarter, *_) = connection.execute("SELECT point, start, mean, covered_s FROM quarters_by_name ORDER BY start").fetchall()
        (day, *_) = connection.execute("SELECT point, low, high, count FROM days_by_name ORDER BY start").fetchall()
    assert rows[0] == ("studio", AIR, "°C", 14.5, "measured", "late")
    assert len(rows) == 2
    assert quarter == (AIR, NOON.replace(tzinfo=None), 14.5, 900.0)
    assert day == (AIR, 14.5, 14.5, 1)
