"""What the rules carry of one site from tick to tick, without ports and clock: memory, what was seen and learned, the plan.

The runner feeds it from the ports of the house, the open loop from any building model.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from premises.booking import Booking, Override
from premises.command import CommandStatus
from premises.decision import ZoneState
from premises.plan import Plan, ReadyBy, Rung
from premises.ports import LiveValue
from premises.site import Site
from premises.tariff import Carrier
from premises.time import SLOT
from rules.answer import answered, asking
from rules.claims import Schedule
from rules.damp import dried
from rules.decide import decide
from rules.drift import Drift, passed
from rules.heat_estimate import PlantShares, cold, door_open, electricity, gains, heats, opening_of
from rules.layout import layout_of
from rules.lp_solve import Solver
from rules.margin import Margins, Promise
from rules.night import learn_zone
from rules.power_limit import loads_without_plants
from rules.projection import ZoneStart
from rules.simple_plan import FORESEEN_SLOTS, Outlook, heated_zones, simple_plan
from rules.snapshot import Decision, Forecast, LearnedLead, Memory, Snapshot, ZoneMemory
from rules.thermal import PRIOR_TAU_H, ZoneModel
from rules.trace import Trace, ZoneSample
from rules.water import Water
from rules.weather import Persistence

log = structlog.get_logger(__name__)

ANSWER_LIMIT_S = 0.6
CarbonFactor = Callable[[Carrier, datetime], float]
Optimiser = Callable[[Outlook], Plan | None]
"""Makes an optimised plan, or None where it cannot: the simple plan then holds."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one tick is told: readings by point, commands under way, claims, overrides, and a forecast where there is one."""

    latest: Mapping[str, LiveValue]
    schedule: Schedule
    overrides: tuple[Override, ...] = ()
    pending: Mapping[str, CommandStatus] | None = None
    forecast: Forecast | None = None


class Engine:
    """The state of one site's rules. Not thread-safe: its owner calls it from one thread."""

    def __init__(self, site: Site, carbon: CarbonFactor, optimiser: Optimiser | None = None) -> None:
        self.site = site
        self.layout = layout_of(site)
        self.leads: dict[str, LearnedLead] = {}
        self.models: dict[str, ZoneModel] = {}
        self.memory = Memory()
        self.plan: Plan | None = None
        self.decision: Decision | None = None
        self.trace = Trace()
        self.mass: dict[str, tuple[datetime, float]] = {}
        self.margins = Margins()
        self.distrusted: set[str] = set()
        self.promising: set[str] = set()
        self.drift = Drift()
        self.shares = PlantShares()
        self.water = Water()
        self._carbon = carbon
        self.optimiser = optimiser
        self._course = Persistence()
        self._asking = threading.Lock()

    # --- the tick ---

    def tick(self, now: datetime, seen: Seen) -> Decision:
        """Decide, remember, and note what was seen."""
        snapshot = self.snapshot(now, seen)
        decision = decide(snapshot)
        given = self._given(snapshot)
        self._note_water(snapshot)
        self.memory = decision.memory
        self.decision = decision
        self._note(replace(snapshot, memory=decision.memory), decision, given)
        return decision

    def snapshot(self, now: datetime, seen: Seen) -> Snapshot:
        """The frozen picture of now. Without an outdoor sensor the forecast tells the weather."""
        snapshot = Snapshot(
            now=now,
            site=self.site,
            layout=self.layout,
            schedule=seen.schedule,
            overrides=seen.overrides,
            latest=seen.latest,
            forecast=seen.forecast,
            pending=seen.pending or {},
            leads=self.leads,
            models=self.models,
            mass={zone: mass for zone, (_, mass) in self.mass.items()},
            memory=self.memory,
            plan=self.plan,
        )
        outdoor = snapshot.middle(self.layout.outdoor)
        if outdoor is None and seen.forecast is not None and seen.forecast.outdoor_c:
            outdoor = seen.forecast.outdoor_at(now)
        return replace(snapshot, outdoor_c=outdoor)

    def _given(self, snapshot: Snapshot) -> dict[str, float]:
        """Heat by zone since the last tick (cold is negative): what is seen now, under what was decided then."""
        before = self.decision.zones if self.decision is not None else ()
        found = heats(snapshot, {d.zone: d.wanted_c for d in before if d.wanted_c is not None}, self.shares)
        for told in before:
            if told.zone in found and told.cool_c is not None:
                found[told.zone] -= cold(snapshot, self.site.zone(told.zone), told.cool_c)
        return found

    def _note_water(self, snapshot: Snapshot) -> None:
        """What was asked of each plant at the last tick, beside what came."""
        for plant in self.site.plants:
            memory = self.memory.plants.get(plant.id)
            asked = memory.supply_c if memory is not None and memory.on else None
            self.water.note(snapshot.now, plant.id, asked, snapshot.middle(self.layout.plants[plant.id].supply), snapshot.outdoor_c)

    def _note(self, snapshot: Snapshot, decision: Decision, given: Mapping[str, float]) -> None:
        now, outdoor = snapshot.now, snapshot.outdoor_c
        sun = snapshot.middle(self.layout.irradiance)
        self._course.note(now, outdoor, sun, *electricity(snapshot), loads_without_plants(snapshot))
        if sun is None and snapshot.forecast is not None:
            sun = snapshot.forecast.sun_at(now)
        samples = {}
        for told in decision.zones:
            zone = self.site.zone(told.zone)
            samples[told.zone] = ZoneSample(
                told.air_c,
                told.wanted_c,
                given.get(told.zone),
                gains(snapshot, zone),
                door_open(snapshot, told.zone),
                float(told.rung is Rung.OPTIMISED and told.state is ZoneState.PRE_HEATING),
                opening_of(snapshot, zone),
            )
            if told.air_c is not None:
                self._follow_mass(told.zone, now, told.air_c)
        if self.trace.note(now, outdoor, sun, samples, behind=True):
            self.drift.follow(self.models, self.trace, self.mass)
        self._promises(now, decision, snapshot)

    def _promises(self, now: datetime, decision: Decision, snapshot: Snapshot) -> None:
        """What the plan promises for the call of each pre-heat, and at the call, what came of it."""
        for told in decision.zones:
            self.margins.check(told.zone, now, told.air_c)
            latch = decision.memory.zones[told.zone].latch
            planned = self.plan.zone(told.zone) if self.plan is not None else None
            if latch is None or latch.rung is not Rung.OPTIMISED or planned is None:
                continue
            call = next((c.start for c in snapshot.schedule[told.zone] if c.name == latch.claim), None)
            slot = planned.at(call - SLOT) if call is not None else None
            if call is not None and slot is not None and slot.air_c is not None:
                self.margins.promise(told.zone, Promise(latch.claim, call, slot.air_c, latch.target_c))

    def _follow_mass(self, zone: str, now: datetime, air_c: float) -> None:
        """The mass follows the air with its own lag; it is not measured."""
        at, mass = self.mass.get(zone, (now, air_c))
        model = self.models.get(zone)
        lag = timedelta(hours=PRIOR_TAU_H if model is None else model.tau_h)
        share = min(1.0, max(0.0, (now - at) / lag))
        self.mass[zone] = (now, mass + share * (air_c - mass))

    def recall(self, course: Persistence) -> None:
        """Tell tomorrow's weather, sun, PV and load by what was before the start; nothing where something was seen since."""
        if self.decision is None:
            self._course = course

    # --- planning ---

    def replan(self, now: datetime, seen: Seen) -> Plan:
        """An optimised plan where one can be had, else the simple one: no plan is never an outcome."""
        outlook = self.outlook(now, seen)
        self.plan = self._optimised(outlook) or simple_plan(outlook)
        return self.plan

    def _optimised(self, outlook: Outlook) -> Plan | None:
        """The optimiser's plan; None, and a line in the log, also where it fails in a way that nobody thought of."""
        if self.optimiser is None:
            return None
        try:
            return self.optimiser(outlook)
        except Exception:
            log.exception("no optimised plan, the ladder goes on", site=self.site.id)
            return None

    def outlook(self, now: datetime, seen: Seen) -> Outlook:
        """What planning knows now."""
        view = self.snapshot(now, seen)
        starts = {}
        for zone in heated_zones(self.site):
            air = view.middle(self.layout.zones[zone.id].air)
            if air is None:
                continue
            memory = self.memory.zones.get(zone.id, ZoneMemory())
            mass = self.mass.get(zone.id, (now, air))[1]
            starts[zone.id] = ZoneStart(air, mass, memory.warm_at, memory.latch.claim if memory.latch else None)
        return Outlook(
            site=dried(view, self.water.known(self.site, now)),
            now=now,
            schedule=seen.schedule,
            starts=starts,
            forecast=self._course.forecast(now, view.outdoor_c, FORESEEN_SLOTS, seen.forecast),
            carbon=self._carbon,
            leads=self.leads,
            models=self.models,
            airs={zone: air for zone, points in self.layout.zones.items() if (air := view.middle(points.air)) is not None},
            past_kw={zone: tuple(w / 1000.0 for w in passed(self.trace, zone, m.bend, m.delay)) for zone, m in self.models.items()},
            drift_k=self.drift.by_zone,
            margin_k=self.margins.margin_k,
            margins_k={zone.id: self.margins.spare_of(zone.id) for zone in self.site.zones},
            distrusted=frozenset(self.distrusted),
        )

    def ready_by(self, now: datetime, seen: Seen, booking: Booking, others: Iterable[Booking]) -> tuple[ReadyBy, ...]:
        """One answer per zone of the booking that is heated; changes nothing. May be called from any thread.

        Where models are learned it is planned by linear programme, in well under a second; else the answer stands on the leads.
        """
        outlook = self.outlook(now, seen)
        if self.optimiser is None:
            return answered(outlook, booking, asking(others, self.plan))
        with self._asking:
            solver = Solver(ANSWER_LIMIT_S)
            return answered(outlook, booking, asking(others, self.plan, solver.solve, self.margins.probability))

    # --- learning ---

    def learn(self) -> None:
        """Fit leads and thermal models on what was seen; each is kept only where it predicts better."""
        site = self.site if self.memory.at is None else self.water.known(self.site, self.memory.at)
        for zone in heated_zones(site):
            before = self.models.get(zone.id)
            trusted = before is not None and zone.id not in self.distrusted
            try:
                learned = learn_zone(site, zone, self.trace, before, trusted, zone.id in self.promising)
            except Exception:  # what was learned before holds: a night is never worth a day without heat
                log.exception("nothing learned tonight", site=self.site.id, zone=zone.id)
                continue
            if learned is None:
                continue
            if learned.lead is not None:
                self.leads[zone.id] = learned.lead
            else:
                self.leads.pop(zone.id, None)
            if learned.model is not None:
                self.models[zone.id] = learned.model
            (self.distrusted.discard if learned.trusted else self.distrusted.add)(zone.id)
            (self.promising.add if learned.good else self.promising.discard)(zone.id)
