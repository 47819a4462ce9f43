"""Sites, zones with what they are doing and why, points, devices."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from gateway.access import Caller, Right
from gateway.answers import answers
from gateway.door import Gateway, GatewayHere, Language, needs
from gateway.routes.parameters import SiteQuery, ZoneQuery
from gateway.shapes.premises import (
    DecisionDocument,
    DeviceDocument,
    DeviceList,
    NextBooking,
    PointDocument,
    PointList,
    SiteDocument,
    SiteList,
    ZoneDocument,
    ZoneList,
)
from gateway.times import told
from gateway.writing import reason_told
from premises.booking import BookingKey, BookingStatus, StoredBooking
from premises.decision import ZoneDecision
from premises.ports import BookingQuery
from premises.site import Site, Zone
from premises.time import Interval

router = APIRouter(prefix="/v1", tags=["premises"])

Seer = Annotated[Caller, Depends(needs(Right.SEE_SITES))]
PointSeer = Annotated[Caller, Depends(needs(Right.SEE_READINGS))]
DeviceSeer = Annotated[Caller, Depends(needs(Right.SEE_DEVICES))]
AHEAD = timedelta(days=30)
BOOKINGS_AHEAD = 500

_SITE: dict[str, Any] = {
    "id": "la-kolok",
    "name": "Studio Kremlin",
    "timezone": "Europe/Paris",
    "country": "FR",
    "languages": ["fr", "en"],
    "currency": "EUR",
    "floor_area_m2": 5000,
    "zones": ["stage-1", "stage-2"],
}
_WHY = {"code": "pre_heat", "text": "heating on: call 07:00, 13.1 °C, outside 2 °C", "values": {"air_c": 13.1}}
_ZONE: dict[str, Any] = {
    "id": "stage-1",
    "site": "la-kolok",
    "name": "Stage 1",
    "use": "stage",
    "area_m2": 900,
    "bookable": True,
    "air_c": 15.2,
    "air_at": "2026-03-02T04:29:40Z",
    "decision": {
        "at": "2026-03-02T04:30:00Z",
        "state": "pre_heating",
        "wanted_c": 19.0,
        "light_pct": 0,
        "why": _WHY,
        "light_why": {"code": "light_off", "text": "light off: nobody in", "values": {}},
        "booking": "cinema-diary/4711",
        "rung": "learned",
    },
    "next_booking": {
        "source": "cinema-diary",
        "id": "4711",
        "title": "The Long Winter, day 4",
        "day_kind": "shoot",
        "start": "2026-03-02T05:00:00Z",
        "call": "2026-03-02T06:00:00Z",
        "wrap": "2026-03-02T18:00:00Z",
        "end": "2026-03-02T19:00:00Z",
    },
}
_POINT = {
    "id": "stage-1/air_temperature",
    "site": "la-kolok",
    "zone": "stage-1",
    "subject": "stage-1",
    "quantity": "air_temperature",
    "unit": "°C",
    "counter": False,
    "writable": False,
    "device": "sensor-stage-1",
}
_DEVICE = {
    "id": "sensor-stage-1",
    "site": "la-kolok",
    "name": "Air sensor of stage 1",
    "family": "zigbee2mqtt",
    "zone": "stage-1",
    "last_seen": "2026-03-02T04:29:40Z",
    "expected_every_s": 900,
    "stale": False,
}


@router.get("/sites", responses=answers({"items": [_SITE]}))
def list_sites(gateway: GatewayHere, caller: Seer) -> SiteList:
    """The sites of this house."""
    return SiteList(
        items=[
            SiteDocument(
                id=site.id,
                name=site.name,
                timezone=site.timezone,
                country=site.country,
                languages=list(site.languages),
                currency=site.currency,
                floor_area_m2=site.floor_area_m2,
                zones=[zone.id for zone in site.zones if caller.sees_zone(site.id, zone.id)],
            )
            for site in gateway.sites(caller)
        ]
    )


def _next_by_zone(gateway: Gateway, site: Site) -> dict[str, StoredBooking]:
    """The confirmed booking that is on in each zone, or comes next."""
    now = gateway.now()
    query = BookingQuery(
        site.id, overlaps=Interval(now, now + AHEAD), statuses=frozenset({BookingStatus.CONFIRMED}), limit=BOOKINGS_AHEAD
    )
    found: dict[str, StoredBooking] = {}
    for stored in gateway.house.bookings.find(query):
        for zone in stored.booking.zones:
            found.setdefault(zone, stored)
    return found


def _next_told(stored: StoredBooking | None, caller: Caller) -> NextBooking | None:
    if stored is None:
        return None
    booking, seen = stored.booking, caller.sees_booking(stored.booking)
    return NextBooking(
        source=booking.key.source if seen else None,
        id=booking.key.id if seen else None,
        title=booking.title if seen else None,
        day_kind=booking.day_kind,
        start=told(booking.held.start) or "",
        call=told(booking.call_at) or "",
        wrap=told(booking.wrap_at) or "",
        end=told(booking.held.end) or "",
    )


def _may_name(caller: Caller, key: BookingKey | None) -> str | None:
    return str(key) if key is not None and caller.sees_source(key.source) else None


def _decision_told(decision: ZoneDecision | None, caller: Caller, language: str) -> DecisionDocument | None:
    if decision is None:
        return None
    return DecisionDocument(
        at=told(decision.at) or "",
        state=decision.state,
        wanted_c=decision.wanted_c,
        light_pct=decision.light_pct,
        why=reason_told(decision.heat_reason, language, caller),
        light_why=reason_told(decision.light_reason, language, caller),
        booking=_may_name(caller, decision.booking),
        rung=decision.rung,
    )


def _air(gateway: Gateway, site: Site, zone: Zone) -> tuple[float | None, str | None]:
    """The newest measured air temperature that is known, and when."""
    for point in site.points_of(zone.id, "air_temperature"):
        live = gateway.house.live.get(site.id, point.id)
        if live is not None and live.known and isinstance(live.reading.value, (int, float)):
            return float(live.reading.value), told(live.reading.time)
    return None, None


def _zone_told(
    gateway: Gateway,
    site: Site,
    zone: Zone,
    caller: Caller,
    language: str,
    decision: ZoneDecision | None,
    coming: StoredBooking | None,
) -> ZoneDocument:
    air_c, air_at = _air(gateway, site, zone)
    return ZoneDocument(
        id=zone.id,
        site=site.id,
        name=zone.name,
        use=zone.use.value,
        area_m2=zone.area_m2,
        bookable=zone.bookable,
        air_c=air_c,
        air_at=air_at,
        decision=_decision_told(decision, caller, language),
        next_booking=_next_told(coming, caller),
    )


@router.get("/zones", responses=answers({"items": [_ZONE]}, "not-found"))
def list_zones(gateway: GatewayHere, caller: Seer, language: Language, site: SiteQuery = None, zone: ZoneQuery = None) -> ZoneList:
    """Zones with their air, what is wanted there and why, and what is booked next."""
    if zone is not None and site is not None:
        gateway.zone(caller, gateway.site(caller, site), zone)
    return ZoneList(items=zones_of(gateway, caller, language, site, zone))


def zones_of(
    gateway: Gateway, caller: Caller, language: str, site: str | None = None, zone: str | None = None
) -> list[ZoneDocument]:
    """The zones that the caller sees, of one site or of all."""
    items: list[ZoneDocument] = []
    for one in [gateway.site(caller, site)] if site is not None else gateway.sites(caller):
        current, coming = gateway.house.decisions.current(one.id), _next_by_zone(gateway, one)
        items.extend(
            _zone_told(gateway, one, part, caller, language, current.get(part.id), coming.get(part.id))
            for part in one.zones
            if (zone is None or part.id == zone) and caller.sees_zone(one.id, part.id)
        )
    return items


@router.get("/points", responses=answers({"items": [_POINT]}, "not-found"))
def list_points(gateway: GatewayHere, caller: PointSeer, site: SiteQuery = None, zone: ZoneQuery = None) -> PointList:
    """What is measured and set."""
    here = gateway.site(caller, site)
    if zone is not None:
        gateway.zone(caller, here, zone)
    return PointList(
        items=[
            PointDocument(
                id=point.id,
                site=here.id,
                zone=point.zone,
                subject=point.subject,
                quantity=point.quantity.name,
                unit=point.quantity.unit,
                counter=point.quantity.counter,
                writable=point.writable,
                device=point.device,
            )
            for point in here.points
            if caller.sees_point(here, point) and (zone is None or point.zone == zone)
        ]
    )


@router.get("/devices", responses=answers({"items": [_DEVICE]}, "not-found"))
def list_devices(gateway: GatewayHere, caller: DeviceSeer, site: SiteQuery = None) -> DeviceList:
    """Devices, when each was last heard of, and whether that is too long ago."""
    here, now = gateway.site(caller, site), gateway.now()
    last_seen = gateway.house.intake.status().last_seen
    items = []
    for device in here.devices:
        if caller.by_zone and device.zone not in caller.key.zones:
            continue
        seen, every = last_seen.get(f"{here.id}/{device.id}") or last_seen.get(device.id), device.expected_every
        items.append(
            DeviceDocument(
                id=device.id,
                site=here.id,
                name=device.name,
                family=device.family,
                zone=device.zone,
                last_seen=told(seen),
                expected_every_s=every.total_seconds() if every is not None else None,
                stale=None if seen is None else every is not None and now - seen > 3 * every,
            )
        )
    return DeviceList(items=items)
