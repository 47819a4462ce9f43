"""The description as code generators and linters read it: their words only, everything typed, every body with an example."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter

from gateway.app import create_app
from gateway.shapes.booking import BOOKING_EXAMPLE, BookingDocument
from tests.gateway.conftest import Door
from tests.gateway.fakes import Fakes

KEYWORDS = {
    "$ref", "additionalProperties", "allOf", "anyOf", "const", "contentMediaType", "default", "description", "enum", "example",
    "examples", "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems", "maxLength", "maximum", "minItems",
    "minLength", "minimum", "oneOf", "pattern", "prefixItems", "properties", "propertyNames", "required", "title", "type",
    "uniqueItems",
}  # fmt: skip  # of JSON Schema 2020-12, as far as they are used


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return create_app(Fakes().house()).openapi()


def schemas(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema in the components, with the way to it."""
    if not isinstance(node, dict):
        return
    yield path, node
    for name, each in node.get("properties", {}).items():
        yield from schemas(each, f"{path}.{name}")
    for name in ("items", "additionalProperties", "propertyNames"):
        yield from schemas(node.get(name), f"{path}/{name}")
    for name in ("anyOf", "allOf", "oneOf", "prefixItems"):
        for each in node.get(name, ()):
            yield from schemas(each, f"{path}/{name}")


def every_schema(described: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [found for name, each in described["components"]["schemas"].items() for found in schemas(each, name)]


def test_schemas_use_the_words_of_json_schema_only(described: dict[str, Any]) -> None:
    strange = {(path, word) for path, schema in every_schema(described) for word in schema if word not in KEYWORDS}
    assert strange == set()


def test_the_bounds_that_are_checked_are_the_bounds_that_are_told(
    described: dict[str, Any], door: Door, booker: dict[str, str]
) -> None:
    properties = described["components"]["schemas"]["BookingDocument"]["properties"]
    people, comfort = properties["people"]["anyOf"][0], properties["comfort_c"]["anyOf"][0]
    assert (people["minimum"], people["maximum"], comfort["minimum"], comfort["maximum"]) == (0, 100_000, 5, 35)
    for name, value in (("people", 100_001), ("people", -1), ("comfort_c", 35.1)):
        answer = door.client.put(
            "/v1/bookings/cinema-diary/1", json={**BOOKING_EXAMPLE, "site": "old-mill", name: value}, headers=booker
        )
        assert answer.status_code == 422
        assert name in answer.text


def test_nothing_that_is_answered_is_a_nameless_mapping(described: dict[str, Any]) -> None:
    free = {
        path
        for path, schema in every_schema(described)
        if schema.get("type") == "object" and "properties" not in schema and schema.get("additionalProperties") in (True, None)
    }
    assert free == set()


def test_the_booking_in_an_answer_is_what_can_be_put_back(described: dict[str, Any]) -> None:
    for model in ("BookingAnswer", "BookingWithPlan"):
        assert described["components"]["schemas"][model]["properties"]["booking"]["$ref"].endswith("/BookingDocument")
    example = described["paths"]["/v1/bookings/{source}/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["example"]
    TypeAdapter(BookingDocument).validate_json(json.dumps(example["booking"]))


def test_every_body_has_an_example_and_every_operation_says_whether_it_needs_a_key(described: dict[str, Any]) -> None:
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert "security" in operation, where
            assert operation.get("summary"), where
            assert operation.get("tags"), where
            for content in operation.get("requestBody", {}).get("content", {}).values():
                assert "example" in content or content.get("examples"), where
    assert described["servers"]
