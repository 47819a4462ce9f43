"""The rules on the simulator's four premises, winter and mild weeks, against timetables and fixed leads; printed as Markdown.

    python -m bench.rules_premises --site la-kolok --week winter --ways rules 2 6
    python -m bench.rules_premises --site primi-marseille --week mild

Learned from scratch in the week before the one that counts. Weather forecasts are wrong by a random walk of a degree within a day.
All ways run on the same heating curve and plant rules. `best`: the fixed lead with the least energy among those with the fewest
cold starts, found with perfect knowledge. The slow slab is `bench.rules_foreign --case slab`.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bench.rules_compare import part_of
from bench.rules_drive import Account, Control, a_diary, by_lead, by_rules, drive, run_plants
from premises.decision import ZoneState
from premises.site import Site
from premises.sitefile.load import load_site
from premises.sitefile.shipped import example
from rules.loop import OpenLoop
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
NAMES = {"rules": "rules, optimised", "leads": "rules, leads only", "timetable": "weekdays 07:00 to 19:00", "200": "always on"}
SEARCHED_H = (1.0, 2.0, 3.0, 4.0, 6.0, 9.0, 12.0)
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


def one(site: Site, start: datetime, way: str, days: int, since: int, seed: int) -> Account:
    """One run of one way with the weather, people and bookings of that seed."""
    bookings = a_diary(site, start, days + 3, seed)
    building = Building(site, seed, bookings, start)
    if way in ("rules", "leads"):
        control = by_rules(OpenLoop(site, bookings, leads_only=way == "leads"))
    elif way == "timetable":
        control = by_timetable(site)
    else:
        control = by_lead(site, bookings, start, days, timedelta(hours=float(way)))
    return drive(building, bookings, control, days, since)


def best(site: Site, start: datetime, days: int, since: int, seed: int) -> tuple[str, Account]:
    """The best fixed lead that there is for these bookings and this weather."""
    runs = [(lead, one(site, start, str(lead), days, since, seed)) for lead in SEARCHED_H]
    lead, account = min(runs, key=lambda r: (len(r[1].starts) - r[1].ready, r[1].final_kwh))
    return f"best lead, {lead:g} h", account


def main() -> None:
    """Print the table of one site and week."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--site", choices=ZONES, default="la-kolok")
    parser.add_argument("--week", choices=WEEKS, default="winter")
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--since", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ways", nargs="+", choices=WAYS + tuple("13489"), default=list(WAYS))
    told = parser.parse_args()
    site = part_of(load_site(example(told.site)), ZONES[told.site])
    start = WEEKS[told.week]
    first = start + timedelta(days=told.since)
    print(f"{told.site}, {len(site.zones)} zones, {told.week} week from {first:%d %B}, seed {told.seed}\n")
    print("| | ready | worst K | below K h | final kWh | cost | CPU s |\n| --- | --- | --- | --- | --- | --- | --- |")
    for way in told.ways:
        begun = time.process_time()
        if way == "best":
            name, account = best(site, start, told.days, told.since, told.seed)
        else:
            name = NAMES.get(way, f"fixed {way} h")
            account = one(site, start, way, told.days, told.since, told.seed)
        cells = f"{account.worst_k:.2f} | {account.below_k_h:.1f} | {account.final_kwh:.0f} | {account.cost:.0f}"
        spent = time.process_time() - begun
        print(f"| {name} | {account.ready} of {len(account.starts)} | {cells} | {spent:.0f} |", flush=True)


if __name__ == "__main__":
    main()
