"""How owners write things, and what Greenroom makes of it."""

from __future__ import annotations

import re
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticCustomError

from premises.booking import DayKind
from premises.site import GREENROOM, Comfort, Neighbour, Site
from premises.sitefile import cluster_schema, example, example_names, json_schema, load_text
from premises.sitefile.form.fields import parse_clock, parse_duration
from premises.sitefile.text import read_text

DOCS = Path(__file__).parents[2] / "docs" / "site-file.md"


@pytest.fixture(scope="module")
def hangar() -> Site:
    """The short example of the owners' page."""
    blocks = re.findall(r"```yaml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    site = load_text(blocks[0], "docs/site-file.md")
    assert isinstance(site, Site)
    return site


def test_the_short_file_of_the_owners_page_is_complete(hangar: Site) -> None:
    assert [zone.id for zone in hangar.zones] == ["stage", "offices", "make-up"]
    assert hangar.energy_area_m2 == hangar.floor_area_m2
    assert hangar.point("stage/setpoint_temperature").writable
    assert hangar.point("stage-light/energy").zone == "stage"


def test_plans_save_money_and_energy_unless_the_file_says_what_else(hangar: Site) -> None:
    assert hangar.weights == {"cost": 1.0, "carbon": 0.0, "energy": 2.0, "peak": 0.0}
    text = re.findall(r"```yaml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)[0]
    site = load_text(text + "weights: {cost: 1.0, carbon: 0.5, energy: 0, peak: 0.8}\n", "hangar.yaml")
    assert isinstance(site, Site)
    assert site.weights == {"cost": 1.0, "carbon": 0.5, "energy": 0.0, "peak": 0.8}


def test_what_is_left_out_is_as_usual_for_the_use(hangar: Site) -> None:
    offices = hangar.zone("offices")
    assert offices.volume_m3 == pytest.approx(250 * 2.8)
    assert offices.comfort_on(DayKind.WORK) == Comfort(20.0, light_pct=80.0)
    assert not offices.bookable
    stage = hangar.zone("stage")
    assert stage.comfort_on(DayKind.SHOOT) == Comfort(20.0, light_pct=40.0)
    assert stage.comfort_on(DayKind.BUILD).heat_c == 17
    assert stage.emitter_power_w == 500 * 120


def test_a_wall_written_once_is_known_on_both_sides(hangar: Site) -> None:
    assert hangar.zone("offices").neighbours == (Neighbour("stage", 80.0),)


def test_greenrooms_own_points_follow_those_of_devices(hangar: Site) -> None:
    assert hangar.point("stage/wanted_temperature").device == GREENROOM
    assert hangar.point("greenroom/messages_received").zone == ""


def test_states_are_due_on_change_and_numbers_by_the_clock(hangar: Site) -> None:
    assert hangar.point("stage/switch_state").expected_every is None
    assert hangar.point("stage/setpoint_temperature").expected_every is None
    assert hangar.point("stage/co2").expected_every == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15 min", timedelta(minutes=15)),
        ("2h", timedelta(hours=2)),
        ("1 h 30 min", timedelta(minutes=90)),
        ("1.5 h", timedelta(minutes=90)),
        ("10 d", timedelta(days=10)),
        ("90 seconds", timedelta(seconds=90)),
        ("250 ms", timedelta(milliseconds=250)),
        (0, timedelta(0)),
    ],
)
def test_durations_are_written_as_people_say_them(text: Any, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["15", "15 parsecs", "min", "", "-5 min", "2 h and a bit", 15, "400 d", "1 h, 5 min"])
def test_what_is_no_duration_is_refused(text: Any) -> None:
    with pytest.raises(PydanticCustomError, match="write it like 15 min"):
        parse_duration(text)


def test_the_end_of_the_day_can_be_written_as_24() -> None:
    assert parse_clock("24:00") == time(0)
    assert parse_clock("8:05") == time(8, 5)
    for text in ("24:01", "25:00", "8", 480, "08:60", "8h"):
        with pytest.raises(PydanticCustomError, match='write it like "08:00"'):
            parse_clock(text)


def _blocks(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [schema, *(block for block in schema["$defs"].values() if "properties" in block)]


@pytest.mark.parametrize("schema", [json_schema(), cluster_schema()], ids=["site", "cluster"])
def test_the_schema_describes_every_key_for_editors(schema: dict[str, Any]) -> None:
    for block in _blocks(schema):
        assert block["additionalProperties"] is False
        for key, value in block["properties"].items():
            assert value.get("description"), (block.get("description"), key)


def test_the_schema_knows_every_key_of_the_examples() -> None:
    known = {key for schema in (json_schema(), cluster_schema()) for block in _blocks(schema) for key in block["properties"]}
    known |= {str(kind) for kind in DayKind} | {"fr", "en", "nl"}
    for name in example_names():
        document = read_text(example(name).read_text("utf-8"), name)
        keys = {place[-1] for place in document.lines if place and isinstance(place[-1], str)}
        assert {key for key in keys if not key.startswith("x-")} <= known


def test_the_schema_shows_bounds_and_words() -> None:
    schema = json_schema()
    assert schema["properties"]["latitude"]["maximum"] == 90
    assert "stage" in schema["$defs"]["ZoneUse"]["enum"]
    assert "zigbee2mqtt" in schema["$defs"]["DeviceForm"]["properties"]["family"]["enum"]
    assert "^x-" in schema["patternProperties"]
