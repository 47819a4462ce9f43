"""Callers without ids of their own, and diaries that send a season at once."""

from __future__ import annotations

from typing import Any

from gateway.settings import GatewaySettings
from premises.ports import Role
from tests.gateway.conftest import SHOOT, Door, open_door

URL = "/v1/bookings/cinema-diary"


def try_(headers: dict[str, str], key: str) -> dict[str, str]:
    return {**headers, "Idempotency-Key": key}


def test_a_second_try_finds_the_booking_of_the_first(door: Door, booker: dict[str, str]) -> None:
    first = door.client.post(URL, json=SHOOT, headers=try_(booker, "order-7"))
    again = door.client.post(URL, json=SHOOT, headers=try_(booker, "order-7"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert again.json()["outcome"] == "unchanged"
    assert again.json()["ready_by"]
    assert len(door.fakes.bookings.kept) == 1
    assert door.client.get(first.headers["location"], headers=booker).status_code == 200


def test_another_key_is_another_booking_and_sources_do_not_meet(
    door: Door, booker: dict[str, str], engineer: dict[str, str]
) -> None:
    told = [door.client.post(URL, json=SHOOT, headers=try_(booker, key)).json()["id"] for key in ("a", "b")]
    other = door.client.post("/v1/bookings/house-diary", json=SHOOT, headers=try_(engineer, "a")).json()["id"]
    assert len({*told, other}) == 3


def test_the_same_key_for_another_booking_is_refused(door: Door, booker: dict[str, str]) -> None:
    door.client.post(URL, json=SHOOT, headers=try_(booker, "order-7"))
    other = door.client.post(URL, json={**SHOOT, "people": 1}, headers=try_(booker, "order-7"))
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")


def test_a_late_try_does_not_undo_what_changed_meanwhile(door: Door, booker: dict[str, str]) -> None:
    first = door.client.post(URL, json=SHOOT, headers=try_(booker, "order-7"))
    door.client.put(first.headers["location"], json={**SHOOT, "people": 99}, headers=booker)
    late = door.client.post(URL, json=SHOOT, headers=try_(booker, "order-7"))
    assert late.json()["booking"]["people"] == 99
    assert late.json()["version"] == 2


def test_a_key_is_needed_and_a_dry_run_uses_none_up(door: Door, booker: dict[str, str]) -> None:
    missing = door.client.post(URL, json=SHOOT, headers=booker)
    assert missing.json()["errors"][0]["parameter"] == "idempotency-key"
    dry = door.client.post(f"{URL}?dry_run=true", json=SHOOT, headers=try_(booker, "k"))
    assert (dry.status_code, dry.json()["dry_run"]) == (200, True)
    assert not door.fakes.bookings.kept


def bulk(*bookings: dict[str, Any], source: str = "cinema-diary") -> dict[str, Any]:
    return {"source": source, "bookings": list(bookings)}


def test_many_at_once_are_each_dealt_with_as_if_alone(door: Door, booker: dict[str, str]) -> None:
    door.client.put(f"{URL}/old", json={**SHOOT, "sequence": 5}, headers=booker)
    door.client.put(f"{URL}/same", json=SHOOT, headers=booker)
    asked = bulk(
        {"id": "new", **SHOOT},
        {"id": "same", **SHOOT},
        {"id": "old", **SHOOT, "sequence": 4},
        {"id": "nowhere", **SHOOT, "zones": ["stgae-1"]},
    )
    told = door.client.post("/v1/bookings/bulk", json=asked, headers=booker).json()
    assert [(item["id"], item["status"]) for item in told["items"]] == [("new", 201), ("same", 200), ("old", 409), ("nowhere", 422)]
    assert (told["created"], told["unchanged"], told["failed"]) == (1, 1, 2)
    assert "did you mean 'stage-1'" in told["items"][3]["problem"]["errors"][0]["detail"]
    assert len(door.fakes.bookings.kept) == 3


def test_the_same_upload_twice_changes_nothing_the_second_time(door: Door, booker: dict[str, str]) -> None:
    asked = bulk(*({"id": f"b{number}", **SHOOT} for number in range(5)))
    first = door.client.post("/v1/bookings/bulk", json=asked, headers=booker).json()
    again = door.client.post("/v1/bookings/bulk", json=asked, headers=booker).json()
    assert (first["created"], again["unchanged"]) == (5, 5)


def test_a_fault_of_form_in_one_refuses_all_and_names_it(door: Door, booker: dict[str, str]) -> None:
    answer = door.client.post(
        "/v1/bookings/bulk", json=bulk({"id": "a", **SHOOT}, {"id": "b", **SHOOT, "people": -1}), headers=booker
    )
    assert answer.json()["errors"][0]["pointer"] == "#/bookings/1/people"
    assert not door.fakes.bookings.kept


def test_an_upload_is_for_the_keys_own_source_and_bounded_and_may_be_tried(door: Door, booker: dict[str, str]) -> None:
    foreign = door.client.post("/v1/bookings/bulk", json=bulk({"id": "a", **SHOOT}, source="rival"), headers=booker)
    assert foreign.json()["type"] == "/problems/out-of-scope"
    dry = door.client.post("/v1/bookings/bulk?dry_run=true", json=bulk({"id": "a", **SHOOT}), headers=booker)
    assert (dry.status_code, dry.json()["failed"]) == (200, 0)
    assert not door.fakes.bookings.kept
    small = open_door(GatewaySettings(bulk_max=1))
    key = small.key("diary", Role.BOOKER, sources={"cinema-diary"})
    many = small.client.post("/v1/bookings/bulk", json=bulk({"id": "a", **SHOOT}, {"id": "b", **SHOOT}), headers=key)
    assert "at most 1" in many.json()["errors"][0]["detail"]
