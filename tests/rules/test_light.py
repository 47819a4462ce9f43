"""Light: on with the first call, never dark on people, swept when they are gone."""

from __future__ import annotations

from premises.booking import DayKind, OverrideKind
from premises.site import Comfort
from tests.rules.studio import STAGE_COMFORT, Story, at, booked, office, override, stage, studio


def light(story: Story, when: str, zone: str = "stage") -> float | None:
    return story.zone(when, zone).light_pct


def test_work_light_from_the_first_call_to_wrap_and_margin() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 18:00"))
    shown = {when: light(story, f"2026-01-20 {when}") for when in ("08:59", "09:00", "17:59", "18:29", "18:30")}
    assert shown == {"08:59": 0.0, "09:00": 40.0, "17:59": 40.0, "18:29": 40.0, "18:30": 0.0}


def test_two_bookings_of_a_day_are_lit_each_with_its_margin_and_dark_between() -> None:
    """The first is a build, the second follows after two hours; a third a quarter after the second leaves no gap."""
    story = Story(studio(stage()), "2026-01-20 04:00")
    story.book_in(
        booked("2026-01-20 06:00", "2026-01-20 10:00", name="build", kind=DayKind.BUILD),
        booked("2026-01-20 12:00", "2026-01-20 15:00", name="shoot"),
        booked("2026-01-20 15:15", "2026-01-20 18:00", name="rehearsal", kind=DayKind.REHEARSAL),
    )
    whens = ("05:59", "06:00", "10:29", "10:30", "11:59", "12:00", "15:10", "15:15", "18:29", "18:30")
    shown = [light(story, f"2026-01-20 {when}") for when in whens]
    assert shown == [0.0, 70.0, 70.0, 0.0, 0.0, 40.0, 40.0, 60.0, 60.0, 0.0]


def test_the_last_to_leave_takes_the_light_along_also_in_the_hour_that_comes_twice() -> None:
    """Wrap at 02:30 summer time on the night of 25 hours (00:30 UTC); somebody stays until 01:40 UTC, 02:40 on the wall again."""
    story = Story(studio(stage()), "2026-10-24 12:00")
    story.book_in(booked("2026-10-24 18:00", "2026-10-25 00:30"))
    story.live.show("stage/occupancy", True, at("2026-10-25 00:50"))
    assert [light(story, f"2026-10-25 {when}") for when in ("00:29", "00:59", "01:00", "01:39")] == [40.0, 40.0, 10.0, 10.0]
    story.live.show("stage/occupancy", False, at("2026-10-25 01:40"))
    assert light(story, "2026-10-25 01:41") == 0.0


def test_somebody_seen_keeps_a_way_light_after_the_margin() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 18:00"))
    story.live.show("stage/occupancy", True, at("2026-01-20 18:25"))
    assert light(story, "2026-01-20 19:00") == 10.0
    story.live.show("stage/occupancy", False, at("2026-01-20 19:05"))
    assert light(story, "2026-01-20 19:06") == 0.0


def test_a_presence_sensor_that_goes_quiet_keeps_the_light_for_the_margin_only() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.live.show("stage/occupancy", True, at("2026-01-20 18:00"), known=False)
    assert light(story, "2026-01-20 18:20") == 10.0
    assert light(story, "2026-01-20 18:31") == 0.0


def test_no_override_makes_it_dark_on_people() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 18:00"))
    story.overrides.put(override("stage", OverrideKind.LIGHT, 0.0, "2026-01-20 10:00", "2026-01-20 20:00"))
    assert light(story, "2026-01-20 10:00") == 10.0
    assert light(story, "2026-01-20 19:00") == 0.0


def test_a_day_without_a_light_level_still_has_way_light() -> None:
    dim = stage(comfort={kind: Comfort(20.0) for kind in STAGE_COMFORT})
    story = Story(studio(dim), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 18:00"))
    assert light(story, "2026-01-20 10:00") == 10.0


def test_a_light_switched_on_by_hand_stays_for_an_hour_and_is_then_swept() -> None:
    story = Story(studio(stage()), "2026-01-20 20:00")
    story.tick("2026-01-20 20:00")
    story.tick("2026-01-20 20:01")
    story.live.show("stage/switch_state", True, at("2026-01-20 21:00"))
    assert light(story, "2026-01-20 21:00") is None
    assert not story.sent
    assert light(story, "2026-01-20 21:59") is None
    assert light(story, "2026-01-20 22:00") == 0.0
    assert story.sent == {"stage/switch_state": False}


def test_a_lamp_switched_off_is_not_asked_for_its_brightness() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.tick("2026-01-20 06:00")
    assert story.sent["stage/switch_state"] is False
    assert "stage/brightness" not in story.sent


def test_an_office_is_lit_in_its_opening_hours() -> None:
    story = Story(studio(office()), "2026-01-20 06:00")
    assert light(story, "2026-01-20 07:29", "office") == 0.0
    assert light(story, "2026-01-20 07:30", "office") == 80.0
    assert light(story, "2026-01-24 10:00", "office") == 0.0  # Saturday
