"""A winter day of a stage: cold since the weekend, pre-heated for the evening's call, lit while people are in, set back after."""

from __future__ import annotations

from dataclasses import replace

import pytest

from premises.booking import BookingStatus, DayKind
from premises.command import Priority
from premises.plan import Rung
from tests.rules.studio import Story, at, booked, make_up, stage, studio


@pytest.fixture
def story() -> Story:
    """Tuesday, call at 20:00 in Paris (19:00 UTC), wrap at 02:00; the stage was last heated the day before."""
    story = Story(studio(stage(), make_up()), "2026-01-20 08:00")
    story.book_in(booked("2026-01-19 08:00", "2026-01-19 18:00", name="yesterday"), booked("2026-01-20 19:00", "2026-01-21 01:00"))
    story.zone("2026-01-19 17:59")
    return story


def test_from_set_back_through_pre_heat_to_wrap(story: Story) -> None:
    """Table lead at 3 °C outside, 21.5 h without heat: 11.5/26 of the way from 1.25 h x 18/21 to 6 h, and 15 min of margin."""
    story.run(
        "2026-01-20",
        [
            ("12:00", 14.2, "set_back", 12.0, 0.0),
            ("15:29", None, "set_back", 12.0, 0.0),
            ("15:31", None, "pre_heating", 20.0, 0.0),
            ("18:10", 17.0, "pre_heating", 20.0, 0.0),
            ("18:50", 19.8, "ready", 20.0, 0.0),
            ("19:00", None, "occupied", 20.0, 40.0),
            ("23:59", 20.1, "occupied", 20.0, 40.0),
        ],
    )
    story.run(
        "2026-01-21",
        [
            ("00:59", None, "occupied", 20.0, 40.0),
            ("01:00", None, "set_back", 12.0, 40.0),
            ("01:29", None, "set_back", 12.0, 40.0),
            ("01:30", None, "set_back", 12.0, 0.0),
        ],
    )


def test_the_commands_of_the_pre_heat_carry_reason_priority_and_expiry(story: Story) -> None:
    story.tick("2026-01-20 12:00")
    story.tick("2026-01-20 15:31")
    assert story.sent["stage/setpoint_temperature.valve-1"] == 20.0
    assert story.sent["stage/setpoint_temperature.valve-2"] == 20.0
    assert story.sent["heat-pump/heatpump_on"] is True
    assert story.sent["heat-pump/supply_setpoint"] == 50.0
    command = next(c for c in story.bus.sent if c.point.startswith("stage/setpoint"))
    assert command.priority is Priority.BOOKING
    assert command.expires_at > command.issued_at
    assert command.reason.text("en") == (
        "16:31 heating on: call 20:00, 14.2 °C, outside 3.0 °C, table lead 3 h 15 (22 h without heat), margin 15 min"
    )
    assert command.reason.text("fr").startswith("16:31 chauffage en marche : convocation 20:00, 14,2 °C, dehors 3,0 °C")


def test_what_the_devices_show_already_is_not_sent_again(story: Story) -> None:
    story.tick("2026-01-20 12:00")
    assert story.sent
    story.tick("2026-01-20 12:01")
    assert not story.sent


def test_a_valve_turned_by_hand_is_set_again(story: Story) -> None:
    story.tick("2026-01-20 12:00")
    story.live.show("stage/setpoint_temperature.valve-1", 24.0, at("2026-01-20 12:10"))
    story.tick("2026-01-20 12:11")
    assert story.sent == {"stage/setpoint_temperature.valve-1": 12.0}


def test_a_started_pre_heat_goes_on_although_the_need_shrinks(story: Story) -> None:
    """At 17:50 it is suddenly mild: the lead alone would not start for an hour, the latch goes on."""
    story.tick("2026-01-20 17:41")
    story.measure(outdoor=15.0)
    assert story.zone("2026-01-20 17:50").state.value == "pre_heating"


def test_a_cancelled_booking_ends_its_pre_heat(story: Story) -> None:
    story.tick("2026-01-20 17:41")
    story.book.cancel(booked("2026-01-20 19:00", "2026-01-21 01:00").key, at("2026-01-20 17:45"))
    assert story.zone("2026-01-20 17:46").state.value == "set_back"
    assert story.sent["stage/setpoint_temperature.valve-1"] == 12.0


def test_a_call_moved_away_ends_its_pre_heat(story: Story) -> None:
    story.tick("2026-01-20 17:41")
    story.book_in(booked("2026-01-20 23:00", "2026-01-21 01:00"))
    assert story.zone("2026-01-20 17:46").state.value == "set_back"


def test_a_call_moved_late_in_the_evening_for_the_early_morning_still_pre_heats(story: Story) -> None:
    """At 22:00 the call of the day after is moved from 09:00 to 06:00 Paris (05:00 UTC)."""
    story.book_in(booked("2026-01-22 08:00", "2026-01-22 17:00", name="morning"))
    story.zone("2026-01-21 00:59")
    story.tick("2026-01-21 20:59")
    story.book_in(booked("2026-01-22 05:00", "2026-01-22 17:00", name="morning"))
    story.tick("2026-01-21 21:00")
    story.measure(stage=13.0)
    assert story.zone("2026-01-22 00:45").state.value == "set_back"
    assert story.zone("2026-01-22 01:15").state.value == "pre_heating"


@pytest.mark.parametrize("status", [BookingStatus.OPTION, BookingStatus.HOLD, BookingStatus.CANCELLED])
def test_what_is_not_confirmed_moves_nothing(status: BookingStatus) -> None:
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.book_in(booked("2026-01-20 19:00", "2026-01-21 01:00", status=status))
    story.run("2026-01-20", [("18:55", None, "set_back", 12.0, 0.0), ("20:00", None, "set_back", 12.0, 0.0)])


def test_a_dark_day_is_held_and_cold() -> None:
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 19:00", kind=DayKind.DARK))
    story.run("2026-01-20", [("10:00", None, "set_back", 12.0, 0.0)])


def test_kinds_of_day_have_their_own_comfort_and_light() -> None:
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 12:00", kind=DayKind.BUILD))
    story.book_in(booked("2026-01-20 14:00", "2026-01-20 18:00", name="b2", kind=DayKind.REHEARSAL))
    story.run("2026-01-20", [("10:00", 17.0, "occupied", 17.0, 70.0), ("15:00", 19.0, "occupied", 19.0, 60.0)])


def test_children_raise_the_target_to_the_floor_and_a_miss_is_an_alarm() -> None:
    from premises.booking import Floor

    story = Story(studio(stage()), "2026-01-20 08:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 12:00", floor=Floor.CHILDREN))
    story.measure(stage=20.5)
    assert story.zone("2026-01-20 09:30").wanted_c == 21.0
    assert [alarm.cause for alarm in story.alarms.active("studio")] == ["floor_missed"]
    assert "21" in story.alarms.active("studio")[0].text["fr"]
    story.measure(stage=21.0)
    story.tick("2026-01-20 09:40")
    assert story.alarms.active("studio") == []


def test_make_up_follows_the_stage_two_hours_ahead(story: Story) -> None:
    story.measure(make_up=21.9)
    story.run(
        "2026-01-20",
        [("16:40", None, "set_back", 12.0, 0.0), ("16:46", None, "ready", 22.0, 0.0), ("17:00", None, "occupied", 22.0, 90.0)],
        zone="make-up",
    )


def test_a_restart_in_the_middle_of_a_pre_heat_goes_on_with_it(story: Story) -> None:
    story.tick("2026-01-20 17:41")
    story.measure(outdoor=15.0)
    story.runner = story.new_runner()
    decision = story.zone("2026-01-20 17:50")
    assert decision.state.value == "pre_heating"
    assert decision.rung is Rung.TABLE


def test_the_table_knows_a_long_weekend() -> None:
    """Nobody since Friday: more than 36 h without heat, six hours of lead."""
    story = Story(studio(stage()), "2026-01-16 17:00")
    story.book_in(booked("2026-01-16 08:00", "2026-01-16 17:00", name="friday"), booked("2026-01-19 09:00", "2026-01-19 17:00"))
    story.zone("2026-01-16 16:59")
    story.run("2026-01-19", [("02:44", None, "set_back", 12.0, 0.0), ("02:45", None, "pre_heating", 20.0, 0.0)])


def test_a_slow_slab_starts_a_day_ahead() -> None:
    from premises.site import Emitter

    story = Story(studio(stage(emitter=Emitter.SLAB)), "2026-01-16 17:00")
    story.book_in(booked("2026-01-19 09:00", "2026-01-19 17:00"))
    story.run("2026-01-18", [("08:44", None, "set_back", 12.0, 0.0), ("08:45", None, "pre_heating", 20.0, 0.0)])


def test_a_zone_not_yet_in_service_is_only_kept_from_frost() -> None:
    from datetime import date

    zone = replace(stage(), in_service=date(2026, 2, 1))
    story = Story(studio(zone), "2026-01-20 08:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 17:00"))
    story.run("2026-01-20", [("10:00", None, "frost_guard", 7.0, None)])


def test_a_room_that_sags_below_its_setpoint_is_brought_up_slowly() -> None:
    """A valve's band holds it at 19.7 °C: after an hour the valves are told half a degree more; what is wanted stays 20."""
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 18:00"))
    shown = []
    for minute in range(75):
        story.measure(stage=19.7)
        decision = story.zone(f"2026-01-20 {9 + minute // 60:02d}:{minute % 60:02d}")
        assert decision.wanted_c == 20.0
        shown.append(story.live.values["stage/setpoint_temperature.valve-1"].reading.value)
    assert shown[0] == shown[10] == 20.0
    assert shown[-1] == 20.5
    for minute in range(75, 400):
        story.measure(stage=19.0)
        story.tick(f"2026-01-20 {9 + minute // 60:02d}:{minute % 60:02d}")
    assert story.live.values["stage/setpoint_temperature.valve-1"].reading.value == 21.0  # bounded
    story.tick("2026-01-20 18:00")
    assert story.live.values["stage/setpoint_temperature.valve-1"].reading.value == 12.0
