"""Slabs that take a day and rooms that take an hour: what the time that each needs makes of doubts, leads and plans."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from premises.booking import DayKind
from premises.plan import PlanSlot, Rung
from premises.site import Emitter
from rules.engine import Seen
from rules.free_run import free_runs
from rules.identify import Fit, doubts
from rules.in_time import lead_now
from rules.night import TRUST_AHEAD_K
from rules.optimiser import LinearOptimiser
from rules.snapshot import Forecast, LearnedLead, ZoneMemory, ZoneView
from rules.thermal import ZoneModel
from rules.trace import Record
from rules.warm_time import WarmTime, most_heat_w
from tests.rules.studio import Story, at, booked, stage, studio
from tests.rules.test_far_and_bounded_plans import SLAB
from tests.rules.test_learned_model import a_record
from tests.rules.test_optimised_plan import flat, outlook, planned
from tests.rules.test_trust import lived_through

HALL = ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True, error_k=0.2)
LIGHT = replace(HALL, mass=0.15, outdoor=0.03, heat=1.0e-4)


def mornings(truth: ZoneModel, power_w: float, lead_slots: int, days: int = 6) -> Record:
    """Every day heated from so many slots before eight until six in the evening, by that truth."""
    n, air, mass = days * 96, 13.0, 13.0
    seen, heat, wanted = np.zeros(n), np.zeros(n), np.full(n, 12.0)
    for k in range(n):
        wanted[k] = 20.0 if 32 - lead_slots <= k % 96 < 72 else 12.0
        needed = truth.heat_for(air, mass, 3.0, wanted[k])
        seen[k], heat[k] = air, min(power_w, max(0.0, needed))
        air, mass = truth.step(air, mass, 3.0, heat[k])
    return Record(at("2026-01-05 00:00"), seen, wanted, heat, 0 * heat, np.full(n, 3.0), 0 * heat, {}, 0 * heat)


def test_a_light_room_is_not_doubted_for_minutes() -> None:
    """A model that is a little too quick: on the way it is off by much, but the room is warm a quarter hour after it says so."""
    record = mornings(LIGHT, 45000.0, 4)
    quick = replace(LIGHT, heat=1.1 * LIGHT.heat)
    wrong = free_runs(quick, record, [316], 4)[0] - record.air[316:321]
    assert max(wrong) > 0.5  # on the way from seven o'clock
    assert max(doubt for _, doubt in doubts(quick, record, 192)) < 0.5


def test_a_heavy_hall_that_is_not_warm_when_the_model_says_so_is_doubted() -> None:
    record = mornings(HALL, 38000.0, 30, days=8)
    right, wrong = (max(d for _, d in doubts(m, record, 192)) for m in (HALL, replace(HALL, heat=1.25 * HALL.heat)))
    assert right < 0.2
    assert wrong > right + 0.4


def test_what_a_light_room_is_in_doubt_by_is_minutes_and_a_heavy_halls_is_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story(studio(stage(), plant_power_w=200000), "2026-02-09 00:00")
    trusted = {}
    for name, model in (("light", LIGHT), ("heavy", replace(HALL, heat=1.0e-5))):
        doubtful = Fit(replace(model, doubt=((12, TRUST_AHEAD_K + 0.4),)), 0.3)
        monkeypatch.setattr("rules.night.fit", lambda *_a, found=doubtful, **_k: found)
        engine = story.new_runner().engine
        lived_through(engine, a_record(12), 0, 12)
        trusted[name] = "stage" not in engine.distrusted
        assert (engine.leads.get("stage") is not None and engine.leads["stage"].warm is not None) is trusted[name]
    assert trusted == {"light": True, "heavy": False}


def test_a_slab_is_not_reckoned_at_the_frost_of_the_night() -> None:
    """-8 degrees now and +8 by day: the time at full power is that of the weather to come."""
    story = Story(studio(stage(emitter=Emitter.SLAB, emitter_supply_c=38.0, emitter_power_w=32000)), "2026-01-19 04:00")
    story.book_in(booked("2026-01-21 08:00", "2026-01-21 18:00"))
    now, zone = at("2026-01-19 04:00"), story.site.zone("stage")
    story.runner.engine.leads["stage"] = lead_of(story, replace(SLAB, outdoor=0.0055))
    needed = {}
    for name, day in (("frost", (-8.0,) * 192), ("thaw", (*((-8.0,) * 12), *((8.0,) * 180)))):
        story.measure(outdoor=-8.0, stage=14.0)
        snapshot = story.runner.engine.snapshot(now, Seen(dict(story.live.values), {}, forecast=Forecast(now, now, day)))
        view = ZoneView(snapshot, zone, snapshot.layout.zones[zone.id], (), ZoneMemory(), 14.0, in_service=True)
        needed[name] = lead_now(view, 20.0).duration
    assert needed["thaw"] < 0.75 * needed["frost"]


def test_full_power_for_a_call_that_turns_out_far_is_left_to_the_plan_again() -> None:
    """What was learned in the night says two hours, not twelve: the plan in force rests, and so does the stage."""
    story = Story(studio(stage()), "2026-01-20 00:00")
    story.book_in(booked("2026-01-20 12:00", "2026-01-20 20:00"))
    engine = story.runner.engine
    engine.optimiser = LinearOptimiser()
    engine.models["stage"] = HALL
    engine.leads["stage"] = lead_of(story, replace(HALL, heat=HALL.heat / 4))
    story.measure(outdoor=3.0, stage=14.0)
    story.tick("2026-01-20 00:00")
    story.runner.replan(at("2026-01-20 00:00"))
    hurried = story.zone("2026-01-20 00:01")
    assert (hurried.state.value, hurried.rung, hurried.wanted_c) == ("pre_heating", Rung.LEARNED, 20.0)
    engine.leads["stage"] = lead_of(story, HALL)
    rested = story.zone("2026-01-20 00:02")
    assert (rested.rung, rested.wanted_c) == (Rung.OPTIMISED, 12.0)
    story.measure(outdoor=3.0, stage=14.0)
    story.tick("2026-01-20 10:00")
    story.runner.replan(at("2026-01-20 10:00"))
    assert story.zone("2026-01-20 10:01").wanted_c == 20.0  # and in time it is hurried again


def test_a_warmer_call_beyond_the_next_is_heated_for_when_it_cannot_wait() -> None:
    """A build at 17 degrees at noon, a shoot at 20 right after, in a stage that takes six hours: the plan forgot the second."""
    story = Story(studio(stage()), "2026-01-20 00:00")
    build = booked("2026-01-20 12:00", "2026-01-20 14:00", name="build", kind=DayKind.BUILD)
    story.book_in(build, booked("2026-01-20 14:00", "2026-01-20 20:00", name="shoot"))
    engine = story.runner.engine
    engine.optimiser = LinearOptimiser()
    engine.models["stage"] = HALL
    engine.leads["stage"] = lead_of(story, replace(HALL, heat=0.5 * HALL.heat))
    story.measure(outdoor=3.0, stage=16.9)
    story.tick("2026-01-20 10:00")
    forgetful = story.runner.replan(at("2026-01-20 10:00"))
    slots = tuple(replace(slot, setpoint_c=12.0) for slot in forgetful.zones[0].slots)
    engine.plan = replace(forgetful, zones=(replace(forgetful.zones[0], slots=slots),))
    assert story.zone("2026-01-20 10:01").wanted_c == 12.0
    decision = story.zone("2026-01-20 11:30")
    assert (decision.wanted_c, decision.rung) == (20.0, Rung.LEARNED)


def test_a_slabs_valve_is_set_for_the_warmer_call_beyond_the_next() -> None:
    """Set to the 17 degrees of the build, it would shut on the heat that the shoot of the next morning needs."""
    site = flat(studio(stage(emitter=Emitter.SLAB, emitter_supply_c=38.0, emitter_power_w=32000)))
    build = booked("2026-01-20 12:00", "2026-01-20 16:00", name="build", kind=DayKind.BUILD)
    view = outlook(
        site, build, booked("2026-01-21 02:00", "2026-01-21 12:00", name="shoot"), models={"stage": SLAB}, outdoor=-3.0, air=16.8
    )
    (zone,) = (zone for zone in planned(view).zones if zone.zone == "stage")
    before: list[PlanSlot] = [slot for slot in zone.slots if slot.start < at("2026-01-20 12:00") and slot.heat_w > 20000]
    assert before
    assert all(slot.setpoint_c == 20.0 for slot in before)


def lead_of(story: Story, model: ZoneModel) -> LearnedLead:
    zone = story.site.zone("stage")
    return LearnedLead(0.0, 0.0, 0.0, 0, 0.0, 0.0, warm=WarmTime(zone, model, most_heat_w(story.site, zone), 55.0))
