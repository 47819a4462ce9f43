"""Set-back: what a heated zone is kept at while nobody is due; and the states that need no heat of their own."""

from __future__ import annotations

from premises.command import Priority
from premises.decision import ZoneState
from premises.reason import Reason
from rules.heat_wish import HeatWish, wish
from rules.snapshot import ZoneView
from rules.wording import wall


def rest(view: ZoneView) -> HeatWish:
    """Set-back until the next claim; only the frost limit before the zone comes into service."""
    zone, site = view.zone, view.snapshot.site
    if not view.in_service:
        reason = Reason("not_in_service", {"since": str(zone.in_service), "limit": zone.frost_c})
        return HeatWish(wish(zone, Priority.SAVING, zone.frost_c, reason), ZoneState.FROST_GUARD)
    value = max(zone.setback_c, zone.frost_c)
    declared = max(site.zone(zone.id).setback_c, zone.frost_c)
    if value > declared:
        humidity = view.snapshot.middle(view.points.humidity) or 0.0
        reason = Reason("setback_damp", {"setback": value, "declared": declared, "humidity": humidity})
        return HeatWish(wish(zone, Priority.SAVING, value, reason), ZoneState.SET_BACK)
    if view.air_c is None:
        reason = Reason("setback_blind", {"setback": value})
        return HeatWish(wish(zone, Priority.SAVING, value, reason), ZoneState.SENSOR_LOST)
    following = next((c for c in view.claims if c.acts and c.heat_c is not None and c.start > view.now), None)
    if following is None:
        reason = Reason("setback_free", {"setback": value})
    else:
        call = wall(following.start, view.now, site.zoneinfo)
        reason = Reason("setback_until", {"setback": value, "call": call})
    return HeatWish(wish(zone, Priority.SAVING, value, reason), ZoneState.SET_BACK)
