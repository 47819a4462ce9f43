"""Whatever goes wrong is a problem document with a stable type, and tells nothing of the inside."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from gateway.problems import KINDS
from gateway.settings import GatewaySettings
from premises.errors import StoreUnavailableError, UnknownNameError
from tests.gateway.conftest import BOOKING, SHOOT, Door, open_door

PROBLEM = "application/problem+json"


def is_problem(answer: Any, status: int, name: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    told: dict[str, Any] = answer.json()
    assert (told["type"], told["status"]) == (f"/problems/{name}", status)
    assert told["title"]
    assert told["instance"].endswith(answer.headers["x-request-id"])
    return told


def test_an_unknown_route(door: Door, viewer: dict[str, str]) -> None:
    is_problem(door.client.get("/v1/nothing", headers=viewer), 404, "not-found")
    is_problem(door.client.get("/v1", headers=viewer), 404, "not-found")


def test_a_method_that_is_not_offered_names_those_that_are(door: Door, booker: dict[str, str]) -> None:
    answer = door.client.request("PATCH", BOOKING, headers=booker)
    is_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "DELETE, GET, PUT"
    for url, methods in (("/v1/bookings/changes", "GET"), (f"{BOOKING}/versions", "GET"), ("/v1/bookings/bulk", "POST")):
        other = door.client.request("DELETE" if url.endswith("bulk") else "POST", url, headers=booker, json=SHOOT)
        assert (other.status_code, other.headers["allow"]) == (405, methods)


def test_a_body_that_is_no_json(door: Door, booker: dict[str, str]) -> None:
    json_headers = {**booker, "Content-Type": "application/json"}
    for body in (b"{", b"\xff\xfe", b"[" * 100_000, b'{"zones": NaN', b"1" * 5000):
        answer = door.client.put(BOOKING, content=body, headers=json_headers)
        assert answer.status_code in (400, 422), answer.text
        assert answer.headers["content-type"] == PROBLEM


def test_a_body_of_another_kind(door: Door, booker: dict[str, str]) -> None:
    answer = door.client.put(BOOKING, content=b"<booking/>", headers={**booker, "Content-Type": "application/xml"})
    is_problem(answer, 415, "media-type")


def test_a_body_that_is_too_large_declared_or_not(booker: dict[str, str]) -> None:
    door = open_door(GatewaySettings(body_max_bytes=2000))
    is_problem(door.client.put(BOOKING, content=b" " * 2001), 413, "body-too-large")

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 100

    is_problem(door.client.put(BOOKING, content=pieces()), 413, "body-too-large")


def test_a_body_that_never_ends_is_given_up() -> None:
    door = open_door(GatewaySettings(body_timeout_s=0.05))

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await anyio.sleep_forever()

    is_problem(door.client.put(BOOKING, content=slow()), 408, "body-timeout")


def test_pointers_are_escaped_and_values_are_not_echoed(door: Door, booker: dict[str, str]) -> None:
    body = {**SHOOT, "a/b~c": "hunter2", "people": "hunter2"}
    told = is_problem(door.client.put(BOOKING, json=body, headers=booker), 422, "invalid")
    assert {fault["pointer"] for fault in told["errors"]} == {"#/a~1b~0c", "#/people"}
    assert "hunter2" not in json.dumps(told)


def test_broken_characters_in_names_and_values_are_faults_and_no_crash(door: Door, booker: dict[str, str]) -> None:
    headers = {**booker, "Content-Type": "application/json"}
    for body in ('{"\\ud800": 1}', json.dumps({**SHOOT, "title": "\ud800"}), json.dumps({**SHOOT, "notes": "\u0000"})):
        assert door.client.put(BOOKING, content=body.encode(), headers=headers).status_code == 422


def test_a_store_that_is_away_asks_to_come_back(door: Door, viewer: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailableError("postgresql://user:secret@inner-host/ is away", retry_after_s=7)

    monkeypatch.setattr(door.fakes.bookings, "find", away)
    answer = door.client.get("/v1/bookings", headers=viewer)
    is_problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "7"
    assert "inner-host" not in answer.text


def test_a_fault_inside_is_told_by_its_id_only(
    door: Door, viewer: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(door.fakes.bookings, "find", broken)
    answer = door.client.get("/v1/bookings", headers=viewer)
    is_problem(answer, 500, "internal")
    assert "hunter2" not in answer.text
    logged = "".join(capsys.readouterr())
    assert "RuntimeError" in logged, "the trace is in the log"
    assert door.secrets["viewer"] not in logged, "but no local variables"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_unknown_name_in_a_store_is_not_found(door: Door, viewer: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise UnknownNameError("no site 'x' in the store")

    monkeypatch.setattr(door.fakes.plans, "latest", unknown)
    is_problem(door.client.get("/v1/plan", headers=viewer), 404, "not-found")


def test_headers_that_keep_browsers_safe(door: Door, viewer: dict[str, str]) -> None:
    headers = door.client.get("/v1/sites", headers=viewer).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


def test_browsers_of_other_sites_get_nothing_unless_allowed(door: Door) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "PUT"}
    assert "access-control-allow-origin" not in door.client.request("OPTIONS", BOOKING, headers=asked).headers
    allowed = open_door(GatewaySettings(cors_origins=("https://elsewhere.example",)))
    headers = allowed.client.request("OPTIONS", BOOKING, headers=asked).headers
    assert headers["access-control-allow-origin"] == "https://elsewhere.example"
    assert "access-control-allow-credentials" not in headers


def test_a_request_id_is_taken_over_only_where_it_is_harmless(door: Door) -> None:
    kept = door.client.get("/v1/health", headers={"X-Request-ID": "diary-17"})
    assert kept.headers["x-request-id"] == "diary-17"
    refused = door.client.get("/v1/health", headers={"X-Request-ID": 'x" injected'})
    assert "injected" not in refused.headers["x-request-id"]


def test_no_key_reaches_the_log(door: Door, booker: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    door.client.put(BOOKING, json=SHOOT, headers=booker)
    door.client.get(f"/v1/sites?key={door.secrets['cinema diary']}", headers={"X-API-Key": "gr_wrong"})
    logged = "".join(capsys.readouterr())
    assert "request" in logged
    assert door.secrets["cinema diary"] not in logged
    assert door.secrets["cinema diary"].split("_", 2)[2] not in logged


def test_problem_types_are_documented_in_the_api_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    missing = [kind.type for kind in KINDS.values() if f"`{kind.type}`" not in page]
    assert not missing
