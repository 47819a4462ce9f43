"""What a week and two weeks teach of each zone: the one-day open-loop error of its model; printed as Markdown.

    python -m bench.rules_learning                            buildings of others
    python -m bench.rules_learning --premises la-kolok        zones of the simulator, told what devices would tell

The zones are heated by leads meanwhile. `adopted`: root mean square of one-day free runs on the three last days, which the
candidate had not seen, as a night finds it. `after`: of the adopted model on the four days that follow. In K, heat as estimated.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import timedelta

from bench.rules_drive import a_diary, by_rules
from bench.rules_drive import drive as drive_premises
from bench.rules_foreign import CASES, Rules, a_case, drive
from bench.rules_premises import WEEKS, ZONES, part_of
from premises.site import Emitter, Zone
from premises.sitefile.load import load_site
from premises.sitefile.shipped import example
from rules.engine import Engine
from rules.free_run import DAY
from rules.identify import day_error, fit
from rules.loop import OpenLoop
from rules.trace import Record
from simulators.building import Building

DAYS, AFTER = (7, 14), 4
REPLAN = timedelta(hours=6)
USUAL = ("office-boiler", "office-pump", "slab", "halls")


def foreign(name: str, weather: str, seed: int) -> Engine:
    """What the rules saw of a foreign building."""
    case = a_case(name, weather, seed, max(DAYS) + AFTER, 0)
    control = Rules(case, solver=False, replan=REPLAN)
    drive(case, control)
    return control.loop.engine


def simulated(name: str, week: str, seed: int) -> Engine:
    """What the rules saw of premises of the simulator."""
    days, site, start = max(DAYS) + AFTER, part_of(load_site(example(name)), ZONES[name]), WEEKS[week]
    bookings = a_diary(site, start, days, seed)
    loop = OpenLoop(site, bookings, leads_only=True, replan_every=REPLAN)
    drive_premises(Building(site, seed, bookings, start), bookings, by_rules(loop), days, 0)
    return loop.engine


def records(engine: Engine) -> Iterator[tuple[Zone, Record]]:
    """Each heated zone and what was seen of it."""
    for zone in engine.site.zones:
        record = engine.trace.record(zone.id, tuple(n.zone for n in zone.neighbours))
        if record is not None and zone.emitter_power_w > 0:
            yield zone, record


def cells(zone: Zone, record: Record) -> str:
    """The columns of a zone."""
    shown = []
    for days in DAYS:
        learned = fit(record.part(0, days * DAY), slow=zone.emitter is Emitter.SLAB)
        if learned is None:
            shown += ["none", "", ""]
            continue
        model, after = learned.model, day_error(learned.model, record.part(0, (days + AFTER) * DAY), days * DAY)
        shown += [f"{learned.error_k:.2f}", f"{after:.2f}", f"{model.tau_h:.0f} h, {15 * model.delay} min, {model.bend:.0f}"]
    return " | ".join(shown)


def main() -> None:
    """Print a row for each zone."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--case", choices=CASES, nargs="*", default=None)
    parser.add_argument("--premises", choices=ZONES, nargs="*", default=[])
    parser.add_argument("--weather", choices=("winter", "mild"), default="winter")
    parser.add_argument("--seeds", type=int, nargs="+", default=[8])
    told = parser.parse_args()
    cases = told.case if told.case is not None else [] if told.premises else list(USUAL)
    heads = " | ".join(f"{days} days: adopted | after | mass, dead time, bend" for days in DAYS)
    print(f"| building | zone | {heads} |\n|{' --- |' * 8}", flush=True)
    for seed in told.seeds:
        for name in (*cases, *told.premises):
            engine = (simulated if name in told.premises else foreign)(name, told.weather, seed)
            for zone, record in records(engine):
                print(f"| {name}, seed {seed} | {zone.id} | {cells(zone, record)} |", flush=True)


if __name__ == "__main__":
    main()
