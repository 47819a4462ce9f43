"""What is taken for weather, sun and load where no forecast tells: yesterday's course."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from premises.quantities import QUANTITIES
from premises.reading import Reading
from premises.site import Meter, Point
from premises.tariff import Carrier
from premises.time import SLOT
from rules.heat_estimate import electricity, gains
from rules.layout import layout_of
from rules.recall import recalled
from rules.snapshot import Forecast, Snapshot
from rules.weather import Course, Foretold, Persistence
from tests.rules.books import MemoryStore
from tests.rules.studio import Story, at, booked, stage, studio

NOON = at("2026-06-20 12:00")


def a_day() -> Persistence:
    """From yesterday's noon to today's: warm afternoons, PV by day, a load that does not change."""
    seen = Persistence()
    for index in range(97):
        moment = NOON + (index - 96) * SLOT
        hour = moment.hour + moment.minute / 60
        pv = max(0.0, 50000 * math.sin((hour - 6) / 12 * math.pi)) if 6 < hour < 18 else 0.0
        seen.note(moment, 20 + 5 * math.sin((hour - 9) / 24 * math.tau), 600.0 if pv else 0.0, pv, 8000.0)
    return seen


def test_tomorrow_is_as_today_with_a_difference_that_fades() -> None:
    told = a_day().forecast(NOON, 27.0, 192)
    yesterday = 20 + 5 * math.sin(3 / 24 * math.tau)
    assert told.outdoor_at(NOON) == pytest.approx(27.0)
    assert told.outdoor_at(NOON + timedelta(hours=24)) == pytest.approx(yesterday)
    assert told.sun_at(NOON + timedelta(hours=24)) == 600.0


def test_surplus_is_what_yesterday_left_over() -> None:
    told = a_day().forecast(NOON, 22.0, 192)
    assert told.surplus_at(NOON) == pytest.approx(42000.0, rel=0.01)
    assert told.surplus_at(NOON + timedelta(hours=12)) == 0.0


def test_a_forecast_without_pv_is_filled_in_at_the_right_hours() -> None:
    """It was made three hours ago and says nothing of PV."""
    made = NOON - timedelta(hours=3)
    told = a_day().forecast(NOON, 22.0, 192, Forecast(made, made, (21.0,) * 192))
    assert told.outdoor_at(NOON) == 21.0
    assert told.pv_at(NOON) == pytest.approx(50000.0, rel=0.01)
    assert told.pv_at(NOON + timedelta(hours=12)) == 0.0


def test_without_a_day_seen_there_is_no_surplus_and_the_present_weather_holds() -> None:
    told = Persistence().forecast(NOON, 22.0, 192)
    assert (told.outdoor_at(NOON + timedelta(hours=5)), told.surplus_at(NOON)) == (22.0, 0.0)
    assert Course().yesterday(NOON, 4) == ()


def metered() -> Snapshot:
    site = studio(stage())
    meters = (
        Meter("grid", "Grid", Carrier.ELECTRICITY, "grid"),
        Meter("pv", "PV", Carrier.ELECTRICITY, "production"),
        Meter("rig", "Rig", Carrier.ELECTRICITY, "sub", "rig", "grid", ("stage",)),
    )
    points = tuple(Point(f"{name}/power", "studio", name, QUANTITIES["power"], "m") for name in ("grid", "pv", "rig", "heat-pump"))
    site = replace(site, meters=meters, points=(*site.points, *points))
    story = Story(studio(stage()), "2026-01-20 12:00")
    for name, watts in (("grid", 4000.0), ("pv", 10000.0), ("rig", 2500.0), ("heat-pump", 6000.0)):
        story.live.show(f"{name}/power", watts, at("2026-01-20 12:00"))
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 18:00", people=10))
    story.runner.diary.refresh(at("2026-01-20 12:00"))
    return Snapshot(at("2026-01-20 12:00"), site, layout_of(site), story.runner.diary.claims, latest=story.live.all("studio"))


def test_load_without_heating_is_what_is_bought_and_made_less_what_the_plant_takes() -> None:
    assert electricity(metered()) == (10000.0, 8000.0)


def test_a_metered_rig_is_heat_beside_the_people_of_the_booking() -> None:
    snapshot = metered()
    assert gains(snapshot, snapshot.site.zone("stage")) == pytest.approx(2500 + 10 * 80)


def test_an_unknown_meter_is_not_taken_as_nothing() -> None:
    snapshot = metered()
    story_latest = dict(snapshot.latest)
    story_latest["grid/power"] = replace(story_latest["grid/power"], known=False)
    assert electricity(replace(snapshot, latest=story_latest)) == (10000.0, None)


def test_what_was_forecast_a_day_ahead_stands_beside_what_came() -> None:
    foretold = Foretold()
    for hours in range(0, 30, 3):
        made = NOON + timedelta(hours=hours)
        foretold.note(made, Forecast(made, made, (10.0 + hours,) * 192, pv_w=(1000.0 * hours,) * 192))
    assert foretold.at(NOON) == (None, None)
    tomorrow = NOON + timedelta(hours=26)
    assert foretold.at(tomorrow) == (10.0, 0.0)  # made at noon: what was made at 15:00 is less than a day ahead
    assert foretold.at(NOON + timedelta(hours=29)) == (13.0, 3000.0)


def test_the_runner_writes_forecast_and_fact_as_own_readings() -> None:
    story = Story(studio(stage()), "2026-01-20 00:00")
    found = []
    for slot in range(102):
        now = at("2026-01-20 00:00") + slot * SLOT
        story.clock.set(now)
        story.measure(outdoor=3.0 + slot / 100)
        story.runner.tick(now)
        story.runner.replan(now)
        found += [r for r in story.runner.own_readings(now) if r.point == "greenroom/forecast_temperature"]
    assert [reading.time for reading in found] == [at("2026-01-21 00:15") + k * SLOT for k in range(5)]
    assert found[0].value == pytest.approx(3.0, abs=0.1)


def test_after_a_restart_yesterday_is_taken_from_the_store() -> None:
    site = studio(stage())
    store = MemoryStore()
    for slot in range(2 * 96):
        moment = NOON + (slot - 192) * SLOT
        store.write(site.id, [Reading("weather/outdoor_temperature", moment, 15.0 + (slot % 96) / 24, moment)])
    told = recalled(store, site, layout_of(site), NOON).forecast(NOON, 15.0, 192)
    assert told.outdoor_at(NOON + timedelta(hours=12)) == pytest.approx(17.0, abs=0.1)
