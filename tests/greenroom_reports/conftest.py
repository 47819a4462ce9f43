"""A small studio with two days of readings of its counters, stored once for all tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from premises.reading import Reading
from premises.site import Site
from premises.sitefile import example, load_site
from premises.time import Interval, local_midnight
from stores.opening import open_store

QUARTER = timedelta(minutes=15)
PER_HOUR = {"grid/energy": 12.0, "grid/energy_export": 0.5, "pv/energy": 3.0, "kitchen/energy": 2.0, "gas/gas_volume": 1.0}


def readings(site: Site, days: Interval, received_at: datetime) -> list[Reading]:
    """Counters that go up steadily, read every quarter of an hour."""
    found = []
    for point, per_hour in PER_HOUR.items():
        site.point(point)
        at, hours = days.start, 0.0
        while at <= days.end:
            found.append(Reading(point, at, 1000.0 + per_hour * hours, received_at))
            at, hours = at + QUARTER, hours + 0.25
    return found


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with 1 and 2 October 2026."""
    from datetime import date

    site = load_site(str(example("la-kolok")))
    folder = tmp_path_factory.mktemp("stored")
    days = Interval(local_midnight(date(2026, 10, 1), site.zoneinfo), local_midnight(date(2026, 10, 3), site.zoneinfo))
    store = open_store(f"duckdb:///{folder / 'readings.duckdb'}", [site])
    store.write(site.id, readings(site, days, days.end))
    store.close()
    return folder


@pytest.fixture
def data(stored: Path, tmp_path: Path) -> Path:
    """A copy of it, to change at will."""
    folder = tmp_path / "data"
    shutil.copytree(stored, folder)
    return folder


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs `greenroom report …` on it: exit status, what was printed, what was said of it."""
    from greenroom.cli import main

    def command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["report", *arguments, "--data", str(data)])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return command
