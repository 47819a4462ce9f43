"""Three sites with five funders in two countries: refused until the heat network's own factors are told, then issued."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from premises.reading import Reading
from premises.site import Cluster
from premises.sitefile import example, load_premises
from premises.time import Interval, local_midnight
from reports.ledger.read import counters_of
from stores.opening import open_store

PAGE = Path(__file__).parents[2] / "docs" / "editions.md"
QUARTER = timedelta(minutes=15)


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`greenroom report …` on a day of readings of every counter of the three sites."""
    from greenroom.cli import main

    cluster = load_premises(str(example("pole-images")))
    assert isinstance(cluster, Cluster)
    sites = cluster.sites
    store = open_store(f"duckdb:///{tmp_path / 'readings.duckdb'}", sites)
    for site in sites:
        day = Interval(*(local_midnight(date(2026, 3, day), site.zoneinfo) for day in (2, 3)))
        for number, (*_, point, _) in enumerate(counters_of(site), start=1):
            rows = [Reading(point.id, day.start + k * QUARTER, 500.0 + number * k / 8, day.end) for k in range(97)]
            store.write(site.id, rows)
    store.close()

    def command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["report", *arguments, "--data", str(tmp_path)])
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return command


def issued(run: Callable[..., tuple[int, str, str]]) -> tuple[int, str, str]:
    now = ("--now", "2026-03-08T08:00:00Z", "--by", "the office", "--form", "csv")
    return run("issue", "funder", "pole-images", "--period", "2026-03-02", *now)


@pytest.mark.slow
def test_the_page_of_editions_shows_how_the_cluster_comes_by_its_report(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    status, _, told = issued(run)
    assert status == 1
    assert "no factor primary of the heat network of pole-images-tourcoing in 2026: tell the network's own" in told
    assert "greenroom report corrections template --site pole-images-tourcoing --year 2026" in told

    [table] = re.findall(r"```csv\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    file = tmp_path / "heat.csv"
    file.write_text(table, encoding="utf-8")
    status, out, told = run("corrections", "import", str(file), "--site", "pole-images-tourcoing", "--now", "2026-03-08T08:00:00Z")
    assert (status, told) == (0, "")
    assert "2 corrections without fault, 2 new" in out

    status, out, told = issued(run)
    assert status == 0, told
    document = json.loads((tmp_path / "editions" / out.split()[0] / "report.json").read_text(encoding="utf-8"))["report"]
    assert {cover["country"] for cover in document["covers"]} == {"FR", "BE"}
    assert len({cover["funder"] for cover in document["covers"]}) == 5
    assert {factor["value"] for factor in document["factors"] if factor["carrier"] == "heat_network"} == {0.087, 0.6}


def test_the_lines_that_a_site_needs_are_printed_to_be_filled_in(capsys: pytest.CaptureFixture[str]) -> None:
    from greenroom.cli import main

    def printed(site: str) -> list[str]:
        with pytest.raises(SystemExit):
            main(["report", "corrections", "template", "--site", site, "--year", "2026"])
        return capsys.readouterr().out.splitlines()

    lines = printed("pole-images-tourcoing")
    assert [line.split(",")[1:8] for line in lines[1:]] == [
        ["heat_network_factor", "heat", "2026-01-01", "2026-12-31", "", unit, ""] for unit in ("kgCO2e/kWh", "kWhEP/kWhEF")
    ]
    assert len(printed("la-kolok")) == 1, "burns gas, whose factors are in the register"
