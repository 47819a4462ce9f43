"""Cooling: the same work with the sign turned."""

from __future__ import annotations

from premises.booking import DayKind
from tests.rules.studio import Story, at, booked, hall, studio


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
    for minute, air in ((0, 25.2), (1, 25.6), (2, 24.9), (3, 24.7), (4, 25.2)):
        story.measure(outdoor=33.0, hall=air)
        codes.append(story.zone(f"2026-07-20 12:0{minute}", "hall").heat_reason.code)
    assert codes == ["occupied", "cooling", "cooling", "occupied", "occupied"]


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
    story.measure(hall=24.6)
    for minute in range(6, 40):
        story.tick(f"2026-07-20 12:{minute:02d}")
    assert story.live.values["heat-pump/heatpump_on"].reading.value is False
    assert float(story.live.values["heat-pump/supply_setpoint"].reading.value) < 20
