"""Who cannot be cold: the floor raises the target, and a miss is an alarm from the call on, cleared when it is warm."""

from __future__ import annotations

import pytest

from premises.booking import DayKind, Floor
from tests.rules.studio import Story, at, booked, stage, studio


def causes(story: Story) -> list[str]:
    return sorted(alarm.cause for alarm in story.alarms.active("studio"))


@pytest.mark.parametrize("floor", [Floor.CHILDREN, Floor.ANIMALS])
def test_a_morning_that_does_not_get_warm(floor: Floor) -> None:
    story = Story(studio(stage()), "2026-01-20 04:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 12:00", floor=floor))
    table = [
        # instant, air, wanted, alarms
        ("06:00", 16.0, 21.0, []),  # still heating up: nobody is in
        ("09:05", 20.6, 21.0, ["floor_missed"]),
        ("09:40", 20.65, 21.0, ["floor_missed"]),
        ("10:00", 21.0, 21.0, []),
        ("11:00", 20.4, 21.0, ["floor_missed"]),
        ("12:00", 20.4, 12.0, []),  # they have gone
    ]
    for clock, air, wanted, alarms in table:
        story.measure(stage=air)
        assert (clock, story.zone(f"2026-01-20 {clock}").wanted_c, causes(story)) == (clock, wanted, alarms)


def test_the_floor_holds_on_a_day_without_heat_and_against_a_lower_wish() -> None:
    story = Story(studio(stage()), "2026-01-20 04:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 12:00", kind=DayKind.MAINTENANCE, floor=Floor.ANIMALS))
    story.book_in(booked("2026-01-20 14:00", "2026-01-20 16:00", name="low", comfort_c=18.0, floor=Floor.CHILDREN))
    assert story.zone("2026-01-20 10:00").wanted_c == 21.0
    assert story.zone("2026-01-20 15:00").wanted_c == 21.0


def test_their_warmth_is_not_let_go_before_the_wrap() -> None:
    """Others may sit out the last hour on the warmth that is there; children may not."""
    story = Story(studio(stage()), "2026-01-20 04:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 12:00", floor=Floor.CHILDREN))
    story.measure(stage=21.3)
    assert story.zone("2026-01-20 11:50").wanted_c == 21.0
    assert story.alarms.log == []
    assert at("2026-01-20 11:50") == story.clock.now()
