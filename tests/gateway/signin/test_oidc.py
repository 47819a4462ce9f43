"""Signing in by OpenID Connect, against a provider on loopback: only whoever was sent away comes back, and only as themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from gateway.settings import GatewaySettings, OidcSettings
from gateway.signin.oidc import COOKIE as AWAY_COOKIE
from gateway.signin.sessions import COOKIE
from premises.ports import Role
from tests.gateway.conftest import Door, open_door
from tests.gateway.premises_of_tests import NOW
from tests.gateway.signin.provider import CLIENT, SECRET, FakeProvider, provider_on_loopback
from tests.gateway.signin.staff import hire


@dataclass
class Browser:
    """One person's browser, between us and the provider."""

    door: Door
    provider: FakeProvider

    def away(self, following: str = "") -> tuple[str, str]:
        """Where it is sent, and the cookie that it keeps."""
        answer = self.door.client.get(f"/sign-in/provider?next={following}")
        assert answer.status_code == 303, answer.text
        assert "HttpOnly" in answer.headers["set-cookie"]
        return answer.headers["location"], answer.cookies[AWAY_COOKIE]

    def back(self, cookie: str, **told: str) -> httpx.Response:
        return self.door.client.get("/sign-in/back", params=told, headers={"Cookie": f"{AWAY_COOKIE}={cookie}"})

    def round(self, following: str = "") -> httpx.Response:
        url, cookie = self.away(following)
        return self.back(cookie, **self.provider.authorize(url))


@pytest.fixture(scope="module")
def served() -> Iterator[FakeProvider]:
    with provider_on_loopback() as provider:
        yield provider


@pytest.fixture
def browser(served: FakeProvider) -> Browser:
    served.claims, served.false_key, served.away = {}, False, False
    return Browser(open_door(settings_of(served)), served)


def settings_of(provider: FakeProvider, **more: Any) -> GatewaySettings:
    oidc = OidcSettings(issuer=provider.url, client_id=CLIENT, client_secret=SecretStr(SECRET), label="Studio ID", **more)
    return GatewaySettings(open_rate_burst=1000, oidc=oidc)


def subject(provider: FakeProvider) -> str:
    return f"{provider.url}|4711"


def test_whoever_the_provider_knows_as_someone_here_is_signed_in(browser: Browser) -> None:
    hire(browser.door, "anna", Role.VIEWER, subject=subject(browser.provider))
    assert "Sign in with Studio ID" in browser.door.client.get("/sign-in").text
    answer = browser.round("/page/fr/now")
    assert (answer.status_code, answer.headers["location"]) == (303, "/page/fr/now")
    mine = {"Cookie": f"{COOKIE}={answer.cookies[COOKIE]}"}
    assert browser.door.client.get("/v1/session", headers=mine).json()["id"] == "anna"
    assert [entry.who for entry in browser.door.fakes.audit.entries] == ["Anna (anna)"]


def test_the_provider_knowing_someone_is_not_enough(browser: Browser) -> None:
    answer = browser.round()
    assert (answer.status_code, COOKIE in answer.cookies) == (401, False)
    assert "nobody here is set up as you" in answer.text


def test_a_disabled_person_stays_out(browser: Browser) -> None:
    from dataclasses import replace

    anna = hire(browser.door, "anna", subject=subject(browser.provider))
    browser.door.fakes.people.put(replace(anna, disabled_at=NOW))
    assert browser.round().status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": int(NOW.timestamp()) - 3600},
        {"sub": ""},
        {"aud": [CLIENT, "another"], "azp": "another"},
    ],
)
def test_a_token_that_is_not_for_us_now_signs_nobody_in(browser: Browser, claims: dict[str, Any]) -> None:
    hire(browser.door, "anna", subject=subject(browser.provider))
    browser.provider.claims = claims
    answer = browser.round()
    assert answer.status_code in (401, 403)
    assert COOKIE not in answer.cookies


def test_a_token_signed_by_another_key_signs_nobody_in(browser: Browser) -> None:
    hire(browser.door, "anna", subject=subject(browser.provider))
    browser.provider.false_key = True
    assert browser.round().status_code == 403


def test_only_the_browser_that_was_sent_away_comes_back(browser: Browser) -> None:
    hire(browser.door, "anna", subject=subject(browser.provider))
    url, cookie = browser.away()
    told = browser.provider.authorize(url)
    _, other = browser.away()
    assert browser.back(other, **told).status_code == 403, "somebody else's browser, lured here with a code"
    assert browser.back("", **told).status_code == 403
    forged = cookie[:-1] + ("0" if cookie[-1] != "0" else "1")
    assert browser.back(forged, **told).status_code == 403
    assert browser.back(cookie, state=told["state"]).status_code == 403
    assert browser.back(cookie, **told).status_code == 303
    assert browser.back(cookie, **told).status_code == 403, "a code holds once"


def test_an_address_is_taken_for_the_person_only_where_that_is_set_and_it_is_verified(served: FakeProvider) -> None:
    served.false_key, served.away = False, False
    for linking, verified, status in ((False, True, 401), (True, False, 401), (True, True, 303)):
        browser = Browser(open_door(settings_of(served, link_by_email=linking)), served)
        hire(browser.door, "anna@studio.example")
        served.claims = {"email": "Anna@studio.example", "email_verified": verified}
        assert browser.round().status_code == status
        assert bool(browser.door.fakes.people.kept["anna@studio.example"].subject) is (status == 303)
    served.claims = {"email": "anna@studio.example", "email_verified": True, "sub": "another"}
    assert browser.round().status_code == 401, "the address is somebody's already"


def test_a_provider_that_is_away_is_told_and_the_password_still_signs_in(browser: Browser) -> None:
    browser.provider.away = True
    answer = browser.door.client.get("/sign-in/provider")
    assert (answer.status_code, "does not answer" in answer.text) == (503, True)
    assert 'name="password"' in answer.text
