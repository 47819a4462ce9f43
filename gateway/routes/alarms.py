"""What a person does about alarms: say that they have seen one, keep one quiet for a while; and what was."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path

from gateway.access import Caller, Right
from gateway.answers import WRITING, answers
from gateway.door import Gateway, GatewayHere, Language, needs
from gateway.faults import invalid
from gateway.problems import FieldFault, Problem
from gateway.routes.examples import ALARM
from gateway.routes.parameters import LimitQuery, SiteQuery
from gateway.routes.running import alarm_told, sees_alarm
from gateway.shapes.running import AlarmDocument, AlarmList, ShelveRequest
from premises.ports import Alarm, AlarmDesk
from premises.site import Site

router = APIRouter(prefix="/v1/alarms", tags=["running"])

Seer = Annotated[Caller, Depends(needs(Right.SEE_RUNNING))]
Handler = Annotated[Caller, Depends(needs(Right.HANDLE_ALARMS))]
AlarmId = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_./-]+$", examples=["a-12"])]
LONGEST = timedelta(days=30)
HISTORY_MOST = 1_000
_SEEN = {**ALARM, "acknowledged_at": "2026-03-02T04:31:00Z", "acknowledged_by": "Anna Verhulst (anna)"}
ShelveBody = Annotated[ShelveRequest, Body(openapi_examples={"two hours": {"value": {"minutes": 120}}})]


def desk_of(gateway: Gateway) -> AlarmDesk:
    """The desk of alarms. Raises the problem not-set-up."""
    alarms = gateway.house.alarms
    if not isinstance(alarms, AlarmDesk):
        raise Problem("not-set-up", "the alarms of this house are not kept in a book")
    return alarms


def _seen_alarm(gateway: Gateway, caller: Caller, alarm_id: str) -> tuple[Site, Alarm]:
    """The alarm, standing or cleared, with its site. Raises not-found, also for what lies beyond the scope."""
    desk = desk_of(gateway)
    for site in gateway.sites(caller):
        found = (*gateway.house.alarms.active(site.id), *desk.history(site.id, HISTORY_MOST))
        for alarm in found:
            if alarm.id == alarm_id and sees_alarm(site, caller, alarm):
                return site, alarm
    raise Problem("not-found", "there is no such alarm here")


def _changed(gateway: Gateway, caller: Caller, alarm: Alarm | None, action: str, language: str, detail: str = "") -> AlarmDocument:
    if alarm is None:
        raise Problem("not-found", "the alarm is there no more")
    gateway.audit(caller, action, f"alarm {alarm.id} ({alarm.cause} {alarm.subject})", detail)
    return alarm_told(alarm, language)


@router.get("/history", responses=answers({"items": [_SEEN]}, "not-found", "not-set-up"))
def list_past_alarms(
    gateway: GatewayHere, caller: Seer, language: Language, site: SiteQuery = None, limit: LimitQuery = None
) -> AlarmList:
    """Alarms that stand and that were cleared, newest first, with who has seen them."""
    here = gateway.site(caller, site)
    size = min(limit or gateway.settings.page_default, gateway.settings.page_max)
    past = desk_of(gateway).history(here.id, size)
    return AlarmList(items=[alarm_told(alarm, language) for alarm in past if sees_alarm(here, caller, alarm)])


@router.post("/{alarm}/acknowledge", responses=answers(_SEEN, "not-found", "not-set-up", "out-of-scope"))
def acknowledge_alarm(alarm: AlarmId, gateway: GatewayHere, caller: Handler, language: Language) -> AlarmDocument:
    """Say that someone has seen it: it is not passed on to the next person. The first to say so stays named."""
    _seen_alarm(gateway, caller, alarm)
    changed = desk_of(gateway).acknowledge(alarm, caller.name, gateway.now())
    return _changed(gateway, caller, changed, "alarm.acknowledged", language)


@router.post("/{alarm}/shelve", responses=answers(_SEEN, *WRITING, "not-found", "not-set-up", "out-of-scope"))
def shelve_alarm(alarm: AlarmId, asked: ShelveBody, gateway: GatewayHere, caller: Handler, language: Language) -> AlarmDocument:
    """Acknowledge it, and keep quiet about it for so long, at most 30 days. It stays in the list."""
    _seen_alarm(gateway, caller, alarm)
    now = gateway.now()
    until = _until(asked.minutes, now)
    changed = desk_of(gateway).shelve(alarm, until, caller.name, now)
    return _changed(gateway, caller, changed, "alarm.shelved", language, f"{asked.minutes} min")


def _until(minutes: int, now: datetime) -> datetime:
    if timedelta(minutes=minutes) > LONGEST:
        raise invalid([FieldFault(pointer="#/minutes", detail=f"an alarm is shelved for at most {LONGEST.days} days")])
    return now + timedelta(minutes=minutes)
