"""Drives a site's simulated building with the rules' open loop, or with a fixed lead, and keeps account of comfort and energy."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from bench.rules_wire import Wire, settable
from premises.booking import Booking, BookingKey, DayKind
from premises.decision import ZoneState
from premises.site import Site, ZoneUse
from premises.tariff import Carrier
from premises.time import EPOCH, SLOT, Interval, slot_start
from rules.claims import Claim, schedule
from rules.conversion import price
from rules.loop import Measured, OpenLoop
from rules.plant import ZoneNeed, run
from rules.snapshot import Forecast, PlantMemory
from simulators.building import Building

TICK = timedelta(minutes=5)
BOOKED_USES = frozenset({ZoneUse.STAGE, ZoneUse.AUDITORIUM, ZoneUse.MIX_ROOM, ZoneUse.EDIT_ROOM})
Control = Callable[[Building, datetime], None]


@dataclass
class Account:
    """What a run came to. starts: (zone, call, K below target at the call); cold_k_h: K h more than 0.5 K below while in use.

    below_k_h: all K h below target while in use. zone_kwh, zone_k_h: heat given, and the same K h, by zone.
    """

    starts: list[tuple[str, datetime, float]] = field(default_factory=list)
    cold_k_h: float = 0.0
    below_k_h: float = 0.0
    final_kwh: float = 0.0
    heat_kwh: float = 0.0
    cost: float = 0.0
    zone_kwh: dict[str, float] = field(default_factory=dict)
    zone_k_h: dict[str, float] = field(default_factory=dict)

    @property
    def ready(self) -> int:
        return sum(short <= 0.5 for _, _, short in self.starts)

    @property
    def worst_k(self) -> float:
        return max((short for _, _, short in self.starts), default=0.0)


def a_diary(site: Site, start: datetime, days: int, seed: int) -> list[Booking]:
    """Bookings of every stage: two days in three, with calls from 06:00 to 18:00, eight to twelve hours, seldom at weekends."""
    dice = random.Random(seed)
    found = []
    for zone in site.zones:
        if not zone.bookable or zone.heating_plant is None or zone.use not in BOOKED_USES:
            continue
        for day in range(days):
            midnight = start + timedelta(days=day)
            if dice.random() > (0.15 if midnight.weekday() >= 5 else 0.65):
                continue
            call = midnight + timedelta(minutes=15 * dice.randint(24, 72))
            wrap = call + timedelta(hours=dice.randint(8, 12))
            kind = dice.choice([DayKind.SHOOT, DayKind.SHOOT, DayKind.REHEARSAL, DayKind.BUILD, DayKind.PRE_LIGHT])
            held = Interval(midnight, max(wrap, midnight + timedelta(days=1)))
            key = BookingKey("bench", f"{zone.id}-{day}")
            found.append(
                Booking(
                    key,
                    site.id,
                    (zone.id,),
                    held,
                    day_kind=kind,
                    call=call,
                    wrap=wrap,
                    people=max(1, round(zone.area_m2 * dice.uniform(0.01, 0.06))),
                )
            )
    return found


def weather_ahead(building: Building, now: datetime, error_k: float, hours: int = 60) -> Forecast:
    """The simulator's weather of the next hours, wrong by a random walk that grows to `error_k` within a day."""
    start = slot_start(now)
    outdoor, sun = [], []
    for index in range(hours * 4):
        minute = int((start + index * SLOT - EPOCH).total_seconds() // 60) + 7
        day = building.days.weather.day(minute // 1440)
        outdoor.append(float(day.outdoor_c[minute % 1440]))
        sun.append(float(day.sky.global_w_m2[minute % 1440]))
    noise = np.random.default_rng(int(start.timestamp())).normal(0, error_k / np.sqrt(96), len(outdoor)).cumsum()
    return Forecast(now, start, tuple((np.array(outdoor) + noise).tolist()), tuple(sun))


def by_rules(loop: OpenLoop, error_k: float = 1.0) -> Control:
    """The rules, told what the site's devices would tell, and a forecast with errors each quarter hour."""
    told: dict[datetime, Forecast] = {}
    wires: dict[int, Wire] = {}

    def control(building: Building, now: datetime) -> None:
        slot = slot_start(now)
        if slot not in told:
            told.clear()
            told[slot] = weather_ahead(building, now, error_k)
        wire = wires.setdefault(id(building), Wire(building))
        wire.obey(loop.step(now, Measured({}, points=wire.readings()), told[slot]))

    return control


def by_lead(site: Site, bookings: Sequence[Booking], start: datetime, days: int, lead: timedelta) -> Control:
    """Comfort from a fixed time before each claim to its end, on the same heating curve and plant rules."""
    claims = schedule(site, bookings, Interval(start - timedelta(days=2), start + timedelta(days=days + 3)))
    memories: dict[str, PlantMemory] = {}

    def control(building: Building, now: datetime) -> None:
        needs: dict[str, list[ZoneNeed]] = {plant.id: [] for plant in site.plants}
        for zone in site.zones:
            due = [c for c in claims[zone.id] if c.acts and c.heat_c is not None and c.start - lead <= now < c.end]
            wanted = max((c.heat_c or 0.0 for c in due), default=zone.setback_c)
            building.set_setpoint(zone.id, wanted)
            light = max((c.comfort.light_pct for c in due if c.start <= now), default=0.0)
            building.set_light(zone.id, light)
            if zone.heating_plant is None:
                continue
            ahead = bool(due) and all(c.start > now for c in due) and building.air_c(zone.id) < wanted - 0.3
            state = ZoneState.PRE_HEATING if ahead else ZoneState.OCCUPIED if due else ZoneState.SET_BACK
            needs[zone.heating_plant].append(ZoneNeed(zone, float(building.opening[building.row(zone.id)]), wanted, state))
        run_plants(building, needs, memories, now)

    return control


def run_plants(
    building: Building, needs: Mapping[str, Sequence[ZoneNeed]], memories: dict[str, PlantMemory], now: datetime
) -> None:
    """Plants on the rules' heating curve, as far as they can be set at all: by the same devices that the rules have."""
    for plant in building.site.plants:
        wish = run(plant, needs[plant.id], building.outdoor_c, memories.get(plant.id, PlantMemory()), now)
        memories[plant.id] = wish.memory
        warmed, switched = settable(building.site, plant.id)
        if switched:
            building.set_plant_on(plant.id, wish.on)
        if warmed and wish.supply_c is not None:
            building.set_supply(plant.id, wish.supply_c)


def drive(
    building: Building, bookings: Sequence[Booking], control: Control, days: int, scored_from: int, start: datetime | None = None
) -> Account:
    """Run until `days` days after the start (by default the building's now); comfort and energy count from day `scored_from` on."""
    site, start = building.site, building.now if start is None else start
    account = Account()
    since, end = start + timedelta(days=scored_from), start + timedelta(days=days)
    claims: list[Claim] = []
    for zone, found in schedule(site, bookings, Interval(start, end)).items():
        if site.zone(zone).heating_plant is not None:
            claims += [c for c in found if c.acts and c.heat_c is not None and since <= c.start < end]
    heat_before = building.heat_kwh.copy()
    while building.now < end:
        now = building.now
        if now <= since:
            heat_before = building.heat_kwh.copy()
        control(building, now)
        for claim in claims:
            short = (claim.heat_c or 0.0) - building.air_c(claim.zone)
            if claim.start == now:
                account.starts.append((claim.zone, now, short))
            if claim.start <= now < claim.end:
                missed = max(0.0, short) * (TICK / timedelta(hours=1))
                account.below_k_h += missed
                account.zone_k_h[claim.zone] = account.zone_k_h.get(claim.zone, 0.0) + missed
                account.cold_k_h += max(0.0, short - 0.5) * (TICK / timedelta(hours=1))
        before = building.heating_kwh(), _electric_kwh(building), float(building.pv_kwh.sum())
        building.advance(now + TICK)
        if now >= since:
            _spend(account, building, now, before)
    given = building.heat_kwh - heat_before
    account.heat_kwh = float(given.sum())
    account.zone_kwh = {zone.id: float(given[building.row(zone.id)]) for zone in site.zones}
    return account


def _electric_kwh(building: Building) -> float:
    """All electricity used on the site so far, with that of heating."""
    return float(building.used_kwh.sum() + building.plant_electricity_kwh.sum())


def _spend(account: Account, building: Building, now: datetime, before: tuple[dict[Carrier, float], float, float]) -> None:
    """Final energy of heating in a tick, and what it made the bills dearer: the sun's surplus costs what export would have paid."""
    site, (heating, load, sun) = building.site, before
    for carrier, kwh in building.heating_kwh().items():
        spent = kwh - heating.get(carrier, 0.0)
        account.final_kwh += spent
        if carrier is not Carrier.ELECTRICITY:
            account.cost += spent * price(site, carrier, now)
            continue
        others, pv = _electric_kwh(building) - load - spent, float(building.pv_kwh.sum()) - sun
        bought = max(0.0, others + spent - pv) - max(0.0, others - pv)
        tariff = site.tariff_of(carrier)
        account.cost += bought * price(site, carrier, now) + (spent - bought) * (float(tariff.export_price) if tariff else 0.0)
