"""The wiring: settings and site files in, a house of running parts out. The only place that knows all rooms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version

import structlog

from greenroom.carbon import carbon_of
from greenroom.own_readings import OwnReadings
from greenroom.settings import Settings
from ingest.bus import MqttCommandBus
from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from ingest.delivery import Extra
from ingest.intake import IntakeService
from ingest.interpreter import SiteInterpreter
from ingest.live import LiveValues
from premises.booking import Booking
from premises.errors import GreenroomError, RetryableError, StoreUnavailableError
from premises.plan import ReadyBy
from premises.ports import Check, House, Quarantined, TelemetryStore
from premises.site import Site
from premises.time import Clock
from rules.optimiser import LinearOptimiser
from rules.runner import Ports, RulesRunner
from stores.book import Books, open_books
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

    def recall(self) -> None:
        """Take up what the store knows: live values while they are young, and the counters' last totals.

        A store that is away is passed over with a warning: the intake goes on, and what it cannot store waits in the journal.
        """
        try:
            self.live.seed(self.store)
            for site in self.sites:
                self.interpreter.prime(site, self.store.latest(site))
        except RetryableError as error:
            log.warning("starting without what was stored", why=str(error))

    def close(self) -> None:
        """End connections and close files, in the order in which the parts depend on each other."""
        self._closing.close()


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
        intake = IntakeService(by_id, interpreter, journal, store, clock, bus=bus, live=live, alarms=books.alarms)
        wire = ConnectionSettings(
            settings.broker,
            client_id=settings.client_id,
            ca=settings.broker_ca,
            certificate=settings.broker_certificate,
            key=settings.broker_key,
            mqtt_version=settings.broker_version,
            share=settings.broker_share,
        )
        connection = MqttConnection(wire, clock, intake.receive, extras, journal)
        intake.attach(connection)
        closing.callback(connection.stop)
        closing.callback(intake.stop)
        ports = Ports(live, store, books.bookings, books.overrides, books.plans, books.decisions, bus, books.alarms)
        optimiser = LinearOptimiser(apart=True) if settings.solver else None
        if optimiser is not None:
            closing.callback(optimiser.close)
        runners = {
            site.id: RulesRunner(site, clock, ports, carbon_kg_per_kwh=carbon_of(site), optimiser=optimiser) for site in sites
        }
        house = _house(by_id, clock, store, books, journal, live, intake, runners)
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
        )
    raise AssertionError("not reached: the stack hands over what it holds")


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
    def checks() -> Sequence[Check]:
        return (_check("store", store.check), _check("books", books.check), *intake.checks())

    def quarantine(limit: int, after: int) -> Sequence[Quarantined]:
        return journal.quarantine(limit, after)

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
        audit=books.audit,
        alarms=books.alarms,
        intake=intake,
        planner=Planners(runners),
        checks=checks,
        version=version("greenroom"),
        started_at=clock.now(),
        quarantine=quarantine,
    )


def _check(name: str, ask: Callable[[], str]) -> Check:
    try:
        return Check(name, True, ask())
    except GreenroomError as error:
        return Check(name, False, str(error))
