"""The OpenAPI document: what FastAPI finds, made true where it says more or less than what is so."""

from __future__ import annotations

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
            license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        )
        app.openapi_schema = _whole_examples(_as_it_is(told), routes)
    return app.openapi_schema


def _as_it_is(told: dict[str, Any]) -> dict[str, Any]:
    """Where no key is needed, and what an error looks like: said as it is."""
    for path, operations in told["paths"].items():
        for operation in operations.values():
            if operation.get("security"):
                operation["security"] = [{"key": []}, {"session": []}, *([{}] if path in KEYLESS_HERE else [])]
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
    return told


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
