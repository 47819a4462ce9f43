"""Stages on a plant that is too small for all at once, and stages that are warm hours too early."""

from __future__ import annotations

from dataclasses import replace

from premises.plan import Rung
from premises.site import Emitter
from rules.optimiser import LinearOptimiser
from rules.snapshot import LearnedLead
from rules.warm_time import WarmTime, most_heat_w
from tests.rules.studio import Story, at, booked, stage, studio
from tests.rules.test_slow_and_light_zones import HALL

DAY = "2026-01-20"


def two_stages(plant_power_w: float) -> Story:
    """One is called at eight, and its plan forgot it; two in the afternoon, and its plan puts warmth by since the morning."""
    site = studio(stage(id="one", name="One"), stage(id="two", name="Two"), plant_power_w=plant_power_w)
    story = Story(site, f"{DAY} 04:00")
    story.book_in(booked(f"{DAY} 08:00", f"{DAY} 20:00", "one", name="a"), booked(f"{DAY} 16:00", f"{DAY} 20:00", "two", name="b"))
    engine = story.runner.engine
    engine.optimiser = LinearOptimiser()
    for zone in site.zones:
        engine.models[zone.id] = HALL
        warm = WarmTime(zone, HALL, most_heat_w(site, zone), 55.0)
        engine.leads[zone.id] = LearnedLead(0.0, 0.0, 0.0, 0, 0.0, 0.0, warm=warm)
    story.measure(outdoor=-5.0, one=14.0, two=14.0)
    return story


def planned_to(story: Story, when: str, one: float, two: float) -> None:
    """A plan in force that holds these setpoints."""
    plan = story.runner.replan(at(when))
    wished = {"one": one, "two": two}
    zones = tuple(
        replace(zone, rung=Rung.OPTIMISED, slots=tuple(replace(slot, setpoint_c=wished[zone.zone]) for slot in zone.slots))
        for zone in plan.zones
    )
    story.runner.engine.plan = replace(plan, zones=zones)


def test_who_is_called_later_gives_way_on_a_plant_that_is_too_small() -> None:
    for power, given_way in ((70000.0, True), (300000.0, False)):
        story = two_stages(power)
        story.tick(f"{DAY} 06:30")
        planned_to(story, f"{DAY} 06:30", one=12.0, two=20.0)
        story.tick(f"{DAY} 06:31")
        one, two = story.zone(f"{DAY} 06:32", "one"), story.zone(f"{DAY} 06:32", "two")
        assert (one.wanted_c, one.rung) == (20.0, Rung.LEARNED)
        assert two.wanted_c == (12.0 if given_way else 20.0)
        if given_way:
            assert two.heat_reason.text("en") == (
                "call 17:00 has time yet, 14.0 °C (setpoint 12.0 °C): One is late and needs the plant first"
            )


def test_nobody_gives_way_who_could_not_be_warm_after_that_call() -> None:
    story = two_stages(70000.0)
    story.book_in(booked(f"{DAY} 09:00", f"{DAY} 18:00", "two", name="b"))
    story.tick(f"{DAY} 06:30")
    planned_to(story, f"{DAY} 06:30", one=12.0, two=20.0)
    story.tick(f"{DAY} 06:31")
    assert story.zone(f"{DAY} 06:32", "two").wanted_c == 20.0


def test_a_stage_that_the_table_had_warm_hours_early_rests_and_is_warmed_again() -> None:
    """Six hours by the table, one in truth, of 5.8 kelvin: four kelvin are given an hour and a half, and three quarters."""
    story = Story(studio(stage()), f"{DAY} 05:30")
    story.book_in(booked(f"{DAY} 12:00", f"{DAY} 20:00"))
    rows = {
        "05:30": (14.2, "set_back", 12.0),
        "05:45": (14.2, "pre_heating", 20.0),
        "06:45": (20.0, "ready", 12.0),
        "08:00": (18.5, "pre_heating", 12.0),
        "09:45": (16.0, "pre_heating", 12.0),
        "10:00": (15.9, "pre_heating", 20.0),
        "11:00": (20.0, "ready", 20.0),
        "11:45": (20.0, "ready", 20.0),
    }
    told = {}
    for minutes in range(330, 720, 15):
        clock = f"{minutes // 60:02d}:{minutes % 60:02d}"
        story.clock.set(at(f"{DAY} {clock}"))
        if clock in rows:
            story.measure(stage=rows[clock][0])
        decision = story.zone(f"{DAY} {clock}")
        told[clock] = (decision.air_c, decision.state.value, decision.wanted_c)
        if clock == "06:45":
            assert decision.heat_reason.text("en") == (
                "warm for call 13:00 after 1 h 00, which is early: rests (setpoint 12.0 °C), heats again by 12:15"
            )
    assert {clock: told[clock] for clock in rows} == rows


def test_no_slab_rests_and_none_whose_plant_others_want() -> None:
    slab = Story(studio(stage(emitter=Emitter.SLAB)), f"{DAY} 05:00")
    slab.book_in(booked(f"{DAY} 12:00", f"{DAY} 20:00"))
    site = studio(stage(id="one", name="One"), stage(id="two", name="Two"), plant_power_w=70000)
    crowded = Story(site, f"{DAY} 05:00")
    crowded.book_in(
        booked(f"{DAY} 12:00", f"{DAY} 20:00", "one", name="a"), booked(f"{DAY} 12:00", f"{DAY} 20:00", "two", name="b")
    )
    for story, zone in ((slab, "stage"), (crowded, "one")):
        story.measure(**{zone: 14.2})
        assert story.zone(f"{DAY} 05:45", zone).wanted_c == 20.0
        story.clock.set(at(f"{DAY} 06:45"))
        story.measure(**{zone: 20.0})
        assert story.zone(f"{DAY} 06:45", zone).wanted_c == 20.0
