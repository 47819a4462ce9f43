"""The decoding half of the pipeline: journal entries -> what they mean -> live values at once, and portions for the writer.

Each entry is decoded once and in order. An error of the interpreter puts that one message into quarantine; the rest goes on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from ingest.backlog import Backlog
from ingest.decoded import Interpreter, Outcome, Understood
from ingest.forms import Form
from ingest.portion import Portion
from premises.errors import RetryableError
from premises.ports import Journal, Quarantined
from premises.reading import RawMessage, Reading, Sheaf, sheaves_of
from premises.time import Clock

_log = logging.getLogger("greenroom.ingest.pipeline")
_MESSAGES_AT_ONCE = 2000
_IDLE_S = 1.0
_ROOM_S = 0.1
_EXCHANGE_S = 5.0
_REASON_LENGTH = 500
Listener = Callable[[RawMessage, Understood], None]
Plainly = Callable[[RawMessage], tuple[Form, Sheaf] | None]
_Untold = dict[tuple[str, str], dict[Form, tuple[RawMessage, Sheaf]]]
_READINGS = Outcome.READINGS


@runtime_checkable
class ReadsPlainly(Protocol):
    """An interpreter that has a short way for messages of known form; SiteInterpreter is one."""

    def plainly(self, message: RawMessage) -> tuple[Form, Sheaf] | None: ...


class Decoder:
    """Reads the journal behind its settled position. Listeners are told of each message before the store is written."""

    def __init__(
        self,
        journal: Journal,
        interpreter: Interpreter,
        backlog: Backlog,
        clock: Clock,
        listeners: Sequence[Listener] = (),
        awaited: Callable[[], frozenset[tuple[str, str]]] = frozenset,
    ) -> None:
        """awaited: points (site, id) of which every reading is to be told, not only the newest of what is decoded at once."""
        self._journal = journal
        self._interpreter = interpreter
        self._plainly: Plainly = interpreter.plainly if isinstance(interpreter, ReadsPlainly) else _never
        self._awaited = awaited
        self._backlog = backlog
        self._clock = clock
        self._listeners = tuple(listeners)
        self._lock = threading.Lock()
        self._position = journal.position()
        self._news = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None

    def also(self, listener: Listener) -> None:
        """Tell this one too, from the next message on."""
        self._listeners = (*self._listeners, listener)

    def notify(self) -> None:
        """There may be new entries."""
        self._news.set()

    def step(self) -> int:
        """Decode one run of entries; how many. Raises StoreUnavailableError where the journal cannot be read."""
        with self._lock:
            return self._step()

    def _step(self) -> int:
        messages = self._journal.run(self._position, _MESSAGES_AT_ONCE)
        if not messages:
            return 0
        self._backlog.put(self._decode(messages))
        self._position += len(messages)
        return len(messages)

    def decode_all(self, after_each: Callable[[], None]) -> None:
        """Decode everything that is in the journal now; `after_each` run may write."""
        while self.step():
            after_each()

    def exchange(self, change: Callable[[], None]) -> None:
        """Do this between two runs, when what is in the journal now was decoded as things were.

        After a long outage there may be more than can be waited for: after some seconds, or where there is no room, what is left
        is decoded as things are then.
        """
        until = time.monotonic() + _EXCHANGE_S
        with self._lock:
            while not self._backlog.full and time.monotonic() < until and self._step():
                pass
            change()

    def between(self, act: Callable[[], None], up_to: Callable[[], int]) -> bool:
        """Do this between two runs if all that was decoded is settled (`up_to` tells how far it is); whether it was done."""
        with self._lock:
            if up_to() < self._position:
                return False
            act()
            return True

    def understand(self, message: RawMessage) -> Understood:
        """Decode a message that is not in the run of the journal, between two runs: an interpreter is for one thread at a time."""
        with self._lock:
            return self._understand(message)

    def _decode(self, messages: Sequence[RawMessage]) -> Portion:
        """What the messages that follow the position mean. Listeners are told of the newest of each form and of all others."""
        position = self._position
        portion = Portion(position + len(messages))
        untold: _Untold = {}
        awaited = self._awaited()
        for message in messages:
            position += 1
            try:
                plainly = self._plainly(message)
            except Exception:  # noqa: BLE001 - a fault in the short way: the long way decides what becomes of the message
                _log.exception("the short way failed for a message of topic %a", message.topic[:200])
                plainly = None
            if plainly is None:
                self._at_length(portion, message, position, untold)
                continue
            form, sheaf = plainly
            bound = form.bound
            portion.with_readings += 1
            portion.of_site(bound.site).add(sheaf, position)
            if awaited and not awaited.isdisjoint(form.names):
                self._tell(message, _understood(form, sheaf))
            of_device = untold.get(bound.key)
            if of_device is None:
                untold[bound.key] = {form: (message, sheaf)}
            else:
                of_device[form] = message, sheaf
        for of_device in untold.values():
            self._tell_newest(of_device)
        return portion

    def _at_length(self, portion: Portion, message: RawMessage, position: int, untold: _Untold) -> None:
        """A message that is of no known form."""
        understood = self._understand(message)
        if understood.outcome is Outcome.READINGS and understood.readings:
            portion.with_readings += 1
            by_site: dict[str, list[Reading]] = {}
            for site, reading in understood.readings:
                by_site.setdefault(site, []).append(reading)
            for site, readings in by_site.items():
                for sheaf in sheaves_of(readings):
                    portion.of_site(site).add(sheaf, position)
        elif understood.outcome is Outcome.QUARANTINED or (understood.outcome is Outcome.READINGS and understood.problems):
            portion.quarantined.append(self._quarantined(message, understood))
        else:
            portion.ignored += 1
        for device in understood.devices:
            if device in untold:
                self._tell_newest(untold.pop(device))  # what came before is told before
        self._tell(message, understood)

    def _tell_newest(self, of_device: dict[Form, tuple[RawMessage, Sheaf]]) -> None:
        for form, (message, sheaf) in of_device.items():
            self._tell(message, _understood(form, sheaf))

    def _tell(self, message: RawMessage, understood: Understood) -> None:
        for listener in self._listeners:
            try:
                listener(message, understood)
            except Exception:  # noqa: BLE001 - the run must end: decoded a second time, its readings would be duplicates
                _log.exception("telling of a message of topic %a failed", message.topic[:200])

    def _understand(self, message: RawMessage) -> Understood:
        try:
            return self._interpreter.understand(message)
        except Exception as error:  # noqa: BLE001 - a fault in a decoder costs its own message only, which is kept
            _log.exception("decoding a message of topic %a failed", message.topic[:200])
            return Understood(Outcome.QUARANTINED, reason=f"decoding failed: {type(error).__name__}: {error}"[:_REASON_LENGTH])

    def _quarantined(self, message: RawMessage, understood: Understood) -> Quarantined:
        reason = understood.reason or "; ".join(understood.problems) or "not understood"
        return Quarantined(0, message, reason, understood.family, self._clock.now())

    # --- the decoding thread

    def start(self) -> None:
        if self._thread is None:
            self._closing = False
            self._thread = threading.Thread(target=self._run, name="decoder", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._closing = True
        self._news.set()
        if self._thread is not None:
            self._thread.join(10)
            self._thread = None

    def _run(self) -> None:
        while not self._closing:
            self._news.clear()
            try:
                while not self._closing and not self._backlog.full and self.step():
                    while self._backlog.crowded and not self._closing:
                        self._backlog.wait_room(_ROOM_S)
            except RetryableError as error:
                _log.error("%s", error)
            except Exception:  # noqa: BLE001 - the outermost loop of the decoding thread: said, and gone on
                _log.exception("decoding failed; trying again")
            if self._backlog.full:
                self._backlog.wait_room(_IDLE_S)
            else:
                self._news.wait(_IDLE_S)


def _never(_message: RawMessage) -> None:
    return None


def _understood(form: Form, sheaf: Sheaf) -> Understood:
    bound = form.bound
    readings = tuple((bound.site, reading) for reading in sheaf.readings())
    return Understood(_READINGS, bound.family.name, readings, (), (bound.key,))
