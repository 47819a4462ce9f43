"""Which ordered reports are due: computed from the orders, the instant and what was issued; nothing else is remembered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from premises.desks import EditionInfo
from premises.reporting import ReportOrder, Rhythm

CATCH_UP = {Rhythm.MONTH: 3, Rhythm.YEAR: 1}
"""How many past periods are made up for after a long silence; older ones are for a person to ask for."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Whose edition it is: of a site (or a cluster as a whole), and there of a tenant or a production, "" for neither."""

    subject: str
    tenant: str = ""
    production: str = ""


@dataclass(frozen=True, slots=True)
class DueReport:
    """An order whose period is over, of which something was not issued. lacking: those parts; None: not told apart."""

    order: ReportOrder
    first: date
    last: date
    lacking: frozenset[Part] | None = None


Parts = Callable[[ReportOrder, date, date], Collection[Part]]
"""Which editions an order's period must have: of every tenant or production, where a kind has one each."""


def due_reports(
    orders: Collection[ReportOrder],
    issued: Sequence[EditionInfo],
    now: datetime,
    zone: ZoneInfo,
    since: date | None = None,
    parts: Parts | None = None,
) -> list[DueReport]:
    """Oldest first. issued: editions of the same site or cluster; since: periods that ended before it are not asked for.

    parts: due until each has its edition, so that what a crash left out is made up for; None: until there is any edition.
    """
    today = now.astimezone(zone).date()
    there = {(info.kind, info.first, info.last, part_of(info)) for info in issued}
    some = {told[:3] for told in there}
    due = []
    for order in orders:
        for first, last in _past_periods(order, today):
            if since is not None and last < since:
                continue
            key = (order.kind.value, first, last)
            if parts is None:
                due += [] if key in some else [DueReport(order, first, last)]
                continue
            lacking = frozenset(part for part in parts(order, first, last) if (*key, part) not in there)
            due += [DueReport(order, first, last, lacking)] if lacking else []
    return sorted(due, key=lambda one: (one.last, one.order.kind.value))


def part_of(info: EditionInfo) -> Part:
    """Whose that edition is."""
    return Part(info.site, info.tenant or "", info.production or "")


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
