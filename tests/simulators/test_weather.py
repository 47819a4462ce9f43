"""The weather: plausible, and the same for a day whenever a simulation starts."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from premises.site import PvString
from simulators.noise import smooth_noise
from simulators.photovoltaic import day_of_sun, string_power
from simulators.sun import on_plane
from simulators.weather import Place, Weather

PARIS = Place(48.8, 2.4, 40)
MARSEILLE = Place(43.3, 5.4, 20)


def number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def month(weather: Weather, first: date, days: int = 10) -> list[int]:
    return [number(first) + offset for offset in range(days)]


def test_a_day_is_the_same_whatever_was_asked_for_before() -> None:
    fresh, used = Weather(PARIS, 7), Weather(PARIS, 7)
    for day in range(number(date(2026, 1, 1)), number(date(2026, 1, 16))):
        used.day(day)
    wanted = number(date(2026, 1, 5))
    np.testing.assert_array_equal(fresh.day(wanted).outdoor_c, used.day(wanted).outdoor_c)
    np.testing.assert_array_equal(fresh.day(wanted).cloud, used.day(wanted).cloud)


def test_midnight_has_no_seam() -> None:
    weather = Weather(PARIS, 3)
    today, tomorrow = weather.day(number(date(2026, 3, 3))), weather.day(number(date(2026, 3, 4)))
    assert abs(today.outdoor_c[-1] - tomorrow.outdoor_c[0]) < 0.1
    assert abs(today.cloud[-1] - tomorrow.cloud[0]) < 0.1


def test_another_seed_is_another_sky() -> None:
    day = number(date(2026, 1, 5))
    assert not np.allclose(Weather(PARIS, 1).day(day).outdoor_c, Weather(PARIS, 2).day(day).outdoor_c, atol=0.5)


def test_january_is_cold_july_warm_and_the_south_warmer() -> None:
    def mean(place: Place, first: date) -> float:
        weather = Weather(place, 1)
        return float(np.mean([weather.day(day).outdoor_c.mean() for day in month(weather, first, 20)]))

    assert 0 < mean(PARIS, date(2026, 1, 5)) < 9
    assert 17 < mean(PARIS, date(2026, 7, 5)) < 25
    assert mean(MARSEILLE, date(2026, 7, 5)) > mean(PARIS, date(2026, 7, 5)) + 2


def test_noise_has_unit_variance_also_between_its_nodes() -> None:
    values = np.concatenate([smooth_noise(1, "test", day, 60) for day in range(300)])
    assert float(values.std()) == pytest.approx(1.0, abs=0.04)
    assert abs(float(values.mean())) < 0.05


def test_a_cloudy_sky_gives_less_than_a_clear_one_and_night_nothing() -> None:
    weather = Weather(PARIS, 1).day(number(date(2026, 6, 21)))
    assert weather.sky.global_w_m2.min() == 0
    assert 300 < weather.sky.global_w_m2.max() < 1150
    plane = on_plane(weather.sky, 30, 180)
    assert plane[0] == 0
    assert plane.max() > 200


def test_the_inverter_clips() -> None:
    weather = Weather(MARSEILLE, 1).day(number(date(2026, 6, 21)))
    wide = PvString("wide", "wide", 10_000.0, 20, 180, 10_000.0)
    tight = PvString("tight", "tight", 10_000.0, 20, 180, 4_000.0)
    assert string_power(tight, weather)[1].max() == pytest.approx(4_000.0)
    assert string_power(wide, weather)[1].max() > 5_000.0
    np.testing.assert_array_less(string_power(wide, weather)[1], string_power(wide, weather)[0] + 1e-9)


@pytest.mark.slow
def test_a_kilowatt_peak_in_june_yields_what_atlases_say() -> None:
    weather = Weather(PARIS, 1)
    string = PvString("roof", "roof", 1000.0, 25, 180, 1000.0)
    kwh = sum(string_power(string, weather.day(number(date(2026, 6, 1)) + day))[1].sum() / 60_000 for day in range(30))
    assert 110 < kwh < 165


def test_a_string_yields_nothing_before_its_first_day() -> None:
    weather = Weather(PARIS, 1).day(number(date(2026, 6, 21)))
    later = PvString("later", "later", 1000.0, 20, 180, 1000.0, in_service=date(2026, 6, 22))
    sooner = PvString("sooner", "sooner", 1000.0, 20, 180, 1000.0, in_service=date(2026, 6, 21))
    sun = day_of_sun((later, sooner), weather, number(date(2026, 6, 21)), "Europe/Paris")
    assert sun.ac_w[:, 0].sum() == 0
    assert sun.ac_w[:, 1].sum() > 0
