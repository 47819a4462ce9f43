"""The ledger: what is measured, estimated and missing; local days and months; nothing that is not known counts as zero."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from premises.site import Site
from premises.time import SLOT, Interval, local_day, local_month
from reports.inputs import SiteInputs, period_of
from reports.ledger import EXPORT, IMPORT
from reports.ledger.read import read_ledger
from reports.ledger.sums import added, local_months, register_sum
from reports.parts.figure import coverage, energy_figure
from reports.parts.quality import meter_rows, quality_table
from tests.reports.flat import NOW, FlatStore
from tests.reports.meters import KnownEnergy, small_site

SITE = small_site()
FLAT = {"grid/energy": 2.0, "grid/energy_export": 0.5, "pv/energy": 1.0, "rig/energy": 0.75, "gas/energy": 3.0}


def ledger_of(first: date, last: date, gaps: list[tuple[str, Interval]] | None = None, now: datetime = NOW, site: Site = SITE):  # type: ignore[no-untyped-def]
    return read_ledger(site, FlatStore(FLAT, gaps or []), period_of(site, first, last), now)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 5, 1), 24)])
def test_a_local_day_has_the_hours_that_it_has(day: date, hours: int) -> None:
    found = register_sum(ledger_of(day, day), "grid")
    assert (found.quarters, found.kwh, found.completeness) == (hours * 4, hours * 8.0, 1.0)


def test_months_are_cut_at_local_midnight_and_meet_without_a_rest() -> None:
    ledger = ledger_of(date(2026, 1, 1), date(2026, 12, 31))
    months = local_months(ledger)
    assert len(months) == 12
    assert months[2][1] == local_month(2026, 3, SITE.zoneinfo)
    assert sum(register_sum(ledger, "grid", within=span).quarters for _, span in months) == len(ledger.kwh) == 35_040
    assert register_sum(ledger, "grid", within=months[2][1]).kwh == 743 * 8.0  # March has an hour less


def test_a_missing_hour_is_no_zero_and_lowers_the_completeness() -> None:
    noon = datetime(2026, 5, 1, 10, tzinfo=UTC)
    ledger = ledger_of(date(2026, 5, 1), date(2026, 5, 1), [("grid/energy", Interval(noon, noon + timedelta(hours=6)))])
    found = register_sum(ledger, "grid")
    assert found.kwh == 18 * 8.0
    assert (found.known, found.missing, found.completeness) == (72, 0.25, 0.75)
    load = energy_figure("load", "load", [(1, found), (1, register_sum(ledger, "pv"))])
    assert load.completeness == pytest.approx(0.875)
    assert load.missing == pytest.approx(0.125)


def test_what_is_not_known_at_all_is_not_available_and_spoils_the_sum() -> None:
    ledger = ledger_of(date(2026, 5, 1), date(2026, 5, 1), [("pv/energy", local_day(date(2026, 5, 1), SITE.zoneinfo))])
    assert register_sum(ledger, "pv").kwh is None
    assert register_sum(ledger, "nothing").kwh is None
    assert energy_figure("x", "x", [(1, register_sum(ledger, "grid")), (1, register_sum(ledger, "pv"))]).value is None
    assert energy_figure("x", "x", []).value is None


def test_registers_are_added_only_where_all_are_known() -> None:
    noon = datetime(2026, 5, 1, 10, tzinfo=UTC)
    ledger = ledger_of(date(2026, 5, 1), date(2026, 5, 1), [("rig/energy", Interval(noon, noon + SLOT))])
    together = added(ledger, ["grid", "rig"])
    assert int(together.isna().sum()) == 1
    assert together.dropna().unique().tolist() == [2.75]


def test_what_is_not_past_is_not_expected() -> None:
    noon = datetime(2026, 5, 1, 10, 7, tzinfo=UTC)
    ledger = ledger_of(date(2026, 5, 1), date(2026, 5, 31), now=noon)
    assert ledger.until == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert register_sum(ledger, "grid").quarters == 48
    before = ledger_of(date(2026, 5, 1), date(2026, 5, 31), now=datetime(2026, 4, 1, tzinfo=UTC))
    assert len(before.kwh) == 0
    assert register_sum(before, "grid").kwh is None


def test_a_store_without_bulk_gives_the_same_ledger() -> None:
    class OneByOne(KnownEnergy):
        energy = FlatStore.energy
        _of = FlatStore._of

        def __init__(self) -> None:
            self._kwh = FLAT

    period = period_of(SITE, date(2026, 3, 29), date(2026, 3, 29))
    slow, fast = (read_ledger(SITE, store, period, NOW) for store in (OneByOne(), FlatStore(FLAT)))
    assert slow.kwh.equals(fast.kwh)
    assert slow.completeness.equals(fast.completeness)


def test_estimated_energy_is_told_apart() -> None:
    store = FlatStore(FLAT, estimated=["grid/energy_export"])
    ledger = read_ledger(SITE, store, period_of(SITE, date(2026, 5, 1), date(2026, 5, 1)), NOW)
    taken, sent = register_sum(ledger, "grid", IMPORT), register_sum(ledger, "grid", EXPORT)
    assert (sent.kwh, sent.estimated_kwh, sent.measured_kwh) == (48.0, 48.0, 0.0)
    told = coverage([(1, taken), (-1, sent)])
    assert told.estimated == pytest.approx(48 / (192 + 48))
    assert told.measured == pytest.approx(192 / 240)


def test_quality_names_the_longest_gap_of_each_month() -> None:
    start = datetime(2026, 5, 3, 6, tzinfo=UTC)
    gaps = [
        ("grid/energy", Interval(start, start + timedelta(hours=5))),
        ("grid/energy", Interval(start + timedelta(days=2), start + timedelta(days=2, hours=2))),
    ]
    one = SiteInputs(SITE, ledger_of(date(2026, 5, 1), date(2026, 6, 30), gaps))
    rows = [row for row in quality_table([one]).rows if row[1] == "grid" and str(row[3]).startswith("Month(year=2026, month=5")]
    expected, missing, longest, complete, measured = rows[0][4:9]
    assert (expected, missing, longest) == (31 * 96, 28, 5.0)
    assert complete == pytest.approx(100 * (1 - 28 / (31 * 96)))
    assert measured == (31 * 96 - 28) * 2.0


def test_the_rows_behind_the_figures_add_up_to_them() -> None:
    one = SiteInputs(SITE, ledger_of(date(2026, 10, 24), date(2026, 10, 26)))
    for hourly, rows_a_register in ((False, 3), (True, 73)):
        rows = [row for row in meter_rows([one], hourly=hourly).table.rows if row[1] == "grid" and row[2] == IMPORT]
        assert len(rows) == rows_a_register
        together = sum(row[4] for row in rows if isinstance(row[4], float))
        assert together == pytest.approx(register_sum(one.ledger, "grid").kwh)
    assert [row[4] for row in meter_rows([one]).table.rows if row[1] == "grid" and row[2] == IMPORT] == [192.0, 200.0, 192.0]


def test_a_day_of_which_nothing_is_known_has_an_empty_row() -> None:
    gone = local_day(date(2026, 5, 2), SITE.zoneinfo)
    one = SiteInputs(SITE, ledger_of(date(2026, 5, 1), date(2026, 5, 3), [("pv/energy", gone)]))
    rows = [row for row in meter_rows([one]).table.rows if row[1] == "pv"]
    assert [row[4] for row in rows] == [96.0, None, 96.0]
    assert np.isnan(one.ledger.kwh[("pv", IMPORT)].to_numpy()).sum() == 96
