"""Cooling: the same work with the sign turned."""

from __future__ import annotations

from datetime import timedelta

import pytest

from premises.booking import BookingStatus, DayKind, OverrideKind
from tests.rules.studio import Story, at, booked, hall, override, studio


def test_a_hall_is_cooled_ahead_of_its_audience_and_through_it() -> None:
    """28.5 °C inside: 3.5 K too warm, 1 h 24 of lead and a quarter hour of margin before 18:00."""
    story = Story(studio(hall()), "2026-07-20 08:00")
    story.book_in(booked("2026-07-20 18:00", "2026-07-20 21:00", "hall", kind=DayKind.AUDIENCE))
    story.measure(outdoor=33.0, hall=28.5)
    story.run(
        "2026-07-20",
        [
            ("16:20", None, "set_back", 12.0, 0.0),
            ("16:21", None, "pre_cooling", 12.0, 0.0),
            ("18:00", 25.2, "occupied", 20.0, 50.0),
        ],
        zone="hall",
    )
    assert story.live.values["hall/setpoint_temperature.valve-1"].reading.value == 25.0
    assert story.live.values["heat-pump/supply_setpoint"].reading.value == 9.0
    assert story.live.values["heat-pump/heatpump_on"].reading.value is True
    assert story.decisions.now["hall"].heat_reason.code == "cooling"


def test_cooling_stops_with_hysteresis() -> None:
    story = Story(studio(hall()), "2026-07-20 08:00")
    story.book_in(booked("2026-07-20 12:00", "2026-07-20 21:00", "hall", kind=DayKind.AUDIENCE))
    codes = []
    for minute, air in ((0, 24.9), (1, 25.1), (2, 24.6), (3, 24.4), (4, 24.9), (5, 25.1)):
        story.measure(outdoor=33.0, hall=air)
        codes.append(story.zone(f"2026-07-20 12:0{minute}", "hall").heat_reason.code)
    assert codes == ["occupied", "cooling", "cooling", "occupied", "occupied", "cooling"]


def test_a_reversible_plant_heats_one_zone_before_it_cools_another() -> None:
    from tests.rules.studio import stage

    story = Story(studio(hall(), stage()), "2026-04-20 08:00")
    story.book_in(
        booked("2026-04-20 12:00", "2026-04-20 21:00", "hall", kind=DayKind.AUDIENCE),
        booked("2026-04-20 12:00", "2026-04-20 21:00", "stage", name="b2"),
    )
    story.measure(hall=27.0, stage=17.0)
    story.tick("2026-04-20 13:00")
    assert float(story.live.values["heat-pump/supply_setpoint"].reading.value) > 25


def test_without_people_the_hall_may_be_warm() -> None:
    story = Story(studio(hall()), "2026-07-20 08:00")
    story.measure(outdoor=33.0, hall=29.0)
    story.run("2026-07-20", [("12:00", None, "set_back", 12.0, 0.0)], zone="hall")


def test_a_valve_that_lets_cold_in_is_not_taken_for_one_that_asks_for_heat() -> None:
    story = Story(studio(hall()), "2026-07-20 08:00")
    story.book_in(booked("2026-07-20 12:00", "2026-07-20 21:00", "hall", kind=DayKind.AUDIENCE))
    story.measure(outdoor=33.0, hall=27.0)
    story.tick("2026-07-20 12:00")
    story.live.show("hall/heating_demand.valve-1", 100.0, at("2026-07-20 12:05"))
    story.measure(hall=24.4)
    for minute in range(6, 40):
        story.tick(f"2026-07-20 12:{minute:02d}")
    assert story.live.values["heat-pump/heatpump_on"].reading.value is False
    assert float(story.live.values["heat-pump/supply_setpoint"].reading.value) < 20


def cooled_hall(air: float, start: str = "2026-07-20 12:00", **changes: object) -> Story:
    story = Story(studio(hall(**changes)), start)
    story.book_in(booked("2026-07-20 12:00", "2026-07-20 21:00", "hall", kind=DayKind.AUDIENCE))
    story.measure(outdoor=33.0, hall=air)
    return story


def setpoint(story: Story) -> float:
    return float(story.live.values["hall/setpoint_temperature.valve-1"].reading.value)


def test_a_valve_that_leaves_people_too_warm_is_set_lower_and_comes_back_slowly() -> None:
    """A sag of 0.4 K for half an hour brings half a degree; valves take half degrees."""
    story, shown, trims = cooled_hall(25.4), {}, {}
    for minute in range(240):
        if minute == 60:
            story.measure(hall=24.8)
        story.tick(f"2026-07-20 {12 + minute // 60}:{minute % 60:02d}")
        shown[minute] = setpoint(story)
        trims[minute] = story.runner.engine.memory.zones["hall"].cool_trim_k or 0.0
    assert [shown[minute] for minute in (0, 30, 59)] == [25.0, 24.5, 24.5]
    assert trims[59] < trims[239] - 0.2
    assert trims[239] - trims[60] < trims[0] - trims[59]


def test_a_valve_that_is_wide_open_is_set_no_lower() -> None:
    story = cooled_hall(25.6)
    story.live.show("hall/heating_demand.valve-1", 100.0, at("2026-07-20 12:00"))
    for minute in range(59):
        story.tick(f"2026-07-20 12:{minute:02d}")
    assert story.runner.engine.memory.zones["hall"].cool_trim_k == pytest.approx(-0.1)


def test_a_room_that_stays_hot_is_cooled_earlier_the_next_day_and_forgets_it_slowly() -> None:
    story = cooled_hall(26.5)
    for minute in range(59):
        story.tick(f"2026-07-20 12:{minute:02d}")
    slower = story.runner.engine.memory.zones["hall"].cool_pace
    assert slower == pytest.approx(1.0 + 0.4 * 1.5 * 58 / 60, abs=0.02)
    story.measure(hall=24.9)
    for minute in range(59):
        story.tick(f"2026-07-20 13:{minute:02d}")
    assert 1.0 < story.runner.engine.memory.zones["hall"].cool_pace < slower


def test_a_pre_cool_that_has_begun_goes_on_until_the_call_although_it_is_cool_already() -> None:
    story = cooled_hall(28.5, "2026-07-20 09:00")
    course = {}
    for clock, air in (("10:00", 28.5), ("10:25", 28.5), ("10:45", 26.0), ("11:00", 24.9), ("11:30", 25.2), ("12:00", 25.1)):
        story.measure(hall=air)
        course[clock] = story.zone(f"2026-07-20 {clock}", "hall").state.value
    assert course["10:00"] == "set_back"
    assert [course[clock] for clock in ("10:25", "10:45", "11:00", "11:30")] == ["pre_cooling"] * 4
    assert course["12:00"] == "occupied"


def test_a_booking_that_is_cancelled_lets_go_of_its_pre_cool() -> None:
    story = cooled_hall(28.5, "2026-07-20 09:00")
    assert story.zone("2026-07-20 10:30", "hall").state.value == "pre_cooling"
    story.book_in(booked("2026-07-20 12:00", "2026-07-20 21:00", "hall", kind=DayKind.AUDIENCE, status=BookingStatus.CANCELLED))
    assert story.zone("2026-07-20 10:31", "hall").state.value == "set_back"


def test_a_hall_that_nothing_heats_is_cooled_all_the_same() -> None:
    story = cooled_hall(27.0, heating_plant=None)
    found = story.zone("2026-07-20 12:00", "hall")
    assert (found.state.value, found.cool_c) == ("occupied", 25.0)
    assert setpoint(story) == 25.0
    assert story.live.values["heat-pump/heatpump_on"].reading.value is True


@pytest.mark.parametrize(("air", "cooled"), [(25.8, False), (26.3, True)])
def test_fans_are_quiet_while_it_is_recorded_until_it_is_a_degree_too_warm(air: float, cooled: bool) -> None:
    story = cooled_hall(air)
    story.overrides.put(override("hall", OverrideKind.HUSH, None, "2026-07-20 11:00", "2026-07-20 20:00"))
    assert (story.zone("2026-07-20 12:00", "hall").cool_c is not None) is cooled


def test_a_person_may_have_it_cooler_or_warmer_than_the_booking() -> None:
    for value, cool_c in ((22.0, 22.5), (27.0, None)):
        story = cooled_hall(26.0)
        story.overrides.put(override("hall", OverrideKind.TEMPERATURE, value, "2026-07-20 11:00", "2026-07-20 20:00"))
        found = story.zone("2026-07-20 12:00", "hall")
        assert found.cool_c == cool_c
        assert cool_c is None or "22,0 °C gevraagd" in found.heat_reason.text("nl")


def test_cold_is_not_poured_out_of_an_open_door_for_its_first_twenty_minutes() -> None:
    story = cooled_hall(26.0)
    story.live.show("hall/contact", False, at("2026-07-20 12:00"))
    course = [story.zone(f"2026-07-20 12:{minute:02d}", "hall").cool_c is not None for minute in (0, 10, 19, 20, 30)]
    assert course == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("day", "call_utc"),
    [("2026-03-28", "13:00"), ("2026-03-29", "12:00"), ("2026-10-24", "12:00"), ("2026-10-25", "13:00")],
)
def test_on_both_clock_change_days_the_hall_is_cooled_before_its_call_on_the_wall(day: str, call_utc: str) -> None:
    """A call at 14:00 in Paris, 4 K too warm: 1 h 36 and a quarter hour before it, on days of 23 and 25 hours as on others."""
    story = Story(studio(hall()), f"{day} 06:00")
    story.book_in(booked(f"{day} {call_utc}", f"{day} 20:00", "hall", kind=DayKind.AUDIENCE))
    story.measure(outdoor=29.0, hall=29.0)
    call = at(f"{day} {call_utc}")
    assert f"{call.astimezone(story.site.zoneinfo):%H:%M}" == "14:00"
    begun = None
    for minute in range(240, 0, -1):
        now = call - timedelta(minutes=minute)
        if begun is None and story.zone(f"{now:%Y-%m-%d %H:%M}", "hall").cool_c is not None:
            begun = now
    assert begun == call - timedelta(minutes=111)
