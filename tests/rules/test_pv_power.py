"""What the PV strings will give: by day, by their plane, cut at the inverter, from the day they are there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from premises.site import PvString, Site
from rules.pv_power import pv_power
from tests.rules.studio import at, stage, studio

ROOF = PvString("roof", "Roof", 10_000, 30, 180, 9_000)


def of_a_day(*strings: PvString, day: str = "2026-06-20", sun: float = 500.0) -> tuple[float, ...]:
    site: Site = replace(studio(stage()), pv_strings=strings)
    return pv_power(site, at(f"{day} 00:00"), (20.0,) * 96, (0.0,) * 20 + (sun,) * 56 + (0.0,) * 20)


def test_power_follows_the_sun_and_the_plane() -> None:
    power = of_a_day(ROOF)
    assert len(power) == 96
    assert power[0] == power[95] == 0.0
    noon = power[47]  # about solar noon in Paris
    assert 3_000 < noon < 6_000
    east, west = of_a_day(replace(ROOF, azimuth_deg=90.0)), of_a_day(replace(ROOF, azimuth_deg=270.0))
    assert east[28] > west[28]
    assert east[66] < west[66]
    assert sum(of_a_day(ROOF, replace(ROOF, id="two"))) == pytest.approx(2 * sum(power), rel=0.001)


def test_the_inverter_is_the_bound_and_modules_lose_in_heat() -> None:
    assert max(of_a_day(replace(ROOF, inverter_power_w=2_000), sun=900.0)) == 2_000
    site = replace(studio(stage()), pv_strings=(ROOF,))
    cold, hot = (pv_power(site, at("2026-06-20 10:00"), (air,) * 8, (700.0,) * 8) for air in (0.0, 35.0))
    assert hot[0] == pytest.approx(cold[0] * 0.86, rel=0.05)


def test_a_string_that_is_not_there_yet_gives_nothing() -> None:
    assert max(of_a_day(replace(ROOF, in_service=date(2026, 7, 1)))) == 0.0
    assert of_a_day() == ()
    assert pv_power(replace(studio(stage()), pv_strings=(ROOF,)), at("2026-06-20 00:00"), (20.0,) * 4, ()) == ()
