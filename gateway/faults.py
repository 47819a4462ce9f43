"""Every error that can reach the door, turned into a problem document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.problems import BY_STATUS, FieldFault, Problem, problem_response
from premises.errors import ConflictError, RetryableError, UnknownNameError

MOST_SHOWN = 50


def pointer(path: Sequence[str | int]) -> str:
    """RFC 6901 pointer, as a URI fragment."""
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def field_fault(error: dict[str, Any]) -> FieldFault:
    """One fault of pydantic, without the value that was sent: it may be a secret."""
    where, *path = error["loc"]
    detail = str(error["msg"])
    if where == "body":
        return FieldFault(pointer=pointer(path), detail=detail)
    return FieldFault(parameter=".".join(str(part) for part in path) or str(where), detail=detail)


def request_id_of(request: Request) -> str | None:
    found: str | None = getattr(request.state, "request_id", None)
    return found


def invalid(faults: Sequence[FieldFault]) -> Problem:
    """The problem that lists all faults."""
    shown = faults[:MOST_SHOWN]
    number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return Problem("invalid", f"{number}: {shown[0].detail}" if shown else "the request has faults", errors=shown)


async def on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_response(error, request_id_of(request))


async def on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = error.errors()
    if any(fault["type"] == "json_invalid" for fault in errors):
        return problem_response(Problem("bad-request", "the body is not valid JSON"), request_id_of(request))
    return problem_response(invalid([field_fault(fault) for fault in errors]), request_id_of(request))


async def on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = BY_STATUS.get(error.status_code, BY_STATUS[400 if error.status_code < 500 else 500])
    problem = Problem(kind.name, _plain(error, kind.name), headers=error.headers)
    return problem_response(problem, request_id_of(request))


def _plain(error: HTTPException, name: str) -> str:
    if name == "not-found":
        return "there is no such route; /v1/openapi.json lists them"
    return str(error.detail)


async def on_retryable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RetryableError)
    wait = str(int(error.retry_after_s or 5))
    problem = Problem(
        "unavailable", "a store does not answer now; the same request may succeed later", headers={"Retry-After": wait}
    )
    return problem_response(problem, request_id_of(request))


async def on_unknown(request: Request, error: Exception) -> Response:
    return problem_response(Problem("not-found", str(error)), request_id_of(request))


async def on_conflict(request: Request, error: Exception) -> Response:
    return problem_response(Problem("conflict", str(error)), request_id_of(request))


def install(app: FastAPI) -> None:
    """All handlers on the application."""
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RetryableError, on_retryable)
    app.add_exception_handler(UnknownNameError, on_unknown)
    app.add_exception_handler(ConflictError, on_conflict)
