"""Reports that the site file orders: issued when they are due, told of by the notices that watch the shelf."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial

import structlog

from greenroom.reporting.desk import Asked, ReportDesk, kind_named
from premises.errors import GreenroomError, RetryableError
from premises.ports import Alarms, BookingQuery, Resolution, TelemetryStore
from premises.reporting import ReportOrder
from premises.site import Cluster, Site
from premises.time import Clock, Interval
from reports.editions.due import DueReport, Part, due_reports
from reports.forms.writer import FORMS, LANGUAGES
from reports.inputs import BookingFinder, period_of
from reports.ledger.read import counters_of
from reports.ledger.years import YearLedgers
from reports.parts.hours import confirmed

log = structlog.get_logger(__name__)
EVERY_S = 900.0
LOOK_BACK = timedelta(days=800)
ISSUER = "greenroom"
CAUSE = "report_refused"


class ScheduledReports:
    """Call `look` now and then. What is due follows from the shelf, so nothing is issued twice or missed over a restart."""

    def __init__(
        self, desk: ReportDesk, premises: Callable[[], Mapping[str, Site | Cluster]], clock: Clock, alarms: Alarms
    ) -> None:
        """premises: sites and clusters by id as they are now, as site files change while running."""
        self._desk = desk
        self._premises = premises
        self._clock = clock
        self._alarms = alarms
        self._refused: dict[tuple[str, str, date], str] = {}
        self._one = threading.Lock()

    def look(self) -> int:
        """Issue all that is due; how many editions there are of it."""
        if not self._one.acquire(blocking=False):
            return 0
        try:
            due = self._due()
            now = self._clock.now()
            ledgers = YearLedgers(self._desk.store, keep=2) if len(due) > 1 else None
            return sum(self._issue(place, one, now, ledgers) for place, one in due)
        finally:
            self._one.release()

    def jobs(self) -> Mapping[str, tuple[float, Callable[[], object]]]:
        """For the scheduler: it only wakes us."""
        return {"reports": (EVERY_S, self.look)}

    def _due(self) -> list[tuple[Site | Cluster, DueReport]]:
        now = self._clock.now()
        found: list[tuple[Site | Cluster, DueReport]] = []
        for place in self._premises().values():
            if not place.reports:
                continue
            site = place.sites[0] if isinstance(place, Cluster) else place
            issued = [info for part in subjects(place) for info in self._desk.shelf.editions(part.id)]
            since = _known_since(self._desk.store, place, now)
            if since is not None:
                parts = partial(wanted_parts, place, self._desk.books.bookings)
                found += [(place, due) for due in due_reports(place.reports, issued, now, site.zoneinfo, since, parts)]
        return found

    def _issue(self, place: Site | Cluster, due: DueReport, now: datetime, ledgers: YearLedgers | None) -> int:
        """Issue one; a refusal is an alarm and is tried again, as what it lacks may be put in."""
        kind = due.order.kind.value
        asked = Asked(kind, due.first, due.last, None, due.order.languages, parts=due.lacking)
        try:
            done = self._desk.issue(place, asked, ISSUER, now, ledgers=ledgers)
        except RetryableError as error:
            log.warning("a report waits for the store", report=kind, of=place.id, why=str(error))
            return 0
        except GreenroomError as error:
            self._refuse(place, due, str(error), now)
            return 0
        for site in place.sites if isinstance(place, Cluster) else (place,):
            self._alarms.clear(site.id, CAUSE, _subject(due), now)
        log.info("reports were issued", report=kind, of=place.id, editions=len(done.editions))
        return len(done.editions)

    def _refuse(self, place: Site | Cluster, due: DueReport, why: str, now: datetime) -> None:
        key = (place.id, due.order.kind.value, due.last)
        if self._refused.get(key) == why:
            return
        self._refused[key] = why
        log.error("a report that is due was refused", report=due.order.kind.value, of=place.id, why=why)
        first = place.sites[0] if isinstance(place, Cluster) else place
        values = {"kind": due.order.kind.value, "first": due.first.isoformat(), "last": due.last.isoformat(), "why": why}
        text = {language: FORMS.say(language, "alarm.refused", **values) for language in LANGUAGES}
        self._alarms.raise_(first.id, CAUSE, _subject(due), text, now)


def subjects(place: Site | Cluster) -> tuple[Site | Cluster, ...]:
    """What editions of a place's orders may be of: itself, and the sites of a cluster."""
    return (place, *place.sites) if isinstance(place, Cluster) else (place,)


def wanted_parts(place: Site | Cluster, bookings: BookingFinder, order: ReportOrder, first: date, last: date) -> set[Part]:
    """The editions that an order's period must have. No production booked: none; no tenant anywhere: one, so that it is refused."""
    kind = kind_named(order.kind.value)
    sites = place.sites if isinstance(place, Cluster) else (place,)
    if not kind.per:
        return {Part(place.id)} if kind.cluster else {Part(site.id) for site in sites}
    if kind.per == "tenant":
        let = [site for site in sites if site.tenants]
        each = {Part(site.id, tenant.id) for site in let for tenant in site.tenants}
        return each | {Part(site.id) for site in let} or {Part(sites[0].id)}
    found: set[Part] = set()
    for site in sites:
        held = bookings.find(BookingQuery(site=site.id, overlaps=period_of(site, first, last)))
        told = confirmed(stored.booking for stored in held)
        found |= {Part(site.id, production=booking.production) for booking in told if booking.production}
    return found


def _subject(due: DueReport) -> str:
    return f"{due.order.kind.value} {due.first.isoformat()}"


def _known_since(store: TelemetryStore, place: Site | Cluster, now: datetime) -> date | None:
    """The first month of the last year or so of which a boundary meter tells anything; None: nothing is known yet.

    Without it, a Greenroom that is set up in May would issue an empty report of April.
    """
    found: list[date] = []
    for site in place.sites if isinstance(place, Cluster) else (place,):
        points = [point for meter, _, point, _ in counters_of(site) if any(m.id == meter and m.role == "grid" for m in site.meters)]
        for point in points:
            buckets = store.energy(site.id, point.id, Interval(now - LOOK_BACK, now), Resolution.MONTH)
            first = next((bucket.start for bucket in buckets if bucket.kwh is not None), None)
            if first is not None:
                found.append(first.astimezone(site.zoneinfo).date())
    return min(found, default=None)
