"""Standby load: what a zone's meters show at night when nobody uses it; found from history, so that people can look for it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from premises.ports import TelemetryStore
from premises.site import Site
from premises.time import Interval, slots
from rules.backfill import course
from rules.layout import Layout

NIGHTS = timedelta(days=14)
FROM, TO = time(1), time(5)
"""Local hours in which hardly a zone is in use."""
QUANTILE = 0.2
"""Nights on which somebody was there lie above it."""
LEAST_SLOTS = 3 * 12
"""Three nights at least."""


def standby_loads(store: TelemetryStore, site: Site, layout: Layout, now: datetime) -> dict[str, float]:
    """Mean power in W by zone that runs on through quiet nights, of zones with meters of their own. Raises StoreUnavailableError.

    A low quantile of the quarter hours between one and five o'clock, not the least: a single reading of zero proves nothing.
    """
    span = Interval(now - NIGHTS, now)
    quiet = {at for at in slots(span) if FROM <= at.astimezone(site.zoneinfo).time() < TO}
    found = {}
    for zone in site.zones:
        columns = [course(store, site, (point,), span) for point in layout.zones[zone.id].gains]
        known = [at for at in quiet if columns and all(at in column for column in columns)]
        if len(known) >= LEAST_SLOTS:
            loads = sorted(sum(max(0.0, column[at]) for column in columns) for at in known)
            found[zone.id] = loads[int(QUANTILE * (len(loads) - 1))]
    return found
