"""The command bus: each command is sent, confirmed by read-back, sent again, and given up with an alarm.

It has no timers: `tick(now)` does what is due, in real and in simulated time alike.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ingest.arrivals import Wire
from ingest.decoded import Interpreter, Understood
from premises.alarming import alarm_texts
from premises.command import Command, CommandState, CommandStatus
from premises.errors import GreenroomError, RetryableError
from premises.ports import Alarms, CommandLog, LiveReadings
from premises.reading import RawMessage, Reading
from premises.site import Site
from premises.time import Clock

_log = logging.getLogger("greenroom.ingest.bus")
_OPEN = frozenset({CommandState.QUEUED, CommandState.SENT, CommandState.RETRIED})
CAUSE = "command_failed"


@dataclass(frozen=True, slots=True)
class BusSettings:
    """retry_after: waits for a read-back after the first, second, … sending; after the last of them it is given up."""

    retry_after: tuple[timedelta, ...] = (timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120))


@dataclass(slots=True)
class _Pending:
    status: CommandStatus
    due: datetime  # when to send (again), or to give up

    @property
    def command(self) -> Command:
        return self.status.command


class MqttCommandBus:
    """The CommandBus port. Every change of a command goes to the log; alarms are raised and cleared by point."""

    def __init__(
        self,
        interpreter: Interpreter,
        clock: Clock,
        *,
        log: CommandLog | None = None,
        alarms: Alarms | None = None,
        live: LiveReadings | None = None,
        settings: BusSettings | None = None,
    ) -> None:
        """live: at the time of a retry a known value that already is as commanded confirms (a device may not tell it twice)."""
        self._interpreter = interpreter
        self._clock = clock
        self._record = log
        self._alarms = alarms
        self._live = live
        self._settings = settings or BusSettings()
        self._wire: Wire | None = None
        self._lock = threading.RLock()
        self._pending: dict[tuple[str, str], _Pending] = {}
        self._quiet: set[tuple[str, str]] = set()  # points whose alarm is known not to stand: the book need not be asked

    def attach(self, wire: Wire) -> None:
        self._wire = wire

    def send(self, commands: Sequence[Command]) -> None:
        """Queue and send. A newer command for the same point supersedes the older; with the same value it keeps its attempts."""
        with self._lock:
            for command in commands:
                self._take(command)

    def _take(self, command: Command) -> None:
        now = self._clock.now()
        key = (command.site, command.point)
        older = self._pending.get(key)
        started = CommandStatus(command, CommandState.QUEUED, now)
        pending = _Pending(started, now)
        if older is not None and older.status.state in _OPEN:
            self._told(replace(older.status, state=CommandState.SUPERSEDED, at=now))
            if older.command.value == command.value:
                # the rules say again what is still unanswered: the count goes on, or it would never be given up
                pending = _Pending(replace(older.status, command=command, at=now), older.due)
        self._pending[key] = pending
        self._told(pending.status)
        self._step(key, pending, now)

    def reconfigure(self, site: Site) -> None:
        """Give up what is pending for points that the changed site file does not have, and their alarms."""
        with self._lock:
            now = self._clock.now()
            writable = {point.id for point in site.points if point.writable}
            for key, pending in list(self._pending.items()):
                if key[0] == site.id and key[1] not in writable:
                    if pending.status.state in _OPEN:
                        self._change(pending, CommandState.SUPERSEDED, now)
                    del self._pending[key]
                    if self._alarms is not None:
                        with _said("the alarm"):
                            self._alarms.clear(site.id, CAUSE, key[1], now)

    def tick(self, now: datetime) -> None:
        """Send again, expire or give up what is due."""
        with self._lock:
            for key, pending in list(self._pending.items()):
                self._step(key, pending, now)

    def _step(self, key: tuple[str, str], pending: _Pending, now: datetime) -> None:
        status = pending.status
        if now >= status.command.expires_at:
            if status.state in _OPEN:
                self._change(pending, CommandState.EXPIRED, now)
            del self._pending[key]
            return
        if status.state not in _OPEN or now < pending.due:
            return
        if status.attempts and self._already_so(status.command):
            self._confirm(pending, now, self._read_back(status.command))
        elif status.attempts > len(self._settings.retry_after) - 1 and status.attempts:
            self._fail(pending, now, "")
        else:
            self._transmit(pending, now)

    def _transmit(self, pending: _Pending, now: datetime) -> None:
        command, attempts = pending.command, pending.status.attempts
        try:
            outgoing = self._interpreter.encode(command)
            if self._wire is None or not self._wire.connected:
                return  # it stays queued: what waits in a client's queue could reach the device long after it expired
            valid_s = (command.expires_at - now).total_seconds()
            for message in outgoing:
                self._wire.publish(message.topic, message.payload, message.retain, valid_s)
        except RetryableError as error:
            _log.warning("a command for %s waits: %s", command.point, error)
            return
        except GreenroomError as error:
            self._fail(pending, now, str(error))
            return
        except Exception as error:  # noqa: BLE001 - a fault in one encoder must not keep back the other commands
            _log.exception("encoding a command for %s failed", command.point)
            self._fail(pending, now, f"encoding failed: {type(error).__name__}")
            return
        pending.status = replace(pending.status, attempts=attempts + 1)
        pending.due = now + self._settings.retry_after[min(attempts, len(self._settings.retry_after) - 1)]
        self._change(pending, CommandState.RETRIED if attempts else CommandState.SENT, now)

    def listen(self, _message: RawMessage, understood: Understood) -> None:
        """For the decoder: readings may confirm what was sent."""
        for site, reading in understood.readings:
            if (site, reading.point) in self._pending:
                self.observe(site, reading)

    def awaited(self) -> frozenset[tuple[str, str]]:
        """Points (site, id) whose next readings may confirm a command."""
        with self._lock:
            return frozenset(
                key
                for key, pending in self._pending.items()
                if pending.status.state in _OPEN or pending.status.state is CommandState.FAILED
            )

    def observe(self, site: str, reading: Reading) -> None:
        """A reading of a commanded point."""
        with self._lock:
            pending = self._pending.get((site, reading.point))
            if pending is None or not reading.fresh or not pending.status.attempts:
                return
            if pending.status.state not in _OPEN and pending.status.state is not CommandState.FAILED:
                return
            if reading.received_at >= pending.command.issued_at and self._interpreter.confirms(pending.command, reading):
                self._confirm(pending, reading.received_at, reading)

    def _already_so(self, command: Command) -> bool:
        return self._read_back(command) is not None

    def _read_back(self, command: Command) -> Reading | None:
        value = None if self._live is None else self._live.get(command.site, command.point)
        if value is None or not value.known or not self._interpreter.confirms(command, value.reading):
            return None
        return value.reading

    def _confirm(self, pending: _Pending, at: datetime, reading: Reading | None) -> None:
        pending.status = replace(pending.status, read_back=None if reading is None else reading.value)
        self._change(pending, CommandState.CONFIRMED, at)
        key = (pending.command.site, pending.command.point)
        if self._alarms is not None and key not in self._quiet:
            with _said("the alarm"):
                self._alarms.clear(pending.command.site, CAUSE, pending.command.point, at)
                self._quiet.add(key)

    def _fail(self, pending: _Pending, at: datetime, why: str) -> None:
        """why: what was said against it; empty: the device did not answer."""
        self._change(pending, CommandState.FAILED, at)
        command = pending.command
        attempts = pending.status.attempts
        _log.error("the command %s = %s failed: %s", command.point, command.value, why or f"no read-back after {attempts} attempts")
        self._quiet.discard((command.site, command.point))
        if self._alarms is not None:
            values = {"point": command.point, "value": str(command.value)}
            text = (
                alarm_texts("command_failed", why=why, **values)
                if why
                else alarm_texts("command_unanswered", attempts=attempts, **values)
            )
            with _said("the alarm"):
                self._alarms.raise_(command.site, CAUSE, command.point, text, at)

    def _change(self, pending: _Pending, state: CommandState, at: datetime) -> None:
        pending.status = replace(pending.status, state=state, at=at)
        self._told(pending.status)

    def _told(self, status: CommandStatus) -> None:
        if self._record is not None:
            with _said("the command log"):
                self._record.record([status])

    def pending(self, site: str) -> Mapping[str, CommandStatus]:
        with self._lock:
            now = self._clock.now()
            return {
                point: pending.status
                for (of, point), pending in self._pending.items()
                if of == site and now < pending.command.expires_at
            }


@contextmanager
def _said(what: str) -> Iterator[None]:
    """A book that is away must not keep a stage cold: it is said, and the command goes its way."""
    try:
        yield
    except GreenroomError as error:
        _log.error("%s of a command cannot be kept: %s", what, error)
