"""A booking system's day: put, put again, look, change, cancel, and be told when the stage is ready."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from premises.ports import Role
from premises.reason import Reason
from tests.gateway.conftest import BOOKING, SHOOT, Door
from tests.gateway.premises_of_tests import NOW


def changed(**more: Any) -> dict[str, Any]:
    return {**SHOOT, **more}


def pointers(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {fault.get("pointer") or fault["parameter"]: fault["detail"] for fault in answer.json()["errors"]}


def test_a_new_booking_is_answered_with_its_plan(door: Door, booker: dict[str, str]) -> None:
    answer = door.client.put(BOOKING, json=SHOOT, headers=booker)
    assert answer.status_code == 201
    assert answer.headers["location"] == BOOKING
    told = answer.json()
    assert told["outcome"] == "created"
    assert told["booking"]["call"] == "2026-03-02T07:00:00Z"
    assert told["local"]["call"] == "2026-03-02T08:00:00+01:00"
    (ready,) = told["ready_by"]
    assert ready["zone"] == "stage-1"
    assert ready["ready"] is True
    assert ready["due_at"] == "2026-03-02T07:00:00Z"
    assert ready["ready_at"] == "2026-03-02T06:50:00Z"
    assert ready["heat_from"] == "2026-03-02T04:00:00Z"
    assert (ready["energy_kwh"], ready["cost"], ready["carbon_kg"], ready["currency"]) == (100.0, 18.0, 4.5, "EUR")
    assert ready["rung"] == "learned"
    assert ready["reasons"][0]["code"] == "pre_heat_for_call"


def test_the_same_twice_is_once(door: Door, booker: dict[str, str]) -> None:
    first = door.client.put(BOOKING, json=SHOOT, headers=booker)
    again = door.client.put(BOOKING, json=SHOOT, headers=booker)
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    assert again.headers["etag"] == first.headers["etag"]
    assert len(door.fakes.audit.entries) == 1


def test_what_is_read_can_be_put_back_as_it_is(door: Door, booker: dict[str, str]) -> None:
    full = changed(
        site="old-mill",
        zones=["stage-1", "stage-2"],
        status="hold",
        day_kind="pre_light",
        turn_over="2026-03-02T09:00:00+01:00",
        doors="2026-03-02T08:30:00+01:00",
        rig_power_w={"led": 12000, "hmi": 4000},
        comfort_c=19.5,
        floor="children",
        tenant="cutters",
        production="the-long-winter",
        timezone="Europe/Paris",
        sequence=4,
        notes="Doors open early.\nBring coats.",
    )
    put = door.client.put(BOOKING, json=full, headers=booker)
    read = door.client.get(BOOKING, headers=booker).json()["booking"]
    again = door.client.put(BOOKING, json=read, headers=booker)
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged"), again.text
    assert set(read) == set(full)
    assert put.headers["etag"] == again.headers["etag"]


def test_each_change_is_a_version_with_its_own_tag_and_all_are_kept(door: Door, booker: dict[str, str]) -> None:
    tags = [door.client.put(BOOKING, json=changed(people=people), headers=booker).headers["etag"] for people in (10, 20, 30)]
    assert len(set(tags)) == 3
    assert all(tag.startswith('"') for tag in tags)
    versions = door.client.get(f"{BOOKING}/versions", headers=booker).json()["items"]
    assert [version["booking"]["people"] for version in versions] == [10, 20, 30]
    assert [version["etag"] for version in versions] == tags


def test_if_match_keeps_two_editors_apart(door: Door, booker: dict[str, str]) -> None:
    first = door.client.put(BOOKING, json=SHOOT, headers=booker).headers["etag"]
    mine = door.client.put(BOOKING, json=changed(people=41), headers={**booker, "If-Match": first})
    theirs = door.client.put(BOOKING, json=changed(people=42), headers={**booker, "If-Match": first})
    assert mine.status_code == 200
    assert (theirs.status_code, theirs.json()["type"]) == (412, "/problems/precondition-failed")
    assert theirs.headers["etag"] == mine.headers["etag"]
    assert door.client.delete(BOOKING, headers={**booker, "If-Match": first}).status_code == 412
    assert door.client.delete(BOOKING, headers={**booker, "If-Match": mine.headers["etag"]}).status_code == 200


def test_if_none_match_makes_and_never_overwrites(door: Door, booker: dict[str, str]) -> None:
    once = {**booker, "If-None-Match": "*"}
    assert door.client.put(BOOKING, json=SHOOT, headers=once).status_code == 201
    again = door.client.put(BOOKING, json=changed(people=1), headers=once)
    assert again.status_code == 412
    assert door.client.get(BOOKING, headers=booker).json()["booking"]["people"] == 40


def test_if_match_on_what_is_not_there_fails(door: Door, booker: dict[str, str]) -> None:
    assert door.client.put(BOOKING, json=SHOOT, headers={**booker, "If-Match": '"1-abc"'}).status_code == 412
    assert door.client.put(BOOKING, json=SHOOT, headers={**booker, "If-Match": "*"}).status_code == 412


def test_an_older_sequence_is_a_clear_conflict(door: Door, booker: dict[str, str]) -> None:
    assert door.client.put(BOOKING, json=changed(sequence=7), headers=booker).status_code == 201
    older = door.client.put(BOOKING, json=changed(version=6, people=1), headers=booker)
    assert (older.status_code, older.json()["type"], older.json()["stored_sequence"]) == (409, "/problems/older-version", 7)
    assert "6" in older.json()["detail"]
    assert door.client.put(BOOKING, json=changed(version=8), headers=booker).status_code == 200
    both = door.client.put(BOOKING, json=changed(version=8, sequence=9), headers=booker)
    assert "#/version" in pointers(both)


def test_a_dry_run_answers_and_stores_nothing(door: Door, booker: dict[str, str]) -> None:
    answer = door.client.put(f"{BOOKING}?dry_run=true", json=SHOOT, headers=booker)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["dry_run"], told["outcome"], told["etag"]) == (True, None, None)
    assert told["ready_by"][0]["energy_kwh"] == 100.0
    assert "etag" not in answer.headers
    assert not door.fakes.bookings.kept
    assert not door.fakes.audit.entries


def test_cancelling_leaves_a_tombstone_and_twice_is_once(door: Door, booker: dict[str, str]) -> None:
    door.client.put(BOOKING, json=SHOOT, headers=booker)
    first = door.client.delete(BOOKING, headers=booker)
    again = door.client.delete(BOOKING, headers=booker)
    assert (first.json()["outcome"], again.json()["outcome"]) == ("changed", "unchanged")
    assert first.json()["ready_by"] == []
    read = door.client.get(BOOKING, headers=booker)
    assert (read.status_code, read.json()["booking"]["status"]) == (200, "cancelled")
    assert [entry.action for entry in door.fakes.audit.entries] == ["booking.created", "booking.cancelled"]
    assert door.client.delete("/v1/bookings/cinema-diary/never", headers=booker).status_code == 404


def test_a_cancelled_booking_can_come_back(door: Door, booker: dict[str, str]) -> None:
    door.client.put(BOOKING, json=SHOOT, headers=booker)
    door.client.delete(BOOKING, headers=booker)
    back = door.client.put(BOOKING, json=SHOOT, headers=booker)
    assert (back.json()["outcome"], back.json()["version"]) == ("changed", 3)


def test_who_wrote_it_stands_in_the_audit_trail(door: Door, booker: dict[str, str]) -> None:
    door.client.put(BOOKING, json=SHOOT, headers=booker)
    (entry,) = door.fakes.audit.entries
    assert entry.at == NOW
    assert entry.who.startswith("cinema diary (")
    assert (entry.action, entry.subject) == ("booking.created", "booking cinema-diary/4711")
    assert door.secrets["cinema diary"] not in repr(entry)


def test_overlaps_are_declared_and_other_peoples_names_are_not(door: Door, booker: dict[str, str]) -> None:
    rival = door.key("rival", Role.BOOKER, sources={"rival-diary"})
    door.client.put("/v1/bookings/rival-diary/9", json=changed(title="Secret Pilot", status="option"), headers=rival)
    door.client.put("/v1/bookings/cinema-diary/own", json=SHOOT, headers=booker)
    answer = door.client.put(BOOKING, json=SHOOT, headers=booker).json()
    details = [warned["detail"] for warned in answer["warnings"] if warned["code"] == "overlap"]
    assert len(details) == 2
    assert any("cinema-diary/own" in detail for detail in details)
    assert any("another booking (option)" in detail for detail in details)
    assert "rival-diary" not in str(answer)


def test_the_plan_names_no_booking_of_others_either(door: Door, booker: dict[str, str], viewer: dict[str, str]) -> None:
    taken = {"zone": "Stage 1", "start": "00:00", "end": "24:00"}
    door.fakes.planner.conflicts = (
        Reason("conflict_zone", {**taken, "other": "rival-diary/secret-pilot"}),
        Reason("conflict_zone", {**taken, "other": "cinema-diary/own"}),
    )
    french = {**booker, "Accept-Language": "fr"}
    for headers, words in ((booker, "another booking"), (french, "une autre réservation")):
        answer = door.client.put(BOOKING, json=SHOOT, headers=headers)
        first, second = answer.json()["ready_by"][0]["conflicts"]
        assert words in first["text"]
        assert "cinema-diary/own" in second["text"]
        assert "rival" not in answer.text
    assert "rival-diary/secret-pilot" in door.client.get(BOOKING, headers=viewer).text


def test_bookings_that_only_touch_do_not_overlap(door: Door, booker: dict[str, str]) -> None:
    door.client.put(BOOKING, json=SHOOT, headers=booker)
    after = changed(start=SHOOT["end"], end="2026-03-04T06:00:00+01:00", call=None, wrap=None)
    answer = door.client.put("/v1/bookings/cinema-diary/next", json=after, headers=booker)
    assert answer.json()["warnings"] == []


def test_a_typing_slip_is_answered_with_the_nearest_zone(door: Door, booker: dict[str, str]) -> None:
    faults = pointers(door.client.put(BOOKING, json=changed(zones=["stage-1", "stgae-2"]), headers=booker))
    assert faults == {"#/zones/1": "site old-mill has no zone 'stgae-2'; did you mean 'stage-2'?"}


@pytest.mark.parametrize(
    ("more", "pointer", "said"),
    [
        ({"call": "2026-03-02T05:00:00+01:00"}, "#/call", "before the hold starts at 2026-03-02T05:00:00Z"),
        ({"wrap": "2026-03-03T07:00:00+01:00"}, "#/wrap", "after the hold ends"),
        ({"turn_over": "2026-03-05T07:00:00+01:00"}, "#/turn_over", "after the hold ends"),
        ({"wrap": "2026-03-02T07:00:00+01:00"}, "#/wrap", "must lie after call"),
        ({"end": "2026-03-02T06:00:00+01:00"}, "#/end", "must lie after start"),
        ({"end": "2028-03-02T06:00:00+01:00"}, "#/end", "at most 400 days"),
        ({"start": "2026-03-02T06:00:00"}, "#/start", "no offset from UTC"),
        ({"start": "next Monday at 6"}, "#/start", "no RFC 3339 time"),
        ({"start": "2026-02-30T06:00:00Z"}, "#/start", "no RFC 3339 time"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "#/start", "outside the years"),
        ({"timezone": "Paris"}, "#/timezone", "no IANA time zone"),
        ({"site": "old-mil"}, "#/site", "did you mean 'old-mill'?"),
        ({"zones": ["make-up"]}, "#/zones/0", "cannot be booked"),
        ({"zones": ["stage-1", "stage-1"]}, "#/zones/1", "named twice"),
        ({"zones": []}, "#/zones", "at least 1"),
        ({"people": -1}, "#/people", "greater than or equal to 0"),
        ({"status": "maybe"}, "#/status", "'option'"),
        ({"rig_power_w": {"laser": 5}}, "#/rig_power_w/laser/[key]", "tungsten"),
        ({"titel": "slip"}, "#/titel", "Extra inputs"),
        ({"title": "bell\u0007"}, "#/title", "control character"),
    ],
)
def test_every_fault_says_where_it_is_and_what_would_be_right(
    door: Door, booker: dict[str, str], more: dict[str, Any], pointer: str, said: str
) -> None:
    faults = pointers(door.client.put(BOOKING, json=changed(**more), headers=booker))
    assert said in faults[pointer]
    assert not door.fakes.bookings.kept


def test_all_faults_are_told_at_once(door: Door, booker: dict[str, str]) -> None:
    bad = changed(
        zones=["stage-9", "make-up"], call="2026-03-02T05:00:00+01:00", wrap="2026-03-09T05:00:00", timezone="Mars/Olympus"
    )
    assert set(pointers(door.client.put(BOOKING, json=bad, headers=booker))) == {
        "#/zones/0",
        "#/zones/1",
        "#/call",
        "#/wrap",
        "#/timezone",
    }


def test_a_source_with_a_zone_in_the_site_file_may_send_wall_times(door: Door) -> None:
    diary = door.key("house diary", Role.BOOKER, sources={"house-diary"})
    wall = {"zones": ["stage-1"], "start": "2026-07-01T06:00:00", "end": "2026-07-01T20:00:00"}
    told = door.client.put("/v1/bookings/house-diary/1", json=wall, headers=diary).json()
    assert told["booking"]["start"] == "2026-07-01T04:00:00Z"
    assert told["booking"]["timezone"] == "Europe/Paris"


def test_local_hours_of_the_clock_changes_are_read_by_the_written_rule_and_declared(door: Door) -> None:
    diary = door.key("house diary", Role.BOOKER, sources={"house-diary"})

    def put(name: str, start: str, end: str) -> tuple[str, list[str]]:
        body = {"zones": ["stage-1"], "start": start, "end": end}
        told = door.client.put(f"/v1/bookings/house-diary/{name}", json=body, headers=diary).json()
        return told["booking"]["start"], [warned["code"] for warned in told["warnings"]]

    assert put("skipped", "2026-03-29T02:30:00", "2026-03-29T20:00:00") == ("2026-03-29T01:30:00Z", ["local-time-skipped"])
    assert put("doubled", "2026-10-25T02:30:00", "2026-10-25T20:00:00") == ("2026-10-25T00:30:00Z", ["local-time-doubled"])
    assert put("plain", "2026-06-25T02:30:00", "2026-06-25T20:00:00") == ("2026-06-25T00:30:00Z", [])


def test_what_is_odd_but_possible_is_taken_with_a_warning(door: Door, booker: dict[str, str]) -> None:
    past = {"zones": ["cinema"], "start": "2025-03-02T06:00:00Z", "end": "2025-03-02T20:00:00Z", "people": 200, "tenant": "cuters"}
    told = door.client.put(BOOKING, json=past, headers=booker).json()
    warned = {one["code"]: one["detail"] for one in told["warnings"]}
    assert set(warned) == {"in-the-past", "too-many-people", "unknown-tenant"}
    assert "did you mean 'cutters'?" in warned["unknown-tenant"]


def test_a_planner_that_fails_does_not_lose_the_booking(door: Door, booker: dict[str, str]) -> None:
    door.fakes.planner.broken = True
    answer = door.client.put(BOOKING, json=SHOOT, headers=booker)
    assert answer.status_code == 201
    assert [warned["code"] for warned in answer.json()["warnings"]] == ["no-plan"]
    assert answer.json()["ready_by"] == []


def test_ids_of_other_systems_may_hold_slashes_spaces_and_signs(door: Door, booker: dict[str, str]) -> None:
    url = "/v1/bookings/cinema-diary/2026%2F03%20n%C2%B0%204%3F"
    put = door.client.put(url, json=SHOOT, headers=booker)
    assert (put.status_code, put.json()["id"]) == (201, "2026/03 n° 4?")
    assert door.client.get(put.headers["location"], headers=booker).status_code == 200


def test_reasons_come_in_the_language_asked_for(door: Door, booker: dict[str, str]) -> None:
    french = {**booker, "Accept-Language": "nl-NL, fr-FR;q=0.9, en;q=0.1"}
    answer = door.client.put(BOOKING, json=SHOOT, headers=french)
    assert answer.headers["content-language"] in ("fr", "nl")
    assert door.client.get(BOOKING, headers={**booker, "Accept-Language": "xx;q=0.9, *"}).headers["content-language"] == "en"
    assert door.client.get(BOOKING, headers={**booker, "Accept-Language": "fr;q=high"}).headers["content-language"] == "en"


def test_a_writer_that_was_overtaken_between_reading_and_writing_is_told_so(
    door: Door, booker: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = door.client.put(BOOKING, json=SHOOT, headers=booker).headers["etag"]
    book, read = door.fakes.bookings, door.fakes.bookings.get

    def overtaken(key: Any) -> Any:
        stored = read(key)
        monkeypatch.setattr(book, "get", read)
        book.put(replace(stored.booking, people=99), NOW + timedelta(seconds=1))  # type: ignore[union-attr]
        return stored

    monkeypatch.setattr(book, "get", overtaken)
    late = door.client.put(BOOKING, json=changed(people=7), headers={**booker, "If-Match": tag})
    assert (late.status_code, late.json()["type"]) == (412, "/problems/precondition-failed")
    assert door.client.get(BOOKING, headers=booker).json()["booking"]["people"] == 99
