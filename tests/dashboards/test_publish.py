"""Publishing to a Grafana: once, again without a change, after a change by hand, and with what can go wrong."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dashboards.books import BookServer
from dashboards.differences import differences
from dashboards.grafana import GrafanaApi, GrafanaRefusedError, GrafanaUnavailableError, version_of
from dashboards.publish import Act, Influx, Wish, check, publish
from premises.errors import SettingError
from premises.site import Cluster, Site
from premises.sitefile import example, load_premises, load_site
from tests.dashboards.fake_grafana import FakeGrafana, fake_grafana

SITE = load_site(example("la-kolok"))
INFLUX = Influx("http://127.0.0.1:8086", "greenroom", "secret-token-of-influx", "greenroom")


@pytest.fixture(params=["9.3.2", "12.1.0"])
def grafana(request: pytest.FixtureRequest) -> Iterator[FakeGrafana]:
    """The oldest and the newest Grafana that boards are published to."""
    with fake_grafana() as server:
        server.version = request.param
        yield server


def api(server: FakeGrafana) -> GrafanaApi:
    return GrafanaApi(server.url, token="good-token")


def test_the_first_time_all_is_made_and_the_second_time_nothing_is_touched(grafana: FakeGrafana) -> None:
    first = publish(api(grafana), SITE, INFLUX)
    assert {outcome.act for outcome in first} == {Act.CREATED}
    assert set(grafana.board_folders.values()) == {"gr-la-kolok-folder"}
    grafana.writes.clear()
    assert {outcome.act for outcome in publish(api(grafana), SITE, INFLUX)} == {Act.UNCHANGED}
    assert grafana.writes == []
    assert {outcome.act for outcome in check(api(grafana), SITE, INFLUX)} == {Act.UNCHANGED}


def test_a_change_by_hand_is_named_and_put_right(grafana: FakeGrafana) -> None:
    publish(api(grafana), SITE, INFLUX)
    grafana.boards["gr-la-kolok-sun"]["panels"][0]["title"] = "My own title"
    found = {outcome.uid: outcome for outcome in check(api(grafana), SITE, INFLUX)}
    assert found["gr-la-kolok-sun"].act is Act.DRIFTED
    assert found["gr-la-kolok-sun"].differences == ("panels[0].title: 'My own title' -> 'Production'",)
    assert [outcome.act for outcome in found.values()].count(Act.DRIFTED) == 1
    assert found["gr-la-kolok-overview"].act is Act.UNCHANGED
    acts = {outcome.uid: outcome.act for outcome in publish(api(grafana), SITE, INFLUX)}
    assert acts["gr-la-kolok-sun"] is Act.CHANGED
    assert list(acts.values()).count(Act.UNCHANGED) == len(acts) - 1


def test_what_is_gone_is_missing_and_hand_made_boards_are_left_alone(grafana: FakeGrafana) -> None:
    publish(api(grafana), SITE, INFLUX)
    grafana.boards["my-own"] = {"uid": "my-own", "title": "Mine", "tags": ["greenroom", "la-kolok"]}
    grafana.boards["gr-la-kolok-old"] = {"uid": "gr-la-kolok-old", "tags": ["greenroom", "la-kolok", "greenroom:old"]}
    del grafana.boards["gr-la-kolok-plant"]
    assert {o.uid for o in check(api(grafana), SITE, INFLUX) if o.act is Act.MISSING} == {"gr-la-kolok-plant"}
    outcomes = {outcome.uid: outcome.act for outcome in publish(api(grafana), SITE, INFLUX)}
    assert outcomes["gr-la-kolok-old"] is Act.REMOVED
    assert "my-own" in grafana.boards


def test_the_token_goes_to_grafana_and_is_never_printed(grafana: FakeGrafana) -> None:
    outcomes = publish(api(grafana), SITE, INFLUX)
    assert grafana.secrets == ["secret-token-of-influx"]
    assert "secret-token-of-influx" not in repr(outcomes) + repr(INFLUX)


def test_a_renewed_token_is_taken_over_and_no_fingerprint_tells_it(grafana: FakeGrafana) -> None:
    publish(api(grafana), SITE, INFLUX)
    renewed = replace(INFLUX, token="another-secret-token")
    drifted = [outcome for outcome in check(api(grafana), SITE, renewed) if outcome.act is Act.DRIFTED]
    assert [outcome.uid for outcome in drifted] == ["gr-la-kolok-influx"]
    assert "another-secret" not in repr(drifted)
    publish(api(grafana), SITE, renewed)
    assert grafana.secrets == [INFLUX.token, "another-secret-token"]
    assert all(outcome.act is Act.UNCHANGED for outcome in check(api(grafana), SITE, renewed))


def test_a_board_that_was_moved_to_another_folder_is_named_and_put_back(grafana: FakeGrafana) -> None:
    publish(api(grafana), SITE, INFLUX)
    grafana.board_folders["gr-la-kolok-sun"] = "somewhere-else"
    (moved,) = (outcome for outcome in check(api(grafana), SITE, INFLUX) if outcome.act is Act.DRIFTED)
    assert moved.uid == "gr-la-kolok-sun"
    assert "somewhere-else" in moved.differences[0]
    publish(api(grafana), SITE, INFLUX)
    assert grafana.board_folders["gr-la-kolok-sun"] == "gr-la-kolok-folder"


def test_a_saved_board_of_a_newer_grafana_is_no_drift(grafana: FakeGrafana) -> None:
    publish(api(grafana), SITE, INFLUX)
    grafana.boards["gr-la-kolok-sun"] |= {"schemaVersion": 41, "preload": False}
    assert all(outcome.act is Act.UNCHANGED for outcome in check(api(grafana), SITE, INFLUX))
    grafana.boards["gr-la-kolok-sun"]["schemaVersion"] = 30
    assert [o.uid for o in check(api(grafana), SITE, INFLUX) if o.act is Act.DRIFTED] == ["gr-la-kolok-sun"]


def test_alert_rules_that_were_changed_or_are_ours_no_more_are_put_right_and_others_left(grafana: FakeGrafana) -> None:
    publish(api(grafana), SITE, INFLUX)
    assert len(grafana.rules) >= 8
    grafana.rules["gr-la-kolok-alert-frost"]["for"] = "1d"
    mine = {"uid": "by-hand", "folderUID": "gr-la-kolok-folder", "ruleGroup": "greenroom", "labels": {}}
    grafana.rules["by-hand"] = mine
    grafana.rules["gr-la-kolok-alert-old"] = {**mine, "uid": "gr-la-kolok-alert-old", "labels": {"greenroom": "true"}}
    found = {outcome.uid: outcome for outcome in check(api(grafana), SITE, INFLUX) if outcome.act is not Act.UNCHANGED}
    assert {uid: outcome.act for uid, outcome in found.items()} == {
        "gr-la-kolok-alert-frost": Act.DRIFTED,
        "gr-la-kolok-alert-old": Act.EXTRA,
    }
    assert found["gr-la-kolok-alert-frost"].differences == ("for: '1d' -> '5m'",)
    publish(api(grafana), SITE, INFLUX)
    assert grafana.rules["gr-la-kolok-alert-frost"]["for"] == "5m"
    assert "by-hand" in grafana.rules
    assert "gr-la-kolok-alert-old" not in grafana.rules


def test_without_alerts_no_rule_is_touched(grafana: FakeGrafana) -> None:
    publish(api(grafana), SITE, INFLUX, Wish(alerts=False))
    assert grafana.rules == {}


def test_a_folder_may_be_shown_to_named_teams_alone(grafana: FakeGrafana) -> None:
    wish = Wish(viewers=(7, 3))
    publish(api(grafana), SITE, INFLUX, wish)
    assert [(item.get("role"), item.get("teamId")) for item in grafana.permissions["gr-la-kolok-folder"]] == [
        ("Editor", None),
        (None, 3),
        (None, 7),
    ]
    grafana.writes.clear()
    publish(api(grafana), SITE, INFLUX, wish)
    assert grafana.writes == []
    grafana.permissions["gr-la-kolok-folder"].append({"role": "Viewer", "permission": 1})
    (drifted,) = (outcome for outcome in check(api(grafana), SITE, INFLUX, wish) if outcome.act is Act.DRIFTED)
    assert drifted.differences == ("permission of Viewer: 1",)
    assert all(outcome.act is Act.UNCHANGED for outcome in check(api(grafana), SITE, INFLUX))  # the owner's, where not asked


def test_a_clusters_sites_and_the_cluster_have_a_folder_each_and_leave_each_other_alone(grafana: FakeGrafana) -> None:
    cluster = load_premises(example("pole-images"))
    assert isinstance(cluster, Cluster)
    all_of_it: tuple[Site | Cluster, ...] = (*cluster.sites, cluster)
    for premises in all_of_it:
        publish(api(grafana), premises, INFLUX)
    assert len(grafana.folders) == len(cluster.sites) + 1
    grafana.writes.clear()
    for premises in all_of_it:
        assert {outcome.act for outcome in publish(api(grafana), premises, INFLUX)} == {Act.UNCHANGED}
    assert grafana.writes == []


def test_an_empty_answer_is_an_answer(grafana: FakeGrafana) -> None:
    grafana.empty_answers = True
    assert publish(api(grafana), SITE, INFLUX)[0].act is Act.CREATED


def test_what_goes_wrong_is_said_in_one_line(grafana: FakeGrafana) -> None:
    assert version_of(api(grafana)) == grafana.version
    with pytest.raises(GrafanaRefusedError, match="refuses the credentials"):
        publish(GrafanaApi(grafana.url, token="bad"), SITE, INFLUX)
    grafana.broken = True
    with pytest.raises(GrafanaUnavailableError, match="failed at GET"):
        publish(api(grafana), SITE, INFLUX)
    with pytest.raises(GrafanaUnavailableError, match="does not answer"):
        version_of(GrafanaApi("http://127.0.0.1:9", token="good-token"))


@pytest.mark.parametrize(
    ("url", "token"), [("ftp://x", "t"), ("not a url", "t"), ("http://user:password@127.0.0.1", "t"), ("http://127.0.0.1", None)]
)
def test_addresses_and_credentials_that_cannot_be_are_refused(url: str, token: str | None) -> None:
    with pytest.raises(SettingError):
        GrafanaApi(url, token=token)


def test_of_long_queries_the_place_where_they_part_is_shown() -> None:
    ours = "from(bucket: x)\n" * 20 + "  |> filter(fn: (r) => r.zone == 1)"
    (found,) = differences({"query": ours}, {"query": ours.replace("== 1", "== 2")})
    assert found.startswith("query: …")
    assert "r.zone == 2" in found
    assert found.endswith("r.zone == 1)'")
    assert list(differences([1, 2], [1])) == [": 1 entries -> 2"]


def test_the_books_source_is_the_same_under_the_name_that_newer_grafanas_give_its_plugin(grafana: FakeGrafana) -> None:
    """Since 10.3 Grafana answers with the plugin's own name, whatever it was told: that is no drift."""
    wish = Wish(books=BookServer("postgres:5432", "greenroom", "reader", "sesame"))
    publish(api(grafana), SITE, INFLUX, wish)
    assert {outcome.act for outcome in publish(api(grafana), SITE, INFLUX, wish)} == {Act.UNCHANGED}
    assert {outcome.act for outcome in check(api(grafana), SITE, INFLUX, wish)} == {Act.UNCHANGED}
    grafana.sources["gr-la-kolok-postgres"]["type"] = "mysql"
    [drifted] = [outcome for outcome in check(api(grafana), SITE, INFLUX, wish) if outcome.act is Act.DRIFTED]
    assert drifted.differences == ("type: 'mysql' -> 'postgres'",)


def test_a_folder_of_the_same_name_in_the_way_is_named() -> None:
    with fake_grafana() as server:
        server.version = "9.3.2"
        server.folders["by-hand"] = {"title": SITE.name}
        with pytest.raises(GrafanaRefusedError, match="is there another folder called"):
            publish(api(server), SITE, INFLUX)
