"""Requests made from the description of the API, sensible and not: never a 5xx, never an answer that is not described."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from premises.ports import Role
from tests.gateway.conftest import SHOOT, Door
from tests.gateway.test_access import SCOPES, furnished

pytestmark = pytest.mark.slow

SENSIBLE = ["old-mill", "quarry", "stage-1", "edit-3", "cinema-diary", "4711", "stage-1/air_temperature", "grid/energy"]
SENSIBLE += ["2026-03-02T07:00:00Z", "2026-03-02T19:00:00+01:00", "2026-03-02T07:00:00", "WyJyIiwxXQ"]
SENSIBLE += ["confirmed", "raw", "day", "temperature", "true", "1", "500", "o-edit"]
JUNK = [
    "",
    "\x00",
    "é",
    "../..",
    "' OR 1=1 --",
    "%00",
    "9" * 400,
    "-1",
    "null",
    "\U0001f3ac",
    "2026-13-45T99:99:99Z",
    "NaN",
    "[]",
    "*",
    '"x"',
]
TEXTS = st.sampled_from(SENSIBLE) | st.sampled_from(JUNK) | st.text(st.characters(codec="utf-8"), max_size=20)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def values(schema: dict[str, Any], described: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a schema, as far as a caller would read it; some that do not fit."""
    if "$ref" in schema:
        return values(described["components"]["schemas"][schema["$ref"].rpartition("/")[2]], described)
    if "anyOf" in schema:
        return st.one_of(*(values(each, described) for each in schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | TEXTS
    kind = schema.get("type")
    if kind == "object" and "properties" in schema:
        parts = {name: values(part, described) for name, part in schema["properties"].items()}
        needed = {name: parts[name] for name in schema.get("required", ())}
        return st.fixed_dictionaries(needed, optional={name: part for name, part in parts.items() if name not in needed})
    if kind == "array":
        return st.lists(values(schema.get("items", {}), described), max_size=3)
    if kind in ("integer", "number"):
        return st.integers(-5, 10**6) | st.floats(-50, 50) | ANYTHING
    if kind == "boolean":
        return st.booleans() | TEXTS
    return TEXTS if kind == "string" else st.none() if kind == "null" else ANYTHING


class Described:
    """One house for all requests, and its description."""

    def __init__(self) -> None:
        self.door: Door = furnished()
        self.keys = {role: self.door.key(role.value, role, **SCOPES.get(role, {})) for role in Role}
        self.document = self.door.client.app.openapi()

    def operations(self) -> list[tuple[str, str, dict[str, Any]]]:
        return [
            (method, path, operation)
            for path, operations in self.document["paths"].items()
            for method, operation in operations.items()
        ]


@pytest.fixture(scope="module")
def described() -> Described:
    return Described()


NAMES = sorted(name for _, _, operation in Described().operations() for name in [operation["operationId"]])


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_request_gets_an_answer_that_is_described(described: Described, name: str, data: st.DataObject) -> None:
    method, path, operation = next(each for each in described.operations() if each[2]["operationId"] == name)
    role = data.draw(st.sampled_from(sorted(Role)), "role")
    headers, query = dict(described.keys[role]), list[tuple[str, str]]()
    for parameter in operation.get("parameters", ()):
        value = data.draw(values(parameter["schema"], described.document), parameter["name"])
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", quote(str(value), safe="") or "-")
        elif parameter["in"] == "query" and (parameter.get("required") or data.draw(st.booleans())):
            query += [(parameter["name"], str(each)) for each in (value if isinstance(value, list) else [value])]
        elif parameter["in"] == "header" and str(value).isascii() and str(value).isprintable():
            headers[parameter["name"]] = str(value)
    body = None
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        body = data.draw(values(schema, described.document) | st.just(SHOOT) | ANYTHING, "body")
    answer = described.door.client.request(method.upper(), f"{path}?{urlencode(query)}", headers=headers, json=body)
    assert answer.status_code < 500, answer.text
    if answer.status_code == 404 and "no such route" in answer.text:
        return  # an id that made another path of it
    if answer.status_code != 405:
        assert str(answer.status_code) in operation["responses"], (answer.status_code, answer.text)
        content = operation["responses"][str(answer.status_code)].get("content", {})
        assert answer.headers.get("content-type", "").partition(";")[0] in (content or {""}), answer.headers
    if answer.status_code >= 400:
        assert answer.json()["type"].startswith("/problems/")
        assert answer.json()["status"] == answer.status_code
