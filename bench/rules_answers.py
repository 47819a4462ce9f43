"""How long a whole ready-by answer takes: for one, four and all zones of a site whose zones are learned, by lead and by plan.

`python -m bench.rules_answers [--repeat 5] [--zones 8] [--bookings 3]`: processor seconds, median and range, of options asked for
tomorrow evening, beside so many bookings of the next four days.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import UTC, datetime, timedelta

from premises.booking import Booking, BookingKey, BookingStatus, DayKind
from premises.site import Comfort, Emitter, Plant, PlantKind, Zone, ZoneUse
from premises.tariff import Carrier
from premises.time import Interval
from rules.answer import answered, asking
from rules.claims import schedule
from rules.engine import ANSWER_LIMIT_S
from rules.loop import describe
from rules.lp_solve import Solver
from rules.optimise import optimised_plan
from rules.projection import ZoneStart
from rules.simple_plan import Outlook
from rules.snapshot import Forecast
from rules.thermal import ZoneModel

NOW = datetime(2026, 1, 20, 8, tzinfo=UTC)
MODEL = ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True, error_k=0.3)


def outlook(count: int, others: list[Booking]) -> Outlook:
    """Stages on one heat pump, some of them booked."""
    zones = [
        Zone(
            f"stage-{n}", f"Stage {n}", ZoneUse.STAGE, 600, 4800, {DayKind.SHOOT: Comfort(20.0)}, "pump",
            emitter=Emitter.RADIANT_PANEL, emitter_power_w=60000, emitter_supply_c=50,
        )
        for n in range(count)
    ]  # fmt: skip
    pump = Plant("pump", "Pump", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, 37500 * count)
    site = describe(zones, [pump], timezone="Europe/Paris")
    claims = schedule(site, others, Interval(NOW - timedelta(2), NOW + timedelta(10)))
    outdoor = tuple(3.0 + 3.0 * ((k % 96) / 96) for k in range(240))
    models = {zone.id: MODEL for zone in zones}
    starts = {zone.id: ZoneStart(14.0, 14.0, None) for zone in zones}
    return Outlook(site, NOW, claims, starts, Forecast(NOW, NOW, outdoor), lambda _c, _t: 0.05, models=models)


def booking(zones: tuple[str, ...], name: str, status: BookingStatus, hours: int) -> Booking:
    call = NOW + timedelta(hours=hours)
    held = Interval(call, call + timedelta(hours=6))
    return Booking(BookingKey("bench", name), "open-loop", zones, held, status, DayKind.SHOOT, call=call, wrap=held.end)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--zones", type=int, default=8)
    parser.add_argument("--bookings", type=int, default=3)
    told = parser.parse_args()
    others = [
        booking((f"stage-{n % told.zones}",), str(n), BookingStatus.CONFIRMED, 6 + 24 * (n // told.zones))
        for n in range(told.bookings)
    ]
    view = outlook(told.zones, others)
    plan = optimised_plan(view, Solver().solve)
    print(f"{'':24}{'median s':>10}{'least':>8}{'most':>8}")
    for zones in sorted({1, 4, told.zones}):
        names = tuple(f"stage-{told.zones - 1 - n}" for n in range(zones))
        wished = booking(names, "would-be", BookingStatus.OPTION, 42)
        for way in ("lead", "plan"):
            taken = []
            for _ in range(told.repeat):
                begun = time.process_time()
                answers = answered(view, wished, asking(others, plan, Solver(ANSWER_LIMIT_S).solve if way == "plan" else None))
                taken.append(time.process_time() - begun)
                assert len(answers) == zones
            print(f"{zones} zones by {way:14}{statistics.median(taken):10.3f}{min(taken):8.3f}{max(taken):8.3f}")


if __name__ == "__main__":
    main()
