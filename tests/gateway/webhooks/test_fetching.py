"""Notices that only point at what changed: the events are asked for with an account, at the provider's own API and nowhere else."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from gateway.event_fetcher import EventFetcher, FetchError
from gateway.settings import FetchSettings, HookSettings
from gateway.webhooks.messages import HookMessage
from premises.booking import BookingKey
from premises.site import CalendarFeed, CalendarRule
from tests.gateway.fakes import Fakes
from tests.gateway.premises_of_tests import STUDIO
from tests.gateway.webhooks.messages import graph_event

EVENT = {
    "id": "e-1",
    "status": "confirmed",
    "summary": "Stage 1",
    "updated": "2026-03-01T10:00:00Z",
    "start": {"dateTime": "2026-03-03T08:00:00+01:00"},
    "end": {"dateTime": "2026-03-03T18:00:00+01:00"},
}
TOMBSTONE = {"id": "e-0", "status": "cancelled", "updated": "2026-03-01T11:00:00Z"}


@dataclass
class Api:
    """What the provider has and was asked."""

    url: str = ""
    pages: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tokens: list[dict[str, str]] = field(default_factory=list)
    status: int = 200


@pytest.fixture
def api() -> Iterator[Api]:
    """Token and events of a provider, on loopback."""
    told = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            told.tokens.append({name: values[0] for name, values in form.items()})
            self._answer(200, {"access_token": f"token-{len(told.tokens)}", "expires_in": 3600})

        def do_GET(self) -> None:
            told.asked.append(self.path)
            right = self.headers.get("Authorization") == f"Bearer token-{len(told.tokens)}"
            page = int(parse_qs(urlsplit(self.path).query).get("pageToken", ["0"])[0])
            self._answer(told.status if right else 401, told.pages[page] if page < len(told.pages) else {})

        def _answer(self, status: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join(5)


@dataclass
class Follower:
    fakes: Fakes
    fetcher: EventFetcher
    seconds: list[float]

    def of(self, uid: str) -> Any:
        return self.fakes.bookings.get(BookingKey("office", uid))


def follow(api: Api, provider: str, *, refresh: bool = True) -> Follower:
    account = FetchSettings(
        token_url=f"{api.url}/token",
        client_id="greenroom",
        client_secret=SecretStr("client-secret"),
        refresh_token=SecretStr("refresh-secret") if refresh else None,
        api=f"{api.url}/api/",
    )
    hook = HookSettings(name="office", provider=provider, secret=SecretStr("word"), source="office", fetch=account)
    fakes, seconds = Fakes(), [0.0]
    feeds = (CalendarFeed("office", "none", "Europe/Paris", (CalendarRule("stage 1", ("stage-1",)),)),)
    house = replace(fakes.house(), sites={STUDIO.id: replace(STUDIO, calendars=feeds)})
    return Follower(fakes, EventFetcher(house, {"office": hook}, lambda: seconds[0]), seconds)


def pointing_at(provider: str, *told: str) -> HookMessage:
    return HookMessage(provider, fetch=list(told))


def test_a_google_notice_brings_what_changed_page_by_page(api: Api) -> None:
    api.pages = [{"items": [EVENT], "nextPageToken": "1"}, {"items": [{**EVENT, "id": "e-2"}, TOMBSTONE]}]
    follower = follow(api, "google")
    follower.fetcher.fetch("office", pointing_at("google", f"{api.url}/api/calendars/office/events?alt=json"))
    assert [follower.of(uid).booking.zones for uid in ("e-1", "e-2")] == [("stage-1",), ("stage-1",)]
    first = parse_qs(urlsplit(api.asked[0]).query)
    assert (first["showDeleted"], first["updatedMin"]) == (["true"], ["2026-03-01T04:30:00Z"])
    assert parse_qs(urlsplit(api.asked[1]).query)["pageToken"] == ["1"]


def test_an_event_that_is_gone_later_is_cancelled(api: Api) -> None:
    follower, notice = follow(api, "google"), pointing_at("google", f"{api.url}/api/events")
    api.pages = [{"items": [EVENT]}]
    follower.fetcher.fetch("office", notice)
    api.pages = [{"items": [{**TOMBSTONE, "id": "e-1"}]}]
    follower.fetcher.fetch("office", notice)
    assert follower.of("e-1").booking.status == "cancelled"


def test_an_event_that_is_shown_as_free_or_renamed_away_is_no_booking_any_more(api: Api) -> None:
    follower, notice = follow(api, "google"), pointing_at("google", f"{api.url}/api/events")
    changes = ({"transparency": "transparent"}, {"summary": "Lunch"})
    for number, change in enumerate(changes):
        uid = f"f-{number}"
        event = {**EVENT, "id": uid}
        api.pages = [{"items": [event]}]
        follower.fetcher.fetch("office", notice)
        assert follower.of(uid).booking.status == "confirmed"
        api.pages = [{"items": [{**event, **change, "updated": "2026-03-01T12:00:00Z"}]}]
        follower.fetcher.fetch("office", notice)
        assert follower.of(uid).booking.status == "cancelled", change
    api.pages = [{"items": [{**EVENT, "id": "f-9", "transparency": "transparent"}]}]
    assert follower.fetcher.fetch("office", notice) == [], "what never was here is not told"


def test_a_graph_notice_brings_its_event_by_client_credentials(api: Api) -> None:
    api.pages = [graph_event()]
    follower = follow(api, "microsoft_graph", refresh=False)
    taken = follower.fetcher.fetch("office", pointing_at("microsoft_graph", "Users/u/Events/e1"))
    assert api.asked == ["/api/Users/u/Events/e1"]
    assert len(taken) == 1
    assert (api.tokens[0]["grant_type"], api.tokens[0]["scope"]) == ("client_credentials", "https://graph.microsoft.com/.default")


def test_a_token_is_kept_for_as_long_as_it_holds(api: Api) -> None:
    api.pages = [{"items": [EVENT]}]
    follower, notice = follow(api, "google"), pointing_at("google", f"{api.url}/api/events")
    for seconds in (0.0, 3000.0, 3600.0):
        follower.seconds[0] = seconds
        follower.fetcher.fetch("office", notice)
    assert [form["grant_type"] for form in api.tokens] == ["refresh_token", "refresh_token"]


@pytest.mark.parametrize(
    "told",
    [
        "https://evil.example/api/events",
        "http://127.0.0.1:1/api/events",
        "{url}/elsewhere/events",
        "{url}/api/../elsewhere",
        "http://user@evil.example/api/",
    ],
)
def test_nothing_but_the_providers_own_api_is_asked(api: Api, told: str) -> None:
    follower = follow(api, "google")
    with pytest.raises(FetchError, match="not asked"):
        follower.fetcher.fetch("office", pointing_at("google", told.format(url=api.url)))
    assert (api.asked, api.tokens) == ([], [])


def test_a_provider_that_fails_cancels_nothing_and_shows_no_secret(api: Api) -> None:
    follower, notice = follow(api, "google"), pointing_at("google", f"{api.url}/api/events")
    api.pages = [{"items": [EVENT]}]
    follower.fetcher.fetch("office", notice)
    api.status = 503
    with pytest.raises(FetchError) as fault:
        follower.fetcher.fetch("office", notice)
    assert "secret" not in str(fault.value)
    assert follower.of("e-1").booking.status == "confirmed"


def test_a_notice_is_taken_at_once_and_worked_on_beside(api: Api) -> None:
    api.pages = [{"items": [EVENT]}]
    follower = follow(api, "google")
    came = threading.Event()
    put = follower.fakes.bookings.put

    def noted(*told: Any, **more: Any) -> Any:
        answer = put(*told, **more)
        came.set()
        return answer

    follower.fakes.bookings.put = noted  # type: ignore[method-assign]
    follower.fetcher.notice("office", pointing_at("google", f"{api.url}/api/events"))
    follower.fetcher.notice("unknown hook", pointing_at("google", f"{api.url}/api/events"))
    assert came.wait(60)
    assert follower.of("e-1") is not None
