"""Leads that can be believed: a model that just does not reach its target must not heat a hall for two days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from premises.booking import Booking, BookingKey, DayKind
from premises.plan import Rung
from premises.site import Comfort, Emitter, Plant, PlantKind, Zone, ZoneUse
from premises.tariff import Carrier
from premises.time import Interval
from rules.lead import FAR_FACTOR, LONG_LEAD_H, SLAB_FACTOR, lead_for
from rules.loop import Measured, OpenLoop, describe
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


def test_a_warmer_call_back_to_back_is_heated_for_while_the_one_before_it_is_on() -> None:
    """A build day at 17 °C until noon, then a shoot at 20 °C: ready at noon only if the heat comes before, but not all morning."""
    begin = datetime(2026, 1, 5, tzinfo=UTC)
    plant = Plant("plant", "", PlantKind.BOILER, Carrier.GAS, heat_power_w=60000)
    hall = replace(HALL, comfort={DayKind.SHOOT: Comfort(20.0), DayKind.BUILD: Comfort(17.0)})
    day, hour = Interval(begin, begin + timedelta(days=1)), timedelta(hours=1)
    build = Booking(BookingKey("t", "1"), "", ("hall",), day, day_kind=DayKind.BUILD, call=begin + 6 * hour, wrap=begin + 12 * hour)
    shoot = Booking(BookingKey("t", "2"), "", ("hall",), day, call=begin + 12 * hour, wrap=begin + 18 * hour)
    loop, wished = OpenLoop(describe([hall], [plant]), [build, shoot]), {}
    for quarter in range(13 * 4):
        now = begin + quarter * hour / 4
        wished[quarter / 4] = loop.step(now, Measured({"hall": 16.5}, 0.0)).setpoint_c["hall"]
    assert wished[7.0] == wished[9.0] == pytest.approx(17.0, abs=1.5)
    assert wished[11.5] >= 20.0
    assert wished[12.0] >= 20.0
