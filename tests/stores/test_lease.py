"""One DuckDB file, two processes: who runs lets go of it in time for who reports."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from premises.errors import StoreUnavailableError
from premises.time import Interval
from stores.duckdb_lease import Lease
from stores.duckdb_store import DuckDBStore
from tests.stores.premises_of_tests import AIR, FIVE, NOON, SITES, every_five_minutes, reading

HOUR = Interval(NOON, NOON + FIVE * 12)
HOLDER = """
import sys, duckdb
held = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.readline()
held.close()
"""
READER = """
import sys
from pathlib import Path
from stores.duckdb_store import DuckDBStore
from tests.stores.premises_of_tests import AIR, SITES
store = DuckDBStore(Path(sys.argv[1]), SITES)
print(store.latest("studio")[AIR].value)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "readings.duckdb"


@pytest.fixture
def holder(file: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the file open until its standard input gets a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDER), str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def let_go(holder: subprocess.Popen[str]) -> None:
    assert holder.stdin is not None
    holder.stdin.write("\n")
    holder.stdin.flush()


def read_elsewhere(file: Path) -> subprocess.CompletedProcess[str]:
    """The newest air temperature as another process reads it from the file."""
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", READER, str(file)], capture_output=True, text=True, timeout=30, check=False, cwd=root
    )


@pytest.mark.slow
def test_another_process_reads_between_two_writes(file: Path) -> None:
    store = DuckDBStore(file, SITES)
    store.write("studio", every_five_minutes(AIR, NOON, [14.0, 14.5]))
    assert read_elsewhere(file).stdout == "14.5\n"
    store.write("studio", [reading(AIR, NOON + FIVE * 2, 15.0)])
    assert [one.value for one in store.readings("studio", AIR, HOUR)] == [14.0, 14.5, 15.0]
    store.close()


@pytest.mark.slow
def test_a_writer_that_never_rests_makes_way_for_a_reader(file: Path) -> None:
    store = DuckDBStore(file, SITES)
    store.write("studio", [reading(AIR, NOON, 0.0)])
    done = threading.Event()

    def write_on_and_on() -> None:
        step = 0
        while not done.is_set():
            step += 1
            store.write("studio", [reading(AIR, NOON + FIVE * step, float(step))])

    writer = threading.Thread(target=write_on_and_on)
    writer.start()
    try:
        answer = read_elsewhere(file)
    finally:
        done.set()
        writer.join()
    assert answer.returncode == 0, answer.stderr
    assert float(answer.stdout) >= 0.0
    store.close()


@pytest.mark.slow
def test_a_held_file_is_waited_for(file: Path, holder: subprocess.Popen[str]) -> None:
    threading.Timer(0.3, let_go, [holder]).start()
    store = DuckDBStore(file, SITES)
    store.write("studio", [reading(AIR, NOON, 14.0)])
    assert store.latest("studio")[AIR].value == 14.0
    assert list(file.parent.glob("*.wanted-*")) == []
    store.close()


@pytest.mark.slow
def test_a_file_held_for_too_long_is_said_to_be_held(file: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(StoreUnavailableError, match=r"held by another process") as told:
        DuckDBStore(file, SITES, patience_s=0.2)
    assert told.value.retry_after_s


def test_a_file_at_rest_is_closed_and_opened_again_on_use(file: Path) -> None:
    lease = Lease(file, {}, idle_s=0.0)
    with lease.cursor() as cursor:
        cursor.execute("CREATE TABLE t AS SELECT 1")
    until = time.monotonic() + 60
    while lease.held and time.monotonic() < until:
        time.sleep(0.001)
    assert not lease.held
    with lease.cursor() as cursor:
        assert cursor.execute("FROM t").fetchall() == [(1,)]
    assert lease.openings == 2
    lease.end()
    with pytest.raises(StoreUnavailableError, match="closed"), lease.cursor():
        pass


def test_threads_share_the_connection_and_do_not_wait_for_each_other(file: Path) -> None:
    lease = Lease(file, {})
    both = threading.Barrier(2, timeout=10)
    faults: list[Exception] = []

    def use() -> None:
        try:
            with lease.cursor() as cursor:
                both.wait()
                cursor.execute("SELECT 1").fetchall()
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            faults.append(error)

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (faults, lease.openings) == ([], 1)
    lease.end()


def test_a_file_that_is_no_database_is_unavailable_and_says_so(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(StoreUnavailableError, match=r"readings\.duckdb"):
        DuckDBStore(file, SITES)


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(StoreUnavailableError, match="folder"):
        DuckDBStore(tmp_path / "data" / "readings.duckdb", SITES)


def test_after_an_error_of_the_disk_the_file_is_opened_anew(file: Path) -> None:
    lease = Lease(file, {}, idle_s=60.0)
    with pytest.raises(StoreUnavailableError, match="No space left"), lease.cursor():
        raise duckdb.IOException("IO Error: Could not write file: No space left on device")
    with lease.cursor() as cursor:
        assert cursor.execute("SELECT 1").fetchall() == [(1,)]
    assert lease.openings == 2
    lease.end()
