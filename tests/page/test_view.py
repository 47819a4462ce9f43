"""What the page knows, before it is put in words: readiness, zones, power, health, and what is old."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.page.day import see_day
from gateway.page.readiness import Answers, due_lines
from gateway.page.rendering import Rendering
from gateway.page.seeing import power, see
from gateway.page.view import PageView, Verdict
from premises.booking import Booking, BookingKey, Override, OverrideKind
from premises.decision import ZoneState
from premises.errors import UnknownNameError
from premises.plan import Readiness, ReadyBy
from premises.site import Cluster
from premises.sitefile import example, load_premises
from tests.page.fake_house import BOOKINGS, HOUR, NOON, SITE, Fakes, air_at, decisions, shoot

AHEAD = timedelta(hours=36)


def picture(fakes: Fakes) -> PageView:
    site = fakes.house.site(SITE)
    bookings, due = Answers(AHEAD).of(fakes.house, site)
    return see(fakes.house, site, bookings, due, 1, 3)


def test_all_that_are_due_will_be_ready(fakes: Fakes) -> None:
    view = picture(fakes)
    assert view.verdict is Verdict.READY
    assert [(line.zone, line.running) for line in view.due] == [("stage-2", True), ("stage-1", False), ("stage-3", False)]
    assert view.troubled == ()


@pytest.mark.parametrize(
    ("answers", "verdict", "first"),
    [
        ({"1": Readiness.LATE}, Verdict.LATE, "stage-1"),
        ({"1": Readiness.LATE, "3": Readiness.NOT_READY}, Verdict.NOT_READY, "stage-3"),
        ({"1": Readiness.UNKNOWN, "3": Readiness.READY}, Verdict.UNKNOWN, "stage-1"),
    ],
)
def test_the_worst_answer_is_the_answer(fakes: Fakes, answers: dict[str, Readiness], verdict: Verdict, first: str) -> None:
    fakes.planner.answers.update(answers)
    view = picture(fakes)
    assert view.verdict is verdict
    assert view.troubled[0].zone == first


def test_options_and_far_bookings_are_not_due(fakes: Fakes) -> None:
    site = fakes.house.site(SITE)
    lines = due_lines(fakes.house, site, BOOKINGS, NOON, timedelta(hours=10))
    assert [line.booking.key.id for line in lines] == ["2", "1"], "the option waits, the far one is beyond ten hours"
    assert due_lines(fakes.house, site, BOOKINGS, NOON + 100 * HOUR, AHEAD) == []


def test_nothing_due_is_told_as_such(fakes: Fakes) -> None:
    for booking in BOOKINGS:
        fakes.books.bookings.cancel(booking.key, NOON)
    assert picture(fakes).verdict is Verdict.NOTHING_DUE


def test_a_new_booking_is_asked_for_at_once(fakes: Fakes) -> None:
    answers, site = Answers(AHEAD), fakes.house.site(SITE)
    assert len(answers.of(fakes.house, site)[1]) == 3
    fakes.books.bookings.put(shoot("9", "stage-4", NOON + 3 * HOUR), NOON)
    assert len(answers.of(fakes.house, site)[1]) == 4


def test_answers_are_kept_for_a_tick_and_no_longer(fakes: Fakes) -> None:
    asked: list[BookingKey] = []

    class Counting:
        def ready_by(self, booking: Booking) -> tuple[ReadyBy, ...]:
            asked.append(booking.key)
            return fakes.planner.ready_by(booking)

    house, answers = replace(fakes.house, planner=Counting()), Answers(AHEAD)
    site = house.site(SITE)
    for _ in range(5):
        answers.of(house, site)
    assert len(asked) == 3
    fakes.clock.advance(timedelta(minutes=1))
    answers.of(house, site)
    assert len(asked) == 6


def test_a_zone_tells_what_it_does_and_why(fakes: Fakes) -> None:
    zones = {zone.id: zone for zone in picture(fakes).zones}
    stage = zones["stage-1"]
    assert (stage.state, stage.wanted_c, stage.leading) == (ZoneState.PRE_HEATING, 20.0, True)
    assert stage.air is not None
    assert stage.air.value == air_at("stage-1", NOON)
    assert stage.heat_reason is not None
    assert stage.heat_reason.code == "preheat_table"
    assert stage.following == BOOKINGS[0]
    assert stage.booked is None
    assert zones["stage-2"].booked == BOOKINGS[1]
    assert not zones["offices-north"].leading


def test_an_override_is_shown_where_it_holds(fakes: Fakes) -> None:
    warm = Override("o1", SITE, "stage-3", OverrideKind.TEMPERATURE, 21.0, NOON, NOON + HOUR, "engineer on duty")
    fakes.books.overrides.put(warm)
    shown = {zone.id: zone.override for zone in picture(fakes).zones if zone.override}
    assert shown == {"stage-3": warm}


def test_a_stale_reading_is_not_shown_as_fresh(fakes: Fakes) -> None:
    fakes.live.lost.add("stage-1/air_temperature")
    view = picture(fakes)
    stage = next(zone for zone in view.zones if zone.id == "stage-1")
    assert stage.air is not None
    assert not stage.air.known
    assert next(line for line in view.due if line.zone == "stage-1").air_c is None


def test_the_load_is_what_sun_and_grid_give(fakes: Fakes) -> None:
    site = fakes.house.site(SITE)
    shown = power(site, fakes.live.all(SITE))
    assert shown.load_w == 31_400 + 12_600
    assert shown.self_share == pytest.approx(12.6 / 44.0)
    assert shown.pv_peak_w == 100_000


def test_what_is_sent_out_is_not_used_here(fakes: Fakes) -> None:
    fakes.live.changed.update({"grid/power": -5_000.0, "pv/power": 20_000.0})
    shown = power(fakes.house.site(SITE), fakes.live.all(SITE))
    assert shown.load_w == 15_000
    assert shown.self_share == 1.0


def test_a_missing_meter_is_no_zero(fakes: Fakes) -> None:
    readings = {name: told for name, told in fakes.live.all(SITE).items() if name != "grid/power"}
    shown = power(fakes.house.site(SITE), readings)
    assert (shown.grid, shown.load_w, shown.self_share) == (None, None, None)


def test_a_silent_device_is_told(fakes: Fakes) -> None:
    fakes.intake.lost.add("main-meter")
    health = picture(fakes).health
    assert [device.id for device in health.silent] == ["main-meter"]
    assert health.balanced


def test_what_is_old_says_why(fakes: Fakes) -> None:
    assert picture(fakes).old == ()
    fakes.clock.advance(timedelta(minutes=10))
    assert [(old.cause, old.since) for old in picture(fakes).old] == [("rules", NOON)]
    fakes.house.decisions.save(SITE, decisions(fakes.clock.now()))
    fakes.intake.connected = False
    assert [old.cause for old in picture(fakes).old] == ["broker"]


def test_a_zone_that_is_not_there_is_refused(fakes: Fakes) -> None:
    with pytest.raises(UnknownNameError):
        see_day(fakes.house, fakes.house.site(SITE), "stage-99", NOON.date())


@pytest.mark.parametrize("name", ["commune-image", "pole-images", "primi"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_other_premises_are_shown_too_before_anything_is_known_of_them(fakes: Fakes, name: str, language: str) -> None:
    premises = load_premises(example(name))
    for site in premises.sites if isinstance(premises, Cluster) else (premises,):
        house = replace(fakes.house, sites={site.id: site})
        view = see(house, site, [], [], 1, 3)
        rendering = Rendering(view, language, 36)
        for part in ("hero", "power", "health", "devices", *(f"zone:{zone.id}" for zone in site.zones)):
            assert rendering.part(part)
        assert view.old[0].cause == "rules"
