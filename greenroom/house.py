"""The wiring: settings and site files in, a house of running parts out. The only place that knows all rooms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.metadata import version
from typing import Protocol, cast, runtime_checkable

import structlog

from greenroom.carbon import carbon_of
from greenroom.decision_keeping import DecisionKeeping
from greenroom.notice_metrics import notices_text
from greenroom.own_readings import OwnReadings
from greenroom.settings import Settings
from greenroom.weather.feed import feed_of
from ingest.bus import MqttCommandBus
from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.delivery import Extra
from ingest.desk import JournalDesk
from ingest.intake import IntakeService
from ingest.interpreter import SiteInterpreter
from ingest.live import LiveValues
from premises.booking import Booking
from premises.errors import GreenroomError, RetryableError, StoreUnavailableError, UnknownNameError
from premises.plan import ReadyBy
from premises.ports import Check, House, Intake, Quarantined, TelemetryStore
from premises.site import Cluster, Site
from premises.time import Clock
from reports.editions.shelf import FolderShelf
from rules.optimiser import LinearOptimiser
from rules.runner import Ports, RulesRunner
from stores.book import Books, open_books
from stores.decision_files import DecisionFiles
from stores.journal import JournalBounds, SqliteJournal
from stores.opening import open_store

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Running:
    """All parts of a Greenroom over one or several sites. `house` is what the gateway sees of them."""

    sites: Mapping[str, Site]
    clock: Clock
    store: TelemetryStore
    books: Books
    journal: SqliteJournal
    interpreter: SiteInterpreter
    live: LiveValues
    bus: MqttCommandBus
    intake: IntakeService
    connection: MqttConnection
    runners: Mapping[str, RulesRunner]
    own: OwnReadings
    house: House
    _closing: ExitStack
    _runner_of: Callable[[Site], RulesRunner]

    def recall(self) -> None:
        """Take up what the store knows: live values while they are young, and the counters' last totals.

        A store that is away is passed over with a warning: the intake goes on, and what it cannot store waits in the journal.
        Raises SettingError for a server of a version that Greenroom does not write to.
        """
        try:
            log.info("the store answers", version=self.store.check())
            self.live.seed(self.store)
            for site in self.sites:
                self.interpreter.prime(site, self.store.latest(site))
        except RetryableError as error:
            log.warning("starting without what was stored", why=str(error))

    def reconfigure(self, site: Site) -> None:
        """Go on by this changed file of a site that runs already; may be called from any thread, while all runs.

        In this order: the store knows the new points (those that are gone stay known to it until the next start, as readings of
        them may be under way); what has arrived is decoded as before, then the interpreter is exchanged between two messages
        with all that it has learned, live values and pending commands follow, and the difference of the subscriptions is sent:
        the broker's session is not reset and nothing that arrives is lost. `house.sites` shows the new site, and a new rules
        runner takes over: it restores from the books and learns from the store as after a start, and plans anew at its next
        tick. Alarms of points and zones that are gone are cleared.
        The file itself is neither read nor written here. Raises UnknownNameError for the id of another site, and leaves
        everything as it was.
        """
        if site.id not in self.sites:
            raise UnknownNameError(f"no site {site.id!r} here; there are {', '.join(sorted(self.sites))}")
        runner, before = self._runner_of(site), self.sites[site.id]
        if isinstance(self.store, TakesSites):
            self.store.take_site(site)
        self.intake.reconfigure(site)
        cast("dict[str, Site]", self.sites)[site.id] = site
        self._clear_alarms(site.id, _ids_of(before) - _ids_of(site))
        cast("dict[str, RulesRunner]", self.runners)[site.id] = runner
        try:
            runner.learn(self.clock.now())
        except RetryableError as error:
            log.warning("learning waits for the night", site=site.id, why=str(error))

    def runner_for(self, site: Site) -> RulesRunner:
        """A runner as it would be over that changed site, with what was learned; it is asked, and runs nothing."""
        runner = self._runner_of(site)
        runner.learn(self.clock.now())
        return runner

    def _clear_alarms(self, site: str, gone: set[str]) -> None:
        try:
            for alarm in self.books.alarms.active(site):
                if alarm.subject in gone:
                    self.books.alarms.clear(site, alarm.cause, alarm.subject, self.clock.now())
        except RetryableError as error:
            log.warning("alarms of what is gone still stand", site=site, why=str(error))

    def close(self) -> None:
        """End connections and close files, in the order in which the parts depend on each other."""
        self._closing.close()


def _ids_of(site: Site) -> set[str]:
    """Of zones, devices and points."""
    return {zone.id for zone in site.zones} | {device.id for device in site.devices} | {point.id for point in site.points}


@runtime_checkable
class TakesSites(Protocol):
    """A store that follows a changed site file while it runs."""

    def take_site(self, site: Site) -> None: ...


class Planners:
    """The Planner port over several sites."""

    def __init__(self, runners: Mapping[str, RulesRunner]) -> None:
        self._runners = runners

    def ready_by(self, booking: Booking) -> tuple[ReadyBy, ...]:
        runner = self._runners.get(booking.site)
        return () if runner is None else runner.ready_by(booking)


def build(
    settings: Settings,
    sites: Sequence[Site],
    clock: Clock,
    extras: Mapping[str, Extra] | None = None,
    *,
    clusters: tuple[Cluster, ...] = (),
) -> Running:
    """Open stores and books, and wire all parts; nothing is connected and no thread runs yet.

    extras: exact topics whose messages go to a callback instead of the journal. Raises SettingError, StoreUnavailableError.
    """
    by_id = {site.id: site for site in sites}
    _make_folder(settings)
    with ExitStack() as closing:
        store = open_store(settings.store_url, by_id, token=settings.store_token)
        closing.callback(store.close)
        books = open_books(settings.books_url)
        closing.callback(books.close)
        bounds = JournalBounds(unsettled_bytes=settings.journal_bytes, settled_age=timedelta(days=settings.journal_days))
        journal = SqliteJournal(settings.journal_path, bounds, clock)
        closing.callback(journal.close)
        interpreter = SiteInterpreter(sites)
        live = LiveValues(sites, clock)
        bus = MqttCommandBus(interpreter, clock, log=books.commands, alarms=books.alarms, live=live)
        divide = (lambda: interpreter.topics().of_house()) if settings.broker_share else None
        intake = IntakeService(by_id, interpreter, journal, store, clock, bus=bus, live=live, alarms=books.alarms, divide=divide)
        connection = MqttConnection(wire_settings(settings), clock, intake.receive, extras, journal)
        intake.attach(connection)
        closing.callback(connection.stop)
        closing.callback(intake.stop)
        ports = Ports(live, store, books.bookings, books.overrides, books.plans, books.decisions, bus, books.alarms)
        optimiser = LinearOptimiser(apart=True) if settings.solver else None
        if optimiser is not None:
            closing.callback(optimiser.close)
        runner_of = _runners(settings, clock, ports, optimiser)
        runners = {site.id: runner_of(site) for site in sites}
        house = _house(by_id, clock, store, books, journal, live, intake, runners)
        house = replace(house, clusters=clusters, reports=FolderShelf(settings.editions_path))
        return Running(
            by_id,
            clock,
            store,
            books,
            journal,
            interpreter,
            live,
            bus,
            intake,
            connection,
            runners,
            OwnReadings(store),
            house,
            closing.pop_all(),
            runner_of,
        )
    raise AssertionError("not reached: the stack hands over what it holds")


def wire_settings(settings: Settings) -> ConnectionSettings:
    """How to reach the broker."""
    return ConnectionSettings(
        settings.broker,
        client_id=settings.client_id,
        ca=settings.broker_ca,
        certificate=settings.broker_certificate,
        key=settings.broker_key,
        mqtt_version=settings.broker_version,
        share=settings.broker_share,
    )


def _runners(settings: Settings, clock: Clock, ports: Ports, optimiser: LinearOptimiser | None) -> Callable[[Site], RulesRunner]:
    """What makes the rules of a site, at the start and when its file has changed."""
    decisions = DecisionFiles(settings.decisions_path, keep=timedelta(days=settings.decision_days))

    def runner_of(site: Site) -> RulesRunner:
        return runner_over(settings, site, clock, ports, optimiser, DecisionKeeping(site.id, decisions))

    return runner_of


def runner_over(
    settings: Settings,
    site: Site,
    clock: Clock,
    ports: Ports,
    optimiser: LinearOptimiser | None,
    record: DecisionKeeping | None = None,
) -> RulesRunner:
    """The rules of a site, with its forecast and carbon factors. record: keeps the decisions; None where they only think along."""
    weather = feed_of(site, settings.data, allow_private=settings.private_calendars)
    carbon = carbon_of(site)
    return RulesRunner(site, clock, ports, carbon_kg_per_kwh=carbon, forecast=weather, optimiser=optimiser, record=record)


def _make_folder(settings: Settings) -> None:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailableError(f"the folder {settings.data} cannot be made: {error.strerror}") from error


def _house(
    sites: Mapping[str, Site],
    clock: Clock,
    store: TelemetryStore,
    books: Books,
    journal: SqliteJournal,
    live: LiveValues,
    intake: IntakeService,
    runners: Mapping[str, RulesRunner],
) -> House:
    def quarantine(limit: int, after: int) -> Sequence[Quarantined]:
        return journal.quarantine(limit, after)

    return replace(
        house_over(sites, clock, store, books, live, intake, runners, intake.checks),
        quarantine=quarantine,
        quarantine_desk=JournalDesk(journal, intake),
        metrics=lambda: intake.metrics().decode() + notices_text(books, sites),
    )


def house_over(
    sites: Mapping[str, Site],
    clock: Clock,
    store: TelemetryStore,
    books: Books,
    live: LiveValues,
    intake: Intake,
    runners: Mapping[str, RulesRunner],
    more_checks: Callable[[], Sequence[Check]],
) -> House:
    """What the gateway sees over a store and books, whoever's process it is in. more_checks: beside those of store and books."""

    def checks() -> Sequence[Check]:
        return (_check("store", store.check), _check("books", books.check), *more_checks())

    return House(
        sites=sites,
        clock=clock,
        store=store,
        live=live,
        bookings=books.bookings,
        overrides=books.overrides,
        plans=books.plans,
        decisions=books.decisions,
        commands=books.commands,
        keys=books.keys,
        people=books.people,
        audit=books.audit,
        alarms=books.alarms,
        outbox=books.outbox,
        webhooks=books.webhooks,
        losses=books.losses,
        intake=intake,
        planner=Planners(runners),
        checks=checks,
        version=version("greenroom"),
        started_at=clock.now(),
        metrics=lambda: notices_text(books, sites),
    )


def _check(name: str, ask: Callable[[], str]) -> Check:
    try:
        return Check(name, True, ask())
    except GreenroomError as error:
        return Check(name, False, str(error))
