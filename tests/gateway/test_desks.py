"""What people do at the door besides bookings: alarms, quarantine, reports, addresses of webhooks, the site file."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from premises.ports import Role
from tests.gateway.conftest import Door, open_door
from tests.gateway.premises_of_tests import NOW

ALARM = "/v1/alarms/a-stage-2-old-mill"
ADDRESS = {"url": "https://diary.example/told", "label": "diary", "kinds": ["booking.ready", "booking.late"]}


def actions(door: Door) -> list[tuple[str, str]]:
    return [(entry.action, entry.subject) for entry in door.fakes.audit.entries]


def test_an_alarm_is_acknowledged_once_and_the_first_stays_named(door: Door, engineer: dict[str, str]) -> None:
    first = door.client.post(f"{ALARM}/acknowledge", headers=engineer).json()
    assert first["acknowledged_by"].startswith("engineer (")
    other = door.key("night watch", Role.ENGINEER)
    assert door.client.post(f"{ALARM}/acknowledge", headers=other).json()["acknowledged_by"] == first["acknowledged_by"]
    assert actions(door)[0] == ("alarm.acknowledged", "alarm a-stage-2-old-mill (sensor_lost stage-2)")


def test_an_alarm_is_shelved_for_so_long_and_stays_in_the_list(door: Door, engineer: dict[str, str]) -> None:
    shelved = door.client.post(f"{ALARM}/shelve", json={"minutes": 90}, headers=engineer).json()
    assert shelved["shelved_until"] == "2026-03-02T06:00:00Z"
    listed = door.client.get("/v1/alarms", headers=engineer).json()["items"]
    assert shelved in listed
    for minutes in (0, 43_201, "60", True):
        assert door.client.post(f"{ALARM}/shelve", json={"minutes": minutes}, headers=engineer).status_code == 422
    assert door.client.post("/v1/alarms/a-unknown/acknowledge", headers=engineer).status_code == 404


def test_an_alarm_of_another_zone_is_not_there(door: Door) -> None:
    edit = door.key("edit engineer", Role.ENGINEER, zones={"edit-3"})
    assert door.client.post(f"{ALARM}/acknowledge", headers=edit).status_code == 404
    past = door.client.get("/v1/alarms/history", headers=edit).json()["items"]
    assert [alarm["subject"] for alarm in past] == ["edit-3/air_temperature"]


def test_alarms_that_are_kept_nowhere_say_so(door: Door, engineer: dict[str, str]) -> None:
    gateway = door.client.gateway
    assert gateway is not None

    class Fleeting:
        def active(self, site: str) -> list[object]:
            return []

    door.client.gateway = replace(gateway, house=replace(gateway.house, alarms=Fleeting()))  # type: ignore[arg-type]
    answer = door.client.post(f"{ALARM}/acknowledge", headers=engineer)
    assert (answer.status_code, answer.json()["type"]) == (501, "/problems/not-set-up")


def test_a_quarantined_message_is_shown_tried_again_and_dropped(door: Door, engineer: dict[str, str]) -> None:
    shown = door.client.get("/v1/quarantine/2", headers=engineer).json()["details"]
    assert (shown["reason"], shown["payload_hex"]) == ("no text", "ff00")
    assert door.client.post("/v1/quarantine/1/retry", headers=engineer).json() == {"stored": True, "reason": ""}
    assert door.client.post("/v1/quarantine/2/retry", headers=engineer).json() == {"stored": False, "reason": "still no text"}
    assert door.client.delete("/v1/quarantine/2", headers=engineer).status_code == 204
    assert door.client.get("/v1/quarantine", headers=engineer).json()["items"] == []
    assert [door.client.delete("/v1/quarantine/2", headers=engineer).status_code for _ in range(2)] == [404, 404]
    assert [action for action, _ in actions(door)] == ["quarantine.retried", "quarantine.retried", "quarantine.discarded"]


def test_a_key_of_one_site_does_nothing_to_the_quarantine(door: Door) -> None:
    held = door.key("one site's", Role.ENGINEER, sites={"old-mill"})
    for method, path in (("GET", "1"), ("POST", "1/retry"), ("DELETE", "1")):
        assert door.client.request(method, f"/v1/quarantine/{path}", headers=held).json()["type"] == "/problems/out-of-scope"
    assert len(door.fakes.quarantine.kept) == 2


def test_reports_are_for_those_they_are_about(door: Door, tenant: dict[str, str], viewer: dict[str, str]) -> None:
    seen = {
        name: [one["id"] for one in door.client.get("/v1/reports", headers=key).json()["items"]]
        for name, key in (("viewer", viewer), ("tenant", tenant))
    }
    assert seen == {"viewer": ["mill-month", "cutters-feb", "departed-feb"], "tenant": ["cutters-feb"]}
    assert door.client.get("/v1/reports/mill-month/mill-month.pdf", headers=tenant).status_code == 404
    kinds = door.client.get("/v1/reports?kind=month", headers=viewer).json()["items"]
    assert [one["id"] for one in kinds] == ["mill-month"]


def test_a_file_comes_as_it_was_issued_and_runs_nothing_here(door: Door, tenant: dict[str, str]) -> None:
    page = door.client.get("/v1/reports/cutters-feb/cutters-feb.html", headers=tenant)
    assert page.content == b"%PDF of cutters-feb"
    assert page.headers["content-disposition"] == 'attachment; filename="cutters-feb.html"'
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for name in ("../../site.yaml", "..%2f..%2fsite.yaml", "mill-month.pdf", "x"):
        assert door.client.get(f"/v1/reports/cutters-feb/{name}", headers=tenant).status_code in (404, 422)


def test_an_address_shows_its_secret_once(door: Door, administrator: dict[str, str]) -> None:
    made = door.client.post("/v1/webhook-addresses", json=ADDRESS, headers=administrator)
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert made.headers["cache-control"] == "no-store"
    where = made.headers["location"]
    told = [door.client.get(path, headers=administrator).text for path in (where, "/v1/webhook-addresses")]
    assert all(secret not in text for text in told)
    renewed = door.client.post(f"{where}/secret", headers=administrator).json()["secret"]
    assert renewed != secret
    assert door.fakes.webhooks.kept[made.json()["id"]].secret == renewed
    assert secret not in str(door.fakes.audit.entries)


def test_an_address_is_changed_disabled_let_in_again_and_removed(door: Door, administrator: dict[str, str]) -> None:
    where = door.client.post("/v1/webhook-addresses", json=ADDRESS, headers=administrator).headers["location"]
    kept = door.fakes.webhooks.all()[0].secret
    off = door.client.put(where, json={**ADDRESS, "disabled": True}, headers=administrator).json()
    assert (off["disabled_at"], off["secret"]) == ("2026-03-02T04:30:00Z", None)
    door.fakes.clock.set(NOW + timedelta(hours=1))
    still = door.client.put(where, json={**ADDRESS, "disabled": True, "label": "new"}, headers=administrator).json()
    assert (still["disabled_at"], still["label"]) == ("2026-03-02T04:30:00Z", "new")
    assert door.client.put(where, json=ADDRESS, headers=administrator).json()["disabled_at"] is None
    assert door.fakes.webhooks.all()[0].secret == kept
    assert door.client.delete(where, headers=administrator).status_code == 204
    assert door.client.get(where, headers=administrator).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://diary.example/"},
        {"url": "https://user:secret@diary.example/"},
        {"url": "https://diary.example/ x"},
        {"url": "diary.example"},
        {"kinds": ["booking.sold"]},
        {"sites": ["nowhere"]},
        {"zones": ["stage-9"]},
        {"secret": "whsec_mine"},
    ],
)
def test_an_address_that_makes_no_sense_is_refused(door: Door, administrator: dict[str, str], wrong: dict[str, Any]) -> None:
    answer = door.client.post("/v1/webhook-addresses", json={**ADDRESS, **wrong}, headers=administrator)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
    assert not door.fakes.webhooks.kept


def test_an_administrator_of_one_site_keeps_to_it() -> None:
    door = open_door(two_sites=True)
    house = door.key("house", Role.ADMINISTRATOR)
    mill = door.key("mill", Role.ADMINISTRATOR, sites={"old-mill"})
    everywhere = door.client.post("/v1/webhook-addresses", json=ADDRESS, headers=house).headers["location"]
    own = door.client.post("/v1/webhook-addresses", json=ADDRESS, headers=mill).json()
    assert own["sites"] == ["old-mill"], "what is left out is the key's own scope"
    beyond = door.client.post("/v1/webhook-addresses", json={**ADDRESS, "sites": ["quarry"]}, headers=mill)
    assert beyond.json()["type"] == "/problems/out-of-scope"
    assert [one["id"] for one in door.client.get("/v1/webhook-addresses", headers=mill).json()["items"]] == [own["id"]]
    for method in ("GET", "DELETE"):
        assert door.client.request(method, everywhere, headers=mill).status_code == 404


def test_deliveries_are_told_within_the_scope() -> None:
    door = open_door(two_sites=True)
    everyone = door.key("house", Role.ENGINEER)
    assert len(door.client.get("/v1/deliveries", headers=everyone).json()["items"]) == 3
    edit = door.key("edit", Role.ENGINEER, zones={"edit-3"})
    (delivery,) = door.client.get("/v1/deliveries?channel=webhook:wh_1", headers=edit).json()["items"]
    assert (delivery["subject"], delivery["state"], delivery["answer"]) == ("edit-3", "delivered", "204")


def test_a_changed_site_file_is_tried_before_it_is_followed(door: Door, engineer: dict[str, str]) -> None:
    path = "/v1/sites/old-mill/configuration"
    assert door.client.get(path, headers=engineer).json()["text"] == "id: old-mill\n"
    tried = door.client.post(f"{path}?dry_run=true", json={"text": "id: old-mill\nname: New\n"}, headers=engineer).json()
    assert (tried["applied"], tried["changes"]) == (False, ["~ zones: stage-1: volume_m3 7200 → 7800"])
    (effect,) = tried["effects"]
    assert (effect["id"], effect["now"]["heat_from"], effect["then"]["heat_from"]) == (
        "4711",
        "2026-03-02T03:30:00Z",
        "2026-03-02T02:30:00Z",
    )
    assert door.fakes.files.texts["old-mill"] == "id: old-mill\n"
    assert not door.fakes.audit.entries
    assert door.client.post(path, json={"text": "id: old-mill\nname: New\n"}, headers=engineer).json()["applied"] is True
    assert door.fakes.files.texts["old-mill"] == "id: old-mill\nname: New\n"
    assert actions(door) == [("configuration.applied", "site old-mill")]


def test_a_broken_site_file_is_told_with_all_its_faults_and_changes_nothing(door: Door, engineer: dict[str, str]) -> None:
    path = "/v1/sites/old-mill/configuration"
    tried = door.client.post(f"{path}?dry_run=true", json={"text": "broken"}, headers=engineer)
    assert (tried.status_code, len(tried.json()["faults"])) == (200, 2)
    refused = door.client.post(path, json={"text": "broken"}, headers=engineer)
    assert refused.status_code == 422
    assert [fault["detail"] for fault in refused.json()["errors"]] == ["line 2: zones: is missing", "line 3: meters: is no list"]
    assert door.fakes.files.texts["old-mill"] == "id: old-mill\n"


def test_the_site_file_is_not_for_those_who_see_a_part_of_the_site(door: Door) -> None:
    edit = door.key("edit engineer", Role.ENGINEER, zones={"edit-3"})
    elsewhere = door.key("quarry engineer", Role.ENGINEER, sites={"quarry"})
    path = "/v1/sites/old-mill/configuration"
    assert door.client.get(path, headers=edit).json()["type"] == "/problems/out-of-scope"
    assert door.client.get(path, headers=elsewhere).status_code == 404


@pytest.mark.parametrize(
    ("part", "method", "path", "body"),
    [
        ("quarantine_desk", "GET", "/v1/quarantine/1", None),
        ("reports", "GET", "/v1/reports", None),
        ("webhooks", "GET", "/v1/webhook-addresses", None),
        ("outbox", "GET", "/v1/deliveries", None),
        ("configuration", "GET", "/v1/sites/old-mill/configuration", None),
        ("people", "GET", "/v1/people", None),
    ],
)
def test_a_part_that_this_house_lacks_says_so(
    door: Door, administrator: dict[str, str], part: str, method: str, path: str, body: Any
) -> None:
    gateway = door.client.gateway
    assert gateway is not None
    door.client.gateway = replace(gateway, house=replace(gateway.house, **{part: None}))  # type: ignore[arg-type]
    answer = door.client.request(method, path, json=body, headers=administrator)
    assert (answer.status_code, answer.json()["type"]) == (501, "/problems/not-set-up")


def test_metrics_hold_those_of_the_other_rooms(door: Door, engineer: dict[str, str]) -> None:
    text = door.client.get("/metrics", headers=engineer).text
    assert "greenroom_journal_bytes 4096.0" in text
    assert 'greenroom_messages{state="received"}' in text
