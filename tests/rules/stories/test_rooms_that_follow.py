"""Nobody books make-up and wardrobe: they go with their stage, two hours ahead and through the night."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from premises.booking import BookingStatus, DayKind
from premises.site import Comfort, Follows, Zone, ZoneUse
from tests.rules.studio import Story, booked, make_up, stage, studio


def wardrobe() -> Zone:
    """Costumes dry for eight hours after the wrap."""
    follows = (Follows("stage", lead=timedelta(hours=2), lag=timedelta(hours=8)),)
    comfort = {DayKind.WORK: Comfort(20.0, light_pct=80)}
    return Zone("wardrobe", "Wardrobe", ZoneUse.WARDROBE, 60, 160, comfort, "heat-pump", emitter_power_w=6000, follows=follows)


@pytest.fixture
def story() -> Story:
    """Call at 09:00 UTC, wrap at 19:00; both rooms hold their warmth."""
    story = Story(studio(stage(), make_up(), wardrobe()), "2026-01-20 04:00")
    story.measure(make_up=21.9, wardrobe=19.9)
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 19:00"))
    return story


def test_make_up_is_in_use_two_hours_before_the_stage_and_ends_with_it(story: Story) -> None:
    story.run(
        "2026-01-20",
        [
            ("06:44", None, "set_back", 12.0, 0.0),
            ("06:59", None, "ready", 22.0, 0.0),
            ("07:00", None, "occupied", 22.0, 90.0),
            ("18:59", None, "occupied", 22.0, 90.0),
            ("19:00", None, "set_back", 12.0, 90.0),
            ("19:30", None, "set_back", 12.0, 0.0),
        ],
        zone="make-up",
    )


def test_wardrobe_dries_costumes_through_the_night(story: Story) -> None:
    rows = [
        ("07:00", None, "occupied", 20.0, 80.0),
        ("19:00", None, "occupied", 20.0, 80.0),
        ("23:59", None, "occupied", 20.0, 80.0),
    ]
    story.run("2026-01-20", rows, zone="wardrobe")
    story.run("2026-01-21", [("02:59", None, "occupied", 20.0, 80.0), ("03:00", None, "set_back", 12.0, 80.0)], zone="wardrobe")


def test_a_call_that_moves_takes_its_rooms_along(story: Story) -> None:
    story.book_in(booked("2026-01-20 12:00", "2026-01-20 19:00"))
    story.run("2026-01-20", [("07:30", None, "set_back", 12.0, 0.0), ("10:00", None, "occupied", 22.0, 90.0)], zone="make-up")


def test_an_option_moves_no_room(story: Story) -> None:
    story.book_in(replace(booked("2026-01-20 09:00", "2026-01-20 19:00"), status=BookingStatus.OPTION))
    story.run("2026-01-20", [("08:00", None, "set_back", 12.0, 0.0)], zone="make-up")


def test_make_up_booked_for_itself_does_not_follow_as_well(story: Story) -> None:
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 19:00", "stage", "make-up"))
    story.run("2026-01-20", [("07:30", None, "set_back", 12.0, 0.0), ("09:00", None, "occupied", 22.0, 90.0)], zone="make-up")
