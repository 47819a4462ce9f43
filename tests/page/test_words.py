"""The page in words: languages complete, numbers, dates and reasons as the language writes them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest

from gateway.page.readiness import Answers
from gateway.page.rendering import Rendering
from gateway.page.seeing import see
from gateway.page.words import MESSAGES, Words, best_language, languages
from premises.booking import BookingStatus, DayKind
from premises.catalogue import _load
from premises.decision import ZoneState
from premises.plan import Readiness
from premises.reason import Reason
from tests.page.fake_house import BOOKINGS, NOON, SITE, Fakes

PARIS = ZoneInfo("Europe/Paris")
EN, FR = Words("en", PARIS), Words("fr", PARIS)


@pytest.mark.parametrize("language", languages())
def test_every_language_says_everything_with_the_same_blanks(language: str) -> None:
    assert MESSAGES.keys(language) == MESSAGES.keys("en")
    for key, text in _load("gateway.page", "messages", language).items():
        english = _load("gateway.page", "messages", "en")[key]
        assert set(re.findall(r"{(\w+)", text)) == set(re.findall(r"{(\w+)", english)), key


@pytest.mark.parametrize(
    ("section", "words"),
    [("state", ZoneState), ("day_kind", DayKind), ("status", BookingStatus), ("readiness", Readiness)],
)
def test_every_word_of_the_vocabulary_has_its_message(section: str, words: type[StrEnum]) -> None:
    assert {f"{section}.{word.value}" for word in words} <= MESSAGES.keys("en")


def test_numbers_are_written_as_the_language_does() -> None:
    assert (EN.number(1234.56, 1), FR.number(1234.56, 1)) == ("1,234.6", "1\u202f234,6")
    assert EN.number(-0.5, 1) == "−0.5"
    assert EN.number(None) == "–"
    assert (FR.kilowatts(31_400), FR.kilowatts(250_000)) == ("31,4", "250")


def test_times_are_those_of_the_site() -> None:
    assert EN.clock(NOON) == "16:40"
    assert FR.day(NOON) == "mar. 20 janv."
    assert EN.when(NOON + timedelta(hours=10), NOON) == "tomorrow 02:40"
    assert FR.when(NOON + timedelta(days=4), NOON) == "sam. 24 janv. 16:40"
    assert EN.when(NOON - timedelta(hours=20), NOON) == "yesterday 20:40"


@pytest.mark.parametrize(("span", "told"), [(40, "40 s"), (600, "10 min"), (9_300, "2 h 35"), (86_400 * 3, "3 days"), (-5, "0 s")])
def test_spans_are_told_in_their_greatest_units(span: int, told: str) -> None:
    assert EN.span(timedelta(seconds=span)) == told


def test_reasons_are_told_in_the_language_with_its_numbers() -> None:
    reason = Reason("setback_free", {"setback": 12.5})
    assert EN.reason(reason) == "set back to 12.5 °C: nobody is due"
    assert "12,5 °C" in FR.reason(reason)
    told = FR.reason(Reason("answer_warm", {"air": "20.2 °C", "target": 20.0}))
    assert "20,2 °C" in told
    assert "20,0 °C" in told


def test_a_booking_is_told_by_its_kind_and_a_title_that_says_more() -> None:
    assert EN.booking(BOOKINGS[0]) == "shoot · L’Aube, épisode 4"
    assert FR.booking(replace(BOOKINGS[0], title="Shoot")) == "tournage"
    assert EN.booking(replace(BOOKINGS[0], title="")) == "shoot"


def test_a_reason_without_words_is_told_by_its_code() -> None:
    assert EN.reason(Reason("invented", {"zone": "stage-1"})) == "invented, zone stage-1"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("de,en;q=0.5", "en"), ("en;q=0.2,fr;q=0.7", "fr"), ("", "en"), ("fr;q=x,;;", "en")],
)
def test_the_browsers_language_is_taken(accepted: str, language: str) -> None:
    assert best_language(accepted) == language


def rendering(fakes: Fakes, language: str) -> Rendering:
    site = fakes.house.site(SITE)
    bookings, due = Answers(timedelta(hours=36)).of(fakes.house, site)
    return Rendering(see(fakes.house, site, bookings, due, 1, 3), language, 36)


@pytest.mark.parametrize(
    ("language", "answer"), [("en", "Yes. All 3 that are due will be ready."), ("fr", "Oui. Les 3 attendus seront prêts.")]
)
def test_the_first_screen_answers_the_question(fakes: Fakes, language: str, answer: str) -> None:
    assert answer in rendering(fakes, language).part("hero")


def test_a_late_stage_is_named_with_what_stands_against_it(fakes: Fakes) -> None:
    fakes.planner.answers["1"] = Readiness.LATE
    hero = rendering(fakes, "en").part("hero")
    assert "No. Stage 1 will be late." in hero
    assert "ready 19:25, after call 19:00" in hero


def test_what_people_write_is_shown_and_never_run(fakes: Fakes) -> None:
    fakes.books.bookings.put(replace(BOOKINGS[0], title="<img src=x onerror=alert(1)>"), NOON)
    told = rendering(fakes, "en")
    for part in ("hero", "zone:stage-1"):
        assert "<img" not in told.part(part)
        assert "&lt;img src=x" in told.part(part)


def test_a_lost_sensor_shows_no_number_of_now(fakes: Fakes) -> None:
    fakes.live.lost.add("stage-1/air_temperature")
    told = rendering(fakes, "en").part("zone:stage-1")
    assert '<span class="big">–</span>' in told
    assert "last 17." in told


def test_pre_heating_shows_how_far_it_has_come(fakes: Fakes) -> None:
    assert "inline-size:67" in rendering(fakes, "en").part("zone:stage-1")
    assert "progress" not in rendering(fakes, "en").part("zone:stage-3")
