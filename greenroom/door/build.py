"""The wiring of a door: the house's stores and books, live values as stored, and rules that think along to answer questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import structlog

from greenroom.door.quiet import QuietAlarms, QuietBus, QuietPlans
from greenroom.door.told_intake import StandingDecisions, ToldIntake, house_checks
from greenroom.house import house_over, runner_over
from greenroom.settings import Settings
from ingest.live import LiveValues
from premises.errors import GreenroomError, RetryableError, SettingError
from premises.ports import Check, House, TelemetryStore
from premises.site import Cluster, Site
from premises.time import Clock
from reports.editions.shelf import FolderShelf
from rules.optimiser import LinearOptimiser
from rules.runner import Ports, RulesRunner
from stores.book import Books, open_books
from stores.opening import open_store

log = structlog.get_logger(__name__)
EMBEDDED = "duckdb:"


@dataclass(frozen=True)
class Door:
    """All parts of a door. `house` is what the gateway sees: the same as of a house, but for what only the intake can do."""

    house: House
    store: TelemetryStore
    books: Books
    live: LiveValues
    runners: Mapping[str, RulesRunner]
    _closing: ExitStack
    _learned: dict[str, date] = field(default_factory=dict)

    def look(self) -> None:
        """Take what was stored since the last look. A store that is away is passed over: values grow stale, and are shown so."""
        try:
            self.live.seed(self.store)
        except RetryableError as error:
            log.warning("what is stored cannot be looked at", why=str(error))

    def think(self, now: datetime) -> None:
        """What the house does each minute, without a hand on anything: so that answers follow from the same state."""
        for site, runner in self.runners.items():
            try:
                self._learn(site, runner, now)
                runner.tick(now)
                if runner.replan_due(now):
                    runner.replan(now)
            except GreenroomError as error:
                log.warning("answers of when stages are ready wait", site=site, why=str(error))

    def _learn(self, site: str, runner: RulesRunner, now: datetime) -> None:
        today = now.astimezone(runner.site.zoneinfo).date()
        if self._learned.get(site) != today:
            runner.learn(now)
            self._learned[site] = today

    def close(self) -> None:
        self._closing.close()


def build_door(settings: Settings, sites: Sequence[Site], clock: Clock, *, clusters: tuple[Cluster, ...] = ()) -> Door:
    """Open the house's stores and books, and wire the door; no thread runs yet. Needs no broker, and knows no journal.

    Raises SettingError where readings lie in the embedded store, which one process holds alone, StoreUnavailableError.
    """
    if settings.store_url.startswith(EMBEDDED):
        raise SettingError("a door reads what the house stores, so both need --store influxdb://…; an embedded store has one owner")
    with ExitStack() as closing:
        store = open_store(settings.store_url, {site.id: site for site in sites}, token=settings.store_token)
        closing.callback(store.close)
        books = open_books(settings.books_url)
        closing.callback(books.close)
        return door_over(settings, sites, clock, store, books, closing, clusters)
    raise AssertionError("not reached: the stack hands over what it holds")


def door_over(
    settings: Settings,
    sites: Sequence[Site],
    clock: Clock,
    store: TelemetryStore,
    books: Books,
    closing: ExitStack,
    clusters: tuple[Cluster, ...] = (),
) -> Door:
    """A door over stores and books that are open. closing: what ends with it; it is emptied into the door."""
    by_id = {site.id: site for site in sites}
    live = LiveValues(sites, clock)
    plans, decisions, alarms = QuietPlans(books.plans), StandingDecisions(books.decisions, live), QuietAlarms(books.alarms)
    ports = Ports(live, store, books.bookings, books.overrides, plans, decisions, QuietBus(), alarms)
    optimiser = LinearOptimiser(apart=True) if settings.solver else None
    if optimiser is not None:
        closing.callback(optimiser.close)
    runners = {site.id: runner_over(settings, site, clock, ports, optimiser) for site in sites}
    house = _house(settings, by_id, clock, store, books, live, runners, clusters)
    return Door(house, store, books, live, runners, closing.pop_all())


def _house(
    settings: Settings,
    sites: Mapping[str, Site],
    clock: Clock,
    store: TelemetryStore,
    books: Books,
    live: LiveValues,
    runners: Mapping[str, RulesRunner],
    clusters: tuple[Cluster, ...],
) -> House:
    intake, decisions = ToldIntake(sites, live, clock), StandingDecisions(books.decisions, live)

    def checks() -> Sequence[Check]:
        told = intake.status().connected
        heard = Check("house", told, "tells of itself" if told else "has told nothing for four minutes; is it running?")
        return (heard, *house_checks(decisions, sites, clock))

    return replace(
        house_over(sites, clock, store, books, live, intake, runners, checks),
        decisions=decisions,
        clusters=clusters,
        reports=FolderShelf(settings.editions_path),
    )
