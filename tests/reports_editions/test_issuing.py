"""Issuing editions: numbered, frozen, signed; corrections say what changed and why; what must not be issued is refused."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from premises.errors import ConflictError, UnknownNameError
from reports.content import Cover, Figures, Say, Standing, Table
from reports.editions.errors import EditionError, FactorWithdrawnError, NothingChangedError, ReportRefusedError
from reports.editions.folder import Edition
from reports.editions.issue import Order, issue
from reports.editions.keys import KeyFileError, fingerprint, load_key, load_public, make_key, public_path
from reports.editions.shelf import FolderShelf
from reports.editions.verify import Verdict, verdict_of, verify_store
from reports.inputs import Inputs, Supplements
from tests.reports_editions.stories import NOW, inputs, ledger, report, site, with_reading
from tests.reports_forms.samples import ERDF, FACTOR

QUICK = ("html", "csv")
ORDER = Order("la-kolok", "the office", NOW, forms=QUICK)


def issued(shelf: FolderShelf, given: Inputs | None = None, **order: object) -> Edition:
    given = given or inputs()
    return issue(report(given), given, shelf, replace(ORDER, **order))  # type: ignore[arg-type]


def test_an_edition_is_numbered_listed_and_read_as_it_was_issued(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path / "editions")
    assert shelf.editions() == []
    edition = issued(shelf, key=Ed25519PrivateKey.generate())
    (info,) = shelf.editions("la-kolok", "weekend")
    assert (info.id, info.number, info.signed) == ("weekend-la-kolok-2026-10-24-e1", 1, True)
    assert (info.first, info.last, info.issued_at) == (date(2026, 10, 24), date(2026, 10, 25), NOW)
    assert info.title == {
        "fr": "A weekend of La Kolok, 24 and 25 October 2026",
        "en": "A weekend of La Kolok, 24 and 25 October 2026",
    }
    assert info.forms["html.fr"] == "weekend-la-kolok-2026-10-24.fr.html"
    assert {"json", "csv.months", "csv.quarters.la-kolok", "manifest", "signature"} <= set(info.forms)
    assert b"Cette \xc3\xa9dition" in shelf.read(info.id, info.forms["html.fr"])
    assert shelf.get(info.id) == info
    assert shelf.editions("elsewhere") == []
    assert edition.manifest.keep_until == date(2036, 12, 31)


def test_nothing_but_files_of_the_edition_is_given_out(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path / "editions")
    edition = issued(shelf)
    (tmp_path / "secret").write_text("key")
    for name in ("../../secret", "/etc/passwd", "", "..", "holds.json"):
        with pytest.raises(UnknownNameError):
            shelf.read(edition.manifest.id, name)
    with pytest.raises(UnknownNameError, match="there is weekend-la-kolok-2026-10-24-e1"):
        shelf.read("weekend-la-kolok-2026-10-24", "report.json")


def test_a_file_that_was_changed_since_is_not_given_out(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    edition = issued(shelf)
    path = edition.folder / "report.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"La Kolok", b"La Kalok"))
    with pytest.raises(EditionError, match="is not as it was issued"):
        shelf.read(edition.manifest.id, "report.json")


def test_a_correction_is_a_new_edition_that_lists_what_changed_and_why(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    first = issued(shelf)
    before = {entry.name: entry.read_bytes() for entry in first.folder.iterdir()}
    changed = inputs(with_reading(ledger(site()), 10, 99.0))
    with pytest.raises(ConflictError, match="say with a reason"):
        issued(shelf, changed)
    second = issued(shelf, changed, reason="the meter was read wrongly")
    told = second.manifest
    assert (told.number, told.supersedes, told.supersedes_hash) == (2, first.manifest.id, first.manifest_hash)
    (change,) = told.changes
    old, new = (report(given).figures()["electricity.import"].value for given in (inputs(), changed))
    assert change.where == "figure electricity.import"
    assert change.before.startswith(f"{old!r} kWh")
    assert change.after.startswith(f"{new!r} kWh")
    page = shelf.read(told.id, "weekend-la-kolok-2026-10-24.fr.html").decode()
    assert "the meter was read wrongly" in page
    assert f"{old!r}" in page
    assert {entry.name: entry.read_bytes() for entry in first.folder.iterdir()} == before, "the first stays as it was issued"
    newest, oldest = sorted(shelf.editions(), key=lambda info: -info.number)
    assert (oldest.superseded_by, newest.superseded_by) == (told.id, None)


def test_an_edition_that_would_say_the_same_is_not_made(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    issued(shelf)
    with pytest.raises(NothingChangedError, match="says the same already"):
        issued(shelf, reason="once more")
    assert len(shelf.editions()) == 1


def test_a_cell_of_a_table_that_changed_is_named(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    given = inputs()
    issue(report(given), given, shelf, ORDER)
    (section,) = report(given).sections
    figures, months = section.blocks
    assert isinstance(months, Table)
    rows = ((months.rows[0][0], 1.5, *months.rows[0][2:]), months.rows[1])
    made = report(given, sections=(replace(section, blocks=(figures, replace(months, rows=rows))),))
    second = issue(made, given, shelf, replace(ORDER, reason="a wrong cell"))
    (change,) = second.manifest.changes
    assert (change.where, change.before, change.after) == ("table months, row September 2026, load_kwh", "12345.678", "1.5")


def test_a_withdrawn_factor_makes_the_report_refuse_with_the_reason(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    why = Supplements(withdrawn=((FACTOR.identity, "published by mistake, says its publisher"),))
    with pytest.raises(FactorWithdrawnError, match="ADEME mix moyen France 2024 was withdrawn: published by mistake"):
        issued(shelf, inputs(supplements=why))
    assert shelf.editions() == []


def test_a_report_that_says_it_must_not_be_issued_is_not(tmp_path: Path) -> None:
    given = inputs()
    refused = report(given, standing=Standing.REFUSED, refusals=("no factor of heat for 2026",))
    with pytest.raises(ReportRefusedError, match="no factor of heat for 2026"):
        issue(refused, given, FolderShelf(tmp_path), ORDER)
    assert list(tmp_path.iterdir()) == []


def test_the_houses_own_emblem_becomes_part_of_the_edition(tmp_path: Path) -> None:
    given = inputs()
    cover: Cover = replace(ERDF, emblem="ours.svg")
    emblems = {"ours.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>', "unused.svg": b"<svg/>"}
    edition = issue(report(given, covers=(cover,)), given, FolderShelf(tmp_path), replace(ORDER, emblems=emblems))
    assert edition.read("emblem.ours.svg") == emblems["ours.svg"]
    assert edition.manifest.file("emblem.unused.svg") is None


ISSUE = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from tests.reports_editions.stories import inputs, report
from reports.editions.issue import Order, issue
from reports.editions.shelf import FolderShelf
from tests.reports_forms.samples import ERDF
from tests.reports_forms.samples import report as sample
at = datetime.fromisoformat(sys.argv[2])
given = inputs(now=at)
made = report(given, covers=(ERDF,), sections=(*report(given).sections, *sample().sections[1:2]))
issue(made, given, FolderShelf(Path(sys.argv[1])), Order("la-kolok", "the office", at))
"""


@pytest.mark.slow
def test_two_buildings_in_other_zones_on_other_days_are_the_same_bytes(tmp_path: Path) -> None:
    moods = (
        {"TZ": "Europe/Paris", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1", "LANG": "fr_FR.UTF-8"},
        {"TZ": "Pacific/Auckland", "LC_ALL": "POSIX", "PYTHONHASHSEED": "2", "HOME": str(tmp_path), "PYTHONUTF8": "1"},
    )
    days = ("2026-11-02T09:00:00+00:00", "2027-03-01T23:30:00+00:00")
    root = Path(__file__).parents[2]
    for number, (mood, day) in enumerate(zip(moods, days, strict=True)):
        folder = tmp_path / str(number)
        folder.mkdir()
        told = subprocess.run(
            [sys.executable, "-c", ISSUE, str(folder / "shelf"), day],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(root)} | mood,
            cwd=folder,
            capture_output=True,
            timeout=100,
            check=False,
        )
        assert told.returncode == 0, told.stderr.decode()[-2000:]
    made = [{path.name: path.read_bytes() for path in (tmp_path / n / "shelf").glob("*/*")} for n in "01"]
    assert made[0].pop("signature.json") != made[1].pop("signature.json"), "who issued it and when is told there alone"
    assert set(made[0]) == set(made[1])
    assert [name for name in made[0] if made[0][name] != made[1][name]] == []
    assert {Path(name).suffix for name in made[0]} == {".pdf", ".html", ".xlsx", ".csv", ".json"}


def test_a_key_is_for_its_owner_alone_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "report-key.pem"
    told = make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert fingerprint(load_key(path).public_key()) == told == fingerprint(load_public(public_path(path)))
    with pytest.raises(KeyFileError, match="there is a key"):
        make_key(path)
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="can be read by others"):
        load_key(path)


def test_a_locked_key_opens_with_its_passphrase_alone(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    make_key(path, "sesame")
    assert b"ENCRYPTED" in path.read_bytes()
    load_key(path, "sesame")
    with pytest.raises(KeyFileError, match="cannot be opened"):
        load_key(path, "wrong")
    with pytest.raises(KeyFileError, match="cannot be opened"):
        load_key(path)


def test_the_manifest_holds_nothing_of_the_moment(tmp_path: Path) -> None:
    edition = issued(FolderShelf(tmp_path))
    told = json.loads((edition.folder / "manifest.json").read_bytes())
    assert "2026-11-02" not in json.dumps(told), "the day of the issue is in signature.json"
    assert told["until"] == "2026-10-25T23:00:00Z"
    assert told["factors"] == {FACTOR.identity: "0.0519 kgCO2e/kWh"}
    assert {"greenroom", "typst", "python"} <= set(told["software"])


def test_a_figure_that_was_refused_for_a_withdrawn_factor_stops_the_report(tmp_path: Path) -> None:
    given = inputs()
    (section,) = report(given).sections
    block = section.blocks[0]
    assert isinstance(block, Figures)
    why = Say("why.factor_withdrawn", (("what", "electricity location 2026"), ("why", "an error")))
    refused = replace(block.figures[0], value=None, standing=Standing.REFUSED, why=why)
    made = report(given, factors=(), sections=(replace(section, blocks=(Figures((refused,)),)),))
    with pytest.raises(FactorWithdrawnError, match=r"electricity\.import: .*an error"):
        issue(made, given, FolderShelf(tmp_path), ORDER)


def test_a_tenants_edition_holds_no_quarter_hours_of_other_meters(tmp_path: Path) -> None:
    given = inputs()
    edition = issue(report(given, tenant="table-commune"), given, FolderShelf(tmp_path), ORDER)
    head = edition.read("quarters.la-kolok.csv").split(b"\n")[0].decode()
    assert head.split(",") == ["start", "grid.energy", "grid.energy.completeness"]
    assert list(edition.manifest.rows["quarters.la-kolok.csv"]) == ["grid/energy"]
    assert verdict_of(verify_store(edition, {"la-kolok": given.sites[0].ledger})) is Verdict.FINE
