"""A stream of what changes: told once, in scope, and ended when its key is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import anyio
import pytest

from gateway.access import Caller
from gateway.app import create_app
from gateway.changes import Seen, look
from gateway.door import Gateway
from gateway.settings import GatewaySettings
from premises.ports import Role
from tests.gateway.client import Client
from tests.gateway.conftest import BOOKING, SHOOT, Door
from tests.gateway.fakes import Fakes
from tests.gateway.premises_of_tests import NOW

QUICK = GatewaySettings(stream_every_s=0.01, stream_longest_s=30, streams_max=1, rate_burst=1000)


def quick_door() -> Door:
    fakes = Fakes()
    return Door(fakes, Client(create_app(fakes.house(), QUICK)))


def caller(door: Door, name: str) -> Caller:
    return Caller(next(key for key in door.fakes.keys.all() if key.label == name))


def gateway(door: Door) -> Gateway:
    found: Gateway = door.client.gateway or door.client.app.state.gateway
    return found


def test_the_first_look_tells_every_zone_and_the_second_only_what_changed(
    door: Door, viewer: dict[str, str], booker: dict[str, str]
) -> None:
    here, who = gateway(door), caller(door, "viewer")
    first, seen = look(here, who, "en", Seen(NOW))
    assert [event.name for event in first].count("zone") == 5
    assert first[-1].name == "alarms"
    nothing, seen = look(here, who, "en", seen)
    assert nothing == []
    door.client.put(BOOKING, json=SHOOT, headers=booker)
    told, seen = look(here, who, "en", seen)
    assert [event.name for event in told] == ["booking", "zone"], "the booking, and the stage that it is now next on"
    assert told[0].id == 1
    assert look(here, who, "en", seen)[0] == []


def test_a_booker_is_told_of_its_own_bookings_and_of_no_alarms(
    door: Door, booker: dict[str, str], engineer: dict[str, str]
) -> None:
    here, who = gateway(door), caller(door, "cinema diary")
    _, seen = look(here, who, "en", Seen(NOW))
    door.client.put("/v1/bookings/rival-diary/1", json={**SHOOT, "title": "Secret Pilot"}, headers=engineer)
    told, _ = look(here, who, "en", seen)
    assert {event.name for event in told} == {"zone"}
    assert "Secret Pilot" not in repr(told)


async def listen(door: Door, headers: dict[str, str], until: int) -> tuple[dict[str, Any], bytes]:
    """Speak ASGI to the stream itself: read until so many events came, then go away."""
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "path": "/v1/events",
    }
    scope |= {"raw_path": b"/v1/events", "query_string": b"", "headers": raw, "client": ("192.0.2.7", 1), "scheme": "http"}
    start: dict[str, Any] = {}
    body, gone, asked = b"", anyio.Event(), False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal body
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body += message.get("body", b"")
            if body.count(b"event: ") >= until:
                gone.set()

    with anyio.fail_after(20):
        await door.client.app(scope, receive, send)
    return start, body


def test_the_stream_speaks_server_sent_events_and_gives_its_place_back() -> None:
    door = quick_door()
    viewer = door.key("viewer", Role.VIEWER)
    for _ in range(2):  # the one place there is, twice
        start, body = anyio.run(listen, door, viewer, 5)
        assert start["status"] == 200
        assert dict(start["headers"])[b"content-type"].startswith(b"text/event-stream")
        data = [json.loads(line[6:]) for line in body.decode().splitlines() if line.startswith("data: ")]
        assert {zone["zone"]["id"] for zone in data if "zone" in zone} == {"stage-1", "stage-2", "edit-3", "cinema", "make-up"}


def test_one_stream_more_than_there_are_places_is_told_to_wait() -> None:
    door = quick_door()
    viewer = door.key("viewer", Role.VIEWER)
    assert gateway(door).streams.acquire(blocking=False)
    answer = door.client.get("/v1/events", headers=viewer)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")


def test_a_revoked_key_ends_its_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    door = quick_door()
    viewer = door.key("viewer", Role.VIEWER)
    find = door.fakes.keys.find
    asked = 0

    def soon_revoked(prefix: str) -> Any:
        nonlocal asked
        asked += 1
        key = find(prefix)
        return replace(key, revoked_at=NOW) if asked > 3 and key is not None else key

    monkeypatch.setattr(door.fakes.keys, "find", soon_revoked)
    start, body = anyio.run(listen, door, viewer, 1_000)
    assert start["status"] == 200
    assert body.count(b": here") == 2, "it looked twice, and then the key no longer held"
