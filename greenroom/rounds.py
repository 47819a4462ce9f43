"""One round of the house: what is due at an instant, in one order, the same in replayed and in live time."""

from __future__ import annotations

import threading
from datetime import date, datetime, time, timedelta

import structlog

from greenroom.house import Running
from greenroom.schedules import SchedulePusher
from greenroom.telling.wiring import rules_of, telling_of
from premises.errors import RetryableError, StoreUnavailableError
from premises.time import floor_to

LEARN_AT = time(3, 30)
_MINUTE = timedelta(minutes=1)
log = structlog.get_logger(__name__)


class Rounds:
    """Runs the rules of all sites. State, not edges: what is due follows from the instant and from what was done last."""

    def __init__(self, running: Running, plan_every: timedelta = timedelta(0)) -> None:
        """plan_every: least time between two plans of a site; 0 leaves it to the runner (a quarter hour, or changed bookings)."""
        self._running = running
        self.plan_every = plan_every
        self._planned: dict[str, datetime] = {}
        self._learned: dict[str, date] = {}
        self._told: datetime | None = None
        self._telling = telling_of(running)
        self._schedules = SchedulePusher(running.connection, running.books.commands, running.books.alarms)
        running.intake.also(self._schedules.listen)
        self._lock = threading.Lock()

    def run(self, now: datetime) -> None:
        """Retry commands, decide, plan and learn where that is due, and tell. Rounds never overlap."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._running.bus.tick(now)
            self._schedules.tick(now)
            for site, runner in self._running.runners.items():
                runner.tick(now)
                self._plan(site, now)
                self._learn(site, now)
                self._running.own.add((site, reading) for reading in runner.own_readings(now))
            self._tell_intake(now)
            self._ask_devices(now)
            for site, lines in self._telling.run(rules_of(self._running), now).items():
                self._running.own.add_told(site, lines)
            self._running.own.write()
        finally:
            self._lock.release()

    def _plan(self, site: str, now: datetime) -> None:
        planned = self._planned.get(site)
        if planned is not None and timedelta(0) <= now - planned < self.plan_every:
            return
        runner = self._running.runners[site]
        if runner.replan_due(now):
            runner.replan(now)
            self._planned[site] = now
            self._schedules.run(self._running.sites[site], runner.schedules(now), now)

    def _learn(self, site: str, now: datetime) -> None:
        """Once a night, after half past three local time; after a start in daytime the next night will do."""
        local = now.astimezone(self._running.sites[site].zoneinfo)
        if site not in self._learned:
            self._learned[site] = local.date() if local.time() >= LEARN_AT else local.date() - timedelta(days=1)
        if local.time() < LEARN_AT or self._learned[site] >= local.date():
            return
        try:
            self._running.intake.flush()
            self._running.runners[site].learn(now)
        except StoreUnavailableError as error:
            log.warning("learning waits for the store", site=site, why=str(error))
            return
        self._learned[site] = local.date()

    def recall(self, now: datetime) -> None:
        """After a start: learn at once from what is stored of the last weeks. A store that is away is passed over."""
        for site, runner in self._running.runners.items():
            try:
                runner.learn(now)
            except RetryableError as error:
                log.warning("learning waits for the night", site=site, why=str(error))

    def _ask_devices(self, now: datetime) -> None:
        """What families must ask for to understand what comes, such as the rebirth of a Sparkplug node."""
        for message in self._running.interpreter.requests(now):
            try:
                self._running.connection.publish(message.topic, message.payload, message.retain)
            except RetryableError as error:
                log.warning("a device could not be asked", topic=message.topic, why=str(error))

    def _tell_intake(self, now: datetime) -> None:
        if self._told is None or floor_to(now, _MINUTE) > self._told:
            self._told = floor_to(now, _MINUTE)
            self._running.intake.look(now)
            self._running.own.add(self._running.intake.own_readings(now))
