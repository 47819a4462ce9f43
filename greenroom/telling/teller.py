"""The rounds of telling: what is due at an instant, into a bounded buffer, and from there into a store that can keep it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

import structlog

from dashboards.words import words_of
from greenroom.telling.bookings import AHEAD, LOOK_BACK, BookingTeller, Known, standing
from greenroom.telling.days import Day, days_of, told
from greenroom.telling.events import (
    ReasonTeller,
    alarm_event,
    clock_events,
    configuration_event,
    correction_event,
    override_event,
)
from greenroom.telling.ghosts import ghosts
from greenroom.telling.itself import devices, itself
from greenroom.telling.plans import PlanTeller
from premises.booking import Booking
from premises.corrections import CorrectionBook
from premises.decision import ZoneDecision
from premises.errors import RetryableError
from premises.plan import Plan, ReadyBy
from premises.ports import AlarmDesk, BookingBook, BookingQuery, IntakeStatus, OverrideBook, TelemetryStore
from premises.site import Site
from premises.sitefile.compare import diff_sites
from premises.tariff import Carrier
from premises.time import Interval, floor_to
from premises.told import Recalls, Tells, Told

QUARTER, MINUTE, FIVE, DAY = timedelta(minutes=15), timedelta(minutes=1), timedelta(minutes=5), timedelta(days=1)
DAYS_AT = time(4, 15)
LEARN_FROM = timedelta(days=365)
ALARMS, CORRECTIONS = 200, 200
MOST_ASKED = 12
"""Answers that are asked for after each plan, nearest call first: with the solver each takes a good part of a second."""
log = structlog.get_logger(__name__)


class Decides(Protocol):
    """What telling asks the rules of a site."""

    @property
    def plan(self) -> Plan | None: ...

    def decided(self) -> Sequence[ZoneDecision]: ...

    def mass_c(self) -> Mapping[str, float]: ...

    def ready_by(self, booking: Booking) -> tuple[ReadyBy, ...]: ...


@dataclass(frozen=True)
class Sources:
    """Where telling looks. corrections: None where the books have none; carbon: kg CO2e per kWh of a carrier at an instant."""

    store: TelemetryStore
    bookings: BookingBook
    overrides: OverrideBook
    alarms: AlarmDesk
    status: Callable[[], IntakeStatus]
    own: Callable[[], tuple[int, int]]
    carbon: Callable[[Site], Callable[[Carrier, datetime], float]]
    corrections: CorrectionBook | None = None


class SiteTeller:
    """Tells of one site. State, not edges: after a restart all of the last days is told again, which changes nothing, and what
    stands on the boards but in no book is told as gone."""

    def __init__(self, site: Site, sources: Sources, several: bool) -> None:
        self.site = site
        self._sources, self._several = sources, several
        self._say = words_of(site)
        self._plans = PlanTeller(site)
        self._bookings = BookingTeller(site, self._say.language)
        self._reasons = ReasonTeller(site, self._say)
        self._known: list[Known] = []
        self._planned: datetime | None = None
        self._asked: datetime | None = None
        self._last: dict[str, datetime] = {}
        self._clock_told = False
        self._days_told: date | None = None
        self._said: dict[tuple[object, ...], Told] = {}
        self._days: list[Day] = []

    def due(self, name: str, every: timedelta, now: datetime) -> bool:
        """Whether it is time again; a clock that was set back is no reason to fall silent."""
        last = self._last.get(name)
        if last is not None and timedelta(0) <= now - last < every:
            return False
        self._last[name] = floor_to(now, MINUTE)
        return True

    def follow(self, site: Site, now: datetime) -> list[Told]:
        """Go on by a changed site file."""
        changes, self.site = diff_sites(self.site, site), site
        say = self._say = words_of(site)
        self._plans, self._bookings = PlanTeller(site), BookingTeller(site, say.language)
        self._planned, self._asked, self._clock_told = None, None, False
        return [configuration_event(changes, now, say)] if changes else []

    def parts(self, site: Site, rules: Decides, now: datetime) -> tuple[Callable[[], list[Told]], ...]:
        """What may be due now, each apart: one that a store or book cannot answer leaves the others alone, and is due again."""
        return (
            lambda: self.follow(site, now) if site is not self.site else [],
            lambda: self._reasons.tell(rules.decided(), now),
            lambda: self._of_plan(rules.plan, now),
            lambda: self._of_ghosts(now),
            lambda: self._of_bookings(rules, now),
            lambda: self._of_zones(rules, now),
            lambda: self._of_devices(now),
            lambda: self._of_events(now),
            lambda: self._of_the_house(rules.plan, now),
            lambda: self.tell_days(now),
        )

    def _of_plan(self, plan: Plan | None, now: datetime) -> list[Told]:
        if plan is None or plan.made_at == self._planned:
            return []
        self._planned = plan.made_at
        return self._plans.tell(plan, now)

    def _of_bookings(self, rules: Decides, now: datetime) -> list[Told]:
        """With each plan, as the answers stand on it."""
        if rules.plan is None or rules.plan.made_at == self._asked:
            return []
        lines = self._ask(rules, now)
        self._asked = rules.plan.made_at
        self._last.pop("standing", None)
        return lines

    def _of_ghosts(self, now: datetime) -> list[Told]:
        """At the start and once a day, as a book may be put back from a copy while Greenroom runs."""
        if not isinstance(self._sources.store, Recalls) or not self.due("ghosts", DAY, now):
            return []
        try:
            return ghosts(self._sources.store, self._sources.bookings, self.site.id, now)
        except RetryableError:
            self._last["ghosts"] = now - DAY + FIVE  # again in five minutes, not in each round of a store that is away
            raise

    def _of_zones(self, rules: Decides, now: datetime) -> list[Told]:
        if not self.due("standing", FIVE, now):
            return []
        return standing(self.site, self._known, rules.decided(), rules.mass_c(), now)

    def _of_devices(self, now: datetime) -> list[Told]:
        if not self.due("devices", QUARTER, now):
            return []
        return devices(self.site, self._sources.status().last_seen, self._several, now)

    def _of_events(self, now: datetime) -> list[Told]:
        return self._events(now) if self.due("events", MINUTE, now) else []

    def _of_the_house(self, plan: Plan | None, now: datetime) -> list[Told]:
        if not self.due("itself", MINUTE, now):
            return []
        stand = sum(alarm.cleared_at is None for alarm in self._sources.alarms.history(self.site.id, ALARMS))
        waiting, given_up = self._sources.own()
        return [itself(self._sources.status(), plan, stand, waiting, given_up, now)]

    def _ask(self, rules: Decides, now: datetime) -> list[Told]:
        """Bookings from yesterday to the day after tomorrow; answers for those whose call is to come."""
        span = Interval(now - LOOK_BACK, now + AHEAD)
        stored = self._sources.bookings.find(BookingQuery(site=self.site.id, overlaps=span))
        coming = sorted(one.booking.call_at for one in stored if one.booking.acts and one.booking.call_at > now)
        until = min(now + AHEAD, coming[MOST_ASKED - 1]) if len(coming) >= MOST_ASKED else now + AHEAD
        self._known = [Known(one.booking, self._answers(rules, one.booking, Interval(now, until))) for one in stored]
        before = [
            version.booking for one in stored if one.version > 1 for version in self._sources.bookings.versions(one.booking.key)
        ]
        return self._bookings.tell(self._known, now, before)

    def _answers(self, rules: Decides, booking: Booking, ahead: Interval) -> Mapping[str, ReadyBy]:
        if not (booking.acts and ahead.start < booking.call_at <= ahead.end):
            known = next((one for one in self._known if one.booking == booking), None)
            return {} if known is None else known.answers  # what was promised stays to be read after the call
        return {answer.zone: answer for answer in rules.ready_by(booking)}

    def _events(self, now: datetime) -> list[Told]:
        span, say, sources = Interval(now - LOOK_BACK, now + MINUTE), self._say, self._sources
        lines = [override_event(self.site, one, say) for one in sources.overrides.find(self.site.id, span)]
        lines += [alarm_event(self.site, one, say) for one in sources.alarms.history(self.site.id, ALARMS)]
        if sources.corrections is not None and self.due("corrections", QUARTER, now):
            found = sources.corrections.find(self.site.id, withdrawn=True)
            lines += [correction_event(one, say) for one in found[-CORRECTIONS:]]
        new = self._new(lines)
        if not self._clock_told:
            self._clock_told = True
            new += clock_events(self.site, now, say)
        return new

    def _new(self, lines: Sequence[Told]) -> list[Told]:
        """Those that were not told so already; what is no longer looked at is forgotten, which bounds what is remembered."""
        seen = {(line.time, *sorted(line.tags.items())): line for line in lines}
        new = [line for key, line in seen.items() if self._said.get(key) != line]
        corrections = {key: line for key, line in self._said.items() if line.tags["kind"] == "correction"}
        self._said = {**corrections, **seen}
        return new

    def tell_days(self, now: datetime) -> list[Told]:
        """Once a night: the days that are over, the last three again for readings that came late. Raises StoreUnavailableError."""
        local = now.astimezone(self.site.zoneinfo)
        last = local.date() - timedelta(days=1)
        if self._days_told == last or (self._days_told is not None and local.time() < DAYS_AT):
            return []
        since = last - timedelta(days=30 if self._days_told is None else 3)
        days = days_of(self._sources.store, self.site, (now - LEARN_FROM).date() if self._days_told is None else since, last)
        self._days_told = last
        first = days[0].on if days else last
        self._days = [*(day for day in self._days if day.on < first), *days]
        return told(self.site, self._days, since, self._sources.carbon(self.site))


class Telling:
    """Tells of all sites, where the store can keep it (InfluxDB); elsewhere nothing is looked at."""

    def __init__(self, sites: Mapping[str, Site], sources: Sources) -> None:
        self._sites, self._sources = sites, sources
        self._tellers = {site.id: SiteTeller(site, sources, len(sites) > 1) for site in sites.values()}

    def run(self, rules: Mapping[str, Decides], now: datetime) -> Mapping[str, Sequence[Told]]:
        """What is due now, by site. A store or book that is away is passed over: the next round looks again."""
        if not isinstance(self._sources.store, Tells):
            return {}
        told_now: dict[str, Sequence[Told]] = {}
        for name, teller in self._tellers.items():
            lines: list[Told] = []
            for part in teller.parts(self._sites[name], rules[name], now):
                try:
                    lines += part()
                except RetryableError as error:
                    log.warning("telling waits", site=name, why=str(error))
            told_now[name] = lines
        return told_now
