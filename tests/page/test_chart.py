"""The day's chart: the site's own day, the bookings of the zone, lines that break where nothing is known."""

from __future__ import annotations

import json
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from gateway.page.chart import LEAST_RANGE_K, options
from gateway.page.day import booked_between, see_day
from gateway.page.words import Words
from tests.page.fake_house import BOOKINGS, HOUR, NOON, SITE, Fakes, air_at

WORDS = Words("fr", ZoneInfo("Europe/Paris"))
TODAY = date(2026, 1, 20)


def test_the_day_holds_what_was_measured_wanted_and_is_planned(fakes: Fakes) -> None:
    seen = see_day(fakes.house, fakes.house.site(SITE), "stage-1", TODAY)
    assert seen.span.start.isoformat() == "2026-01-19T23:00:00+00:00"
    assert seen.measured[-1][0] <= NOON
    assert max(at for at, _ in seen.planned) > NOON
    steps = [value for at, value in seen.wanted if at <= NOON]
    assert steps == [12.0, 20.0, 20.0], "set back in the night, wanted warm since the pre-heat began"
    assert seen.bookings == (BOOKINGS[0],)


def test_the_line_goes_forward_in_time_and_ends_at_the_reading_of_now(fakes: Fakes) -> None:
    for minutes in (0, 2, 9, 14):
        fakes.clock.set(NOON + timedelta(minutes=minutes))
        seen = see_day(fakes.house, fakes.house.site(SITE), "stage-1", TODAY)
        instants = [at for at, _ in seen.measured]
        assert instants == sorted(set(instants))
        assert seen.measured[-1] == (fakes.clock.now() - timedelta(seconds=40), air_at("stage-1", fakes.clock.now()))


def test_another_zone_and_another_day(fakes: Fakes) -> None:
    site = fakes.house.site(SITE)
    assert see_day(fakes.house, site, "stage-2", TODAY).bookings == (BOOKINGS[1],)
    tomorrow = see_day(fakes.house, site, "stage-3", TODAY + timedelta(days=1))
    assert (tomorrow.measured, tomorrow.bookings) == ((), (BOOKINGS[2],))


def test_the_axis_names_wall_clock_hours_on_days_of_23_and_25_hours(fakes: Fakes) -> None:
    site = fakes.house.site(SITE)
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (TODAY, 24)):
        seen = see_day(fakes.house, site, "stage-1", day)
        assert seen.span.duration == hours * HOUR
        told = [tick.astimezone(site.zoneinfo).hour for tick in seen.ticks]
        assert told == [0, 3, 6, 9, 12, 15, 18, 21, 0], day


def test_a_booking_over_midnight_shows_its_part_of_the_day(fakes: Fakes) -> None:
    seen = see_day(fakes.house, fakes.house.site(SITE), "stage-1", TODAY)
    [(booking, part)] = booked_between(seen.bookings, seen.span)
    assert part.start == booking.call_at
    assert part.end == seen.span.end


def test_the_chart_is_plain_data_with_bars_and_three_curves(fakes: Fakes) -> None:
    seen = see_day(fakes.house, fakes.house.site(SITE), "stage-1", TODAY)
    made = options(seen, WORDS)
    json.dumps(made)
    measured, wanted, planned, bars = made["series"]
    assert [series["name"] for series in (measured, wanted, planned)] == ["mesuré", "voulu", "prévu"]
    assert [span[0]["name"] for span in bars["markArea"]["data"]] == ["19:00 tournage · L’Aube, épisode 4"]
    assert measured["markLine"]["data"] == [{"xAxis": int(NOON.timestamp() * 1000)}]
    low, high = made["yAxis"][0]["min"], made["yAxis"][0]["max"]
    known = [value for series in (measured, wanted, planned) for _, value in series["data"] if value is not None]
    assert low < min(known) < max(known) < high


def test_a_flat_line_looks_flat(fakes: Fakes) -> None:
    seen = see_day(fakes.house, fakes.house.site(SITE), "offices-north", TODAY)
    axis = options(seen, WORDS)["yAxis"][0]
    assert axis["max"] - axis["min"] >= LEAST_RANGE_K


def test_a_day_without_readings_still_has_a_chart(fakes: Fakes) -> None:
    seen = see_day(fakes.house, fakes.house.site(SITE), "stage-4", date(2027, 1, 1))
    assert seen.range is None
    assert options(seen, WORDS)["yAxis"][0]["max"] == 24.0
