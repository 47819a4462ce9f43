"""A year of decisions on a foreign building, hour by hour, with all that fails on the way: not one may be without a plan.

    python -m bench.rules_year              a year of the slab house, planned anew every three hours: about two minutes
    python -m bench.rules_year --days 60 --case halls

Every so often the sensors are away for a day, the forecast is old or missing, the solver fails or raises nothing but errors, nobody
books for two weeks, the clock is set back an hour, the rules are started anew. Counted: decisions without a plan or a reason,
setpoints below frost or above comfort, hours below frost.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bench.rules_foreign import CASES, HOUR, START, a_case
from bench.rules_foreign_models import Weather
from premises.plan import Plan, Rung
from rules.loop import Measured, OpenLoop, Settings
from rules.optimiser import LinearOptimiser
from rules.simple_plan import Outlook
from rules.snapshot import Forecast

MOST_C = 24.0


@dataclass
class Count:
    """What a stretch of decisions came to. rungs: decisions by the rung that their zone's plan stands on."""

    decisions: int = 0
    without_plan: int = 0
    without_reason: int = 0
    out_of_bounds: int = 0
    below_frost_h: float = 0.0
    rungs: Counter[Rung] = field(default_factory=Counter)


class Unreliable:
    """The solver on good days; on bad ones it answers nothing, as one that was ended."""

    def __init__(self, dice: random.Random) -> None:
        self.solver, self.dice, self.broken = LinearOptimiser(), dice, False

    def __call__(self, outlook: Outlook) -> Plan | None:
        return None if self.broken else self.solver(outlook)


def year(case_name: str, days: int, seed: int = 1, replan: timedelta = 3 * HOUR, step: timedelta = HOUR) -> Count:
    """Drive the case for so many days; the season turns with them."""
    case, dice, count = a_case(case_name, "winter", seed, days, 0), random.Random(seed), Count()
    solver = Unreliable(dice)
    loop = OpenLoop(case.site, case.bookings, optimiser=solver, replan_every=replan)
    now, blind, deaf = START, 0, 0
    while now < START + timedelta(days=days):
        hours = (now - START) / HOUR
        season = 11.0 * (1.0 - abs(1.0 - (hours / 4380.0) % 2.0))
        weather = Weather(season, 4.0, 4.0, 150.0 + 20.0 * season, seed)
        if now.hour == 0 and now.minute == 0:
            blind, deaf = int(dice.random() < 0.05) * dice.randint(2, 30), int(dice.random() < 0.1) * dice.randint(2, 60)
            solver.broken = dice.random() < 0.08
            if dice.random() < 0.02:  # started anew: nothing is remembered but the bookings
                loop = OpenLoop(case.site, case.bookings, optimiser=solver, replan_every=replan)
        blind, deaf = max(0, blind - 1), max(0, deaf - 1)
        air = {zone.id: round(a, 1) for zone, a in zip(case.zones, case.building.air, strict=True)}
        forecast = Forecast(now, now, tuple(weather.outdoor(hours + k / 4) for k in range(96)))
        told = Measured({} if blind else air, None if blind else weather.outdoor(hours))
        settings = loop.step(now - HOUR if dice.random() < 0.002 else now, told, None if deaf else forecast)
        _count(count, loop, settings, air, {zone.id: zone.frost_c for zone in case.zones}, step)
        supply, on = settings.supply_c.get("plant", 30.0), settings.plant_on.get("plant", True)
        for minute in range(round(step / timedelta(minutes=1))):
            later = hours + minute / 60.0
            setpoints = [settings.setpoint_c.get(zone.id, zone.setback_c) for zone in case.zones]
            case.building.minute(setpoints, supply, on, weather.outdoor(later), weather.sun(later), [0.0] * len(case.zones))
        now += step
    return count


def _count(
    count: Count, loop: OpenLoop, settings: Settings, air: Mapping[str, float], frost: Mapping[str, float], step: timedelta
) -> None:
    plan = loop.plan()
    for zone, limit in frost.items():
        count.decisions += 1
        planned = None if plan is None else plan.zone(zone)
        count.without_plan += planned is None or not planned.slots
        count.without_reason += zone not in settings.reasons or not settings.reasons[zone].text("en")
        count.out_of_bounds += not limit <= settings.setpoint_c.get(zone, -99.0) <= MOST_C
        count.below_frost_h += (air[zone] < limit) * (step / HOUR)
        if planned is not None:
            count.rungs[planned.rung] += 1


def main() -> None:
    """Print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--case", choices=CASES, default="slab")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    begun = time.process_time()
    count = year(told.case, told.days, told.seed)
    rungs = ", ".join(f"{rung.value} {found}" for rung, found in sorted(count.rungs.items()))
    print(
        f"{told.case}, {told.days} days: {count.decisions} decisions in {time.process_time() - begun:.0f} s of processor; {rungs}"
    )
    print(f"without a plan {count.without_plan}, without a reason {count.without_reason}, out of bounds {count.out_of_bounds}")
    print(f"hours below frost {count.below_frost_h:.0f}")


if __name__ == "__main__":
    main()
