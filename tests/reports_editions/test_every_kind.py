"""Of every kind: each figure opens into the rows that it says, and the same bytes are made on any machine, day and time zone."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reports.content import Figure
from reports.editions.explain import explain
from reports.kinds import kinds
from tests.reports_editions.every_kind import editions

NO_METER = ("cabs", "crelat_2030", "starts", "setbacks", "manual", "RCO19", "RCO22")
"""What is counted, stated or rated, not metered."""
ISSUED = datetime(2026, 4, 2, tzinfo=UTC)


def rests_on_meters(figure: Figure) -> bool:
    return figure.value is not None and not figure.id.endswith(NO_METER) and not (figure.id.endswith("scope1") and not figure.value)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["la-kolok", "commune-image"])
def test_every_figure_of_every_kind_opens_into_rows_that_add_up_to_what_it_says(name: str, tmp_path: Path) -> None:
    seen = set()
    for edition in editions(name, tmp_path, ISSUED):
        seen.add(edition.manifest.kind)
        for figure_id in edition.report(attachments=False).figures():
            told = explain(edition, figure_id)
            assert all(one.agrees is not False for one in told.opened), (edition.manifest.id, figure_id)
            if rests_on_meters(told.figure):
                assert any(one.rows or one.evidence.document for one in told.opened), (edition.manifest.id, figure_id)
    assert seen == set(kinds())


@pytest.mark.slow
def test_every_kind_is_the_same_bytes_in_another_zone_locale_folder_and_order_of_hashes(tmp_path: Path) -> None:
    moods = (
        {"TZ": "Europe/Paris", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "3", "LANG": "fr_FR.UTF-8"},
        {"TZ": "America/Los_Angeles", "LC_ALL": "POSIX", "PYTHONHASHSEED": "4", "HOME": str(tmp_path), "PYTHONUTF8": "1"},
    )
    days = ("2026-04-02T09:00:00+00:00", "2027-12-31T23:30:00+00:00")
    root = Path(__file__).parents[2]
    running = []
    for number, (mood, day) in enumerate(zip(moods, days, strict=True)):
        folder = tmp_path / ("one" if number else "a folder of another name")
        folder.mkdir()
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.reports_editions.every_kind", "la-kolok", str(tmp_path / f"shelf{number}"), day],
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(root)} | mood,
                cwd=folder,
                stderr=subprocess.PIPE,
            )
        )
    for process in running:
        _, told = process.communicate(timeout=300)
        assert process.returncode == 0, told.decode()[-2000:]
    one, other = (
        {f"{path.parent.name}/{path.name}": path.read_bytes() for path in (tmp_path / f"shelf{number}").glob("*/*")}
        for number in range(2)
    )
    assert set(one) == set(other)
    assert len({name.partition("-")[0] for name in one}) == len(kinds())
    assert {Path(name).suffix for name in one} == {".pdf", ".html", ".xlsx", ".csv", ".json"}
    assert [name for name in one if one[name] != other[name] and not name.endswith("/signature.json")] == []
