"""Backtest: what always-on heating, fixed leads and the plan would have used over a stretch of history, on the learned models.

The weather is the one that was; the building is what was learned of it. So it compares ways of heating, not model and truth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from premises.site import Site, Zone
from premises.time import SLOT
from rules.claims import Claim, Schedule
from rules.conversion import CarbonFactor
from rules.engine import Optimiser
from rules.plant import curve_c
from rules.projection import ZoneStart
from rules.simple_plan import SLOT_H, Outlook, light_at, simple_plan
from rules.snapshot import Forecast
from rules.thermal import ZoneModel
from rules.trace import Record

ALWAYS = timedelta(days=365)
PLAN_EVERY = 8
"""Slots between plans: two hours."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way of heating: final energy and what it cost; ready: calls met within 0.5 K, of `calls`; cold_k_h below that in use."""

    way: str
    energy_kwh: float
    cost: float
    carbon_kg: float
    ready: int
    calls: int
    cold_k_h: float


@dataclass(frozen=True)
class History:
    """What was: weather by slot from `weather.start`, the claims, the models learned, and how long to go back.

    starts: where zones stood then, a K over set-back where not known; records: what was measured, by zone, from `start` on.
    """

    site: Site
    start: datetime
    slots: int
    weather: Forecast
    schedule: Schedule
    models: Mapping[str, ZoneModel]
    carbon: CarbonFactor
    starts: Mapping[str, ZoneStart] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)


HeatOf = Callable[[int, Zone, float, float, float], float]
"""Heat in W that a zone asks for in a slot, by its place, the zone, its air and mass, and the rise that comes of itself."""


Told = Callable[[float], None]
"""Is told the share of the work that is done, 0 to 1."""


def backtest(
    history: History,
    leads_h: Sequence[float] = (2.0, 6.0),
    optimiser: Optimiser | None = None,
    told: Told = lambda _share: None,
) -> list[Outcome]:
    """Always-on, each fixed lead, and with an optimiser the plan, re-made every two hours. Zones without model are left out.

    Where records are given, how it was comes first: measured temperatures, and the heat that was measured or estimated.
    """
    ways = [("always on", ALWAYS), *((f"fixed {lead:g} h", timedelta(hours=lead)) for lead in leads_h)]
    found = [as_it_was(history)] if history.records else []
    for place, (way, lead) in enumerate(ways):
        found.append(_run(history, way, _by_lead(history, lead), 0))
        told(0.1 * (place + 1) / len(ways))
    return [*found, _planned(history, optimiser, told)] if optimiser is not None else found


def as_it_was(history: History) -> Outcome:
    """The account of what was measured; heat that is not known counts as none, and a call without temperature as not met."""
    ledger, rates = _ledger(history), _outlook(history, history.start, {})
    for place in range(history.slots):
        begins = history.start + place * SLOT
        for zone in _zones(history):
            record = history.records.get(zone.id)
            if record is None or place >= len(record):
                continue
            air, heat = float(record.air[place]), float(record.heat[place])
            _comfort(ledger, _claims(history, zone.id), begins, air)
            _account(history, rates, ledger, zone, begins, air if air == air else zone.setback_c, heat if heat == heat else 0.0)
    return _outcome("as it was", ledger)


def _outlook(history: History, now: datetime, starts: Mapping[str, ZoneStart]) -> Outlook:
    return Outlook(history.site, now, history.schedule, starts, history.weather, history.carbon, models=history.models)


def _claims(history: History, zone: str) -> list[Claim]:
    return [c for c in history.schedule.get(zone, ()) if c.acts and c.heat_c is not None]


def _by_lead(history: History, lead: timedelta) -> HeatOf:
    def heat(place: int, zone: Zone, air: float, mass: float, free: float) -> float:
        begins = history.start + place * SLOT
        claims = _claims(history, zone.id)
        due = [c.heat_c or 0.0 for c in claims if c.start - lead < begins + SLOT and c.end > begins]
        target = max(due, default=max(zone.setback_c, zone.frost_c))
        needed = history.models[zone.id].heat_for(air, mass, history.weather.outdoor_at(begins), target, free)
        return min(zone.emitter_power_w, max(0.0, needed))

    return heat


def _free(history: History, zone: Zone, at: datetime, airs: Mapping[str, float]) -> float:
    """Rise in the slot by sun, people, rig, lamps and neighbours, as plans reckon with them."""
    model = history.models[zone.id]
    claims = _claims(history, zone.id)
    gains = sum(c.gains_w(at) for c in claims)
    gains += zone.lighting_power_w * light_at([c for c in history.schedule.get(zone.id, ()) if c.acts], at) / 100.0
    through_walls = sum(weight * (airs[other] - airs[zone.id]) for other, weight in model.neighbours.items() if other in airs)
    return model.sun * history.weather.sun_at(at) + model.gain * gains + through_walls


def _zones(history: History) -> list[Zone]:
    return [zone for zone in history.site.zones if zone.id in history.models and zone.heating_plant is not None]


@dataclass
class Ledger:
    """State and account of a run: air and mass by zone, energy and comfort so far."""

    starts: dict[str, ZoneStart]
    energy_kwh: float = 0.0
    cost: float = 0.0
    carbon_kg: float = 0.0
    ready: int = 0
    calls: int = 0
    cold_k_h: float = 0.0


def _slot(history: History, rates: Outlook, ledger: Ledger, place: int, heat_of: HeatOf) -> None:
    """One slot of every zone on its model; where the zones of a plant ask for more than it has, each gets its share."""
    begins = history.start + place * SLOT
    outdoor = history.weather.outdoor_at(begins)
    zones = _zones(history)
    airs = {zone.id: ledger.starts[zone.id].air_c for zone in zones}
    free = {zone.id: _free(history, zone, begins, airs) for zone in zones}
    heats = {zone.id: heat_of(place, zone, airs[zone.id], ledger.starts[zone.id].mass_c, free[zone.id]) for zone in zones}
    asked: dict[str, float] = {}
    for zone in zones:
        asked[zone.heating_plant or ""] = asked.get(zone.heating_plant or "", 0.0) + heats[zone.id]
    for zone in zones:
        now, power = ledger.starts[zone.id], history.site.plant(zone.heating_plant or "").heat_power_w
        _comfort(ledger, _claims(history, zone.id), begins, now.air_c)
        heat = heats[zone.id] * min(1.0, power / max(1.0, asked[zone.heating_plant or ""]))
        air, mass = history.models[zone.id].step(now.air_c, now.mass_c, outdoor, heat, free[zone.id])
        ledger.starts[zone.id] = replace(now, air_c=air, mass_c=mass)
        _account(history, rates, ledger, zone, begins, now.air_c, heat)


def _comfort(ledger: Ledger, claims: Sequence[Claim], begins: datetime, air_c: float) -> None:
    """Calls met, and kelvin hours below the target in use."""
    for claim in claims:
        short = (claim.heat_c or 0.0) - air_c
        if claim.start <= begins < claim.end and short == short:
            ledger.cold_k_h += max(0.0, short - 0.5) * SLOT_H
        if begins <= claim.start < begins + SLOT:
            ledger.calls, ledger.ready = ledger.calls + 1, ledger.ready + (short <= 0.5)


def _account(history: History, rates: Outlook, ledger: Ledger, zone: Zone, begins: datetime, air_c: float, heat_w: float) -> None:
    """What that heat takes at the meter, with water as warm as the curve or the heat asks for."""
    outdoor = history.weather.outdoor_at(begins)
    plant = history.site.plant(zone.heating_plant or "")
    share = heat_w / zone.emitter_power_w if zone.emitter_power_w else 0.0
    supply = max(curve_c(zone, 20.0, outdoor), air_c + (zone.emitter_supply_c - 20.0) * share)
    supply = min(max(supply, plant.supply_min_c), plant.supply_max_c)
    kwh = heat_w * SLOT_H / 1000.0 / rates.cop(plant, outdoor, supply)
    money, kilograms = rates.rates(plant.carrier, begins)
    ledger.energy_kwh, ledger.cost = ledger.energy_kwh + kwh, ledger.cost + kwh * money
    ledger.carbon_kg += kwh * kilograms


def _run(history: History, way: str, heat_of: HeatOf, first: int) -> Outcome:
    ledger = _ledger(history)
    rates = _outlook(history, history.start, {})
    for place in range(first, history.slots):
        _slot(history, rates, ledger, place, heat_of)
    return _outcome(way, ledger)


def _planned(history: History, optimiser: Optimiser, told: Told) -> Outcome:
    ledger, rates = _ledger(history), _outlook(history, history.start, {})
    heats: dict[str, Sequence[float]] = {}

    def heat_of(place: int, zone: Zone, _air: float, _mass: float, _free: float) -> float:
        return heats[zone.id][place % PLAN_EVERY]

    for place in range(history.slots):
        if place % PLAN_EVERY == 0:
            outlook = _outlook(history, history.start + place * SLOT, dict(ledger.starts))
            plan = optimiser(outlook) or simple_plan(outlook)
            heats = {planned.zone: [slot.heat_w for slot in planned.slots[:PLAN_EVERY]] for planned in plan.zones}
            told(0.1 + 0.9 * place / history.slots)
        _slot(history, rates, ledger, place, heat_of)
    return _outcome("plan", ledger)


def _ledger(history: History) -> Ledger:
    rest = {zone.id: ZoneStart(zone.setback_c + 1.0, zone.setback_c + 1.0, None) for zone in _zones(history)}
    return Ledger({zone: history.starts.get(zone, start) for zone, start in rest.items()})


def _outcome(way: str, told: Ledger) -> Outcome:
    return Outcome(way, told.energy_kwh, told.cost, told.carbon_kg, told.ready, told.calls, told.cold_k_h)
