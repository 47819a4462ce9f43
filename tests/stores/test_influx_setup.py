"""Setting up InfluxDB: on a stand-in that keeps what it is told, and live where a server is given."""

from __future__ import annotations

import json
import os
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from click.testing import CliRunner

from greenroom.cli import greenroom
from premises.errors import SettingError, StoreDeniedError
from stores.influx_client import InfluxServer
from stores.influx_setup import Done, InfluxSetup, Owner, setup_influx
from stores.influx_store import InfluxStore
from stores.retention import Retention
from tests.stores.exchanges import Answer, serving
from tests.stores.premises_of_tests import AIR, NOON, SITES, reading


class StandIn:
    """The management API as far as the set-up uses it."""

    def __init__(self, fresh: bool) -> None:
        self.fresh = fresh
        self.kept: dict[str, list[dict[str, Any]]] = {"orgs": [], "buckets": [], "authorizations": []}

    def respond(self, method: str, target: str, headers: Any, body: bytes) -> Answer:
        parts = urlsplit(target)
        path, query, told = parts.path, dict(parse_qsl(parts.query)), json.loads(body or b"null")
        if path == "/health":
            return self.answer({"status": "pass", "version": "v2.9.1"})
        if path == "/api/v2/setup":
            if method == "POST":
                self.fresh = False
                self.keep("orgs", {"name": told["org"]})
            return self.answer({"allowed": self.fresh})
        kind, _, key = path.removeprefix("/api/v2/").partition("/")
        if method == "GET":
            found = [one for one in self.kept[kind] if query.get("name") in (None, one.get("name"))]
            return self.answer({kind: found})
        if method == "PATCH":
            (one,) = [one for one in self.kept[kind] if one["id"] == key]
            one.update(told)
            return self.answer(one)
        return self.answer(self.keep(kind, told | ({"token": secrets.token_hex(8)} if kind == "authorizations" else {})))

    def keep(self, kind: str, what: dict[str, Any]) -> dict[str, Any]:
        self.kept[kind].append({**what, "id": f"{len(self.kept[kind]) + 1:016x}"})
        return self.kept[kind][-1]

    def answer(self, what: object) -> Answer:
        return Answer(200, {"Content-Type": "application/json"}, json.dumps(what).encode())


def set_up(stand_in: StandIn, **wishes: Any) -> InfluxSetup:
    with serving(stand_in.respond) as url:
        return setup_influx(url, "studio", "greenroom", "operator", **wishes)


def test_a_server_that_knows_nothing_gets_organisation_buckets_and_token() -> None:
    stand_in = StandIn(fresh=True)
    made = set_up(stand_in, owner=Owner("owner", "a password"))
    assert made.organisation is Done.CREATED
    assert made.buckets == dict.fromkeys(("greenroom", "greenroom_quarter", "greenroom_long"), Done.CREATED)
    assert made.token
    assert made.token not in repr(made)
    kept = {bucket["name"]: bucket["retentionRules"][0]["everySeconds"] for bucket in stand_in.kept["buckets"]}
    assert kept == {"greenroom": 400 * 86_400, "greenroom_quarter": 6 * 366 * 86_400, "greenroom_long": 0}


def test_the_token_may_read_and_write_these_buckets_and_nothing_else() -> None:
    stand_in = StandIn(fresh=False)
    set_up(stand_in)
    (made,) = stand_in.kept["authorizations"]
    resources = {(one["action"], one["resource"]["type"], one["resource"]["id"]) for one in made["permissions"]}
    ours = [bucket["id"] for bucket in stand_in.kept["buckets"]]
    assert resources == {(action, "buckets", key) for action in ("read", "write") for key in ours}


def test_run_again_it_keeps_what_is_right_and_corrects_what_is_not() -> None:
    stand_in = StandIn(fresh=False)
    first = set_up(stand_in)
    again = set_up(stand_in, retention=Retention(raw=timedelta(days=30)))
    assert first.token
    assert again.token is None
    assert again.organisation is Done.KEPT
    assert list(again.buckets.values()) == [Done.CHANGED, Done.KEPT, Done.KEPT]
    assert set_up(stand_in, new_token=True).token not in (None, first.token)


def test_the_command_makes_it_once_and_corrects_how_long_things_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREENROOM_INFLUX_OPERATOR_TOKEN", "operator")
    stand_in = StandIn(fresh=False)

    def setup(*options: str) -> dict[str, Any]:
        with serving(stand_in.respond) as url:
            store = f"{url.replace('http', 'influxdb', 1)}/studio"
            told = CliRunner().invoke(greenroom, ["stores", "setup", "--store", store, "--json", *options], standalone_mode=False)
        assert told.exception is None, told.output
        answer: dict[str, Any] = json.loads(told.output)
        return answer

    first = setup()
    assert set(first["buckets"].values()) == {"created"}
    assert first["token"]
    again = setup()
    assert (set(again["buckets"].values()), again["token"]) == ({"kept"}, None)
    shorter = setup("--readings-days", "90")
    assert shorter["buckets"] == {"greenroom": "changed", "greenroom_quarter": "kept", "greenroom_long": "kept"}
    kept = {one["name"]: one["retentionRules"][0]["everySeconds"] // 86_400 for one in stand_in.kept["buckets"]}
    assert kept == {"greenroom": 90, "greenroom_quarter": 2196, "greenroom_long": 0}


def test_a_fresh_server_needs_its_first_user() -> None:
    with pytest.raises(SettingError, match="first user"):
        set_up(StandIn(fresh=True))


@pytest.mark.live
@pytest.mark.skipif(not os.environ.get("GREENROOM_TEST_INFLUX_URL"), reason="needs GREENROOM_TEST_INFLUX_URL, _ORG and _TOKEN")
def test_a_real_server_is_set_up_and_the_token_is_enough_to_work_with() -> None:
    url, operator = os.environ["GREENROOM_TEST_INFLUX_URL"], os.environ["GREENROOM_TEST_INFLUX_TOKEN"]
    name = f"set-up-{secrets.token_hex(4)}"
    made = setup_influx(url, name, "greenroom", operator)
    assert made.token
    assert setup_influx(url, name, "greenroom", operator).token is None
    store = InfluxStore(InfluxServer(url, name, made.token), "greenroom", SITES)
    assert "InfluxDB 2." in store.check()
    store.write("studio", [reading(AIR, NOON, 14.0)])
    assert store.latest("studio")[AIR].value == 14.0
    stranger = InfluxStore(InfluxServer(url, name, "no-such-token"), "greenroom", SITES)
    with pytest.raises(StoreDeniedError):
        stranger.latest("studio")
    owner = InfluxServer(url, name, operator)
    (found,) = [one for one in owner.json("GET", "/api/v2/orgs", {"limit": "100"})["orgs"] if one["name"] == name]
    owner.json("DELETE", f"/api/v2/orgs/{found['id']}")
    for server in (store, stranger, owner):
        server.close()
