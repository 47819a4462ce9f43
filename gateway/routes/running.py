"""What is going on: the plan, the commands, the alarms, what was quarantined, the audit trail."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from gateway.access import Caller, Right
from gateway.answers import LINK, answers
from gateway.cursors import next_link, read_revision, revision_cursor
from gateway.door import Gateway, GatewayHere, Language, needs
from gateway.problems import Problem
from gateway.routes.examples import ALARM, QUARANTINED
from gateway.routes.parameters import CursorQuery, LimitQuery, SiteQuery, ZoneQuery
from gateway.routes.quarantine import of_the_house
from gateway.routes.series import seen_point
from gateway.shapes.running import (
    AlarmDocument,
    AlarmList,
    AuditDocument,
    AuditList,
    CommandDocument,
    CommandList,
    PlanDocument,
    QuarantinedDocument,
    QuarantinePage,
    SlotDocument,
    ZonePlanDocument,
)
from gateway.times import told
from gateway.writing import reason_told
from premises.catalogue import FALLBACK
from premises.command import CommandStatus
from premises.errors import UnknownNameError
from premises.plan import ZonePlan
from premises.ports import Alarm, Quarantined
from premises.site import Site

router = APIRouter(prefix="/v1", tags=["running"])

PlanSeer = Annotated[Caller, Depends(needs(Right.SEE_PLAN))]
Seer = Annotated[Caller, Depends(needs(Right.SEE_RUNNING))]
DeviceSeer = Annotated[Caller, Depends(needs(Right.SEE_DEVICES))]
AuditSeer = Annotated[Caller, Depends(needs(Right.SEE_AUDIT))]
PointQuery = Annotated[str | None, Query(min_length=1, max_length=200, description="commands to one point only")]

_WHY = {"code": "pre_heat", "text": "heating on: call 07:00, 13.1 °C, outside 2 °C", "values": {"air_c": 13.1}}
_PLAN: dict[str, Any] = {
    "site": "la-kolok",
    "made_at": "2026-03-02T00:00:00Z",
    "start": "2026-03-02T00:00:00Z",
    "end": "2026-03-04T00:00:00Z",
    "energy_kwh": 1840.0,
    "cost": 331.2,
    "carbon_kg": 85.0,
    "currency": "EUR",
    "zones": [
        {
            "zone": "stage-1",
            "rung": "learned",
            "slots": [
                {
                    "start": "2026-03-02T04:30:00Z",
                    "setpoint_c": 19.0,
                    "cool_setpoint_c": None,
                    "air_c": 15.2,
                    "heat_w": 62000,
                    "light_pct": 0,
                    "why": _WHY,
                }
            ],
        }
    ],
}
_COMMAND: dict[str, Any] = {
    "id": "c-20260302-0007",
    "point": "stage-1/setpoint_temperature",
    "value": 19.0,
    "unit": "°C",
    "priority": "booking",
    "why": _WHY,
    "state": "confirmed",
    "issued_at": "2026-03-02T03:15:00Z",
    "expires_at": "2026-03-02T03:30:00Z",
    "at": "2026-03-02T03:15:04Z",
    "attempts": 1,
    "read_back": 19.0,
}
_AUDIT = {
    "at": "2026-02-27T16:40:00Z",
    "who": "cinema diary (k3m9p2xa)",
    "action": "booking.changed",
    "subject": "booking cinema-diary/4711",
    "detail": "version 3",
}


def _zone_plan_told(plan: ZonePlan, language: str, caller: Caller) -> ZonePlanDocument:
    return ZonePlanDocument(
        zone=plan.zone,
        rung=plan.rung,
        slots=[
            SlotDocument(
                start=told(slot.start) or "",
                setpoint_c=slot.setpoint_c,
                cool_setpoint_c=slot.cool_setpoint_c,
                air_c=slot.air_c,
                heat_w=slot.heat_w,
                light_pct=slot.light_pct,
                why=reason_told(slot.reason, language, caller),
            )
            for slot in plan.slots
        ],
    )


@router.get("/plan", responses=answers(_PLAN, "not-found"))
def read_plan(
    gateway: GatewayHere, caller: PlanSeer, language: Language, site: SiteQuery = None, zone: ZoneQuery = None
) -> PlanDocument:
    """The newest plan: what each zone will do, quarter hour by quarter hour, and why."""
    here = gateway.site(caller, site)
    if zone is not None:
        gateway.zone(caller, here, zone)
    plan = gateway.house.plans.latest(here.id)
    if plan is None:
        raise Problem("not-found", f"no plan was made for {here.id} yet")
    whole = not caller.by_zone
    return PlanDocument(
        site=here.id,
        made_at=told(plan.made_at) or "",
        start=told(plan.horizon.start) or "",
        end=told(plan.horizon.end) or "",
        energy_kwh=plan.energy_kwh if whole else None,
        cost=plan.cost if whole else None,
        carbon_kg=plan.carbon_kg if whole else None,
        currency=plan.currency,
        zones=[
            _zone_plan_told(part, language, caller)
            for part in plan.zones
            if (zone is None or part.zone == zone) and caller.sees_zone(here.id, part.zone)
        ],
    )


def _command_told(status: CommandStatus, site: Site, language: str, caller: Caller) -> CommandDocument:
    command = status.command
    try:
        unit = "" if isinstance(command.value, str) else site.point(command.point).quantity.unit
    except UnknownNameError:
        unit = ""
    return CommandDocument(
        id=command.id,
        point=command.point,
        value=command.value,
        unit=unit,
        priority=command.priority.name.lower(),
        why=reason_told(command.reason, language, caller),
        state=status.state,
        issued_at=told(command.issued_at) or "",
        expires_at=told(command.expires_at) or "",
        at=told(status.at) or "",
        attempts=status.attempts,
        read_back=status.read_back,
    )


def _sees_point_named(site: Site, caller: Caller, point_id: str) -> bool:
    try:
        return caller.sees_point(site, site.point(point_id))
    except UnknownNameError:
        return not caller.by_zone


@router.get("/commands", responses=answers({"items": [_COMMAND]}, "not-found"))
def list_commands(
    gateway: GatewayHere,
    caller: Seer,
    language: Language,
    site: SiteQuery = None,
    point: PointQuery = None,
    limit: LimitQuery = None,
) -> CommandList:
    """What was sent to devices, newest first, with the reason of each and whether it was confirmed."""
    here = gateway.site(caller, site)
    if point is not None:
        seen_point(here, caller, point)
    size = min(limit or gateway.settings.page_default, gateway.settings.page_max)
    recent = gateway.house.commands.recent(here.id, size, point)
    seen = [status for status in recent if _sees_point_named(here, caller, status.command.point)]
    return CommandList(items=[_command_told(status, here, language, caller) for status in seen])


def sees_alarm(site: Site, caller: Caller, alarm: Alarm) -> bool:
    """A key with zones sees the alarms of its zones, and of points and devices in them."""
    if not caller.by_zone:
        return True
    if alarm.subject in caller.key.zones or _sees_point_named(site, caller, alarm.subject):
        return True
    return any(device.id == alarm.subject and device.zone in caller.key.zones for device in site.devices)


@router.get("/alarms", responses=answers({"items": [ALARM]}, "not-found"))
def list_alarms(gateway: GatewayHere, caller: Seer, language: Language, site: SiteQuery = None) -> AlarmList:
    """What a person must know now, one alarm per cause."""
    return AlarmList(items=alarms_of(gateway, caller, language, site))


def alarms_of(gateway: Gateway, caller: Caller, language: str, site: str | None = None) -> list[AlarmDocument]:
    """The alarms that the caller sees, of one site or of all."""
    return [
        alarm_told(alarm, language)
        for one in ([gateway.site(caller, site)] if site is not None else gateway.sites(caller))
        for alarm in gateway.house.alarms.active(one.id)
        if sees_alarm(one, caller, alarm)
    ]


def alarm_told(alarm: Alarm, language: str) -> AlarmDocument:
    return AlarmDocument(
        id=alarm.id,
        site=alarm.site,
        cause=alarm.cause,
        subject=alarm.subject,
        raised_at=told(alarm.raised_at) or "",
        text=alarm.text.get(language) or alarm.text.get(FALLBACK) or alarm.cause,
        cleared_at=told(alarm.cleared_at),
        acknowledged_at=told(alarm.acknowledged_at),
        acknowledged_by=alarm.acknowledged_by,
        shelved_until=told(alarm.shelved_until),
        escalated_at=told(alarm.escalated_at),
    )


def _quarantined_told(kept: Quarantined) -> QuarantinedDocument:
    payload = kept.message.payload
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    return QuarantinedDocument(
        id=kept.id,
        at=told(kept.at) or "",
        topic=kept.message.topic,
        family=kept.family,
        reason=kept.reason,
        payload=text,
        payload_b64=base64.b64encode(payload).decode() if text is None else None,
    )


@router.get("/quarantine", responses=answers({"items": [QUARANTINED], "next": None}, "bad-cursor", "out-of-scope", headers=LINK))
def list_quarantine(
    request: Request,
    response: Response,
    gateway: GatewayHere,
    caller: DeviceSeer,
    cursor: CursorQuery = None,
    limit: LimitQuery = None,
) -> QuarantinePage:
    """Messages that could not be taken, oldest first. They belong to no site or zone: a key with such scopes sees none."""
    of_the_house(caller)
    size = min(limit or gateway.settings.page_default, gateway.settings.page_max)
    kept = gateway.house.quarantine(size + 1, read_revision(cursor) if cursor is not None else 0)
    page = list(kept[:size])
    following = revision_cursor(page[-1].id) if len(kept) > size else None
    if following is not None:
        response.headers["Link"] = next_link(request, following)
    return QuarantinePage(items=[_quarantined_told(one) for one in page], next=following)


@router.get("/audit", responses=answers({"items": [_AUDIT]}))
def list_audit(gateway: GatewayHere, caller: AuditSeer, limit: LimitQuery = None) -> AuditList:  # noqa: ARG001
    """Who wrote what, newest first."""
    size = min(limit or gateway.settings.page_default, gateway.settings.page_max)
    return AuditList(
        items=[
            AuditDocument(at=told(entry.at) or "", who=entry.who, action=entry.action, subject=entry.subject, detail=entry.detail)
            for entry in gateway.house.audit.recent(size)
        ]
    )
