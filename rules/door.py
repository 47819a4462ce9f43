"""Big doors: while a loading door is open its zone's heat is held off as long as it is warm; cold that people feel is fought."""

from __future__ import annotations

from datetime import datetime, timedelta

from premises.command import Priority, Proposal
from premises.decision import ZoneState
from premises.reason import Reason
from rules.heat_wish import HeatWish, heat_point
from rules.snapshot import ZoneView
from rules.wording import wall

OPEN_MOST = timedelta(minutes=20)
"""Longer than a load-in takes at a time: then the sensor is taken as wrong, or people as cold."""


def open_since(view: ZoneView) -> datetime | None:
    """Since when a door of the zone is open, as far as the ticks saw it; None: all are shut, or nobody knows."""
    for point in view.points.contacts:
        live = view.snapshot.latest.get(point)
        if live is not None and live.known and live.reading.value is False:
            return view.memory.door_since or view.now
    return None


def held_off(view: ZoneView) -> HeatWish | None:
    """An upper bound at set-back against bookings and saving, while the door is open."""
    since = open_since(view)
    if view.memory.latch is not None:
        return None  # somebody is due: what a door lets out before the call must come in again
    if _felt(view):
        return None
    if since is None or view.now - since >= OPEN_MOST:
        return None
    reason = Reason("door_open", {"since": wall(since, view.now, view.snapshot.site.zoneinfo)})
    high = max(view.zone.setback_c, view.zone.frost_c)
    return HeatWish(Proposal(heat_point(view.zone), Priority.BOOKING, reason, high=high), ZoneState.SET_BACK)


def _felt(view: ZoneView) -> bool:
    """Whether people are in, and it is colder than they are to have it.

    After a call things are carried in; with the heat held off then, the hour after it held most of what stages fell short by.
    """
    targets = [c.heat_c for c in view.claims if c.acts and c.heat_c is not None and c.start <= view.now < c.end]
    return bool(targets) and view.air_c is not None and view.air_c < max(targets)
