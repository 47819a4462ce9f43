"""Is the ready-by answer true? Bookings are asked for, confirmed at once, and what came stands beside what was told.

    python -m bench.rules_truth --case halls office-pump slab --seed 51 --days 21

On the buildings of others (`bench/rules_foreign_models.py`), learned from scratch in the first week, which does not count. Each
booking is unknown until it is asked for, two to forty hours before its call; forecasts err. It prints the chance that was told
and how many were ready, the energy that was told and what its range held, and when it was to be warm and was.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from bench.rules_foreign import CASES, HOUR, START, Case, Rules, a_case, target
from premises.booking import Booking, BookingKey
from premises.plan import Readiness, ReadyBy
from rules.arbiter import READY_BAND_K
from rules.loop import Measured

COUNTED_K = 0.5
BANDS = (0.0, 0.5, 0.8, 0.95, 0.985, 1.0)


@dataclass
class Told:
    """One answer and what came. warm_at: since when it was warm without a break; kwh: its part of the plant's final energy."""

    booking: Booking
    answer: ReadyBy
    asked_at: datetime
    seconds: float
    short_k: float | None = None
    warm_at: datetime | None = None
    kwh: float = 0.0
    begun: bool = False

    def ready(self, band_k: float) -> bool:
        return self.short_k is not None and self.short_k <= band_k


class Asked(Rules):
    """The open loop, which hears of a booking only when it is asked for."""

    def __init__(self, case: Case, seed: int) -> None:
        super().__init__(case, solver=True, replan=HOUR)
        dice = random.Random(seed)
        final = [case.moved.get(b.key, b) for b in case.bookings]
        self.ask_at = {b.key: b.call_at - timedelta(minutes=15 * dice.randint(8, 160)) for b in final}
        self.answers: dict[BookingKey, Told] = {}
        self._final = final

    def step(self, now: datetime, outdoor: float) -> tuple[dict[str, float], float, bool]:
        known = [b for b in self._final if self.ask_at[b.key] <= now]
        if tuple(known) != self.loop.bookings:
            self.loop.book(known)
        return self._measured(now, outdoor)

    def _measured(self, now: datetime, outdoor: float) -> tuple[dict[str, float], float, bool]:
        case = self.case
        if self.told is None or now - self.told.made_at >= timedelta(minutes=15):
            self.told = self._forecast(now)
        air = {z.id: round(a + self.dice.gauss(0, 0.04), 1) for z, a in zip(case.zones, case.building.air, strict=True)}
        demand = {z.id: 100 * o for z, o in zip(case.zones, case.building.opening, strict=True)}
        set_to = self.loop.step(now, Measured(air, round(outdoor, 1), demand_pct=demand), self.told)
        for zone in set_to.decision.zones:
            if zone.booking in self.answers:
                self.answers[zone.booking].begun = True
        return dict(set_to.setpoint_c), set_to.supply_c.get("plant", 30.0), set_to.plant_on.get("plant", True)

    def ask(self, now: datetime) -> None:
        """Ask for what is to be confirmed with the next step."""
        for booking in self._final:
            if booking.key not in self.answers and self.ask_at[booking.key] <= now < booking.call_at:
                begun = time.process_time()
                answers = self.loop.ready_by(now, booking)
                self.answers[booking.key] = Told(booking, answers[0], now, time.process_time() - begun)


def drive(case: Case, control: Asked) -> list[Told]:
    """Run the case; the answers that were given after the days of learning, with what came of them."""
    now, end, building = START, START + timedelta(days=case.days), case.building
    places = {zone.id: place for place, zone in enumerate(case.zones)}
    while now < end:
        if now > START:
            control.ask(now)
        setpoints, supply, on = control.step(now, case.weather.outdoor((now - START) / HOUR))
        ends = now + case.step
        while now < ends:
            hours = (now - START) / HOUR
            gains = [0.0] * len(case.zones)
            for booking in control._final:
                if booking.call_at <= now < booking.wrap_at and control.ask_at[booking.key] <= now:
                    gains[places[booking.zones[0]]] += 80.0 * (booking.people or 0) + sum(booking.rig_power_w.values())
            spent, outdoor = building.final_kwh, case.weather.outdoor(hours)
            asked = [setpoints.get(zone.id, zone.setback_c) for zone in case.zones]
            building.minute(asked, supply, on, outdoor, case.weather.sun(hours), gains)
            now += timedelta(minutes=1)
            whole = sum(building.heat_w)
            for told in control.answers.values():
                place = places[told.booking.zones[0]]
                _note(told, now, case, place, (building.final_kwh - spent) * building.heat_w[place] / max(1.0, whole))
    since = START + timedelta(days=case.since)
    return [t for t in control.answers.values() if t.asked_at >= since and t.booking.wrap_at <= end]


def _note(told: Told, now: datetime, case: Case, place: int, kwh: float) -> None:
    booking = told.booking
    if now > booking.wrap_at:
        return
    told.kwh += kwh * (told.begun or now > booking.call_at)
    short = target(case.zones[place], booking) - case.building.air[place]
    if short > READY_BAND_K:
        told.warm_at = None if now <= booking.call_at else told.warm_at
    elif told.warm_at is None:
        told.warm_at = now
    if now == booking.call_at:
        told.short_k = short


def chances(found: Sequence[Told]) -> None:
    print("\n| chance told | answers | mean told | came within 0.3 K | within 0.5 K |\n| --- | --- | --- | --- | --- |")
    groups = {
        f"{low:g} to {high:g}": [t for t in found if t.answer.probability is not None and low < t.answer.probability <= high]
        for low, high in pairwise(BANDS)
    }
    groups |= {f"said {readiness.value}": [t for t in found if t.answer.readiness is readiness] for readiness in Readiness}
    for name, mine in groups.items():
        if mine:
            mean = statistics.fmean(t.answer.probability or 0.0 for t in mine)
            near, far = (sum(t.ready(band) for t in mine) / len(mine) for band in (READY_BAND_K, COUNTED_K))
            print(f"| {name} | {len(mine)} | {mean:.2f} | {near:.2f} | {far:.2f} |")


def energies(found: Sequence[Told]) -> None:
    known = [t for t in found if t.answer.energy_low_kwh is not None and t.answer.energy_high_kwh is not None]
    inside = [t for t in known if (t.answer.energy_low_kwh or 0.0) <= t.kwh <= (t.answer.energy_high_kwh or 0.0)]
    below = sum(t.kwh < (t.answer.energy_low_kwh or 0.0) for t in known)
    told, came = sum(t.answer.energy_kwh for t in known), sum(t.kwh for t in known)
    width = statistics.fmean(
        ((t.answer.energy_high_kwh or 0.0) - (t.answer.energy_low_kwh or 0.0)) / max(1.0, t.answer.energy_kwh) for t in known
    )
    print(f"\nenergy: told {told:.0f} kWh, came {came:.0f} kWh ({came / told - 1:+.0%}); {len(inside)} of {len(known)} within")
    print(f"their range, {below} below, {len(known) - len(inside) - below} above; a range is {width:.0%} of its value wide")


def instants(found: Sequence[Told]) -> None:
    off = [
        (t.warm_at - t.answer.ready_at) / HOUR
        for t in found
        if t.warm_at is not None and t.answer.ready_at is not None and t.answer.readiness is Readiness.READY
    ]
    if len(off) > 3:
        tenths = statistics.quantiles(off, n=10)
        print(f"warm later than told, h: median {statistics.median(off):+.2f}, tenths {tenths[0]:+.2f} and {tenths[8]:+.2f}")
    seconds = [t.seconds for t in found]
    print(f"processor seconds an answer: median {statistics.median(seconds):.2f}, most {max(seconds):.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--case", choices=CASES, nargs="+", default=["halls"])
    parser.add_argument("--weather", default="winter")
    parser.add_argument("--seed", type=int, nargs="+", default=[51])
    parser.add_argument("--days", type=int, default=21)
    parser.add_argument("--since", type=int, default=7)
    parser.add_argument("--step", type=int, default=15)
    parser.add_argument("--each", action="store_true", help="print every answer")
    asked = parser.parse_args()
    for name in asked.case:
        found: list[Told] = []
        for seed in asked.seed:
            case = replace(a_case(name, asked.weather, seed, asked.days, asked.since), step=timedelta(minutes=asked.step))
            found += drive(case, Asked(case, seed))
        print(f"\n{name}, {asked.weather}, seeds {asked.seed}: {len(found)} answers")
        if asked.each:
            for t in sorted(found, key=lambda t: t.asked_at):
                _each(t)
        chances(found)
        energies(found)
        instants(found)


def _each(t: Told) -> None:
    a, short = t.answer, "" if t.short_k is None else f"{t.short_k:.2f}"
    lies = f"({a.energy_low_kwh or 0:.1f} to {a.energy_high_kwh or 0:.1f})"
    said = f"{a.readiness.value} by {a.rung.value}, {a.probability or 0:.2f}, {a.energy_kwh:.1f} {lies} kWh"
    came = f"{short} K short, {t.kwh:.1f} kWh, warm {_clock(t.warm_at)}"
    times = f"from {_clock(a.heat_from)} ready {_clock(a.ready_at)}"
    print(f"  {a.zone} asked {_clock(t.asked_at)} call {_clock(t.booking.call_at)}: {said}, {times} | {came}")


def _clock(at: datetime | None) -> str:
    return "never" if at is None else f"{at:%d %H:%M}"


if __name__ == "__main__":
    main()
