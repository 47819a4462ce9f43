"""The thin runner around the engine: reads the ports, sends what was decided, keeps what must be remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from premises.booking import Booking, BookingStatus, Override
from premises.decision import ZoneDecision
from premises.errors import StoreUnavailableError
from premises.plan import Plan, ReadyBy
from premises.ports import (
    Alarms,
    BookingBook,
    CommandBus,
    DecisionBook,
    LiveReadings,
    OverrideBook,
    PlanBook,
    TelemetryStore,
)
from premises.reading import Reading, Value
from premises.reason import REASONS
from premises.schedule import DeviceSchedule
from premises.site import GREENROOM, Site
from premises.tariff import Carrier
from premises.time import Clock, Interval, slot_start
from rules.backfill import backfill
from rules.diary import Diary
from rules.engine import Engine, Optimiser, Seen
from rules.pushed import device_schedules
from rules.recall import recalled
from rules.restart import plan_as_before, plants_as_before, zones_as_before
from rules.snapshot import Decision, LearnedLead, Memory, Snapshot
from rules.standby import standby_loads
from rules.weather import ForecastSource, Foretold

log = structlog.get_logger(__name__)

REPLAN_EVERY = timedelta(minutes=15)
TELL_EVERY = timedelta(minutes=15)
LEARN_OVER = timedelta(days=28)
OWN_ALARMS = frozenset({"floor_missed", "not_ready", "power_over", "sensor_lost", "weather_unknown"})
"""Causes that deciding raises, and clears when they are over, also those of before a restart."""


@dataclass(frozen=True)
class Ports:
    """What the runner needs of the house."""

    live: LiveReadings
    store: TelemetryStore
    bookings: BookingBook
    overrides: OverrideBook
    plans: PlanBook
    decisions: DecisionBook
    bus: CommandBus
    alarms: Alarms


class RulesRunner:
    """Runs the rules of one site. Call `tick` every minute, `replan` where `replan_due`, `learn` nightly.

    It is a `Planner`: `ready_by` answers without side effects. carbon_kg_per_kwh: factor of a carrier at an instant;
    forecast: weather where somebody tells it, else yesterday's course is taken; optimiser: None plans by leads alone; record: is
    told what each tick knew and what it came to.
    """

    def __init__(
        self,
        site: Site,
        clock: Clock,
        ports: Ports,
        *,
        carbon_kg_per_kwh: Callable[[Carrier, datetime], float] = lambda _carrier, _at: 0.0,
        forecast: ForecastSource | None = None,
        replan_every: timedelta = REPLAN_EVERY,
        optimiser: Optimiser | None = None,
        record: Callable[[Snapshot, Decision], None] | None = None,
    ) -> None:
        self.site = site
        self.clock = clock
        self.ports = ports
        self.diary = Diary(site, ports.bookings)
        self.engine = Engine(site, carbon_kg_per_kwh, optimiser)
        self._forecast_of = forecast
        self._record = record
        self._replan_every = replan_every
        self._planned_version = -1
        self._foretold = Foretold()
        self._standby: Mapping[str, float] = {}
        self._foretold_at: datetime | None = None
        self._alarmed: set[tuple[str, str]] = set()
        self._overrides: tuple[Override, ...] = ()
        self._told: dict[str, tuple[datetime, ZoneDecision]] = {}
        self._restored = False
        self._backfilled = False

    @property
    def memory(self) -> Memory:
        """Latch state after the last tick."""
        return self.engine.memory

    @property
    def plan(self) -> Plan | None:
        """The plan in force."""
        return self.engine.plan

    # --- the tick ---

    def tick(self, now: datetime) -> Decision:
        """Decide from what is known now, send the commands, keep decisions and alarms; with books and store away, too."""
        self._refresh(now)
        seen = self._seen(now)
        knew = self.engine.snapshot(now, seen) if self._record is not None else None
        decision = self.engine.tick(now, seen)
        if knew is not None and self._record is not None:
            self._record(knew, decision)
        if decision.commands:
            self.ports.bus.send(decision.commands)
        self._keep(decision, now)
        return decision

    def _refresh(self, now: datetime) -> None:
        try:
            self.diary.refresh(now)
        except StoreUnavailableError as error:
            log.warning("bookings not readable, the last known ones hold", error=str(error), site=self.site.id)
        if not self._restored:
            self.restore(now)

    def _seen(self, now: datetime) -> Seen:
        site = self.site.id
        return Seen(
            latest=self.ports.live.all(site),
            schedule=self.diary.claims,
            overrides=self._people(now),
            pending=self.ports.bus.pending(site),
            forecast=self._forecast_of(now) if self._forecast_of is not None else None,
        )

    def _people(self, now: datetime) -> tuple[Override, ...]:
        """Overrides in force; the last known ones, until they expire, while the book is away."""
        try:
            self._overrides = tuple(self.ports.overrides.active(self.site.id, now))
        except StoreUnavailableError as error:
            log.warning("overrides not readable, the last known ones hold", error=str(error), site=self.site.id)
        return tuple(override for override in self._overrides if override.active_at(now))

    def _keep(self, decision: Decision, now: datetime) -> None:
        """Decisions and alarms for the books. Books that are away keep nobody cold: alarms are raised when they are back."""
        try:
            self.ports.decisions.save(self.site.id, decision.zones)
            self._alarm(decision, now)
        except StoreUnavailableError as error:
            log.warning("what was decided cannot be kept", error=str(error), site=self.site.id)

    def _alarm(self, decision: Decision, now: datetime) -> None:
        due = {(wish.cause, wish.subject): wish.reason for wish in decision.alarms}
        for key in sorted(due.keys() - self._alarmed):
            texts = {language: due[key].text(language) for language in REASONS.languages()}
            self.ports.alarms.raise_(self.site.id, key[0], key[1], texts, now)
        for cause, subject in sorted(self._alarmed - due.keys()):
            self.ports.alarms.clear(self.site.id, cause, subject, now)
        self._alarmed = set(due)

    # --- planning ---

    def replan_due(self, now: datetime) -> bool:
        """Whether bookings changed since the last plan, or it is a quarter hour old."""
        if self.plan is None or self.diary.version != self._planned_version:
            return True
        return not timedelta(0) <= now - self.plan.made_at < self._replan_every  # also when the clock was set back

    def replan(self, now: datetime) -> Plan:
        """Make and keep a new plan."""
        self._refresh(now)
        seen = self._seen(now)
        plan = self.engine.replan(now, seen)
        self._foretold.note(now, self.engine.outlook(now, seen).forecast)
        self._planned_version = self.diary.version
        try:
            self.ports.plans.save(plan)
        except StoreUnavailableError as error:
            log.warning("the plan cannot be kept", error=str(error), site=self.site.id)
        return plan

    def schedules(self, now: datetime) -> list[DeviceSchedule]:
        """What devices are to do in the next two days by themselves, by the plan and the claims as of the last tick."""
        return device_schedules(self.site, self.engine.layout, self.diary.claims, self.plan, now)

    def ready_by(self, booking: Booking) -> tuple[ReadyBy, ...]:
        """For a booking or a would-be one: one answer per zone that is heated. Stores and sends nothing."""
        now = self.clock.now()
        others = [b for b in self.diary.bookings if b.status is not BookingStatus.CANCELLED]
        return self.engine.ready_by(now, self._seen(now), booking, others)

    def use(self, optimiser: Optimiser | None) -> None:
        """Plan with this optimiser from now on; None: by leads alone, which is quick."""
        self.engine.optimiser = optimiser

    # --- learning and remembering ---

    def learn(self, now: datetime) -> Mapping[str, LearnedLead]:
        """Fit leads and models anew on the last four weeks; the leads. Raises StoreUnavailableError.

        Called soon after a start, it takes what was before from the store.
        """
        engine = self.engine
        if not self._backfilled and engine.trace.since() < timedelta(days=7):
            engine.trace = backfill(self.ports.store, self.site, engine.layout, Interval(now - LEARN_OVER, now))
            self._backfilled = True
        engine.learn()
        self._standby = standby_loads(self.ports.store, self.site, engine.layout, now)
        for zone, lead in engine.leads.items():
            log.info("lead learned", site=self.site.id, zone=zone, warm_ups=lead.count, error_h=round(lead.error_h, 2))
        return engine.leads

    def restore(self, now: datetime) -> None:
        """After a start: pre-heats under way and when zones were warm by the book, plants by the store, and the plan in force.

        A book that is away is asked again at the next tick; a store that is away is done without.
        """
        try:
            zones, current = zones_as_before(self.site, self.diary.claims, self.ports.decisions, now)
            plan = plan_as_before(self.ports.plans, self.site.id, now)
            standing = {(a.cause, a.subject) for a in self.ports.alarms.active(self.site.id) if a.cause in OWN_ALARMS}
        except StoreUnavailableError as error:
            log.warning("without what was decided before the start", error=str(error), site=self.site.id)
            return
        for name, since in self.memory.zones.items():  # ticks since the start, where the book was away at first
            before = zones.get(name, since)
            zones[name] = replace(since, latch=since.latch or before.latch, warm_at=since.warm_at or before.warm_at)
        self.engine.memory = replace(self.memory, zones=zones)
        self._alarmed |= standing
        self.engine.plan = self.engine.plan or plan
        self._restored = True
        self._backfilled = not current  # a first start has nothing behind it
        if current:
            self._recall(now)

    def _recall(self, now: datetime) -> None:
        layout = self.engine.layout
        try:
            plants = plants_as_before(self.ports.store, self.site, layout, now)
            self.engine.memory = replace(self.memory, plants={**plants, **self.memory.plants})
            self.engine.recall(recalled(self.ports.store, self.site, layout, now))
        except StoreUnavailableError as error:
            log.warning("without yesterday's weather until a day has passed", error=str(error), site=self.site.id)

    # --- what it tells ---

    def own_readings(self, now: datetime) -> list[Reading]:
        """Wish, plan, state and reason (in English) of each zone, where they changed or every quarter hour."""
        found: list[Reading] = []
        for decision in self.engine.decision.zones if self.engine.decision is not None else ():
            told = self._told.get(decision.zone)
            if told is not None and now - told[0] < TELL_EVERY and _same(told[1], decision):
                continue
            self._told[decision.zone] = (now, decision)
            found.extend(self._readings_of(decision, now))
        return found + self._forecast_readings(now) + self._standby_readings(now)

    def _standby_readings(self, now: datetime) -> list[Reading]:
        """After each night's learning, what runs on in each zone at night."""
        told, self._standby = self._standby, {}
        return [Reading(f"{zone}/standby_power", now, load_w, now) for zone, load_w in told.items()]

    def _forecast_readings(self, now: datetime) -> list[Reading]:
        """Once a slot, what was forecast for it a day ago."""
        slot = slot_start(now)
        if self._foretold_at == slot:
            return []
        self._foretold_at = slot
        told = zip(("forecast_temperature", "forecast_pv_power"), self._foretold.at(now), strict=True)
        return [Reading(f"{GREENROOM}/{name}", slot, value, now) for name, value in told if value is not None]

    def _readings_of(self, decision: ZoneDecision, now: datetime) -> list[Reading]:
        values: dict[str, Value] = {"state": decision.state.value, "reason": decision.heat_reason.text("en")}
        if decision.wanted_c is not None:
            values["wanted_temperature"] = decision.wanted_c
        planned = self.plan.zone(decision.zone) if self.plan is not None else None
        slot = planned.at(now) if planned is not None else None
        if slot is not None:
            values["planned_heat"] = slot.heat_w
            if slot.air_c is not None:
                values["planned_temperature"] = slot.air_c
        return [Reading(f"{decision.zone}/{name}", now, value, now) for name, value in values.items()]


def _same(one: ZoneDecision, other: ZoneDecision) -> bool:
    return (one.state, one.wanted_c, one.heat_reason) == (other.state, other.wanted_c, other.heat_reason)
