"""Light by the hour and by the day outside, and what runs on at night."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from premises.booking import DayKind
from premises.quantities import QUANTITIES
from premises.reading import Reading
from premises.site import Comfort, Point, Site
from premises.time import SLOT, Interval
from rules.daylight import sun_height
from rules.layout import layout_of
from rules.standby import standby_loads
from tests.rules.books import MemoryStore
from tests.rules.studio import STAGE_COMFORT, Story, at, booked, hall, office, stage, studio


def of_office(*extra: str) -> Site:
    """An office by the window; extra: quantities that are measured in it."""
    site = studio(office(daylight=0.5))
    points = tuple(Point(f"office/{name}", "studio", "office", QUANTITIES[name], "sensor", zone="office") for name in extra)
    weather = tuple(Point(f"weather/{n}", "studio", "weather", QUANTITIES[n], "weather") for n in extra if n == "irradiance")
    return replace(site, points=site.points + (weather or points))


@pytest.mark.parametrize(
    ("when", "level", "why"),
    [
        ("2026-06-22 07:30", 40.0, "light_daylight"),  # 9:30 summer time, the sun is high
        ("2026-06-22 11:00", 40.0, "light_daylight"),
        ("2026-12-21 08:00", 80.0, "light_booked"),  # nine o'clock in December: the sun is hardly up
        ("2026-12-21 11:30", 50.0, "light_daylight"),
        ("2026-12-21 16:30", 80.0, "light_booked"),  # dark again
    ],
)
def test_an_office_without_a_light_sensor_is_dimmed_by_the_height_of_the_sun(when: str, level: float, why: str) -> None:
    told = Story(of_office(), when).zone(when, "office")
    assert (told.light_pct, told.light_reason.code) == (level, why)
    for language in ("en", "fr", "nl"):
        assert told.light_reason.text(language)


def test_a_dull_day_is_not_taken_for_a_bright_one() -> None:
    story = Story(of_office("irradiance"), "2026-06-22 11:00")
    story.live.show("weather/irradiance", 40.0, at("2026-06-22 11:00"))
    assert story.zone("2026-06-22 11:00", "office").light_pct == 70.0
    story.live.show("weather/irradiance", 700.0, at("2026-06-22 11:30"))
    assert story.zone("2026-06-22 11:30", "office").light_pct == 40.0


def test_a_light_sensor_dims_by_what_the_day_alone_gives_and_lamps_do_not_hunt() -> None:
    """At 80 % the lamps give 500 lx; the sensor sees lamps and day together."""
    story = Story(of_office("illuminance"), "2026-06-22 06:30")
    levels = []
    for minute, lux in enumerate((0, 500, 620, 520, 490, 1100, 1500, 900, 400)):
        when = f"2026-06-22 06:{30 + minute}"
        story.live.show("office/illuminance", float(lux), at(when))
        levels.append(story.zone(when, "office").light_pct)
    assert levels[:2] == [80.0, 80.0]
    assert levels[2:5] == [60.0, 60.0, 60.0]  # 120 lx of the day replace a quarter, and small changes are left alone
    assert levels[6] == 10.0  # way-light at least
    assert all(10.0 <= level <= 80.0 for level in levels if level is not None)
    assert story.zone("2026-06-22 06:39", "office").light_pct == levels[-1]  # nothing new was seen: nothing moves
    story.live.lose("office/illuminance")
    assert story.zone("2026-06-22 06:40", "office").light_pct == 40.0  # by the sun again


def test_a_stage_is_never_dimmed_by_the_day() -> None:
    story = Story(studio(stage(daylight=1.0)), "2026-06-22 06:00")
    story.book_in(booked("2026-06-22 08:00", "2026-06-22 18:00"))
    assert story.zone("2026-06-22 11:00").light_pct == 40.0


def test_work_light_until_the_cameras_turn_then_the_scene_of_the_shoot() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 08:00", "2026-01-20 18:00", turn_over=at("2026-01-20 09:30")))
    shown = {when: story.zone(f"2026-01-20 {when}").light_pct for when in ("07:59", "08:00", "09:29", "09:30", "17:59")}
    assert shown == {"07:59": 0.0, "08:00": 70.0, "09:29": 70.0, "09:30": 40.0, "17:59": 40.0}
    assert story.zone("2026-01-20 09:00").light_reason.text("fr") == "lumière 70 % : lumière de travail jusqu’à 10:30"


def test_house_light_from_doors_on() -> None:
    comfort = {DayKind.AUDIENCE: Comfort(20.0, light_pct=50), DayKind.BUILD: Comfort(17.0, light_pct=90)}
    story = Story(studio(hall(comfort=comfort)), "2026-01-20 12:00")
    story.book_in(booked("2026-01-20 15:00", "2026-01-20 22:00", "hall", kind=DayKind.AUDIENCE, doors=at("2026-01-20 18:30")))
    shown = [story.zone(f"2026-01-20 {when}", "hall").light_pct for when in ("15:00", "18:29", "18:30", "21:00")]
    assert shown == [90.0, 90.0, 50.0, 50.0]
    assert STAGE_COMFORT[DayKind.BUILD].light_pct == 70


def test_sun_height() -> None:
    site = studio(stage())
    assert sun_height(site, at("2026-06-21 11:50")) == pytest.approx(64.6, abs=0.7)
    assert sun_height(site, at("2026-12-21 11:48")) == pytest.approx(17.8, abs=0.7)
    assert sun_height(site, at("2026-03-20 00:00")) < -30


def test_what_runs_on_at_night_is_found_and_told() -> None:
    site = studio(stage(), office())
    site = replace(site, points=(*site.points, Point("stage/power", "studio", "stage", QUANTITIES["power"], "meter", zone="stage")))
    store, now = MemoryStore(), at("2026-01-20 04:00")
    for slot in range(10 * 96):
        moment = now - (slot + 1) * SLOT
        busy = moment.hour >= 8 or moment.day == 15  # one night somebody shot through
        store.write(site.id, [Reading("stage/power", moment, 30000.0 if busy else 420.0 + slot % 7, moment)])
    found = standby_loads(store, site, layout_of(site), now)
    assert set(found) == {"stage"}  # the office has no meter of its own
    assert found["stage"] == pytest.approx(422.0, abs=3)
    story = Story(site, "2026-01-20 04:00")
    story.store.write(site.id, store.readings(site.id, "stage/power", Interval(now - timedelta(days=14), now)))
    story.tick("2026-01-20 04:00")
    story.runner.learn(now)
    told = [r for r in story.runner.own_readings(now) if r.point.endswith("standby_power")]
    assert [(r.point, round(float(r.value))) for r in told] == [("stage/standby_power", round(found["stage"]))]
    assert not [r for r in story.runner.own_readings(now + timedelta(minutes=1)) if r.point.endswith("standby_power")]


def test_too_few_nights_tell_nothing() -> None:
    site = studio(stage())
    assert standby_loads(MemoryStore(), site, layout_of(site), at("2026-01-20 04:00")) == {}
