"""Reading what a report is made from out of the stores and books: everything through ports, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from premises.booking import Booking
from premises.errors import UnknownNameError
from premises.ports import BookingQuery, Resolution
from premises.site import Cluster, Site
from premises.time import Interval, local_midnight
from reports.inputs import Inputs, MonthSum, SiteInputs, Sources, Supplements, period_of
from reports.ledger import Ledger
from reports.ledger.read import counters_of, read_ledger
from reports.yearbefore import inside_days, outdoor_days, read_baseline

OUTDOOR = "outdoor"
AROUND = timedelta(days=2)


def gather(
    premises: Site | Cluster,
    sources: Sources,
    first: date,
    last: date,
    now: datetime,
    *,
    languages: Sequence[str] = (),
    only: str | None = None,
    earlier: bool = False,
    baseline: bool = False,
    history_years: int = 0,
) -> Inputs:
    """Read all that the reports of these local days (both included) need. Raises what the ports raise, ValueError if reversed.

    earlier: read the same days of the year before too, for what compares. history_years: read months of so many years as well.
    baseline: read days of a year before, and temperatures by day.
    """
    if last < first:
        raise ValueError(f"the period ends {last.isoformat()} before it starts {first.isoformat()}")
    sites = premises.sites if isinstance(premises, Cluster) else (premises,)
    return Inputs(
        tuple(
            gather_site(site, sources, first, last, now, earlier=earlier, baseline=baseline, history_years=history_years)
            for site in sites
        ),
        first,
        last,
        now,
        premises if isinstance(premises, Cluster) else None,
        tuple(languages),
        only,
    )


def gather_site(
    site: Site,
    sources: Sources,
    first: date,
    last: date,
    now: datetime,
    *,
    earlier: bool = False,
    baseline: bool = False,
    history_years: int = 0,
) -> SiteInputs:
    """One site's part."""
    period = period_of(site, first, last)
    ledger = _ledger(site, sources, period, now)
    before = period_of(site, year_before(first), year_before(last)) if earlier else None
    year = read_baseline(site, sources, first, now) if baseline else None
    return SiteInputs(
        site=site,
        ledger=ledger,
        bookings=_bookings(site, sources, period),
        decisions=_decisions(site, sources, period),
        supplements=sources.supplements(site, period) if sources.supplements else Supplements(),
        outdoor_c=_outdoor(site, sources, period, now),
        losses=tuple(sources.losses.find(site.id, period)) if sources.losses else (),
        earlier=None if before is None else _ledger(site, sources, before, now),
        history=_history(site, sources, last, history_years, now) if history_years else {},
        earlier_outdoor_c=() if before is None else _outdoor(site, sources, before, now),
        baseline=year,
        outdoor_days=outdoor_days(site, sources.store, [period, *([year.period] if year else [])], now) if baseline else {},
        inside_days=inside_days(site, sources.store, period, now) if baseline else {},
    )


def _ledger(site: Site, sources: Sources, period: Interval, now: datetime) -> Ledger:
    """With corrections."""
    read = read_ledger(site, sources.store, period, now) if sources.ledgers is None else sources.ledgers.read(site, period, now)
    return read if sources.correct is None else sources.correct(site, read)


def _history(site: Site, sources: Sources, last: date, years: int, now: datetime) -> dict[tuple[str, str], tuple[MonthSum, ...]]:
    """Months of every register, the newest last; whole months only where they are past."""
    start = local_midnight(last.replace(year=last.year - years, day=1), site.zoneinfo)
    end = min(period_of(site, last, last).end, max(now, start))
    found: dict[tuple[str, str], tuple[MonthSum, ...]] = {}
    for meter, register, point, factor in counters_of(site):
        if factor is None or start >= end:
            continue
        months = sources.store.energy(site.id, point.id, Interval(start, end), Resolution.MONTH)
        found[meter, register] = tuple(
            (
                bucket.start.astimezone(site.zoneinfo).date(),
                None if bucket.kwh is None else bucket.kwh * factor,
                bucket.estimated_kwh * factor,
                bucket.completeness,
            )
            for bucket in months
        )
    return found


def year_before(day: date) -> date:
    """The same day a year before; 29 February gives the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _bookings(site: Site, sources: Sources, period: Interval) -> tuple[Booking, ...]:
    if sources.bookings is None:
        return ()
    found = sources.bookings.find(BookingQuery(site=site.id, overlaps=period))
    return tuple(stored.booking for stored in found)


def _decisions(site: Site, sources: Sources, period: Interval) -> tuple:  # type: ignore[type-arg]
    if sources.decisions is None:
        return ()
    return tuple(one for zone in site.zones for one in sources.decisions.history(site.id, zone.id, period))


def _outdoor(site: Site, sources: Sources, period: Interval, now: datetime) -> tuple[tuple[datetime, float, float], ...]:
    points = [point for point in site.points_of(OUTDOOR) if point.quantity.name == "outdoor_temperature"]
    start, end = period.start - AROUND, min(period.end + AROUND, max(now, period.start))
    if not points or start >= end:
        return ()
    try:
        buckets = sources.store.series(site.id, points[0].id, Interval(start, end), Resolution.HOUR)
    except UnknownNameError:
        return ()
    return tuple((b.start, b.low, b.high) for b in buckets if b.low is not None and b.high is not None)
