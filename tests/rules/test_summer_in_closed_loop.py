"""Cooling in closed loop, on a building that is not ours: cool at the call, for nobody else, never against heat."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from premises.booking import BookingStatus, DayKind
from premises.plan import Plan, Rung
from premises.time import SLOT
from tests.rules.studio import Story, at, booked, hall, studio
from tests.rules.test_foreign_buildings import bench

SHOW = booked("2026-07-20 16:00", "2026-07-20 20:00", "hall", kind=DayKind.AUDIENCE)


@pytest.fixture
def summer(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return bench("rules_summer", monkeypatch)


@pytest.mark.slow
def test_a_week_in_july_is_cool_at_every_call(summer: ModuleType) -> None:
    """Three days to learn, four that count; the sun's surplus is used, and nothing is heated."""
    rules = summer.run("rules", "july", 7, 3, seed=3)
    fixed = summer.run("2", "july", 7, 3, seed=3)
    assert len(rules.starts) == len(fixed.starts) >= 3
    assert rules.ready == len(rules.starts)
    assert rules.worst_k <= 0.3
    assert rules.heat_kwh == 0.0
    assert rules.cold_kwh > 100.0
    assert rules.bought_kwh < rules.electric_kwh / 2  # most of it is the sun's
    assert rules.electric_kwh < 1.3 * fixed.electric_kwh


@pytest.mark.slow
def test_a_week_of_cool_mornings_and_warm_evenings_is_heated_and_cooled_without_a_fight(summer: ModuleType) -> None:
    """Never both at once, nor cold within two hours of heat in one zone."""
    account = summer.run("rules", "april", 9, 4, seed=3)
    assert account.heat_kwh > 20.0
    assert account.cold_kwh > 20.0
    assert account.fights == 0
    assert account.ready == len(account.starts) >= 4


@pytest.mark.slow
def test_nobody_cools_for_options_and_holds(summer: ModuleType) -> None:
    """Hot days full of them take as much cold, to the bit, as days without any booking: the set-back's."""

    def cold_kwh(*statuses: BookingStatus) -> float:
        diary = [replace(b, status=s) for b, s in zip(summer.diary(5, 3), statuses * 9, strict=False)]
        sky = summer.Weather(*summer.WEATHERS["july"])
        loop = summer.OpenLoop(summer.SITE, diary, leads_only=True)
        return float(summer.drive(summer.by_rules(loop, sky), diary, sky, 2, 0).cold_kwh)

    empty = cold_kwh()
    assert cold_kwh(BookingStatus.OPTION, BookingStatus.HOLD) == empty
    assert cold_kwh(BookingStatus.CONFIRMED) > empty + 50.0


def test_cold_that_is_planned_for_the_morning_rests_until_the_show() -> None:
    """The plan cools at seven, when the sun gives it, and again before the call: between them the plant rests."""
    story = Story(studio(hall()), "2026-07-20 05:00")
    story.book_in(SHOW)
    story.measure(outdoor=30.0, hall=26.5)
    story.tick("2026-07-20 05:00")
    plan = story.runner.replan(at("2026-07-20 05:00"))
    story.runner.engine.plan = cooled_at_seven(plan)
    shown = {}
    for when, air in (("06:30", 26.5), ("07:00", 26.5), ("07:10", 25.6), ("08:00", 25.4), ("16:00", 25.2)):
        story.runner.engine.plan = replace(story.runner.engine.plan, made_at=at(f"2026-07-20 {when}"))
        story.measure(hall=air)
        shown[when] = story.zone(f"2026-07-20 {when}", "hall").state.value
    assert shown["06:30"] == "set_back"
    assert shown["07:00"] == shown["07:10"] == "pre_cooling"
    assert shown["08:00"] == "set_back"
    assert shown["16:00"] == "occupied"


def cooled_at_seven(plan: Plan) -> Plan:
    """The plan as an optimiser would have it: cold from 07:00 to 08:00 UTC."""
    zone = plan.zones[0]
    first = at("2026-07-20 07:00")
    slots = tuple(replace(s, cool_setpoint_c=25.0 if first <= s.start < first + 4 * SLOT else 30.0) for s in zone.slots)
    return replace(plan, zones=(replace(zone, rung=Rung.OPTIMISED, slots=slots), *plan.zones[1:]))
