"""One tick: a snapshot in, a decision out. Pure: the same snapshot gives the same decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from premises.command import Priority
from premises.decision import ZoneDecision, ZoneState
from premises.reason import Reason
from premises.site import Plant, Zone
from premises.time import SLOT
from rules import comfort, door, frost, override, power_watch, setback
from rules.arbiter import LIGHT_LIFE, READY_BAND_K, RELEASE_BAND_K, SETPOINT_LIFE, settle
from rules.changeover import just_cooled, served, turned
from rules.claims import in_service
from rules.commanding import Wish, commands
from rules.cooling import CoolWish, cool
from rules.damp import dry
from rules.heat_wish import HeatWish
from rules.in_time import PLAN_LIFE, planned_slots
from rules.lighting import LightWish, light
from rules.plant import PlantWish, ZoneNeed
from rules.power_watch import Watched, watch
from rules.rewound import rewound
from rules.snapshot import AlarmWish, Decision, Memory, PlantMemory, Snapshot, ZoneMemory, ZoneView
from rules.trim import applied, trim

HEAT_RULES: tuple[Callable[[ZoneView], HeatWish | None], ...] = (
    frost.guard,
    override.hold,
    override.hush,
    power_watch.held,
    door.held_off,
    comfort.booked,
    setback.rest,
)
"""Every rule that has a say in the heat of a zone. A new rule is one module and one line here."""

FULL_DEMAND_K = 1.5
"""Where valves tell nothing: a zone this far below its wish asks for all."""
KEPT_SUPPLIED = frozenset({ZoneState.OCCUPIED, ZoneState.PRE_HEATING, ZoneState.READY, ZoneState.OVERRIDDEN})
HELD_DEMAND, TICKS_APART = 0.3, timedelta(minutes=5)
OVER_MOST_K = 1.5
"""Where ticks are far apart, a zone in use may be this much too warm before its plant rests for it until the next."""
LATE_K = 0.5
CALL_GRACE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ZoneOutcome:
    """What came of one zone: what is shown, what is wished of its devices, what its plants are asked for."""

    decision: ZoneDecision
    memory: ZoneMemory
    wishes: tuple[Wish, ...]
    need: ZoneNeed | None
    cooling: bool
    alarms: tuple[AlarmWish, ...]


def decide(snapshot: Snapshot) -> Decision:
    """What the site should do now."""
    snapshot = replace(snapshot, memory=rewound(snapshot.memory, snapshot.now))
    outcomes, watched = _outcomes(snapshot)
    wishes = [wish for outcome in outcomes for wish in outcome.wishes]
    plants: dict[str, PlantMemory] = {}
    for plant in snapshot.site.plants:
        needs = [o.need for o in outcomes if o.need and not o.cooling and o.need.zone.heating_plant == plant.id]
        needs += [o.need for o in outcomes if o.need and o.cooling and o.need.zone.cooling_plant == plant.id]
        memory = snapshot.memory.plants.get(plant.id, PlantMemory())
        wish = served(snapshot, plant, needs, memory, planned_supply(snapshot, plant.id))
        given = ramped(plant, wish, memory, snapshot)
        plants[plant.id] = replace(wish.memory, given_c=given)
        points = snapshot.layout.plants[plant.id]
        wishes += [Wish(p, wish.on, wish.priority, wish.reason, SETPOINT_LIFE) for p in points.on]
        if given is not None:
            wishes += [
                Wish(p, round(given, 1), wish.priority, wish.reason, SETPOINT_LIFE, tolerance=0.6) for p in points.supply_setpoint
            ]
    alarms = [alarm for outcome in outcomes for alarm in outcome.alarms] + list(watched.alarms)
    if snapshot.outdoor_c is None:
        alarms.append(AlarmWish("weather_unknown", snapshot.site.id, Reason("weather_unknown")))
    return Decision(
        at=snapshot.now,
        commands=tuple(commands(snapshot, wishes)),
        zones=tuple(outcome.decision for outcome in outcomes),
        memory=Memory(
            {o.decision.zone: turned(snapshot, o.decision.zone, o.memory, o.need, plants) for o in outcomes},
            plants,
            snapshot.now,
            snapshot.every,
            watched.shed,
            watched.eased_at,
        ),
        alarms=tuple(alarms),
    )


def _outcomes(snapshot: Snapshot) -> tuple[list[ZoneOutcome], Watched]:
    """What comes of each zone, within what the supply contract leaves: zones that wait from now on are decided once more."""
    views = [view_of(snapshot, zone) for zone in snapshot.site.zones]
    outcomes = [_zone(view) for view in views]
    watched = watch(snapshot, views, {o.need.zone.id: o.need for o in outcomes if o.need is not None and not o.cooling})
    if watched.shed == snapshot.memory.shed:
        return outcomes, watched
    before, now = snapshot.memory.shed, watched.shed
    touched = {shed.zone for shed in (*before, *now) if shed not in before or shed not in now}
    anew = replace(snapshot, memory=replace(snapshot.memory, shed=watched.shed))
    return [
        _zone(view_of(anew, snapshot.site.zone(o.decision.zone))) if o.decision.zone in touched else o for o in outcomes
    ], watched


def ramped(plant: Plant, wish: PlantWish, before: PlantMemory, snapshot: Snapshot) -> float | None:
    """The supply temperature that is wished, on the way to it as fast as the plant may; colder water comes at once.

    Where it rested the way begins at what is measured; where nothing is measured, at its lowest supply.
    """
    if wish.supply_c is None or plant.supply_ramp_k_per_h is None or not wish.on:
        return wish.supply_c
    measured = snapshot.middle(snapshot.layout.plants[plant.id].supply)
    start = before.given_c if before.on and before.given_c is not None else measured
    rise = plant.supply_ramp_k_per_h * (snapshot.every / timedelta(hours=1))
    return min(wish.supply_c, max(plant.supply_min_c, (plant.supply_min_c if start is None else start) + rise))


def planned_supply(snapshot: Snapshot, plant: str) -> float | None:
    """The supply temperature that an optimised plan in force has for now."""
    plan = snapshot.plan
    if plan is None or not timedelta(0) <= snapshot.now - plan.made_at <= PLAN_LIFE:
        return None
    values = plan.supply_c.get(plant, ())
    index = int((snapshot.now - plan.horizon.start) / SLOT)
    return values[index] if 0 <= index < len(values) else None


def view_of(snapshot: Snapshot, zone: Zone) -> ZoneView:
    """What the rules see of that zone."""
    points = snapshot.layout.zones[zone.id]
    return ZoneView(
        snapshot=snapshot,
        zone=dry(snapshot, zone),
        points=points,
        claims=snapshot.schedule.get(zone.id, ()),
        memory=snapshot.memory.zones.get(zone.id, ZoneMemory()),
        air_c=snapshot.middle(points.air),
        in_service=in_service(zone, snapshot.now, snapshot.site.zoneinfo),
    )


def _zone(view: ZoneView) -> ZoneOutcome:
    lit, cold = light(view), cool(view)
    wishes = _light_wishes(view, lit)
    heated = view.zone.heating_plant is not None or bool(view.points.setpoints)
    memory = ZoneMemory(
        latch=None,
        warm_at=view.memory.warm_at,
        cooling=cold is not None and cold.active,
        light_pct=lit.level_pct,
        hand_since=lit.hand_since,
        door_since=door.open_since(view),
        heated_at=view.memory.heated_at,
        cooled_at=view.memory.cooled_at,
    )
    if cold is not None:
        memory = replace(memory, cool_trim_k=cold.trim_k, cool_latch=cold.latch, cool_pace=cold.pace)
    if not heated:
        return _unheated(view, lit, cold, memory, wishes)
    answers = [answer for rule in HEAT_RULES if (answer := rule(view)) is not None]
    settled = settle([answer.proposal for answer in answers])
    if settled is None:
        raise AssertionError("set-back always wishes a temperature")
    winner = next(answer for answer in answers if answer.proposal is settled.winner)
    latch = next((answer.latch for answer in answers if answer.latch is not None), None)
    cooling = cold is not None and cold.active and (view.air_c or 0.0) > settled.value + READY_BAND_K
    state, reason = _shown(view, winner, cold if cooling else None)
    target = cold.setpoint_c if cold is not None and cooling else settled.value
    turning = not cooling and just_cooled(view, settled.priority)
    if turning:
        target = min(target, max(view.zone.setback_c, view.zone.frost_c))
    trimmed = view.memory.trim_k if cooling or turning else trim(view.memory, state, settled.value, view.air_c, view.now)
    added = applied(trimmed, state, view.now, winner.claim) if not cooling and not turning else 0.0
    step = view.snapshot.layout.setpoint_step_c
    rounded = _on_grid(
        target + added,
        step,
        view.snapshot.number(view.points.setpoints[0]) if (added or cooling) and view.points.setpoints else None,
    )
    wishes += [Wish(p, rounded, settled.priority, reason, SETPOINT_LIFE, tolerance=0.4 * step) for p in view.points.setpoints]
    planned = bool(planned_slots(view)) and not winner.behind
    short = 0.0 if view.air_c is None else settled.value - view.air_c
    demand = 0.0 if turning else _demand(view, settled.value, target, cooling, state)
    need = ZoneNeed(view.zone, demand, target, state, cooling, planned, short)
    decision = ZoneDecision(
        zone=view.zone.id,
        at=view.now,
        state=state,
        wanted_c=settled.value,
        light_pct=lit.level_pct,
        heat_reason=reason,
        light_reason=lit.reason,
        booking=winner.claim.booking if winner.claim else None,
        rung=winner.rung,
        air_c=view.air_c,
        cool_c=rounded if cooling else None,
    )
    warm_at = view.now if winner.warm else memory.warm_at
    memory = replace(memory, latch=latch, warm_at=warm_at, cooling=cooling, trim_k=trimmed, trimmed_at=view.now)
    return ZoneOutcome(decision, memory, tuple(wishes), need, cooling, tuple(_alarms(view)))


def _on_grid(setpoint_c: float, step_c: float, shown_c: float | None) -> float:
    """What the valve can be set to. A trimmed setpoint that moves slowly over the middle of two steps stays where it is shown."""
    if shown_c is not None and abs(setpoint_c - shown_c) <= 0.8 * step_c:
        setpoint_c = shown_c
    return round(round(setpoint_c / step_c) * step_c, 2)


def _unheated(view: ZoneView, lit: LightWish, cold: CoolWish | None, memory: ZoneMemory, wishes: list[Wish]) -> ZoneOutcome:
    reason = Reason("unheated") if cold is None else cold.reason
    active, state, cool_c, need = cold is not None and cold.active, ZoneState.UNCONTROLLED, None, None
    if cold is not None:
        step = view.snapshot.layout.setpoint_step_c
        rounded = _on_grid(cold.setpoint_c, step, None)
        wishes += [Wish(p, rounded, Priority.BOOKING, reason, SETPOINT_LIFE, tolerance=0.4 * step) for p in view.points.setpoints]
        memory = replace(memory, trimmed_at=view.now)
        if cold.active:
            state, cool_c = ZoneState.PRE_COOLING if cold.ahead else ZoneState.OCCUPIED, rounded
            need = ZoneNeed(view.zone, 1.0, cold.target_c, state, cooling=True)
    decision = ZoneDecision(view.zone.id, view.now, state, None, lit.level_pct, reason, lit.reason, air_c=view.air_c, cool_c=cool_c)
    return ZoneOutcome(decision, memory, tuple(wishes), need, active, ())


def _shown(view: ZoneView, winner: HeatWish, cold: CoolWish | None) -> tuple[ZoneState, Reason]:
    if cold is not None:
        return (ZoneState.PRE_COOLING if cold.ahead else ZoneState.OCCUPIED), cold.reason
    if view.air_c is None and view.points.air and winner.state is not ZoneState.OVERRIDDEN:
        return ZoneState.SENSOR_LOST, winner.proposal.reason
    return winner.state, winner.proposal.reason


def _demand(view: ZoneView, wanted_c: float, target_c: float, cooling: bool, state: ZoneState) -> float:
    """0 to 1: what the valves say, but at least what the temperature says; blind, a duty that holds set-back.

    Where no valve tells, or ticks are so far apart that a thermostat switches between them, water stays there for a zone in use.
    """
    if cooling:
        return 1.0
    told = [value / 100.0 for value in map(view.snapshot.number, view.points.demands) if value is not None]
    if view.air_c is not None:
        short = wanted_c - view.air_c
        apart = state in KEPT_SUPPLIED and view.snapshot.every > TICKS_APART
        if short < -(OVER_MOST_K if apart else RELEASE_BAND_K):
            return 0.0  # warm enough: a valve that is open all the same lets cold in
        deficit = min(1.0, short / FULL_DEMAND_K) if short > READY_BAND_K else 0.0
        held = apart or (state in KEPT_SUPPLIED and not told)
        return max([deficit, HELD_DEMAND if held else 0.0, *told])
    if told:
        return max(told)
    return _blind_demand(view, target_c)


def _blind_demand(view: ZoneView, target_c: float) -> float:
    """Neither sensor nor valve: the plant runs for this zone in a share of each hour by outdoor temperature, never for ever."""
    outside = 0.0 if view.outdoor_c is None else view.outdoor_c
    share = min(0.8, max(0.0, (target_c - outside) / 40.0))
    return 0.5 if view.now.minute < 60 * share else 0.0


def _light_wishes(view: ZoneView, lit: LightWish) -> list[Wish]:
    if lit.level_pct is None:
        return []
    level, on = round(lit.level_pct), lit.level_pct > 0
    wishes = [Wish(p, on, lit.priority, lit.reason, LIGHT_LIFE) for p in view.points.switches]
    if on or not wishes:  # a lamp that is switched off keeps its brightness for the next time
        wishes += [Wish(p, float(level), lit.priority, lit.reason, LIGHT_LIFE, tolerance=1.5) for p in view.points.brightness]
    return wishes


def _alarms(view: ZoneView) -> list[AlarmWish]:
    found = []
    zone = view.zone
    if view.air_c is None and view.points.air:
        found.append(AlarmWish("sensor_lost", zone.id, Reason("sensor_lost", {"zone": zone.name})))
    for claim in view.claims:
        if not claim.acts or claim.heat_c is None or view.air_c is None or not claim.start <= view.now < claim.end:
            continue
        values: dict[str, float | str] = {"zone": zone.name, "air": view.air_c, "target": claim.heat_c}
        if claim.floor_c is not None and view.air_c < claim.floor_c - READY_BAND_K:
            found.append(AlarmWish("floor_missed", zone.id, Reason("floor_missed", values | {"floor": claim.floor_c})))
        elif view.air_c < claim.heat_c - LATE_K and view.now - claim.start >= CALL_GRACE:
            found.append(AlarmWish("not_ready", zone.id, Reason("not_ready", values)))
    return found
