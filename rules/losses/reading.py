"""Reads a local day of a site out of store and books, for the searches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from statistics import median

from premises.booking import BookingStatus
from premises.errors import UnknownNameError
from premises.ports import BookingBook, BookingQuery, EnergyBucket, Resolution, TelemetryStore
from premises.site import Plant, Site, Zone
from premises.tariff import Carrier
from premises.time import Interval, local_day, slots
from rules.backfill import Column, course
from rules.claims import Claim, schedule
from rules.conversion import cop
from rules.layout import Layout, layout_of
from rules.losses.day import PlantDay, SiteDay, ZoneQuarter

LEAD = timedelta(hours=12)
"""A zone may be heated this long before a call without a word; where the decision's state is known, that counts."""
NIGHTS = 28
_ACTING = frozenset({BookingStatus.CONFIRMED})
_COOLING = ("running_state", "mode")


def read_day(store: TelemetryStore, bookings: BookingBook, site: Site, day: date) -> SiteDay:
    """The local day. Raises StoreUnavailableError."""
    interval, layout = local_day(day, site.zoneinfo), layout_of(site)
    wide = Interval(interval.start - LEAD, interval.end + LEAD)
    booked = [stored.booking for stored in bookings.find(BookingQuery(site.id, overlaps=wide, statuses=_ACTING))]
    claims = schedule(site, booked, wide)
    zones = {zone.id: _zone(store, site, layout, zone, claims[zone.id], interval) for zone in site.zones}
    plants = {plant.id: _plant(store, site, layout, plant, interval) for plant in site.plants}
    bases = [_base(store, site, day - timedelta(days=back)) for back in range(NIGHTS + 1)]
    before = [base for base in bases[1:] if base is not None]
    return SiteDay(site, interval, zones, plants, bases[0], median(before) if before else None, len(before))


def _zone(
    store: TelemetryStore, site: Site, layout: Layout, zone: Zone, claims: Sequence[Claim], day: Interval
) -> tuple[ZoneQuarter, ...]:
    points = layout.zones[zone.id]
    air = course(store, site, points.air[:1], day)
    demand = course(store, site, points.demands[:1], day, hold=True)
    closed = [course(store, site, (point,), day, hold=True) for point in points.contacts]
    seen = [course(store, site, (point,), day, hold=True) for point in points.occupancy]
    level = course(store, site, points.brightness[:1], day, hold=True)
    switched = course(store, site, points.switches[:1], day, hold=True)
    states = _texts(store, site, f"{zone.id}/state", day)
    cooling = _cooling(store, site, zone, day)
    found = []
    for at in slots(day):
        light = level.get(at)
        share = switched.get(at) if light is None else light / 100.0
        if light is not None and at in switched:
            share = light / 100.0 * switched[at]
        found.append(
            ZoneQuarter(
                start=at,
                due=any(claim.start <= at < claim.end for claim in claims),
                near=_near(zone, claims, at, known=at in states),
                air_c=air.get(at),
                heat=demand[at] / 100.0 if at in demand else None,
                cooled=cooling.get(at),
                open=_most(1.0 - column[at] for column in closed if at in column),
                seen=_most(column[at] for column in seen if at in column),
                light=share,
                state=states.get(at, ""),
            )
        )
    return tuple(found)


def _near(zone: Zone, claims: Sequence[Claim], at: datetime, *, known: bool) -> bool:
    """People are still leaving, or, where no decision says so, it may be heated for those who come."""
    leaving = any(claim.end <= at < claim.end + zone.light_margin for claim in claims)
    return leaving or (not known and any(claim.start - LEAD <= at < claim.start for claim in claims))


def _most(values: Iterable[float]) -> float | None:
    return max(values, default=None)


def _texts(store: TelemetryStore, site: Site, point: str, day: Interval) -> Mapping[datetime, str]:
    """The text in force in each quarter hour; told on change and every quarter hour, so that gaps are short."""
    try:
        buckets = store.series(site.id, point, day, Resolution.QUARTER)
    except UnknownNameError:
        return {}
    return {bucket.start: bucket.text for bucket in buckets if bucket.text}


def _cooling(store: TelemetryStore, site: Site, zone: Zone, day: Interval) -> Mapping[datetime, float]:
    """1 in quarter hours in which a device of the zone says that it cools."""
    found: dict[datetime, float] = {}
    for point in site.points:
        if point.zone == zone.id and point.quantity.name in _COOLING:
            found |= {at: 1.0 for at, text in _texts(store, site, point.id, day).items() if text.lower().startswith("cool")}
    return found


def _plant(store: TelemetryStore, site: Site, layout: Layout, plant: Plant, day: Interval) -> PlantDay:
    taken = _energy(store, site, f"{plant.meter or plant.id}/energy", day)
    meter = next((meter for meter in site.meters if meter.id == plant.meter), None)
    if taken is None and meter is not None and meter.carrier is Carrier.GAS:
        cubic = _energy(store, site, f"{meter.id}/gas_volume", day)
        taken = cubic * meter.kwh_per_m3 if cubic is not None and meter.kwh_per_m3 is not None else None
    given = _energy(store, site, f"{plant.id}/heat_energy", day)
    outdoor, supply = course(store, site, layout.outdoor[:1], day), course(store, site, layout.plants[plant.id].supply[:1], day)
    ran = course(store, site, layout.plants[plant.id].heat_power[:1], day)
    while_on = [at for at in supply if at in outdoor and ran.get(at, 1.0) > 0.0]
    if not while_on:
        return PlantDay(taken, given, None, None)
    outside = sum(outdoor[at] for at in while_on) / len(while_on)
    water = sum(supply[at] for at in while_on) / len(while_on)
    return PlantDay(taken, given, outside, water, _reference(plant, while_on, outdoor, supply, ran))


def _reference(plant: Plant, at: Sequence[datetime], outdoor: Column, supply: Column, ran: Column) -> float:
    """What the plant's own curve says for the day: heat over energy, weighted by the heat where it is known."""
    heat = taken = 0.0
    for quarter in at:
        given = max(ran.get(quarter, 1.0), 1e-6)
        heat += given
        taken += given / cop(plant, outdoor[quarter], supply[quarter])
    return heat / taken


def _energy(store: TelemetryStore, site: Site, point: str, interval: Interval) -> float | None:
    """kWh over the interval, only where all of it is known."""
    found = _buckets(store, site, point, interval, Resolution.DAY)
    if not found or any(bucket.kwh is None or bucket.completeness < 0.9 for bucket in found):
        return None
    return sum(bucket.kwh or 0.0 for bucket in found)


def _buckets(store: TelemetryStore, site: Site, point: str, interval: Interval, resolution: Resolution) -> Sequence[EnergyBucket]:
    try:
        return store.energy(site.id, point, interval, resolution)
    except UnknownNameError:
        return ()


def _base(store: TelemetryStore, site: Site, day: date) -> float | None:
    """Mean power from 1 to 5 in the night, without the plants that heat: import and production less export; None: not known."""
    midnight = local_day(day, site.zoneinfo).start
    night = Interval(midnight + timedelta(hours=1), midnight + timedelta(hours=5))
    plants = {plant.meter or plant.id for plant in site.plants if plant.carrier is Carrier.ELECTRICITY}
    total = 0.0
    electric = [meter for meter in site.meters if meter.carrier is Carrier.ELECTRICITY]
    if not any(meter.role == "grid" for meter in electric):
        return None
    for meter in electric:
        sign = -1.0 if meter.id in plants else 1.0 if meter.role in ("grid", "production") else 0.0
        if sign == 0.0:
            continue
        kwh = _hours(store, site, f"{meter.id}/energy", night)
        if kwh is None:
            return None
        total += sign * kwh - (_hours(store, site, f"{meter.id}/energy_export", night) or 0.0 if meter.role == "grid" else 0.0)
    return max(0.0, total) * 1000.0 / (night.duration / timedelta(hours=1))


def _hours(store: TelemetryStore, site: Site, point: str, night: Interval) -> float | None:
    found = _buckets(store, site, point, night, Resolution.HOUR)
    if not found or any(bucket.kwh is None for bucket in found):
        return None
    return sum(bucket.kwh or 0.0 for bucket in found)
