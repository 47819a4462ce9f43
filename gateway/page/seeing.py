"""From the ports to one picture of a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from gateway.page.view import DeviceView, HealthView, Measured, Oldness, PageView, PowerView, ReadyLine, ZoneView
from premises.booking import Booking, Override
from premises.decision import ZoneDecision
from premises.plan import Plan
from premises.ports import House, LiveValue
from premises.site import GREENROOM, Site, Zone, ZoneUse
from premises.tariff import Carrier

LEADING = frozenset({ZoneUse.STAGE, ZoneUse.AUDITORIUM})


def see(
    house: House, site: Site, bookings: Sequence[Booking], due: Sequence[ReadyLine], number: int, old_after_ticks: int
) -> PageView:
    """The site at this moment. bookings: those not yet over, by call; due: their answers."""
    now = house.clock.now()
    live = house.live.all(site.id)
    decisions = house.decisions.current(site.id)
    plan = house.plans.latest(site.id)
    overrides = house.overrides.active(site.id, now)
    health = _health(house, site, now)
    zones = tuple(_zone(zone, site, now, live, decisions, plan, bookings, due, overrides) for zone in site.zones)
    return PageView(
        site=site.id,
        site_name=site.name,
        timezone=site.timezone,
        at=now,
        number=number,
        due=tuple(due),
        zones=zones,
        power=power(site, live),
        health=health,
        alarms=tuple(house.alarms.active(site.id)),
        old=_oldness(now, house.tick_every * old_after_ticks, decisions, health),
        version=house.version,
        zone_names={zone.id: zone.name for zone in site.zones},
    )


def _measured(told: LiveValue | None) -> Measured | None:
    if told is None or isinstance(told.reading.value, str):
        return None
    return Measured(float(told.reading.value), told.reading.time, told.known)


def measured_of(site: Site, live: Mapping[str, LiveValue], subject: str, *quantities: str) -> Measured | None:
    """What a subject's points of these quantities say: their mean; known where all of them are."""
    points = [point for point in site.points_of(subject) if point.quantity.name in quantities and point.device != GREENROOM]
    told = [measured for point in points if (measured := _measured(live.get(point.id))) is not None]
    fresh = [measured for measured in told if measured.known]
    use = fresh or told
    if not use:
        return None
    return Measured(sum(m.value for m in use) / len(use), max(m.at for m in use), bool(fresh))


def _zone(
    zone: Zone,
    site: Site,
    now: datetime,
    live: Mapping[str, LiveValue],
    decisions: Mapping[str, ZoneDecision],
    plan: Plan | None,
    bookings: Sequence[Booking],
    due: Sequence[ReadyLine],
    overrides: Sequence[Override],
) -> ZoneView:
    decision = decisions.get(zone.id)
    here = [booking for booking in bookings if zone.id in booking.zones and booking.wrap_at > now]
    zone_plan = plan.zone(zone.id) if plan is not None else None
    slot = zone_plan.at(now) if zone_plan is not None else None
    return ZoneView(
        id=zone.id,
        name=zone.name,
        use=zone.use.value,
        leading=zone.use in LEADING,
        heated=zone.heating_plant is not None or zone.cooling_plant is not None,
        air=measured_of(site, live, zone.id, "air_temperature"),
        wanted_c=decision.wanted_c if decision else None,
        planned_c=slot.air_c if slot else None,
        setback_c=zone.setback_c,
        state=decision.state if decision else None,
        decided_at=decision.at if decision else None,
        heat_reason=decision.heat_reason if decision else None,
        light_reason=decision.light_reason if decision else None,
        light_pct=decision.light_pct if decision else None,
        light_measured=measured_of(site, live, zone.id, "brightness"),
        heat_demand=measured_of(site, live, zone.id, "heating_demand", "valve_position"),
        co2=measured_of(site, live, zone.id, "co2"),
        booked=next((booking for booking in here if booking.call_at <= now), None),
        following=next((booking for booking in here if booking.call_at > now), None),
        ready=next((line for line in due if line.zone == zone.id), None),
        override=next((override for override in overrides if override.zone == zone.id), None),
    )


def power(site: Site, live: Mapping[str, LiveValue]) -> PowerView:
    """PV, grid and their sum, from the meters at the boundary; from the PV strings where no meter counts production."""
    electric = [meter for meter in site.meters if meter.carrier is Carrier.ELECTRICITY]
    grid = _sum(site, live, [meter.id for meter in electric if meter.role == "grid"])
    pv = _sum(site, live, [meter.id for meter in electric if meter.role == "production"])
    if pv is None:
        pv = _sum(site, live, [string.id for string in site.pv_strings])
    load = None if grid is None else grid.value + (pv.value if pv is not None else 0.0)
    outdoors = sorted({point.subject for point in site.points if point.quantity.name == "outdoor_temperature"})
    outdoor = next((m for subject in outdoors if (m := measured_of(site, live, subject, "outdoor_temperature"))), None)
    return PowerView(pv, grid, load, sum(string.peak_power_w for string in site.pv_strings), outdoor)


def _sum(site: Site, live: Mapping[str, LiveValue], subjects: Sequence[str]) -> Measured | None:
    points = [point for subject in subjects for point in site.points_of(subject, "power") if "." not in point.id]
    told = [measured for point in points if (measured := _measured(live.get(point.id))) is not None]
    if not told or len(told) < len(points):
        return None
    return Measured(sum(m.value for m in told), min(m.at for m in told), all(m.known for m in told))


def _health(house: House, site: Site, now: datetime) -> HealthView:
    status = house.intake.status()
    devices = []
    for device in site.devices:
        seen = status.last_seen.get(f"{site.id}/{device.id}") or status.last_seen.get(device.id)
        silent: bool | None = None
        if device.expected_every is not None:
            silent = seen is None or now - seen > 3 * device.expected_every
        devices.append(DeviceView(device.id, device.name or device.id, device.family, device.zone, seen, silent))
    ours = [device.last_seen for device in devices if device.last_seen is not None]
    names = ("received", "stored", "journalled", "quarantined", "ignored", "in_flight")
    return HealthView(
        counts={name: int(getattr(status, name)) for name in names},
        balanced=status.balanced,
        connected=status.connected,
        rate_per_s=status.rate_per_s,
        oldest_unsent_s=status.oldest_unsent_s,
        last_seen=max(ours, default=None),
        checks=tuple(house.checks()),
        devices=tuple(devices),
    )


def _oldness(now: datetime, bound: timedelta, decisions: Mapping[str, ZoneDecision], health: HealthView) -> tuple[Oldness, ...]:
    """A value that is shown must be of now, or be told to be old."""
    old = []
    decided = max((decision.at for decision in decisions.values()), default=None)
    if decided is None or now - decided > bound:
        old.append(Oldness("rules", decided))
    if not health.connected:
        old.append(Oldness("broker", health.last_seen))
    elif health.last_seen is None or now - health.last_seen > max(bound, timedelta(minutes=15)):
        old.append(Oldness("readings", health.last_seen))
    return tuple(old)
