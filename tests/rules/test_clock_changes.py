"""The two days on which clocks change: opening hours follow the wall, bookings their instants, no hour is lost or doubled."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from premises.site import OpeningHours
from premises.time import Interval
from rules.claims import schedule
from tests.rules.studio import Story, at, booked, office, stage, studio

EVERY_DAY = frozenset(range(1, 8))


def open_daily(start: time, end: time) -> Story:
    zone = replace(office(), opening_hours=(OpeningHours(EVERY_DAY, start, end),))
    return Story(studio(zone), "2026-03-28 00:00")


def hours_of(story: Story, first: str, last: str) -> list[tuple[str, str]]:
    claims = schedule(story.site, (), Interval(at(first), at(last)))["office"]
    return [(f"{c.start:%d %H:%M}", f"{c.end:%d %H:%M}") for c in claims]


def test_spring_day_of_23_hours_opens_at_the_wall_time() -> None:
    story = open_daily(time(8, 30), time(19))
    assert hours_of(story, "2026-03-28 00:00", "2026-03-30 00:00") == [("28 07:30", "28 18:00"), ("29 06:30", "29 17:00")]


def test_autumn_day_of_25_hours_opens_at_the_wall_time() -> None:
    story = open_daily(time(8, 30), time(19))
    assert hours_of(story, "2026-10-24 00:00", "2026-10-26 00:00") == [("24 06:30", "24 17:00"), ("25 07:30", "25 18:00")]


def test_open_all_day_covers_the_short_and_the_long_day() -> None:
    story = open_daily(time(0), time(0))
    assert hours_of(story, "2026-03-28 23:30", "2026-03-29 12:00") == [("28 23:00", "29 22:00")]
    assert hours_of(story, "2026-10-25 00:00", "2026-10-25 12:00") == [("24 22:00", "25 23:00")]


def test_opening_in_the_hour_that_does_not_exist_is_an_hour_later_on_the_wall() -> None:
    story = open_daily(time(2, 30), time(5))
    assert hours_of(story, "2026-03-29 00:00", "2026-03-29 12:00") == [("29 01:30", "29 03:00")]


def test_over_midnight() -> None:
    story = open_daily(time(20), time(2))
    assert hours_of(story, "2026-01-20 12:00", "2026-01-21 12:00") == [("20 19:00", "21 01:00")]


def test_a_night_shoot_over_the_autumn_change_is_warm_and_lit_throughout() -> None:
    """Call 22:00, wrap 06:00 on the wall: nine hours. Every quarter hour of it is occupied."""
    story = Story(studio(stage()), "2026-10-24 12:00")
    story.book_in(booked("2026-10-24 20:00", "2026-10-25 05:00"))
    moment = at("2026-10-24 20:00")
    for _ in range(9 * 4):
        decision = story.zone(moment.strftime("%Y-%m-%d %H:%M"))
        assert (decision.state.value, decision.light_pct) == ("occupied", 40.0)
        moment += timedelta(minutes=15)
    assert story.zone("2026-10-25 05:00").state.value == "set_back"


def test_a_pre_heat_across_the_spring_change_takes_its_hours_not_the_walls() -> None:
    """Six hours of table lead and the margin before 06:00 UTC (08:00 on the wall), though the wall skips an hour."""
    story = Story(studio(stage()), "2026-03-28 12:00")
    story.book_in(booked("2026-03-29 06:00", "2026-03-29 12:00"))
    assert story.zone("2026-03-28 23:44").state.value == "set_back"
    assert story.zone("2026-03-28 23:45").state.value == "pre_heating"
