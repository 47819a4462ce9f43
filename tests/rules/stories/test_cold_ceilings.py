"""A thundery afternoon: cold ceilings must not drip, so their water stays above the dew point of the room, and says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from premises.booking import DayKind
from premises.quantities import QUANTITIES
from premises.site import Emitter, Point, Site
from rules.damp import DEW_MARGIN_K, dew_point_c
from tests.rules.studio import Story, booked, hall, studio

HUMIDITY = Point("hall/humidity", "studio", "hall", QUANTITIES["humidity"], "sensor", zone="hall")


def ceilings(*, measured: bool = True, emitter: Emitter = Emitter.RADIANT_PANEL) -> Story:
    site: Site = studio(hall(emitter=emitter))
    if measured:
        site = replace(site, points=(*site.points, HUMIDITY))
    story = Story(site, "2026-07-20 12:00")
    story.book_in(booked("2026-07-20 12:00", "2026-07-20 21:00", "hall", kind=DayKind.AUDIENCE))
    story.measure(outdoor=31.0, hall=26.5)
    return story


@pytest.mark.parametrize(
    ("air", "humidity", "dew"), [(20.0, 50.0, 9.3), (25.0, 60.0, 16.7), (25.0, 100.0, 25.0), (30.0, 70.0, 23.9)]
)
def test_dew_points_are_those_of_the_tables(air: float, humidity: float, dew: float) -> None:
    assert dew_point_c(air, humidity) == pytest.approx(dew, abs=0.1)


def test_water_follows_the_dew_point_up_and_down() -> None:
    story, seen = ceilings(), []
    for minute, humidity in ((0, 45.0), (1, 60.0), (2, 72.0), (3, 50.0)):
        story.live.show("hall/humidity", humidity, story.clock.now())
        story.tick(f"2026-07-20 12:0{minute}")
        supply = float(story.live.values["heat-pump/supply_setpoint"].reading.value)
        assert supply >= dew_point_c(26.5, humidity) + DEW_MARGIN_K
        seen.append(supply)
    assert seen == [18.0, 20.0, 23.0, 18.0]


def test_where_nobody_measures_moisture_water_is_no_colder_than_is_usual() -> None:
    story = ceilings(measured=False)
    story.tick("2026-07-20 12:00")
    assert story.live.values["heat-pump/supply_setpoint"].reading.value == 18.0


def test_coils_that_drain_get_their_cold_water_however_moist_it_is() -> None:
    story = ceilings(emitter=Emitter.FAN_COIL)
    story.live.show("hall/humidity", 80.0, story.clock.now())
    story.tick("2026-07-20 12:00")
    assert story.live.values["heat-pump/supply_setpoint"].reading.value == 9.0


def test_a_ceiling_beside_a_coil_decides_the_water_of_both_and_the_reason_names_it() -> None:
    site = studio(hall(emitter=Emitter.RADIANT_PANEL), hall(id="foyer", name="Foyer"))
    story = Story(site, "2026-07-20 12:00")
    story.book_in(
        booked("2026-07-20 12:00", "2026-07-20 21:00", "hall", kind=DayKind.AUDIENCE),
        booked("2026-07-20 12:00", "2026-07-20 21:00", "foyer", name="b2", kind=DayKind.AUDIENCE),
    )
    story.measure(outdoor=31.0, hall=26.5, foyer=26.5)
    story.tick("2026-07-20 12:00")
    assert story.live.values["heat-pump/supply_setpoint"].reading.value == 18.0
    sent = next(c for c in story.bus.sent if c.point == "heat-pump/supply_setpoint")
    assert sent.reason.code == "plant_cool_dry"
    assert "Hall" in sent.reason.text("en")
    assert "plafond" in sent.reason.text("fr")
    assert "plafonds" in sent.reason.text("nl")
