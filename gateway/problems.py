"""Errors as RFC 9457 problem documents with stable `type` URIs: `/problems/<name>`, one table for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of problem: its name is the end of the type URI and never changes."""

    name: str
    status: int
    title: str

    @property
    def type(self) -> str:
        return f"/problems/{self.name}"


_KINDS = (
    ProblemKind("bad-request", 400, "The request cannot be understood"),
    ProblemKind("no-key", 401, "An API key is needed"),
    ProblemKind("bad-key", 401, "The API key is not valid"),
    ProblemKind("bad-sign-in", 401, "Name or password is not right"),
    ProblemKind("bad-signature", 401, "The signature does not fit the message"),
    ProblemKind("not-allowed", 403, "The role of this key may not do that"),
    ProblemKind("out-of-scope", 403, "The key is not for this"),
    ProblemKind("not-found", 404, "There is no such thing here"),
    ProblemKind("bad-cursor", 404, "The cursor is not one of this list"),
    ProblemKind("method-not-allowed", 405, "The method is not offered here"),
    ProblemKind("body-timeout", 408, "The body did not arrive in time"),
    ProblemKind("older-version", 409, "A newer version is already stored"),
    ProblemKind("conflict", 409, "The change contradicts what is stored"),
    ProblemKind("precondition-failed", 412, "The booking is not in the state that was expected"),
    ProblemKind("body-too-large", 413, "The body is too large"),
    ProblemKind("media-type", 415, "The body must be JSON"),
    ProblemKind("invalid", 422, "The request has faults"),
    ProblemKind("key-reused", 422, "The idempotency key was used for another booking"),
    ProblemKind("too-many-points", 422, "The answer would be too long"),
    ProblemKind("too-many-requests", 429, "Too many requests"),
    ProblemKind("internal", 500, "Something went wrong inside"),
    ProblemKind("not-set-up", 501, "This is not set up here"),
    ProblemKind("unavailable", 503, "A part that is needed does not answer now"),
)
KINDS: dict[str, ProblemKind] = {kind.name: kind for kind in _KINDS}
BY_STATUS: dict[int, ProblemKind] = {kind.status: kind for kind in reversed(_KINDS)}


class FieldFault(BaseModel):
    """One thing wrong in a request: a JSON pointer into the body, or the name of a parameter."""

    pointer: str | None = Field(default=None, description="JSON pointer into the body", examples=["#/call"])
    parameter: str | None = Field(default=None, description="name of the query, path or header parameter")
    detail: str = Field(examples=["call 2026-03-02T05:00:00Z lies before the hold starts at 2026-03-02T06:00:00Z"])


class ProblemDocument(BaseModel):
    """RFC 9457 problem details. `type` is stable: programs may decide by it."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["/problems/invalid"])
    title: str = Field(examples=["The request has faults"])
    status: int = Field(examples=[422])
    detail: str = Field(default="", examples=["1 fault in the request"])
    instance: str | None = Field(default=None, description="id of the request, to be found in the log")
    errors: list[FieldFault] | None = None


class Problem(Exception):  # noqa: N818 - an RFC 9457 problem is the word of the field
    """Raised by a route: becomes a problem document."""

    def __init__(
        self,
        name: str,
        detail: str = "",
        *,
        errors: Sequence[FieldFault] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.kind = KINDS[name]
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.more = more
        super().__init__(f"{name}: {detail}")


def problem_body(problem: Problem, request_id: str | None) -> dict[str, Any]:
    """The document of a problem."""
    body: dict[str, Any] = {
        "type": problem.kind.type,
        "title": problem.kind.title,
        "status": problem.kind.status,
        "detail": problem.detail,
    }
    if request_id:
        body["instance"] = f"urn:greenroom:request:{request_id}"
    if problem.errors:
        body["errors"] = [fault.model_dump(exclude_none=True) for fault in problem.errors]
    body.update(problem.more)
    return body


def problem_response(problem: Problem, request_id: str | None) -> JSONResponse:
    """The answer for a problem."""
    return JSONResponse(problem_body(problem, request_id), problem.kind.status, problem.headers, MEDIA_TYPE)


def document(*names: str) -> dict[int | str, dict[str, Any]]:
    """OpenAPI `responses` for those kinds of problem, grouped by status, with an example each."""
    found: dict[int | str, dict[str, Any]] = {}
    for name in names:
        kind = KINDS[name]
        entry = found.setdefault(
            kind.status,
            {
                "model": ProblemDocument,
                "description": kind.title,
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}, "examples": {}}},
            },
        )
        example = {"type": kind.type, "title": kind.title, "status": kind.status, "detail": f"{kind.title}."}
        entry["content"][MEDIA_TYPE]["examples"][name] = {"summary": kind.title, "value": example}
    return found
