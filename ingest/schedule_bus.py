"""Schedules on their way to devices: sent, read back, sent again, and given up with an alarm. See `ingest.bus` for single commands.

It has no timers: `tick(now)` does what is due. The log of commands has a status for each point of each push.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from ingest.decoded import Outgoing, Understood
from ingest.families.family import CannotActError
from ingest.families.memory import Memory
from ingest.families.registry import FAMILIES
from ingest.schedule_readback import Programme, difference, questions, sent_by, told_by
from ingest.schedules import Told, encode_schedules, tells_schedules
from premises.alarming import SCHEDULE_FAILED, alarm_texts
from premises.command import Command, CommandState, CommandStatus, Priority
from premises.errors import GreenroomError, RetryableError, UnitError
from premises.ports import Alarms, CommandLog
from premises.reading import RawMessage, Value
from premises.schedule import DeviceSchedule, ScheduleStep
from premises.site import Device, Point
from premises.time import format_instant

_log = logging.getLogger("greenroom.ingest.schedules")
AGAIN_AFTER = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""Waits for the read-back after the first, second, … push; after the last of them it is given up. Batteries sleep for minutes."""
ASK_AFTER = timedelta(minutes=2)
"""Asked once more so long after a push: the first answer may have been lost, or told of what was there before."""
_OPEN = frozenset({CommandState.SENT, CommandState.RETRIED})


class Publishes(Protocol):
    def publish(self, topic: str, payload: bytes, retain: bool = False) -> object: ...


@dataclass(slots=True)
class _Sent:
    """What a device was told last, at pushed_at. seen: what it was heard to keep since; ask: when to ask it once more."""

    device: Device
    zone: ZoneInfo
    told: Told
    statuses: tuple[CommandStatus, ...]
    pushed_at: datetime
    questions: tuple[Outgoing, ...] = ()
    expected: Programme = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    whole: bool = False
    ask: datetime | None = None

    @property
    def status(self) -> CommandStatus:
        return self.statuses[0]

    @property
    def differs(self) -> str:
        return difference(self.expected, self.seen, whole=self.whole)


class ScheduleBus:
    """Sends schedules to devices and sees to it that they are kept. Safe to call from several threads."""

    def __init__(self, connection: Publishes, log: CommandLog | None = None, alarms: Alarms | None = None) -> None:
        self._connection = connection
        self._record = log
        self._alarms = alarms
        self._memory = Memory(limit=1000)
        self._lock = threading.RLock()
        self._sent: dict[tuple[str, str], _Sent] = {}

    def send(self, site: str, device: Device, told: Told, zone: ZoneInfo, now: datetime) -> bool:
        """Tell the device these schedules of its points; what it was told before is superseded. False: the broker is away."""
        with self._lock:
            sent = _Sent(device, zone, told, tuple(_started(site, p, s, zone, now) for p, s in told), now)
            before = self._sent.pop((site, device.id), None)
            if tells_schedules(device):
                self._sent[site, device.id] = sent  # before it is sent: the answer may be here at once
            try:
                self._push(sent, now)
            except RetryableError as error:
                _log.warning("a schedule for %s waits for the broker: %s", device.id, error)
                self._sent.pop((site, device.id), None)
                if before is not None:
                    self._sent[site, device.id] = before
                return False
            except (CannotActError, UnitError) as error:
                _log.error("device %s cannot take its schedule: %s", device.id, error)
                self._sent.pop((site, device.id), None)
                self._change(sent, CommandState.FAILED, now)
                return True
            if before is not None and before.status.state in _OPEN:
                self._change(before, CommandState.SUPERSEDED, now)
            self._change(sent, CommandState.SENT, now, attempts=1)
            return True

    def _push(self, sent: _Sent, now: datetime) -> None:
        """Raises RetryableError, CannotActError, UnitError."""
        device = sent.device
        messages = encode_schedules(FAMILIES[device.family], device, sent.told, sent.zone, self._memory)
        sent.expected, sent.seen, sent.whole = sent_by(device, messages), {}, False
        sent.questions = questions(device, messages) if tells_schedules(device) else ()
        for message in (*messages, *sent.questions):
            self._connection.publish(message.topic, message.payload, message.retain)
        sent.pushed_at, sent.ask = now, now + ASK_AFTER

    def tick(self, now: datetime) -> None:
        """Ask again, push again or give up what is due. A clock that was set back does not keep anything waiting."""
        with self._lock:
            for (site, _), sent in self._sent.items():
                if sent.status.state not in _OPEN:
                    continue
                try:
                    self._step(site, sent, now)
                except RetryableError as error:
                    _log.warning("a schedule for %s waits for the broker: %s", sent.device.id, error)

    def _step(self, site: str, sent: _Sent, now: datetime) -> None:
        attempts = sent.status.attempts
        due = sent.status.at + AGAIN_AFTER[min(attempts, len(AGAIN_AFTER)) - 1]
        if sent.status.at <= now < due:
            if sent.ask is not None and now >= sent.ask:
                sent.ask = None
                for message in sent.questions:
                    self._connection.publish(message.topic, message.payload, message.retain)
        elif attempts < len(AGAIN_AFTER):
            sent.told = tuple((point, _from(schedule, now)) for point, schedule in sent.told)
            self._push(sent, now)
            self._change(sent, CommandState.RETRIED, now, attempts=attempts + 1)
        else:
            self._give_up(site, sent, now)

    def _give_up(self, site: str, sent: _Sent, now: datetime) -> None:
        device, attempts = sent.device.id, sent.status.attempts
        why = sent.differs if sent.seen or sent.whole else ""
        self._change(sent, CommandState.FAILED, now, read_back=why or None)
        _log.error("device %s does not keep its schedule: %s", device, why or f"no answer after {attempts} attempts")
        if self._alarms is not None:
            told = alarm_texts("schedule_differs", device=device, why=why) if why else None
            with _said("the alarm"):
                texts = told or alarm_texts("schedule_unread", device=device, attempts=attempts)
                self._alarms.raise_(site, SCHEDULE_FAILED, device, texts, now)

    def listen(self, message: RawMessage, understood: Understood) -> None:
        """For the decoder: what a device tells of its programme may confirm what it was sent."""
        if message.retained:
            return
        for key in understood.devices:
            if key in self._sent:
                with self._lock:
                    self._heard(key, self._sent.get(key), message)

    def _heard(self, key: tuple[str, str], sent: _Sent | None, message: RawMessage) -> None:
        told = None if sent is None else told_by(sent.device, message)
        if sent is None or told is None or message.received_at < sent.pushed_at:
            return
        if told.whole:
            sent.seen.clear()
        sent.seen.update(told.entries)
        sent.whole = told.whole
        waits = sent.status.state in _OPEN or sent.status.state is CommandState.FAILED
        if waits and not sent.differs:
            self._change(sent, CommandState.CONFIRMED, message.received_at, read_back=sent.status.command.value)
            if self._alarms is not None:
                with _said("the alarm"):
                    self._alarms.clear(key[0], SCHEDULE_FAILED, key[1], message.received_at)

    def statuses(self, site: str) -> Mapping[str, CommandStatus]:
        """By point: how its schedule stands; those of devices that are not read back are not kept."""
        with self._lock:
            return {s.command.point: s for (of, _), sent in self._sent.items() if of == site for s in sent.statuses}

    def keep(self, site: str, devices: frozenset[str], now: datetime) -> None:
        """Forget devices of the site that take schedules no more, and their alarms."""
        with self._lock:
            for of, device in [key for key in self._sent if key[0] == site and key[1] not in devices]:
                sent = self._sent.pop((of, device))
                if sent.status.state in _OPEN:
                    self._change(sent, CommandState.SUPERSEDED, now)
                if self._alarms is not None:
                    with _said("the alarm"):
                        self._alarms.clear(of, SCHEDULE_FAILED, device, now)

    def _change(
        self, sent: _Sent, state: CommandState, at: datetime, *, attempts: int | None = None, read_back: Value | None = None
    ) -> None:
        tried = sent.status.attempts if attempts is None else attempts
        sent.statuses = tuple(replace(s, state=state, at=at, attempts=tried, read_back=read_back) for s in sent.statuses)
        if self._record is not None:
            with _said("the command log"):
                self._record.record(sent.statuses)


def _started(site: str, point: Point, schedule: DeviceSchedule, zone: ZoneInfo, now: datetime) -> CommandStatus:
    """A schedule as a command. Its value is the number of its changes and the end, for people."""
    value = f"{len(schedule.steps)} > {schedule.until.astimezone(zone):%Y-%m-%d %H:%M}"
    name = f"{site}:{point.id}:schedule:{format_instant(now)}"
    command = Command(name, site, point.id, value, Priority.SAVING, schedule.reason, now, schedule.until)
    return CommandStatus(command, CommandState.QUEUED, now)


def _from(schedule: DeviceSchedule, now: datetime) -> DeviceSchedule:
    """What is left of it: changes that are past must not be programmed, or they would come a week later."""
    past = [step for step in schedule.steps if step.at <= now]
    begins = (ScheduleStep(now, past[-1].value),) if past else ()
    return replace(schedule, made_at=now, steps=(*begins, *(step for step in schedule.steps if step.at > now)))


@contextmanager
def _said(what: str) -> Iterator[None]:
    """A book that is away must not keep schedules from devices: it is said, and things go on."""
    try:
        yield
    except GreenroomError as error:
        _log.error("%s of a schedule cannot be kept: %s", what, error)
