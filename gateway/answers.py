"""OpenAPI `responses` of a route: its example and the problems that it can end in."""

from __future__ import annotations

from typing import Any

from gateway.problems import document

Responses = dict[int | str, dict[str, Any]]

ALWAYS = ("bad-request", "no-key", "bad-key", "not-allowed", "invalid", "too-many-requests", "internal", "unavailable")
WRITING = ("body-too-large", "media-type", "body-timeout")

ETAG = {
    "ETag": {"description": "strong tag of the stored version", "schema": {"type": "string"}, "example": '"3-9f86d081884c7d65"'}
}
LINK = {"Link": {"description": "the next page, RFC 8288", "schema": {"type": "string"}}}


def answers(
    example: Any, *problems: str, status: int = 200, headers: dict[str, Any] | None = None, description: str = "Done"
) -> Responses:
    """The answer with its example, and every problem of the route (those that any route can have are added)."""
    told: dict[str, Any] = {"description": description, "content": {"application/json": {"example": example}}}
    if headers:
        told["headers"] = headers
    return {status: told, **document(*ALWAYS, *problems)}


def problems(*names: str) -> Responses:
    """Only the problems of the route (those that any route can have are added): for answers without a body."""
    return document(*ALWAYS, *names)
