"""How far a plan looks and what it does not promise: idle days, valves that shut, a heat pump in the cold, short gaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from premises.site import Emitter, Plant, PlantKind
from premises.tariff import Carrier, TariffBand
from premises.time import SLOT
from rules.conversion import capacity_w
from rules.lp_solve import Solver, broken
from rules.optimise import horizon_slots, optimised_plan, task_of, with_valves
from rules.simple_plan import heated_zones, simple_plan
from tests.rules.studio import at, booked, make_up, stage, studio
from tests.rules.test_optimised_plan import MODEL, NOW, SHOOT, air_at, flat, heat, outlook, planned

SLAB = replace(MODEL, mass=0.02, outdoor=0.004, heat=6e-6, tau_h=64.0, delay=4)


def test_over_idle_days_a_plan_looks_as_far_as_the_next_call_and_four_hours() -> None:
    site = studio(stage())
    zones = heated_zones(site)
    for call, hours in (("2026-01-21 20:00", 48), ("2026-01-22 08:00", 72), ("2026-01-23 16:00", 96), ("2026-01-26 08:00", 48)):
        wrap = f"{call[:10]} 23:00"
        assert horizon_slots(outlook(site, booked(call, wrap)), zones) == hours * 4
    busy = outlook(site, SHOOT, booked("2026-01-22 08:00", "2026-01-22 12:00", name="later"))
    assert horizon_slots(busy, zones) == 192  # the later one comes into sight while the first is on
    assert horizon_slots(outlook(site, booked("2026-01-23 16:00", "2026-01-23 20:00")), zones * 9) == 192  # too many to look so far


def test_a_slab_that_takes_more_than_a_day_is_charged_over_the_weekend_for_monday() -> None:
    site = flat(studio(stage(emitter=Emitter.SLAB, emitter_supply_c=38.0, emitter_power_w=32000)))
    view = outlook(site, booked("2026-01-22 06:00", "2026-01-22 16:00"), models={"stage": SLAB}, outdoor=4.0)
    plan = planned(view)
    assert plan.horizon.end == NOW + timedelta(hours=72)
    assert air_at(plan, "2026-01-22 06:00") >= 19.9
    begins = next(k for k, watts in enumerate(heat(plan)) if watts > 15000) * SLOT
    assert at("2026-01-22 06:00") - (NOW + begins) > timedelta(hours=20)


def test_a_plan_promises_no_warmth_that_its_valves_would_shut_out() -> None:
    """Power for nothing before five, ten times the price after: without valves the night would be stored far above comfort."""
    site = studio(stage(), plant_power_w=120000)
    bands = (TariffBand("night", Decimal("0.01"), end=at("2026-01-20 06:00").time()), TariffBand("day", Decimal("0.50")))
    view = outlook(replace(site, tariffs=(replace(site.tariffs[0], bands=bands),)), booked("2026-01-20 06:00", "2026-01-20 18:00"))
    zones = heated_zones(view.site)
    task = task_of(view, zones, simple_plan(view, leave_out=frozenset({"stage"})))
    solver = Solver()
    free = solver.solve(task)
    assert free is not None
    assert float(free.air_c.max()) > 21.5
    bounded, solution = with_valves(task, free, solver.solve)
    assert broken(bounded, solution) == []
    heated = solution.heat_kw[0] > 0.05 * task.zones[0].caps_kw.sum(axis=0)
    assert float((solution.air_c[0] - task.zones[0].ceiling_c)[heated].max()) < 0.6 * float((free.air_c[0] - 20.5).max())
    assert solution.air_c[0][23] >= 19.9  # and it is warm at the call all the same


def test_what_the_sun_brings_is_no_reason_to_refuse_a_plan() -> None:
    sun = tuple(600.0 if 36 <= k % 96 < 60 else 0.0 for k in range(192))
    view = outlook(studio(stage()), SHOOT, models={"stage": replace(MODEL, sun=2e-3)})
    bright = planned(replace(view, forecast=replace(view.forecast, sun_w_m2=sun)))
    assert air_at(bright, "2026-01-20 14:00") > 21.0
    assert bright.energy_kwh < planned(view).energy_kwh


def test_a_heat_pump_gives_less_in_the_cold_and_a_boiler_what_is_on_its_plate() -> None:
    pump = Plant("p", "", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, 60000)
    assert capacity_w(pump, 7.0) == capacity_w(pump, 15.0) == 60000
    assert capacity_w(pump, -3.0) == pytest.approx(51000)
    assert capacity_w(pump, -40.0) == pytest.approx(36000)
    assert capacity_w(replace(pump, kind=PlantKind.BOILER), -10.0) == 60000
    site = studio(stage(), make_up(), plant_power_w=50000)
    cold = planned(outlook(site, SHOOT, outdoor=-6.0))
    total = heat(cold) + heat(cold, "make-up")
    assert total.max() <= 50000 * (1 - 0.015 * 13) * 1.001


@pytest.mark.parametrize(("gap_h", "bridged"), [(1.0, True), (10.0, False)])
def test_a_short_gap_between_two_bookings_is_bridged_where_that_takes_less(gap_h: float, bridged: bool) -> None:
    first = booked("2026-01-20 06:00", "2026-01-20 10:00")
    start = at("2026-01-20 10:00") + timedelta(hours=gap_h)
    second = booked(f"{start:%Y-%m-%d %H:%M}", f"{start + timedelta(hours=3):%Y-%m-%d %H:%M}", name="second")
    plan = optimised_plan(outlook(flat(studio(stage())), first, second, outdoor=-2.0), Solver().solve)
    assert plan is not None
    gap = slice(40, 40 + round(4 * gap_h))
    air = np.array([slot.air_c for slot in plan.zones[0].slots])[gap]
    assert bool(air.min() > 18.0) is bridged
    assert air_at(plan, f"{start:%Y-%m-%d %H:%M}") >= 19.9
