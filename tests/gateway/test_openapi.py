"""The description of the API: true, complete, with an example in every operation."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel

from gateway.shapes.booking import BOOKING_EXAMPLE, BookingDocument, BookingPage, BookingWithPlan, ChangePage, VersionList
from gateway.shapes.bulk import BulkAnswer, BulkRequest
from gateway.shapes.configuration import ConfigurationAnswer, ConfigurationRequest, ConfigurationText
from gateway.shapes.hooks import HookAnswer
from gateway.shapes.notices import AddressDocument, AddressList, AddressRequest, DeliveryList
from gateway.shapes.people import PasswordRequest, PersonList, SessionDocument, SignInRequest
from gateway.shapes.premises import DeviceList, LatestReadings, PointList, SiteList, ZoneList
from gateway.shapes.reports import EditionDocument, EditionList
from gateway.shapes.running import (
    AlarmDocument,
    AlarmList,
    AuditList,
    CommandList,
    EnergyDocument,
    HealthDocument,
    OverrideDocument,
    OverrideList,
    OverrideRequest,
    PlanDocument,
    QuarantinedDetails,
    QuarantinePage,
    RetryDocument,
    SeriesDocument,
    ShelveRequest,
)
from gateway.shapes.zone_months import ZoneMonthsDocument
from tests.gateway.conftest import Door, open_door

MODELS: dict[str, type[BaseModel]] = {
    "list_bookings": BookingPage,
    "list_booking_changes": ChangePage,
    "list_booking_versions": VersionList,
    "put_booking": BookingWithPlan,
    "post_booking": BookingWithPlan,
    "put_bookings": BulkAnswer,
    "get_booking": BookingWithPlan,
    "cancel_booking": BookingWithPlan,
    "list_sites": SiteList,
    "list_zones": ZoneList,
    "list_points": PointList,
    "list_devices": DeviceList,
    "latest_readings": LatestReadings,
    "read_series": SeriesDocument,
    "read_energy": EnergyDocument,
    "read_months": ZoneMonthsDocument,
    "read_plan": PlanDocument,
    "list_commands": CommandList,
    "list_alarms": AlarmList,
    "list_quarantine": QuarantinePage,
    "list_audit": AuditList,
    "set_override": OverrideDocument,
    "list_overrides": OverrideList,
    "end_override": OverrideDocument,
    "read_health": HealthDocument,
    "receive_webhook": HookAnswer,
    "sign_in": SessionDocument,
    "read_session": SessionDocument,
    "list_people": PersonList,
    "list_past_alarms": AlarmList,
    "acknowledge_alarm": AlarmDocument,
    "shelve_alarm": AlarmDocument,
    "get_quarantined": QuarantinedDetails,
    "retry_quarantined": RetryDocument,
    "list_reports": EditionList,
    "get_report": EditionDocument,
    "read_configuration": ConfigurationText,
    "change_configuration": ConfigurationAnswer,
    "list_addresses": AddressList,
    "make_address": AddressDocument,
    "get_address": AddressDocument,
    "change_address": AddressDocument,
    "renew_secret": AddressDocument,
    "list_deliveries": DeliveryList,
}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    found: dict[str, Any] = open_door().client.app.openapi()
    return found


def operations(described: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in described["paths"].values() for operation in path.values()]


def test_it_is_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")


def test_operation_ids_are_stable_and_each_its_own(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in operations(described)]
    assert len(names) == len(set(names))
    assert set(MODELS) <= set(names)


def test_every_operation_has_an_example_of_its_answer_that_fits_its_model(described: dict[str, Any]) -> None:
    for operation in operations(described):
        good = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
        assert good, operation["operationId"]
        for status, answer in good.items():
            if status == "204":
                assert "content" not in answer
                continue
            if operation["operationId"] == "get_report_file":
                continue  # of any form there is
            (media,) = answer["content"].values()
            model = MODELS.get(operation["operationId"]) if "application/json" in answer["content"] else None
            assert "example" in media, operation["operationId"]
            if model is not None:
                model.model_validate_json(json.dumps(media["example"]))


def test_examples_of_bodies_are_valid(described: dict[str, Any]) -> None:
    models: dict[str, type[BaseModel]] = {
        "put_booking": BookingDocument,
        "post_booking": BookingDocument,
        "put_bookings": BulkRequest,
        "set_override": OverrideRequest,
        "sign_in": SignInRequest,
        "change_password": PasswordRequest,
        "shelve_alarm": ShelveRequest,
        "make_address": AddressRequest,
        "change_address": AddressRequest,
        "change_configuration": ConfigurationRequest,
    }
    for operation in operations(described):
        for example in operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("examples", {}).values():
            models[operation["operationId"]].model_validate_json(json.dumps(example["value"]))
    BookingDocument.model_validate(BOOKING_EXAMPLE)


def test_every_error_is_described_as_a_problem_document(described: dict[str, Any]) -> None:
    for operation in operations(described):
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert set(answer["content"]) == {"application/problem+json"}, (operation["operationId"], status)
    assert "HTTPValidationError" not in described["components"]["schemas"]


def test_every_operation_says_that_it_needs_a_key_but_health_signed_webhooks_and_secret_addresses(
    described: dict[str, Any],
) -> None:
    without = [operation["operationId"] for operation in operations(described) if not operation.get("security")]
    assert sorted(without) == ["feed_of_bookings", "feed_of_plan", "read_health", "receive_webhook", "sign_in"]
    assert all("401" in operation["responses"] for operation in operations(described) if operation.get("security"))


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "$ref" in node:
                assert node["$ref"].rpartition("/")[2] in described["components"]["schemas"]
            for part in node.values():
                walk(part)
        elif isinstance(node, list):
            for part in node:
                walk(part)

    walk(described["paths"])
    walk(described["components"])


def test_it_is_served_as_it_is(door: Door, viewer: dict[str, str], described: dict[str, Any]) -> None:
    assert door.client.get("/v1/openapi.json", headers=viewer).json()["paths"] == described["paths"]
