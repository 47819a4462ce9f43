"""A call in the evening and a roof of PV: when the forecast tells sun, heat moves into the surplus at noon, within comfort."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from premises.plan import Plan
from premises.site import PvString, Site
from premises.time import Interval
from rules.claims import schedule
from rules.lp_solve import Solver
from rules.optimise import optimised_plan
from rules.projection import ZoneStart
from rules.pv_power import pv_power
from rules.simple_plan import Outlook
from rules.snapshot import Forecast
from tests.rules.stories.planning import MODEL
from tests.rules.studio import Story, at, booked, stage, studio

NOW = at("2026-03-20 00:00")
EVENING = booked("2026-03-20 18:00", "2026-03-20 23:00")
ROOF = PvString("roof", "Roof", 60_000, 20, 180, 55_000)
COOL = (6.0,) * 192


def site() -> Site:
    return replace(studio(stage()), pv_strings=(ROOF,))


def planned(sun_w_m2: float) -> tuple[Plan, Forecast]:
    """The plan for a day with that irradiance from eight to four UTC, the studio itself taking five kilowatts."""
    sun = tuple(sun_w_m2 if 32 <= k % 96 < 64 else 0.0 for k in range(192))
    forecast = Forecast(NOW, NOW, COOL, sun, pv_power(site(), NOW, COOL, sun), (5000.0,) * 192)
    claims = schedule(site(), [EVENING], Interval(NOW - timedelta(1), NOW + timedelta(10)))
    view = Outlook(
        site(), NOW, claims, {"stage": ZoneStart(14.0, 14.0, None)}, forecast, lambda _c, _t: 0.05, models={"stage": MODEL}
    )
    plan = optimised_plan(view, Solver().solve)
    assert plan is not None
    return plan, forecast


def heat_kwh(plan: Plan, since: str, until: str) -> float:
    span = Interval(at(f"2026-03-20 {since}"), at(f"2026-03-20 {until}"))
    return sum(slot.heat_w for slot in plan.zones[0].slots if slot.start in span) / 4000


def test_heat_moves_into_the_surplus_and_the_call_is_met_all_the_same() -> None:
    (dull, _), (sunny, forecast) = planned(60.0), planned(550.0)
    assert forecast.surplus_at(at("2026-03-20 12:00")) > 15_000
    assert heat_kwh(sunny, "08:00", "16:00") > 1.5 * heat_kwh(dull, "08:00", "16:00")
    assert heat_kwh(sunny, "16:00", "18:00") < heat_kwh(dull, "16:00", "18:00")
    for plan in (dull, sunny):
        before_call = plan.zones[0].at(at("2026-03-20 17:45"))
        assert before_call is not None
        assert before_call.air_c is not None
        assert before_call.air_c >= 19.95


def test_what_is_commanded_stays_within_comfort_however_much_sun_there_is() -> None:
    plan, _ = planned(550.0)
    story = Story(site(), "2026-03-20 00:00")
    story.book_in(EVENING)
    story.measure(outdoor=6.0, stage=19.0)
    for hour in range(6, 18):
        now = f"2026-03-20 {hour:02d}:00"
        story.runner.engine.plan = replace(plan, made_at=at(now))
        wanted = story.zone(now).wanted_c
        assert wanted is not None
        assert wanted <= 20.0


def test_nothing_is_heated_for_the_sake_of_the_sun_where_nobody_comes() -> None:
    claims = schedule(site(), [], Interval(NOW - timedelta(1), NOW + timedelta(10)))
    sun = (600.0,) * 192
    forecast = Forecast(NOW, NOW, COOL, sun, pv_power(site(), NOW, COOL, sun), (5000.0,) * 192)
    view = Outlook(
        site(), NOW, claims, {"stage": ZoneStart(14.0, 14.0, None)}, forecast, lambda _c, _t: 0.05, models={"stage": MODEL}
    )
    plan = optimised_plan(view, Solver().solve)
    assert plan is not None
    assert max(slot.air_c or 0.0 for slot in plan.zones[0].slots) < 14.1
