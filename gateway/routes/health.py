"""Health, metrics and the description of the API itself."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security.http import HTTPAuthorizationCredentials

from gateway.access import Right
from gateway.answers import answers
from gateway.door import GatewayHere, address_of, bearer, caller_of, needs, too_many
from gateway.problems import document
from gateway.shapes.running import CheckDocument, HealthDocument, IntakeDocument
from gateway.times import told
from premises.errors import GreenroomError
from premises.ports import Check, House

router = APIRouter(tags=["health"])

LOOPBACK = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")
_HEALTH: dict[str, Any] = {
    "status": "ok",
    "version": "0.1.0",
    "now": "2026-03-02T04:30:00Z",
    "started_at": "2026-03-01T00:00:00Z",
    "intake": {
        "received": 120345,
        "stored": 119210,
        "journalled": 12,
        "quarantined": 3,
        "ignored": 1118,
        "in_flight": 2,
        "balanced": True,
        "readings_stored": 402118,
        "rate_per_s": 14.2,
        "oldest_unsent_s": 0.4,
        "connected": True,
    },
    "checks": [{"name": "store", "ok": True, "detail": "embedded store answers"}],
}
_METRICS = 'greenroom_messages{state="received"} 120345.0\n'


def _intake(house: House) -> IntakeDocument | None:
    try:
        status = house.intake.status()
    except GreenroomError:
        return None
    return IntakeDocument(
        received=status.received,
        stored=status.stored,
        journalled=status.journalled,
        quarantined=status.quarantined,
        ignored=status.ignored,
        in_flight=status.in_flight,
        balanced=status.balanced,
        readings_stored=status.readings_stored,
        rate_per_s=status.rate_per_s,
        oldest_unsent_s=status.oldest_unsent_s,
        connected=status.connected,
    )


_PLACE = re.compile(r"(?:[A-Za-z]:)?(?:[/\\][\w.@~+-]+){2,}")


def _without_places(check: Check) -> Check:
    """The check without folders of this machine: this route needs no key."""
    return Check(check.name, check.ok, _PLACE.sub(lambda found: re.split(r"[/\\]", found.group())[-1], check.detail))


def _checks(house: House) -> list[Check]:
    try:
        return [_without_places(check) for check in house.checks()]
    except GreenroomError as error:
        return [Check("checks", False, f"cannot be made: {type(error).__name__}")]


@router.get(
    "/v1/health",
    responses={
        200: {"description": "Alive; `status` says how well", "content": {"application/json": {"example": _HEALTH}}},
        **document("too-many-requests", "internal"),
    },
)
def read_health(gateway: GatewayHere, request: Request) -> HealthDocument:
    """Alive, and how well: the checks, and what became of every message received. Needs no key."""
    wait = gateway.unkeyed.take(f"health {address_of(request)}")
    if wait > 0:
        raise too_many(wait)
    house = gateway.house
    intake, checks = _intake(house), _checks(house)
    well = intake is not None and intake.balanced and all(check.ok for check in checks)
    return HealthDocument(
        status="ok" if well else "degraded",
        version=house.version,
        now=told(house.clock.now()) or "",
        started_at=told(house.started_at) or "",
        intake=intake,
        checks=[CheckDocument(name=check.name, ok=check.ok, detail=check.detail) for check in checks],
    )


def _may_read_metrics(
    request: Request,
    gateway: GatewayHere,
    told_bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> None:
    """This machine itself, where that is allowed, or a key with the right. What came through a proxy is not this machine."""
    direct = not any(name in request.headers for name in _FORWARDED)
    keyless = "authorization" not in request.headers and "x-api-key" not in request.headers
    if gateway.settings.metrics_from_loopback and direct and address_of(request) in LOOPBACK and keyless:
        return
    caller_of(request, gateway, told_bearer).require(Right.SEE_METRICS)


@router.get(
    "/metrics",
    response_class=Response,
    dependencies=[Depends(_may_read_metrics)],
    responses={
        200: {"description": "Prometheus text", "content": {"text/plain": {"example": _METRICS, "schema": {"type": "string"}}}},
        **document("no-key", "bad-key", "not-allowed", "too-many-requests", "internal", "unavailable"),
    },
)
def read_metrics(gateway: GatewayHere) -> Response:
    """Counts and times as Prometheus text. With a key of engineers, or from this machine itself."""
    more = gateway.house.metrics
    text = gateway.meters.text() + (more().encode() if more is not None else b"")
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get(
    "/v1/openapi.json",
    dependencies=[Depends(needs(Right.SEE_SITES))],
    responses=answers({"openapi": "3.1.0", "info": {"title": "Greenroom", "version": "0.1.0"}, "paths": {}}),
)
def read_openapi(request: Request) -> dict[str, Any]:
    """This description of the API, as OpenAPI 3.1."""
    described: dict[str, Any] = request.app.openapi()
    return described
