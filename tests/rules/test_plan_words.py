"""Every slot of a plan says why, with its numbers, in every language: the price at night, the sun at noon, the call."""

from __future__ import annotations

from dataclasses import replace

import pytest

from premises.booking import Booking
from premises.plan import Plan, PlanSlot
from premises.reason import REASONS
from rules.simple_plan import Outlook, simple_plan
from rules.snapshot import Forecast
from tests.rules.studio import at, booked, stage, studio
from tests.rules.test_optimised_plan import NOW, outlook, planned

SHOOT = booked("2026-01-20 12:00", "2026-01-20 20:00")
EVENING = booked("2026-01-20 18:00", "2026-01-20 23:00")


def slot(plan: Plan, when: str) -> PlanSlot:
    found = plan.zones[0].at(at(when))
    assert found is not None
    return found


def told(plan: Plan, code: str) -> str:
    return next(s.reason.text("en") for s in plan.zones[0].slots if s.reason.code == code)


def view(*bookings: Booking, outdoor: float = 3.0, air: float = 14.0, **more: object) -> Outlook:
    return outlook(studio(stage()), *bookings, outdoor=outdoor, air=air, **more)


def test_a_shoot_at_noon_is_told_from_the_night_to_the_wrap() -> None:
    plan = planned(view(SHOOT))
    assert slot(plan, "2026-01-20 00:00").reason.text("en").startswith("set back to 12.0 °C: call 13:00 needs no heat before")
    night = told(plan, "plan_heat_cheap")
    assert "call 13:00" in night
    assert "at 0.12 instead of 0.20 EUR per kWh" in night
    last = slot(plan, "2026-01-20 11:30").reason
    assert last.code == "plan_heat"
    assert "heating on: call 13:00" in last.text("en")
    assert "outside 3.0 °C" in last.text("en")
    assert "convocation 13:00" in last.text("fr")
    assert "verwarming aan: call 13:00" in last.text("nl")
    assert slot(plan, "2026-01-20 15:00").reason.text("en").startswith("in use until 21:00: 20.0 °C held with 2")
    assert slot(plan, "2026-01-20 22:00").reason.text("en") == "set back to 12.0 °C"


def test_heat_that_is_shifted_into_the_sun_says_so() -> None:
    pv = tuple(60000.0 if 40 <= k < 56 else 0.0 for k in range(192))
    sunny = Forecast(NOW, NOW, (3.0,) * 192, pv_w=pv, base_w=(0.0,) * 192)
    text = told(planned(view(EVENING, forecast=sunny)), "plan_heat_sun")
    assert "while the sun leaves 60 kW over" in text
    assert "call 19:00" in text


def test_heat_that_stops_before_the_wrap_says_that_the_warmth_will_do() -> None:
    mild = planned(view(SHOOT, outdoor=21.0, air=20.5))
    assert "own warmth lasts until wrap 21:00" in told(mild, "plan_coast")


def test_a_plan_by_leads_says_by_which() -> None:
    text = told(simple_plan(view(EVENING)), "plan_table")
    assert text.startswith("12:45 heating on: call 19:00, 12.0 °C, outside 3.0 °C, lead by the table 6 h 00, margin 15 min")


def test_a_rest_by_leads_says_until_when_and_for_whom() -> None:
    text = told(simple_plan(view(EVENING)), "plan_rest_until")
    assert text.startswith("set back to 12.0 °C: call 19:00 needs no heat before 12:45, 14.0 °C at ")
    assert text.endswith("outside 3.0 °C")


def test_a_day_is_told_once_in_a_sentence() -> None:
    late = replace(booked("2026-01-21 18:00", "2026-01-21 23:00"), key=replace(SHOOT.key, id="late"))
    for plan in (planned(view(late)), simple_plan(view(late))):
        for reason in (s.reason for s in plan.zones[0].slots if s.reason.code.startswith(("plan_heat", "plan_table"))):
            assert all(reason.text("en").count(f"{day} January") <= 1 for day in (20, 21))


@pytest.mark.parametrize("language", REASONS.languages())
def test_each_slot_has_a_reason_with_numbers_in_each_language(language: str) -> None:
    later = replace(booked("2026-01-21 08:00", "2026-01-21 12:00"), key=replace(SHOOT.key, id="later"))
    for plan in (planned(view(SHOOT, later)), simple_plan(view(SHOOT, later))):
        texts = {s.reason.text(language) for s in plan.zones[0].slots}
        assert len(texts) >= 5
        assert all(any(letter.isdigit() for letter in text) and "{" not in text for text in texts)
