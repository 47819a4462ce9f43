"""People at the door: signed in by a cookie that scripts cannot read, other sites cannot use, and that ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest

from gateway.keys import hash_secret
from gateway.settings import GatewaySettings
from gateway.signin.sessions import COOKIE
from premises.ports import Role
from tests.gateway.conftest import BOOKING, SHOOT, WIDE, Door, open_door
from tests.gateway.premises_of_tests import NOW, STUDIO
from tests.gateway.signin.staff import OURS, PASSWORD, hire, sign_in, signed_in

OVERRIDE = {"site": "old-mill", "zone": "edit-3", "kind": "hush", "minutes": 30}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites_and_only_its_hash_is_kept(door: Door) -> None:
    hire(door, "anna")
    answer = sign_in(door, "anna")
    told = answer.headers["set-cookie"]
    assert "HttpOnly" in told
    assert "SameSite=lax" in told
    assert "Max-Age=43200" in told
    assert answer.headers["cache-control"] == "no-store"
    secret = SimpleCookie(told)[COOKIE].value
    assert secret not in door.fakes.people.sessions
    assert hash_secret(secret) in door.fakes.people.sessions
    assert PASSWORD not in answer.text


def test_behind_tls_the_cookie_goes_over_tls_only() -> None:
    door = open_door(GatewaySettings(rate_burst=1000, open_rate_burst=1000, secure_cookie=True))
    hire(door, "anna")
    assert "Secure" in sign_in(door, "anna").headers["set-cookie"]
    plain = open_door()
    hire(plain, "anna")
    assert "Secure" not in sign_in(plain, "anna").headers["set-cookie"]


def test_who_signed_in_has_the_rights_and_scopes_of_their_role(door: Door) -> None:
    hire(door, "anna", Role.TENANT, zones={"edit-3"})
    anna = signed_in(door, "anna")
    session = door.client.get("/v1/session", headers=anna).json()
    assert (session["kind"], session["id"], session["role"], session["zones"]) == ("person", "anna", "tenant", ["edit-3"])
    assert [zone["id"] for zone in door.client.get("/v1/zones", headers=anna).json()["items"]] == ["edit-3"]
    assert door.client.post("/v1/overrides", json=OVERRIDE, headers=anna).status_code == 403


def test_a_tenants_person_sees_the_zones_that_the_site_gives_the_tenant_and_none_when_it_moved_out(door: Door) -> None:
    hire(door, "anna", Role.TENANT, tenant="cutters")
    hire(door, "ben", Role.TENANT, tenant="gone-away")
    zones = [door.client.get("/v1/zones", headers=signed_in(door, name)).json()["items"] for name in ("anna", "ben")]
    assert [[zone["id"] for zone in found] for found in zones] == [["edit-3"], []]
    assert STUDIO.tenants[0].zones == ("edit-3",)


def test_what_a_person_does_stands_under_their_name_in_the_audit_trail(door: Door) -> None:
    hire(door, "anna")
    anna = signed_in(door, "anna")
    door.client.post("/v1/overrides", json=OVERRIDE, headers=anna)
    door.client.put(BOOKING, json=SHOOT, headers=anna)
    told = [(entry.who, entry.action) for entry in door.fakes.audit.entries]
    assert told[0] == ("Anna (anna)", "session.opened")
    assert ("Anna (anna)", "override.set") in told
    assert ("Anna (anna)", "booking.created") in told


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://studio.example"},
    ],
)
def test_another_site_cannot_make_the_browser_write(door: Door, headers: dict[str, str]) -> None:
    hire(door, "anna")
    cookie = {"Cookie": signed_in(door, "anna")["Cookie"]}
    answer = door.client.post("/v1/overrides", json=OVERRIDE, headers={**cookie, **headers})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-allowed")
    assert not door.fakes.overrides.kept
    assert door.client.get("/v1/zones", headers={**cookie, **headers}).status_code == 200, "reading tells only their own browser"


def test_browsers_that_tell_no_site_are_known_by_their_origin(door: Door) -> None:
    hire(door, "anna")
    headers = {"Cookie": signed_in(door, "anna")["Cookie"], "Origin": "http://studio.example"}
    assert door.client.post("/v1/overrides", json=OVERRIDE, headers=headers).status_code == 201


def test_nobody_is_signed_in_by_a_page_of_another_site(door: Door) -> None:
    hire(door, "anna")
    assert sign_in(door, "anna", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not door.fakes.people.sessions


def test_a_key_goes_before_a_cookie_and_a_false_key_is_not_helped_by_one(door: Door) -> None:
    hire(door, "anna", Role.ADMINISTRATOR)
    anna = signed_in(door, "anna")
    viewer = door.key("viewer", Role.VIEWER)
    assert door.client.get("/v1/session", headers={**anna, **viewer}).json()["kind"] == "key"
    false = {"Authorization": "Bearer gr_aaaaaaaa_" + "a" * 43}
    assert door.client.get("/v1/session", headers={**anna, **false}).json()["type"] == "/problems/bad-key"


def test_a_session_ends_by_time_by_leaving_by_disabling_and_by_an_administrator(door: Door) -> None:
    hire(door, "anna")
    hire(door, "boss", Role.ADMINISTRATOR)
    first, second, third = (signed_in(door, "anna") for _ in range(3))
    assert door.client.delete("/v1/session", headers=first).status_code == 204
    assert door.client.get("/v1/session", headers=first).json()["type"] == "/problems/no-key"
    assert door.client.get("/v1/session", headers=second).status_code == 200, "another browser stays"
    boss = signed_in(door, "boss")
    assert door.client.delete("/v1/people/anna/sessions", headers=boss).status_code == 204
    assert [door.client.get("/v1/session", headers=one).status_code for one in (second, third)] == [401, 401]
    last = signed_in(door, "anna")
    door.fakes.people.put(replace(door.fakes.people.kept["anna"], disabled_at=NOW))
    assert door.client.get("/v1/session", headers=last).status_code == 401
    assert sign_in(door, "anna").json()["type"] == "/problems/bad-sign-in"
    door.fakes.clock.set(NOW + timedelta(hours=12))
    assert door.client.get("/v1/session", headers=boss).status_code == 401


def test_a_cookie_of_nonsense_is_like_none(door: Door) -> None:
    for text in ("", "x", "a" * 5000, "ü", '"; DROP'):
        answer = door.client.get("/v1/session", headers={"Cookie": f"{COOKIE}={text}".encode()})
        assert answer.json()["type"] == "/problems/no-key"


def test_wrong_name_and_wrong_password_are_told_alike(door: Door) -> None:
    hire(door, "anna")
    answers = [sign_in(door, "anna", "not this one at all"), sign_in(door, "nobody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    told = [{name: value for name, value in answer.json().items() if name != "instance"} for answer in answers]
    assert told[0] == told[1]


def test_guessing_ends_after_a_few_and_shuts_out_nobody_who_signed_in_there_before() -> None:
    door = open_door(GatewaySettings(open_rate_burst=10_000))
    hire(door, "anna")
    at_home = sign_in(door, "anna")
    assert at_home.status_code == 200
    statuses = [sign_in(door, "ben", "not this one at all").status_code for _ in range(7)]
    assert statuses == [401] * 5 + [429, 429]
    assert sign_in(door, "anna").status_code == 200, "another person's tries are counted apart"
    tries = door.client.gateway.tries if door.client.gateway is not None else None
    assert tries is not None
    for number in range(60):
        tries.failed("anna", f"198.51.100.{number}")
    assert tries.wait_s("anna", "203.0.113.9") > 0, "guessing from everywhere is slowed, too"
    assert sign_in(door, "anna").status_code == 200


def test_ones_own_password_is_changed_with_the_old_one_and_every_other_session_ends(door: Door) -> None:
    hire(door, "anna")
    here, elsewhere = signed_in(door, "anna"), signed_in(door, "anna")

    def change(old: str, new: str) -> int:
        answer = door.client.post("/v1/session/password", json={"old": old, "new": new}, headers=here)
        return answer.status_code

    assert change("not this one at all", "a quite different one") == 401
    assert change(PASSWORD, "anna anna anna") == 422
    assert change(PASSWORD, "a quite different one") == 204
    assert door.client.get("/v1/session", headers=elsewhere).status_code == 401
    assert sign_in(door, "anna").status_code == 401
    assert sign_in(door, "anna", "a quite different one").status_code == 200
    key = door.key("engineer", Role.ENGINEER)
    body = {"old": PASSWORD, "new": "a quite different one"}
    assert door.client.post("/v1/session/password", json=body, headers=key).status_code == 403


def test_people_are_listed_without_what_they_sign_in_by(door: Door, administrator: dict[str, str]) -> None:
    hire(door, "anna", subject="https://id.example|4711")
    answer = door.client.get("/v1/people", headers=administrator)
    (anna,) = answer.json()["items"]
    assert (anna["id"], anna["by_password"], anna["by_provider"]) == ("anna", True, True)
    assert "argon2" not in answer.text
    assert "4711" not in answer.text
    held = door.key("one site's", Role.ADMINISTRATOR, sites={"old-mill"})
    assert door.client.get("/v1/people", headers=held).json()["type"] == "/problems/out-of-scope"


def test_a_house_without_people_says_so() -> None:
    door = open_door()
    assert door.client.gateway is not None
    house = replace(door.client.gateway.house, people=None)
    door.client.gateway = replace(door.client.gateway, house=house)
    assert sign_in(door, "anna").status_code == 501
    assert WIDE.session_hours == 12.0


def test_an_open_stream_ends_with_the_session(door: Door) -> None:
    from gateway.changes import still_holds
    from gateway.signin.sessions import caller_of_session

    hire(door, "anna")
    secret = sign_in(door, "anna").cookies[COOKIE]
    gateway = door.client.gateway
    assert gateway is not None
    caller = caller_of_session(gateway.house, secret)
    assert caller is not None
    assert still_holds(gateway, caller)
    door.fakes.people.close_sessions("anna")
    assert not still_holds(gateway, caller)


def test_the_form_signs_in_and_out_without_a_script(door: Door) -> None:
    hire(door, "anna")
    page = door.client.get("/sign-in?next=/page/nl/now", headers={"Accept-Language": "nl"})
    assert page.status_code == 200
    assert "Wachtwoord" in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]
    wrong = door.client.post("/sign-in", data={"person": "anna", "password": "no"}, headers=OURS)
    assert (wrong.status_code, "not right" in wrong.text) == (401, True)
    right = door.client.post("/sign-in", data={"person": "Anna ", "password": PASSWORD, "next": "/page/nl/now"}, headers=OURS)
    assert (right.status_code, right.headers["location"]) == (303, "/page/nl/now")
    mine = {"Cookie": f"{COOKIE}={right.cookies[COOKIE]}"}
    assert door.client.get("/v1/session", headers=mine).json()["id"] == "anna"
    assert door.client.post("/sign-out", headers={**mine, "Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert door.client.post("/sign-out", headers={**mine, **OURS}).status_code == 303
    assert door.client.get("/v1/session", headers=mine).status_code == 401


@pytest.mark.parametrize(
    "following", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nb"]
)
def test_the_form_leads_nowhere_else(door: Door, following: str) -> None:
    hire(door, "anna")
    answer = door.client.post("/sign-in", data={"person": "anna", "password": PASSWORD, "next": following}, headers=OURS)
    assert answer.headers["location"] == "/"


def test_the_form_refuses_another_site(door: Door) -> None:
    hire(door, "anna")
    form = {"person": "anna", "password": PASSWORD}
    assert door.client.post("/sign-in", data=form, headers={"Origin": "https://evil.example"}).status_code == 403


def test_every_language_of_the_form_has_every_message() -> None:
    from gateway.signin.words import MESSAGES

    assert set(MESSAGES.languages()) >= {"en", "fr", "nl"}
    for language in MESSAGES.languages():
        assert MESSAGES.keys(language) == MESSAGES.keys("en")
