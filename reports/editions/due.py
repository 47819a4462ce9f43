"""Which ordered reports are due: computed from the orders, the instant and what was issued; nothing else is remembered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from premises.desks import EditionInfo
from premises.reporting import ReportOrder, Rhythm

CATCH_UP = {Rhythm.MONTH: 3, Rhythm.YEAR: 1}
"""How many past periods are made up for after a long silence; older ones are for a person to ask for."""


@dataclass(frozen=True, slots=True)
class DueReport:
    """An order whose period is over and of which nothing was issued."""

    order: ReportOrder
    first: date
    last: date


def due_reports(
    orders: Collection[ReportOrder], issued: Sequence[EditionInfo], now: datetime, zone: ZoneInfo, since: date | None = None
) -> list[DueReport]:
    """Oldest first. issued: editions of the same site or cluster; since: periods that ended before it are not asked for."""
    today = now.astimezone(zone).date()
    there = {(info.kind, info.first, info.last) for info in issued}
    due = [
        DueReport(order, first, last)
        for order in orders
        for first, last in _past_periods(order, today)
        if (order.kind.value, first, last) not in there and (since is None or last >= since)
    ]
    return sorted(due, key=lambda one: (one.last, one.order.kind.value))


def _past_periods(order: ReportOrder, today: date) -> Iterator[tuple[date, date]]:
    """The newest periods that are over, and whose days of grace are."""
    latest = today - timedelta(days=order.after_days)
    for back in range(CATCH_UP[order.every]):
        if order.every is Rhythm.YEAR:
            year = latest.year - 1 - back
            yield date(year, 1, 1), date(year, 12, 31)
        else:
            months = latest.year * 12 + latest.month - 1 - 1 - back
            first = date(months // 12, months % 12 + 1, 1)
            following = date((months + 1) // 12, (months + 1) % 12 + 1, 1)
            yield first, following - timedelta(days=1)
