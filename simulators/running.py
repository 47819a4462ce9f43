"""Running a simulated site against a broker: in lockstep with the house, at a pace, or the one and then the other.

All arguments are picklable, so that each function can be the target of a child process started by "spawn". Ctrl-C and
SIGTERM end a run cleanly: devices say farewell first.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

from premises.booking import Booking
from premises.errors import GreenroomError, RetryableError
from premises.lockstep import Mark, clock_topic, proceed_topic
from premises.site import Site
from premises.sitefile import load_site
from premises.time import floor_to, utc
from simulators.connection import Wire
from simulators.devices.device import Message
from simulators.faults import Fault
from simulators.simulated import SimulatedSite

STEP = timedelta(minutes=5)
_WAKE_S = 0.25

News = Callable[[], Sequence[Booking] | None]
"""All bookings by which people come from now on; None where none has changed since it was asked last. Never waits."""


def no_news() -> None:
    """Nobody tells of bookings made meanwhile."""


class LockstepTimeoutError(RetryableError):
    """The house did not answer a step in time."""


class Session:
    """A simulated site on its wire. `stopping` ends whatever runs, at the next occasion."""

    def __init__(self, simulated: SimulatedSite, broker_url: str, stopping: threading.Event | None = None) -> None:
        self.simulated = simulated
        self.site: Site = simulated.site
        self.stopping = stopping or threading.Event()
        self._proceed = proceed_topic(self.site.id)
        farewells = simulated.farewells()
        will = farewells[-1] if farewells else None  # the bridge's, where there is one: it stands for all its devices
        self.wire = Wire(broker_url, f"greenroom-simulators-{self.site.id}", will)
        self.steps = 0
        self._parent = multiprocessing.parent_process()

    @property
    def ending(self) -> bool:
        """Whether to stop: told to, or the process that started this one is gone."""
        if self._parent is not None and not self._parent.is_alive():
            self.stopping.set()
        return self.stopping.is_set()

    def open(self) -> None:
        """Connect. Raises BrokerUnavailableError, SettingError."""
        self.wire.connect([*self.simulated.command_topics(), self._proceed])

    def close(self) -> None:
        """Say farewell for all devices and disconnect."""
        self.wire.publish(self.simulated.farewells())
        self.wire.flush(3.0)
        self.wire.close()

    def lockstep(self, until: datetime, step: timedelta = STEP, patience_s: float = 120.0) -> None:
        """Go on to `until` in steps, each waiting for the house.

        Begin and end of a step are both marked with the instant that the step ends at: that is when its messages were sent.
        Raises LockstepTimeoutError where the house does not answer within `patience_s`.
        """
        while self.simulated.now + step <= utc(until) and not self.ending:
            at = self.simulated.now + step
            self.steps += 1
            messages = self.simulated.step(at)
            topic = clock_topic(self.site.id)
            self.wire.publish([Message(topic, Mark("begin", self.steps, at).encode())])
            self.wire.publish(messages)
            self.wire.publish([Message(topic, Mark("end", self.steps, at).encode())])
            self._wait(patience_s)

    def _wait(self, patience_s: float) -> None:
        """Take commands in order until the house proceeds with this step."""
        deadline = time.monotonic() + patience_s
        while not self.ending:
            left = deadline - time.monotonic()
            if left <= 0:
                raise LockstepTimeoutError(
                    f"{self.site.id}: the house did not proceed with step {self.steps} within {patience_s:g} s; "
                    f"it must listen to {clock_topic(self.site.id)} on the same broker and answer on {self._proceed}"
                )
            came = self.wire.take(min(left, _WAKE_S))
            if came is None:
                continue
            topic, payload = came
            if topic != self._proceed:
                self.simulated.queue(topic, payload)
            elif (mark := _proceed_mark(payload)) is not None and mark.step == self.steps:
                return

    def live(self, speed: float = 1.0, until: datetime | None = None, *, real_time: bool = False, news: News = no_news) -> None:
        """Go on at `speed` times the pace of the clock, from where the simulation stands, until told to stop.

        real_time: follow the machine's clock itself (speed 1) instead of counting from now on. Otherwise the house may set the
        clock: after a `proceed` with a later instant, time goes on from that instant. news: of bookings made meanwhile.
        """
        pace = _Pace(self.simulated.now, speed)
        greeted = self.wire.sessions
        while not self.ending:
            now = datetime.now(UTC) if real_time else pace.now()
            if until is not None and now >= until:
                self.wire.publish(self.simulated.step(until))
                return
            now = now.replace(microsecond=now.microsecond // 1000 * 1000)
            if self.wire.sessions > greeted:  # the broker was away: it may have told the last will
                self.wire.publish(self.simulated.births())
                greeted = self.wire.sessions
            if (bookings := news()) is not None:
                self.simulated.set_bookings(bookings)
            if now > self.simulated.now:
                self.wire.publish(self.simulated.step(now))
            pace = self._obey(min(_WAKE_S, max(10.0 / speed, 0.05)), pace)

    def _obey(self, wait_s: float, pace: _Pace) -> _Pace:
        """Take commands and answer them at once, for that long; the pace, anew where the house has set the clock."""
        deadline = time.monotonic() + wait_s
        while (left := deadline - time.monotonic()) > 0 and not self.ending:
            came = self.wire.take(left)
            if came is None:
                continue
            topic, payload = came
            if topic != self._proceed:
                self.wire.publish(self.simulated.apply(topic, payload))
            elif (mark := _proceed_mark(payload)) is not None and mark.at > pace.anchor:
                pace = _Pace(mark.at, pace.speed)
        return pace


class _Pace:
    """Time that stood at `anchor` when this was made, and goes `speed` times as fast as the clock."""

    def __init__(self, anchor: datetime, speed: float) -> None:
        self.anchor = anchor
        self.speed = speed
        self._started = time.monotonic()

    def now(self) -> datetime:
        return self.anchor + timedelta(seconds=(time.monotonic() - self._started) * self.speed)


def _proceed_mark(payload: bytes) -> Mark | None:
    """The mark, where the payload is one with which the house proceeds."""
    try:
        mark = Mark.decode(payload)
    except ValueError:
        return None
    return mark if mark.phase == "proceed" else None


@contextmanager
def _ended_by_signals(stopping: threading.Event) -> Iterator[None]:
    """SIGTERM and Ctrl-C set the event, in the main thread of a process; elsewhere signals are left alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def told(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _session(
    site_file: Path, broker_url: str, seed: int, bookings: Sequence[Booking], start: datetime, faults: Sequence[Fault]
) -> Iterator[Session]:
    stopping = threading.Event()
    with _one_line_from_a_child(), _ended_by_signals(stopping):
        simulated = SimulatedSite(load_site(site_file), seed, bookings, start=start, faults=faults)
        session = Session(simulated, broker_url, stopping)
        session.open()
        try:
            yield session
        finally:
            session.close()


@contextmanager
def _one_line_from_a_child() -> Iterator[None]:
    """In a child process nobody catches errors: there each becomes one line and exit status 1."""
    try:
        yield
    except GreenroomError as error:
        if multiprocessing.parent_process() is None:
            raise
        sys.stderr.write(f"simulators: {error}\n")
        sys.exit(1)


def run_paced(
    site_file: Path,
    broker_url: str,
    *,
    seed: int = 1,
    speed: float = 1.0,
    start: datetime | None = None,
    until: datetime | None = None,
    bookings: Sequence[Booking] = (),
    faults: Sequence[Fault] = (),
) -> None:
    """Simulate a site at `speed` times the clock's pace from `start` (None: now) until `until` (None: until told to stop)."""
    began = utc(start) if start is not None else datetime.now(UTC)
    with _session(site_file, broker_url, seed, bookings, began, faults) as session:
        session.live(speed, until, real_time=start is None and speed == 1.0)


def run_demo(
    site_file: Path,
    broker_url: str,
    *,
    seed: int,
    start: datetime,
    end: datetime | None = None,
    speed: float = 1.0,
    step: timedelta = STEP,
    bookings: Sequence[Booking] = (),
    patience_s: float = 120.0,
    faults: Sequence[Fault] = (),
    news: News = no_news,
) -> None:
    """Catch up from `start` to `end` in lockstep, then go on live at `speed` from there until told to stop.

    end None: up to the machine's present time (again and again until it is reached), and on with the machine's clock if speed is 1.
    news: of bookings made once it is live.
    """
    with _session(site_file, broker_url, seed, bookings, utc(start), faults) as session:
        if end is not None:
            session.lockstep(end, step, patience_s)
        else:
            while session.simulated.now + step <= floor_to(datetime.now(UTC), step) and not session.ending:
                session.lockstep(floor_to(datetime.now(UTC), step), step, patience_s)
        session.live(speed, real_time=end is None and speed == 1.0, news=news)
