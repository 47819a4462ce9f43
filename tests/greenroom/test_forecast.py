"""The weather to come: read in the shape of Open-Meteo by file or HTTP, refused where it is none, dropped when it is stale."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from greenroom.premises_files import load_one_site
from greenroom.settings import Settings
from greenroom.studies.study import foretold
from greenroom.weather.feed import ForecastFeed
from greenroom.weather.open_meteo import ForecastError, read_forecast
from premises.site import WeatherFeed
from premises.time import SLOT

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
SITE = load_one_site("la-kolok")


def document(**changes: Any) -> dict[str, Any]:
    """Three days by hours from local midnight in Paris: five degrees, a degree more in each of the first hours, some sun."""
    hours = 72
    times = [(datetime(2026, 1, 20) + timedelta(hours=h)).strftime("%Y-%m-%dT%H:%M") for h in range(hours)]  # noqa: DTZ001 - local
    sun = [300.0 if 10 <= h % 24 <= 15 else 0.0 for h in range(hours)]
    block = {"time": times, "temperature_2m": [5.0 + min(h, 4) for h in range(hours)], "shortwave_radiation": sun}
    return {"utc_offset_seconds": 3600, "timezone": "Europe/Paris", "hourly": block} | changes


def read(told: Any) -> Any:
    return read_forecast(json.dumps(told).encode())


def test_hours_become_quarter_hours_of_utc() -> None:
    weather = read(document())
    assert weather.start == datetime(2026, 1, 19, 23, tzinfo=UTC)
    assert len(weather.outdoor_c) == len(weather.sun_w_m2) == 71 * 4 + 1
    assert weather.outdoor_c[:2] == pytest.approx((5.125, 5.375))  # the middle of the quarter, between two hours
    assert weather.outdoor_c[40] == 9.0
    # the hour before 11:00 local is bright: 10:00 to 11:00 local, of which the middle is 9:30 UTC
    bright = round((datetime(2026, 1, 20, 9, 30, tzinfo=UTC) - weather.start) / SLOT)
    assert weather.sun_w_m2[bright] > 290
    assert weather.sun_w_m2[0] == 0.0


def test_quarter_hours_and_seconds_since_1970_and_short_gaps() -> None:
    start = int(NOON.timestamp())
    block = {"time": [start + 900 * k for k in range(200)], "temperature_2m": [4.0, None, 6.0] + [6.0] * 197}
    weather = read({"minutely_15": block, "hourly": {"time": [], "temperature_2m": []}})
    assert weather.start == NOON
    assert weather.outdoor_c[0] == pytest.approx(4.5)
    assert weather.sun_w_m2 == ()


WRONG: list[tuple[Any, str]] = [
    ([1], "no object"),
    ({"error": True, "reason": "Latitude must be in range"}, "Latitude must be in range"),
    ({"hourly": {"time": []}}, "no temperature_2m"),
    (document(utc_offset_seconds="x"), "offset"),
    ({"hourly": {"time": ["2026-01-20T00:00", "2026-01-20T03:00"], "temperature_2m": [1, 2]}}, "apart"),
    ({"hourly": {"time": ["soon", "later"], "temperature_2m": [1, 2]}}, "ISO 8601"),
    ({"hourly": {"time": ["2026-01-20T00:00", "2026-01-20T01:00"], "temperature_2m": [1]}}, "as many values"),
    ({"hourly": {"time": ["2026-01-20T00:00", "2026-01-20T01:00"], "temperature_2m": [1, "x"]}}, "no number"),
    ({"hourly": {"time": ["2026-01-20T00:00", "2026-01-20T01:00"], "temperature_2m": [None, None]}}, "empty"),
    ({"hourly": {"time": ["2026-01-20T00:00", "2026-01-20T01:00"], "temperature_2m": [290, 291]}}, "unit"),
    (
        {"hourly": {"time": [f"2026-01-20T{h:02}:00" for h in range(12)], "temperature_2m": [1.0, *[None] * 10, 2.0]}},
        "missing for more",
    ),
]


@pytest.mark.parametrize(("told", "why"), WRONG, ids=[why for _, why in WRONG])
def test_what_is_no_forecast_is_refused_with_its_reason(told: Any, why: str) -> None:
    with pytest.raises(ForecastError, match=why):
        read(told)


def test_degrees_fahrenheit_are_read_as_such_and_other_units_refused() -> None:
    warm = document(hourly_units={"temperature_2m": "°F", "shortwave_radiation": "W/m²"})
    warm["hourly"]["temperature_2m"] = [50.0] * 72
    assert min(read(warm).outdoor_c) == max(read(warm).outdoor_c) == pytest.approx(10.0)
    with pytest.raises(ForecastError, match="shortwave_radiation is told in 'MJ/m²'; it must be in W/m²"):
        read(document(hourly_units={"shortwave_radiation": "MJ/m²"}))


def test_what_a_weather_model_does_not_look_ahead_to_is_not_told() -> None:
    """Asked for more days than it has, a service fills up with nulls: the last value must not hold for days."""
    told = document()
    told["hourly"]["temperature_2m"][:2] = [None] * 2
    told["hourly"]["shortwave_radiation"][36:] = [None] * 36
    weather = read(told)
    assert weather.start == datetime(2026, 1, 20, 1, tzinfo=UTC)
    assert len(weather.outdoor_c) == len(weather.sun_w_m2) == (35 - 2) * 4 + 1
    told["hourly"]["shortwave_radiation"] = [None] * 72
    assert read(told).sun_w_m2 == ()
    assert len(read(told).outdoor_c) == (71 - 2) * 4 + 1


def test_half_hours_of_another_zone() -> None:
    """India's clocks stand half an hour beside those of the others."""
    told = read(document(utc_offset_seconds=19800, timezone="Asia/Kolkata"))
    assert told.start == datetime(2026, 1, 19, 18, 30, tzinfo=UTC)


def test_bytes_that_are_nothing() -> None:
    for data in (b"", b"<html>", b"[" * 100_000, b"x" * (3 * 1024**2)):
        with pytest.raises(ForecastError):
            read_forecast(data)


def test_a_file_is_read_with_what_the_strings_will_give_and_read_again_when_due(tmp_path: Path) -> None:
    path = tmp_path / "forecast.json"
    path.write_text(json.dumps(document()), encoding="utf-8")
    feed = ForecastFeed(SITE, WeatherFeed("file:forecast.json", timedelta(hours=1)), folder=tmp_path)
    told = feed(NOON)
    assert told is not None
    assert told.outdoor_at(NOON) == 9.0
    assert 5_000 < told.pv_at(NOON) < 100_000
    assert told.pv_at(NOON + timedelta(hours=10)) == 0.0
    warmer = document()
    warmer["hourly"]["temperature_2m"] = [12.0] * 72
    path.write_text(json.dumps(warmer), encoding="utf-8")
    assert feed(NOON + timedelta(minutes=59)) is told
    again = feed(NOON + timedelta(minutes=61))
    assert again is not None
    assert again.outdoor_at(NOON) == 12.0


def test_a_forecast_that_is_not_renewed_goes_stale_and_rubbish_does_not_replace_it(tmp_path: Path) -> None:
    path = tmp_path / "forecast.json"
    path.write_text(json.dumps(document()), encoding="utf-8")
    feed = ForecastFeed(SITE, WeatherFeed("file:forecast.json"), folder=tmp_path)
    assert feed(NOON) is not None
    path.write_text("no forecast at all", encoding="utf-8")
    assert feed(NOON + timedelta(hours=2)) is not None
    assert feed(NOON + timedelta(hours=13)) is None
    path.write_text(json.dumps(document()), encoding="utf-8")
    assert feed(NOON + timedelta(hours=14)) is not None  # a failed reading is tried again soon, not in an hour
    assert feed(NOON + timedelta(hours=70)) is None  # it ends too soon to plan with


def test_a_study_knows_the_weather_that_the_feed_tells(tmp_path: Path) -> None:
    """`greenroom plan --what-if` reads the site's feed as the house does; of an instant long before it was told nothing."""
    (tmp_path / "forecast.json").write_text(json.dumps(document()), encoding="utf-8")
    site = replace(SITE, forecast=WeatherFeed("file:forecast.json", timedelta(hours=1)))
    given: dict[str, Any] = {"data": tmp_path}
    settings = Settings(**given)
    told = foretold(site, settings, NOON)
    assert told is not None
    assert told.outdoor_at(NOON) == pytest.approx(9.0)
    assert foretold(site, settings, NOON - timedelta(days=30)) is None
    assert foretold(replace(site, forecast=None), settings, NOON) is None


def test_a_missing_file_leaves_yesterday_to_tell(tmp_path: Path) -> None:
    assert ForecastFeed(SITE, WeatherFeed("file:none.json"), folder=tmp_path)(NOON) is None


@pytest.fixture
def service() -> Iterator[tuple[str, list[str]]]:
    """A forecast service on loopback; the requests that came."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers.get('If-None-Match', '')}".strip())
            self.send_response(304 if self.headers.get("If-None-Match") else 200)
            self.send_header("ETag", '"one"')
            self.end_headers()
            if not self.headers.get("If-None-Match"):
                self.wfile.write(json.dumps(document()).encode())

        def log_message(self, *_: object) -> None:
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/forecast?latitude=48.8", asked
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_over_http_it_is_read_beside_the_tick_and_asked_whether_it_has_changed(service: tuple[str, list[str]]) -> None:
    address, asked = service
    feed = ForecastFeed(SITE, WeatherFeed(address), allow_private=True)
    assert feed(NOON) is None  # under way: the tick does not wait
    feed.wait()
    told = feed(NOON + timedelta(minutes=1))
    assert told is not None
    assert told.outdoor_at(NOON) == 9.0
    feed(NOON + timedelta(hours=2))
    feed.wait()
    renewed = feed(NOON + timedelta(hours=2, minutes=1))
    assert renewed is not None
    assert renewed.made_at == NOON + timedelta(hours=2)
    assert asked == ["/v1/forecast?latitude=48.8", '/v1/forecast?latitude=48.8 "one"']


def test_inner_networks_are_not_asked_unless_that_is_allowed(service: tuple[str, list[str]]) -> None:
    address, asked = service
    feed = ForecastFeed(SITE, WeatherFeed(address))
    feed(NOON)
    feed.wait()
    assert feed(NOON + timedelta(minutes=1)) is None
    assert asked == []
