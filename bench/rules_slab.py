"""The open loop on a house with a slow slab and a heat pump: a model of its own again, where a lead of hours comes too late.

python -m bench.rules_slab            three weeks, learned from scratch in the first eight days
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import timedelta

from bench.rules_hall import START, Score
from premises.booking import Booking, BookingKey, DayKind
from premises.site import Comfort, Emitter, Plant, PlantKind, Site, Zone, ZoneUse
from premises.tariff import Carrier
from premises.time import Interval
from rules.loop import Measured, OpenLoop, describe
from rules.snapshot import Forecast

DAYS, SINCE, STEP = 21, 8, timedelta(minutes=5)
TARGET_C, REST_C, POWER_W = 20.0, 15.0, 15000.0


def outdoor(hours: float) -> float:
    """Outdoor °C by hours since the start."""
    return 2.0 + 3.0 * math.sin((hours - 9) / 24 * math.tau) + 3.0 * math.sin(hours / 70)


@dataclass
class SlabHouse:
    """Air, slab and walls in °C; 192 m² of concrete ten centimetres thick. energy_kwh: electricity of the heat pump so far."""

    air: float = 15.0
    slab: float = 16.0
    wall: float = 14.0
    valve: float = 0.0
    energy_kwh: float = 0.0

    def minute(self, outside: float, supply: float, on: bool, setpoint: float) -> None:
        self.valve = min(1.0, max(0.0, (setpoint - self.air) / 0.8 + 0.5))
        heat = self.valve * on * max(0.0, min(POWER_W, 900.0 * (supply - self.slab)))
        up, into_wall = 1700.0 * (self.slab - self.air), 1300.0 * (self.wall - self.air)
        self.slab += 60 * (heat - up) / (192 * 0.1 * 2300 * 1000 * 0.9)
        self.air += 60 * (up + into_wall + 150.0 * (outside - self.air)) / 6e6
        self.wall += 60 * (60.0 * (outside - self.wall) - into_wall) / 60e6
        self.energy_kwh += heat / 60e3 / max(1.5, 0.42 * (supply + 273) / (supply - outside + 8))


def site() -> Site:
    """What the rules are told of it."""
    comfort = {DayKind.SHOOT: Comfort(TARGET_C)}
    zone = Zone("house", "House", ZoneUse.STAGE, 192, 500, comfort, "hp", None, Emitter.SLAB, POWER_W, 38, setback_c=REST_C)
    plant = Plant("hp", "Heat pump", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, POWER_W, supply_min_c=25, supply_max_c=45)
    return describe([zone], [plant], timezone="Europe/Paris")


def diary(seed: int = 2) -> list[Booking]:
    """Every second day or so, calls between 07:00 and 14:00."""
    dice, found = random.Random(seed), []
    for day in range(DAYS + 3):
        if dice.random() < 0.5:
            continue
        midnight = START + timedelta(days=day)
        call = midnight + timedelta(minutes=15 * dice.randint(28, 56))
        held = Interval(midnight, midnight + timedelta(days=1))
        key = BookingKey("slab", str(day))
        found.append(Booking(key, "", ("house",), held, call=call, wrap=call + timedelta(hours=dice.randint(4, 9))))
    return found


def run(lead_h: float | None) -> Score:
    """By the rules (None) or by a fixed lead with water at 38 °C."""
    house, score, now, before, bookings = SlabHouse(), Score(), START, 0.0, diary()
    loop = OpenLoop(site(), bookings)
    first = START + timedelta(days=SINCE)
    while now < START + timedelta(days=DAYS):
        hours = (now - START) / timedelta(hours=1)
        if now == first:
            before = house.energy_kwh
        if lead_h is None:
            told = Measured({"house": round(house.air, 1)}, round(outdoor(hours), 1), demand_pct={"house": 100 * house.valve})
            ahead = tuple(outdoor(hours + k / 4) + 0.8 * math.sin(k / 40) for k in range(240))
            set_to = loop.step(now, told, Forecast(now, now, ahead))
            setpoint, supply, on = set_to.setpoint_c["house"], set_to.supply_c.get("hp", 30.0), set_to.plant_on["hp"]
        else:
            early = timedelta(hours=lead_h)
            due = any(b.call_at - early <= now < b.wrap_at for b in bookings)
            setpoint, supply, on = TARGET_C if due else REST_C, 38.0, True
        for booking in bookings:
            short = TARGET_C - house.air
            if now >= first and now == booking.call_at:
                score.starts, score.ready = score.starts + 1, score.ready + (short <= 0.5)
                score.worst_k = max(score.worst_k, short)
            if now >= first and now in booking.occupied:
                score.below_k_h += max(0.0, short) * (STEP / timedelta(hours=1))
                score.cold_k_h += max(0.0, short - 0.5) * (STEP / timedelta(hours=1))
        for _ in range(5):
            house.minute(outdoor(hours), supply, on, setpoint)
        now += STEP
    score.energy_kwh = house.energy_kwh - before
    return score


def main() -> None:
    """Print the comparison."""
    print(f"{'':14}{'ready':>8}{'worst K':>9}{'cold K h':>10}{'below K h':>11}{'kWh':>8}")
    for name, lead in (("rules", None), ("fixed 6 h", 6.0), ("fixed 12 h", 12.0), ("fixed 24 h", 24.0), ("always on", 2000.0)):
        score = run(lead)
        cells = f"{score.worst_k:9.2f}{score.cold_k_h:10.1f}{score.below_k_h:11.1f}{score.energy_kwh:8.0f}"
        print(f"{name:14}{score.ready:>4}/{score.starts:<3}{cells}", flush=True)


if __name__ == "__main__":
    main()
