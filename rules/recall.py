"""After a start: weather, sun, PV and load of the last two days from the store, so that tomorrow can be told by them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from premises.ports import TelemetryStore
from premises.site import Site
from premises.time import SLOT, Interval, slot_start, slots
from rules.backfill import Column, course
from rules.layout import Layout
from rules.weather import Persistence

OVER = timedelta(days=2)


def recalled(store: TelemetryStore, site: Site, layout: Layout, now: datetime) -> Persistence:
    """The last two days by quarter hours, as ticks would have noted them. Raises StoreUnavailableError."""
    end = slot_start(now)
    span = Interval(end - OVER, end)
    found = Persistence()
    outdoor = course(store, site, layout.outdoor[:1], span)
    sun = course(store, site, layout.irradiance[:1], span)
    pv, grid, own = ([course(store, site, (p,), span) for p in points] for points in (layout.pv, layout.grid, layout.heating_power))
    for at in slots(span):
        made, bought, heated = _sum(pv, at), _sum(grid, at), _sum(own, at)
        base = None if bought is None else max(0.0, bought + (made or 0.0) - (heated or 0.0))
        found.note(at + SLOT / 2, outdoor.get(at), sun.get(at), made, base)
    return found


def _sum(columns: Sequence[Column], at: datetime) -> float | None:
    """Of all, None where there is none or one of them is not known."""
    told = [column.get(at) for column in columns]
    known = [value for value in told if value is not None]
    return sum(known) if known and len(known) == len(told) else None
