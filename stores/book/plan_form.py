"""Plans in columns: a plan has some two thousand slots, and most of a row-wise form would be names and repeated reasons."""

from __future__ import annotations

import zlib
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import orjson

from premises.plan import Plan, PlanSlot, Rung, ZonePlan
from premises.reason import Reason
from premises.time import EPOCH, Interval
from stores.book.codec import document

FORM = 1
_NUMBERS = ("setpoint_c", "air_c", "heat_w", "light_pct", "cool_setpoint_c")
_WHOLE = tuple(field.name for field in fields(Plan) if field.name not in ("zones", "horizon", "made_at"))


def pack(plan: Plan) -> bytes:
    """The plan as deflated JSON."""
    reasons: dict[int, int] = {}  # by identity: a planner gives the same reason to many slots
    words: list[Reason] = []

    def number(reason: Reason) -> int:
        known = reasons.get(id(reason))
        if known is None:
            known = reasons[id(reason)] = len(words)
            words.append(reason)
        return known

    zones = [
        {
            "zone": zone.zone,
            "rung": zone.rung.value,
            "start": [int((slot.start - EPOCH).total_seconds()) for slot in zone.slots],
            "reason": [number(slot.reason) for slot in zone.slots],
            **{name: [getattr(slot, name) for slot in zone.slots] for name in _NUMBERS},
        }
        for zone in plan.zones
    ]
    span = (plan.made_at, plan.horizon.start, plan.horizon.end)
    whole = {name: document(getattr(plan, name)) for name in _WHOLE}
    told = {"form": FORM, "whole": whole, "span": span, "reasons": [(r.code, dict(r.values)) for r in words], "zones": zones}
    return zlib.compress(orjson.dumps(told), 1)


def unpack(content: bytes) -> Plan:
    """The plan that was packed."""
    told = orjson.loads(zlib.decompress(content))
    reasons = [Reason(code, values) for code, values in told["reasons"]]
    made_at, start, end = (datetime.fromisoformat(text) for text in told["span"])
    zones = tuple(_zone(zone, reasons) for zone in told["zones"])
    return Plan(made_at=made_at, horizon=Interval(start, end), zones=zones, **told["whole"])


def _zone(told: dict[str, Any], reasons: list[Reason]) -> ZonePlan:
    starts = (datetime.fromtimestamp(seconds, UTC) for seconds in told["start"])
    rows = zip(starts, *(told[name] for name in _NUMBERS), told["reason"], strict=True)
    slots = tuple(
        PlanSlot(start, setpoint, air, heat, light, reasons[reason], cool)
        for start, setpoint, air, heat, light, cool, reason in rows
    )
    return ZonePlan(told["zone"], Rung(told["rung"]), slots)
