"""What a booking is told in a heat wave: cool in time, from when and at what price; or late, or never, and what is in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from premises.booking import Booking, BookingStatus, DayKind
from premises.plan import Readiness, ReadyBy
from premises.site import Site
from premises.time import Interval
from rules.optimiser import LinearOptimiser
from rules.thermal import ZoneModel
from tests.rules.studio import Story, at, booked, hall, studio

MODEL = ZoneModel(0.1, 0.02, 6e-5, 6e-5, 24.0, learned=True, error_k=0.3)
SHOW = booked("2026-07-20 18:00", "2026-07-20 22:00", "hall", kind=DayKind.AUDIENCE, people=120, status=BookingStatus.OPTION)


def wave(site: Site | None = None, *, learned: bool = True, air: float = 29.5) -> Story:
    story = Story(site or studio(hall()), "2026-07-20 10:00")
    if learned:
        story.runner.engine.optimiser = LinearOptimiser()
        for zone in story.site.zones:
            story.runner.engine.models[zone.id] = MODEL
    story.measure(outdoor=35.0, **{zone.id: air for zone in story.site.zones})
    story.tick("2026-07-20 10:00")
    return story


def asked(story: Story, booking: Booking = SHOW) -> ReadyBy:
    return story.runner.ready_by(booking)[0]


@pytest.mark.parametrize("learned", [True, False])
def test_an_option_for_the_evening_is_answered_with_cool_from_when_and_at_what_price(learned: bool) -> None:
    story = wave(learned=learned)
    told = asked(story)
    assert told.readiness is Readiness.READY
    assert told.heat_from is not None
    assert told.ready_at is not None
    assert SHOW.call_at - timedelta(hours=6) <= told.heat_from < told.ready_at <= SHOW.call_at
    assert 10.0 < told.energy_kwh < 120.0
    assert told.cost == pytest.approx(0.20 * told.energy_kwh, rel=0.3)
    assert told.energy_low_kwh is not None
    assert told.energy_high_kwh is not None
    assert told.energy_low_kwh < told.energy_kwh < told.energy_high_kwh
    assert told.carbon_kg == pytest.approx(0.05 * told.energy_kwh, rel=0.01)
    assert [reason.code for reason in told.reasons] == ["answer_cool", "answer_not_acted"]
    english, french, dutch = (told.reasons[0].text(language) for language in ("en", "fr", "nl"))
    assert english.startswith("cooling from")
    assert french.startswith("refroidi dès")
    assert dutch.startswith("koelen vanaf")
    assert all("25" in text and "20:00" in text for text in (english, french, dutch))


def test_the_answer_changes_nothing_and_nothing_is_cooled_for_the_option() -> None:
    story = wave()
    before = story.runner.engine.memory
    first, second = asked(story), asked(story)
    assert first == second
    assert story.runner.engine.memory == before
    story.book_in(SHOW)
    assert all(story.zone(f"2026-07-20 {hour}:00", "hall").cool_c is None for hour in range(11, 22))


def test_more_people_and_hotter_weather_take_more() -> None:
    story = wave()
    usual = asked(story).energy_kwh
    assert asked(story, replace(SHOW, people=10)).energy_kwh < 0.9 * usual
    cooler = wave()
    cooler.measure(outdoor=24.0)
    cooler.tick("2026-07-20 10:01")
    assert asked(cooler).energy_kwh < 0.9 * usual


def test_a_call_in_a_quarter_of_an_hour_is_told_late_and_a_later_call_is_offered() -> None:
    soon = replace(SHOW, call=at("2026-07-20 10:15"), people=10)
    told = asked(wave(studio(hall(emitter_power_w=22000.0))), soon)
    assert told.readiness is Readiness.LATE
    assert told.ready_at is not None
    assert told.ready_at > soon.call_at
    assert told.reasons[0].code == "answer_cool_late"
    assert "surer_call" in {reason.code for reason in told.surer}


def test_coils_that_are_too_small_are_told_with_their_power_and_what_it_would_take() -> None:
    told = asked(wave(studio(hall(emitter_power_w=2500.0))), replace(SHOW, people=300))
    assert told.readiness is Readiness.NOT_READY
    assert told.reasons[0].code == "answer_cool_never"
    assert told.probability is not None
    assert told.probability < 0.1
    found = next(reason for reason in told.conflicts if reason.code == "conflict_cold")
    assert float(found.values["need"]) > float(found.values["have"])
    assert "Hall" in found.text("en")


def test_a_chiller_that_is_asked_for_more_than_it_has_names_who_else_is_cooled() -> None:
    site = studio(hall(), hall(id="foyer", name="Foyer"))
    site = replace(site, plants=(replace(site.plants[0], cool_power_w=15000.0),))
    alone = asked(wave(site))
    story = wave(site)
    story.book_in(replace(SHOW, key=replace(SHOW.key, id="other"), zones=("foyer",), status=BookingStatus.CONFIRMED))
    story.tick("2026-07-20 10:01")
    told = asked(story)
    assert "conflict_chiller" not in {reason.code for reason in alone.conflicts}
    found = next(reason for reason in told.conflicts if reason.code == "conflict_chiller")
    assert "Foyer" in found.text("en")


def test_a_zone_that_is_only_cooled_is_answered_too() -> None:
    told = asked(wave(studio(hall(heating_plant=None)), learned=False))
    assert (told.readiness, told.reasons[0].code) == (Readiness.READY, "answer_cool")
    assert told.energy_kwh > 5.0


def test_a_cool_spring_evening_is_answered_as_before() -> None:
    story = Story(studio(hall()), "2026-04-20 10:00")
    story.measure(outdoor=14.0, hall=18.0)
    story.tick("2026-04-20 10:00")
    spring = booked("2026-04-20 18:00", "2026-04-20 22:00", "hall", kind=DayKind.AUDIENCE, people=10)
    assert asked(story, spring).reasons[0].code.startswith("answer_in_time")


def test_a_booking_next_week_is_answered_from_the_weather_then() -> None:
    story = wave()
    later = replace(SHOW, call=SHOW.call_at + timedelta(days=7), wrap=SHOW.wrap_at + timedelta(days=7))
    held = Interval(SHOW.held.start + timedelta(days=7), SHOW.held.end + timedelta(days=7))
    told = asked(story, replace(later, held=held))
    assert told.readiness is Readiness.READY
    assert told.energy_kwh > 5.0
