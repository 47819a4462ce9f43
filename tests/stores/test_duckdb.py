"""The contract on the embedded store, and what is its own: one file, leased between processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stores.duckdb_store import DuckDBStore
from tests.stores.contract import ReadingsContract
from tests.stores.contract_figures import FiguresContract
from tests.stores.premises_of_tests import SITES


class TestDuckDB(ReadingsContract, FiguresContract):
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
