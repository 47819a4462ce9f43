"""The first form of a plan: 48 hours of every zone from leads and the simple model. It exists from the first minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from premises.plan import Plan, PlanSlot, Rung, ZonePlan
from premises.reason import Reason
from premises.site import Plant, Site, Zone
from premises.tariff import Carrier
from premises.time import SLOT, Interval, slot_start
from rules.arbiter import LEAD_MARGIN, WAY_LIGHT_PCT
from rules.claims import Claim, Schedule
from rules.conversion import CarbonFactor, cop, price
from rules.plant import curve_c
from rules.projection import Step, ZoneStart, project
from rules.snapshot import Forecast, LearnedLead
from rules.thermal import ZoneModel, prior
from rules.wording import degrees, length, wall, walls

HORIZON = timedelta(hours=48)
FORESEEN_SLOTS = 384
"""How far ahead weather is told: four days, the longest that a plan looks."""
SLOT_H = SLOT / timedelta(hours=1)


@dataclass(frozen=True)
class Outlook:
    """What planning knows: the schedule, where each zone stands, models and leads learned, weather, carbon factors.

    airs: air of all zones that is known, also of unheated ones; past_kw: heat of the last slots, the newest last; drift_k: rise in
    K per slot that the model does not explain now; margin_k: what the temperature at the call is raised by, margins_k: by zone
    where that is known; distrusted: zones whose model errs too much to plan by.
    """

    site: Site
    now: datetime
    schedule: Schedule
    starts: Mapping[str, ZoneStart]
    forecast: Forecast
    carbon: CarbonFactor
    leads: Mapping[str, LearnedLead] = field(default_factory=dict)
    models: Mapping[str, ZoneModel] = field(default_factory=dict)
    airs: Mapping[str, float] = field(default_factory=dict)
    past_kw: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    drift_k: Mapping[str, float] = field(default_factory=dict)
    margin_k: float = 0.0
    margins_k: Mapping[str, float] = field(default_factory=dict)
    distrusted: frozenset[str] = frozenset()

    def weather(self, instant: datetime) -> float:
        """Outdoor temperature in °C; looked up once per instant."""
        found = self._outdoor.get(instant)
        if found is None:
            found = self._outdoor[instant] = self.forecast.outdoor_at(instant)
        return found

    def cop(self, plant: Plant, outdoor_c: float, supply_c: float) -> float:
        """Heat per final energy, by half degrees outdoors and whole degrees of supply; worked out once."""
        key = (plant.id, round(2 * outdoor_c), round(supply_c))
        found = self._cops.get(key)
        if found is None:
            found = self._cops[key] = cop(plant, key[1] / 2.0, float(key[2]))
        return found

    @cached_property
    def _outdoor(self) -> dict[datetime, float]:
        return {}

    @cached_property
    def _cops(self) -> dict[tuple[str, int, int], float]:
        return {}

    def model(self, zone: Zone) -> ZoneModel:
        """The zone's learned model, else what is assumed."""
        found = self.models.get(zone.id)
        return prior(zone) if found is None else found

    def rates(self, carrier: Carrier, instant: datetime) -> tuple[float, float]:
        """Price and carbon of a kWh of final energy in that slot; worked out once."""
        found = self._rates.get((carrier, instant))
        if found is None:
            found = price(self.site, carrier, instant), self.carbon(carrier, instant)
            self._rates[(carrier, instant)] = found
        return found

    @cached_property
    def _rates(self) -> dict[tuple[Carrier, datetime], tuple[float, float]]:
        return {}

    def start(self, zone: Zone) -> ZoneStart:
        """Where the zone stands; at set-back where its temperature is not known."""
        found = self.starts.get(zone.id)
        return ZoneStart(zone.setback_c, zone.setback_c, None) if found is None else found


@dataclass(frozen=True, slots=True)
class Bill:
    """Final energy in kWh, its cost in the site's currency, its carbon in kg CO2e."""

    energy_kwh: float = 0.0
    cost: float = 0.0
    carbon_kg: float = 0.0

    def __add__(self, other: Bill) -> Bill:
        return Bill(self.energy_kwh + other.energy_kwh, self.cost + other.cost, self.carbon_kg + other.carbon_kg)


def bill(outlook: Outlook, zone: Zone, steps: Sequence[Step]) -> Bill:
    """What the heat of these slots takes at the meter of the zone's plant."""
    if zone.heating_plant is None:
        return Bill()
    plant = outlook.site.plant(zone.heating_plant)
    energy = cost = carbon = 0.0
    for step in steps:
        if step.heat_w <= 0.0:
            continue
        outdoor = outlook.weather(step.start)
        supply = zone.emitter_supply_c if step.ahead else curve_c(zone, step.setpoint_c, outdoor)
        supply = min(max(supply, plant.supply_min_c), plant.supply_max_c)
        kwh = step.heat_w * SLOT_H / 1000.0 / outlook.cop(plant, outdoor, supply)
        money, kilograms = outlook.rates(plant.carrier, step.start)
        energy, cost, carbon = energy + kwh, cost + kwh * money, carbon + kwh * kilograms
    return Bill(energy, cost, carbon)


def heated_zones(site: Site) -> tuple[Zone, ...]:
    """Zones that a plant of the site heats."""
    return tuple(zone for zone in site.zones if zone.heating_plant is not None)


def simple_plan(outlook: Outlook, horizon: timedelta = HORIZON, leave_out: frozenset[str] = frozenset()) -> Plan:
    """A plan for every heated zone but those left out, each on its own, and what it costs."""
    start = slot_start(outlook.now)
    total, zones = Bill(), []
    for zone in heated_zones(outlook.site):
        if zone.id in leave_out:
            continue
        steps = project_zone(outlook, zone, start + horizon)
        total += bill(outlook, zone, steps)
        zones.append(ZonePlan(zone.id, _rung(steps), tuple(slots_of(outlook, zone, steps))))
    return Plan(
        site=outlook.site.id,
        made_at=outlook.now,
        horizon=Interval(start, start + horizon),
        zones=tuple(zones),
        energy_kwh=total.energy_kwh,
        cost=total.cost,
        carbon_kg=total.carbon_kg,
        currency=outlook.site.currency,
    )


def project_zone(outlook: Outlook, zone: Zone, until: datetime) -> list[Step]:
    """The zone by the simple rules from now on."""
    claims = outlook.schedule.get(zone.id, ())
    lead = outlook.leads.get(zone.id)
    return project(zone, outlook.model(zone), lead, claims, outlook.start(zone), outlook.now, until, outlook.weather)


def _rung(steps: Sequence[Step]) -> Rung:
    return Rung.LEARNED if steps and all(step.rung is Rung.LEARNED for step in steps) else Rung.TABLE


def slots_of(outlook: Outlook, zone: Zone, steps: Sequence[Step]) -> list[PlanSlot]:
    """The plan's form of these slots, with light and reasons; consecutive slots share their reason."""
    site, now, found = outlook.site, outlook.now, []
    reason, told, air = Reason("plan_rest", {"setback": zone.setback_c}), None, outlook.start(zone).air_c
    claims = [c for c in outlook.schedule.get(zone.id, ()) if c.acts]
    for place, step in enumerate(steps):
        key = (step.claim.name if step.claim else "", step.ahead)
        if key != told:
            told = key
            if step.claim is None:
                reason = _rest_reason(outlook, zone, steps[place:], air)
            elif step.ahead:
                reason = _lead_reason(outlook, step, air)
            else:
                reason = Reason("plan_occupied", {"target": step.setpoint_c, "wrap": wall(step.claim.end, now, site.zoneinfo)})
        air = step.air_c
        found.append(PlanSlot(step.start, step.setpoint_c, step.air_c, step.heat_w, light_at(claims, step.start), reason))
    return found


def _rest_reason(outlook: Outlook, zone: Zone, steps: Sequence[Step], air_c: float) -> Reason:
    """Set back, and until when for which call, where there is one. steps: from the first of this rest on."""
    following = next((step for step in steps if step.claim is not None), None)
    values: dict[str, float | str] = {"setback": zone.setback_c}
    if following is None or following.claim is None:
        return Reason("plan_rest", values)
    instants = {"call": following.claim.start, "until": following.start, "at": steps[0].start}
    if not following.ahead:
        del instants["until"]
    told = walls(instants.values(), outlook.now, outlook.site.zoneinfo)
    values |= dict(zip(instants, told, strict=True))
    values |= {"air": degrees(air_c), "outside": degrees(outlook.weather(steps[0].start))}
    return Reason("plan_rest_until" if following.ahead else "plan_rest_call", values)


def _lead_reason(outlook: Outlook, step: Step, air_c: float) -> Reason:
    """Heating for a call by its lead: what stands behind it, with its numbers."""
    at, call = walls([step.start, step.start if step.claim is None else step.claim.start], outlook.now, outlook.site.zoneinfo)
    values: dict[str, float | str] = {
        "at": at,
        "call": call,
        "air": degrees(air_c),
        "outside": degrees(outlook.weather(step.start)),
        "lead": length(step.lead),
        "margin": length(LEAD_MARGIN),
    }
    return Reason("plan_lead" if step.rung is Rung.LEARNED else "plan_table", values)


def light_at(claims: Sequence[Claim], instant: datetime) -> float:
    """Planned light in %: the brightest of the claims that are on, way-light at least. claims: in order of start."""
    level = 0.0
    for claim in claims:
        if claim.start > instant:
            break
        if instant < (claim.light_until or claim.end):
            level = max(level, WAY_LIGHT_PCT, claim.comfort.light_pct)
    return level
