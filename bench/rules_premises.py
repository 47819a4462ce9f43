"""The rules on the simulator's four premises, winter and mild weeks, against timetables and fixed leads; printed as Markdown.

    python -m bench.rules_premises                                          the whole table
    python -m bench.rules_premises --site la-kolok --week winter --ways rules 2 6
    python -m bench.rules_premises --site pole-images-tourcoing --week mild --ways rules --zones --misses

The rules learn from scratch in the week before the one that counts; what learns nothing starts a day before it. Weather forecasts
are wrong by a random walk of a degree within a day. All ways run on the same heating curve and plant rules, as far as the plant
can be told anything. `best`: the fixed lead with the least energy among those with the fewest cold starts, with perfect knowledge.
Costs are what heating adds to the bills, at the site's tariffs; the sun's surplus costs what its export would have paid.
`--weights own` plans by the weights of the site files, which ask for little but money; else energy counts beside it, as in an open
loop: what is compared here is both.
The slow slab is `bench.rules_foreign --case slab`.
"""

from __future__ import annotations

import argparse
import copy
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from bench.rules_compare import part_of
from bench.rules_drive import Account, Control, a_diary, by_lead, by_rules, drive, run_plants
from premises.decision import ZoneState
from premises.site import Site
from premises.sitefile.load import load_site
from premises.sitefile.shipped import example
from rules.loop import WEIGHTS, OpenLoop
from rules.plant import ZoneNeed
from rules.snapshot import PlantMemory
from simulators.building import Building

WEEKS = {"winter": datetime(2026, 1, 5, tzinfo=UTC), "mild": datetime(2026, 4, 6, tzinfo=UTC)}
ZONES = {
    "la-kolok": ("stage-1", "stage-2", "stage-3", "stage-4", "offices-north"),
    "commune-image": ("stage-a", "stage-b", "auditorium", "mix-1", "offices-first"),
    "pole-images-tourcoing": ("stage", "animation", "school", "laboratory"),
    "primi-marseille": ("stage-1", "stage-2", "mix", "animation"),
}
WAYS = ("rules", "leads", "timetable", "2", "6", "200", "best")
REPLAN_EVERY = timedelta(hours=1)
SETTLED_H = 4.0
NAMES = {"rules": "rules, optimised", "leads": "rules, leads only", "timetable": "weekdays 07:00 to 19:00", "200": "always on"}
SEARCHED_H = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
COMFORT_C = 20.0


def by_timetable(site: Site) -> Control:
    """Comfort on weekdays from seven to seven, whoever comes: what most premises do."""
    memories: dict[str, PlantMemory] = {}
    tz = ZoneInfo(site.timezone)

    def control(building: Building, now: datetime) -> None:
        local = now.astimezone(tz)
        on = local.isoweekday() <= 5 and 7 <= local.hour < 19
        needs: dict[str, list[ZoneNeed]] = {plant.id: [] for plant in site.plants}
        for zone in site.zones:
            wanted = COMFORT_C if on else zone.setback_c
            building.set_setpoint(zone.id, wanted)
            if zone.heating_plant is not None:
                state = ZoneState.OCCUPIED if on else ZoneState.SET_BACK
                needs[zone.heating_plant].append(ZoneNeed(zone, float(building.opening[building.row(zone.id)]), wanted, state))
        run_plants(building, needs, memories, now)

    return control


class Week:
    """A site, a week and a seed: the same weather, people and bookings for all ways."""

    def __init__(self, name: str, week: str, days: int, since: int, seed: int, own_weights: bool = False) -> None:
        site = part_of(load_site(example(name)), ZONES[name])
        self.site = site if own_weights else replace(site, weights=dict(WEIGHTS))
        self.start, self.days, self.since, self.seed = WEEKS[week], days, since, seed
        self.bookings = a_diary(self.site, self.start, days + 3, seed)
        self._settled: Building | None = None
        self._leads: dict[float, Account] = {}

    def run(self, way: str) -> tuple[str, Account]:
        """The name of a way, with the lead for the best of all, and what it came to."""
        if way == "best":
            runs = [(lead, self._lead(lead)) for lead in SEARCHED_H]
            lead, account = min(runs, key=lambda r: (len(r[1].starts) - r[1].ready, r[1].final_kwh))
            return f"best lead, {lead:g} h", account
        if way in ("rules", "leads"):
            building = Building(self.site, self.seed, self.bookings, self.start)
            loop = OpenLoop(self.site, self.bookings, leads_only=way == "leads", replan_every=REPLAN_EVERY)
            return NAMES[way], drive(building, self.bookings, by_rules(loop), self.days, self.since)
        if way == "timetable":
            return NAMES[way], self._from_settled(by_timetable(self.site))
        return NAMES.get(way, f"fixed {way} h"), self._lead(float(way))

    def _lead(self, lead_h: float) -> Account:
        if lead_h not in self._leads:
            self._leads[lead_h] = self._from_settled(self._by_lead(lead_h))
        return self._leads[lead_h]

    def _by_lead(self, lead_h: float) -> Control:
        return by_lead(self.site, self.bookings, self.start, self.days, timedelta(hours=lead_h))

    def _from_settled(self, control: Control) -> Account:
        """What knows and learns nothing begins on a building that lived through the days before once for all of them."""
        if self._settled is None:
            self._settled = Building(self.site, self.seed, self.bookings, self.start)
            drive(self._settled, self.bookings, self._by_lead(SETTLED_H), self.since - 1, 0)
        return drive(copy.deepcopy(self._settled), self.bookings, control, self.days, self.since, self.start)


def main() -> None:
    """Print a table for each site and week."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--site", choices=ZONES, nargs="+", default=list(ZONES))
    parser.add_argument("--week", choices=WEEKS, nargs="+", default=list(WEEKS))
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--since", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ways", nargs="+", choices=WAYS + tuple("13489"), default=list(WAYS))
    parser.add_argument("--misses", action="store_true", help="name the starts that were not ready")
    parser.add_argument("--zones", action="store_true", help="heat and discomfort by zone")
    parser.add_argument("--weights", choices=("energy", "own"), default="energy", help="own: the site file's")
    told = parser.parse_args()
    for name, week in product(told.site, told.week):
        case = Week(name, week, told.days, told.since, told.seed, told.weights == "own")
        first = case.start + timedelta(days=told.since)
        print(f"\n{name}, {len(case.site.zones)} zones, {week} week from {first:%d %B}, seed {told.seed}\n")
        print("| | ready | worst K | below K h | kWh | cost | CPU s |\n| --- | --- | --- | --- | --- | --- | --- |", flush=True)
        for way in told.ways:
            begun = time.process_time()
            shown, account = case.run(way)
            cells = f"{account.worst_k:.2f} | {account.below_k_h:.1f} | {account.final_kwh:.0f} | {account.cost:.0f}"
            spent = time.process_time() - begun
            print(f"| {shown} | {account.ready} of {len(account.starts)} | {cells} | {spent:.0f} |", flush=True)
            for zone, kwh in account.zone_kwh.items() if told.zones else ():
                print(f"    {zone}: {kwh:.0f} kWh of heat, {account.zone_k_h.get(zone, 0.0):.1f} K h")
            for zone, call, short in account.starts if told.misses else ():
                if short > 0.5:
                    print(f"    {zone} {call:%a %d %H:%M} {short:.2f}")


if __name__ == "__main__":
    main()
