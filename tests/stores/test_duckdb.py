"""The contract on the embedded store, and what is its own: one file, leased between processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from premises.errors import StoreUnavailableError
from premises.reading import Flag, Reading, sheaves_of
from premises.time import Interval
from stores.duckdb_store import DuckDBStore
from stores.retention import Retention
from tests.stores.contract import ReadingsContract
from tests.stores.contract_figures import FiguresContract, week_of_readings
from tests.stores.contract_rollups import RollUpsContract, figures, week
from tests.stores.premises_of_tests import AIR, ENERGY, NOON, SITES, reading


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


class InSheaves(DuckDBStore):
    """A store that is given all readings as the intake gives them."""

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        self.write_sheaves(site, sheaves_of(readings))


class TestDuckDBInSheaves(ReadingsContract):
    @pytest.fixture
    def store(self) -> Iterator[DuckDBStore]:
        store = InSheaves(None, SITES)
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


def test_figures_outlive_the_readings_that_they_were_made_from() -> None:
    store = DuckDBStore(None, SITES)
    store.write("studio", week(ENERGY, days=20))
    now = NOON + timedelta(days=20)
    store.roll_up("studio", now)
    before = figures(store)
    gone = store.expire(now, Retention(raw=timedelta(days=5)))
    assert gone > 200
    assert store.readings("studio", ENERGY, Interval(NOON, NOON + timedelta(days=5))) == []
    assert figures(store) == before
    assert store.expire(now, Retention(raw=timedelta(days=5))) == 0
    store.write("studio", [reading(ENERGY, NOON + timedelta(days=20), 222.0)])
    store.roll_up("studio", now + timedelta(days=1))
    assert figures(store) == before
    store.close()


def test_a_reading_from_long_before_retention_takes_no_figure_away(tmp_path: Path) -> None:
    file, now = tmp_path / "readings.duckdb", NOON + timedelta(days=20)
    store = DuckDBStore(file, SITES)
    store.write("studio", week(ENERGY, days=20))
    store.roll_up("studio", now)
    before = figures(store)
    assert store.expire(now, Retention(raw=timedelta(days=5))) > 200
    store.close()
    store = DuckDBStore(file, SITES)  # it is known after a restart, too
    never_set = NOON - timedelta(days=3000)
    store.write("studio", [reading(ENERGY, never_set, 3.0, Flag.LATE), reading(ENERGY, NOON + timedelta(days=2), 148.0, Flag.LATE)])
    store.roll_up("studio", now)
    assert figures(store) == before
    assert [one.value for one in store.readings("studio", ENERGY, Interval(never_set, NOON))] == [3.0], "but it is kept"
    store.close()


def test_what_is_not_rolled_up_is_never_deleted() -> None:
    store = DuckDBStore(None, SITES)
    store.write("studio", week(ENERGY))
    assert store.expire(NOON + timedelta(days=900), Retention(raw=timedelta(days=1))) == 0
    assert len(store.readings("studio", ENERGY, Interval(NOON, NOON + timedelta(days=9)))) == 24 * 7
    store.close()


def test_rows_that_were_written_again_go_and_nobody_notices(tmp_path: Path) -> None:
    file = tmp_path / "readings.duckdb"
    store = DuckDBStore(file, SITES)
    told = week(ENERGY)
    for _ in range(3):
        store.write("studio", told)
    store.write("studio", [reading(ENERGY, NOON, 99.0)])
    before = figures(store)
    store.expire(NOON + timedelta(days=7), Retention())
    assert figures(store) == before
    assert store.readings("studio", ENERGY, Interval(NOON, NOON + timedelta(minutes=1))) == [reading(ENERGY, NOON, 99.0)]
    store.close()
    with duckdb.connect(str(file)) as connection:
        assert connection.execute("SELECT count(*) FROM readings").fetchall() == [(len(told),)]


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from premises.errors import StoreUnavailableError
from stores.duckdb_store import DuckDBStore
from tests.stores.contract_figures import week_of_readings
from tests.stores.premises_of_tests import SITES
store = DuckDBStore(Path(sys.argv[1]), SITES)
told = week_of_readings()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store.write("studio", told[:500])
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
written = 1
try:
    for first in range(500, len(told), 500):
        store.write("studio", told[first:first + 500])
        written += 1
except StoreUnavailableError as error:
    print(written, "held;", error)
"""


@pytest.mark.slow
def test_a_full_disk_is_unavailable_and_what_was_written_stays(tmp_path: Path) -> None:
    """The bound on the size of files stands for a disk that is full."""
    file = tmp_path / "readings.duckdb"
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", FULL_DISK, str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=root)
    assert "held;" in ran.stdout, ran.stderr
    held = int(ran.stdout.split()[0])
    store = DuckDBStore(file, SITES)
    whole = {(one.point, one.time): one for one in week_of_readings()[: held * 500]}
    for point in (ENERGY, AIR):
        told = [one for key, one in sorted(whole.items()) if key[0] == point]
        assert store.readings("studio", point, Interval(NOON, NOON + timedelta(days=8))) == told
    store.close()
