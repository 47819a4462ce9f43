"""The page as people see it, in Chromium."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gateway.page.pictures import SHOTS
from tests.page.conftest import Look, Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_PAINTED = """() => [...document.querySelectorAll('.day-chart canvas')].some((canvas) => {
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return new Set(new Uint32Array(data.buffer)).size > 20;
})"""


def test_the_first_screen_answers_without_a_key_and_asks_no_other_host(served: Served, look: Look) -> None:
    page = look.at(served.address, locale="en-GB")
    expect(page.locator("section .answer")).to_contain_text("Yes. All 3 that are due will be ready.")
    stage = page.locator('article[data-zone="stage-1"]')
    expect(stage).to_contain_text("Pre-heating")
    expect(stage).to_contain_text("heating on: call 19:00")
    expect(page.locator(".health")).to_contain_text("adds up")
    expect(page.locator(".power")).to_contain_text("44.0")
    page.wait_for_function(_PAINTED)
    assert look.hosts == {"127.0.0.1"}
    assert look.faults == []


def test_headings_landmarks_and_keyboard(served: Served, look: Look) -> None:
    page = look.at(served.address, locale="en-GB")
    expect(page.locator("section .answer")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en-GB"
    for landmark in ("header.q-header", "main", "nav"):
        expect(page.locator(landmark)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text("La Kolok, Studio Kremlin")
    assert page.get_by_role("heading", level=3).count() >= 4
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Go to the zones")
    page.get_by_role("button", name="Stage 2", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#chart")).to_contain_text("Day of Stage 2")


def test_french_is_one_click_away_and_stays(served: Served, look: Look) -> None:
    page = look.at(served.address, locale="en-GB")
    page.get_by_role("link", name="Français").click()
    expect(page.locator("section .answer")).to_contain_text("Oui. Les 3 attendus seront prêts.")
    expect(page.locator('article[data-zone="stage-1"] .air')).to_contain_text(",")
    page.goto(served.address)
    expect(page.locator("section .question")).to_contain_text("Tous les plateaux")
    assert look.faults == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_is_wider_than_a_phone(served: Served, look: Look, language: str) -> None:
    page = look.at(f"{served.address}/page/{language}/now", width=360, height=780)
    page.wait_for_function(_PAINTED)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_page_follows_the_house_by_itself(served: Served, look: Look) -> None:
    page = look.at(f"{served.address}/page/en/now")
    expect(page.locator(".clock time")).to_have_text("16:40")
    served.do("warmer")
    expect(page.locator('article[data-zone="stage-1"] .big')).to_have_text("19.3")
    served.do("late")
    served.do("advance")
    expect(page.locator(".clock time")).to_have_text("16:50")
    expect(page.locator("section .answer")).to_contain_text("No. Stage 1 will be late.")
    served.do("alarm")
    expect(page.locator(".health")).to_contain_text("Stage 1 will not be ready")


def test_old_data_are_told_to_be_old(served: Served, look: Look) -> None:
    page = look.at(f"{served.address}/page/en/now")
    expect(page.locator(".hero .warning")).to_have_count(0)
    served.do("rules-stop")
    expect(page.locator(".hero .warning").first).to_contain_text("The rules last decided 30 min ago")


def test_a_lost_connection_shows(served: Served, look: Look) -> None:
    page = look.at(f"{served.address}/page/en/now")
    expect(page.locator("section .answer")).to_be_visible()
    page.evaluate("document.querySelector('[data-patience]').dataset.patience = '1200'")
    page.context.set_offline(True)
    expect(page.locator(".lost-note")).to_contain_text("what you see is old")
    page.context.set_offline(False)
    expect(page.locator(".lost-note")).to_have_text("")


def test_day_and_zone_of_the_chart_are_chosen(served: Served, look: Look) -> None:
    page = look.at(f"{served.address}/page/en/now?zone=stage-3")
    expect(page.locator("#chart")).to_contain_text("Day of Stage 3 · Tue 20 Jan")
    page.get_by_role("button", name="Day after").click()
    expect(page.locator("#chart")).to_contain_text("Wed 21 Jan")
    page.get_by_label("Zone in the chart").select_option("stage-4")
    expect(page.locator("#chart")).to_contain_text("Day of Stage 4, green screen · Wed 21 Jan")


def test_dark_and_light_by_choice(served: Served, look: Look) -> None:
    page = look.at(f"{served.address}/page/en/now", color_scheme="light")
    expect(page.locator("section .answer")).to_be_visible()
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Dark or light").click()
    page.wait_for_function(f"{background} !== '{light}'")
    page.reload()
    expect(page.locator("section .answer")).to_be_visible()
    assert page.evaluate(background) != light


def test_a_key_is_taken_by_the_form(served: Served, look: Look) -> None:
    page = look.at(f"{served.address}/page/en/now")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("API key").fill("gr_wrong")
    page.get_by_role("button", name="Open the page").click()
    expect(page.get_by_role("alert")).to_contain_text("unknown, revoked or expired")
    page.get_by_label("API key").fill(served.key())
    page.get_by_role("button", name="Open the page").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def _as_engineer(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/page/key")
    page.get_by_label("API key").fill(served.key())
    page.get_by_role("button", name="Open the page").click()
    expect(page.locator("section .answer")).to_be_visible()


def test_an_engineer_takes_a_stage_in_hand_and_gives_it_back(served: Served, look: Look) -> None:
    page = look.at(f"{served.address}/page/en/now")
    expect(page.locator("section .answer")).to_be_visible()
    expect(page.get_by_role("button", name="Stage 3 by hand")).to_have_count(0)
    _as_engineer(served, page)
    page.get_by_role("button", name="Stage 3 by hand").click()
    page.get_by_role("slider", name="Hold a temperature").press("ArrowRight")
    expect(page.get_by_text("Temperature: 20.5 °C")).to_be_visible()
    page.get_by_label("Why (people will ask)").fill("choir rehearses")
    page.get_by_role("button", name="Do it").click()
    stage = page.locator('article[data-zone="stage-3"]')
    expect(stage).to_contain_text("by hand until 18:40")
    expect(stage).to_contain_text("choir rehearses")
    stage.get_by_role("button", name="Hand back to the rules").click()
    expect(stage).not_to_contain_text("by hand until")
    assert look.faults == []


def test_an_alarm_is_acknowledged(served: Served, look: Look) -> None:
    served.do("alarm")
    page = look.at(f"{served.address}/page/en/now")
    _as_engineer(served, page)
    page.get_by_role("link", name="Alarms").click()
    alarms = page.get_by_role("region", name="Alarms")
    expect(alarms).to_contain_text("Stage 1 will not be ready")
    expect(alarms).to_contain_text("You can: close doors")
    page.get_by_role("button", name="I have seen it").click()
    expect(page.get_by_role("region", name="Alarms")).to_contain_text("seen by night watch")
    expect(page.get_by_role("button", name="I have seen it")).to_have_count(0)
    assert look.faults == []


def test_what_is_wasted_stands_beside_the_alarms(served: Served, look: Look) -> None:
    served.do("wasted")
    page = look.at(f"{served.address}/page/en/alarms", locale="en-GB")
    wasted = page.get_by_role("region", name="What is being wasted")
    expect(wasted).to_contain_text("Stage 4 was heated while nobody was due")
    expect(wasted).to_contain_text("since Sat 17 Jan, on 3 days; about 42 kWh")


def test_the_week_shows_every_booking_as_a_bar_that_explains_itself(served: Served, look: Look) -> None:
    page = look.at(f"{served.address}/page/en/week", locale="en-GB")
    bars = page.locator(".week .bar")
    expect(bars).to_have_count(4)
    bars.first.hover()
    expect(bars.first.locator(".tip")).to_contain_text("19:00 to 03:00")
    bars.first.click()
    expect(page.locator("#chart")).to_contain_text("Day of Stage 1 · Tue 20 Jan")
    phone = look.at(f"{served.address}/page/fr/week", width=360, height=780)
    expect(phone.locator(".agenda")).to_contain_text("tournage")
    expect(phone.locator(".week")).to_be_hidden()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_stretch_drawn_in_the_week_becomes_an_override(served: Served, look: Look) -> None:
    page = look.at(f"{served.address}/page/en/now", locale="en-GB")
    _as_engineer(served, page)
    page.get_by_role("link", name="Week", exact=True).click()
    row = page.locator('.week .track[data-zone="stage-4"]')
    box = row.bounding_box()
    assert box is not None
    day = box["width"] / 7
    start, middle = box["x"] + 3.25 * day, box["y"] + box["height"] - 6  # Friday, six in the morning
    page.mouse.move(start, middle)
    page.mouse.down()
    page.mouse.move(start + day / 8, middle, steps=4)
    page.mouse.up()
    expect(page.get_by_text("For 3 h 00, until Fri 23 Jan 09:00")).to_be_visible()
    expect(page.get_by_label("From (left empty: now)")).to_have_value("2026-01-23T06:00")
    page.get_by_label("Why (people will ask)").fill("paint dries")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator('.week .track[data-zone="stage-4"] .hand')).to_have_count(1)
    assert look.faults == []


def test_the_bookings_to_come_are_listed_with_their_answers(served: Served, look: Look) -> None:
    page = look.at(f"{served.address}/page/nl/bookings", width=360, height=780)
    expect(page.locator(".booking-list > li")).to_have_count(4)
    expect(page.locator(".booking-list")).to_contain_text("optie")
    expect(page.locator(".booking-list .answer-line").first).to_contain_text("klaar")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_reports_are_a_click_away_for_those_with_a_key(served: Served, look: Look) -> None:
    page = look.at(f"{served.address}/page/en/reports", locale="en-GB")
    expect(page.get_by_role("region", name="Reports")).to_contain_text("Sign in to see reports.")
    _as_engineer(served, page)
    page.get_by_role("link", name="Reports", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    with page.expect_download() as waiting:
        page.locator("tbody tr").first.get_by_role("link", name="csv").click()
    assert waiting.value.suggested_filename == "letter.csv"


def test_devices_are_listed_with_when_they_were_heard(served: Served, look: Look) -> None:
    page = look.at(f"{served.address}/page/en/devices", locale="en-GB")
    expect(page.locator("table")).to_contain_text("Three-phase meter at the connection")
    assert page.locator("tbody tr").count() == 65


def test_the_answer_is_there_before_any_script_has_run(served: Served, look: Look) -> None:
    page = look.at(f"{served.address}/page/en/now", java_script_enabled=False)
    expect(page.locator("#first .answer")).to_contain_text("All 3 that are due will be ready")


@pytest.mark.parametrize(
    ("view", "shown"),
    [("week", ".track .bar"), ("bookings", ".answer-line"), ("devices", "tbody tr")],
    ids=["week", "bookings", "devices"],
)
def test_week_bookings_and_devices_are_there_before_any_script_too_and_once_only_after(
    served: Served, look: Look, view: str, shown: str
) -> None:
    plain = look.at(f"{served.address}/page/en/{view}", java_script_enabled=False)
    expect(plain.locator(f"#first {shown}").first).to_be_visible()
    live = look.at(f"{served.address}/page/en/{view}")
    expect(live.locator(shown).first).to_be_visible(timeout=30_000)
    expect(live.locator("#first")).to_have_count(0, timeout=30_000)
    assert live.locator(shown).count() == plain.locator(shown).count()


def test_pictures_for_the_readme_are_taken_by_a_command(served: Served, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "gateway.page.pictures", served.address, str(tmp_path / "pictures")],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    made = sorted((tmp_path / "pictures").glob("*.png"))
    assert [picture.stem for picture in made] == sorted(shot.name for shot in SHOTS)
    assert all(picture.stat().st_size > 10_000 for picture in made)
