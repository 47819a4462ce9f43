"""Live time: APScheduler wakes the rounds; what is due is decided by the round itself, from the house's own clock."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol, runtime_checkable

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from gateway.following import CalendarFollower
from greenroom.house import Running
from greenroom.rounds import Rounds
from premises.errors import GreenroomError
from stores.retention import Retention

log = structlog.get_logger(__name__)
TICK = timedelta(minutes=1)
_FASTEST_S = 0.25


@runtime_checkable
class RollsUp(Protocol):
    """A store that keeps roll-ups of its own."""

    def roll_up(self, site: str, now: datetime) -> object: ...


@runtime_checkable
class Expires(Protocol):
    """A store that deletes what is past retention and rolled up."""

    def expire(self, now: datetime, retention: Retention) -> int: ...


class LiveTime:
    """Runs rounds every minute of the house's clock, which goes `speed` times as fast as the real one."""

    def __init__(
        self,
        running: Running,
        rounds: Rounds,
        speed: float = 1.0,
        follower: CalendarFollower | None = None,
        jobs: Mapping[str, tuple[float, Callable[[], object]]] | None = None,
        retention: Retention | None = None,
    ) -> None:
        """follower: of the sites' calendars, looked at every minute in a job of its own, as feeds may be slow.

        jobs: further ones by name: every how many seconds, and what to call. retention: of a store that does not see to it itself.
        """
        self._running = running
        self._follower = follower
        self._rounds = rounds
        self._retention = retention or Retention()
        self._scheduler = BackgroundScheduler(timezone=UTC)
        seconds = max(_FASTEST_S, TICK.total_seconds() / speed)
        once = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        self._scheduler.add_job(self._round, "interval", seconds=seconds, id="round", **once)
        if isinstance(running.store, RollsUp):
            self._scheduler.add_job(self._roll_up, "interval", hours=1, id="roll-up", **once)
        if follower is not None:
            self._scheduler.add_job(self._follow, "interval", seconds=60, id="calendars", **once)
        for name, (every_s, call) in (jobs or {}).items():
            self._scheduler.add_job(partial(run_job, name, call), "interval", seconds=every_s, id=name, **once)
        self._scheduler.add_job(self._retry, "interval", seconds=max(_FASTEST_S, min(5.0, seconds)), id="retry", **once)

    def start(self) -> None:
        """The intake's threads, then the first round at once."""
        self._running.intake.start()
        self._round()
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)
        self._running.own.write(all_of_them=True)

    def _round(self) -> None:
        try:
            self._rounds.run(self._running.clock.now())
        except GreenroomError as error:
            log.error("a round was cut short, the next one starts anew", why=str(error))
        except Exception:
            log.exception("a round failed, the next one starts anew")

    def _roll_up(self) -> None:
        """Quarters and days ahead of retention; figures are right without, but past retention only they remain."""
        store, now = self._running.store, self._running.clock.now()
        try:
            for site in self._running.sites:
                if isinstance(store, RollsUp):
                    store.roll_up(site, now)
            if isinstance(store, Expires):
                store.expire(now, self._retention)
        except GreenroomError as error:
            log.error("roll-ups wait for the next hour", why=str(error))
        except Exception:
            log.exception("rolling up failed")

    def _follow(self) -> None:
        assert self._follower is not None
        try:
            self._follower.poll()
        except Exception:
            log.exception("following calendars failed")

    def _retry(self) -> None:
        try:
            self._running.bus.tick(self._running.clock.now())
        except Exception:
            log.exception("retrying commands failed")


def run_job(name: str, call: Callable[[], object]) -> None:
    """One job, once. What it could not do now it finds due the next time."""
    try:
        call()
    except GreenroomError as error:
        log.error("a job was cut short, the next time starts anew", job=name, why=str(error))
    except Exception:
        log.exception("a job failed, the next time starts anew", job=name)


def quicken_collector() -> None:
    """Collect garbage less often: most of what the intake makes is freed by counting, and looking for cycles costs a sixth."""
    gc.set_threshold(100_000, 20, 100)


def wait_for_signal() -> None:
    """Block until Ctrl-C or SIGTERM. Call in the main thread."""
    import signal

    stop = threading.Event()

    def told(_number: int, _frame: object) -> None:
        stop.set()

    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        while not stop.wait(0.5):
            pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
