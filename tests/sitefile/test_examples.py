"""The premises that come with Greenroom: complete, plausible, and without fault."""

from __future__ import annotations

from premises.site import GREENROOM, Emitter, ZoneUse
from premises.sitefile import example, load_site


def test_la_kolok_is_a_four_stage_studio_with_about_150_points() -> None:
    site = load_site(example("la-kolok"))
    assert sum(zone.use is ZoneUse.STAGE for zone in site.zones) == 4
    assert site.floor_area_m2 == 5000
    measured = [point for point in site.points if point.device != GREENROOM]
    assert 140 <= len(measured) <= 165


def test_every_heated_zone_of_la_kolok_is_measured_and_can_be_set() -> None:
    site = load_site(example("la-kolok"))
    for zone in site.zones:
        if zone.heating_plant is None:
            continue
        assert zone.emitter is not Emitter.NONE
        assert site.point(f"{zone.id}/air_temperature").zone == zone.id
        assert site.point(f"{zone.id}/setpoint_temperature").writable
