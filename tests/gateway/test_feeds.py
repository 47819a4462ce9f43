"""Calendars out: what the reader of a secret address sees, and that the address can be ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest

from gateway.calendars import read_calendar
from gateway.ical import stretches
from premises.plan import PlanSlot, Rung, ZonePlan
from premises.ports import Role
from premises.reason import Reason
from premises.time import SLOT
from tests.gateway.conftest import BOOKING, SHOOT, Door
from tests.gateway.premises_of_tests import NOW


def address(door: Door, name: str, feed: str, query: str = "") -> str:
    return f"/v1/feeds/{door.secrets[name]}/{feed}.ics{query}"


def events(data: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


def test_bookings_come_out_as_a_calendar_that_our_own_reader_understands(
    door: Door, viewer: dict[str, str], booker: dict[str, str]
) -> None:
    door.client.put(BOOKING, json=SHOOT, headers=booker)
    door.client.put("/v1/bookings/cinema-diary/off", json=SHOOT, headers=booker)
    door.client.delete("/v1/bookings/cinema-diary/off", headers=booker)
    answer = door.client.get(address(door, "viewer", "bookings"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["cache-control"] == "no-store"
    told = read_calendar(answer.content, date(2026, 3, 1), date(2026, 4, 1), "Europe/Paris")
    (booking,) = told["bookings"]
    assert (booking["title"], booking["location"]) == ("The Long Winter, day 4", "Stage 1")
    assert (booking["start"], booking["end"]) == ("2026-03-02T05:00:00Z", "2026-03-03T05:00:00Z")
    assert [skipped["reason"] for skipped in told["skipped"]] == ["cancelled"]


def test_an_option_is_tentative_and_a_change_counts_up(door: Door, viewer: dict[str, str], booker: dict[str, str]) -> None:
    door.client.put(BOOKING, json={**SHOOT, "status": "option"}, headers=booker)
    door.client.put(BOOKING, json={**SHOOT, "status": "option", "people": 3}, headers=booker)
    (event,) = events(door.client.get(address(door, "viewer", "bookings")).content)
    assert (str(event["STATUS"]), int(event["SEQUENCE"])) == ("TENTATIVE", 2)


def test_a_feed_shows_what_its_key_sees(
    door: Door, tenant: dict[str, str], booker: dict[str, str], engineer: dict[str, str]
) -> None:
    door.client.put("/v1/bookings/rival-diary/1", json={**SHOOT, "title": "Secret Pilot"}, headers=engineer)
    door.client.put("/v1/bookings/rival-diary/2", json={**SHOOT, "title": "Cut", "zones": ["edit-3"]}, headers=engineer)
    text = door.client.get(address(door, "cutters", "bookings")).text
    assert "Cut" in text
    assert "Secret Pilot" not in text
    assert door.client.get(address(door, "cutters", "bookings", "?zone=stage-1")).status_code == 404
    assert "VEVENT" not in door.client.get(address(door, "cinema diary", "bookings")).text
    assert door.client.get(address(door, "cinema diary", "plan")).status_code == 403


def test_the_heating_comes_out_zone_by_zone(door: Door, viewer: dict[str, str]) -> None:
    answer = door.client.get(address(door, "viewer", "plan", "?zone=stage-1"))
    (event,) = events(answer.content)
    assert str(event["SUMMARY"]) == "Stage 1: 19 °C"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (NOW, NOW + SLOT)
    assert str(event["TRANSP"]) == "TRANSPARENT"


def test_slots_of_one_setpoint_are_one_stretch() -> None:
    setpoints = [19.0, 19.0, None, 12.0, 12.0, 19.0]
    slots = [PlanSlot(NOW + SLOT * place, setpoint, 15.0, 0.0, 0.0, Reason("x")) for place, setpoint in enumerate(setpoints)]
    told = list(stretches(ZonePlan("stage-1", Rung.TABLE, tuple(slots))))
    assert [(each.setpoint_c, each.end - each.start) for each in told] == [
        (19.0, 2 * SLOT),
        (None, SLOT),
        (12.0, 2 * SLOT),
        (19.0, SLOT),
    ]


def test_a_secret_address_can_be_ended_and_does_not_stand_in_the_log(
    door: Door, viewer: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert door.client.get(address(door, "viewer", "bookings")).status_code == 200
    key = next(iter(door.fakes.keys.kept.values()))
    door.fakes.keys.put(replace(key, revoked_at=NOW + timedelta(0)))
    gone = door.client.get(address(door, "viewer", "bookings"))
    assert (gone.status_code, gone.json()["type"]) == (401, "/problems/bad-key")
    assert door.client.get("/v1/feeds/guess/bookings.ics").status_code == 401
    assert door.secrets["viewer"] not in "".join(capsys.readouterr())


def test_no_plan_yet_is_an_empty_calendar(door: Door, viewer: dict[str, str]) -> None:
    door.fakes.plans.plans.clear()
    answer = door.client.get(address(door, "viewer", "plan"))
    assert answer.status_code == 200
    assert "VEVENT" not in answer.text


def test_a_booker_may_subscribe_to_its_own(door: Door) -> None:
    own = door.key("diary", Role.BOOKER, sources={"cinema-diary"})
    door.client.put(BOOKING, json=SHOOT, headers=own)
    assert "The Long Winter" in door.client.get(address(door, "diary", "bookings")).text
