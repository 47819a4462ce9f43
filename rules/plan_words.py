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
from rules.wording import degrees, length, wall, walls

KINDS = {"plan_rest": "rest", "plan_occupied": "held", "plan_optimised": "heat"}
SHOWS_W = 50.0
TOLD = {
    "plan_held": ("wrap", "at"),
    "plan_idle": ("wrap", "at"),
    "plan_coast": ("at", "wrap"),
    "plan_rest_until": ("call", "until", "at"),
    "plan_rest_call": ("call", "at"),
}
"""The instants of a reason in the order in which they are read; for all others: when it starts, the call, when it ends."""
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
    first, ends = run[0], run[-1].start + SLOT
    kind, _, idle = _kind(first)
    heat_w = sum(slot.heat_w for slot in run) / len(run)
    values: dict[str, float | str] = {
        "air": degrees(air_c),
        "outside": degrees(outlook.weather(first.start)),
        "heat": heat_w / 1000.0,
    }
    times = {"at": first.start, "until": ends}
    if kind == "held":
        wrap = next((c.end for c in claims if wall(c.end, outlook.now, outlook.site.zoneinfo) == first.reason.values["wrap"]), ends)
        code = "plan_held" if not idle else "plan_coast" if _wrap_near(claims, ends) else "plan_idle"
        return _said(outlook, code, {**values, **first.reason.values}, times | {"wrap": wrap})
    heated = [c for c in claims if c.heat_c is not None and c.end > first.start]
    call = next((c for c in heated if c.start >= ends), None)
    if kind == "heat":
        call = next((c for c in heated if c.start > first.start), call)
        return first.reason if call is None else _heating(outlook, zone, call, run, values, times | {"call": call.start})
    if call is None:
        return first.reason
    setback = first.setpoint_c if first.setpoint_c is not None else zone.frost_c
    code = "plan_rest_until" if following else "plan_rest_call"
    return _said(outlook, code, values | {"setback": setback}, times | {"call": call.start})


def _said(outlook: Outlook, code: str, values: dict[str, float | str], times: dict[str, datetime]) -> Reason:
    order = TOLD.get(code, ("at", "call", "until"))
    told = walls([times[name] for name in order], outlook.now, outlook.site.zoneinfo)
    return Reason(code, values | dict(zip(order, told, strict=True)))


def _heating(
    outlook: Outlook, zone: Zone, call: Claim, run: Sequence[PlanSlot], values: dict[str, float | str], times: dict[str, datetime]
) -> Reason:
    """A run of heat for a call: how long before it, to what with which margin; and why then, where price or sun are why."""
    first, target = run[0].start, call.heat_c or 0.0
    values |= {
        "left": length(call.start - first),
        "target": target,
        "margin": max(0.0, outlook.margins_k.get(zone.id, outlook.margin_k)),
    }
    carrier = outlook.site.plant(zone.heating_plant or "").carrier
    prices = [outlook.rates(carrier, slot.start)[0] for slot in run]
    price, dear = sum(prices) / len(prices), _dearest(outlook, carrier, first, call.start)
    sun = sum(outlook.forecast.surplus_at(slot.start) for slot in run) / len(run) if carrier is Carrier.ELECTRICITY else 0.0
    if sun > SUN_SHARE * 1000.0 * float(values["heat"]):
        return _said(outlook, "plan_heat_sun", values | {"sun": sun / 1000.0}, times)
    if price < CHEAPER * dear:
        prices_told: dict[str, float | str] = {"price": price, "dear": dear, "currency": outlook.site.currency}
        return _said(outlook, "plan_heat_cheap", values | prices_told, times)
    return _said(outlook, "plan_heat", values, times)


def _dearest(outlook: Outlook, carrier: Carrier, start: datetime, end: datetime) -> float:
    at, found = start, 0.0
    while at < end:
        found, at = max(found, outlook.rates(carrier, at)[0]), at + SLOT
    return found


def _wrap_near(claims: Sequence[Claim], ends: datetime) -> bool:
    """Whether a claim ends with this run or soon after."""
    return any(timedelta(0) <= c.end - ends <= COASTS for c in claims)
