"""After a start: what the books and the store know of before, so that a restart in the middle of things changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from premises.decision import ZoneDecision, ZoneState
from premises.plan import Plan, Rung
from premises.ports import DecisionBook, PlanBook, TelemetryStore
from premises.site import Site
from premises.time import Interval
from rules.claims import Schedule
from rules.history import warm_since
from rules.in_time import PLAN_LIFE
from rules.layout import Layout
from rules.simple_plan import heated_zones
from rules.snapshot import Latch, PlantMemory, ZoneMemory

DECISIONS_OVER = timedelta(days=7)
PLANTS_OVER = timedelta(hours=1)
"""Longer than any least time of running or resting that makes sense."""
BEGUN = frozenset({ZoneState.PRE_HEATING, ZoneState.READY})


def zones_as_before(
    site: Site, schedule: Schedule, book: DecisionBook, now: datetime
) -> tuple[dict[str, ZoneMemory], Mapping[str, ZoneDecision]]:
    """Latched pre-heats, and when each zone was last warm, by its last decisions; and those. Raises StoreUnavailableError."""
    current = book.current(site.id)
    found = {}
    for zone in heated_zones(site):
        history = book.history(site.id, zone.id, Interval(now - DECISIONS_OVER, now))
        decision = current.get(zone.id)
        memory = ZoneMemory(warm_at=warm_since(history, decision))
        if decision is not None and decision.state in BEGUN:
            memory = replace(memory, latch=_latch_of(decision, schedule, now))
        found[zone.id] = memory
    return found, current


def _latch_of(decision: ZoneDecision, schedule: Schedule, now: datetime) -> Latch | None:
    """The pre-heat that was under way, unless its call was moved or went away. By a plan it may have been held below its target."""
    for claim in schedule.get(decision.zone, ()):
        if not claim.acts or claim.booking != decision.booking or claim.start <= now or claim.heat_c is None:
            continue
        if decision.rung is Rung.OPTIMISED or (decision.rung is not None and claim.heat_c == decision.wanted_c):
            lead = claim.start - decision.at
            return Latch(claim.name, claim.booking, decision.at, claim.heat_c, lead, decision.rung, decision.heat_reason)
    return None


def plan_as_before(book: PlanBook, site: str, now: datetime) -> Plan | None:
    """The plan that was in force, while it is one that may still be followed. Raises StoreUnavailableError."""
    plan = book.latest(site)
    return plan if plan is not None and timedelta(0) <= now - plan.made_at <= PLAN_LIFE else None


def plants_as_before(store: TelemetryStore, site: Site, layout: Layout, now: datetime) -> dict[str, PlantMemory]:
    """Since when each plant runs or rests, and its supply temperature, as the store knows. Raises StoreUnavailableError."""
    found = {}
    span = Interval(now - PLANTS_OVER, now)
    for plant in site.plants:
        points = layout.plants[plant.id]
        told = [(r.time, r.value) for point in points.on[:1] for r in store.readings(site.id, point, span)]
        states = [(at, bool(value)) for at, value in told if not isinstance(value, str)]
        supply = [r.value for point in points.supply_setpoint[:1] for r in store.readings(site.id, point, span)]
        number = next((float(value) for value in reversed(supply) if not isinstance(value, str)), None)
        if states:
            found[plant.id] = PlantMemory(states[-1][1], _since(states), number)
    return found


def _since(states: Sequence[tuple[datetime, bool]]) -> datetime:
    """When the newest state began, as far back as is known."""
    since = states[-1][0]
    for at, state in reversed(states):
        if state is not states[-1][1]:
            break
        since = at
    return since
