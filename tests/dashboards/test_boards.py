"""Boards of every premises that ships: each query asks for what the store really writes, each panel says what it is."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboards.boards import boards_of, cluster_boards, cluster_models, models_of
from dashboards.boards.plant import board as plant_board
from dashboards.export import export
from dashboards.flux import ROLLED, Source, text
from dashboards.panels import GREY, Board, Panel, Target, board_uid
from dashboards.publish import Influx
from dashboards.series import over_time, present
from dashboards.words import WORDS, Words
from premises.quantities import ValueKind
from premises.reading import Reading, Value
from premises.site import Cluster, Site, WeatherFeed
from premises.sitefile import example, load_premises
from premises.told import EVENT_KINDS, FIELDS
from premises.told import TAGS as TOLD_TAGS
from premises.wide import MEASUREMENT, TAGS
from stores.influx_shelf import COLUMNS
from stores.line_protocol import LineWriter

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
WORDS_EN = Words("en")
NEWEST = re.compile(r"range\(start: -\d+[sm], stop: now\(\)\)")
VALUES: dict[ValueKind, Value] = {ValueKind.NUMBER: 1.0, ValueKind.FLAG: True, ValueKind.TEXT: "x"}
PREMISES = ("la-kolok", "commune-image", "pole-images", "primi")
ONE = re.compile(
    r'\(r\["subject"\] == "([^"]+)" and (?:r\["part"\] == "([^"]+)"|not exists r\["part"\]) and r\._field == "([^"]+)"\)'
)
ONE_ROLLED = re.compile(ONE.pattern.replace(r"r\._field", r'r\["quantity"\]'))
FIELD = re.compile(r'r\._field == "([^"]+)"')
OF = re.compile(r'r\._measurement == "([^"]+)"')
COLUMN = re.compile(r"\br\.([a-z]\w+)")
TAG_NAMES = (*TAGS, *(name for names in TOLD_TAGS.values() for name in names))


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


def fields_of(measurement: str, site: Site) -> set[str]:
    """Fields that are written to a measurement: of readings, of kept quarter hours, of what is told."""
    if measurement == MEASUREMENT:
        return {field for _, _, field in written_series(site)}
    if measurement == ROLLED:
        return {*COLUMNS.values(), "mean"}
    return set(FIELDS[measurement])


def queries(site: Site) -> Iterator[tuple[str, str]]:
    """(where, Flux) of every panel and every annotation."""
    for board, panel in panels(site):
        yield from ((f"{board.name}: {panel.title}", target.flux) for target in panel.targets if isinstance(target, Target))
    for board in boards_of(site):
        yield from ((f"{board.name}: {mark.name}", mark.query) for mark in board.annotations)


@pytest.mark.parametrize("site", SITES.values(), ids=SITES)
def test_every_query_asks_for_series_that_the_store_writes(site: Site) -> None:
    written = written_series(site)
    for where, flux in queries(site):
        measurements = set(OF.findall(flux))
        assert measurements, where
        assert measurements <= {MEASUREMENT, ROLLED, *FIELDS}, where
        assert flux.count(f'r["site"] == "{site.id}"') == flux.count("from(bucket"), where
        for asked in [*ONE.findall(flux), *ONE_ROLLED.findall(flux)]:
            assert asked in written, (where, asked)
        known = set().union(*(fields_of(measurement, site) for measurement in measurements))
        assert set(FIELD.findall(flux)) <= known, where
        rows = {"call", "zone_id", "zone_name", "made", "sent", "above", "below"} | set(TAG_NAMES) | known
        assert set(COLUMN.findall(flux)) <= rows, where


def test_the_lint_sees_a_query_that_asks_for_what_nobody_writes() -> None:
    site = SITES["la-kolok"]
    made_up = replace(site.point("stage-1/co2"), subject="stage-9")
    flux = over_time(Source(site), [(made_up, "CO2")]).flux
    assert not {*ONE.findall(flux), *ONE_ROLLED.findall(flux)} <= written_series(site)


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
                bridged = panel["fieldConfig"]["defaults"]["custom"].get("spanNulls", False)
                assert bridged is False or 60_000 <= bridged <= 48 * 3_600_000  # ms; never True, which draws over any gap
                if panel["type"] in ("stat", "bargauge"):
                    assert all(NEWEST.search(target["query"]) for target in panel["targets"]), panel["title"]
                assert panel["fieldConfig"]["defaults"]["noValue"]


def test_how_old_a_present_value_may_be_follows_from_how_often_the_point_tells() -> None:
    site = SITES["la-kolok"]
    often, on_change = site.point("grid/power"), site.point("heat-pump/supply_setpoint")
    assert "range(start: -2700s, stop: now())" in present(Source(site), [(often, "grid")]).flux  # three quarter hours
    assert "range(start: -86400s, stop: now())" in present(Source(site), [(on_change, "wish")]).flux  # told on change only


def test_wide_ranges_are_made_of_kept_quarter_hours_and_need_none_where_there_are_none() -> None:
    site = SITES["la-kolok"]
    assert 'from(bucket: "greenroom_quarter")' in over_time(Source(site), [(site.point("grid/power"), "grid")]).flux
    for board in boards_of(site, rollups=False):
        for panel in board.panels:
            assert all("_quarter" not in target.flux for target in panel.targets if isinstance(target, Target))


def test_only_what_the_site_has_is_shown() -> None:
    site = SITES["la-kolok"]
    bare = replace(site, zones=(), devices=(), points=tuple(p for p in site.points if p.device == "greenroom" and not p.zone))
    bare = replace(bare, plants=(), meters=(), pv_strings=())
    assert {board.name for board in boards_of(bare)} == {"overview", "energy", "devices", "intake"}
    assert plant_board(Source(bare), WORDS_EN).panels == ()


def test_zones_of_tables_open_the_zones_board_with_time_and_zone_kept() -> None:
    (table, *_rest) = (panel for panel in models_of(SITES["la-kolok"])[0]["panels"] if panel["type"] == "table")
    links = [
        prop["value"][0]["url"]
        for override in table["fieldConfig"]["overrides"]
        for prop in override["properties"]
        if prop["id"] == "links"
    ]
    assert links == ['/d/gr-la-kolok-stage?var-zone=${__data.fields["zone_id"]}&${__url_time_range}']


def test_the_clusters_boards_stand_side_by_side_in_each_of_its_languages() -> None:
    cluster = load_premises(example("pole-images"))
    assert isinstance(cluster, Cluster)
    boards = cluster_boards(cluster)
    assert [board.name for board in boards] == ["cluster-fr", "cluster-nl", "cluster-en"][: len(boards)]
    assert len({board.title for board in boards}) == len(boards) > 1
    for board in boards:
        for site in cluster.sites:
            assert any(f'r["site"] == "{site.id}"' in t.flux for p in board.panels for t in p.targets if isinstance(t, Target))
        assert all("${site:regex}" in t.flux for p in board.panels for t in p.targets if isinstance(t, Target))
        (variable,) = board.variables
        assert [value for _, value in variable.choices] == [site.id for site in cluster.sites]
    refs = [[t["refId"] for t in panel["targets"]] for model in cluster_models(cluster) for panel in model["panels"]]
    assert all(len(names) == len(set(names)) for names in refs)


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_boards_speak_each_language(language: str) -> None:
    titles = [board.title for board in boards_of(SITES["la-kolok"], language=language)]
    assert titles[0].startswith({"en": "Tonight and tomorrow", "fr": "Ce soir et demain", "nl": "Vanavond en morgen"}[language])


def test_each_kind_of_annotation_is_on_a_board() -> None:
    asked = " ".join(mark.query for board in boards_of(SITES["la-kolok"]) for mark in board.annotations)
    for kind in EVENT_KINDS:
        assert f'r.kind == "{kind}"' in asked
    assert "meter_swap" in asked
    assert 'r._measurement == "booking"' in asked
    (own, *marks) = models_of(SITES["la-kolok"])[1]["annotations"]["list"]
    assert own["builtIn"] == 1
    assert all(mark["target"]["query"] and mark["mappings"]["timeEnd"]["value"] == "timeEnd" for mark in marks)


def test_a_call_in_the_afternoon_cannot_be_taken_for_one_at_night() -> None:
    """Columns of instants have 24 hours, whatever the browser's language, and are wide enough for them."""
    primi = load_premises(example("primi"))
    assert isinstance(primi, Cluster)
    boards = [*boards_of(SITES["la-kolok"]), *cluster_boards(primi)]
    told = [column for board in boards for panel in board.panels for column in panel.columns if column.name in ("call", "_time")]
    assert len(told) >= 3
    for column in told:
        assert column.unit == "time:YYYY-MM-DD HH:mm"
        assert column.width is not None
        assert column.width >= 140


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


def test_the_sun_board_shows_the_forecast_beside_the_fact_and_else_says_that_it_is_persistence() -> None:
    bare = SITES["la-kolok"]
    told = replace(bare, forecast=WeatherFeed("https://weather.example/forecast"))

    def sun(site: Site) -> list[Panel]:
        return [panel for board, panel in panels(site) if board.name == "sun"]

    (persistent, *_rest) = sun(bare)
    assert "timeShift(duration: 1d)" in "".join(target.flux for target in persistent.targets if isinstance(target, Target))
    assert WORDS_EN("label.as_yesterday") in {line.name for line in boards_of(bare, language="en")[4].panels[0].series}
    assert "persistence" in WORDS_EN("panel.sun_power_about")
    assert not any("forecast_" in flux for where, flux in queries(bare) if where.startswith("sun"))

    asked = {match for where, flux in queries(told) if where.startswith("sun") for match in ONE.findall(flux)}
    forecasts = {("greenroom", "", "forecast_pv_w"), ("greenroom", "", "forecast_c")}
    assert forecasts <= asked
    assert forecasts <= written_series(told)
    assert "timeShift" not in "".join(target.flux for target in sun(told)[0].targets if isinstance(target, Target))


def test_names_from_the_site_file_cannot_break_out_of_a_query() -> None:
    assert text('a" or true //') == '"a\\" or true //"'
    assert text("${v}") == '"\\${v}"'


def test_all_languages_say_everything() -> None:
    english = WORDS.keys("en")
    for language in WORDS.languages():
        assert WORDS.keys(language) == english, language


def test_the_export_is_the_same_twice_and_holds_no_secret(tmp_path: Path) -> None:
    influx = Influx("http://influxdb:8086", "greenroom", "secret-token")
    one = export([SITES["la-kolok"]], tmp_path / "one", influx)
    two = export([SITES["la-kolok"]], tmp_path / "two", influx)
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
    assert len(one) == len(boards_of(SITES["la-kolok"])) + 3
    assert all(b"secret-token" not in path.read_bytes() for path in one)
    source = (tmp_path / "one" / "datasources" / "la-kolok.yaml").read_text(encoding="utf-8")
    assert "$INFLUX_TOKEN" in source


def test_the_contracted_power_is_seen_also_when_little_is_used() -> None:
    (power,) = (model for model in models_of(SITES["la-kolok"]) if model["uid"] == "gr-la-kolok-power")
    (connection,) = (panel for panel in power["panels"] if "axisSoftMax" in panel["fieldConfig"]["defaults"]["custom"])
    assert connection["fieldConfig"]["defaults"]["custom"]["axisSoftMax"] == 250_000 * 0.93  # kVA of the contract
    assert connection["fieldConfig"]["defaults"]["thresholds"]["steps"][-1]["value"] == 250_000 * 0.93


def test_no_axis_of_shares_is_cut_to_whole_numbers() -> None:
    """Grafana writes its word for "no data" beside the ticks that such an axis cannot name (seen on a real 9.3.2)."""
    for site in SITES.values():
        for board, panel in panels(site):
            assert panel.kind != "timeseries" or panel.decimals != 0, (board.name, panel.title)


def test_what_leaves_the_premises_is_drawn_below_zero_and_never_hides_what_comes_in() -> None:
    site = SITES["la-kolok"]
    panel = next(panel for board, panel in panels(site) if board.name == "sun" and len(panel.series) == 3 and panel.bars)
    assert panel.stacked
    assert [series.below for series in panel.series] == [False, False, True]


def test_starts_are_counted_by_the_compressor_where_it_is_told() -> None:
    """A heat pump that is switched on runs only when the water asks for heat."""
    targets = {panel.title: panel.targets[0] for panel in plant_board(Source(SITES["la-kolok"]), WORDS_EN).panels}
    starts = targets[WORDS_EN("panel.starts")]
    assert isinstance(starts, Target)
    assert "compressor_hz" in starts.flux
    assert "heatpump_on" not in starts.flux


def test_the_plants_name_stands_in_titles_only_where_there_are_several() -> None:
    site = SITES["la-kolok"]
    assert all(site.plants[0].name not in panel.title for board, panel in panels(site) if board.name == "plant")
    two = replace(site, plants=(*site.plants, replace(site.plants[0], name="Second plant")))
    titles = [panel.title for panel in plant_board(Source(two), WORDS_EN).panels]
    assert any(title.endswith("Second plant") for title in titles)
    assert any(title.endswith(site.plants[0].name) for title in titles)


def test_a_single_value_that_is_not_there_is_grey_and_never_the_green_of_all_is_well() -> None:
    for site in SITES.values():
        for model in models_of(site):
            for panel in model["panels"]:
                if panel["type"] in ("stat", "bargauge"):
                    last = panel["fieldConfig"]["defaults"]["mappings"][-1]
                    assert last["options"]["match"] == "null+nan", panel["title"]
                    assert last["options"]["result"]["color"] == GREY, panel["title"]
