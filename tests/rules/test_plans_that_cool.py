"""Cooling in the plan, and the power that the supply contract leaves: the same programme with the sign turned and one row more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from premises.booking import Booking, DayKind
from premises.plan import Plan
from premises.site import Meter, Site
from premises.tariff import Carrier, Contract, TariffBand
from premises.time import SLOT, Interval
from rules.claims import schedule
from rules.lp_solve import Solver, broken
from rules.lp_task import Solution, Task
from rules.optimise import optimised_plan, plan_of, task_of
from rules.optimise_cold import AHEAD_MOST
from rules.optimiser import LinearOptimiser
from rules.projection import ZoneStart
from rules.simple_plan import Outlook, heated_zones, simple_plan
from rules.snapshot import Forecast
from rules.thermal import ZoneModel, cold_power_w
from tests.rules.studio import Story, at, booked, hall, stage, studio

NOW = at("2026-07-20 06:00")
MODEL = ZoneModel(0.05, 0.012, 4e-5, 4e-5, 24.0, learned=True, error_k=0.2)
SHOW = booked("2026-07-20 14:00", "2026-07-20 20:00", "hall", kind=DayKind.AUDIENCE, people=60)


def outlook(site: Site, *bookings: Booking, outdoor: float = 33.0, air: float = 28.0, now: str = "2026-07-20 06:00") -> Outlook:
    start = at(now)
    claims = schedule(site, bookings, Interval(start - timedelta(1), start + timedelta(10)))
    models = {zone.id: MODEL for zone in heated_zones(site)}
    starts = {zone: ZoneStart(air, air, None) for zone in models}
    return Outlook(site, start, claims, starts, Forecast(start, start, (outdoor,) * 192), lambda _c, _t: 0.05, models=models)


def solved(view: Outlook) -> tuple[Task, Solution, Plan]:
    zones = heated_zones(view.site)
    simple = simple_plan(view, leave_out=frozenset(zone.id for zone in zones))
    task = task_of(view, zones, simple)
    solution = Solver().solve(task)
    assert solution is not None
    assert broken(task, solution) == []
    return task, solution, plan_of(view, zones, task, solution, simple)


def test_a_hall_is_cool_when_its_audience_comes_and_not_for_nobody() -> None:
    task, solution, plan = solved(outlook(studio(hall()), SHOW))
    slots = plan.zones[0].slots
    called = next(k for k, slot in enumerate(slots) if slot.start == at("2026-07-20 14:00"))
    assert solution.cold_kw is not None
    assert solution.air_c[0, called - 1] <= 25.0
    assert solution.air_c[0, called : called + 20].max() <= 25.01
    assert solution.heat_kw.max() == pytest.approx(0.0, abs=1e-6)
    assert solution.cold_kw[0, : called - 16].max() == pytest.approx(0.0, abs=1e-6)  # four hours ahead there is nothing to gain yet
    assert solution.cold_kw[0, called + 24 :].max() == pytest.approx(0.0, abs=1e-6)
    assert solution.cold_kw.max() <= cold_power_w(hall(), studio(hall()).plants[0]) / 1000 + 1e-6
    assert slots[called].cool_setpoint_c == 25.0
    assert slots[-1].cool_setpoint_c == 30.0
    assert task.cooled


def test_cold_that_no_bound_allows_is_refused() -> None:
    task, solution, _ = solved(outlook(studio(hall()), SHOW))
    assert solution.cold_kw is not None
    more = replace(solution, cold_kw=solution.cold_kw * 5)
    assert "hall: more cold than its emitter" in {breach.what for breach in broken(task, more)}


def test_a_cheap_morning_cools_for_a_dear_afternoon() -> None:
    site = studio(hall())
    noon = at("2026-07-20 13:00").time()
    bands = (TariffBand("morning", Decimal("0.02"), end=noon), TariffBand("day", Decimal("2.00")))
    dear = replace(site, tariffs=(replace(site.tariffs[0], bands=bands),))

    def before_eleven(which: Site) -> float:
        _, solution, plan = solved(outlook(which, SHOW))
        assert solution.cold_kw is not None
        morning = [k for k, slot in enumerate(plan.zones[0].slots) if slot.start < at("2026-07-20 11:00")]
        return float(solution.cold_kw[0, morning].sum())

    assert before_eleven(dear) > before_eleven(site) + 1.0


def test_cold_is_not_kept_overnight_however_cheap_it_is() -> None:
    """A price of nothing until five in the morning moves no cold there: a hall loses it before its show in the afternoon."""
    site = studio(hall())
    five = at("2026-07-20 05:00").time()
    bands = (TariffBand("night", Decimal(0), end=five), TariffBand("day", Decimal("2.00")))
    free = replace(site, tariffs=(replace(site.tariffs[0], bands=bands),))
    _, solution, plan = solved(outlook(free, SHOW, now="2026-07-19 22:00"))
    assert solution.cold_kw is not None
    early = [k for k, slot in enumerate(plan.zones[0].slots) if slot.start < SHOW.call_at - AHEAD_MOST]
    assert early
    assert float(solution.cold_kw[0, early].sum()) == pytest.approx(0.0, abs=1e-6)
    assert float(solution.cold_kw[0].sum()) > 1.0


def test_the_hall_follows_the_plan_and_the_learned_model_when_it_cools_ahead() -> None:
    story = Story(studio(hall()), "2026-07-20 06:00")
    story.book_in(SHOW)
    engine = story.runner.engine
    engine.optimiser = LinearOptimiser()
    engine.models["hall"] = MODEL
    story.measure(outdoor=33.0, hall=28.0)
    story.tick("2026-07-20 06:00")
    plan = story.runner.replan(NOW)
    planned = next(s for s in plan.zones[0].slots if s.cool_setpoint_c is not None and s.cool_setpoint_c < 30.0)
    early = planned.start - timedelta(minutes=30)
    story.tick(f"{early:%Y-%m-%d %H:%M}")
    story.runner.replan(early)
    begun = None
    for minute in range(0, 300, 5):
        moment = early + timedelta(minutes=minute)
        if begun is None and story.zone(f"{moment:%Y-%m-%d %H:%M}", "hall").state.value == "pre_cooling":
            begun = moment
    assert begun is not None
    assert abs(begun - planned.start) <= timedelta(hours=1)
    assert begun < SHOW.call_at
    assert story.live.values["heat-pump/supply_setpoint"].reading.value == 9.0


def with_contract(site: Site, kva: float) -> Site:
    meter = Meter("grid", "Grid", Carrier.ELECTRICITY, role="grid")
    contract = Contract("grid", "power", "Somebody", date(2025, 1, 1), power_kva=kva)
    return replace(site, meters=(meter,), contracts=(contract,))


def test_the_contracts_power_bounds_the_plants_and_the_base_load_counts() -> None:
    cold = booked("2026-01-20 12:00", "2026-01-20 20:00")
    plain = outlook(studio(stage()), cold, outdoor=-3.0, air=14.0, now="2026-01-20 00:00")
    model = {"stage": ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True, error_k=0.2)}
    plain = replace(plain, models=model)

    def power(view: Outlook) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        _, solution, _ = solved(view)
        told: np.ndarray[tuple[int], np.dtype[np.float64]] = solution.final_kwh[0] / (SLOT / timedelta(hours=1))
        return told

    free = power(plain).max()
    limited = power(replace(plain, site=with_contract(plain.site, 0.6 * free / 0.95)))
    assert limited.max() <= 0.6 * free + 1e-3
    loaded = replace(plain.forecast, base_w=(0.2 * free * 1000,) * 192)
    assert power(replace(plain, site=with_contract(plain.site, 0.6 * free / 0.95), forecast=loaded)).max() <= 0.4 * free + 1e-3
    assert optimised_plan(replace(plain, site=with_contract(plain.site, 0.0)), Solver().solve) is not None  # cold, but a plan


def test_a_price_on_the_peak_makes_it_lower() -> None:
    cold = booked("2026-01-20 12:00", "2026-01-20 20:00")
    plain = outlook(studio(stage()), cold, outdoor=-3.0, air=14.0, now="2026-01-20 00:00")
    plain = replace(plain, models={"stage": ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True)})
    dear = replace(plain, site=replace(plain.site, weights={"cost": 1.0, "peak": 2.0}))
    assert solved(dear)[1].final_kwh.max() < 0.9 * solved(plain)[1].final_kwh.max()
