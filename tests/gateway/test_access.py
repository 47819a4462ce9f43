"""Nothing without a key, nothing beyond its role, nothing beyond its scope: for every route there is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from premises.booking import Booking, BookingKey, Override, OverrideKind
from premises.desks import WebhookAddress
from premises.ports import Role
from premises.time import Interval
from tests.gateway.conftest import BOOKING, SHOOT, Door, open_door
from tests.gateway.premises_of_tests import NOW
from tests.gateway.signin.staff import hire

V, T, B, E, A = Role.VIEWER, Role.TENANT, Role.BOOKER, Role.ENGINEER, Role.ADMINISTRATOR
EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class Sample:
    """A request that the roles named may make, for each operation of the API."""

    method: str
    url: str
    roles: frozenset[Role]
    body: dict[str, Any] | None = None
    more: dict[str, str] = field(default_factory=dict)


OVERRIDE = {"site": "old-mill", "zone": "edit-3", "kind": "hush", "minutes": 30}
BODY = {**SHOOT, "site": "old-mill", "zones": ["edit-3"]}
AIR = "stage-1/air_temperature"
ALARM = "a-stage-2-old-mill"
ADDRESS = {"url": "https://diary.example/told", "sites": ["old-mill"], "zones": ["edit-3"], "kinds": ["booking.ready"]}
SAMPLES: dict[str, Sample] = {
    "list_bookings": Sample("GET", "/v1/bookings", EVERYBODY),
    "list_booking_changes": Sample("GET", "/v1/bookings/changes", EVERYBODY),
    "put_booking": Sample("PUT", "/v1/bookings/cinema-diary/new", frozenset({B, E, A}), BODY),
    "post_booking": Sample("POST", "/v1/bookings/cinema-diary", frozenset({B, E, A}), BODY, {"Idempotency-Key": "k-1"}),
    "put_bookings": Sample(
        "POST", "/v1/bookings/bulk", frozenset({B, E, A}), {"source": "cinema-diary", "bookings": [{"id": "b", **BODY}]}
    ),
    "get_booking": Sample("GET", BOOKING, EVERYBODY),
    "cancel_booking": Sample("DELETE", BOOKING, frozenset({B, E, A})),
    "list_booking_versions": Sample("GET", f"{BOOKING}/versions", EVERYBODY),
    "list_sites": Sample("GET", "/v1/sites", EVERYBODY),
    "list_zones": Sample("GET", "/v1/zones", EVERYBODY),
    "list_points": Sample("GET", "/v1/points?site=old-mill", frozenset({V, T, E, A})),
    "list_devices": Sample("GET", "/v1/devices?site=old-mill", frozenset({E, A})),
    "latest_readings": Sample("GET", "/v1/readings/latest?site=old-mill", frozenset({V, T, E, A})),
    "read_series": Sample("GET", "/v1/series?site=old-mill&point=edit-3/air_temperature", frozenset({V, T, E, A})),
    "read_energy": Sample("GET", "/v1/energy?site=old-mill", frozenset({V, T, E, A})),
    "read_months": Sample("GET", "/v1/energy/months?site=old-mill", frozenset({V, T, E, A})),
    "read_plan": Sample("GET", "/v1/plan?site=old-mill", frozenset({V, T, E, A})),
    "list_commands": Sample("GET", "/v1/commands?site=old-mill", frozenset({V, T, E, A})),
    "list_alarms": Sample("GET", "/v1/alarms", frozenset({V, T, E, A})),
    "list_quarantine": Sample("GET", "/v1/quarantine", frozenset({E, A})),
    "list_audit": Sample("GET", "/v1/audit", frozenset({A})),
    "set_override": Sample("POST", "/v1/overrides", frozenset({E, A}), OVERRIDE),
    "list_overrides": Sample("GET", "/v1/overrides", frozenset({V, T, E, A})),
    "end_override": Sample("DELETE", "/v1/overrides/o-edit", frozenset({E, A})),
    "read_metrics": Sample("GET", "/metrics", frozenset({E, A})),
    "list_past_alarms": Sample("GET", "/v1/alarms/history?site=old-mill", frozenset({V, T, E, A})),
    "acknowledge_alarm": Sample("POST", f"/v1/alarms/{ALARM}/acknowledge", frozenset({E, A})),
    "shelve_alarm": Sample("POST", f"/v1/alarms/{ALARM}/shelve", frozenset({E, A}), {"minutes": 60}),
    "get_quarantined": Sample("GET", "/v1/quarantine/1", frozenset({E, A})),
    "retry_quarantined": Sample("POST", "/v1/quarantine/1/retry", frozenset({E, A})),
    "discard_quarantined": Sample("DELETE", "/v1/quarantine/2", frozenset({E, A})),
    "list_reports": Sample("GET", "/v1/reports", frozenset({V, T, E, A})),
    "get_report": Sample("GET", "/v1/reports/cutters-feb", frozenset({V, T, E, A})),
    "get_report_file": Sample("GET", "/v1/reports/cutters-feb/cutters-feb.pdf", frozenset({V, T, E, A})),
    "read_configuration": Sample("GET", "/v1/sites/old-mill/configuration", frozenset({E, A})),
    "change_configuration": Sample("POST", "/v1/sites/old-mill/configuration?dry_run=true", frozenset({E, A}), {"text": "id: x"}),
    "list_addresses": Sample("GET", "/v1/webhook-addresses", frozenset({A})),
    "make_address": Sample("POST", "/v1/webhook-addresses", frozenset({A}), ADDRESS),
    "get_address": Sample("GET", "/v1/webhook-addresses/wh_edit", frozenset({A})),
    "change_address": Sample("PUT", "/v1/webhook-addresses/wh_edit", frozenset({A}), ADDRESS),
    "renew_secret": Sample("POST", "/v1/webhook-addresses/wh_edit/secret", frozenset({A})),
    "remove_address": Sample("DELETE", "/v1/webhook-addresses/wh_edit", frozenset({A})),
    "list_deliveries": Sample("GET", "/v1/deliveries", frozenset({E, A})),
    "read_session": Sample("GET", "/v1/session", EVERYBODY),
    "sign_out": Sample("DELETE", "/v1/session", EVERYBODY),
    "list_people": Sample("GET", "/v1/people", frozenset({A})),
    "end_sessions": Sample("DELETE", "/v1/people/anna/sessions", frozenset({A})),
    "read_openapi": Sample("GET", "/v1/openapi.json", EVERYBODY),
}
IN_ORDER = sorted(SAMPLES.items(), key=lambda named: ("GET", "PUT", "POST", "DELETE").index(named[1].method))
OPEN = {"sign_in", "change_password"}  # before there is a session, and only with one: shown in signin/test_sessions.py
OPEN |= {"read_health", "receive_webhook", "feed_of_bookings", "feed_of_plan"}  # health; those that show themselves otherwise
SCOPES: dict[Role, dict[str, Any]] = {Role.TENANT: {"zones": {"edit-3"}}, Role.BOOKER: {"sources": {"cinema-diary"}}}


def furnished() -> Door:
    """Two sites, bookings of two sources on two zones, an override in each zone."""
    door = open_door(two_sites=True)
    for source, booking_id, site, zone, title in (
        ("cinema-diary", "4711", "old-mill", "edit-3", "Cut of the Long Winter"),
        ("rival-diary", "1", "old-mill", "stage-1", "Secret Pilot"),
        ("rival-diary", "2", "quarry", "stage-2", "Hidden Advertisement"),
    ):
        held = Interval(NOW + timedelta(hours=2), NOW + timedelta(hours=12))
        door.fakes.bookings.put(Booking(BookingKey(source, booking_id), site, (zone,), held, title=title), NOW)
    hire(door, "anna", Role.VIEWER)
    for name, scope in (("wh_edit", {"edit-3"}), ("wh_house", set())):
        address = WebhookAddress(
            name, "https://diary.example/", "whsec_c2VjcmV0", NOW, name, frozenset({"old-mill"}), frozenset(scope)
        )
        door.fakes.webhooks.put(address)
    for name, zone in (("o-edit", "edit-3"), ("o-stage", "stage-1")):
        override = Override(name, "old-mill", zone, OverrideKind.HUSH, None, NOW, NOW + timedelta(hours=1), "somebody")
        door.fakes.overrides.put(override)
    return door


def ask(door: Door, sample: Sample, headers: dict[str, str]) -> httpx.Response:
    return door.client.request(sample.method, sample.url, headers={**sample.more, **headers}, json=sample.body)


def operations(door: Door) -> set[str]:
    described = door.client.get("/v1/openapi.json", headers=door.key("describer", Role.ADMINISTRATOR)).json()
    return {operation["operationId"] for path in described["paths"].values() for operation in path.values()}


def test_every_operation_has_a_sample() -> None:
    assert operations(open_door()) == set(SAMPLES) | OPEN


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_nothing_without_a_key(name: str) -> None:
    answer = ask(furnished(), SAMPLES[name], {})
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/no-key"
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_stream_needs_a_key_too() -> None:
    answer = furnished().client.get("/v1/events")
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/no-key")


@pytest.mark.parametrize("role", sorted(Role))
def test_each_role_may_do_what_its_row_says_and_no_more(role: Role) -> None:
    door = furnished()
    key = door.key("somebody", role, **SCOPES.get(role, {}))
    for name, sample in IN_ORDER:
        answer = ask(door, sample, key)
        if role in sample.roles:
            assert answer.status_code in (200, 201, 204), (name, answer.text)
        else:
            assert answer.status_code == 403, (name, answer.text)
            assert answer.json()["type"] == "/problems/not-allowed"


FOREIGN_TO_TENANT = (
    "stage-1",
    "stage-2",
    'cinema"',
    "make-up",
    "quarry",
    "Secret Pilot",
    "Hidden Advertisement",
    "rival-diary",
    "o-stage",
)
FOREIGN_TO_SITE = ("quarry", "Hidden Advertisement")
FOREIGN_TO_BOOKER = ("Secret Pilot", "Hidden Advertisement", "rival-diary")


@pytest.mark.parametrize(
    ("role", "scopes", "foreign"),
    [
        (Role.TENANT, {"zones": {"edit-3"}, "sites": {"old-mill"}}, FOREIGN_TO_TENANT),
        (Role.ENGINEER, {"zones": {"edit-3"}, "sites": {"old-mill"}}, FOREIGN_TO_TENANT),
        (Role.ADMINISTRATOR, {"sites": {"old-mill"}}, FOREIGN_TO_SITE),
        (Role.VIEWER, {"sites": {"old-mill"}}, FOREIGN_TO_SITE),
        (Role.BOOKER, {"sources": {"cinema-diary"}}, FOREIGN_TO_BOOKER),
        (Role.VIEWER, {"sources": {"cinema-diary"}}, FOREIGN_TO_BOOKER),
    ],
)
def test_no_answer_of_any_route_tells_of_what_lies_beyond_the_scope(
    role: Role, scopes: dict[str, Any], foreign: tuple[str, ...]
) -> None:
    door = furnished()
    key = door.key("somebody", role, **scopes)
    for name, sample in IN_ORDER:
        if name in ("read_openapi", "read_metrics"):  # these hold no data of sites
            continue
        answer = ask(door, sample, key)
        told = [word for word in foreign if word in answer.text]
        assert not told, (name, told, answer.text[:300])


@pytest.mark.parametrize(
    "url",
    [
        "/v1/series?site=old-mill&point=stage-1/air_temperature",
        "/v1/series?site=old-mill&point=grid/energy",
        "/v1/plan?site=old-mill&zone=stage-1",
        "/v1/zones?site=old-mill&zone=stage-1",
        "/v1/points?site=quarry",
        "/v1/commands?site=old-mill&point=stage-1/setpoint_temperature",
        "/v1/energy?site=old-mill&point=grid/energy",
        "/v1/readings/latest?site=old-mill&point=stage-1/air_temperature",
        "/v1/bookings/rival-diary/1",
        "/v1/bookings/rival-diary/1/versions",
        "/v1/reports/mill-month",
        "/v1/reports/departed-feb/departed-feb.pdf",
        "/v1/alarms/history?site=quarry",
    ],
)
def test_what_lies_beyond_the_scope_is_not_found_as_if_it_were_not_there(url: str) -> None:
    door = furnished()
    tenant = door.key("tenant", Role.TENANT, zones={"edit-3"}, sites={"old-mill"})
    assert door.client.get(url, headers=tenant).status_code == 404


def test_a_tenant_sees_the_meter_of_its_own_zone(door: Door, tenant: dict[str, str]) -> None:
    items = door.client.get("/v1/energy", headers=tenant).json()["items"]
    assert [item["point"] for item in items] == ["edit-meter/energy"]


def test_a_booker_writes_its_own_source_only(door: Door, booker: dict[str, str]) -> None:
    answer = door.client.put("/v1/bookings/rival-diary/1", json=SHOOT, headers=booker)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/out-of-scope")
    assert door.client.delete("/v1/bookings/rival-diary/1", headers=booker).status_code == 403
    assert not door.fakes.bookings.kept
    assert not door.fakes.audit.entries


def test_a_zone_key_cannot_book_another_zone_nor_take_over_a_booking_of_one(door: Door) -> None:
    everywhere = door.key("house diary", Role.BOOKER, sources={"cinema-diary"})
    edit_only = door.key("edit diary", Role.BOOKER, sources={"cinema-diary"}, zones={"edit-3"})
    assert door.client.put(BOOKING, json=SHOOT, headers=edit_only).status_code == 422
    assert door.client.put(BOOKING, json=SHOOT, headers=everywhere).status_code == 201
    moved = {**SHOOT, "zones": ["edit-3"]}
    assert door.client.put(BOOKING, json=moved, headers=edit_only).json()["type"] == "/problems/out-of-scope"
    assert door.client.delete(BOOKING, headers=edit_only).status_code == 404


def test_an_override_beyond_the_scope_cannot_be_ended() -> None:
    door = furnished()
    engineer = door.key("edit engineer", Role.ENGINEER, zones={"edit-3"})
    assert door.client.delete("/v1/overrides/o-stage", headers=engineer).status_code == 404
    assert door.client.delete("/v1/overrides/o-edit", headers=engineer).status_code == 200
    assert door.fakes.overrides.kept["o-stage"].ended_at is None
