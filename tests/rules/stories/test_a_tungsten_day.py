"""Lamps are heaters: before a tungsten day less heat is put in, through it none, and an LED rig changes little."""

from __future__ import annotations

import pytest

from premises.booking import LampType
from premises.site import Emitter
from tests.rules.stories.planning import planned
from tests.rules.studio import Story, at, booked, stage, studio

RIGS = {"none": {}, "led": {LampType.LED: 8000.0}, "hmi": {LampType.HMI: 24000.0}, "tungsten": {LampType.TUNGSTEN: 60000.0}}
BEFORE, DURING = ("2026-01-20 00:00", "2026-01-20 12:00"), ("2026-01-20 12:00", "2026-01-20 20:00")


@pytest.mark.parametrize(("emitter", "delay", "spared"), [(Emitter.RADIANT_PANEL, 0, 0.002), (Emitter.SLAB, 8, 0.1)])
def test_the_hotter_the_rig_the_less_is_heated_before_it_and_through_it(emitter: Emitter, delay: int, spared: float) -> None:
    """A slab with two hours of lag must stop even earlier: what is in it comes out when the lamps are already on."""
    before, during = [], []
    for rig in RIGS.values():
        shoot = booked("2026-01-20 12:00", "2026-01-20 20:00", rig_power_w=rig)
        told = planned(shoot, outdoor_c=-2.0, emitter=emitter, delay=delay)
        assert told.air("2026-01-20 12:00") >= 19.95
        before.append(told.kwh(*BEFORE))
        during.append(told.kwh(*DURING))
    assert before[0] >= before[1] - 0.5 >= before[2] - 1.0 >= before[3] - 1.5
    assert before[3] < (1 - spared) * before[0]
    assert during[0] > during[1] > during[2]
    assert during[3] < 1.0


def test_a_rig_that_is_metered_is_taken_as_it_is_and_not_as_it_was_booked() -> None:
    """What the meter says is the heat that the model learns from; the booking tells only what is to come."""
    from dataclasses import replace

    from premises.quantities import QUANTITIES
    from premises.site import Point
    from rules.heat_estimate import gains

    site = studio(stage())
    meter = Point("stage/power", "studio", "stage", QUANTITIES["power"], "rig", zone="stage")
    story = Story(replace(site, points=(*site.points, meter)), "2026-01-20 08:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 18:00", rig_power_w=RIGS["tungsten"]))
    story.live.show("stage/power", 21000.0, at("2026-01-20 12:00"))
    story.tick("2026-01-20 12:00")
    seen = story.runner.engine.snapshot(at("2026-01-20 12:00"), story.runner._seen(at("2026-01-20 12:00")))
    assert gains(seen, site.zone("stage")) == 21000.0
