"""ASGI layers around every request: its id and log line, the headers of the answer, the bounds of its body."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
import traceback
from collections.abc import Callable

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.metrics import Meters
from gateway.problems import Problem, problem_response

log = structlog.get_logger("gateway")

GUARDED = ("/v1/", "/metrics")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_EVERYWHERE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
_API_ONLY = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_HSTS = (b"strict-transport-security", b"max-age=31536000")


def guarded(path: str) -> bool:
    """Whether the path belongs to the API and not to the page."""
    return path.startswith(GUARDED) or path == "/v1"


class RequestFrame:
    """The outermost layer: request id, security headers, metrics, one log line, and 500 without internals.

    The log line holds the route as declared, never the query nor a header, so no key can come into it.
    """

    def __init__(self, app: ASGIApp, hsts: bool = False, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.app = app
        self.hsts = hsts
        self.monotonic = monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        api = guarded(scope["path"])
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = self.monotonic(), 0
        extra = [*_EVERYWHERE, *(_API_ONLY if api else ()), *((_HSTS,) if self.hsts else ())]

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message.setdefault("headers", [])
                had = {name.lower() for name, _ in headers}
                headers.extend(pair for pair in extra if pair[0] not in had)
                if api:
                    headers.append((b"x-request-id", request_id.encode()))
                    if b"cache-control" not in had:
                        headers.append((b"cache-control", b"no-store"))
            await send(message)

        try:
            await self.app(scope, receive, send_framed)
        except Exception as error:
            if not api:
                raise
            # not log.exception: some renderers print the local variables of every frame, and a key is among them
            trace = "".join(traceback.format_exception(error, limit=-8))
            log.error("request failed", request_id=request_id, kind=type(error).__name__, trace=trace)
            if status == 0:
                answer = problem_response(Problem("internal", "the fault is in the log under this request's id"), request_id)
                await answer(scope, receive, send_framed)
        if api:
            route = getattr(scope.get("route"), "path", "unknown")
            seconds = self.monotonic() - started
            meters: Meters = scope["app"].state.gateway.meters
            meters.note(_method(scope["method"]), route, status, seconds)
            caller = scope["state"].get("caller", "")
            log.info(
                "request",
                request_id=request_id,
                method=scope["method"],
                route=route,
                status=status,
                key=caller,
                s=round(seconds, 4),
            )


def _method(method: str) -> str:
    known = {"GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS"}
    return method if method in known else "OTHER"


def _request_id(scope: Scope) -> str:
    """The caller's own X-Request-ID where it is harmless, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text = value.decode("latin-1")
            if _REQUEST_ID.fullmatch(text):
                return str(text)
    return secrets.token_hex(8)


class BodyGuard:
    """Takes the whole body, bounded in size and in time, before any route sees the request."""

    def __init__(self, app: ASGIApp, max_bytes: int, timeout_s: float) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.timeout_s = timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not guarded(scope["path"]):
            await self.app(scope, receive, send)
            return
        try:
            body = await asyncio.wait_for(self._whole(scope, receive), self.timeout_s)
        except TimeoutError:
            await self._refuse(Problem("body-timeout", f"send the body within {self.timeout_s:g} s"), scope, receive, send)
            return
        except Problem as problem:
            await self._refuse(problem, scope, receive, send)
            return
        if body is None:  # the caller went away
            return
        told = False

        async def replay() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, send)

    async def _whole(self, scope: Scope, receive: Receive) -> bytes | None:
        for name, value in scope["headers"]:
            if name == b"content-length" and (not value.isdigit() or int(value[:20]) > self.max_bytes):
                raise self._too_large()
        pieces: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            piece = message.get("body", b"")
            size += len(piece)
            if size > self.max_bytes:
                raise self._too_large()
            pieces.append(piece)
            if not message.get("more_body", False):
                break
        body = b"".join(pieces)
        if body and not _may_be_json(scope):
            raise Problem("media-type", "send the body as application/json")
        return body

    def _too_large(self) -> Problem:
        return Problem("body-too-large", f"at most {self.max_bytes} bytes are taken", headers={"Connection": "close"})

    async def _refuse(self, problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
        answer = problem_response(problem, scope.get("state", {}).get("request_id"))
        await answer(scope, receive, send)


def _may_be_json(scope: Scope) -> bool:
    if scope["path"].startswith("/v1/webhooks/"):
        return True  # each provider sends what it likes; the adapter judges the raw body
    for name, value in scope["headers"]:
        if name == b"content-type":
            kind = value.decode("latin-1").partition(";")[0].strip().lower()
            return bool(kind == "application/json" or kind.endswith("+json"))
    return True
