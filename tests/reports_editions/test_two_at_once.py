"""Two processes that issue the same report at once: each number is given once, and the later edition corrects the first."""

from __future__ import annotations

import multiprocessing
from collections.abc import Mapping
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from unittest import mock

import pytest

from premises.errors import ConflictError
from reports.editions import issue as issuing
from reports.editions.errors import NothingChangedError
from reports.editions.folder import write_edition
from reports.editions.shelf import FolderShelf
from tests.reports_editions.stories import NOW, inputs, ledger, report, site, with_reading

PATIENCE_S = 60.0
WROTE, SAME, REASON = "issued", "nothing changed", "no reason"


def issuer(shelf: Path, kwh: float, reason: str, both: Barrier, told: Queue[tuple[str, int]]) -> None:
    """Issues once; before its first writing it waits until the other has drawn its number too."""
    waited: list[str] = []

    def together(root: Path, edition_id: str, files: Mapping[str, bytes]) -> Path:
        if not waited:
            waited.append(edition_id)
            both.wait(PATIENCE_S)
        return write_edition(root, edition_id, files)

    given = inputs(with_reading(ledger(site()), 7, kwh))
    order = issuing.Order("la-kolok", "the office", NOW, reason=reason, forms=("csv",))
    try:
        with mock.patch.object(issuing, "write_edition", together):
            edition = issuing.issue(report(given), given, FolderShelf(shelf), order)
        told.put((WROTE, edition.manifest.number))
    except NothingChangedError:
        told.put((SAME, 0))
    except ConflictError:
        told.put((REASON, 0))
    assert waited[0].endswith("-e1"), "both had drawn the first number"


def at_once(shelf: Path, *given: tuple[float, str]) -> list[tuple[str, int]]:
    """What came of two processes, in order of words and number."""
    context = multiprocessing.get_context("spawn")
    both, told = context.Barrier(2), context.Queue()
    running = [context.Process(target=issuer, args=(shelf, kwh, reason, both, told), daemon=True) for kwh, reason in given]
    for one in running:
        one.start()
    found = sorted(told.get(timeout=PATIENCE_S) for _ in running)
    for one in running:
        one.join(PATIENCE_S)
        assert one.exitcode == 0
    return found


@pytest.mark.slow
def test_the_same_report_is_issued_once(tmp_path: Path) -> None:
    assert at_once(tmp_path, (5.0, ""), (5.0, "")) == [(WROTE, 1), (SAME, 0)]
    assert [edition.manifest.number for edition in FolderShelf(tmp_path).all()] == [1]


@pytest.mark.slow
def test_reports_that_differ_get_numbers_of_their_own_and_the_later_corrects_the_first(tmp_path: Path) -> None:
    assert at_once(tmp_path, (5.0, "read again"), (6.0, "read again")) == [(WROTE, 1), (WROTE, 2)]
    first, second = FolderShelf(tmp_path).all()
    assert (first.manifest.number, second.manifest.number) == (1, 2)
    assert (second.manifest.supersedes, second.manifest.supersedes_hash) == (first.manifest.id, first.manifest_hash)
    assert second.manifest.changes
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".draft")], "no half-written folder is left"


@pytest.mark.slow
def test_the_later_without_a_reason_is_refused(tmp_path: Path) -> None:
    assert at_once(tmp_path, (5.0, ""), (6.0, "")) == [(WROTE, 1), (REASON, 0)]
