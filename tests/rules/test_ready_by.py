"""The answer to a booking: ready or not, from when, at what energy and cost; asking changes nothing."""

from __future__ import annotations

import pytest

from premises.booking import BookingStatus, DayKind
from premises.errors import UnknownNameError
from premises.plan import Readiness
from tests.rules.studio import Story, at, booked, hall, in_service_from, make_up, stage, studio


@pytest.fixture
def story() -> Story:
    story = Story(studio(stage(), make_up()), "2026-01-20 08:00")
    story.book_in(booked("2026-01-19 08:00", "2026-01-19 18:00", name="yesterday"))
    story.zone("2026-01-19 17:59")
    story.tick("2026-01-20 12:00")
    return story


def test_in_time(story: Story) -> None:
    (answer,) = story.runner.ready_by(booked("2026-01-20 19:00", "2026-01-21 01:00"))
    assert answer.readiness is Readiness.READY
    assert answer.heat_from is not None
    assert at("2026-01-20 15:15") <= answer.heat_from <= at("2026-01-20 15:45")
    assert answer.ready_at is not None
    assert answer.ready_at <= answer.due_at == at("2026-01-20 19:00")
    assert 30 < answer.energy_kwh < 400
    assert 0.12 <= answer.cost / answer.energy_kwh <= 0.20
    assert answer.carbon_kg == pytest.approx(0.05 * answer.energy_kwh)
    assert answer.currency == "EUR"
    assert "convocation 20:00" in answer.reasons[0].text("fr")


def test_at_once_is_late(story: Story) -> None:
    (answer,) = story.runner.ready_by(booked("2026-01-20 12:15", "2026-01-20 18:00"))
    assert answer.readiness is Readiness.LATE
    assert answer.ready_at is not None
    assert at("2026-01-20 14:00") <= answer.ready_at <= at("2026-01-20 15:00")


def test_too_short_to_be_ready_at_all(story: Story) -> None:
    (answer,) = story.runner.ready_by(booked("2026-01-20 12:15", "2026-01-20 12:30"))
    assert answer.readiness is Readiness.NOT_READY


def test_warm_already(story: Story) -> None:
    story.measure(stage=20.4)
    (answer,) = story.runner.ready_by(booked("2026-01-20 12:15", "2026-01-20 18:00"))
    assert (answer.readiness, answer.ready_at) == (Readiness.READY, at("2026-01-20 12:00"))


def test_a_dead_sensor_is_said(story: Story) -> None:
    story.live.lose("stage/air_temperature")
    (answer,) = story.runner.ready_by(booked("2026-01-20 19:00", "2026-01-21 01:00"))
    assert answer.readiness is Readiness.UNKNOWN
    assert "no temperature known" in answer.reasons[-1].text("en")


def test_an_option_is_priced_and_said_not_to_act(story: Story) -> None:
    (answer,) = story.runner.ready_by(booked("2026-01-20 19:00", "2026-01-21 01:00", status=BookingStatus.OPTION))
    assert answer.readiness is Readiness.READY
    assert answer.energy_kwh > 0
    assert answer.reasons[-1].code == "answer_not_acted"


def test_a_zone_that_is_taken_and_a_plant_too_small_are_conflicts(story: Story) -> None:
    story.book_in(booked("2026-01-20 19:00", "2026-01-20 23:00", name="first"))
    story.tick("2026-01-20 12:01")
    (answer,) = story.runner.ready_by(booked("2026-01-20 19:00", "2026-01-21 01:00", name="second"))
    assert [reason.code for reason in answer.conflicts] == ["conflict_zone"]
    small = Story(studio(stage(), plant_power_w=20000), "2026-01-20 08:00")
    small.tick("2026-01-20 08:00")
    (answer,) = small.runner.ready_by(booked("2026-01-20 19:00", "2026-01-21 01:00"))
    assert [reason.code for reason in answer.conflicts] == ["conflict_plant"]


def test_a_zone_not_yet_in_service_is_a_conflict() -> None:
    story = Story(studio(in_service_from(stage(), "2026-02-01")), "2026-01-20 08:00")
    (answer,) = story.runner.ready_by(booked("2026-01-20 19:00", "2026-01-21 01:00"))
    assert "conflict_service" in [reason.code for reason in answer.conflicts]


def test_a_kind_of_day_without_heat_is_ready_at_no_cost() -> None:
    story = Story(studio(hall()), "2026-01-20 08:00")
    (answer,) = story.runner.ready_by(booked("2026-01-20 19:00", "2026-01-21 01:00", "hall", kind=DayKind.MAINTENANCE))
    assert (answer.readiness, answer.energy_kwh) == (Readiness.READY, 0.0)


def test_an_unknown_zone_is_named(story: Story) -> None:
    with pytest.raises(UnknownNameError, match="stage"):
        story.runner.ready_by(booked("2026-01-20 19:00", "2026-01-21 01:00", "stag"))


def test_over_is_over(story: Story) -> None:
    (answer,) = story.runner.ready_by(booked("2026-01-18 19:00", "2026-01-18 21:00"))
    assert answer.readiness is Readiness.UNKNOWN


def test_asking_changes_nothing(story: Story) -> None:
    before = (story.runner.memory, story.runner.plan, list(story.bus.sent), dict(story.book.kept), list(story.plans.kept))
    story.runner.ready_by(booked("2026-01-20 12:15", "2026-01-20 18:00"))
    assert before == (story.runner.memory, story.runner.plan, list(story.bus.sent), dict(story.book.kept), list(story.plans.kept))


def test_weeks_ahead_is_answered_from_set_back(story: Story) -> None:
    (answer,) = story.runner.ready_by(booked("2026-03-20 19:00", "2026-03-21 01:00"))
    assert answer.readiness is Readiness.READY
    assert answer.heat_from is not None
    assert answer.heat_from > at("2026-03-20 10:00")
