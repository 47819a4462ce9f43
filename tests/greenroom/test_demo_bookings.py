"""The bookings of the demo: the same for the same now, none overlapping, one call near."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.demo.bookings import CALL_IN, demo_bookings
from premises.errors import SettingError
from premises.sitefile import example, load_site
from premises.time import parse_instant

SITE = load_site(example("la-kolok"))


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_whatever_now_is_no_two_bookings_of_a_stage_overlap_and_one_call_is_near(now: datetime) -> None:
    bookings = demo_bookings(SITE, now)
    assert bookings == demo_bookings(SITE, now)
    for one, other in combinations(bookings, 2):
        assert one.key != other.key
        if one.zones == other.zones:
            assert not one.occupied.overlaps(other.occupied), (one.key, other.key)
    assert any(timedelta(0) <= CALL_IN - (booking.call_at - now) < timedelta(minutes=5) for booking in bookings)
    for booking in bookings:
        assert booking.held.start <= booking.call_at < booking.wrap_at <= booking.held.end, booking.key


def test_a_site_with_fewer_stages_is_refused() -> None:
    with pytest.raises(SettingError, match="4 stages; primi-nice has"):
        demo_bookings(load_site(example("primi-nice")), parse_instant("2026-01-20T12:00:00Z"))
