"""The rules in closed loop on the simulator's building, against fixed leads and always-on heating: readiness, discomfort, energy.

    python -m bench.rules_compare --days 14 --since 7 --seeds 1 2

Learned from scratch: the days before `--since` are for learning and do not count. Weather forecasts are wrong by a random walk of a
degree within a day. The fixed leads run on the same heating curve and plant rules, so that only time and water differ.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bench.rules_drive import Account, Control, a_diary, by_lead, by_rules, drive
from premises.site import Site
from premises.sitefile.load import load_site
from premises.sitefile.shipped import example
from rules.loop import OpenLoop
from simulators.building import Building

START = datetime(2026, 1, 5, tzinfo=UTC)
ZONES = ("stage-1", "stage-2", "stage-3", "stage-4", "offices-north")
WAYS = ("rules", "leads", "2", "4", "6", "200")
NAMES = {"rules": "rules, optimised", "leads": "rules, leads only", "200": "always on"}


def part_of(site: Site, zones: tuple[str, ...]) -> Site:
    """The site with these zones only and the plants that serve them."""
    gone = tuple(zone.id for zone in site.zones if zone.id not in zones)

    def stays(name: str) -> bool:
        return not any(name.startswith(other) for other in gone)

    kept = tuple(
        replace(
            zone,
            neighbours=tuple(n for n in zone.neighbours if n.zone in zones),
            follows=tuple(f for f in zone.follows if f.zone in zones),
        )
        for zone in site.zones
        if zone.id in zones
    )
    meters = tuple(replace(m, zones=tuple(z for z in m.zones if z in zones)) for m in site.meters if stays(m.id))
    points = tuple(p for p in site.points if p.zone not in gone and stays(p.subject))
    served = {zone.heating_plant for zone in kept} | {zone.cooling_plant for zone in kept}
    plants = tuple(p for p in site.plants if p.id in served)
    return replace(site, zones=kept, points=points, plants=plants, meters=meters)


def one(site: Site, way: str, days: int, since: int, seed: int) -> Account:
    """One run of one way with the weather, people and bookings of that seed."""
    bookings = a_diary(site, START, days + 3, seed)
    building = Building(site, seed, bookings, START)
    control: Control
    if way in ("rules", "leads"):
        control = by_rules(OpenLoop(site, bookings, leads_only=way == "leads"))
    else:
        control = by_lead(site, bookings, START, days, timedelta(hours=float(way)))
    return drive(building, bookings, control, days, since)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--site", default="la-kolok")
    parser.add_argument("--zones", nargs="*", default=list(ZONES))
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--since", type=int, default=7)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--ways", nargs="+", default=list(WAYS))
    told = parser.parse_args()
    site = load_site(example(told.site))
    site = part_of(site, tuple(told.zones)) if told.zones else site
    print(f"{told.site}: {len(site.zones)} zones, days {told.since} to {told.days}, seeds {told.seeds}")
    heads = ("ready", "worst K", "cold K h", "below K h", "heat kWh", "final kWh", "cost", "CPU s")
    print(f"{'':20}" + "".join(f"{head:>11}" for head in heads))
    for way in told.ways:
        begun = time.process_time()
        runs = [one(site, way, told.days, told.since, seed) for seed in told.seeds]
        ready = f"{sum(r.ready for r in runs)}/{sum(len(r.starts) for r in runs)}"
        kelvins = (max(r.worst_k for r in runs), sum(r.cold_k_h for r in runs), sum(r.below_k_h for r in runs))
        spent = (
            sum(r.heat_kwh for r in runs),
            sum(r.final_kwh for r in runs),
            sum(r.cost for r in runs),
            time.process_time() - begun,
        )
        cells = [f"{ready:>11}", *(f"{value:11.2f}" for value in kelvins), *(f"{value:11.0f}" for value in spent)]
        print(f"{NAMES.get(way, f'fixed {way} h'):20}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
