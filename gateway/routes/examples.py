"""Examples of answers, for the OpenAPI document: one premises, one day."""

from __future__ import annotations

from typing import Any

from gateway.shapes.booking import BOOKING_EXAMPLE

LISTED: dict[str, Any] = {
    "source": "cinema-diary",
    "id": "4711",
    "booking": BOOKING_EXAMPLE,
    "local": {
        "zone": "Europe/Paris",
        "start": "2026-03-02T06:00:00+01:00",
        "end": "2026-03-02T20:00:00+01:00",
        "call": "2026-03-02T07:00:00+01:00",
        "wrap": "2026-03-02T19:00:00+01:00",
    },
    "version": 3,
    "revision": 128,
    "etag": '"3-9f86d081884c7d65"',
    "created_at": "2026-02-11T09:12:00Z",
    "updated_at": "2026-02-27T16:40:00Z",
}

READY_BY: dict[str, Any] = {
    "zone": "stage-1",
    "readiness": "ready",
    "ready": True,
    "due_at": "2026-03-02T06:00:00Z",
    "ready_at": "2026-03-02T05:50:00Z",
    "heat_from": "2026-03-02T03:15:00Z",
    "wanted_c": 19.0,
    "energy_kwh": 212.4,
    "cost": 38.23,
    "carbon_kg": 9.8,
    "currency": "EUR",
    "rung": "learned",
    "probability": 0.94,
    "reasons": [{"code": "pre_heat", "text": "heating from 04:15: call 07:00, 13.1 °C, outside 2 °C", "values": {"air_c": 13.1}}],
    "conflicts": [],
    "energy_kwh_range": {"low": 178.0, "high": 251.3},
    "cost_range": {"low": 31.9, "high": 45.4},
    "carbon_kg_range": {"low": 8.2, "high": 11.6},
    "confirm_by": "2026-03-02T03:00:00Z",
    "later": [
        {
            "at": "2026-03-02T04:00:00Z",
            "readiness": "late",
            "ready_at": "2026-03-02T06:45:00Z",
            "energy_kwh": 208.9,
            "cost": 38.6,
            "carbon_kg": 9.7,
            "probability": 0.11,
        }
    ],
    "surer": [],
}

BOOKING_WITH_PLAN: dict[str, Any] = {
    **LISTED,
    "outcome": "changed",
    "dry_run": False,
    "ready_by": [READY_BY],
    "warnings": [
        {
            "code": "overlap",
            "detail": "stage-1 is also held by cinema-diary/4688 (option) from 2026-03-02T05:00:00Z to 2026-03-02T12:00:00Z",
            "pointer": "#/zones",
        }
    ],
}

CANCELLED: dict[str, Any] = {
    **LISTED,
    "booking": {**BOOKING_EXAMPLE, "status": "cancelled"},
    "version": 4,
    "revision": 140,
    "etag": '"4-60303ae22b998861"',
    "outcome": "changed",
    "dry_run": False,
    "ready_by": [],
    "warnings": [],
}
ALARM: dict[str, Any] = {
    "id": "a-12",
    "site": "la-kolok",
    "cause": "sensor_lost",
    "subject": "stage-2",
    "raised_at": "2026-03-02T03:40:00Z",
    "text": "Stage 2: no temperature for 45 minutes; held at its set-back",
    "cleared_at": None,
    "acknowledged_at": None,
    "acknowledged_by": "",
    "shelved_until": None,
    "escalated_at": None,
}
QUARANTINED: dict[str, Any] = {
    "id": 31,
    "at": "2026-03-02T03:40:00Z",
    "topic": "zigbee2mqtt/sensor-stage-2",
    "family": "zigbee2mqtt",
    "reason": "temperature is a text, not a number",
    "payload": '{"temperature": "unknown"}',
    "payload_b64": None,
}
