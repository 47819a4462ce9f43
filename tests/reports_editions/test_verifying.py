"""Verifying and explaining: one changed byte or reading is found and named; each figure opens into its quarter hours."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from premises.errors import UnknownNameError
from reports.editions.errors import EditionError
from reports.editions.explain import explain
from reports.editions.folder import Edition
from reports.editions.issue import Order, issue
from reports.editions.keys import fingerprint, sign
from reports.editions.quarters import quarters_csv, quarters_of, read_quarters
from reports.editions.shelf import FolderShelf
from reports.editions.verify import Finding, Verdict, verdict_of, verify_folder, verify_store
from tests.reports_editions.stories import NOW, inputs, ledger, report, site, with_reading

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TRUSTED = {fingerprint(KEY.public_key())}


@pytest.fixture
def edition(tmp_path: Path) -> Edition:
    given = inputs()
    return issue(report(given), given, FolderShelf(tmp_path), Order("la-kolok", "the office", NOW, KEY, forms=("html", "csv")))


def change(edition: Edition, name: str, how: Callable[[bytes], bytes]) -> None:
    path = edition.folder / name
    path.chmod(0o644)
    before = path.read_bytes()
    path.write_bytes(how(before))
    assert path.read_bytes() != before


def wrong(findings: list[Finding]) -> str:
    return "\n".join(finding.text for finding in findings if finding.verdict is Verdict.WRONG)


def test_an_edition_as_it_was_issued_is_fine(edition: Edition) -> None:
    findings = verify_folder(edition.folder, TRUSTED)
    assert {finding.verdict for finding in findings} == {Verdict.FINE}
    told = " ".join(finding.text for finding in findings)
    assert "every form is the same byte for byte" in told
    assert "signed by the office" in told


@pytest.mark.parametrize("name", ["figures.csv", "months.csv", "weekend-la-kolok-2026-10-24.fr.html"])
def test_one_changed_byte_is_found_and_named_with_its_line(edition: Edition, name: str) -> None:
    data = edition.read(name)
    place = data.index(b"kWh") if b"kWh" in data else data.index(b"12345")
    change(edition, name, lambda before: before[:place] + b"x" + before[place + 1 :])
    told = wrong(verify_folder(edition.folder, TRUSTED))
    assert f"{name} was changed" in told
    line = data[:place].count(b"\n") + 1
    assert f"{name}, line {line}: " in told


def test_one_changed_reading_is_found_and_named(edition: Edition) -> None:
    name = "quarters.la-kolok.csv"
    lines = edition.read(name).split(b"\n")
    cells = lines[101].split(b",")
    cells[1] = b"1.9999"
    lines[101] = b",".join(cells)
    change(edition, name, lambda _: b"\n".join(lines))
    told = wrong(verify_folder(edition.folder, TRUSTED))
    assert "quarters.la-kolok.csv: a reading of grid/energy on 2026-10-25 was changed" in told
    assert "pv/energy" not in told


def test_a_changed_content_is_told_by_the_files_that_were_not(edition: Edition) -> None:
    value = repr(report(inputs()).figures()["electricity.import"].value).encode()
    change(edition, "report.json", lambda before: before.replace(value, b"12.5", 1))
    told = wrong(verify_folder(edition.folder, TRUSTED))
    assert "report.json was changed" in told
    assert "report.json does not say what figures.csv says, line 2" in told


def test_a_missing_file_and_one_too_many_are_found(edition: Edition) -> None:
    (edition.folder / "months.csv").unlink()
    (edition.folder / "extra.csv").write_text("1")
    told = wrong(verify_folder(edition.folder, TRUSTED))
    assert "months.csv is missing" in told
    assert "extra.csv is not of the edition" in told


def test_a_manifest_that_was_made_to_fit_the_change_does_not_fit_the_signature(edition: Edition) -> None:
    change(edition, "months.csv", lambda before: before + b"\n")
    new = hashlib.sha256((edition.folder / "months.csv").read_bytes()).hexdigest()
    told = edition.manifest.file("months.csv")
    assert told is not None
    change(edition, "manifest.json", lambda before: before.replace(told.sha256.encode(), new.encode()))
    assert "manifest.json was changed" in wrong(verify_folder(edition.folder, TRUSTED))


def test_a_signature_by_another_key_or_none_is_told(edition: Edition) -> None:
    other = Ed25519PrivateKey.generate()
    forged = sign(edition.manifest_hash, NOW, "the office", other)
    change(edition, "signature.json", lambda _: forged.to_bytes())
    assert "none of those trusted" in wrong(verify_folder(edition.folder, TRUSTED))
    pretended = replace(forged, key=next(iter(TRUSTED)), public_key=edition.signature.public_key)
    change(edition, "signature.json", lambda _: pretended.to_bytes())
    assert "the signature does not hold" in wrong(verify_folder(edition.folder, TRUSTED))
    later = replace(edition.signature, issued_at="2026-01-01T00:00:00Z")
    change(edition, "signature.json", lambda _: later.to_bytes())
    assert "the signature does not hold" in wrong(verify_folder(edition.folder, TRUSTED))
    bare = sign(edition.manifest_hash, NOW, "the office", None)
    change(edition, "signature.json", lambda _: bare.to_bytes())
    findings = verify_folder(edition.folder, TRUSTED)
    assert verdict_of(findings) is Verdict.WARNING
    assert any("not signed" in finding.text for finding in findings)


def test_without_a_key_to_compare_with_a_good_signature_is_only_a_warning(edition: Edition) -> None:
    assert verdict_of(verify_folder(edition.folder)) is Verdict.WARNING


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"format": "greenroom-edition/1"}'])
def test_what_is_no_manifest_is_told(edition: Edition, data: bytes) -> None:
    change(edition, "manifest.json", lambda _: data)
    assert "the manifest cannot be read" in wrong(verify_folder(edition.folder))


def test_a_link_out_of_the_folder_is_not_followed(edition: Edition, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(edition.read("months.csv"))
    (edition.folder / "months.csv").unlink()
    (edition.folder / "months.csv").symlink_to(secret)
    assert "is a link" in wrong(verify_folder(edition.folder))


def test_the_store_is_asked_whether_it_still_says_the_same(edition: Edition) -> None:
    same = ledger(site())
    assert verdict_of(verify_store(edition, {"la-kolok": same})) is Verdict.FINE
    findings = verify_store(edition, {"la-kolok": with_reading(same, 100, 7.5)})
    was = float(same.kwh[("grid", "energy")].to_numpy()[100])
    assert wrong(findings).endswith(f"grid/energy at 2026-10-24T23:00:00Z: kwh {was!r} -> 7.5")
    gone = verify_store(edition, {"la-kolok": with_reading(same, 100, float("nan"))})
    assert "-> not known" in wrong(gone)
    assert verdict_of(verify_store(edition, {})) is Verdict.WARNING


def test_many_changed_readings_are_counted(edition: Edition) -> None:
    other = ledger(site())
    other = replace(other, kwh=other.kwh + 1)
    told = wrong(verify_store(edition, {"la-kolok": other})).split("\n")
    assert len(told) == 21
    assert told[-1].endswith(f"and {3 * 196 - 4 - 20} more quarter hours")


def test_quarter_hours_come_back_from_their_file_as_they_were() -> None:
    held = quarters_of(ledger(site()))
    again = read_quarters(quarters_csv(held), "q.csv")
    assert list(again.values) == list(held.values)
    assert (again.starts == held.starts).all()
    for name, block in held.values.items():
        np.testing.assert_array_equal(again.values[name], block)
    with pytest.raises(EditionError, match=r"q\.csv cannot be read"):
        read_quarters(quarters_csv(held).replace(b"1.1,", b"one,", 1), "q.csv")


def test_a_figure_opens_into_the_quarter_hours_it_is_made_of(edition: Edition) -> None:
    told = explain(edition, "electricity.import")
    (opened,) = told.opened
    assert len(opened.rows) == 196, "a day of 24 hours and one of 25"
    assert opened.agrees is True
    assert sum(row.kwh or 0 for row in opened.rows) == pytest.approx(told.figure.value)
    assert [row.kwh for row in opened.rows[40:44]] == [None] * 4, "a gap is no zero"
    assert told.factors == (("FR electricity location 2024, ADEME mix moyen France 2024", "0.0519 kgCO2e/kWh"),)


def test_a_figure_from_a_paper_names_the_paper(edition: Edition) -> None:
    (opened,) = explain(edition, "price").opened
    assert (opened.evidence.document, opened.rows, opened.agrees) == ("bill 2026-10", (), None)


def test_an_unknown_figure_is_told_with_the_nearest(edition: Edition) -> None:
    with pytest.raises(UnknownNameError, match=r"there is electricity\.import"):
        explain(edition, "electricity.imports")


def test_rows_that_do_not_add_up_to_the_figure_are_told(tmp_path: Path) -> None:
    given = inputs()
    made = report(given)
    other = inputs(with_reading(given.sites[0].ledger, 3, 50.0))
    edition = issue(made, other, FolderShelf(tmp_path), Order("la-kolok", "x", NOW, forms=("csv",)))
    assert [opened.agrees for opened in explain(edition, "electricity.import").opened] == [False]


def test_the_document_is_json_for_anyone(edition: Edition) -> None:
    assert json.loads(edition.read("report.json"))["format"] == "greenroom-report/1"
