"""Overrides: a person's wish for a zone, with an end and a reason; and handing the zone back."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Response

from gateway.access import Caller, Right
from gateway.answers import WRITING, answers
from gateway.door import Gateway, GatewayHere, needs
from gateway.faults import invalid
from gateway.problems import FieldFault, Problem
from gateway.routes.parameters import FromQuery, SiteQuery, ToQuery, ZoneQuery, span_of
from gateway.shapes.running import OverrideDocument, OverrideList, OverrideRequest
from gateway.times import TimeFaultError, read_time, told
from premises.booking import Override, OverrideKind

router = APIRouter(prefix="/v1/overrides", tags=["overrides"])

Seer = Annotated[Caller, Depends(needs(Right.SEE_RUNNING))]
Setter = Annotated[Caller, Depends(needs(Right.OVERRIDE))]
OverrideId = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$", examples=["o-5f2c9a17"])]

BOUNDS: dict[OverrideKind, tuple[float, float, str]] = {
    OverrideKind.TEMPERATURE: (5.0, 30.0, "°C"),
    OverrideKind.LIGHT: (0.0, 100.0, "%"),
}
_ASKED: dict[str, Any] = {"zone": "stage-1", "kind": "temperature", "value": 20.5, "minutes": 120, "reason": "dancers"}
_SET: dict[str, Any] = {
    "id": "o-5f2c9a17",
    "site": "la-kolok",
    "zone": "stage-1",
    "kind": "temperature",
    "value": 20.5,
    "since": "2026-03-02T09:00:00Z",
    "until": "2026-03-02T11:00:00Z",
    "by": "floor manager (k3m9p2xa)",
    "reason": "dancers",
    "ended_at": None,
    "active": True,
}
OverrideBody = Annotated[OverrideRequest, Body(openapi_examples={"warmer": {"summary": "Two hours warmer", "value": _ASKED}})]


def _told(override: Override, now: datetime) -> OverrideDocument:
    return OverrideDocument(
        id=override.id,
        site=override.site,
        zone=override.zone,
        kind=override.kind,
        value=override.value,
        since=told(override.since) or "",
        until=told(override.until) or "",
        by=override.by,
        reason=override.reason,
        ended_at=told(override.ended_at),
        active=override.active_at(now),
    )


def _fault(name: str, detail: str) -> Problem:
    return invalid([FieldFault(pointer=f"#/{name}", detail=detail)])


def _value(asked: OverrideRequest) -> float | None:
    """The value, checked by kind. Raises the problem `invalid`."""
    bounds = BOUNDS.get(asked.kind)
    if bounds is None:
        if asked.value is not None:
            raise _fault("value", f"an override of kind {asked.kind.value} takes no value; leave it out")
        return None
    low, high, unit = bounds
    if asked.value is None or not low <= asked.value <= high:
        raise _fault("value", f"an override of kind {asked.kind.value} needs a value from {low:g} to {high:g} {unit}")
    return asked.value


def _until(asked: OverrideRequest, now: datetime, longest: timedelta) -> datetime:
    """When it ends. Raises the problem `invalid`."""
    if (asked.until is None) == (asked.minutes is None):
        raise _fault("until", "say when it ends: either `until` or `minutes`")
    if asked.until is not None:
        try:
            until = read_time(asked.until).instant
        except TimeFaultError as error:
            raise _fault("until", str(error)) from None
    else:
        until = now + timedelta(minutes=asked.minutes or 0)
    if until <= now:
        raise _fault("until", f"the override would have ended already, at {told(until)}")
    if until - now > longest:
        name = "until" if asked.until is not None else "minutes"
        raise _fault(name, f"an override lasts at most {longest.total_seconds() / 3600:g} h; book the zone for longer needs")
    return until


@router.post(
    "",
    status_code=201,
    responses=answers(_SET, *WRITING, "not-found", status=201, description="Set"),
)
def set_override(asked: OverrideBody, gateway: GatewayHere, caller: Setter, response: Response) -> OverrideDocument:
    """Set a zone warmer, cooler, off, hushed, or its light, until an end. It outranks bookings, never the frost guard."""
    site = gateway.site(caller, asked.site)
    zone = gateway.zone(caller, site, asked.zone)
    now = gateway.now()
    override = Override(
        id=f"o-{secrets.token_hex(8)}",
        site=site.id,
        zone=zone.id,
        kind=asked.kind,
        value=_value(asked),
        since=now,
        until=_until(asked, now, timedelta(hours=gateway.settings.override_max_hours)),
        by=caller.name,
        reason=asked.reason,
    )
    gateway.house.overrides.put(override)
    gateway.audit(
        caller, "override.set", f"zone {site.id}/{zone.id}", f"{override.id} {override.kind.value} until {told(override.until)}"
    )
    response.headers["Location"] = f"/v1/overrides/{override.id}"
    return _told(override, now)


@router.get("", responses=answers({"items": [_SET]}, "not-found"))
def list_overrides(
    gateway: GatewayHere,
    caller: Seer,
    site: SiteQuery = None,
    zone: ZoneQuery = None,
    from_: FromQuery = None,
    to: ToQuery = None,
) -> OverrideList:
    """Overrides that hold now; with `from` or `to`, those that held in that span."""
    here = [gateway.site(caller, site)] if site is not None else gateway.sites(caller)
    now, span = gateway.now(), span_of(from_, to)
    book = gateway.house.overrides
    return OverrideList(
        items=[
            _told(override, now)
            for one in here
            for override in (book.active(one.id, now) if span is None else book.find(one.id, span))
            if caller.sees_zone(one.id, override.zone) and (zone is None or override.zone == zone)
        ]
    )


def _active(gateway: Gateway, caller: Caller, override_id: str) -> Override:
    now = gateway.now()
    for site in gateway.sites(caller):
        for override in gateway.house.overrides.active(site.id, now):
            if override.id == override_id and caller.sees_zone(site.id, override.zone):
                return override
    raise Problem("not-found", f"no override {override_id} holds now")


@router.delete("/{id}", responses=answers({**_SET, "ended_at": "2026-03-02T09:40:00Z", "active": False}, "not-found"))
def end_override(id: OverrideId, gateway: GatewayHere, caller: Setter) -> OverrideDocument:  # noqa: A002
    """Hand the zone back before the end."""
    override = _active(gateway, caller, id)
    now = gateway.now()
    ended = gateway.house.overrides.end(override.id, now)
    if ended is None:
        raise Problem("not-found", f"no override {id} holds now")
    gateway.audit(caller, "override.ended", f"zone {ended.site}/{ended.zone}", ended.id)
    return _told(ended, now)
