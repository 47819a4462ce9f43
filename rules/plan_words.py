"""Why each slot of an optimised plan is as it is, in words with its numbers: one reason for each run of slots of a kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from premises.plan import PlanSlot
from premises.reason import Reason
from premises.site import Zone
from premises.tariff import Carrier
from premises.time import SLOT
from rules.claims import Claim
from rules.simple_plan import Outlook
from rules.wording import degrees, length, wall

KINDS = {"plan_rest": "rest", "plan_occupied": "held", "plan_optimised": "heat"}
SHOWS_W = 50.0
CHEAPER = 0.95
"""A run of heat is said to be moved to a better price where that is this share of the dearest before the call, or less."""
SUN_SHARE = 0.2
"""And into the sun, where the surplus gives it at least this share."""
COASTS = timedelta(hours=2)


def worded(outlook: Outlook, zone: Zone, claims: Sequence[Claim], slots: Sequence[PlanSlot]) -> list[PlanSlot]:
    """The slots with their reasons told in full. claims: those of the zone that act, in order of start."""
    runs = list(_runs(slots))
    air, told = outlook.start(zone).air_c, []
    for place, run in enumerate(runs):
        following = runs[place + 1] if place + 1 < len(runs) else ()
        reason = _reason(outlook, zone, claims, run, following, air)
        told += [replace(slot, reason=reason) for slot in run]
        air = run[-1].air_c if run[-1].air_c is not None else air
    return told


def _kind(slot: PlanSlot) -> tuple[str, object, bool]:
    kind = KINDS.get(slot.reason.code, "")
    values = slot.reason.values
    return kind, values.get("call", values.get("wrap")), kind == "held" and slot.heat_w < SHOWS_W


def _runs(slots: Sequence[PlanSlot]) -> Iterator[list[PlanSlot]]:
    run: list[PlanSlot] = []
    for slot in slots:
        if run and _kind(slot) != _kind(run[0]):
            yield run
            run = []
        run.append(slot)
    if run:
        yield run


def _reason(
    outlook: Outlook, zone: Zone, claims: Sequence[Claim], run: Sequence[PlanSlot], following: Sequence[PlanSlot], air_c: float
) -> Reason:
    first, ends, tz, now = run[0], run[-1].start + SLOT, outlook.site.zoneinfo, outlook.now
    kind, _, idle = _kind(first)
    heat_w = sum(slot.heat_w for slot in run) / len(run)
    values: dict[str, float | str] = {
        "at": wall(first.start, now, tz),
        "until": wall(ends, now, tz),
        "air": degrees(air_c),
        "outside": degrees(outlook.weather(first.start)),
        "heat": heat_w / 1000.0,
    }
    if kind == "held":
        values |= first.reason.values
        return Reason("plan_coast" if idle and _wrap_near(claims, ends) else "plan_held", values)
    heated = [c for c in claims if c.heat_c is not None and c.end > first.start]
    call = next((c for c in heated if c.start >= ends), None)
    if kind == "heat":
        call = next((c for c in heated if c.start > first.start), call)
        return first.reason if call is None else _heating(outlook, zone, call, run, values)
    if call is None:
        return first.reason
    setback = first.setpoint_c if first.setpoint_c is not None else zone.frost_c
    values |= {"setback": setback, "call": wall(call.start, now, tz)}
    return Reason("plan_rest_until" if following else "plan_rest_call", values)


def _heating(outlook: Outlook, zone: Zone, call: Claim, run: Sequence[PlanSlot], values: dict[str, float | str]) -> Reason:
    """A run of heat for a call: how long before it, to what with which margin; and why then, where price or sun are why."""
    first, target = run[0].start, call.heat_c or 0.0
    values |= {
        "call": wall(call.start, outlook.now, outlook.site.zoneinfo),
        "left": length(call.start - first),
        "target": target,
        "margin": max(0.0, outlook.margins_k.get(zone.id, outlook.margin_k)),
    }
    carrier = outlook.site.plant(zone.heating_plant or "").carrier
    prices = [outlook.rates(carrier, slot.start)[0] for slot in run]
    price, dear = sum(prices) / len(prices), _dearest(outlook, carrier, first, call.start)
    sun = sum(outlook.forecast.surplus_at(slot.start) for slot in run) / len(run) if carrier is Carrier.ELECTRICITY else 0.0
    if sun > SUN_SHARE * 1000.0 * float(values["heat"]):
        return Reason("plan_heat_sun", values | {"sun": sun / 1000.0})
    if price < CHEAPER * dear:
        return Reason("plan_heat_cheap", values | {"price": price, "dear": dear, "currency": outlook.site.currency})
    return Reason("plan_heat", values)


def _dearest(outlook: Outlook, carrier: Carrier, start: datetime, end: datetime) -> float:
    at, found = start, 0.0
    while at < end:
        found, at = max(found, outlook.rates(carrier, at)[0]), at + SLOT
    return found


def _wrap_near(claims: Sequence[Claim], ends: datetime) -> bool:
    """Whether a claim ends with this run or soon after."""
    return any(timedelta(0) <= c.end - ends <= COASTS for c in claims)
