"""Keeping and letting go: to the date, beyond it under a legal hold, and never the same number twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from premises.errors import SettingError
from reports.editions.issue import Order, issue
from reports.editions.retention import Holds, Retired, let_go, past_their_date
from reports.editions.shelf import FolderShelf
from tests.reports_editions.stories import NOW, inputs, ledger, report, site, with_reading

ORDER = Order("la-kolok", "the office", NOW, forms=("csv",))
LATER = date(2037, 1, 1)


def shelf_with_two(root: Path) -> FolderShelf:
    shelf = FolderShelf(root)
    for given in (inputs(), inputs(with_reading(ledger(site()), 10, 99.0))):
        issue(report(given), given, shelf, replace(ORDER, reason="a wrong reading"))
    return shelf


def test_editions_are_kept_to_their_date(tmp_path: Path) -> None:
    shelf = shelf_with_two(tmp_path)
    assert past_their_date(shelf.all(), [], date(2036, 12, 31)) == []
    due = past_their_date(shelf.all(), [], LATER)
    assert [one.edition.manifest.number for one in due] == [1, 2]


def test_a_later_duty_keeps_an_edition_longer_and_an_earlier_one_not_shorter(tmp_path: Path) -> None:
    given = inputs()
    kept = [
        issue(report(given, id=f"r-{year}"), given, FolderShelf(tmp_path), replace(ORDER, keep_until=date(year, 6, 30)))
        for year in (2041, 2030)
    ]
    assert [edition.manifest.keep_until for edition in kept] == [date(2041, 6, 30), date(2036, 12, 31)]


@pytest.mark.parametrize("of", ["weekend-la-kolok-2026-10-24-e1", "weekend-la-kolok-2026-10-24", "site:la-kolok"])
def test_what_is_held_stays_until_it_is_released(tmp_path: Path, of: str) -> None:
    shelf = shelf_with_two(tmp_path)
    holds = Holds(tmp_path)
    holds.put(of, "the lawyer", "audit of the fund", NOW)
    gone = let_go(tmp_path, past_their_date(shelf.all(), holds.all(), LATER), "the office", NOW)
    kept = {edition.manifest.number for edition in shelf.all()}
    assert 1 in kept
    assert len(gone) == (1 if of.endswith("-e1") else 0)
    assert holds.release(of, "the lawyer", NOW) == 1
    assert holds.release(of, "the lawyer", NOW) == 0
    let_go(tmp_path, past_their_date(shelf.all(), holds.all(), LATER), "the office", NOW)
    assert shelf.all() == []
    assert [(hold.of, hold.reason, bool(hold.released_at)) for hold in holds.all()] == [(of, "audit of the fund", True)]


def test_a_number_that_was_let_go_is_never_given_again(tmp_path: Path) -> None:
    shelf = shelf_with_two(tmp_path)
    hashes = [edition.manifest_hash for edition in shelf.all()]
    let_go(tmp_path, past_their_date(shelf.all(), [], LATER), "the office", NOW)
    assert [gone.manifest for gone in Retired(tmp_path).all()] == hashes
    given = inputs()
    again = issue(report(given), given, shelf, ORDER)
    assert again.manifest.number == 3


def test_a_hold_needs_a_reason(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="needs a reason"):
        Holds(tmp_path).put("x", "y", " ", NOW)
    assert Holds(tmp_path).all() == []
