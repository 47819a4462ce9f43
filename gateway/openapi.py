"""The OpenAPI document: what FastAPI finds, made true where it says more or less than what is so."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from gateway.signin.sessions import COOKIE

DESCRIPTION = """
Bookings in, heat and light out. Put a booking, and be told when its zones will be ready, and at what cost.

Every time is RFC 3339 with an offset. Errors are RFC 9457 problem documents with stable `type` URIs.
Every route but `/v1/health` needs a key: `Authorization: Bearer gr_…` or `X-API-Key: gr_…`. In a browser, the cookie of someone
who signed in takes its place.
"""
KEYLESS_HERE = {"/metrics"}  # this machine itself needs no key for it
BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
MEANT = {
    ("BookingAnswer", "booking"): "BookingDocument",
    ("BookingWithPlan", "booking"): "BookingDocument",
    ("BulkResult", "problem"): "ProblemDocument",
}
"""Parts of answers that are written without their empty fields, and so are plain mappings to us, but not to whoever reads them."""
TAGS = [
    {"name": "bookings", "description": "What booking systems need"},
    {"name": "premises", "description": "Sites, zones, points and devices"},
    {"name": "readings", "description": "Readings, series and energy"},
    {"name": "running", "description": "Plan, commands, alarms"},
    {"name": "overrides", "description": "People's wishes"},
    {"name": "calendars", "description": "Calendars to subscribe to, at secret addresses"},
    {"name": "webhooks", "description": "Messages of booking systems in, each with its own signature; notices out"},
    {"name": "reports", "description": "Issued reports and their files"},
    {"name": "people", "description": "Signing in, and who there is"},
    {"name": "health", "description": "How well it all is"},
]


def describe(app: FastAPI, routes: Iterable[APIRoute]) -> dict[str, Any]:
    """The document, made once for an application. routes: those of the API."""
    if app.openapi_schema is None:
        told = get_openapi(
            title="Greenroom",
            version=app.version,
            openapi_version="3.1.0",
            description=DESCRIPTION,
            routes=app.routes,
            tags=TAGS,
            servers=[{"url": "/", "description": "this house"}],
            license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        )
        app.openapi_schema = _whole_examples(_as_it_is(told), routes)
    return app.openapi_schema


def _as_it_is(told: dict[str, Any]) -> dict[str, Any]:
    """Where no key is needed, and what an error looks like: said as it is."""
    for path, operations in told["paths"].items():
        for operation in operations.values():
            keyed = bool(operation.get("security"))
            operation["security"] = [{"key": []}, {"session": []}, *([{}] if path in KEYLESS_HERE else [])] if keyed else []
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = _without_null(parameter["schema"])
            for status, answer in operation["responses"].items():
                if int(status) >= 400:  # FastAPI adds its own media type beside the one that is sent
                    answer["content"].pop("application/json", None)
    told["components"]["securitySchemes"]["session"] = {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "of a person who signed in with `POST /v1/session`, for browsers",
    }
    schemas = told.get("components", {}).get("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    _bounds_by_name(schemas)
    for (model, name), meant in MEANT.items():
        kept = schemas[model]["properties"][name]
        reference = {"$ref": f"#/components/schemas/{meant}"}
        nullable = {"anyOf": [reference, {"type": "null"}]} if "anyOf" in kept else reference
        schemas[model]["properties"][name] = {**nullable, "description": kept.get("description", schemas[meant]["description"])}
    for kept in schemas.values():
        _without_made_up_names({name: part for name, part in kept.items() if name != "title"}, schemas)
    _without_made_up_names(told["paths"], schemas)
    named = json.dumps(told)
    told["components"]["schemas"] = {name: each for name, each in schemas.items() if f'"#/components/schemas/{name}"' in named}
    return told


def _without_made_up_names(node: object, schemas: dict[str, Any]) -> None:
    """Titles that FastAPI makes of a field's name: generators would name a type by them, `From` or `File`, where one is in the way.

    The names of a mapping's fields are said in place, as generators overlook what only they refer to.
    """
    if isinstance(node, dict):
        if isinstance(node.get("title"), str):
            del node["title"]
        keys = node.get("propertyNames")
        if isinstance(keys, dict) and "$ref" in keys:
            node["propertyNames"] = {"enum": schemas[keys["$ref"].rpartition("/")[2]]["enum"]}
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, part in parts:
        if name not in ("example", "examples", "default"):
            _without_made_up_names(part, schemas)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is never null: there is no way to write that in an address or a header."""
    kept = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(kept) != 1:
        return schema
    return {**kept[0], **{name: part for name, part in schema.items() if name != "anyOf"}}


def _bounds_by_name(node: object) -> None:
    """Bounds of values that a validator of ours reads first stand there by pydantic's names; JSON Schema has others."""
    if isinstance(node, dict):
        for ours, right in BOUNDS.items():
            if isinstance(node.get(ours), (int, float)):
                node[right] = node.pop(ours)
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _bounds_by_name(part)


def _whole_examples(told: dict[str, Any], routes: Iterable[APIRoute]) -> dict[str, Any]:
    """Examples as they were written: FastAPI leaves every null out of them, and they no longer fit their schema."""
    for route in routes:
        for method in (route.methods or ()) if route.include_in_schema else ():
            described = told["paths"][route.path_format][method.lower()]["responses"]
            for status, answer in route.responses.items():
                for media, content in answer.get("content", {}).items():
                    if "example" in content:
                        described[str(status)]["content"][media]["example"] = content["example"]
    return told
