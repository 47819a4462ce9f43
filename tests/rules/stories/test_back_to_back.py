"""Two bookings on one day: a short gap is bridged because that is cheaper, a long one is not."""

from __future__ import annotations

import pytest

from tests.rules.stories.planning import planned
from tests.rules.studio import Story, booked, stage, studio


@pytest.mark.parametrize(
    ("second_call", "coldest", "why"),
    [
        ("11:00", 19.4, "an hour: held"),
        ("13:00", 17.5, "three hours: let down a little, never near set-back"),
        ("22:00", 12.0, "twelve hours: let go"),
    ],
)
def test_the_plan_bridges_what_is_cheaper_to_bridge(second_call: str, coldest: float, why: str) -> None:
    first = booked("2026-01-20 06:00", "2026-01-20 10:00", name="morning")
    second = booked(f"2026-01-20 {second_call}", "2026-01-20 23:30", name="afternoon")
    told = planned(first, second, outdoor_c=3.0)
    gap = [told.air(f"2026-01-20 {hour:02d}:{minute:02d}") for hour in range(10, int(second_call[:2])) for minute in (15, 45)]
    assert min(gap) > coldest, why
    assert told.air(f"2026-01-20 {second_call}") >= 19.95
    if second_call == "22:00":
        assert min(gap) < 16.0


def test_by_the_lead_alone_a_gap_shorter_than_the_lead_is_never_set_back() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 07:00", "2026-01-20 10:00", name="morning"))
    story.book_in(booked("2026-01-20 10:30", "2026-01-20 18:00", name="afternoon"))
    story.run(
        "2026-01-20",
        [
            ("08:00", 20.0, "occupied", 20.0, 40.0),
            ("09:59", 20.0, "occupied", 20.0, 40.0),
            ("10:00", 19.6, "pre_heating", 20.0, 40.0),
            ("10:15", 19.9, "ready", 20.0, 40.0),
            ("10:30", 20.0, "occupied", 20.0, 40.0),
            ("18:00", 20.0, "set_back", 12.0, 40.0),
        ],
    )


def test_a_gap_of_a_day_is_set_back_between() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 07:00", "2026-01-20 10:00", name="today"))
    story.book_in(booked("2026-01-21 10:00", "2026-01-21 18:00", name="tomorrow"))
    story.run("2026-01-20", [("09:59", 20.0, "occupied", 20.0, 40.0), ("11:00", 19.0, "set_back", 12.0, 0.0)])
