"""An empty stage is not let so cold that its walls grow mould: by what humidity says, where it is measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from premises.quantities import QUANTITIES
from premises.site import Point, Site
from rules.damp import MOST_C, least_c
from tests.rules.studio import Story, stage, studio

HUMIDITY = Point("stage/humidity", "studio", "stage", QUANTITIES["humidity"], "sensor", zone="stage")


def damp_studio() -> Site:
    site = studio(stage())
    return replace(site, points=(*site.points, HUMIDITY))


def test_the_bound_rises_with_humidity_and_cold_and_ends_somewhere() -> None:
    assert least_c(12.0, 45.0, 0.0) < 8.0
    assert 13.0 <= least_c(12.0, 70.0, 0.0) <= 15.0
    assert least_c(12.0, 70.0, 5.0) < least_c(12.0, 70.0, -2.0) <= MOST_C
    assert least_c(20.0, 95.0, -10.0) == MOST_C
    assert least_c(12.0, 0.0, 0.0) < 0.0  # a sensor that says nothing is left in the air raises nothing


@pytest.mark.parametrize(("humidity", "wanted", "code"), [(45.0, 12.0, "setback_free"), (72.0, 14.5, "setback_damp")])
def test_a_damp_stage_is_kept_warmer_and_says_why(humidity: float, wanted: float, code: str) -> None:
    story = Story(damp_studio(), "2026-01-20 03:00")
    story.measure(stage=12.0, outdoor=0.0)
    story.live.show("stage/humidity", humidity, story.clock.now())
    decision = story.zone("2026-01-20 03:00")
    assert decision.wanted_c == pytest.approx(wanted, abs=0.5)
    assert decision.heat_reason.code == code
    plan = story.runner.replan(story.clock.now())
    assert plan.zones[0].slots[20].setpoint_c == pytest.approx(decision.wanted_c)


def test_where_nothing_measures_humidity_the_declared_set_back_is_the_least() -> None:
    story = Story(studio(stage()), "2026-01-20 03:00")
    story.measure(stage=12.0, outdoor=0.0)
    assert story.zone("2026-01-20 03:00").wanted_c == 12.0
