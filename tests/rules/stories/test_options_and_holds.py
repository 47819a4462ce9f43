"""Second options fill a diary: each is planned and priced, none moves a valve, and one that is confirmed acts at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from premises.booking import BookingStatus
from premises.plan import Readiness
from rules.what_if import Change, what_if
from tests.rules.studio import Story, at, booked, stage, studio

EVENING = booked("2026-01-20 19:00", "2026-01-20 23:00", name="evening", status=BookingStatus.OPTION)


@pytest.mark.parametrize("status", [BookingStatus.OPTION, BookingStatus.HOLD])
def test_the_day_of_an_option_that_is_confirmed_in_the_afternoon(status: BookingStatus) -> None:
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.book_in(replace(EVENING, status=status))
    story.run("2026-01-20", [("08:00", 14.2, "set_back", 12.0, 0.0), ("13:30", 14.0, "set_back", 12.0, 0.0)])
    (answer,) = story.runner.ready_by(replace(EVENING, status=status))
    assert answer.readiness is Readiness.LATE  # six hours by the table, five and a half are left
    assert answer.energy_kwh > 50
    assert answer.cost > 5
    story.book_in(replace(EVENING, status=BookingStatus.CONFIRMED))
    story.run("2026-01-20", [("13:31", 14.0, "pre_heating", 20.0, 0.0), ("19:00", 19.9, "occupied", 20.0, 40.0)])


def test_an_option_that_lapses_in_mid_heat_ends_it() -> None:
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.book_in(replace(EVENING, status=BookingStatus.CONFIRMED))
    story.run("2026-01-20", [("14:00", 14.2, "pre_heating", 20.0, 0.0)])
    story.book_in(replace(EVENING, status=BookingStatus.OPTION, sequence=2))
    story.run("2026-01-20", [("14:01", None, "set_back", 12.0, 0.0)])


def test_what_it_would_come_to_is_known_before_anybody_signs() -> None:
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.book_in(EVENING)
    story.tick("2026-01-20 08:00")
    now = at("2026-01-20 08:00")
    outlook = story.runner.engine.outlook(now, story.runner._seen(now))
    more = what_if(outlook, Change(bookings=(EVENING,)))
    assert more.energy_kwh > 50
    assert more.before.energy_kwh < 0.5 * more.after.energy_kwh
    (answer,) = story.runner.ready_by(EVENING)
    assert answer.confirm_by is not None
    assert answer.later[0].readiness is Readiness.READY
