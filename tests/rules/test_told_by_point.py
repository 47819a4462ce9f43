"""An open loop around a site that has points of its own: told by point, as its devices would tell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.loop import Measured, OpenLoop
from tests.rules.studio import at, booked, stage, studio

CALL = at("2026-01-20 12:00")


@pytest.fixture
def loop() -> OpenLoop:
    return OpenLoop(studio(stage()), [booked("2026-01-20 12:00", "2026-01-20 18:00")], leads_only=True)


def test_what_devices_tell_by_point_is_what_the_rules_see(loop: OpenLoop) -> None:
    told = Measured({}, points={"stage/air_temperature": 14.0, "weather/outdoor_temperature": 1.0, "stage/occupancy": True})
    settings = loop.step(CALL - timedelta(minutes=10), told)
    zone = settings.decision.zones[0]
    assert zone.air_c == 14.0
    assert zone.state.value == "pre_heating"
    assert settings.light_pct["stage"] == 10.0  # somebody is seen
    assert not settings.decision.alarms


def test_points_of_nobody_and_values_that_cannot_be_true_are_left_out(loop: OpenLoop) -> None:
    first = {"stage/air_temperature": 19.0, "nowhere/air_temperature": 30.0}
    assert loop.step(CALL, Measured({}, points=first)).decision.zones[0].air_c == 19.0
    second = {"stage/air_temperature": float("nan"), "weather/outdoor_temperature": 999.0}
    later = loop.step(CALL + timedelta(minutes=5), Measured({}, points=second)).decision
    assert later.zones[0].air_c is None
    assert {alarm.cause for alarm in later.alarms} == {"sensor_lost", "weather_unknown"}
