"""What the store knows of the past, as if it had been seen: so that a restarted server need not learn from scratch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from premises.errors import UnknownNameError
from premises.ports import Resolution, TelemetryStore
from premises.site import Site, Zone
from premises.time import SLOT, Interval, slots
from rules.layout import Layout
from rules.simple_plan import heated_zones
from rules.thermal import emitter_power_w
from rules.trace import Trace, ZoneSample

Column = Mapping[datetime, float]
HELD_SLOTS = 4
"""Valves and wishes that are told on change hold for an hour; after that they are not known."""


def backfill(store: TelemetryStore, site: Site, layout: Layout, interval: Interval) -> Trace:
    """The interval by quarter hours. Raises StoreUnavailableError.

    Heat that is not metered is estimated from valve openings and supply temperature, as it is live.
    """
    outdoor = course(store, site, layout.outdoor[:1], interval)
    sun = course(store, site, layout.irradiance[:1], interval)
    supplies = {plant.id: course(store, site, layout.plants[plant.id].supply[:1], interval) for plant in site.plants}
    zones = {zone.id: _zone(store, site, layout, zone, interval, supplies) for zone in heated_zones(site)}
    trace = Trace()
    for at in slots(interval):
        trace.note(at, outdoor.get(at), sun.get(at), {zone: samples[at] for zone, samples in zones.items()})
    return trace


def _zone(
    store: TelemetryStore, site: Site, layout: Layout, zone: Zone, interval: Interval, supplies: Mapping[str, Column]
) -> dict[datetime, ZoneSample]:
    points = layout.zones[zone.id]
    ends = course(store, site, points.air[:1], interval, newest=True)
    wanted = course(store, site, (f"{zone.id}/wanted_temperature",), interval, hold=True)
    openings = course(store, site, points.demands[:1], interval, hold=True)
    metered = course(store, site, (f"{zone.id}/heat_power",), interval)
    gains = [course(store, site, (point,), interval) for point in points.gains]
    closed = course(store, site, points.contacts[:1], interval, hold=True)
    supply = supplies.get(zone.heating_plant or "", {})
    found = {}
    for at in slots(interval):
        air = ends.get(at - SLOT)  # the slot begins where the one before it ended
        heat = metered.get(at)
        opening = None if heat is None else 1.0
        if heat is None and air is not None and at in openings and at in supply:
            opening = min(1.0, max(0.0, openings[at] / 100.0))
            heat = opening * emitter_power_w(zone, supply[at], air)
        gain = sum(column.get(at, 0.0) for column in gains)
        found[at] = ZoneSample(air, wanted.get(at), heat, gain, 1.0 - closed.get(at, 1.0), opening=opening)
    return found


def course(
    store: TelemetryStore, site: Site, points: Sequence[str], interval: Interval, *, hold: bool = False, newest: bool = False
) -> dict[datetime, float]:
    """The mean (or the newest) of each quarter hour of the first of these points; hold: gaps of up to an hour keep the last."""
    if not points:
        return {}
    try:
        buckets = store.series(site.id, points[0], interval, Resolution.QUARTER)
    except UnknownNameError:
        return {}
    found: dict[datetime, float] = {}
    last, age = None, 0
    for bucket in buckets:
        value = bucket.last if newest else bucket.mean
        if bucket.count and value is not None:
            found[bucket.start], last, age = value, bucket.last, 0
        elif hold and last is not None and age < HELD_SLOTS:
            found[bucket.start], age = last, age + 1
    return found
