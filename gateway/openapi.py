"""The OpenAPI document: what FastAPI finds, made true where it says more or less than what is so."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

DESCRIPTION = """
Bookings in, heat and light out. Put a booking, and be told when its zones will be ready, and at what cost.

Every time is RFC 3339 with an offset. Errors are RFC 9457 problem documents with stable `type` URIs.
Every route but `/v1/health` needs a key: `Authorization: Bearer gr_…` or `X-API-Key: gr_…`.
"""
TAGS = [
    {"name": "bookings", "description": "What booking systems need"},
    {"name": "premises", "description": "Sites, zones, points and devices"},
    {"name": "readings", "description": "Readings, series and energy"},
    {"name": "running", "description": "Plan, commands, alarms"},
    {"name": "overrides", "description": "People's wishes"},
    {"name": "health", "description": "How well it all is"},
]


def describe(app: FastAPI) -> dict[str, Any]:
    """The document, made once for an application."""
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
        app.openapi_schema = _either_key(told)
    return app.openapi_schema


def _either_key(told: dict[str, Any]) -> dict[str, Any]:
    """One of the two ways to send a key is enough."""
    for operations in told["paths"].values():
        for operation in operations.values():
            if operation.get("security"):
                operation["security"] = [{"bearer": []}, {"apiKey": []}]
    schemas = told.get("components", {}).get("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return told
