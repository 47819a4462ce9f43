"""Which ordered report is due follows from the orders, the day and the shelf."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from premises.desks import EditionInfo
from premises.reporting import ReportName, ReportOrder, Rhythm
from reports.editions.due import Part, due_reports
from reports.kinds import kinds

PARIS = ZoneInfo("Europe/Paris")
LETTER = ReportOrder(ReportName.LETTER, Rhythm.MONTH, after_days=5)
FUNDER = ReportOrder(ReportName.FUNDER, Rhythm.YEAR, after_days=30)


def days(order: ReportOrder, now: datetime, issued: tuple[EditionInfo, ...] = (), since: date | None = None) -> list[str]:
    return [f"{due.first}..{due.last}" for due in due_reports([order], issued, now, PARIS, since)]


def edition(first: date, last: date, kind: str = "letter") -> EditionInfo:
    return EditionInfo("x-e1", "s", kind, 1, first, last, ("fr",), datetime(2026, 1, 1, tzinfo=UTC), {}, "")


def test_a_month_is_due_when_its_days_of_grace_are_over_in_local_time() -> None:
    assert days(LETTER, datetime(2026, 11, 5, 22, 59, tzinfo=UTC))[-1] == "2026-09-01..2026-09-30"
    assert days(LETTER, datetime(2026, 11, 5, 23, 1, tzinfo=UTC))[-1] == "2026-10-01..2026-10-31", "the 6th has begun in Paris"


def test_after_a_long_silence_three_months_are_made_up_for_oldest_first() -> None:
    assert days(LETTER, datetime(2026, 1, 20, tzinfo=UTC)) == [
        "2025-10-01..2025-10-31",
        "2025-11-01..2025-11-30",
        "2025-12-01..2025-12-31",
    ]


def test_what_is_on_the_shelf_is_not_due_again_and_another_kind_is_no_excuse() -> None:
    now = datetime(2026, 1, 20, tzinfo=UTC)
    december = (date(2025, 12, 1), date(2025, 12, 31))
    assert days(LETTER, now, (edition(*december),))[-1] == "2025-11-01..2025-11-30"
    assert days(LETTER, now, (edition(*december, "month"),))[-1] == "2025-12-01..2025-12-31"


def test_nothing_is_asked_for_of_the_time_before_anything_was_measured() -> None:
    assert days(LETTER, datetime(2026, 1, 20, tzinfo=UTC), since=date(2025, 12, 1)) == ["2025-12-01..2025-12-31"]


def test_a_year_is_due_after_its_days_of_grace() -> None:
    assert days(FUNDER, datetime(2027, 1, 30, tzinfo=UTC)) == ["2025-01-01..2025-12-31"]
    assert days(FUNDER, datetime(2027, 1, 31, tzinfo=UTC)) == ["2026-01-01..2026-12-31"]


@pytest.mark.parametrize("name", list(ReportName))
def test_every_kind_that_can_be_ordered_can_be_made(name: ReportName) -> None:
    assert name.value in kinds()


def test_every_kind_that_can_be_made_can_be_ordered() -> None:
    assert set(kinds()) == {name.value for name in ReportName}


def test_a_series_is_due_until_each_of_its_parts_has_its_edition() -> None:
    """A crash after the first of three tenants leaves two to be made up for; the owner's copy is one of the parts."""
    tenants = ReportOrder(ReportName.TENANT, Rhythm.YEAR, after_days=30)
    parts = {Part("s", "anna"), Part("s", "bert"), Part("s")}
    year = (date(2026, 1, 1), date(2026, 12, 31))
    anna = replace(edition(*year, "tenant"), tenant="anna")
    now = datetime(2027, 2, 20, tzinfo=UTC)
    (due,) = due_reports([tenants], [anna], now, PARIS, parts=lambda *_: parts)
    assert due.lacking == frozenset({Part("s", "bert"), Part("s")})
    rest = [replace(edition(*year, "tenant"), tenant=name) for name in ("bert", None)]
    assert due_reports([tenants], [anna, *rest], now, PARIS, parts=lambda *_: parts) == []


def test_a_period_with_no_part_is_not_due() -> None:
    productions = ReportOrder(ReportName.PRODUCTION, Rhythm.MONTH, after_days=5)
    assert due_reports([productions], [], datetime(2026, 2, 20, tzinfo=UTC), PARIS, parts=lambda *_: ()) == []
