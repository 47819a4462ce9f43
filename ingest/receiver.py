"""The receiver: what arrives goes into a bounded buffer, from there in groups into the journal, and only then is it acknowledged.

At the buffer's bound nothing is dropped: the receiving thread waits, so nothing more is read from the socket.
A message that the broker sends again after a lost acknowledgement is known by its packet id, topic and payload: it is
acknowledged once its first copy is durable, and not journalled twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.arrivals import Arrivals
from ingest.ledger import Ledger
from premises.errors import RetryableError, StoreUnavailableError
from premises.ports import Journal
from premises.reading import RawMessage

_log = logging.getLogger("greenroom.ingest.receiver")
_REDELIVERY_WINDOW = 5_000  # messages read back at the start, to know redeliveries; more than a broker sends unacknowledged
Acknowledge = Callable[[int, Sequence[int]], None]


@dataclass(frozen=True, slots=True)
class ReceiverSettings:
    """buffer_*: bounds of what is received and not yet durable. gather_s: how long a group is gathered at most after its first
    message; it ends sooner when nothing more came for quiet_s, as where the broker waits for our acknowledgements.
    """

    buffer_messages: int = 20_000
    buffer_bytes: int = 64 * 1024 * 1024
    gather_s: float = 0.02
    quiet_s: float = 0.004
    group_messages: int = 2_000
    retry_s: float = 1.0


@dataclass(slots=True)
class _Parcel:
    connection: int
    messages: list[RawMessage]
    packet_ids: list[int]
    size: int


class Receiver:
    """Between the connection and the journal. Without its thread it commits in the thread that delivers."""

    def __init__(
        self,
        journal: Journal,
        ledger: Ledger,
        acknowledge: Acknowledge,
        on_durable: Callable[[], None],
        settings: ReceiverSettings | None = None,
        trouble: Callable[[RetryableError | None], None] | None = None,
    ) -> None:
        """on_durable: called after each commit. trouble: told of each failed commit, and None when one succeeds again."""
        self._journal = journal
        self._ledger = ledger
        self._acknowledge = acknowledge
        self._on_durable = on_durable
        self._settings = settings or ReceiverSettings()
        self._trouble = trouble or _no_trouble
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._commit_lock = threading.Lock()
        self._parcels: deque[_Parcel] = deque()
        self._waiting = 0
        self._waiting_bytes = 0
        self._closing = False
        self._failing = False
        self._thread: threading.Thread | None = None
        self._known = self._read_back()

    def _read_back(self) -> dict[int, int]:
        """Packet ids of the newest journalled messages: what the broker may send again after a restart."""
        after = max(0, self._journal.counts()["received"] - _REDELIVERY_WINDOW)
        known: dict[int, int] = {}
        while entries := self._journal.read(after, 1000):
            for entry in entries:
                if entry.message.packet_id:
                    known[entry.message.packet_id] = _likeness(entry.message)
            after = entries[-1].position
        return known

    def arrive(self, arrivals: Arrivals) -> None:
        """Take what one read brought; blocks at the bound of the buffer. Called in the receiving thread."""
        messages = arrivals.messages
        packet_ids = [message.packet_id for message in messages if message.packet_id]
        known = self._known
        again: set[int] = set()
        for index in arrivals.redelivered:
            if known.get(messages[index].packet_id) == _likeness(messages[index]):
                again.add(index)
        if again:
            messages = [message for index, message in enumerate(messages) if index not in again]
        size = 0
        for message in messages:
            size += len(message.payload)
            if message.packet_id:
                known[message.packet_id] = _likeness(message)
        parcel = _Parcel(arrivals.connection, messages, packet_ids, size)
        with self._changed:
            self._changed.wait_for(self._has_room)
            self._ledger.arrived(len(messages), arrivals.messages[-1].received_at, len(again))
            self._parcels.append(parcel)
            self._waiting += len(messages)
            self._waiting_bytes += size
            self._changed.notify_all()
        if self._thread is None and not self._closing:
            self._commit_or_tell()

    def _has_room(self) -> bool:
        if self._closing or self._thread is None:
            return True
        return self._waiting < self._settings.buffer_messages and self._waiting_bytes < self._settings.buffer_bytes

    def commit(self) -> int:
        """Make durable and acknowledge one group; how many reads it held. On a RetryableError all stays."""
        with self._commit_lock:
            parcels = self._take()
            if not parcels:
                return 0
            messages = [message for parcel in parcels for message in parcel.messages]
            try:
                position = self._journal.append(messages) if messages else 0
            except BaseException:
                with self._changed:
                    self._parcels.extendleft(reversed(parcels))
                raise
            if messages:
                self._ledger.durable(len(messages), position, messages[0].received_at)
            with self._changed:
                self._waiting -= len(messages)
                self._waiting_bytes -= sum(parcel.size for parcel in parcels)
                self._changed.notify_all()
            self._acknowledge_all(parcels)
        if self._failing:
            self._failing = False
            self._trouble(None)
        self._on_durable()
        return len(parcels)

    def _take(self) -> list[_Parcel]:
        parcels: list[_Parcel] = []
        taken = 0
        with self._lock:
            while self._parcels and taken < self._settings.group_messages:
                parcels.append(self._parcels.popleft())
                taken += len(parcels[-1].messages)
        return parcels

    def _acknowledge_all(self, parcels: Sequence[_Parcel]) -> None:
        connection, packet_ids = parcels[0].connection, list[int]()
        for parcel in parcels:
            if parcel.connection != connection:
                self._acknowledge(connection, packet_ids)
                connection, packet_ids = parcel.connection, []
            packet_ids += parcel.packet_ids
        if packet_ids:
            self._acknowledge(connection, packet_ids)

    def commit_all(self) -> None:
        """Everything that has arrived so far is durable and acknowledged. Raises as commit does."""
        while self.commit():
            pass

    def _commit_or_tell(self) -> bool:
        try:
            self.commit_all()
        except RetryableError as error:
            self._failed(error)
        except Exception as error:  # noqa: BLE001 - nothing may end the journalling: said, kept, tried again
            _log.exception("the journal failed unexpectedly; trying again")
            self._failed(StoreUnavailableError(f"the journal failed: {type(error).__name__}: {error}"))
        else:
            return True
        return False

    def _failed(self, error: RetryableError) -> None:
        if not self._failing:
            self._failing = True
            _log.error("%s", error)
        self._trouble(error)

    # --- the committing thread

    def start(self) -> None:
        if self._thread is None:
            self._closing = False
            self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Let go whoever waits, commit what is there, end the thread. What cannot be committed is not acknowledged."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(10)
            self._thread = None
        self._commit_or_tell()

    def _gather(self) -> None:
        """Let a group grow: each commit costs a turn of the disk, whatever it holds."""
        settings = self._settings
        until = time.monotonic() + settings.gather_s
        while True:
            before = self._waiting
            time.sleep(settings.quiet_s)
            if self._waiting == before or self._waiting >= settings.group_messages or time.monotonic() >= until:
                return

    def _run(self) -> None:
        settings = self._settings
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._parcels or self._closing)
                if self._closing:
                    return
            self._gather()
            if not self._commit_or_tell():
                with self._changed:
                    self._changed.wait_for(lambda: self._closing, settings.retry_s)


def _likeness(message: RawMessage) -> int:
    return hash((message.topic, message.payload))


def _no_trouble(_error: RetryableError | None) -> None:
    return
