"""Calendars out, at secret addresses: the key stands in the address, for calendars cannot send one otherwise.

Such a key should be a viewer's, for some zones, and end; revoked, the address is dead. The log has the route as declared, so
the key does not come into it; a proxy before it should log no paths below /v1/feeds/.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from gateway.access import Right
from gateway.door import GatewayHere, Language, check_key
from gateway.ical import bookings_calendar, plan_calendar
from gateway.problems import document
from gateway.routes.parameters import SiteQuery, ZoneQuery
from premises.booking import BookingStatus
from premises.ports import BookingQuery
from premises.time import Interval

router = APIRouter(prefix="/v1/feeds", tags=["calendars"])

KeyPath = Annotated[str, Path(min_length=1, max_length=200, description="a key, as part of a secret address")]
BACK, AHEAD = timedelta(days=30), timedelta(days=400)
MOST = 5_000
MEDIA = "text/calendar"
_PROBLEMS = ("bad-key", "not-allowed", "not-found", "invalid", "too-many-requests", "internal", "unavailable", "bad-request")
_TEXT = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Greenroom//Greenroom//EN\r\nEND:VCALENDAR\r\n"
_ANSWERS: dict[int | str, dict[str, Any]] = {
    **document(*_PROBLEMS),
    200: {"description": "iCalendar", "content": {MEDIA: {"schema": {"type": "string"}, "example": _TEXT}}},
}


def _answer(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.ics"', "X-Robots-Tag": "noindex"}
    return Response(data, media_type=f"{MEDIA}; charset=utf-8", headers=headers)


@router.get("/{key}/bookings.ics", response_class=Response, responses=_ANSWERS)
def feed_of_bookings(
    key: KeyPath, request: Request, gateway: GatewayHere, site: SiteQuery = None, zone: ZoneQuery = None
) -> Response:
    """Bookings of a site, or of one zone, as a calendar to subscribe to."""
    caller = check_key(request, gateway, key)
    caller.require(Right.SEE_BOOKINGS)
    here = gateway.site(caller, site)
    if zone is not None:
        gateway.zone(caller, here, zone)
    now = gateway.now()
    span = Interval(now - BACK, now + AHEAD)
    found = gateway.house.bookings.find(BookingQuery(here.id, zone, overlaps=span, statuses=frozenset(BookingStatus), limit=MOST))
    known = {each.id for each in here.zones}
    seen = [
        (stored, tuple(each for each in caller.zones_of(stored.booking) if each in known))
        for stored in found
        if caller.sees_booking(stored.booking)
    ]
    return _answer(bookings_calendar(here, seen), f"{here.id}-bookings")


@router.get("/{key}/plan.ics", response_class=Response, responses=_ANSWERS)
def feed_of_plan(
    key: KeyPath, request: Request, gateway: GatewayHere, language: Language, site: SiteQuery = None, zone: ZoneQuery = None
) -> Response:
    """What the heating of a site, or of one zone, will do, as a calendar to subscribe to."""
    caller = check_key(request, gateway, key)
    caller.require(Right.SEE_PLAN)
    here = gateway.site(caller, site)
    if zone is not None:
        gateway.zone(caller, here, zone)
    plan = gateway.house.plans.latest(here.id)
    known = {each.id for each in here.zones if caller.sees_zone(here.id, each.id) and zone in (None, each.id)}
    plans = [part for part in plan.zones if part.zone in known] if plan is not None else []
    made_at = plan.made_at if plan is not None else gateway.now()
    return _answer(plan_calendar(here, plans, made_at, language, caller), f"{here.id}-plan")
