"""What the premises are doing, and why: zones, readings, series, energy, plan, commands, alarms, devices, health."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.settings import GatewaySettings
from premises.ports import Check, Role
from tests.gateway.conftest import BOOKING, SHOOT, Door, open_door
from tests.gateway.premises_of_tests import NOW


def test_a_zone_tells_its_air_what_is_wanted_why_and_what_comes_next(
    door: Door, viewer: dict[str, str], booker: dict[str, str]
) -> None:
    door.client.put(BOOKING, json=SHOOT, headers=booker)
    zones = {zone["id"]: zone for zone in door.client.get("/v1/zones", headers=viewer).json()["items"]}
    stage = zones["stage-1"]
    assert (stage["air_c"], stage["air_at"]) == (15.2, "2026-03-02T04:30:00Z")
    assert stage["decision"]["state"] == "pre_heating"
    assert stage["decision"]["wanted_c"] == 19.0
    assert stage["decision"]["why"]["code"] == "pre_heat_for_call"
    assert stage["next_booking"]["title"] == "The Long Winter, day 4"
    assert zones["stage-2"]["air_c"] is None
    assert zones["stage-2"]["next_booking"] is None


def test_a_booker_sees_that_a_zone_is_taken_but_not_by_whom(door: Door, engineer: dict[str, str], booker: dict[str, str]) -> None:
    door.client.put("/v1/bookings/rival-diary/1", json={**SHOOT, "title": "Secret Pilot"}, headers=engineer)
    answer = door.client.get("/v1/zones?zone=stage-1", headers=booker)
    (zone,) = answer.json()["items"]
    assert zone["next_booking"]["call"] == "2026-03-02T07:00:00Z"
    assert (zone["next_booking"]["title"], zone["next_booking"]["id"]) == (None, None)


def test_the_last_value_does_not_hold_for_ever(door: Door, viewer: dict[str, str]) -> None:
    items = {item["point"]: item for item in door.client.get("/v1/readings/latest", headers=viewer).json()["items"]}
    assert items["stage-1/air_temperature"]["fresh"] is True
    assert items["stage-2/air_temperature"]["fresh"] is False
    assert "cinema/air_temperature" not in items, "what was never measured is not there, and no zero"


@pytest.mark.parametrize(
    ("query", "resolution"),
    [
        ("from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z", "quarter"),
        ("from=2026-02-01T00:00:00Z&to=2026-03-02T00:00:00Z", "hour"),
        ("from=2024-02-01T00:00:00Z&to=2026-03-02T00:00:00Z", "day"),
        ("from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&max_points=30", "hour"),
        ("from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&max_points=3", "day"),
        ("from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&resolution=month", "month"),
    ],
)
def test_a_series_picks_the_finest_resolution_that_fits(door: Door, viewer: dict[str, str], query: str, resolution: str) -> None:
    answer = door.client.get(f"/v1/series?point=stage-1/air_temperature&{query}", headers=viewer)
    assert answer.json()["resolution"] == resolution
    assert answer.json()["unit"] == "°C"


def test_a_series_that_would_be_too_long_names_the_resolution_that_fits(door: Door, viewer: dict[str, str]) -> None:
    url = "/v1/series?point=stage-1/air_temperature&from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z&resolution=quarter"
    answer = door.client.get(url, headers=viewer)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/too-many-points")
    assert "ask for day" in answer.json()["detail"]


def test_raw_readings_come_in_pages(door: Door, viewer: dict[str, str]) -> None:
    url = "/v1/series?point=stage-1/air_temperature&resolution=raw&max_points=5&from=2026-03-02T00:00:00Z&to=2026-03-02T00:30:00Z"
    first = door.client.get(url, headers=viewer)
    assert (len(first.json()["windows"]), first.json()["truncated"]) == (5, True)
    rest = door.client.get(first.links["next"]["url"], headers=viewer).json()
    assert [window["start"] for window in rest["windows"]] == ["2026-03-02T00:25:00Z"]
    assert rest["truncated"] is False


def test_energy_tells_known_estimated_and_missing_apart(door: Door, viewer: dict[str, str]) -> None:
    items = {item["point"]: item for item in door.client.get("/v1/energy", headers=viewer).json()["items"]}
    assert set(items) == {"grid/energy", "edit-meter/energy"}
    grid = items["grid/energy"]
    assert (grid["kwh"], grid["estimated_kwh"], grid["completeness"]) == (10.0, 1.0, 0.5)
    assert grid["windows"][1]["kwh"] is None


def test_energy_of_what_counts_none_is_a_fault(door: Door, viewer: dict[str, str]) -> None:
    for query in ("point=stage-1/air_temperature", "resolution=raw"):
        answer = door.client.get(f"/v1/energy?{query}", headers=viewer)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


def test_the_plan_tells_each_slot_with_its_reason(door: Door, viewer: dict[str, str], tenant: dict[str, str]) -> None:
    plan = door.client.get("/v1/plan?zone=stage-1", headers=viewer).json()
    assert plan["energy_kwh"] == 900.0
    (zone,) = plan["zones"]
    assert zone["slots"][0]["why"]["code"] == "pre_heat_for_call"
    own = door.client.get("/v1/plan", headers=tenant).json()
    assert [zone["zone"] for zone in own["zones"]] == ["edit-3"]
    assert own["cost"] is None


def test_no_plan_yet_is_not_found(door: Door, viewer: dict[str, str]) -> None:
    door.fakes.plans.plans.clear()
    assert door.client.get("/v1/plan", headers=viewer).status_code == 404


def test_commands_carry_their_reason_and_their_confirmation(door: Door, viewer: dict[str, str]) -> None:
    items = door.client.get("/v1/commands?point=stage-1/setpoint_temperature", headers=viewer).json()["items"]
    assert [(item["value"], item["unit"], item["state"], item["priority"]) for item in items] == [
        (19.0, "°C", "confirmed", "booking")
    ]


def test_alarms_speak_the_language_asked_for(door: Door, viewer: dict[str, str], tenant: dict[str, str]) -> None:
    french = door.client.get("/v1/alarms", headers={**viewer, "Accept-Language": "fr"}).json()["items"]
    assert {alarm["text"] for alarm in french} == {"pas de température"}
    own = door.client.get("/v1/alarms", headers=tenant).json()["items"]
    assert [alarm["subject"] for alarm in own] == ["edit-3/air_temperature"]


def test_devices_tell_whether_they_are_silent_for_too_long(door: Door, engineer: dict[str, str]) -> None:
    seen = {
        "sensor-stage-1": NOW - timedelta(minutes=40),
        "sensor-stage-2": NOW - timedelta(minutes=50),
        "grid": NOW - timedelta(days=9),
    }
    door.fakes.intake.now = replace(door.fakes.intake.now, last_seen=seen)
    items = {item["id"]: item for item in door.client.get("/v1/devices", headers=engineer).json()["items"]}
    assert items["sensor-stage-1"]["stale"] is False
    assert items["sensor-stage-2"]["stale"] is True
    assert items["grid"]["stale"] is False, "it reports on change only"
    assert items["sensor-cinema"]["stale"] is None
    assert items["sensor-cinema"]["last_seen"] is None


def test_quarantine_shows_the_message_whole_as_text_or_as_bytes(door: Door, engineer: dict[str, str]) -> None:
    page = door.client.get("/v1/quarantine?limit=1", headers=engineer)
    assert page.json()["items"][0]["payload"] == '{"temperature": "unknown"}'
    (second,) = door.client.get(page.links["next"]["url"], headers=engineer).json()["items"]
    assert (second["payload"], second["payload_b64"]) == (None, "/wA=")


def test_an_override_holds_until_its_end_and_can_be_handed_back(door: Door, engineer: dict[str, str]) -> None:
    asked = {"zone": "stage-1", "kind": "temperature", "value": 20.5, "minutes": 120, "reason": "dancers"}
    put = door.client.post("/v1/overrides", json=asked, headers=engineer)
    assert (put.status_code, put.json()["until"], put.json()["active"]) == (201, "2026-03-02T06:30:00Z", True)
    assert put.json()["by"].startswith("engineer (")
    listed = door.client.get("/v1/overrides", headers=engineer).json()["items"]
    assert [one["id"] for one in listed] == [put.json()["id"]]
    ended = door.client.delete(put.headers["location"], headers=engineer)
    assert (ended.json()["active"], ended.json()["ended_at"]) == (False, "2026-03-02T04:30:00Z")
    assert door.client.get("/v1/overrides", headers=engineer).json()["items"] == []
    assert door.client.delete(put.headers["location"], headers=engineer).status_code == 404
    past = door.client.get("/v1/overrides?from=2026-03-02T00:00:00Z&zone=stage-1", headers=engineer).json()["items"]
    assert len(past) == 1
    assert [entry.action for entry in door.fakes.audit.entries] == ["override.set", "override.ended"]


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"value": 45}, "#/value"),
        ({"value": None}, "#/value"),
        ({"kind": "off"}, "#/value"),
        ({"minutes": None}, "#/until"),
        ({"until": "2026-03-02T09:00:00Z"}, "#/until"),
        ({"minutes": None, "until": "2026-03-01T09:00:00Z"}, "#/until"),
        ({"minutes": None, "until": "2026-03-02T09:00:00"}, "#/until"),
        ({"minutes": 20_000}, "#/minutes"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(
    door: Door, engineer: dict[str, str], more: dict[str, object], pointer: str
) -> None:
    asked = {"zone": "stage-1", "kind": "temperature", "value": 20.5, "minutes": 120, **more}
    answer = door.client.post("/v1/overrides", json=asked, headers=engineer)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert not door.fakes.overrides.kept


def test_health_needs_no_key_and_shows_the_sum_of_all_messages(door: Door) -> None:
    told = door.client.get("/v1/health").json()
    assert told["status"] == "ok"
    intake = told["intake"]
    assert intake["received"] == sum(intake[part] for part in ("stored", "journalled", "quarantined", "ignored", "in_flight"))
    assert intake["balanced"] is True
    assert told["checks"] == [{"name": "store", "ok": True, "detail": "fake store answers"}]


def test_health_tells_no_folders_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    door = open_door()
    checks = [
        Check("store", True, "DuckDB 2.0.0, /srv/greenroom/data/readings.duckdb"),
        Check("b", False, r"C:\data\books.db is full, 1/2"),
    ]
    gateway = door.client.gateway
    assert gateway is not None
    door.client.gateway = replace(gateway, house=replace(gateway.house, checks=lambda: checks))
    details = [check["detail"] for check in door.client.get("/v1/health").json()["checks"]]
    assert details == ["DuckDB 2.0.0, readings.duckdb", "books.db is full, 1/2"]


def test_messages_that_do_not_add_up_are_told(door: Door) -> None:
    door.fakes.intake.now = replace(door.fakes.intake.now, received=11)
    told = door.client.get("/v1/health").json()
    assert (told["status"], told["intake"]["balanced"]) == ("degraded", False)


def test_metrics_are_for_engineers_and_for_this_machine_but_not_through_a_proxy(door: Door, engineer: dict[str, str]) -> None:
    text = door.client.get("/metrics", headers=engineer).text
    assert 'greenroom_messages{state="received"} 10.0' in text
    here = open_door(address="127.0.0.1")
    assert here.client.get("/metrics").status_code == 200
    assert here.client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401
    assert here.client.get("/metrics", headers={"X-API-Key": "gr_wrong"}).status_code == 401, "a false key is not forgiven"
    closed = open_door(GatewaySettings(metrics_from_loopback=False), address="127.0.0.1")
    assert closed.client.get("/metrics").status_code == 401


def test_metrics_count_requests_by_declared_route(door: Door, engineer: dict[str, str]) -> None:
    for number in range(3):
        door.client.get(f"/v1/bookings/cinema-diary/{number}", headers=engineer)
    text = door.client.get("/metrics", headers=engineer).text
    assert 'greenroom_http_requests_total{method="GET",route="/v1/bookings/{source}/{id:path}",status="404"} 3.0' in text


def test_monthly_energy_by_zone_goes_back_five_years_and_is_cut_to_what_a_key_may_see(door: Door, viewer: dict[str, str]) -> None:
    told = door.client.get("/v1/energy/months", headers=viewer).json()
    assert (told["first"], told["last"]) == ("2021-03", "2026-03")
    assert len({item["month"] for item in told["items"]}) == 61
    assert {item["zone"] for item in told["items"]} > {None}
    table = door.client.get("/v1/energy/months?format=csv&years=1", headers=viewer)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.text.startswith("site,month,zone,zone_use,carrier,use,kwh,estimated_kwh,completeness,by_area,meters\r\n")
    tenant = door.key("edit", Role.TENANT, zones={"edit-3"})
    assert {item["zone"] for item in door.client.get("/v1/energy/months", headers=tenant).json()["items"]} <= {"edit-3"}
