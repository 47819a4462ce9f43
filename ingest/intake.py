"""The intake as one: connection, receiver, journal, decoder, live values, writer and command bus, and what they add up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ingest.arrivals import Arrivals, Wire
from ingest.backlog import Backlog
from ingest.bus import MqttCommandBus
from ingest.decoded import Interpreter, Understood
from ingest.ledger import Ledger
from ingest.live import LiveValues
from ingest.metrics import metrics_text
from ingest.pipeline import Decoder, Listener
from ingest.quarantine import Kept, Retried, discard, retry
from ingest.receiver import Receiver, ReceiverSettings
from ingest.recollection import Notes, Recollection
from ingest.watch import Watch
from ingest.writer import Writer, WriterSettings
from premises.errors import UnknownNameError
from premises.ports import Alarms, Check, IntakeStatus, Journal, TelemetryStore
from premises.reading import RawMessage, Reading
from premises.site import GREENROOM, Site
from premises.time import Clock

_OWN: tuple[tuple[str, str], ...] = (
    ("messages_received", "received"),
    ("messages_stored", "stored"),
    ("messages_journalled", "journalled"),
    ("messages_quarantined", "quarantined"),
    ("messages_ignored", "ignored"),
    ("oldest_unsent", "oldest_unsent_s"),
)


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """Bounds and batches of the parts. patience_s: how long `drain` waits for a store that is away."""

    receiver: ReceiverSettings = field(default_factory=ReceiverSettings)
    writer: WriterSettings = field(default_factory=WriterSettings)
    backlog_readings: int = 100_000
    backlog_bytes: int = 1024 * 1024 * 1024
    patience_s: float = 60.0


class KeptJournal(Journal, Kept, Notes, Protocol):
    """The Journal port with what a person needs of its quarantine; SqliteJournal is one."""


class IntakeService:
    """The Intake port. Give `receive` to the connection, then the connection to `attach`; run it in one of two ways.

    `start()`: threads of its own journal, decode and write. `start(lockstep=True)`: a thread journals, `flush()` and
    `drain()` do the rest where they are called: for simulated time. Not started at all, every arrival is journalled at once.
    """

    def __init__(
        self,
        sites: Mapping[str, Site],
        interpreter: Interpreter,
        journal: KeptJournal,
        store: TelemetryStore,
        clock: Clock,
        *,
        bus: MqttCommandBus | None = None,
        live: LiveValues | None = None,
        alarms: Alarms | None = None,
        settings: IntakeSettings | None = None,
        divide: Callable[[], tuple[Sequence[str], Sequence[str]]] | None = None,
        worker: str = "",
    ) -> None:
        """divide: where several workers share a subscription, (what is shared, what this one hears for itself).

        worker: the name of an intake beside a house, which raises its alarms as its own.
        """
        self._sites = dict(sites)
        self._interpreter = interpreter
        self._divide = divide
        self._clock = clock
        self._watch = Watch(self._sites, alarms, journal.counts, worker)
        self._journal = journal
        self._store = store
        self._settings = settings or IntakeSettings()
        self._wire: Wire | None = None
        self.live = live or LiveValues(self._sites.values(), clock)
        self._bus = bus
        self._recollection = Recollection(interpreter, journal)
        self._recollection.take_up()
        oldest = journal.read(journal.position(), 1)
        counts = journal.counts()
        self.ledger = Ledger(
            counts, last_position=counts["received"], oldest_unsettled=oldest[0].message.received_at if oldest else None
        )
        self._backlog = Backlog(self._settings.backlog_readings, self._settings.backlog_bytes)
        listeners = [self.live.listen, self._heard] + ([bus.listen] if bus is not None else [])
        awaited = bus.awaited if bus is not None else frozenset[tuple[str, str]]
        self._decoder = Decoder(journal, interpreter, self._backlog, clock, listeners, awaited)
        of_journal, of_store = self._watch.trouble("journal", clock.now), self._watch.trouble("store", clock.now)
        parts = self._settings
        self._receiver = Receiver(journal, self.ledger, self._acknowledge, self._decoder.notify, parts.receiver, of_journal)
        self._writer = Writer(journal, store, self._backlog, self.ledger, clock, parts.writer, of_store)

    # --- wiring

    def receive(self, arrivals: Arrivals) -> None:
        """For the connection: called in its receiving thread."""
        self._receiver.arrive(arrivals)

    def also(self, listener: Listener) -> None:
        """Tell this one of each message and what it means, in the decoding thread, from the next message on."""
        self._decoder.also(listener)

    def attach(self, wire: Wire) -> None:
        """Take the connection: subscribe to what the interpreter asks for, acknowledge and publish through it."""
        self._wire = wire
        self._subscribe(wire)
        if self._bus is not None:
            self._bus.attach(wire)

    def reconfigure(self, site: Site) -> None:
        """Go by this changed file of a site that is served already. Safe while running; the broker's session is not touched.

        What has arrived is decoded as before, then the interpreter is exchanged between two messages, and the difference of
        the subscriptions is sent: new filters are added before gone ones are removed. The store is to know the new points
        already. Raises UnknownNameError for a site that is not served; nothing is changed where it raises.
        """
        if site.id not in self._sites:
            raise UnknownNameError(f"no site {site.id!r} here; there are {', '.join(self._sites)}")
        sites = {**self._sites, site.id: site}
        self._decoder.exchange(lambda: self._interpreter.reconfigure(tuple(sites.values())))
        self._sites = sites
        self.live.reconfigure(site)
        if self._bus is not None:
            self._bus.reconfigure(site)
        if self._wire is not None:
            self._subscribe(self._wire)

    def _subscribe(self, wire: Wire) -> None:
        wire.subscribe(*(self._divide() if self._divide is not None else (self._interpreter.subscriptions(),)))

    def _acknowledge(self, connection: int, packet_ids: Sequence[int]) -> None:
        if self._wire is not None:
            self._wire.acknowledge(connection, packet_ids)

    # --- running

    def start(self, *, lockstep: bool = False) -> None:
        """Journal, decode and write in threads. lockstep: only journal; `flush` and `drain` do the rest where they are called.

        May be called again without lockstep to go on in the background.
        """
        self._receiver.start()
        if not lockstep:
            self._decoder.start()
            self._writer.start()

    def stop(self) -> None:
        """End the threads. What has arrived is journalled and acknowledged; what is not in the store yet waits in the journal.

        To be called before the connection is stopped, so that the last acknowledgements go out.
        """
        self._receiver.stop()
        self._decoder.stop()
        self._writer.stop()
        self._keep_what_was_learned()
        self._watch.withdraw(self._clock.now())

    def _keep_what_was_learned(self) -> None:
        self._decoder.between(self._recollection.keep, self._journal.position)

    def flush(self) -> None:
        """Everything received so far is journalled, acknowledged, decoded and in the live values; full batches are stored.

        Raises JournalFullError or StoreUnavailableError where the journal cannot take; a store that is away is not waited for.
        """
        self._receiver.commit_all()
        self._decoder.decode_all(self._writer.write_full_batches)

    def drain(self) -> None:
        """As flush, and everything is in the store. Waits for a store that is away, then raises its RetryableError."""
        self._receiver.commit_all()
        self._decoder.decode_all(self._writer.write_full_batches)
        self._writer.drain(self._settings.patience_s)

    # --- by hand

    def retry(self, quarantine_id: int) -> Retried:
        """Try a quarantined message again, after a correction. Raises UnknownNameError, RetryableError."""
        return retry(self._journal, quarantine_id, self._decoder.understand, self._store, self.ledger)

    def discard(self, quarantine_id: int) -> None:
        """Discard a quarantined message: it counts as ignored. Raises UnknownNameError."""
        discard(self._journal, quarantine_id, self.ledger)

    # --- what it adds up to

    def status(self) -> IntakeStatus:
        return self.ledger.status(self._clock.now(), connected=self._wire is not None and self._wire.connected)

    def look(self, now: datetime) -> None:
        """Once a minute: raise and clear the alarms of the intake (broker away, journal nearly full, quarantine full)."""
        self._watch.look(now, connected=self.status().connected)
        self._keep_what_was_learned()

    def checks(self) -> list[Check]:
        """Health, part by part, for the health page."""
        return self._watch.checks(self.status())

    def metrics(self) -> bytes:
        """The accounts as Prometheus text."""
        return metrics_text(self, self._journal.counts)

    def own_readings(self, now: datetime) -> list[tuple[str, Reading]]:
        """The accounts as readings of each site's own points: (site id, reading), to be written once a minute."""
        status = self.status()
        return [
            (site, Reading(f"{GREENROOM}/{quantity}", now, float(getattr(status, name)), now))
            for site in self._sites
            for quantity, name in _OWN
        ]

    def _heard(self, message: RawMessage, understood: Understood) -> None:
        if not message.retained:
            for site, device in understood.devices:
                self.ledger.heard(device if len(self._sites) == 1 else f"{site}/{device}", message.received_at)
