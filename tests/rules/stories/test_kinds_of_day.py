"""A stage through eight kinds of day: each has its own warmth and light, from the call to the wrap and not over the whole hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from premises.booking import BookingStatus, DayKind
from premises.site import Comfort
from tests.rules.studio import Story, at, booked, stage, studio

COMFORT = {
    DayKind.BUILD: Comfort(16.0, light_pct=70),
    DayKind.PRE_LIGHT: Comfort(18.0, light_pct=30),
    DayKind.SHOOT: Comfort(20.0, light_pct=40),
    DayKind.REHEARSAL: Comfort(19.0, light_pct=60),
    DayKind.AUDIENCE: Comfort(20.5, light_pct=50),
    DayKind.STRIKE: Comfort(15.0, light_pct=75),
    DayKind.MAINTENANCE: Comfort(None, light_pct=100),
    DayKind.WORK: Comfort(19.5, light_pct=65),
}


def day(kind: DayKind) -> Story:
    """Called for ten, wrapped at six in the evening (UTC), held from midnight to midnight."""
    story = Story(studio(stage(comfort=COMFORT)), "2026-01-20 00:00")
    story.book_in(booked("2026-01-20 10:00", "2026-01-20 18:00", kind=kind))
    story.measure(stage=COMFORT.get(kind, Comfort(None)).heat_c or 14.0)
    return story


@pytest.mark.parametrize("kind", [kind for kind in COMFORT if kind is not DayKind.MAINTENANCE])
def test_each_kind_of_day_has_its_own_warmth_and_light_from_the_call_to_the_wrap(kind: DayKind) -> None:
    heat, light = COMFORT[kind].heat_c, COMFORT[kind].light_pct
    day(kind).run(
        "2026-01-20",
        [
            ("05:00", None, "set_back", 12.0, 0.0),  # held since midnight, and nobody there
            ("10:00", None, "occupied", heat, light),
            ("17:59", None, "occupied", heat, light),
            ("18:00", None, "set_back", 12.0, light),
            ("18:30", None, "set_back", 12.0, 0.0),
            ("23:00", None, "set_back", 12.0, 0.0),  # still held
        ],
    )


def test_maintenance_has_light_and_no_heat() -> None:
    rows = [
        ("05:00", None, "set_back", 12.0, 0.0),
        ("10:00", None, "set_back", 12.0, 100.0),
        ("18:30", None, "set_back", 12.0, 0.0),
    ]
    day(DayKind.MAINTENANCE).run("2026-01-20", rows)


def test_a_dark_day_is_held_and_nothing_else() -> None:
    day(DayKind.DARK).run("2026-01-20", [("10:00", None, "set_back", 12.0, 0.0), ("14:00", None, "set_back", 12.0, 0.0)])


def test_a_build_day_of_sixteen_degrees_is_begun_later_than_a_shoot() -> None:
    begins = {}
    for kind in (DayKind.BUILD, DayKind.SHOOT):
        story = day(kind)
        story.book_in(booked("2026-01-19 08:00", "2026-01-19 18:00", name="yesterday", kind=kind))
        story.measure(stage=13.0, outdoor=-5.0)
        story.tick("2026-01-19 17:59")
        begins[kind] = next(
            hour
            for hour in range(40)
            if story.zone(f"2026-01-20 {hour // 4:02d}:{15 * (hour % 4):02d}").state.value == "pre_heating"
        )
    assert begins[DayKind.BUILD] >= begins[DayKind.SHOOT]


def test_without_call_and_wrap_the_hold_is_what_is_known() -> None:
    story = Story(studio(stage(comfort=COMFORT)), "2026-01-20 00:00")
    whole = booked("2026-01-20 00:00", "2026-01-21 00:00", kind=DayKind.SHOOT)
    story.book_in(replace(whole, call=None, wrap=None))
    story.measure(stage=19.9)
    story.run("2026-01-20", [("00:00", None, "occupied", 20.0, 40.0), ("23:59", None, "occupied", 20.0, 40.0)])


def test_a_week_on_one_stage_from_build_to_strike() -> None:
    """Build, pre-light, two days of shooting, strike, and a dark day between, as a diary has them; an option beside them all."""
    story = Story(studio(stage(comfort=COMFORT)), "2026-01-19 00:00")
    kinds = (DayKind.BUILD, DayKind.PRE_LIGHT, DayKind.SHOOT, DayKind.SHOOT, DayKind.DARK, DayKind.STRIKE)
    for number, kind in enumerate(kinds):
        date = f"2026-01-{19 + number}"
        story.book_in(booked(f"{date} 08:00", f"{date} 18:00", name=f"day {number}", kind=kind))
        story.book_in(booked(f"{date} 06:00", f"{date} 22:00", name=f"other {number}", status=BookingStatus.OPTION))
    seen = []
    for number in range(len(kinds)):
        story.measure(stage=19.0)
        decision = story.zone(f"2026-01-{19 + number} 12:00")
        seen.append((decision.wanted_c, decision.light_pct))
        assert story.zone(f"2026-01-{19 + number} 20:00").light_pct == 0.0
    assert seen == [(16.0, 70.0), (18.0, 30.0), (20.0, 40.0), (20.0, 40.0), (12.0, 0.0), (15.0, 75.0)]
    assert at("2026-01-24 20:00") == story.clock.now()
