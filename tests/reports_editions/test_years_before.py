"""What an edition compares with is frozen in it too: savings open into the baseline year's rows, without a store."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from reports.content import Report
from reports.editions.explain import explain
from reports.editions.folder import Edition
from reports.editions.issue import Order, issue
from reports.editions.quarters import baseline_file, earlier_file, frozen_span
from reports.editions.shelf import FolderShelf
from reports.editions.verify import Verdict, verdict_of, verify_folder, verify_store
from reports.inputs import Inputs
from reports.kinds import make
from reports.ledger import Ledger
from tests.reports.flat import gathered
from tests.reports.test_savings import MARCH, Weathered, heated_site
from tests.reports_editions.stories import NOW

SAVING = "small.baseline_saving.gas"


@cache
def march() -> tuple[Report, Inputs]:
    inputs = gathered("letter", heated_site(), Weathered(), *MARCH)
    return make("letter", inputs)[0], inputs


@pytest.fixture
def edition(tmp_path: Path) -> Edition:
    report, inputs = march()
    return issue(report, inputs, FolderShelf(tmp_path), Order("small", "the office", NOW, forms=("csv",)))


def ledgers() -> tuple[Ledger, Ledger, Ledger]:
    one = march()[1].sites[0]
    assert one.baseline is not None
    assert one.earlier is not None
    return one.ledger, one.baseline, one.earlier


def changed(held: Ledger, place: int) -> Ledger:
    kwh = held.kwh.copy()
    kwh.iloc[place, 0] = 7.0
    return replace(held, kwh=kwh)


def test_a_saving_opens_into_the_rows_of_the_period_and_of_the_year_it_is_told_against(edition: Edition) -> None:
    told = explain(edition, SAVING)
    spans = {one.evidence.interval.start.year: one for one in told.opened if one.evidence.interval is not None}
    assert set(spans) == {2024, 2026}, "2025 begins in 2024 by universal time"
    assert len(spans[2024].rows) == 365 * 96
    assert [one.agrees for one in told.opened] == [True, True]
    gas = ledgers()[1].arrays("gas", "energy")[0]
    assert spans[2024].sum_kwh == pytest.approx(float(np.nansum(gas)))


def test_the_years_before_are_frozen_and_one_changed_row_of_them_is_found(edition: Edition) -> None:
    name = baseline_file("small")
    assert {name, earlier_file("small")} <= set(edition.manifest.rows)
    assert verdict_of(verify_folder(edition.folder)) is Verdict.WARNING, "not signed, and nothing else"
    path = edition.folder / name
    path.chmod(0o644)
    lines = path.read_bytes().split(b"\n")
    lines[5000] = lines[5000].rsplit(b",", 1)[0] + b",77"
    path.write_bytes(b"\n".join(lines))
    wrong = [finding.text for finding in verify_folder(edition.folder) if finding.verdict is Verdict.WRONG]
    assert any(text.startswith(f"{name}: a reading of ") and " on 2025-02-2" in text for text in wrong)


def test_a_reading_of_the_baseline_year_that_the_store_tells_otherwise_now_is_found(edition: Edition) -> None:
    now, baseline, earlier = ledgers()
    past = {baseline_file("small"): baseline, earlier_file("small"): earlier}
    assert {finding.verdict for finding in verify_store(edition, {"small": now}, past=past)} == {Verdict.FINE}
    told = verify_store(edition, {"small": now}, past=past | {baseline_file("small"): changed(baseline, 4000)})
    [wrong] = [finding.text for finding in told if finding.verdict is Verdict.WRONG]
    assert wrong.startswith("baseline.small.csv of a year before: the store says something else now: grid/energy at 2025-02-11T")


def test_what_a_frozen_file_covers_is_read_from_it(edition: Edition) -> None:
    assert frozen_span(edition, baseline_file("small")) == ledgers()[1].period
    assert frozen_span(edition, earlier_file("small")) == ledgers()[2].period
    assert frozen_span(edition, baseline_file("elsewhere")) is None


def test_temperatures_that_savings_rest_on_lie_beside_them(edition: Edition) -> None:
    lines = edition.read("temperature_days.csv").decode().splitlines()
    assert len(lines) == 1 + 31 * 2, "outdoors and the one heated zone, every day of March"
    assert edition.read("baseline_days.csv").decode().count("2025-") >= 365
