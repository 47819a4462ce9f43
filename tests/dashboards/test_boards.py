"""Boards of every premises that ships: each query asks for what the store really writes, each panel says what it is."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboards.boards import boards_of, models_of
from dashboards.export import export
from dashboards.flux import text
from dashboards.panels import Board, Panel, board_uid
from dashboards.words import WORDS
from premises.quantities import ValueKind
from premises.reading import Reading, Value
from premises.site import Site
from premises.sitefile import example, load_premises
from premises.wide import MEASUREMENT
from stores.line_protocol import LineWriter

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
VALUES: dict[ValueKind, Value] = {ValueKind.NUMBER: 1.0, ValueKind.FLAG: True, ValueKind.TEXT: "x"}
PREMISES = ("la-kolok", "commune-image", "pole-images", "primi")
ONE = re.compile(
    r'\(r\["subject"\] == "([^"]+)" and (?:r\["part"\] == "([^"]+)"|not exists r\["part"\]) and r\._field == "([^"]+)"\)'
)
FIELD = re.compile(r'r\._field == "([^"]+)"')


def sites() -> Iterator[Site]:
    for name in PREMISES:
        premises = load_premises(example(name))
        yield from premises.sites if not isinstance(premises, Site) else (premises,)


SITES = {site.id: site for site in sites()}


def panels(site: Site) -> Iterator[tuple[Board, Panel]]:
    for board in boards_of(site):
        for panel in board.panels:
            yield board, panel


def written_series(site: Site) -> set[tuple[str, str, str]]:
    """(subject, part, field) of every line that the store writes for a reading of each point."""
    writer = LineWriter(site.id, {point.id: point for point in site.points})
    series = set()
    for point in site.points:
        value = VALUES[point.quantity.kind]
        lines, _doubtful = writer.lines([Reading(point.id, NOW, value, NOW)])
        head, fields, _time = lines.decode().rsplit(" ", 2)
        tags = dict(tag.split("=", 1) for tag in re.split(r"(?<!\\),", head)[1:])
        assert head.startswith(f"{MEASUREMENT},")
        series.add((tags["subject"], tags.get("part", ""), fields.split("=")[0]))
    return series


@pytest.mark.parametrize("site", SITES.values(), ids=SITES)
def test_every_query_asks_for_series_that_the_store_writes(site: Site) -> None:
    written = written_series(site)
    fields = {field for _, _, field in written}
    for board, panel in panels(site):
        for target in panel.targets:
            assert f'r._measurement == "{MEASUREMENT}"' in target.flux
            assert f'r["site"] == "{site.id}"' in target.flux
            for asked in ONE.findall(target.flux):
                assert asked in written, (board.name, panel.title, asked)
            assert set(FIELD.findall(target.flux)) <= fields, (board.name, panel.title)


@pytest.mark.parametrize("site", SITES.values(), ids=SITES)
def test_every_panel_has_title_description_and_unit(site: Site) -> None:
    for board, panel in panels(site):
        assert panel.title, board.name
        assert panel.description, (board.name, panel.title)
        assert panel.unit, (board.name, panel.title)
        assert panel.targets, (board.name, panel.title)


def test_no_uid_is_used_twice_and_all_fit() -> None:
    uids = [board.uid for site in SITES.values() for board in boards_of(site)]
    assert len(uids) == len(set(uids))
    assert max(len(uid) for uid in uids) <= 40
    assert len(board_uid("a-very-long-name-of-a-site-in-the-north", "overview")) <= 40


def test_every_site_has_an_overview_first_and_boards_link_to_each_other() -> None:
    for site in SITES.values():
        models = models_of(site)
        assert models[0]["uid"] == board_uid(site.id, "overview")
        for model in models:
            assert model["timezone"] == site.timezone
            assert {link["url"] for link in model["links"]} == {f"/d/{other['uid']}" for other in models if other is not model}
            assert all(link["keepTime"] and link["includeVars"] for link in model["links"])


def test_a_gap_is_never_drawn_over_and_stale_values_are_no_data() -> None:
    for site in SITES.values():
        for model in models_of(site):
            for panel in model["panels"]:
                assert panel["fieldConfig"]["defaults"]["custom"].get("spanNulls", False) is False
                if panel["type"] == "stat":
                    assert all("range(start: -20m" in target["query"] for target in panel["targets"])


def test_panels_do_not_overlap() -> None:
    for site in SITES.values():
        for model in models_of(site):
            taken: set[tuple[int, int]] = set()
            for panel in model["panels"]:
                place = panel["gridPos"]
                cells = {
                    (x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])
                }
                assert not cells & taken, (model["title"], panel["title"])
                assert place["x"] + place["w"] <= 24
                taken |= cells


def test_names_from_the_site_file_cannot_break_out_of_a_query() -> None:
    assert text('a" or true //') == '"a\\" or true //"'
    assert text("${v}") == '"\\${v}"'


def test_all_languages_say_everything() -> None:
    english = WORDS.keys("en")
    for language in WORDS.languages():
        assert WORDS.keys(language) == english, language
    assert boards_of(SITES["la-kolok"])[0].title.endswith("Vue d'ensemble")
    assert boards_of(SITES["la-kolok"], language="en")[0].title.endswith("Overview")


def test_the_export_is_the_same_twice_and_holds_no_secret(tmp_path: Path) -> None:
    one = export([SITES["la-kolok"]], tmp_path / "one", "http://influxdb:8086", "greenroom")
    two = export([SITES["la-kolok"]], tmp_path / "two", "http://influxdb:8086", "greenroom")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
    assert len(one) == len(boards_of(SITES["la-kolok"])) + 2
    source = (tmp_path / "one" / "datasources" / "la-kolok.yaml").read_text(encoding="utf-8")
    assert "$INFLUX_TOKEN" in source
