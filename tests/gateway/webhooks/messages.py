"""Messages as booking systems send them, made for the tests."""

from __future__ import annotations

import json
from typing import Any


def calcom(event: str = "BOOKING_CREATED", **more: Any) -> dict[str, Any]:
    payload = {
        "type": "shoot-day",
        "title": "Stage 1: pilot",
        "startTime": "2026-03-02T07:00:00Z",
        "endTime": "2026-03-02T19:00:00Z",
        "organizer": {"timeZone": "Europe/Paris"},
        "location": "Stage 1",
        "uid": "cal-uid-1",
        "status": "ACCEPTED",
    }
    created = more.pop("createdAt", "2026-03-02T04:29:00.538Z")
    return {"triggerEvent": event, "createdAt": created, "payload": {**payload, **more}}


def square(event: str = "booking.created", event_id: str = "e-1", **more: Any) -> dict[str, Any]:
    booking = {
        "id": "sq-1",
        "start_at": "2026-03-02T07:00:00Z",
        "status": "ACCEPTED",
        "version": 0,
        "location_id": "STAGE1",
        "seller_note": "Stage 1 casting",
        "appointment_segments": [{"duration_minutes": 30}, {"duration_minutes": 45, "intermission_minutes": 15}],
    }
    data = {"type": "booking", "object": {"booking": {**booking, **more}}}
    return {"type": event, "event_id": event_id, "created_at": "2026-03-02T04:29:00Z", "data": data}


def planning_center(happened: str, kind: str, token: str = "t-1", **attributes: Any) -> dict[str, Any]:
    payload = {
        "data": {
            "type": kind,
            "id": "pc-1",
            "attributes": attributes,
            "relationships": {"event": {"data": {"type": "Event", "id": "ev-9"}}},
        },
        "meta": {"event_time": "2026-03-02T04:29:00Z", "idempotency_token": token},
    }
    delivery = {
        "id": "d-1",
        "type": "EventDelivery",
        "attributes": {"name": happened, "attempt": 2, "payload": json.dumps(payload)},
    }
    return {"data": [delivery]}


def google_event(**more: Any) -> dict[str, Any]:
    told = {
        "id": "g-1",
        "status": "confirmed",
        "summary": "Stage 1 rehearsal",
        "location": "Back lot",
        "updated": "2026-03-01T10:00:00.123Z",
        "start": {"dateTime": "2026-03-02T08:00:00+01:00", "timeZone": "Europe/Paris"},
        "end": {"dateTime": "2026-03-02T12:00:00+01:00", "timeZone": "Europe/Paris"},
    }
    return {**told, **more}


def graph_event(**more: Any) -> dict[str, Any]:
    told = {
        "id": "AAMk=",
        "subject": "Stage 1 table read",
        "start": {"dateTime": "2026-03-02T08:00:00.0000000", "timeZone": "Romance Standard Time"},
        "end": {"dateTime": "2026-03-02T09:30:00.1234567", "timeZone": "Romance Standard Time"},
        "location": {"displayName": "Room A; Room B"},
        "locations": [{"displayName": "Room A"}, {"displayName": "Room B"}],
        "lastModifiedDateTime": "2026-03-01T10:00:00.1234567Z",
    }
    return {**told, **more}


def reservation(**more: Any) -> dict[str, Any]:
    told = {
        "referenceNumber": "lb-1",
        "startDate": "2026-03-02T08:00:00+0100",
        "endDate": "2026-03-02T09:45:00+0100",
        "bufferedStartDate": "2026-03-02T07:45:00+0100",
        "resourceName": "Stage 1",
        "title": "Fitting",
        "requiresApproval": False,
    }
    return {**told, **more}


def raw(message: Any) -> bytes:
    return json.dumps(message).encode()
