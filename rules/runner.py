"""The thin runner around the pure rules: collects the snapshot, sends what was decided, keeps what must be remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from premises.booking import Booking, BookingStatus
from premises.decision import ZoneDecision, ZoneState
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
from premises.site import Site
from premises.tariff import Carrier
from premises.time import Clock, Interval
from rules.decide import decide
from rules.diary import Diary
from rules.history import samples_of, warm_since
from rules.layout import layout_of
from rules.learning import fit_lead, warm_ups
from rules.projection import ZoneStart
from rules.ready_by import ready_by
from rules.simple_plan import HORIZON, Outlook, heated_zones, simple_plan
from rules.snapshot import Decision, Forecast, Latch, LearnedLead, Memory, Snapshot, ZoneMemory
from rules.thermal import ZoneModel, prior
from rules.weather import ForecastSource, OutdoorCourse

log = structlog.get_logger(__name__)

REPLAN_EVERY = timedelta(minutes=15)
TELL_EVERY = timedelta(minutes=15)
LEARN_OVER = timedelta(days=28)
RESTORE_OVER = timedelta(days=7)
MASS_LAG_H = 40.0


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
    forecast: weather where somebody tells it, else yesterday's course is taken.
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
    ) -> None:
        self.site = site
        self.clock = clock
        self.ports = ports
        self.layout = layout_of(site)
        self.diary = Diary(site, ports.bookings)
        self.leads: dict[str, LearnedLead] = {}
        self.models: dict[str, ZoneModel] = {}
        self.memory = Memory()
        self.plan: Plan | None = None
        self.decision: Decision | None = None
        self._carbon = carbon_kg_per_kwh
        self._forecast_of = forecast
        self._replan_every = replan_every
        self._course = OutdoorCourse()
        self._mass: dict[str, tuple[datetime, float]] = {}
        self._planned_version = -1
        self._alarmed: set[tuple[str, str]] = set()
        self._told: dict[str, tuple[datetime, ZoneDecision]] = {}
        self._restored = False

    # --- the tick ---

    def tick(self, now: datetime) -> Decision:
        """Decide from what is known now, send the commands, keep decisions and alarms. Raises StoreUnavailableError."""
        self._refresh(now)
        if not self._restored:
            self.restore(now)
        snapshot = self.snapshot(now)
        decision = decide(snapshot)
        if decision.commands:
            self.ports.bus.send(decision.commands)
        self.memory = decision.memory
        self.decision = decision
        self._follow_mass(now, decision)
        self.ports.decisions.save(self.site.id, decision.zones)
        self._alarm(decision, now)
        return decision

    def _refresh(self, now: datetime) -> None:
        try:
            self.diary.refresh(now)
        except StoreUnavailableError as error:
            log.warning("bookings not readable, the last known ones hold", error=str(error), site=self.site.id)

    def snapshot(self, now: datetime) -> Snapshot:
        """The frozen picture of now."""
        site = self.site.id
        snapshot = Snapshot(
            now=now,
            site=self.site,
            layout=self.layout,
            schedule=self.diary.claims,
            overrides=tuple(self.ports.overrides.active(site, now)),
            latest=self.ports.live.all(site),
            pending=self.ports.bus.pending(site),
            leads=self.leads,
            memory=self.memory,
            plan=self.plan,
        )
        outdoor = snapshot.middle(self.layout.outdoor)
        if outdoor is None and self._forecast_of is not None and (told := self._forecast_of(now)) is not None:
            outdoor = told.outdoor_at(now)
        if outdoor is not None:
            self._course.note(now, outdoor)
        return replace(snapshot, outdoor_c=outdoor)

    def _follow_mass(self, now: datetime, decision: Decision) -> None:
        """The mass follows the air with its own lag; it is not measured."""
        for zone in decision.zones:
            if zone.air_c is None:
                continue
            at, mass = self._mass.get(zone.zone, (now, zone.air_c))
            model = self.models.get(zone.zone)
            lag = timedelta(hours=MASS_LAG_H if model is None else model.tau_h)
            share = min(1.0, max(0.0, (now - at) / lag))
            self._mass[zone.zone] = (now, mass + share * (zone.air_c - mass))

    def _alarm(self, decision: Decision, now: datetime) -> None:
        due = {(wish.cause, wish.subject): wish.reason for wish in decision.alarms}
        for key in sorted(due.keys() - self._alarmed):
            texts = {language: due[key].text(language) for language in ("en", *self.site.languages)}
            self.ports.alarms.raise_(self.site.id, key[0], key[1], texts, now)
        for cause, subject in sorted(self._alarmed - due.keys()):
            self.ports.alarms.clear(self.site.id, cause, subject, now)
        self._alarmed = set(due)

    # --- planning ---

    def replan_due(self, now: datetime) -> bool:
        """Whether bookings changed since the last plan, or it is a quarter hour old."""
        if self.plan is None or self.diary.version != self._planned_version:
            return True
        return now - self.plan.made_at >= self._replan_every

    def replan(self, now: datetime) -> Plan:
        """Make and keep a new plan."""
        self._refresh(now)
        if not self._restored:
            self.restore(now)
        self.plan = simple_plan(self.outlook(now))
        self._planned_version = self.diary.version
        self.ports.plans.save(self.plan)
        return self.plan

    def outlook(self, now: datetime) -> Outlook:
        """What planning knows now."""
        latest = self.ports.live.all(self.site.id)
        view = Snapshot(now, self.site, self.layout, self.diary.claims, latest=latest)
        outdoor = view.middle(self.layout.outdoor)
        starts = {}
        for zone in heated_zones(self.site):
            air = view.middle(self.layout.zones[zone.id].air)
            if air is None:
                continue
            memory = self.memory.zones.get(zone.id, ZoneMemory())
            mass = self._mass.get(zone.id, (now, air))[1]
            starts[zone.id] = ZoneStart(air, mass, memory.warm_at, memory.latch.claim if memory.latch else None)
        return Outlook(
            site=self.site,
            now=now,
            schedule=self.diary.claims,
            starts=starts,
            weather=self.forecast(now, outdoor).outdoor_at,
            carbon=self._carbon,
            leads=self.leads,
            models=self.models,
        )

    def forecast(self, now: datetime, outdoor_c: float | None) -> Forecast:
        """The weather that somebody tells, else yesterday's course."""
        told = self._forecast_of(now) if self._forecast_of is not None else None
        return told if told is not None else self._course.forecast(now, outdoor_c, int(HORIZON.total_seconds() // 900))

    def ready_by(self, booking: Booking) -> tuple[ReadyBy, ...]:
        """For a booking or a would-be one: one answer per zone that is heated. Stores and sends nothing."""
        now = self.clock.now()
        others = [b for b in self.diary.bookings if b.status is not BookingStatus.CANCELLED]
        return ready_by(self.outlook(now), booking, others, self.plan)

    # --- learning and remembering ---

    def learn(self, now: datetime) -> Mapping[str, LearnedLead]:
        """Fit every zone's lead anew on the last four weeks. Raises StoreUnavailableError."""
        interval = Interval(now - LEARN_OVER, now)
        for zone in heated_zones(self.site):
            samples = samples_of(self.ports.store, self.site, self.layout, zone, interval)
            learned = fit_lead(warm_ups(samples), zone.emitter)
            if learned is not None:
                self.leads[zone.id] = learned
                log.info("lead learned", site=self.site.id, zone=zone.id, warm_ups=learned.count, error_h=round(learned.error_h, 2))
            else:
                self.leads.pop(zone.id, None)
        return self.leads

    def restore(self, now: datetime) -> None:
        """After a start: latches from the last decisions, and when each zone was last warm from their history."""
        current = self.ports.decisions.current(self.site.id)
        zones = dict(self.memory.zones)
        for zone in heated_zones(self.site):
            history = self.ports.decisions.history(self.site.id, zone.id, Interval(now - RESTORE_OVER, now))
            memory = ZoneMemory(warm_at=warm_since(history, current.get(zone.id)))
            decision = current.get(zone.id)
            if decision is not None and decision.state in (ZoneState.PRE_HEATING, ZoneState.READY):
                memory = replace(memory, latch=self._latch_of(decision, now))
            zones[zone.id] = memory
            air = decision.air_c if decision is not None else None
            if air is not None and zone.id not in self._mass:
                self._mass[zone.id] = (now, air)
        self.memory = replace(self.memory, zones=zones)
        self._restored = True

    def _latch_of(self, decision: ZoneDecision, now: datetime) -> Latch | None:
        for claim in self.diary.claims.get(decision.zone, ()):
            if claim.acts and claim.booking == decision.booking and claim.start > now and claim.heat_c == decision.wanted_c:
                lead = claim.start - decision.at
                rung = decision.rung
                if rung is None or claim.heat_c is None:
                    return None
                return Latch(claim.name, claim.booking, decision.at, claim.heat_c, lead, rung, decision.heat_reason)
        return None

    # --- what it tells ---

    def own_readings(self, now: datetime) -> list[Reading]:
        """Wish, plan, state and reason (in English) of each zone, where they changed or every quarter hour."""
        found: list[Reading] = []
        for decision in self.decision.zones if self.decision is not None else ():
            told = self._told.get(decision.zone)
            if told is not None and now - told[0] < TELL_EVERY and _same(told[1], decision):
                continue
            self._told[decision.zone] = (now, decision)
            found.extend(self._readings_of(decision, now))
        return found

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


def prior_models(site: Site) -> Mapping[str, ZoneModel]:
    """What is assumed of each heated zone before anything is learned."""
    return {zone.id: prior(zone) for zone in heated_zones(site)}
