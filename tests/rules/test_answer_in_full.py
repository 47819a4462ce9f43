"""The whole answer to a booking: ranges, until when to confirm, what later comes to, what makes it surer, who is in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from premises.booking import BookingStatus, DayKind
from premises.plan import Readiness, ReadyBy, Rung
from premises.site import Neighbour
from rules.chance import around, lead_chance, model_chance, normal, weather_error_k
from rules.optimiser import LinearOptimiser
from rules.snapshot import LearnedLead
from rules.thermal import ZoneModel, prior
from rules.warm_time import WarmTime
from rules.wording import length
from tests.rules.studio import Story, at, booked, make_up, stage, studio

MODEL = ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True, error_k=0.3)
OPTION = booked("2026-01-20 19:00", "2026-01-21 01:00", status=BookingStatus.OPTION)


@pytest.fixture(params=["by lead", "by plan"])
def story(request: pytest.FixtureRequest) -> Story:
    story = Story(studio(stage()), "2026-01-20 08:00")
    if request.param == "by plan":
        story.runner.engine.optimiser = LinearOptimiser()
        story.runner.engine.models["stage"] = MODEL
    story.tick("2026-01-20 08:00")
    return story


def asked(story: Story, **changes: object) -> ReadyBy:
    (answer,) = story.runner.ready_by(replace(OPTION, **changes))  # type: ignore[arg-type]
    return answer


def test_energy_cost_and_carbon_have_ranges_around_them(story: Story) -> None:
    told = asked(story)
    for low, value, high in (
        (told.energy_low_kwh, told.energy_kwh, told.energy_high_kwh),
        (told.cost_low, told.cost, told.cost_high),
        (told.carbon_low_kg, told.carbon_kg, told.carbon_high_kg),
    ):
        assert low is not None
        assert high is not None
        assert 0 < low < value < high < 2 * value


def test_what_is_learned_is_told_more_narrowly_than_what_is_assumed() -> None:
    learned, assumed = around(100.0, 110.0, 92.0, MODEL), around(100.0, 110.0, 92.0, prior(stage()))
    assert assumed.low < learned.low < 92.0
    assert 110.0 < learned.high < assumed.high


def test_the_last_moment_to_confirm_is_one_at_which_the_answer_is_still_yes(story: Story) -> None:
    told = asked(story)
    assert told.readiness is Readiness.READY
    assert told.confirm_by is not None
    assert at("2026-01-20 08:00") < told.confirm_by < at("2026-01-20 19:00")
    assert [later.at for later in told.later] == [told.confirm_by + timedelta(hours=h) for h in (0, 1, 2)]
    assert told.later[0].readiness is Readiness.READY
    assert told.later[-1].readiness is not Readiness.READY
    said = next(reason for reason in told.surer if reason.code.startswith("surer_confirm_"))
    assert said.text("fr").startswith(f"confirmé avant {told.confirm_by.astimezone(story.site.zoneinfo):%H:%M}, il est encore prêt")
    chances = [later.probability for later in told.later if later.probability is not None]
    assert chances == sorted(chances, reverse=True)
    assert len(chances) == 3


def test_confirming_at_the_last_moment_comes_true() -> None:
    """Nothing is heated for the option; asked again at `confirm_by`, with the room as the model has it then, it is still a yes."""
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.tick("2026-01-20 08:00")
    told = asked(story)
    assert told.confirm_by is not None
    story.tick(told.confirm_by.strftime("%Y-%m-%d %H:%M"))
    assert asked(story).readiness is Readiness.READY
    story.tick((told.confirm_by + timedelta(hours=3)).strftime("%Y-%m-%d %H:%M"))
    assert asked(story).readiness is Readiness.LATE
    assert asked(story).confirm_by is None


def test_a_confirmed_booking_has_nothing_left_to_confirm(story: Story) -> None:
    story.book_in(replace(OPTION, status=BookingStatus.CONFIRMED))
    story.tick("2026-01-20 08:01")
    told = asked(story, status=BookingStatus.CONFIRMED)
    assert (told.confirm_by, told.later) == (None, ())
    moved = asked(story, status=BookingStatus.CONFIRMED, call=at("2026-01-20 18:00"))
    assert moved.confirm_by is not None  # the change is not made yet


def test_late_is_told_what_would_help(story: Story) -> None:
    told = asked(story, call=at("2026-01-20 09:00"))
    assert told.readiness is Readiness.LATE
    ways = {reason.code: reason for reason in told.surer}
    assert "surer_call" in ways
    if told.rung is Rung.OPTIMISED:  # the table knows no lower wish after a weekend
        assert ways["surer_lower"].values["target"] == 19.0
    call = at(f"2026-01-20 {ways['surer_call'].values['call']}") - timedelta(hours=1)  # told in Paris time
    assert asked(story, call=call).readiness is Readiness.READY
    for language in ("en", "fr", "nl"):
        assert all(reason.text(language) for reason in told.surer)


def test_an_hour_earlier_makes_a_lead_from_the_table_surer() -> None:
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.tick("2026-01-20 08:00")
    told = asked(story)
    assert told.rung is Rung.TABLE
    assert told.probability is not None
    assert 0.5 < told.probability < 0.95
    ways = {reason.code: reason for reason in told.surer}
    assert {"surer_earlier", "surer_lower", "surer_learned"} <= set(ways)
    assert float(ways["surer_earlier"].values["chance"]) > 100 * told.probability
    assert float(ways["surer_earlier"].values["more"]) > 0
    assert float(ways["surer_lower"].values["less"]) > 0


def test_a_sure_answer_needs_nothing_more(story: Story) -> None:
    story.measure(stage=20.2)
    told = asked(story, call=at("2026-01-20 08:15"))
    assert told.readiness is Readiness.READY
    assert told.probability is not None
    assert told.probability >= 0.95
    assert told.surer == ()


def test_a_blind_answer_asks_for_a_sensor() -> None:
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.live.lose("stage/air_temperature")
    story.tick("2026-01-20 08:00")
    told = asked(story)
    assert told.readiness is Readiness.UNKNOWN
    assert [reason.code for reason in told.surer] == ["surer_sensor"]
    assert (told.probability, told.confirm_by) == (None, None)


def test_saws_next_door_are_a_conflict_for_sound_and_sound_for_saws() -> None:
    walls = (Neighbour("make-up", 40.0),)
    story = Story(studio(stage(neighbours=walls), make_up(follows=())), "2026-01-20 08:00")
    story.book_in(booked("2026-01-20 14:00", "2026-01-20 22:00", "make-up", name="saws", kind=DayKind.BUILD))
    story.tick("2026-01-20 08:00")
    (told,) = story.runner.ready_by(OPTION)
    assert [reason.code for reason in told.conflicts] == ["conflict_noise_there"]
    assert (
        told.conflicts[0].text("en")
        == "Make-up next door is built in or struck from 20:00 to 23:00 by diary/saws: noise through the wall"
    )
    quiet = Story(studio(stage(neighbours=walls), make_up(follows=())), "2026-01-20 08:00")
    quiet.book_in(booked("2026-01-20 14:00", "2026-01-20 22:00", "make-up", name="take"))
    quiet.tick("2026-01-20 08:00")
    (told,) = quiet.runner.ready_by(replace(OPTION, day_kind=DayKind.BUILD))
    assert "conflict_noise_here" in [reason.code for reason in told.conflicts]


def test_a_stage_next_door_that_heats_up_at_the_same_time_is_named() -> None:
    second = stage(id="stage-2", name="Stage 2", emitter_power_w=50000)
    story = Story(studio(stage(), second), "2026-01-20 08:00")
    story.book_in(booked("2026-01-20 19:00", "2026-01-20 23:00", "stage-2", name="other"))
    story.tick("2026-01-20 08:00")
    story.runner.replan(at("2026-01-20 08:00"))
    (told,) = story.runner.ready_by(OPTION)
    assert [reason.code for reason in told.conflicts] == ["conflict_shared"]
    assert "Stage 2 heats up at the same time" in told.conflicts[0].text("en")


def test_chances() -> None:
    lead = LearnedLead(0.5, 0.0, 0.0, count=9, error_h=0.4, table_error_h=2.0)
    assert normal(0.0) == 0.5
    assert normal(1.645) == pytest.approx(0.95, abs=0.001)
    assert lead_chance(timedelta(0), timedelta(hours=3), lead) == 0.5
    assert lead_chance(timedelta(hours=1), timedelta(hours=3), lead) > 0.97
    assert lead_chance(timedelta(hours=-1), timedelta(hours=3), lead) < 0.03
    margin = replace(lead, margin_h=0.5)
    assert lead_chance(timedelta(0), timedelta(hours=3), margin) == lead_chance(timedelta(minutes=30), timedelta(hours=3), lead)
    trusted = replace(lead, warm=WarmTime(stage(), MODEL, 60000.0, 55.0))
    assert lead_chance(timedelta(0), timedelta(hours=3), trusted) == pytest.approx(0.95, abs=0.001)
    assert lead_chance(timedelta(hours=-1), timedelta(hours=3), trusted) < 0.5
    assert model_chance(0.0, MODEL) == pytest.approx(normal(1.0))
    assert weather_error_k(timedelta(hours=48), told=True) < weather_error_k(timedelta(hours=48), told=False)


def test_a_plan_that_is_warm_only_a_quarter_hour_after_the_call_is_late() -> None:
    """Temperatures of a plan are those of the ends of its slots."""
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.runner.engine.optimiser = LinearOptimiser()
    story.runner.engine.models["stage"] = MODEL
    story.tick("2026-01-20 08:00")
    for quarters in range(1, 40):
        call = at("2026-01-20 08:00") + quarters * timedelta(minutes=15)
        told = asked(story, call=call)
        assert told.probability is not None
        assert (told.readiness is Readiness.READY) == (told.probability >= 0.5)
        if told.readiness is Readiness.READY:
            assert told.ready_at is not None
            assert told.ready_at <= call
            return
    raise AssertionError("ten hours are enough")


def test_by_the_last_moment_to_confirm_it_is_still_likely(story: Story) -> None:
    told = asked(story)
    assert told.probability is not None
    assert told.later[0].probability is not None
    assert told.later[0].probability >= min(0.8, told.probability)


def test_a_late_answer_says_how_long_it_takes() -> None:
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.runner.engine.optimiser = LinearOptimiser()
    story.runner.engine.models["stage"] = MODEL
    story.tick("2026-01-20 08:00")
    told = asked(story, call=at("2026-01-20 08:10"))
    assert told.readiness is Readiness.LATE
    assert told.ready_at is not None
    assert told.heat_from is not None
    assert told.reasons[0].values["lead"] == length(told.ready_at - told.heat_from)
    assert told.reasons[0].values["left"] == "10 min"


def test_a_model_that_is_not_trusted_to_plan_by_tells_no_answer_either(story: Story) -> None:
    engine = story.runner.engine
    engine.distrusted.add("stage")
    assert asked(story).rung is Rung.TABLE


def test_who_is_not_confirmed_does_not_take_the_zone(story: Story) -> None:
    beside = booked("2026-01-20 15:00", "2026-01-20 22:00", name="beside")
    for status, code in ((BookingStatus.OPTION, "conflict_option"), (BookingStatus.CONFIRMED, "conflict_zone")):
        story.book_in(replace(beside, status=status))
        story.tick("2026-01-20 08:00")
        assert code in {reason.code for reason in asked(story).conflicts}
