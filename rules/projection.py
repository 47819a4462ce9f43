"""One zone carried forward slot by slot by the simple rules: what it will be set to, how warm it will be, what heat it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from premises.plan import Rung
from premises.site import Zone
from premises.time import SLOT, slot_start
from rules.arbiter import LEAD_MARGIN, READY_BAND_K
from rules.claims import Claim
from rules.lead import LEAD_MOST, hours_off, lead_for
from rules.snapshot import LearnedLead
from rules.thermal import ZoneModel

WEATHER_TURNS_K = 10.0
"""It may get this much colder within a plan."""

Weather = Callable[[datetime], float]
"""Outdoor temperature in °C at an instant."""


@dataclass(frozen=True, slots=True)
class ZoneStart:
    """Where a zone stands: air and mass in °C, when it was last heated for comfort, whether a pre-heat is latched for a claim."""

    air_c: float
    mass_c: float
    warm_at: datetime | None
    latched: str | None = None


class Step(NamedTuple):
    """One slot: setpoint °C, air °C at its end, mean heat W; claim: the one it is heated for; ahead: before its call."""

    start: datetime
    setpoint_c: float
    air_c: float
    heat_w: float
    claim: Claim | None = None
    ahead: bool = False
    lead: timedelta = timedelta(0)
    rung: Rung = Rung.TABLE


@dataclass(frozen=True, slots=True)
class Ramp:
    """A pre-heat under way: a straight line from `from_c` to the target over the lead."""

    target_c: float
    since: datetime
    from_c: float
    lead: timedelta
    rung: Rung

    def air_at(self, instant: datetime) -> float:
        if self.lead <= timedelta(0):
            return self.target_c
        return self.from_c + (self.target_c - self.from_c) * min(1.0, (instant - self.since) / self.lead)


def project(
    zone: Zone,
    model: ZoneModel,
    learned: LearnedLead | None,
    claims: tuple[Claim, ...],
    start: ZoneStart,
    now: datetime,
    until: datetime,
    weather: Weather,
    all_claims: bool = False,
) -> list[Step]:
    """Slots from the one that holds `now`. Options and holds are left out unless all_claims.

    While a zone heats up, its temperature follows the lead (which is measured or from the table); the heat for it is the model's,
    within the emitter's power.
    """
    heated = [c for c in claims if c.heat_c is not None and (c.acts or all_claims)]
    air, mass, warm_at, latched = start.air_c, start.mass_c, start.warm_at, start.latched
    ramp: Ramp | None = None
    at, steps = slot_start(now), []
    rest = max(zone.setback_c, zone.frost_c)
    reach = _longest_lead(zone, learned, heated, min(air, rest), weather(at))
    while at < until:
        outdoor = weather(at)
        while heated and heated[0].end <= at:
            heated.pop(0)
        present = _present(heated, at)
        claim = present or _due(zone, learned, heated, latched, (air, mass), warm_at, outdoor, at, reach)
        latched = claim.name if claim is not None else None
        target = rest if claim is None else (claim.heat_c or rest)
        if claim is None or air >= target - READY_BAND_K:
            ramp = None
        elif ramp is None or ramp.target_c != target:
            lead = lead_for(zone.emitter, air, target, outdoor, hours_off(warm_at, at), learned, mass)
            ramp = Ramp(target, at, air, lead.duration, lead.rung)
        free = model.gain * _gains(present, at)
        goal = target if ramp is None else ramp.air_at(at + SLOT)
        heat = min(max(0.0, model.heat_for(air, mass, outdoor, goal, free)), zone.emitter_power_w)
        drifted, mass = model.step(air, mass, outdoor, heat, free)
        air = drifted if ramp is None else goal
        warm_at = at + SLOT if claim is not None else warm_at
        lead_time, rung = (timedelta(0), Rung.LEARNED if learned else Rung.TABLE) if ramp is None else (ramp.lead, ramp.rung)
        steps.append(Step(at, target, air, heat, claim, claim is not None and claim is not present, lead_time, rung))
        at += SLOT
    return steps


def _present(heated: list[Claim], at: datetime) -> Claim | None:
    """The claim with the highest target that people are in for during the slot."""
    best: Claim | None = None
    for claim in heated:
        if claim.start >= at + SLOT:
            break
        if claim.end > at and (best is None or (claim.heat_c or 0.0, claim.name) > (best.heat_c or 0.0, best.name)):
            best = claim
    return best


def _longest_lead(zone: Zone, learned: LearnedLead | None, heated: list[Claim], coldest_c: float, outdoor_c: float) -> timedelta:
    """No lead will be longer than this: claims further ahead need not be looked at."""
    target = max((c.heat_c or 0.0 for c in heated), default=coldest_c)
    outside = outdoor_c - WEATHER_TURNS_K
    lead = lead_for(zone.emitter, min(coldest_c, target - 1.0), target, outside, None, learned)
    return min(LEAD_MOST, lead.duration) + LEAD_MARGIN + SLOT


def _gains(claim: Claim | None, at: datetime) -> float:
    return 0.0 if claim is None else claim.gains_w(max(at, claim.start))


def _due(
    zone: Zone,
    learned: LearnedLead | None,
    heated: list[Claim],
    latched: str | None,
    warmth: tuple[float, float],
    warm_at: datetime | None,
    outdoor: float,
    at: datetime,
    reach: timedelta,
) -> Claim | None:
    """The first coming claim whose time to heat has come, or whose pre-heat is latched. warmth: of air and mass in °C."""
    for claim in heated:
        if claim.start > at + reach and latched is None:
            break
        if claim.end <= at:
            continue
        if claim.name == latched:
            return claim
        air, mass = warmth
        lead = lead_for(zone.emitter, air, claim.heat_c or 0.0, outdoor, hours_off(warm_at, at), learned, mass)
        if claim.start - lead.duration - LEAD_MARGIN < at + SLOT:
            return claim
    return None
