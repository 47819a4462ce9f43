"""The week's plan, and pictures for keys that see a part of the premises."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gateway.access import Caller
from gateway.keys import make_key
from gateway.page.day import see_day
from gateway.page.readiness import Answers
from gateway.page.rendering import Rendering
from gateway.page.scope import restrict, restrict_day, restrict_week, scope_of
from gateway.page.seeing import see
from gateway.page.view import PageView
from gateway.page.week import WeekView, see_week
from premises.booking import Override, OverrideKind
from premises.plan import Readiness
from premises.ports import Role
from tests.page.fake_house import BOOKINGS, HOUR, NOON, SITE, Fakes

MONDAY = date(2026, 1, 19)


def picture(fakes: Fakes) -> PageView:
    site = fakes.house.site(SITE)
    bookings, due = Answers(timedelta(hours=36)).of(fakes.house, site)
    return see(fakes.house, site, bookings, due, 1, 3)


def week(fakes: Fakes, first: date = MONDAY) -> WeekView:
    return see_week(fakes.house, fakes.house.site(SITE), first, picture(fakes).due)


def test_every_stage_has_a_row_and_bars_where_it_is_booked(fakes: Fakes) -> None:
    rows = {row.zone: row for row in week(fakes).rows}
    assert list(rows) == ["stage-1", "stage-2", "stage-3", "stage-4"]
    [bar] = rows["stage-1"].bars
    assert bar.booking == BOOKINGS[0]
    assert (bar.part, bar.held) == (BOOKINGS[0].occupied, BOOKINGS[0].held)
    assert bar.readiness is Readiness.READY
    assert rows["stage-4"].bars[0].readiness is None, "an option is not due"


def test_the_plans_pre_heat_stands_before_its_booking(fakes: Fakes) -> None:
    [row] = [row for row in week(fakes).rows if row.zone == "stage-1"]
    assert row.heats[0].end == BOOKINGS[0].call_at.replace(minute=0)
    assert row.heats[0].start < NOON


def test_what_was_done_by_hand_is_shown_until_it_ended(fakes: Fakes) -> None:
    wish = Override("o1", SITE, "stage-3", OverrideKind.OFF, None, NOON, NOON + 6 * HOUR, "engineer", ended_at=NOON + HOUR)
    fakes.books.overrides.put(wish)
    [row] = [row for row in week(fakes).rows if row.zone == "stage-3"]
    [(override, part)] = row.overrides
    assert override == wish
    assert part.duration == HOUR


def test_a_week_with_a_change_of_clock_is_an_hour_shorter(fakes: Fakes) -> None:
    seen = week(fakes, date(2026, 3, 23))
    assert seen.span.duration == timedelta(days=7) - HOUR
    assert [day.duration for day in seen.days][-1] == 23 * HOUR
    assert seen.place(seen.span.end) == 100


def key_of(fakes: Fakes, role: Role, **scope: list[str]) -> Caller:
    key, _ = make_key(role, "tenant", NOON, **scope)  # type: ignore[arg-type]
    return Caller(key)


def test_a_tenant_sees_its_own_zones_and_nothing_of_the_others(fakes: Fakes) -> None:
    tenant = key_of(fakes, Role.TENANT, zones=["stage-1"])
    fakes.planner.answers["3"] = Readiness.LATE
    fakes.books.alarms.raise_(SITE, "not_ready", "stage-3", {"en": "stage 3 is cold"}, NOON)
    view = restrict(picture(fakes), tenant)
    assert [zone.id for zone in view.zones] == ["stage-1"]
    assert [line.booking for line in view.due] == [BOOKINGS[0]]
    assert (view.alarms, view.power.grid, view.health.devices) == ((), None, ())
    told = Rendering(view, "en", 36)
    for part in ("hero", "health", "power", "devices"):
        assert "Publicité" not in told.part(part)
        assert "stage 3" not in told.part(part)


def test_a_week_and_a_day_hide_what_is_out_of_scope(fakes: Fakes) -> None:
    tenant = key_of(fakes, Role.TENANT, zones=["stage-2"])
    assert [row.zone for row in restrict_week(week(fakes), tenant).rows] == ["stage-2"]
    day = see_day(fakes.house, fakes.house.site(SITE), "stage-1", date(2026, 1, 20))
    assert restrict_day(day, tenant).bookings == ()
    assert restrict_day(day, None).bookings == (BOOKINGS[0],)


def test_who_sees_all_shares_one_picture(fakes: Fakes) -> None:
    view = picture(fakes)
    assert restrict(view, None) is view
    assert restrict(view, key_of(fakes, Role.ENGINEER)) is view
    assert scope_of(key_of(fakes, Role.TENANT, zones=["a"])) != scope_of(key_of(fakes, Role.TENANT, zones=["b"]))


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_the_week_in_words_names_each_booking_on_its_day_by_call(fakes: Fakes, language: str) -> None:
    """The template asks the picture for things that no Python calls: it is filled in without a browser, too."""
    seen = week(fakes)
    filled = Rendering(picture(fakes), language, 36).fill("week.html", week=seen, link="/page?view=now", by_hand=True)
    agenda = filled.partition('<div class="agenda">')[2]
    assert agenda.count("<h3>") == 7
    assert agenda.count("<li><b>") == sum(len(row.bars) for row in seen.rows)
    for day in seen.days:
        calls = [bar.part.start for _, bar in seen.bars_on(day)]
        assert calls == sorted(calls)
        assert all(call in day for call in calls)
