"""From the store to an edition that an auditor takes apart, by the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from premises.reading import Reading
from premises.sitefile import example, load_site
from stores.opening import open_store

Run = Callable[..., tuple[int, str, str]]
NOW = ("--now", "2026-10-05T08:00:00Z")
PERIOD = ("--period", "2026-10-01..2026-10-02")
QUICK = ("--form", "html", "--form", "csv")
EDITION = "month-la-kolok-2026-10-01-2026-10-02-e1"
FIGURE = "la-kolok.import.electricity"


def issue(run: Run, *more: str) -> tuple[int, str, str]:
    return run("issue", "month", "la-kolok", *PERIOD, *NOW, "--language", "fr", "--by", "the office", *more)


def change_store(data: Path, value: float, at: datetime = datetime(2026, 10, 1, 12, tzinfo=UTC)) -> None:
    """One reading of the grid's counter, written anew: the newer write wins."""
    site = load_site(str(example("la-kolok")))
    store = open_store(f"duckdb:///{data / 'readings.duckdb'}", [site])
    store.write(site.id, [Reading("grid/energy", at, value, at)])
    store.close()


@pytest.mark.slow
def test_an_edition_is_issued_signed_verified_and_explained(run: Run, data: Path) -> None:
    assert run("key")[0] == 0
    status, out, err = issue(run)
    assert (status, err) == (0, "")
    assert out.split()[0] == EDITION
    assert EDITION in run("list", "la-kolok")[1]

    status, out, _ = run("verify", EDITION, "--site", "la-kolok")
    assert status == 0
    assert "with the trusted key" in out
    assert "the store says of la-kolok what it said then" in out

    status, out, _ = run("explain", EDITION, FIGURE, "--rows", "3")
    assert status == 0
    assert "2026-09-30T22:00:00Z  3.000000 kWh" in out
    assert "sum of 192 quarter hours: 576.000000 kWh as the figure says" in out
    told = json.loads(run("explain", EDITION, FIGURE, "--json")[1])
    assert told["value"] == pytest.approx(576.0)
    assert len(told["evidence"][0]["rows"]) == 192
    assert FIGURE in run("explain", EDITION)[1]

    sent = data / "sent.pdf"
    sent.write_bytes((data / "editions" / EDITION / f"{EDITION[:-3]}.fr.pdf").read_bytes())
    assert f"is {EDITION[:-3]}.fr.pdf of {EDITION}, byte for byte" in run("verify", str(sent))[1]
    sent.write_bytes(sent.read_bytes()[:-1] + b"x")
    status, out, _ = run("verify", str(sent))
    assert status == 1
    assert "is no file of any edition" in out


@pytest.mark.slow
def test_one_reading_changed_in_the_store_is_found_and_a_correction_says_what_it_changed(run: Run, data: Path) -> None:
    issue(run, *QUICK)
    assert issue(run, *QUICK)[0] == 1, "nothing changed"
    change_store(data, 1170.0)
    status, out, _ = run("verify", EDITION, "--site", "la-kolok")
    assert status == 1
    assert "grid/energy at 2026-10-01T11:45:00Z: kwh 3.0 -> 5.0" in out
    assert "grid/energy at 2026-10-01T12:00:00Z: kwh 3.0 -> 1.0" in out
    assert "pv/energy" not in out
    status, _, err = issue(run, *QUICK)
    assert (status, "say with a reason" in err) == (1, True)
    status, out, _ = issue(run, "--reason", "a reading was written anew", *QUICK)
    assert status == 0
    assert EDITION.replace("-e1", "-e2") in out
    assert f"superseded by {EDITION.replace('-e1', '-e2')}" in run("list")[1]
    assert run("verify", EDITION.replace("-e1", "-e2"), "--site", "la-kolok")[0] == 0


@pytest.mark.slow
def test_a_reading_changed_within_a_quarter_hour_shows_though_it_changes_no_energy(run: Run, data: Path) -> None:
    issue(run, *QUICK)
    assert "every reading of 5 counters is as it was" in run("verify", EDITION, "--site", "la-kolok")[1]
    change_store(data, 1169.0, datetime(2026, 10, 1, 12, 5, tzinfo=UTC))
    status, out, _ = run("verify", EDITION, "--site", "la-kolok")
    assert status == 1
    assert "the store says of la-kolok what it said then" in out
    assert "a reading of grid/energy on 2026-10-01 was changed, added or removed since" in out


@pytest.mark.slow
def test_a_withdrawn_factor_refuses_and_a_corrected_gap_stands_beside_the_measured(run: Run, data: Path) -> None:
    table = data / "corrections.csv"
    identity = "FR electricity location 2024, ADEME mix moyen France 2024"
    table.write_text(
        "kind,subject,since,until,value,unit,reason\n"
        f'factor_withdrawn,"{identity}",2026-01-01,,,,its publisher took it back\n'
        "energy,stage-1-rig,2026-10-01,2026-10-01,24,kWh,read by hand\n"
    )
    status, out, _ = run("corrections", "import", str(table), "--site", "la-kolok", "--by", "the office", *NOW)
    assert (status, out) == (0, "2 corrections without fault, 2 new\n")
    assert "0 new" in run("corrections", "import", str(table), "--site", "la-kolok", "--by", "the office", *NOW)[1]
    status, _, err = issue(run, *QUICK)
    assert status == 1
    assert "its publisher took it back" in err
    told = json.loads(run("corrections", "list", "la-kolok", "--json")[1])
    withdrawn = next(one["id"] for one in told if one["kind"] == "factor_withdrawn")
    assert run("corrections", "withdraw", withdrawn, "--by", "the office", "--reason", "it was another one")[0] == 0
    assert issue(run, *QUICK)[0] == 0
    rows = (data / "editions" / EDITION / "quarters.la-kolok.csv").read_text().splitlines()
    place = rows[0].split(",").index("stage-1-rig.energy.corrected_kwh")
    assert float(rows[1].split(",")[place]) == pytest.approx(0.25)


@pytest.mark.slow
def test_an_edition_under_legal_hold_outlives_its_date(run: Run, data: Path) -> None:
    issue(run, *QUICK)
    assert run("hold", EDITION, "--by", "the lawyer", "--reason", "audit of the fund")[0] == 0
    told = run("expire", "--by", "the office", "--today", "2040-01-01", "--yes")[1]
    assert f"{EDITION}  kept until 2036-12-31  held by the lawyer: audit of the fund\nlet go: 0" in told
    assert run("release", EDITION, "--by", "the lawyer")[1] == "released: 1\n"
    assert "may go" in run("expire", "--by", "the office", "--today", "2040-01-01")[1]
    assert (data / "editions" / EDITION).is_dir(), "only shown without --yes"
    assert "let go: 1" in run("expire", "--by", "the office", "--today", "2040-01-01", "--yes")[1]
    assert run("list")[0] == 1


def test_a_draft_says_that_it_is_one(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("draft", "month", "la-kolok", *PERIOD, *NOW, "--out", str(tmp_path / "out"), "--form", "html")
    assert status == 0
    page = next(Path(line) for line in out.splitlines() if line.endswith(".fr.html"))
    assert "projet, non émis" in page.read_text()
    assert not list((tmp_path / "out").glob("*.pdf"))


def test_all_faults_of_a_table_are_told(run: Run, data: Path) -> None:
    (data / "c.csv").write_text("kind,subject,since,reason,value\nreading,grid,2026-10-01,x,1\nenergy,x,y,,z\n")
    status, _, err = run("corrections", "import", str(data / "c.csv"), "--site", "la-kolok", "--by", "me")
    assert status == 1
    assert "line 2: kind" in err
    assert "line 3: since" in err
    assert run("corrections", "import", str(data / "none.csv"), "--site", "la-kolok")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("issue", "mnth", "la-kolok", *PERIOD), 1, "no kind of report 'mnth'; there are month, funder"),
        (("issue", "month", "la-kolok", "--period", "2026-13"), 2, "write 2026, 2026-10"),
        (("issue", "month", "la-kolok", "--period", "2026-10-02..2026-10-01"), 2, "ends before it starts"),
        (("verify", "unheard-of-e1"), 1, "no edition 'unheard-of-e1'"),
        (("verify", "nowhere/x.pdf"), 1, "neither a file nor a folder"),
        (("explain", "unheard-of-e1", "x"), 1, "no edition"),
        (("hold", "site:unheard-of", "--by", "me", "--reason", "audit"), 2, "holds no edition"),
        (("corrections", "withdraw", "x", "--by", "me", "--reason", "y"), 1, "there is no correction 'x'"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_with_what_would_be_right(
    run: Run, arguments: tuple[str, ...], status: int, told: str
) -> None:
    code, _, err = run(*arguments)
    assert (code, told in err, len(err.strip().splitlines())) == (status, True, 1), err
