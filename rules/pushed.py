"""The next 48 hours as schedules for devices: setpoints by the plan, light by the claims, and rest when they have run out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from premises.plan import Plan
from premises.reading import Value
from premises.reason import Reason
from premises.schedule import DeviceSchedule, ScheduleStep
from premises.site import Site, Zone
from premises.time import Interval, slot_start, slots
from rules.claims import Claim, Schedule
from rules.layout import Layout
from rules.simple_plan import light_at
from rules.wording import wall

AHEAD = timedelta(hours=48)


def device_schedules(site: Site, layout: Layout, schedule: Schedule, plan: Plan | None, now: datetime) -> list[DeviceSchedule]:
    """One per writable setpoint, brightness or switch of each zone in service; only what acts is in them."""
    until = slot_start(now) + AHEAD
    reason = Reason("pushed", {"until": wall(until, now, site.zoneinfo)})
    found = []
    for zone in site.zones:
        points = layout.zones[zone.id]
        if zone.in_service is not None and now.astimezone(site.zoneinfo).date() < zone.in_service:
            continue
        rest = max(zone.setback_c, zone.frost_c)
        heat = tuple(_steps(_setpoints(zone, plan, layout.setpoint_step_c, now, until)))
        if heat:
            found += [DeviceSchedule(p, heat, now, until, rest, reason) for p in points.setpoints]
        claims = [claim for claim in schedule.get(zone.id, ()) if claim.acts]
        levels = list(_levels(claims, now, until))
        bright, on = tuple(_steps(levels)), tuple(_steps((at, level > 0) for at, level in levels))
        found += [DeviceSchedule(p, bright, now, until, 0.0, reason) for p in points.brightness]
        found += [DeviceSchedule(p, on, now, until, False, reason) for p in points.switches]
    return found


def _setpoints(zone: Zone, plan: Plan | None, step_c: float, now: datetime, until: datetime) -> Iterator[tuple[datetime, Value]]:
    planned = plan.zone(zone.id) if plan is not None else None
    first = slot_start(now)
    for slot in planned.slots if planned is not None else ():
        if first <= slot.start < until:
            wanted = max(zone.frost_c, zone.frost_c if slot.setpoint_c is None else slot.setpoint_c)
            yield slot.start, round(round(wanted / step_c) * step_c, 2)


def _levels(claims: list[Claim], now: datetime, until: datetime) -> Iterator[tuple[datetime, float]]:
    for at in slots(Interval(slot_start(now), until)):
        yield at, light_at(claims, at)


def _steps(values: Iterable[tuple[datetime, Value]]) -> Iterator[ScheduleStep]:
    """The changes only."""
    last: Value | None = None
    for at, value in values:
        if last is None or value != last:
            yield ScheduleStep(at, value)
            last = value
