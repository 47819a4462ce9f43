"""Studies from the command line, on what a site that ran has left behind."""

from __future__ import annotations

import gzip
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from greenroom.cli import greenroom
from greenroom.premises_files import load_one_site
from greenroom.studies.changes import read_changes
from premises.errors import SettingError
from tests.greenroom.stored_week import ZONE, stored_week

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ran")
    stored_week(folder)
    return folder


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(greenroom, [*arguments, "--data", str(folder)], standalone_mode=False)


def told(folder: Path, *arguments: str) -> dict[str, object]:
    result = run(folder, *arguments, "--json")
    assert result.exception is None, result.output
    return json.loads(result.stdout)  # type: ignore[no-any-return]


def test_a_learned_model_is_shown_with_its_errors_and_a_day_of_it(folder: Path, tmp_path: Path) -> None:
    model = told(folder, "model", "show", "la-kolok", ZONE)[ZONE]
    assert isinstance(model, dict)
    assert 0 < model["one_day_error_k"] < 1.5
    assert len(model["course"]) == 97
    away = [abs(row["measured_c"] - row["free_run_c"]) for row in model["course"]]
    assert away[0] == pytest.approx(0.0, abs=0.1)
    assert max(away) < 3
    page = tmp_path / "stage.html"
    result = run(folder, "model", "show", "la-kolok", ZONE, "--out", str(page))
    assert result.return_value == 0
    assert "one-day open-loop error" in result.output
    assert "o measured" in result.output
    assert 50.0 <= model["half_open_valve_pct"] <= 100.0
    assert "heat let through by half-open valves" in result.output
    text = page.read_text(encoding="utf-8")
    assert "W/K" in text
    assert "half-open valves" in text
    picture = ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])
    assert len(picture.findall("{http://www.w3.org/2000/svg}polyline")) == 2


def test_what_is_not_learned_is_said_and_fails(folder: Path) -> None:
    result = run(folder, "model", "show", "la-kolok", "stage-2")
    assert result.return_value == 1
    assert "nothing is learned of stage-2" in result.stderr
    with pytest.raises(SettingError, match="heated zones are stage-1"):
        raise run(folder, "model", "show", "la-kolok", "stage-9").exception or AssertionError


def test_a_plan_and_what_another_setpoint_would_make_of_it(folder: Path) -> None:
    found = told(folder, "plan", "la-kolok", "--what-if", "setpoint=-2", "--what-if", "outdoor=+3", "--language", "nl")
    plan, difference = found["plan"], found["difference"]
    assert isinstance(plan, dict)
    assert isinstance(difference, dict)
    assert difference["energy_kwh"] < -5
    assert difference["cost"] < 0
    stage = next(zone for zone in plan["zones"] if zone["zone"] == ZONE)
    assert len(stage["slots"]) == 192
    assert any(
        reason.startswith(("in gebruik", "opgewarmd")) or "gepland" in reason for reason in {s["reason"] for s in stage["slots"]}
    )


def test_a_booking_more_costs_more_and_is_told_as_a_table(folder: Path) -> None:
    booking = "booking=stage-2@2026-01-20T08:00Z/2026-01-20T18:00Z,shoot,21"
    result = run(folder, "plan", "la-kolok", "--leads", "--what-if", booking, "--what-if", "tariff=0.12@22:00-06:00/0.50")
    assert result.exception is None
    row = next(line for line in result.output.splitlines() if "difference" in line)
    energy = float(row.split("│")[2])
    assert energy > 20


@pytest.mark.parametrize(
    "wrong",
    [
        "setpoint",
        "setpoint=warm",
        "outdoor=99",
        "tariff=cheap",
        "tariff=0.1@22:00-06:00",
        "tariff=0.1@25:00-26:00/0.2",
        "booking=stage-1",
        "booking=stage-99@2026-01-20T08:00Z/2026-01-20T18:00Z",
        "booking=stage-1@2026-01-20T08:00Z/2026-01-20T07:00Z",
        "cancel=7",
        "moon=full",
    ],
)
def test_a_change_that_cannot_be_read_shows_how_to_write_it(wrong: str) -> None:
    with pytest.raises(SettingError, match=r"write|must|SOURCE"):
        read_changes(load_one_site("la-kolok"), [wrong])


def test_what_other_ways_of_heating_would_have_used(folder: Path) -> None:
    found = told(folder, "backtest", "la-kolok", "--days", "3", "--lead", "1", "--lead", "6")
    ways = {way["way"]: way for way in found["ways"]}  # type: ignore[attr-defined]
    assert list(ways) == ["as it was", "always on", "fixed 1 h", "fixed 6 h", "plan"]
    assert ways["fixed 1 h"]["energy_kwh"] < ways["fixed 6 h"]["energy_kwh"] < ways["always on"]["energy_kwh"]
    assert ways["plan"]["energy_kwh"] < ways["fixed 6 h"]["energy_kwh"]
    assert {way["calls"] for way in ways.values()} == {3}
    assert found["zones"] == [ZONE]
    assert "stage-2" in found["left_out"]  # type: ignore[operator]


def test_every_kept_tick_is_decided_again_and_is_the_same(folder: Path) -> None:
    found = told(folder, "decisions", "replay", "la-kolok")
    assert (found["ticks"], found["same"], found["different"]) == (20, 20, [])
    part = told(folder, "decisions", "replay", "la-kolok", "--since", "2026-01-18T23:00:00Z")
    assert part["ticks"] == 10
    assert "all the same" in run(folder, "decisions", "replay", "la-kolok").output
    with pytest.raises(SettingError, match="there are la-kolok"):
        raise run(folder, "decisions", "replay", "elsewhere").exception or AssertionError


def test_a_tick_that_came_to_something_else_is_named(folder: Path, tmp_path: Path) -> None:
    kept = next((folder / "decisions" / "la-kolok").glob("*.gz"))  # the hour that is over was packed
    lines = gzip.decompress(kept.read_bytes()).decode()
    there = tmp_path / "decisions" / "la-kolok"
    there.mkdir(parents=True)
    head, told_first, rest = lines.partition('["r",')
    (there / kept.name.removesuffix(".gz")).write_text(head + told_first + rest.replace("14.0", "19.0", 1), encoding="utf-8")
    result = run(tmp_path, "decisions", "replay", "la-kolok")
    assert result.return_value == 1
    assert "1 came to something else" in result.output


def test_a_folder_without_a_store_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="there is no store"):
        raise run(tmp_path, "plan", "la-kolok").exception or AssertionError


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("cancel=demo/nobody", "there is no such booking; there are "),
        ("booking=stage-1@2020-01-22T07:00Z/2020-01-22T18:00Z", "planned is "),
        ("booking=stage-1@2026-01-22T07:00Z/2026-01-22T18:00Z,shoot,99", "99 °C is no temperature for people"),
    ],
)
def test_a_change_that_would_change_nothing_is_refused_in_words(folder: Path, change: str, said: str) -> None:
    error = run(folder, "plan", "la-kolok", "--leads", "--what-if", change).exception
    assert isinstance(error, SettingError)
    assert said in str(error)
