"""Publishing to a Grafana: once, again without a change, after a change by hand, and with what can go wrong."""

from collections.abc import Iterator

import pytest

from dashboards.grafana import GrafanaApi, GrafanaRefusedError, GrafanaUnavailableError, version_of
from dashboards.publish import Act, Influx, check, publish
from premises.errors import SettingError
from premises.sitefile import example, load_site
from tests.dashboards.fake_grafana import FakeGrafana, fake_grafana

SITE = load_site(example("la-kolok"))
INFLUX = Influx("http://127.0.0.1:8086", "greenroom", "secret-token-of-influx", "greenroom")


@pytest.fixture
def grafana() -> Iterator[FakeGrafana]:
    with fake_grafana() as server:
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


def test_an_empty_answer_is_an_answer(grafana: FakeGrafana) -> None:
    grafana.empty_answers = True
    assert publish(api(grafana), SITE, INFLUX)[0].act is Act.CREATED


def test_what_goes_wrong_is_said_in_one_line(grafana: FakeGrafana) -> None:
    assert version_of(api(grafana)) == "11.2.0"
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
