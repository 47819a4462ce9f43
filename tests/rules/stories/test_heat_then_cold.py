"""An April day: heated for the morning's rehearsal, cooled for the evening's audience, on one plant, with a rest between."""

from __future__ import annotations

from datetime import timedelta

from premises.booking import DayKind
from premises.site import Comfort
from rules.cooling import TURN_REST
from tests.rules.studio import Story, at, booked, hall, studio

COMFORT = {DayKind.REHEARSAL: Comfort(20.0, cool_c=25.0), DayKind.AUDIENCE: Comfort(20.0, cool_c=24.5)}


def april() -> Story:
    story = Story(studio(hall(comfort=COMFORT)), "2026-04-15 04:00")
    story.book_in(
        booked("2026-04-15 07:00", "2026-04-15 11:00", "hall", kind=DayKind.REHEARSAL),
        booked("2026-04-15 15:00", "2026-04-15 19:00", "hall", name="b2", kind=DayKind.AUDIENCE, people=150),
    )
    story.measure(outdoor=6.0, hall=16.0)
    return story


def test_heat_in_the_morning_and_cold_in_the_afternoon() -> None:
    story = april()
    table = [
        # UTC, air, state, what the plant's water is, whether it runs
        ("06:30", 18.0, "pre_heating", "hot", True),
        ("07:30", 19.6, "occupied", "hot", True),
        ("10:00", 22.0, "occupied", None, False),
        ("12:00", 24.0, "set_back", None, False),
        ("14:30", 25.4, "pre_cooling", "cold", True),
        ("15:30", 24.9, "occupied", "cold", True),
        ("18:30", 22.9, "occupied", None, False),
    ]
    for clock, air, state, water, runs in table:
        story.measure(hall=air)
        found = story.zone(f"2026-04-15 {clock}", "hall")
        on = story.live.values["heat-pump/heatpump_on"].reading.value
        assert (clock, found.state.value, on) == (clock, state, runs), found.heat_reason.text("en")
        supply = float(story.live.values["heat-pump/supply_setpoint"].reading.value)
        assert water is None or (supply > 25.0) is (water == "hot"), clock


def test_a_hall_that_jumps_from_cold_to_hot_is_left_alone_for_half_an_hour_between() -> None:
    """A rig warms it from 19 to 26 °C at once: first neither, then cold; and back again the same way."""
    story = april()
    given: list[tuple[str, str]] = []
    for minute in range(0, 150, 5):
        now = at("2026-04-15 07:00") + timedelta(minutes=minute)
        story.measure(hall=19.0 if minute < 30 or minute >= 100 else 26.0)
        found = story.tick(f"{now:%Y-%m-%d %H:%M}")
        plant = found.memory.plants["heat-pump"]
        cooled = found.zones[0].cool_c is not None
        given.append((f"{now:%H:%M}", "cold" if cooled and plant.on else "heat" if plant.on and plant.way == "heat" else "rest"))
    course = [kind for place, (_, kind) in enumerate(given) if place == 0 or given[place - 1][1] != kind]
    assert course == ["heat", "rest", "cold", "rest", "heat"]
    rests = [clock for clock, kind in given if kind == "rest"]
    assert len(rests) * timedelta(minutes=5) >= 2 * TURN_REST - timedelta(minutes=10)
