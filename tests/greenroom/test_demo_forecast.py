"""The demo's forecast: in the shape of a service, near the simulated sky but never it, and in the site file beside the data."""

import json
from datetime import timedelta
from pathlib import Path

import numpy as np

from greenroom.demo.forecast import FILE, demo_site_file, forecast_of, with_forecast
from greenroom.demo.run import STEP
from greenroom.premises_files import find_premises, load_one_site
from greenroom.weather.feed import feed_of
from greenroom.weather.open_meteo import read_forecast
from premises.sitefile import load_site
from premises.time import SLOT, Interval, parse_instant
from simulators.weather import Place, Weather, day_number

NOW = parse_instant("2026-01-20T12:00:00Z")
WEEK = Interval(NOW - timedelta(days=7), NOW)


def test_the_forecast_is_near_the_sky_that_comes_and_not_the_same() -> None:
    site = load_one_site("la-kolok")
    told = read_forecast(json.dumps(forecast_of(site, 1, WEEK)).encode())
    sky = Weather(Place(site.latitude, site.longitude, site.altitude_m), 1)
    at = [told.start + index * SLOT + SLOT / 2 for index in range(96 * 8)]
    off = np.array([told.outdoor_c[index] - sky.outdoor_c(instant) for index, instant in enumerate(at)])
    assert 0.4 < float(np.sqrt(np.mean(off**2))) < 2.0
    fact = np.array(
        [sky.day(day).sky.global_w_m2.reshape(-1, 15).mean(axis=1) for day in range(day_number(told.start), day_number(NOW) + 1)]
    ).ravel()
    sun = np.array(told.sun_w_m2[: len(fact)])
    assert 0.5 < float(sun.sum() / fact.sum()) < 1.6
    assert float(np.abs(sun - fact).max()) > 20.0


def test_the_house_reads_it_at_every_instant_of_the_replayed_days(tmp_path: Path) -> None:
    site = with_forecast(load_one_site("la-kolok"), 1, WEEK, tmp_path)
    feed = feed_of(site, tmp_path, allow_private=False)
    assert feed is not None
    at = WEEK.start
    while at <= WEEK.end:
        forecast = feed(at)
        assert forecast is not None, at
        assert forecast.start <= at
        at += 48 * STEP


def test_sixty_days_fit_into_one_forecast() -> None:
    span = Interval(NOW - timedelta(days=60), NOW)
    assert read_forecast(json.dumps(forecast_of(load_one_site("la-kolok"), 1, span)).encode()).outdoor_c


def test_a_site_that_names_its_own_forecast_keeps_it(tmp_path: Path) -> None:
    own = with_forecast(load_one_site("la-kolok"), 1, WEEK, tmp_path)
    (tmp_path / FILE).unlink()
    assert with_forecast(own, 1, WEEK, tmp_path) is own
    assert not (tmp_path / FILE).exists()


def test_the_site_file_beside_the_data_is_what_the_demo_runs(tmp_path: Path) -> None:
    site = with_forecast(load_one_site("la-kolok"), 1, WEEK, tmp_path)
    assert load_site(demo_site_file(find_premises("la-kolok"), tmp_path, site)) == site
