"""The open loop in summer: a hall and a stage by the Mediterranean on one reversible heat pump, with the sun on the roof.

    python -m bench.rules_summer                  a fortnight in July
    python -m bench.rules_summer --weather april  a week in which mornings are heated and evenings cooled

Learned from scratch. Held against cooling that never rests and against fixed leads, which know all bookings and are told of moved
ones; the plant, its water and its valves are the same. The building is this bench's own.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from decimal import Decimal

from premises.booking import Booking, BookingKey, BookingStatus, DayKind
from premises.site import Comfort, Emitter, Plant, PlantKind, Site, Zone, ZoneUse
from premises.tariff import Carrier, Tariff, TariffBand
from premises.time import Interval
from rules.loop import Measured, OpenLoop, Settings, describe
from rules.snapshot import Forecast

HOUR = timedelta(hours=1)
START = datetime(2026, 7, 6, tzinfo=UTC)
WEATHERS = {"july": (27.0, 5.5, 850.0), "april": (15.0, 9.0, 800.0)}
COMFORT = {
    DayKind.SHOOT: Comfort(20.0, cool_c=25.0),
    DayKind.AUDIENCE: Comfort(20.0, cool_c=24.5),
    DayKind.BUILD: Comfort(16.0, cool_c=28.0),
}
COLD_WATER_C, PUMP_W, COLD_W = 9.0, 60e3, 55e3
PV_W, BASE_W = 30e3, 6e3


@dataclass
class Room:
    """Air and mass in °C. ua_w_k: of its fan coils; cold_w: given last, negative where it was heat."""

    ua_w_k: float
    leak_w_k: float
    air_j_k: float
    mass_j_k: float
    glass_m2: float
    air: float = 26.0
    mass: float = 25.5
    valve: float = 0.0
    cold_w: float = 0.0

    def minute(self, setpoint: float, water: float, cooling: bool, on: bool, outdoor: float, sun: float, gains_w: float) -> None:
        short = self.air - setpoint if cooling else setpoint - self.air
        self.valve = min(1.0, max(0.0, short / 0.8 + 0.5))
        suits = on and (water < self.air if cooling else water > self.air)
        self.cold_w = self.valve * self.ua_w_k * (self.air - water) if suits else 0.0
        to_mass = 2400.0 * (self.mass - self.air)
        heat = self.leak_w_k * (outdoor - self.air) + to_mass + gains_w + 0.3 * self.glass_m2 * sun - self.cold_w
        self.air += 60.0 * heat / self.air_j_k
        self.mass += 60.0 * (0.2 * self.glass_m2 * sun - to_mass + 180.0 * (outdoor - self.mass)) / self.mass_j_k


def rooms() -> dict[str, Room]:
    return {"hall": Room(1800.0, 420.0, 9e6, 1.6e8, 20.0), "stage": Room(1400.0, 330.0, 8e6, 1.4e8, 6.0)}


def site() -> Site:
    """What the rules are told."""
    pump = Plant(
        "pump", "Heat pump", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, PUMP_W, COLD_W, supply_min_c=25, supply_max_c=50,
        cool_supply_min_c=7,
    )  # fmt: skip
    zones = [
        Zone(
            "hall", "Hall", ZoneUse.AUDITORIUM, 320, 2200, COMFORT, "pump", "pump", Emitter.FAN_COIL, 1800 * 25.0, 45, setback_c=12
        ),
        Zone("stage", "Stage", ZoneUse.STAGE, 280, 1900, COMFORT, "pump", "pump", Emitter.FAN_COIL, 1400 * 25.0, 45, setback_c=12),
    ]
    bands = (TariffBand("night", Decimal("0.12"), start=clock(22), end=clock(6)), TariffBand("day", Decimal("0.24")))
    tariff = Tariff("power", Carrier.ELECTRICITY, "EUR", bands, export_price=Decimal("0.05"))
    return describe(zones, [pump], timezone="Europe/Paris", tariffs=[tariff], latitude=43.3, longitude=5.4)


SITE = site()
TARIFF = SITE.tariffs[0]


@dataclass(frozen=True)
class Weather:
    """Outdoor °C, sun and PV in W by hours since the start: hotter and cooler spells, clouds."""

    mean_c: float
    swing_k: float
    peak_w_m2: float

    def outdoor(self, hours: float) -> float:
        return self.mean_c + self.swing_k * math.sin((hours - 8.5) / 24 * math.tau) + 2.5 * math.sin(hours / 45)

    def sun(self, hours: float) -> float:
        height = math.sin((hours % 24 - 4.5) / 15 * math.pi) if 4.5 < hours % 24 < 19.5 else 0.0
        return self.peak_w_m2 * height * (0.8 + 0.2 * math.sin(hours / 19))

    def pv(self, hours: float) -> float:
        return PV_W * self.sun(hours) / 900.0


def diary(days: int, seed: int) -> list[Booking]:
    """The hall on most evenings, the stage by day; one in four is an option only, or a hold."""
    dice, found = random.Random(seed), []
    for day in range(days):
        midnight = START + timedelta(days=day)
        for zone, kind, first, last, heads in (("hall", DayKind.AUDIENCE, 15, 18, 180), ("stage", DayKind.SHOOT, 6, 12, 30)):
            if dice.random() < 0.3:
                continue
            call = midnight + dice.randint(4 * first, 4 * last) * timedelta(minutes=15)
            status = dice.choices([BookingStatus.CONFIRMED, BookingStatus.OPTION, BookingStatus.HOLD], [0.75, 0.15, 0.1])[0]
            held = Interval(midnight, midnight + timedelta(days=1, hours=6))
            rig = {} if zone == "hall" else {"led": 4000.0}
            key = BookingKey("summer", f"{zone}-{day}")
            wrap = call + timedelta(hours=4 if zone == "hall" else 8)
            found.append(Booking(key, "", (zone,), held, status, kind, call=call, wrap=wrap, people=heads, rig_power_w=rig))
    return found


@dataclass
class Account:
    """starts: (zone, call, K above the limit or below the target); cold_idle_kwh: cold in zones to which nobody who acts was to
    come within eight hours; fights: steps in which a zone was cooled within two hours of being heated, or the plant did both."""

    starts: list[tuple[str, datetime, float]] = field(default_factory=list)
    off_k_h: float = 0.0
    electric_kwh: float = 0.0
    bought_kwh: float = 0.0
    cost: float = 0.0
    cold_kwh: float = 0.0
    heat_kwh: float = 0.0
    cold_idle_kwh: float = 0.0
    fights: int = 0

    @property
    def ready(self) -> int:
        return sum(off <= 0.5 for _, _, off in self.starts)

    @property
    def worst_k(self) -> float:
        return max((off for _, _, off in self.starts), default=0.0)


Control = Callable[[datetime, Mapping[str, Room], float], tuple[dict[str, float], dict[str, bool], float, bool]]


def by_rules(loop: OpenLoop, weather: Weather) -> Control:
    """The rules, told what sensors would tell, and a forecast that is a degree wrong."""

    def control(now: datetime, rooms: Mapping[str, Room], hours: float) -> tuple[dict[str, float], dict[str, bool], float, bool]:
        ahead = range(288)
        forecast = Forecast(
            now, now, tuple(weather.outdoor(hours + k / 4) + math.sin((hours + k / 4) / 29) for k in ahead),
            tuple(weather.sun(hours + k / 4) for k in ahead), tuple(weather.pv(hours + k / 4) for k in ahead), (BASE_W,) * 288,
        )  # fmt: skip
        told = Measured(
            {name: round(room.air, 1) for name, room in rooms.items()}, round(weather.outdoor(hours), 1), weather.sun(hours),
            demand_pct={name: 100 * room.valve for name, room in rooms.items()},
        )  # fmt: skip
        set_to: Settings = loop.step(now, told, forecast)
        return dict(set_to.setpoint_c), dict(set_to.cooling), set_to.supply_c.get("pump", 30.0), set_to.plant_on.get("pump", False)

    return control


def by_lead(bookings: list[Booking], lead_h: float) -> Control:
    """Within bounds from a fixed time before each call, heat where it is too cold, else cold."""

    def control(now: datetime, rooms: Mapping[str, Room], _hours: float) -> tuple[dict[str, float], dict[str, bool], float, bool]:
        setpoints, cooling = {}, {}
        for name, room in rooms.items():
            due = [b for b in bookings if b.acts and b.zones == (name,) and b.call_at - lead_h * HOUR <= now < b.wrap_at]
            comfort = COMFORT[due[0].day_kind] if due else Comfort(12.0, cool_c=SITE.zone(name).cool_setback_c)
            cooling[name] = room.air > (comfort.heat_c or 0.0) + 2.0
            setpoints[name] = (comfort.cool_c or 30.0) - 0.2 if cooling[name] else comfort.heat_c or 12.0
        hot = [n for n, room in rooms.items() if not cooling[n] and room.air < setpoints[n] + 0.4]
        if hot:
            return setpoints, cooling, 42.0, True
        return setpoints, cooling, COLD_WATER_C, any(cooling[n] and rooms[n].air > setpoints[n] - 0.4 for n in rooms)

    return control


def drive(control: Control, bookings: list[Booking], weather: Weather, days: int, since: int, step_min: int = 15) -> Account:
    """Run to the end; what happens from day `since` on counts."""
    building, account, now = rooms(), Account(), START
    begin = START + timedelta(days=since)
    if weather.mean_c < 20:
        building = {name: replace(room, air=16.0, mass=15.0) for name, room in building.items()}
    acting = [b for b in bookings if b.acts]
    heated_at: dict[str, datetime] = {}
    while now < START + timedelta(days=days):
        hours = (now - START) / HOUR
        setpoints, cooling, water, on = control(now, building, hours)
        counts = now >= begin
        for _ in range(step_min):
            _minute(building, acting, (setpoints, cooling, water, on), (now, (now - START) / HOUR), weather, account, counts)
            now += timedelta(minutes=1)
        given = {name: room.cold_w for name, room in building.items()}
        for name, cold in given.items():
            soon = any(b.zones == (name,) and b.call_at - 8 * HOUR <= now < b.wrap_at for b in acting)
            account.cold_idle_kwh += max(0.0, cold) / 1000 * step_min / 60 * (counts and not soon)
            if cold > 100 and counts:
                account.fights += now - heated_at.get(name, START - timedelta(days=9)) < 2 * HOUR
            if cold < -100:
                heated_at[name] = now
        account.fights += counts and max(given.values()) > 100 and min(given.values()) < -100
    return account


def _minute(
    building: dict[str, Room],
    acting: list[Booking],
    told: tuple[dict[str, float], dict[str, bool], float, bool],
    at: tuple[datetime, float],
    weather: Weather,
    account: Account,
    counts: bool,
) -> None:
    (setpoints, cooling, water, on), (now, hours) = told, at
    outdoor, sun, exchanged = weather.outdoor(hours), weather.sun(hours), 0.0
    for name, room in building.items():
        mine = [b for b in acting if b.zones == (name,) and b.call_at <= now < b.wrap_at]
        for booking in mine:
            comfort = COMFORT[booking.day_kind]
            off = max((comfort.heat_c or 0.0) - room.air, room.air - (comfort.cool_c or 99.0))
            if counts and booking.call_at == now:
                account.starts.append((name, now, off))
            account.off_k_h += counts * max(0.0, off) / 60
        gains = sum(75.0 * (b.people or 0) + sum(b.rig_power_w.values()) for b in mine)
        room.minute(setpoints.get(name, 12.0), water, cooling.get(name, False), on, outdoor, sun, gains)
        exchanged += abs(room.cold_w)
        account.cold_kwh += counts * max(0.0, room.cold_w) / 60e3
        account.heat_kwh += counts * max(0.0, -room.cold_w) / 60e3
    if not counts:
        return
    electric = exchanged / (3.4 if water < 20 else 3.6)
    spare = max(0.0, weather.pv(hours) - BASE_W)
    bought = max(0.0, electric - spare)
    price = float(TARIFF.price_at(now, SITE.zoneinfo))
    account.electric_kwh += electric / 60e3
    account.bought_kwh += bought / 60e3
    account.cost += bought / 60e3 * price + (electric - bought) / 60e3 * float(TARIFF.export_price)


def run(way: str, weather: str, days: int, since: int, seed: int = 1) -> Account:
    """One way: "rules", "always" or the hours of a fixed lead."""
    sky, bookings = Weather(*WEATHERS[weather]), diary(days + 3, seed)
    if way == "rules":
        control = by_rules(OpenLoop(SITE, bookings, replan_every=HOUR), sky)
    else:
        control = by_lead(bookings, 24.0 if way == "always" else float(way))
    return drive(control, bookings, sky, days, since)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--weather", choices=WEATHERS, default="july")
    parser.add_argument("--days", type=int, default=19)
    parser.add_argument("--since", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ways", nargs="+", default=["rules", "1", "2", "4", "always"])
    told = parser.parse_args()
    print("| | ready | worst K | off K h | cold kWh | heat kWh | electric kWh | bought | cost | idle cold kWh | fights |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for way in told.ways:
        a = run(way, told.weather, told.days, told.since, told.seed)
        name = way if way in ("rules", "always") else f"fixed {way} h"
        energies = f"{a.cold_kwh:.0f} | {a.heat_kwh:.0f} | {a.electric_kwh:.0f} | {a.bought_kwh:.0f} | {a.cost:.1f}"
        cells = f"{a.worst_k:.2f} | {a.off_k_h:.1f} | {energies} | {a.cold_idle_kwh:.1f} | {a.fights}"
        print(f"| {name} | {a.ready} of {len(a.starts)} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
