"""Instants, slots and local days, with the two days of the clock change by name."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from premises.errors import NaiveTimeError
from premises.time import (
    SLOT,
    Interval,
    ManualClock,
    floor_to,
    format_instant,
    local_day,
    local_days,
    local_midnight,
    local_month,
    parse_instant,
    slot_start,
    slots,
    utc,
    zone_named,
)

PARIS = ZoneInfo("Europe/Paris")
instants = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2080, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
zones = st.sampled_from(["Europe/Paris", "America/Toronto", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana", "UTC"]).map(
    ZoneInfo
)


def at(text: str) -> datetime:
    return parse_instant(text)


def test_a_naive_datetime_is_refused_with_what_would_be_right() -> None:
    with pytest.raises(NaiveTimeError, match="2026-01-20T12:00:00Z"):
        utc(datetime(2026, 1, 20, 12))  # noqa: DTZ001 - the fault under test
    with pytest.raises(NaiveTimeError):
        parse_instant("2026-01-20T12:00:00")
    with pytest.raises(ValueError, match="RFC 3339"):
        parse_instant("tomorrow")


def test_the_day_in_spring_has_23_hours_and_the_day_in_autumn_25() -> None:
    assert local_day(date(2026, 3, 29), PARIS).duration == timedelta(hours=23)
    assert local_day(date(2026, 10, 25), PARIS).duration == timedelta(hours=25)
    assert len(list(slots(local_day(date(2026, 10, 25), PARIS)))) == 100


def test_a_midnight_that_does_not_exist_is_the_first_instant_after_the_gap() -> None:
    havana = ZoneInfo("America/Havana")
    assert local_midnight(date(2026, 3, 8), havana) == at("2026-03-08T05:00:00Z")
    assert local_day(date(2026, 3, 8), havana).duration == timedelta(hours=23)


def test_months_are_cut_in_the_sites_zone() -> None:
    assert local_month(2026, 12, PARIS) == Interval(at("2026-11-30T23:00:00Z"), at("2026-12-31T23:00:00Z"))
    assert local_month(2026, 3, PARIS).duration == timedelta(days=31) - timedelta(hours=1)


def test_intervals_are_half_open() -> None:
    hour = Interval(at("2026-01-20T12:00:00Z"), at("2026-01-20T13:00:00+00:00"))
    assert hour.start in hour
    assert hour.end not in hour
    assert not hour.overlaps(Interval(hour.end, hour.end + SLOT))
    assert hour.intersection(Interval(hour.start + SLOT, hour.end + SLOT)) == Interval(hour.start + SLOT, hour.end)
    assert hour.intersection(Interval(hour.end, hour.end + SLOT)) is None
    with pytest.raises(ValueError, match="before it starts"):
        Interval(hour.end, hour.start)


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="Europe/Paris"):
        zone_named("Europe/Pari")


def test_a_manual_clock_moves_only_when_it_is_told() -> None:
    clock = ManualClock(at("2026-01-20T12:00:00Z"))
    assert clock.now() == clock.now()
    assert clock.advance(SLOT) == at("2026-01-20T12:15:00Z")
    clock.set(at("2026-01-20T10:00:00+01:00"))
    assert format_instant(clock.now()) == "2026-01-20T09:00:00Z"


@given(instants, zones)
def test_every_instant_lies_in_exactly_one_local_day_and_one_slot(instant: datetime, zone: ZoneInfo) -> None:
    day = instant.astimezone(zone).date()
    assert instant in local_day(day, zone)
    assert instant not in local_day(day + timedelta(days=1), zone)
    assert list(local_days(Interval(instant, instant + timedelta(microseconds=1)), zone)) == [day]
    assert slot_start(instant) <= instant < slot_start(instant) + SLOT
    assert floor_to(slot_start(instant), SLOT) == slot_start(instant)


@given(instants)
def test_instants_survive_their_text(instant: datetime) -> None:
    assert parse_instant(format_instant(instant)) == instant
