"""The open loop on a building model that is not the simulator's: two halls with fan coils on one heat pump, three nodes each.

    python -m bench.rules_hall            three weeks of winter: learned from scratch, compared with fixed leads

`main` shows what it takes to drive the rules against any model: describe it, tell what is measured, set what comes back.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from premises.booking import Booking, BookingKey, DayKind
from premises.site import Comfort, Emitter, Plant, PlantKind, Site, Zone, ZoneUse
from premises.tariff import Carrier
from premises.time import SLOT, Interval
from rules.loop import Measured, OpenLoop, describe
from rules.snapshot import Forecast

START = datetime(2026, 1, 5, tzinfo=UTC)
STEP = timedelta(minutes=5)
NAMES = ("east", "west")


def weather(at: datetime) -> float:
    """Outdoor °C: a cold spell in the second week, days and nights, and something that comes and goes."""
    hours = (at - START) / timedelta(hours=1)
    return (
        3.0 - 5.0 * math.exp(-(((hours - 280) / 90) ** 2)) + 3.0 * math.sin((hours - 9) / 24 * math.tau) + 2 * math.sin(hours / 53)
    )


def forecast(now: datetime) -> Forecast:
    """Sixty hours ahead, wrong by up to a degree and a half."""
    wrong = 1.5 * math.sin((now - START) / timedelta(hours=37))
    return Forecast(now, now, tuple(weather(now + k * SLOT) + wrong * min(1.0, k / 96) for k in range(240)))


@dataclass
class Hall:
    """Air, walls and floor of one hall in °C, W/K and J/K; its fan coils give what warm water and an open valve allow."""

    size: float
    air: float = 14.0
    wall: float = 13.5
    floor: float = 13.0
    coil: float = 20.0
    valve: float = 0.0
    heat_w: float = 0.0

    def minute(self, outdoor: float, supply: float, setpoint: float, gains_w: float, share: float) -> None:
        """Sixty seconds: a valve with a proportional band, a coil with a lag, leakage that grows with the difference."""
        self.valve = min(1.0, max(0.0, (setpoint - self.air) / 0.8 + 0.5))
        self.coil += (self.valve * max(supply, self.air) + (1 - self.valve) * self.air - self.coil) / 8.0
        self.heat_w = max(0.0, 1900.0 * self.size * (self.coil - self.air)) * share
        leak = (220.0 + 14.0 * math.sqrt(abs(self.air - outdoor))) * self.size * (outdoor - self.air)
        to_wall, to_floor = 2400.0 * self.size * (self.wall - self.air), 900.0 * self.size * (self.floor - self.air)
        self.air += 60 * (leak + to_wall + to_floor + self.heat_w + gains_w) / (2.4e7 * self.size)
        self.wall += 60 * (-to_wall + 420.0 * self.size * (outdoor - self.wall)) / (2.6e8 * self.size)
        self.floor += 60 * (-to_floor + 60.0 * self.size * (10.0 - self.floor)) / (6.0e8 * self.size)


@dataclass
class Plant30:
    """The heat pump: 90 kW, its efficiency falls with the lift. energy_kwh: electricity so far."""

    most_w: float = 90e3
    energy_kwh: float = 0.0

    def share(self, asked_w: float) -> float:
        return min(1.0, self.most_w / asked_w) if asked_w > 0 else 1.0

    def minute(self, heat_w: float, supply: float, outdoor: float) -> None:
        self.energy_kwh += heat_w / 60e3 / max(1.3, 0.45 * (supply + 273) / (supply - outdoor + 6))


@dataclass
class Premises:
    """Two halls and their plant, stepped by the minute from `START`."""

    halls: Mapping[str, Hall] = field(default_factory=lambda: {"east": Hall(1.0), "west": Hall(0.6)})
    plant: Plant30 = field(default_factory=Plant30)
    now: datetime = START

    def advance(self, until: datetime, setpoints: Mapping[str, float], supply: float, on: bool, people: Mapping[str, int]) -> None:
        while self.now < until:
            outdoor, water = weather(self.now), supply if on else 20.0
            share = self.plant.share(sum(hall.heat_w for hall in self.halls.values()))
            for name, hall in self.halls.items():
                hall.minute(outdoor, water, setpoints.get(name, 12.0), 80.0 * people.get(name, 0), share)
            self.plant.minute(sum(hall.heat_w for hall in self.halls.values()), water, outdoor)
            self.now += timedelta(minutes=1)


def site() -> Site:
    """What the rules are told of it: areas, volumes, emitters, comfort. Not how it is built."""
    comfort = {DayKind.SHOOT: Comfort(20.0, light_pct=40), DayKind.BUILD: Comfort(17.0, light_pct=70)}
    zones = [
        Zone(
            name,
            name.title(),
            ZoneUse.STAGE,
            500 * size,
            3500 * size,
            comfort,
            "heat-pump",
            None,
            Emitter.FAN_COIL,
            47500 * size,
            45,
        )
        for name, size in (("east", 1.0), ("west", 0.6))
    ]
    plant = Plant("heat-pump", "Heat pump", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, 90e3, supply_max_c=50)
    return describe(zones, [plant], timezone="Europe/Paris")


def diary(days: int, seed: int = 3) -> list[Booking]:
    """Bookings at odd hours, with idle days between them."""
    dice, found = random.Random(seed), []
    for name in NAMES:
        for day in range(days):
            if dice.random() < 0.35:
                continue
            call = START + timedelta(days=day, minutes=15 * dice.randint(26, 64))
            wrap = call + timedelta(hours=dice.randint(6, 10))
            kind = dice.choice((DayKind.SHOOT, DayKind.SHOOT, DayKind.BUILD))
            held = Interval(START + timedelta(days=day), START + timedelta(days=day + 2))
            found.append(
                Booking(BookingKey("hall", f"{name}{day}"), "", (name,), held, day_kind=kind, call=call, wrap=wrap, people=20)
            )
    return found


@dataclass
class Score:
    """ready: starts within 0.5 K, of all; from day `since` on.

    cold_k_h: K h more than 0.5 K below target while booked; below_k_h: all K h below it.
    """

    ready: int = 0
    starts: int = 0
    worst_k: float = 0.0
    cold_k_h: float = 0.0
    below_k_h: float = 0.0
    energy_kwh: float = 0.0


def run(days: int, since: int, bookings: Sequence[Booking], lead_h: float | None, replan_every: timedelta = SLOT) -> Score:
    """Drive the halls by the rules (lead_h None) or by a fixed lead with water at 45 °C."""
    premises, score, shoots = Premises(), Score(), {b.key: 20.0 if b.day_kind is DayKind.SHOOT else 17.0 for b in bookings}
    loop = OpenLoop(site(), bookings, replan_every=replan_every)
    first, before = START + timedelta(days=since), 0.0
    while premises.now < START + timedelta(days=days):
        now = premises.now
        if now == first:
            before = premises.plant.energy_kwh
        people = {b.zones[0]: b.people or 0 for b in bookings if now in b.occupied}
        if lead_h is None:
            told = {name: round(hall.air, 1) for name, hall in premises.halls.items()}
            demand = {name: 100 * hall.valve for name, hall in premises.halls.items()}
            set_to = loop.step(now, Measured(told, round(weather(now), 1), demand_pct=demand), forecast(now))
            setpoints, supply, on = set_to.setpoint_c, set_to.supply_c.get("heat-pump", 30.0), set_to.plant_on["heat-pump"]
        else:
            early = timedelta(hours=lead_h)
            due = [(b.zones[0], shoots[b.key]) for b in bookings if b.call_at - early <= now < b.wrap_at]
            setpoints = {name: max([12.0, *(target for zone, target in due if zone == name)]) for name in NAMES}
            supply, on = 45.0, True
        for booking in bookings:
            short = shoots[booking.key] - premises.halls[booking.zones[0]].air
            if now >= first and now == booking.call_at:
                score.starts, score.ready = score.starts + 1, score.ready + (short <= 0.5)
                score.worst_k = max(score.worst_k, short)
            if now >= first and now in booking.occupied:
                score.below_k_h += max(0.0, short) * (STEP / timedelta(hours=1))
                score.cold_k_h += max(0.0, short - 0.5) * (STEP / timedelta(hours=1))
        premises.advance(now + STEP, setpoints, supply, on, people)
    score.energy_kwh = premises.plant.energy_kwh - before
    return score


def main() -> None:
    """Print the comparison."""
    bookings = diary(24)
    print(f"{'':14}{'ready':>8}{'worst K':>9}{'cold K h':>10}{'below K h':>11}{'kWh':>8}")
    for name, lead in (("rules", None), ("fixed 2 h", 2.0), ("fixed 4 h", 4.0), ("fixed 6 h", 6.0), ("always on", 200.0)):
        score = run(21, 7, bookings, lead)
        print(
            f"{name:14}{score.ready:>4}/{score.starts:<3}{score.worst_k:9.2f}{score.cold_k_h:10.1f}{score.below_k_h:11.1f}{score.energy_kwh:8.0f}"
        )


if __name__ == "__main__":
    main()
