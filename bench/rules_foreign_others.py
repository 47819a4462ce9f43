"""The open loop on a second set of buildings of others, told less of them and in other forms, against fixed leads.

    python -m bench.rules_foreign_others --case stratified --seed 3 --ways solver leads 2 6 best always --misses

Whatever is fitted to the first set of buildings (`bench.rules_foreign`) shows here. Bookings are drawn as there; the weather has a
cold snap in the second week; each case is told in a form of its own, see `TOLD`.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from bench.rules_foreign import HOUR, SEARCHED_H, START, Case, FixedLead, Rules, Score, _wall, a_diary, drive
from bench.rules_foreign_others_built import five_resistances, layered_office, screed, stratified_halls
from bench.rules_foreign_others_models import Snap, Works
from premises.booking import DayKind
from premises.site import Plant, Zone
from premises.tariff import Carrier, Tariff, TariffBand
from premises.time import SLOT
from rules.loop import Measured, describe
from rules.snapshot import Forecast

WEATHERS = {"winter": (2.0, 6.0, 220.0), "mild": (9.0, 4.0, 350.0)}


@dataclass(frozen=True)
class Told:
    """What the rules are told, and how. quantum_k: of the sensors; forecast: by quarters, by whole hours without sun, or none;
    water: whether the loop's temperature is told; silent_h: nothing is told for so long; plates: whether emitters' power is known.
    """

    step: timedelta = timedelta(minutes=5)
    valves: bool = True
    quantum_k: float = 0.1
    forecast: str = "quarters"
    water: bool = False
    silent_h: float = 0.0
    plates: bool = True


CASES: dict[str, tuple[Callable[[], tuple[list[Zone], Plant, Works]], Told]] = {
    "layered-boiler": (lambda: layered_office("boiler"), Told(water=True)),
    "layered-pump": (lambda: layered_office("pump"), Told(step=timedelta(minutes=15))),
    "five-resistances": (five_resistances, Told(valves=False, forecast="none", step=timedelta(minutes=15))),
    "screed": (screed, Told(step=timedelta(minutes=15), quantum_k=0.5)),
    "screed-hourly": (screed, Told(step=timedelta(hours=1), valves=False, forecast="hourly")),
    "stratified": (stratified_halls, Told()),
    "stratified-late": (stratified_halls, Told(step=timedelta(minutes=15), silent_h=50.0, forecast="hourly", plates=False)),
}


def a_case(name: str, weather: str, seed: int, days: int, since: int) -> Case:
    """A case by name."""
    make, told = CASES[name]
    zones, plant, building = make()
    bands = (TariffBand("night", Decimal("0.12"), end=_wall(6)), TariffBand("day", Decimal("0.24")))  # type: ignore[arg-type]
    tariff = Tariff("tariff", plant.carrier, "EUR", bands if plant.carrier is Carrier.ELECTRICITY else bands[1:])
    known = zones if told.plates else [replace(zone, emitter_power_w=0.0) for zone in zones]
    site = describe(known, [plant], timezone="Europe/Paris", tariffs=[tariff])
    office = "layered" in name or "five" in name
    bookings, moved = a_diary([zone.id for zone in zones], days + 4, seed, DayKind.WORK if office else DayKind.SHOOT)
    mean, snap, sun = WEATHERS[weather]
    outside = Snap(mean, snap, 24.0 * (since + 4), sun, seed)
    return Case(site, plant, zones, building, outside, bookings, moved, days, since, step=told.step)  # type: ignore[arg-type]


class RulesTold(Rules):
    """The open loop, told in the form of the case."""

    def __init__(self, case: Case, told: Told, solver: bool, replan: timedelta) -> None:
        super().__init__(case, solver, replan)
        self.form = told

    def step(self, now: datetime, outdoor: float) -> tuple[dict[str, float], float, bool]:
        case, form, works = self.case, self.form, self.case.building
        known = case.known(now)
        if tuple(known) != self.loop.bookings:
            self.loop.book(known)
        if form.forecast != "none" and (self.told is None or now - self.told.made_at >= SLOT):
            self.told = self._forecast(now)
        if now - START < form.silent_h * HOUR:
            measured = Measured(air_c={})
        else:
            measured = Measured(
                air_c={
                    zone.id: form.quantum_k * round((seen + self.dice.gauss(0, 0.03)) / form.quantum_k)
                    for zone, seen in zip(case.zones, works.seen, strict=True)  # type: ignore[attr-defined]
                },
                outdoor_c=round(outdoor, 1),
                demand_pct={z.id: 100 * o for z, o in zip(case.zones, works.opening, strict=True)} if form.valves else {},
                supply_c={"plant": works.loop_c} if form.water else {},  # type: ignore[attr-defined]
            )
        said = self.loop.step(now, measured, self.told)
        return dict(said.setpoint_c), said.supply_c.get("plant", 30.0), said.plant_on.get("plant", True)

    def _forecast(self, now: datetime) -> Forecast:
        """Wrong in level and in the time of fronts; by whole hours for two days and without sun, where the case says so."""
        weather, hours = self.case.weather, (now - START) / HOUR
        wrong, late = 1.2 * math.sin(hours / 37.0 + 1.0), 2.0 * math.sin(hours / 53.0)

        def outdoor(ahead: float) -> float:
            grown = min(1.0, ahead / 24.0)
            return weather.outdoor(hours + ahead + late * grown) + wrong * grown

        if self.form.forecast == "hourly":
            first = now.replace(minute=0, second=0, microsecond=0)
            behind = (now - first) / HOUR
            return Forecast(first, first, tuple(outdoor(max(0.0, k // 4 - behind)) for k in range(192)))
        sun = tuple(weather.sun(hours + k / 4) * (1.0 + 0.35 * math.sin(hours / 19.0)) for k in range(288))
        return Forecast(now, now, tuple(outdoor(k / 4) for k in range(288)), sun)


def one(
    name: str, weather: str, way: str, seed: int, days: int, since: int, replan: timedelta, told: Told | None = None
) -> tuple[str, Score]:
    """One run of one way; its name and score. told: in another form than the case's own."""
    form = told or CASES[name][1]
    case = replace(a_case(name, weather, seed, days, since), step=form.step)
    if way in ("solver", "leads"):
        return way, drive(case, RulesTold(case, form, way == "solver", replan))
    case = replace(case, step=timedelta(minutes=5))
    if way == "always":
        return "always on", drive(case, FixedLead(case, 2000.0))
    if way != "best":
        return f"fixed {way} h", drive(case, FixedLead(case, float(way)))
    found: list[tuple[int, float, float, Score]] = []
    for lead in SEARCHED_H:
        case = replace(a_case(name, weather, seed, days, since), step=timedelta(minutes=5))
        score = drive(case, FixedLead(case, lead))
        found.append((len(score.starts) - score.ready, score.final_kwh, lead, score))
        best = min(found, key=lambda row: row[:2])
        if best[0] == 0 and score.final_kwh > best[1]:
            break
    return f"best: {best[2]:g} h", best[3]


def main() -> None:
    """Print the table, with the calls that were missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--case", choices=CASES, nargs="+", default=["stratified"])
    parser.add_argument("--weather", choices=WEATHERS, default="winter")
    parser.add_argument("--ways", nargs="+", default=["solver", "leads", "2", "6", "best", "always"])
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--days", type=int, default=17)
    parser.add_argument("--since", type=int, default=7)
    parser.add_argument("--step", type=int, default=0, help="minutes between two steps of the loop; 0: as the case has it")
    parser.add_argument("--replan", type=int, default=60, help="minutes between two plans")
    parser.add_argument("--misses", action="store_true")
    told = parser.parse_args()
    for case, seed in ((case, seed) for case in told.case for seed in told.seed):
        form = CASES[case][1]
        form = replace(form, step=timedelta(minutes=told.step)) if told.step else form
        print(f"\n{case}, {told.weather}, seed {seed}, days {told.since} to {told.days}\n", flush=True)
        print("| | ready | worst K | below K h | kWh | cost | kWh less stored | cost | CPU s |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        for way in told.ways:
            name, score = one(case, told.weather, way, seed, told.days, told.since, timedelta(minutes=told.replan), form)
            cells = f"{score.worst_k:.2f} | {score.below_k_h:.1f} | {score.final_kwh:.0f} | {score.cost:.1f}"
            cells += f" | {score.used_kwh:.0f} | {score.used_cost:.1f} | {score.seconds:.0f}"
            print(f"| {name} | {score.ready} of {len(score.starts)} | {cells} |", flush=True)
            for zone, call, short in score.starts:
                if told.misses and short > 0.5:
                    print(f"    {zone} {call:%a %d %H:%M} {short:.2f}")


if __name__ == "__main__":
    main()
