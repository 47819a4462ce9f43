"""The way in: by the browser's language, and with a key where the page is not public."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from gateway.access import Right
from gateway.keys import make_key
from gateway.page.entrance import COOKIE, Entrance, Visitor
from gateway.page.mount import way_in
from gateway.page.settings import PageSettings
from gateway.signin.passwords import make_person
from gateway.signin.sessions import COOKIE as SESSION_COOKIE
from gateway.signin.sessions import caller_of_session, open_session
from premises.ports import Role
from tests.page.fake_house import NOON, Fakes


class Client:
    """A browser without a screen: keeps cookies, follows nothing."""

    def __init__(self, app: FastAPI) -> None:
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://greenroom.test")

    def get(self, path: str, **asked: Any) -> httpx.Response:
        return asyncio.run(self.http.get(path, **asked))

    def post(self, path: str, **asked: Any) -> httpx.Response:
        return asyncio.run(self.http.post(path, **asked))


def door(fakes: Fakes, *, public: bool = False) -> Client:
    app, entrance = FastAPI(), Entrance(fakes.house, PageSettings(page_public=public))
    way_in(app, "/page", entrance)

    @app.get("/page/who")
    def who(request: Request) -> str:
        visitor = entrance.visitor(request)
        return "nobody" if visitor is None else visitor.caller.key.label if visitor.caller else "anyone"

    return Client(app)


def test_the_first_view_comes_in_the_browsers_language(fakes: Fakes) -> None:
    client = door(fakes, public=True)
    assert client.get("/", headers={"accept-language": "fr"}).headers["location"] == "/page/fr/now"
    assert client.get("/page/", headers={"accept-language": "de"}).headers["location"] == "/page/en/now"


def test_a_chosen_language_stays(fakes: Fakes) -> None:
    client = door(fakes, public=True)
    assert client.get("/page/speak/fr?view=now&site=la-kolok").headers["location"] == "/page/fr/now?site=la-kolok"
    assert client.get("/", headers={"accept-language": "en"}).headers["location"] == "/page/fr/now"
    assert client.get("/page/speak/xx?view=//evil").headers["location"] == "/page/en/now?site="


def test_without_a_key_nobody_sees_a_page_that_is_not_public(fakes: Fakes) -> None:
    assert door(fakes).get("/page/who").json() == "nobody"
    assert door(fakes, public=True).get("/page/who").json() == "anyone"


def test_a_key_is_asked_once_and_kept_out_of_reach_of_scripts(fakes: Fakes) -> None:
    client = door(fakes)
    taken = client.post("/page/key", data={"key": fakes.key, "next": "/page/fr/now"})
    assert (taken.status_code, taken.headers["location"]) == (303, "/page/fr/now")
    cookie = taken.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/page" in cookie
    assert client.get("/page/who").json() == "night watch"
    client.post("/page/leave")
    assert client.get("/page/who").json() == "nobody"


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example", "/page//evil.example", "/page/\\evil", "/v1/x"])
def test_after_the_key_it_goes_on_to_this_page_only(fakes: Fakes, following: str) -> None:
    taken = door(fakes).post("/page/key", data={"key": fakes.key, "next": following})
    assert taken.headers["location"] == "/page/"


def test_a_wrong_key_is_told_and_many_are_slowed_down(fakes: Fakes) -> None:
    client = door(fakes)
    told = client.post("/page/key", data={"key": "gr_aaaaaaaa_" + "x" * 43}, headers={"accept-language": "fr"})
    assert told.status_code == 403
    assert "inconnue, révoquée ou expirée" in told.text
    for _ in range(10):
        last = client.post("/page/key", data={"key": "nonsense"})
    assert last.status_code == 429
    assert client.post("/page/key", data={"key": fakes.key}).status_code == 429


def test_revoked_keys_and_bookers_keys_open_nothing(fakes: Fakes) -> None:
    client = door(fakes)
    booker, text = make_key(Role.BOOKER, "diary", NOON, sources=["diary"])
    fakes.books.keys.put(booker)
    assert client.post("/page/key", data={"key": text}).status_code == 403
    [engineer] = [key for key in fakes.books.keys.all() if key.role is Role.ENGINEER]
    fakes.books.keys.put(replace(engineer, revoked_at=NOON))
    client.http.cookies.set(COOKIE, fakes.key)
    assert client.get("/page/who").json() == "nobody"


def test_reports_are_for_those_whose_they_are(fakes: Fakes) -> None:
    site = fakes.house.site()
    tenant = next(tenant for tenant in site.tenants if tenant.zones)
    letter, statement = (f"/page/report/{site.id}-{kind}-1/{kind}.pdf" for kind in ("letter", "tenant"))

    def asks(role: Role, zones: list[str]) -> list[int]:
        key, text = make_key(role, "reader", NOON, zones=zones)
        fakes.books.keys.put(key)
        client = door(fakes, public=True)
        client.http.cookies.set(COOKIE, text)
        return [client.get(address).status_code for address in (letter, statement)]

    assert asks(Role.VIEWER, []) == [200, 200]
    assert asks(Role.TENANT, list(tenant.zones)) == [404, 200]
    assert asks(Role.TENANT, ["stage-4"] if "stage-4" not in tenant.zones else ["stage-1"]) == [404, 404]
    assert door(fakes, public=True).get(letter).status_code == 404


def test_a_report_comes_as_a_file_and_only_as_one_of_its_own(fakes: Fakes) -> None:
    client = door(fakes)
    client.http.cookies.set(COOKIE, fakes.key)
    site = fakes.house.site()
    answer = client.get(f"/page/report/{site.id}-letter-1/letter.pdf")
    assert answer.headers["content-disposition"] == 'attachment; filename="letter.pdf"'
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content == f"{site.id}-letter-1 letter.pdf".encode()
    assert client.get(f"/page/report/{site.id}-letter-1/tenant.pdf").status_code == 404
    assert client.get("/page/report/nothing/letter.pdf").status_code == 404


def test_who_signed_in_by_name_sees_the_page_as_their_role_and_leaves_everywhere(fakes: Fakes) -> None:
    person = make_person("ada", "Ada of the night shift", Role.ENGINEER, NOON, password="four words in row")
    fakes.books.people.put(person)
    secret, _ = open_session(fakes.house, person, 8)
    client = door(fakes)
    client.http.cookies.set(SESSION_COOKIE, secret)
    assert client.get("/page/who").json() == "Ada of the night shift"
    caller = caller_of_session(fakes.house, secret)
    assert caller is not None
    entrance = Entrance(fakes.house, PageSettings())
    assert Visitor(caller).may(Right.OVERRIDE)
    assert entrance.anew(Visitor(caller)) is not None
    assert client.post("/page/leave", headers={"sec-fetch-site": "same-origin"}).status_code == 303
    assert client.get("/page/who").json() == "nobody"
    assert entrance.anew(Visitor(caller)) is None


def test_the_form_for_a_key_leads_to_the_one_for_people(fakes: Fakes) -> None:
    told = door(fakes).get("/page/key?next=/page/en/week", headers={"accept-language": "en"})
    assert 'href="/sign-in?next=%2Fpage%2Fen%2Fweek"' in told.text
