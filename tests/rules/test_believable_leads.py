"""Leads that can be believed: a model that just does not reach its target must not heat a hall for two days."""

from __future__ import annotations

from dataclasses import replace

import pytest

from premises.booking import DayKind
from premises.plan import Rung
from premises.site import Comfort, Emitter, Zone, ZoneUse
from rules.lead import FAR_FACTOR, LONG_LEAD_H, SLAB_FACTOR, lead_for
from rules.snapshot import LearnedLead
from rules.thermal import prior
from rules.warm_time import WarmTime

HOURS = 3600.0
HALL = Zone(
    "hall", "", ZoneUse.STAGE, 430, 3000, {DayKind.SHOOT: Comfort(20.0)}, "plant", emitter=Emitter.FAN_COIL, emitter_power_w=52000
)


def learned(power_w: float, doubt_k: float = 0.0) -> LearnedLead:
    model = replace(prior(HALL), learned=True, doubt=((1, doubt_k), (192, doubt_k)))
    return LearnedLead(0, 0, 0, 0, 0, 0, warm=WarmTime(replace(HALL, emitter_power_w=power_w), model, power_w, 45.0))


def hours(found: LearnedLead, emitter: Emitter = Emitter.FAN_COIL, share: float = 1.0) -> float:
    lead = lead_for(emitter, 12.0, 20.0, 0.0, 60.0, found, 12.0, share)
    assert lead.rung is Rung.LEARNED
    return lead.duration.total_seconds() / HOURS


def test_what_a_model_never_reaches_takes_twice_the_longest_of_the_table_and_no_days() -> None:
    assert hours(learned(15000.0)) == pytest.approx(FAR_FACTOR * LONG_LEAD_H)
    assert hours(learned(15000.0), Emitter.SLAB) == pytest.approx(FAR_FACTOR * LONG_LEAD_H * SLAB_FACTOR)


def test_a_small_share_and_a_wide_margin_lengthen_a_lead_as_far_as_the_table_goes_twice() -> None:
    alone = hours(learned(52000.0))
    assert 0.5 < alone < 4.0
    assert alone < hours(learned(52000.0), share=0.7) <= FAR_FACTOR * LONG_LEAD_H
    assert hours(learned(52000.0), share=0.2) == pytest.approx(FAR_FACTOR * LONG_LEAD_H)
    assert alone < hours(learned(52000.0, doubt_k=1.5)) <= FAR_FACTOR * LONG_LEAD_H
