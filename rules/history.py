"""A zone's past as the rules need it: samples by quarter hour from the store, and when it was last heated for comfort."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from premises.decision import ZoneDecision, ZoneState
from premises.errors import UnknownNameError
from premises.ports import Resolution, TelemetryStore
from premises.site import Site
from premises.time import Interval, slots
from rules.layout import Layout
from rules.simple_plan import heated_zones
from rules.trace import Trace, ZoneSample

WARM = frozenset({ZoneState.OCCUPIED, ZoneState.PRE_HEATING, ZoneState.READY, ZoneState.OVERRIDDEN})


def backfill(store: TelemetryStore, site: Site, layout: Layout, interval: Interval) -> Trace:
    """What the store knows of the interval as if it had been seen. Heat is not in it: models need ticks of their own.

    Raises StoreUnavailableError.
    """
    outdoor = course(store, site, layout.outdoor[:1], interval)
    sun = course(store, site, layout.irradiance[:1], interval)
    zones = {
        zone.id: (
            course(store, site, layout.zones[zone.id].air[:1], interval),
            course(store, site, (f"{zone.id}/wanted_temperature",), interval, held=True),
        )
        for zone in heated_zones(site)
    }
    trace = Trace()
    for at in slots(interval):
        samples = {zone: ZoneSample(air.get(at), wanted.get(at), None) for zone, (air, wanted) in zones.items()}
        trace.note(at, outdoor.get(at), sun.get(at), samples)
    return trace


def course(
    store: TelemetryStore, site: Site, points: Sequence[str], interval: Interval, *, held: bool = False
) -> dict[datetime, float | None]:
    """The newest value of each quarter hour of the first of these points. held: gaps of up to a quarter hour keep the last."""
    if not points:
        return {}
    try:
        buckets = store.series(site.id, points[0], interval, Resolution.QUARTER)
    except UnknownNameError:
        return {}
    found: dict[datetime, float | None] = {}
    last: float | None = None
    for bucket in buckets:
        value = bucket.last if bucket.count else (last if held else None)
        last = bucket.last if bucket.count else None
        found[bucket.start] = value
    return found


def warm_since(history: Sequence[ZoneDecision], current: ZoneDecision | None) -> datetime | None:
    """When the zone was last heated for comfort: the end of the last warm state, None where the history tells of none."""
    end = current.at if current is not None and current.state in WARM else None
    followed = [*history[1:], current] if history else []
    for decision, following in zip(history, followed, strict=True):
        if decision.state in WARM and following is not None:
            end = following.at if end is None else max(end, following.at)
    return end
