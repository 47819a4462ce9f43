"""`greenroom run --role intake`: a worker beside a house, that takes its part of what one shared subscription brings.

It journals, decodes and stores; rules, roll-ups, gateway and page are the house's. See ingest/sharing.py for who hears what.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from rich.console import Console

from greenroom.clock import SystemClock
from greenroom.door.build import EMBEDDED
from greenroom.house import wire_settings
from greenroom.live import TICK, quicken_collector, run_job, wait_for_signal
from greenroom.settings import Settings
from ingest.connection import MqttConnection
from ingest.intake import IntakeService
from ingest.interpreter import SiteInterpreter
from premises.errors import RetryableError, SettingError
from premises.site import Site
from premises.time import Clock
from stores.book import open_books
from stores.journal import JournalBounds, SqliteJournal
from stores.opening import open_store

log = structlog.get_logger(__name__)
CONNECT_S = 10.0
LOOK_EVERY_S = 5.0
"""How often the house looks at what workers beside it have stored, where several share the work."""


class Worker:
    """The parts of a worker, wired; nothing is connected and no thread runs yet."""

    def __init__(self, settings: Settings, sites: Sequence[Site], clock: Clock, closing: ExitStack) -> None:
        """Raises SettingError for settings by which it would do the house's work twice, StoreUnavailableError."""
        if not settings.broker_share:
            raise SettingError("an intake beside a house shares a subscription with it: set GREENROOM_BROKER_SHARE alike for both")
        if settings.client_id == Settings.model_fields["client_id"].default:
            raise SettingError("every intake needs a name of its own at the broker: set GREENROOM_CLIENT_ID, and --data")
        if settings.store_url.startswith(EMBEDDED):
            raise SettingError(
                "several intakes store into one InfluxDB: give --store influxdb://…; an embedded store has one owner"
            )
        settings.data.mkdir(parents=True, exist_ok=True)
        by_id = {site.id: site for site in sites}
        self.clock = clock
        self.store = open_store(settings.store_url, by_id, token=settings.store_token)
        closing.callback(self.store.close)
        books = open_books(settings.books_url)
        closing.callback(books.close)
        bounds = JournalBounds(unsettled_bytes=settings.journal_bytes, settled_age=timedelta(days=settings.journal_days))
        journal = SqliteJournal(settings.journal_path, bounds, clock)
        closing.callback(journal.close)
        self.interpreter = SiteInterpreter(sites)
        self.sites = by_id
        self.intake = IntakeService(
            by_id,
            self.interpreter,
            journal,
            self.store,
            clock,
            alarms=books.alarms,
            divide=lambda: self.interpreter.topics().of_worker(),
            worker=settings.client_id,
        )
        self.connection = MqttConnection(wire_settings(settings), clock, self.intake.receive, notes=journal)
        self.intake.attach(self.connection)
        closing.callback(self.connection.stop)
        closing.callback(self.intake.stop)

    def recall(self) -> None:
        """Judge counters and late readings by what is stored, where nothing better is known."""
        try:
            log.info("the store answers", version=self.store.check())
            for site in self.sites:
                self.interpreter.prime(site, self.store.latest(site))
        except RetryableError as error:
            log.warning("starting without what was stored", why=str(error))


def run_worker(settings: Settings, sites: Sequence[Site]) -> None:
    """Take a part of the messages until told to stop.

    Raises SettingError, StoreUnavailableError, BrokerUnavailableError at the start.
    """
    quicken_collector()
    if settings.books is None:
        log.warning("alarms of this intake stay in a book of its own: give --books of the house", books=settings.books_url)
    with ExitStack() as closing:
        worker = Worker(settings, sites, SystemClock(), closing)
        worker.recall()
        worker.connection.start()
        worker.connection.wait_ready(CONNECT_S)
        worker.intake.start()
        scheduler = BackgroundScheduler(timezone=UTC)
        look = partial(run_job, "look", lambda: worker.intake.look(worker.clock.now()))
        scheduler.add_job(look, "interval", seconds=TICK.total_seconds(), id="look", max_instances=1, coalesce=True)
        scheduler.start()
        closing.callback(scheduler.shutdown)
        names = ", ".join(site.name for site in sites)
        Console(stderr=True).print(f"[green]{names}[/]: intake {settings.client_id} shares {settings.broker_share}")
        wait_for_signal()
