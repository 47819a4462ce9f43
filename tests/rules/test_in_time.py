"""In time whatever the plan says: full power by the learned model is the last moment, for one stage alone or three at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from premises.decision import ZoneDecision
from premises.plan import PlanSlot, Rung
from premises.site import Site
from rules.identify import doubts
from rules.lead import lead_for
from rules.learning import Sample, WarmUp, fit_lead, warm_ups
from rules.optimiser import LinearOptimiser
from rules.snapshot import LearnedLead
from rules.thermal import ZoneModel
from rules.trace import Record, Trace, ZoneSample
from rules.trim import applied
from rules.warm_time import WarmTime, crowded_share, most_heat_w
from rules.wording import wall
from tests.rules.studio import Story, at, booked, stage, studio

MODEL = ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True, error_k=0.2)
CALL = "2026-01-20 12:00"


def full_power(model: ZoneModel = MODEL, site: Site | None = None) -> LearnedLead:
    zone = stage()
    site = studio(zone) if site is None else site
    return LearnedLead(0.0, 0.0, 0.0, 0, 0.0, 0.0, warm=WarmTime(zone, model, most_heat_w(site, zone), 55.0))


def test_the_time_at_full_power_is_that_of_the_model() -> None:
    warm = full_power().warm
    assert warm is not None
    hours = warm.hours(14.0, 14.0, 3.0, 20.0)
    air, mass = 14.0, 14.0
    slots = 0
    while air < 19.9:
        air, mass = MODEL.step(air, mass, 3.0, min(84000.0, 60000 * (50 - air) / 30))
        slots += 1
    assert (slots - 1) / 4 < hours <= slots / 4
    assert warm.hours(14.0, 14.0, -8.0, 20.0) > hours
    assert warm.hours(14.0, 10.0, 3.0, 20.0) > hours
    assert warm.hours(14.0, 14.0, 3.0, 20.0, share=0.4) > 2 * hours
    assert warm.hours(14.0, 14.0, 3.0, 90.0) == 48.0
    assert warm.hours(19.9, 14.0, 3.0, 20.0) == 0.0


def test_what_the_model_promised_too_much_is_added() -> None:
    doubtful = replace(MODEL, doubt=((4, 0.5), (12, 1.1)))
    assert doubtful.doubt_k(2) == pytest.approx(0.25)
    assert doubtful.doubt_k(8) == pytest.approx(0.8)
    assert doubtful.doubt_k(99) == 1.1
    assert doubtful.spare_k(2) == 0.0
    assert doubtful.spare_k(8) == pytest.approx(0.5)
    sure, unsure = full_power().warm, full_power(doubtful).warm
    assert sure is not None
    assert unsure is not None
    assert unsure.hours(14.0, 14.0, 3.0, 20.0) > sure.hours(14.0, 14.0, 3.0, 20.0) + 0.2
    assert unsure.hours(14.0, 14.0, 3.0, 20.0, sure=False) == sure.hours(14.0, 14.0, 3.0, 20.0)


def test_a_model_that_promises_too_much_is_found_out() -> None:
    """One truth, and a model of it whose heat counts a fifth too much: its doubt is what it told too warm."""
    n, air, mass = 6 * 96, 15.0, 14.0
    seen, heat, wanted = np.zeros(n), np.zeros(n), np.full(n, 12.0)
    for k in range(n):
        wanted[k] = 20.0 if 30 <= k % 96 < 70 else 12.0
        seen[k], heat[k] = air, min(60000.0, max(0.0, (wanted[k] - air) * 60000))
        air, mass = MODEL.step(air, mass, 3.0, heat[k])
    record = Record(at("2026-01-05 00:00"), seen, wanted, heat, 0 * heat, np.full(n, 3.0), 0 * heat, {}, 0 * heat)
    right, wrong = doubts(MODEL, record, 288), doubts(replace(MODEL, heat=1.2 * MODEL.heat), record, 288)
    assert [ahead for ahead, _ in right] == [4, 12, 24, 48, 96]
    assert max(doubt for _, doubt in right) < 0.15
    assert wrong[1][1] > 0.5
    assert [doubt for _, doubt in wrong] == sorted(doubt for _, doubt in wrong)


def test_a_plan_that_waits_too_long_is_overtaken_by_full_power() -> None:
    """A plan made for milder air starts late; the model says from where on it would be too late, and then all is given."""
    story = Story(studio(stage()), "2026-01-20 00:00")
    story.book_in(booked(CALL, "2026-01-20 20:00"))
    engine = story.runner.engine
    engine.optimiser = LinearOptimiser()
    engine.models["stage"] = replace(MODEL, heat=4 * MODEL.heat)  # what the plan believes
    engine.leads["stage"] = full_power()  # what was learned since
    needed = full_power().warm
    assert needed is not None
    last = (at(CALL) - timedelta(hours=needed.hours(14.0, 14.0, 3.0, 20.0))).replace(second=0, microsecond=0)
    story.measure(outdoor=3.0, stage=14.0)
    early = last - timedelta(hours=1)
    story.tick(f"{early:%Y-%m-%d %H:%M}")
    story.runner.replan(early)
    assert story.zone(f"{early:%Y-%m-%d %H:%M}").state.value == "set_back"
    decision = story.zone(f"{last:%Y-%m-%d %H:%M}")
    assert decision.state.value == "pre_heating"
    assert decision.wanted_c == 20.0
    assert float(story.live.values["heat-pump/supply_setpoint"].reading.value) >= 50.0


def test_stages_that_heat_up_together_start_earlier_than_one_alone() -> None:
    three = [stage(id=name, name=name) for name in ("one", "two", "three")]
    site = studio(*three, plant_power_w=100000)
    others = frozenset({"two", "three"})
    cold = 0.95 * (1 - 0.015 * 10)  # at -3 °C
    assert crowded_share(site, three[0], frozenset(), {}, 7.0) == pytest.approx((0.95 * 100 - 0.1 * 120) / 60)
    assert crowded_share(site, three[0], frozenset(), {}, -3.0) == pytest.approx((cold * 100 - 0.1 * 120) / 60)
    assert crowded_share(site, three[0], frozenset(), {"two": 0.5, "three": 0.9}, 7.0) == pytest.approx(
        (95 - 30 - 54) / 60, abs=0.05
    )
    assert crowded_share(site, three[0], others, {}, 7.0) == pytest.approx(95 / 180)
    starts = []
    for zones in (("one",), ("one", "two", "three")):
        story = Story(site, "2026-01-20 00:00")
        story.book_in(*(booked(CALL, "2026-01-20 20:00", zone, name=zone) for zone in zones))
        times = [f"2026-01-20 {hour:02d}:{minute:02d}" for hour in range(12) for minute in (0, 15, 30, 45)]
        starts.append(next(when for when in times if story.zone(when, "one").state.value == "pre_heating"))
    assert starts[1] < starts[0]


def test_with_an_hour_between_ticks_the_heat_starts_at_the_tick_before() -> None:
    """14.2 degrees, six hours by the table and a quarter: due at 05:45, so an hourly loop must start at 05:00."""
    starts = {}
    for minutes in (1, 60):
        story = Story(studio(stage()), "2026-01-20 03:00")
        story.book_in(booked(CALL, "2026-01-20 20:00"))
        now = at("2026-01-20 03:00")
        while story.zone(f"{now:%Y-%m-%d %H:%M}").state.value != "pre_heating":
            now += timedelta(minutes=minutes)
        starts[minutes] = f"{now:%H:%M}"
    assert starts == {1: "05:45", 60: "05:00"}


def test_slow_warm_ups_by_a_plan_do_not_lengthen_the_learned_lead() -> None:
    start = at("2026-01-05 00:00")

    def a_morning(slow: bool) -> list[Sample]:
        wishes = [12.0] * 4 + [20.0] * 12
        return [
            Sample(start + k * timedelta(minutes=15), min(20.0, 14.0 + 0.6 * max(0, k - 3)), w, 3.0, slow)
            for k, w in enumerate(wishes)
        ]

    assert len(warm_ups(a_morning(slow=False))) == 1
    assert warm_ups(a_morning(slow=True)) == []


def test_the_learned_lead_is_lengthened_by_what_warm_ups_took_beyond_it() -> None:
    even = [WarmUp(at("2026-01-05 00:00"), 6.0, 17.0, 12.0, 4.0, 3.0) for _ in range(8)]
    uneven = [replace(warm, hours=4.0 + 0.5 * (place % 2)) for place, warm in enumerate(even)]
    lead, later = fit_lead(even, stage().emitter), fit_lead(uneven, stage().emitter)
    assert lead is not None
    assert later is not None
    assert lead.margin_h == pytest.approx(0.0, abs=0.01)
    assert later.margin_h > 0.2
    sure = lead_for(stage().emitter, 14.0, 20.0, 3.0, 12.0, replace(later, margin_h=0.0))
    assert lead_for(stage().emitter, 14.0, 20.0, 3.0, 12.0, later).duration > sure.duration


def test_nothing_is_taken_off_the_setpoint_before_the_call() -> None:
    from premises.decision import ZoneState
    from premises.time import Interval
    from rules.claims import schedule

    site, call = studio(stage()), at(CALL)
    (claim,) = schedule(site, [booked(CALL, "2026-01-20 20:00")], Interval(call - timedelta(1), call + timedelta(1)))["stage"]
    assert applied(-0.4, ZoneState.PRE_HEATING, call - timedelta(hours=1), claim) == 0.0
    assert applied(0.4, ZoneState.PRE_HEATING, call - timedelta(hours=1), claim) == 0.4
    assert applied(-0.4, ZoneState.OCCUPIED, call, claim) == -0.4
    assert applied(0.4, ZoneState.SET_BACK, call, None) == 0.0


def test_a_trace_of_an_hourly_loop_has_no_holes_but_keeps_an_outage() -> None:
    trace, start = Trace(), at("2026-01-20 00:00")
    for hour, air in enumerate((15.0, 16.0, 18.0, 18.0)):
        trace.note(start + timedelta(hours=hour), 3.0, None, {"stage": ZoneSample(air, 20.0, 1000.0 * hour)}, behind=True)
    trace.note(start + timedelta(hours=9), 3.0, None, {"stage": ZoneSample(17.0, 20.0, 0.0)}, behind=True)
    record = trace.record("stage")
    assert record is not None
    assert record.air[4:9].tolist() == [16.0, 16.5, 17.0, 17.5, 18.0]
    assert record.heat[4:8].tolist() == [2000.0] * 4  # what the valve shows at 02:00 is what it did since 01:00
    assert np.isnan(record.air[13:36]).all()


def heating_by_plan() -> tuple[Story, datetime]:
    """A stage that a plan heats in that slot, slowly: to a setpoint well below the target."""
    story = Story(studio(stage(emitter_power_w=30000)), "2026-01-20 00:00")
    story.book_in(booked(CALL, "2026-01-20 20:00"))
    engine = story.runner.engine
    engine.optimiser = LinearOptimiser()
    engine.models["stage"] = MODEL
    story.measure(outdoor=3.0, stage=14.0)
    story.tick("2026-01-20 00:00")
    plan = story.runner.replan(at("2026-01-20 00:00"))
    heated = next(s for s in plan.zones[0].slots if s.heat_w > 12000 and (s.setpoint_c or 0.0) < 18.0).start
    story.tick(f"{heated:%Y-%m-%d %H:%M}")
    story.runner.replan(heated)
    return story, heated


def wanted_with_valve_at(story: Story, heated: datetime, opening: float, minute: int) -> ZoneDecision:
    story.live.show("stage/heating_demand.valve-1", opening, heated)
    return story.zone(f"{heated + timedelta(minutes=minute):%Y-%m-%d %H:%M}")


def test_a_valve_that_throttles_while_the_plan_heats_is_set_higher() -> None:
    """Valves that feel their own radiator close early: the setpoint goes up, but never past the target."""
    wanted = {}
    for opening in (100.0, 20.0):
        decision = wanted_with_valve_at(*heating_by_plan(), opening, minute=1)
        assert decision.rung is Rung.OPTIMISED
        wanted[opening] = decision.wanted_c or 0.0
    assert wanted[20.0] == pytest.approx(min(20.0, wanted[100.0] + 1.5))


def test_setpoints_raised_for_valves_that_throttle_stay_raised_while_the_plan_heats() -> None:
    """Else each tick would answer the one before: raised, wide open, lowered, throttling again."""
    story, heated = heating_by_plan()
    openings = enumerate((20.0, 100.0, 100.0), start=1)
    wanted = [wanted_with_valve_at(story, heated, opening, minute).wanted_c for minute, opening in openings]
    assert wanted[0] == wanted[1] == wanted[2]


def test_a_planned_pause_in_a_pre_heat_says_so_and_when_it_goes_on() -> None:
    story = Story(studio(stage()), "2026-01-20 00:00")
    story.book_in(booked(CALL, "2026-01-20 20:00"))
    engine = story.runner.engine
    engine.models["stage"] = MODEL
    engine.optimiser = LinearOptimiser()
    story.measure(outdoor=3.0, stage=14.0)
    story.tick("2026-01-20 00:00")
    call = at(CALL)
    begun = story.runner.replan(call - timedelta(hours=3))
    slots = begun.zones[0].slots

    def paused(slot: PlanSlot) -> PlanSlot:
        resting = call - timedelta(hours=2) <= slot.start < call - timedelta(hours=1)
        warming = call - timedelta(hours=3) <= slot.start < call
        return replace(slot, setpoint_c=12.0 if resting else 20.0 if warming else slot.setpoint_c)

    engine.plan = replace(begun, zones=(replace(begun.zones[0], rung=Rung.OPTIMISED, slots=tuple(map(paused, slots))),))
    story.measure(outdoor=3.0, stage=19.9)
    on = story.zone(f"{call - timedelta(hours=2, minutes=30):%Y-%m-%d %H:%M}")
    assert (on.wanted_c, on.heat_reason.code) == (20.0, "ready")
    resting = story.zone(f"{call - timedelta(hours=1, minutes=45):%Y-%m-%d %H:%M}")
    assert (resting.wanted_c, resting.state.value) == (12.0, "ready")
    again = wall(call - timedelta(hours=1), call, story.runner.site.zoneinfo)
    assert f"pausing at 19.9 °C as planned (setpoint 12.0 °C): heats again at {again}" in resting.heat_reason.text("en")
