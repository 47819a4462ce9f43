"""Three hundred people are eighteen radiators: the heat stops before they come, and cold is made for them where there is any."""

from __future__ import annotations

from premises.booking import DayKind
from tests.rules.stories.planning import planned
from tests.rules.studio import Story, at, booked, hall, studio


def test_people_are_heat_that_the_plan_counts_on() -> None:
    empty = planned(booked("2026-01-20 18:00", "2026-01-20 23:00", kind=DayKind.REHEARSAL))
    full = planned(booked("2026-01-20 18:00", "2026-01-20 23:00", kind=DayKind.REHEARSAL, people=300))
    evening = ("2026-01-20 18:00", "2026-01-20 23:00")
    assert full.kwh(*evening) < 0.5 * empty.kwh(*evening)
    assert full.air("2026-01-20 18:00") >= 18.95


def test_a_television_evening_from_work_light_to_the_last_guest() -> None:
    """Call at four, doors at half past seven, wrap at eleven, all in Paris; the hall is cooled above 25 °C."""
    story = Story(studio(hall()), "2026-01-20 12:00")
    evening = booked(
        "2026-01-20 15:00", "2026-01-20 22:00", "hall", kind=DayKind.AUDIENCE, people=300, doors=at("2026-01-20 18:30")
    )
    story.book_in(evening)
    story.run(
        "2026-01-20",
        [
            ("15:00", 19.8, "occupied", 20.0, 50.0),
            ("18:30", 20.5, "occupied", 20.0, 50.0),
            ("20:00", 25.8, "occupied", 20.0, 50.0),
            ("22:00", 24.0, "set_back", 12.0, 50.0),
            ("22:30", 23.0, "set_back", 12.0, 0.0),
        ],
        zone="hall",
    )
    hot = Story(studio(hall()), "2026-01-20 12:00")
    hot.book_in(evening)
    hot.measure(hall=25.8)
    assert hot.zone("2026-01-20 20:00", "hall").cool_c == 25.0
