"""Alert rules: each stands on what is written, says what happened and what to do, and is the same by API and as a file."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from dashboards.alerts import GROUP, rule_models, rules_of
from dashboards.boards import boards_of
from dashboards.export import export
from dashboards.flux import Source
from dashboards.publish import Influx
from premises.quantities import QUANTITIES
from premises.sitefile import example, load_site
from premises.told import FIELDS
from premises.wide import MEASUREMENT

SITE = load_site(example("la-kolok"))
INFLUX = Influx("http://influxdb:8086", "greenroom", "secret-token", "greenroom")
OWNERS = ("not-ready", "cold", "frost", "performance-heat-pump", "stale", "unbalanced", "broker", "waiting", "silent")


def test_the_site_has_a_rule_for_each_thing_that_a_person_is_called_for() -> None:
    assert tuple(rule.key for rule in rules_of(Source(SITE))) == OWNERS
    boards = {board.name for board in boards_of(SITE)}
    for rule in rules_of(Source(SITE)):
        assert rule.board in boards
        fields = {quantity.field for quantity in QUANTITIES.values()}
        for flux in (rule.flux, rule.beside):
            for measurement in re.findall(r'_measurement == "(\w+)"', flux):
                known = fields if measurement == MEASUREMENT else set(FIELDS[measurement])
                assert set(re.findall(r'_field == "(\w+)"', flux)) <= known, rule.key


def test_frost_and_silence_are_seen_when_greenroom_itself_stands_still() -> None:
    rules = {rule.key: rule for rule in rules_of(Source(SITE))}
    assert f'"{MEASUREMENT}"' in rules["frost"].flux
    assert 'if r.zone == "stage-1" then 7.5 else' in rules["frost"].flux  # half a kelvin above its frost guard
    assert rules["silent"].silent == "Alerting"


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_each_rule_says_what_happened_and_what_a_person_can_do(language: str) -> None:
    models = rule_models(SITE, "greenroom", language)
    for model in models:
        assert len(model["annotations"]["summary"]) > 15
        assert len(model["annotations"]["description"]) > 30
        assert model["labels"] == {"greenroom": "true", "site": "la-kolok", "severity": model["labels"]["severity"]}
        assert model["labels"]["severity"] in ("critical", "warning")
        assert [query["refId"] for query in model["data"]][:3] == ["A", "B", "C"]
    assert len({model["uid"] for model in models}) == len({model["title"] for model in models}) == len(models)
    assert all(len(model["uid"]) <= 40 for model in models)
    cold = next(model for model in models if model["uid"] == "gr-la-kolok-alert-cold")
    assert "{{ $labels.zone }}" in cold["annotations"]["summary"]
    assert '{{ printf "%.1f" $values.B.Value }}' in cold["annotations"]["summary"]


def test_who_is_called_for_a_cold_stage_reads_how_many_hours_are_left() -> None:
    """The hours come from a query of their own: were they a label, each evaluation would be another alert."""
    (late,) = (model for model in rule_models(SITE, "greenroom", "en") if model["uid"] == "gr-la-kolok-alert-not-ready")
    assert "$values.E.Value" in late["annotations"]["summary"]
    data = {query["refId"]: query["model"] for query in late["data"]}
    assert data.keys() == {"A", "B", "C", "D", "E"}
    assert "hours_to_call" in data["D"]["query"]
    assert (data["E"]["type"], data["E"]["expression"]) == ("reduce", "D")
    assert data["C"]["expression"] == "$B >= 2"
    assert late["condition"] == "C"
    # the same tables, zone by zone: or Grafana could not put the hours beside the risk
    assert data["A"]["query"].replace('"risk"', '"hours_to_call"') == data["D"]["query"]


def test_the_file_that_grafana_provisions_holds_the_same_rules_and_no_secret(tmp_path: Path) -> None:
    export([SITE], tmp_path, INFLUX)
    (group,) = YAML(typ="safe").load((tmp_path / "alerting" / "la-kolok.yaml").read_text(encoding="utf-8"))["groups"]
    assert (group["name"], group["folder"], group["interval"]) == (GROUP, SITE.name, "1m")
    models = rule_models(SITE, "greenroom")
    assert [rule["uid"] for rule in group["rules"]] == [model["uid"] for model in models]
    for rule, model in zip(group["rules"], models, strict=True):
        assert rule["data"] == model["data"]
    assert not any("secret-token" in path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file())
