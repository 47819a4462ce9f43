"""What the replayed days taught, and why each stage was last heated: the rules in their own words."""

from __future__ import annotations

from greenroom.house import Running
from premises.decision import ZoneState
from premises.site import Site
from premises.time import Interval
from rules.simple_plan import heated_zones

ZONES_MOST = 8


def reason_lines(running: Running, site: Site, span: Interval, language: str = "en") -> list[str]:
    """A line for each zone that has learned its lead, and one for the last pre-heat of each zone that had one."""
    engine = running.runners[site.id].engine
    learned, reasons = [], []
    for zone in heated_zones(site):
        lead, model = engine.leads.get(zone.id), engine.models.get(zone.id)
        error = "" if model is None or model.error_k is None else f"; its model is off by {model.error_k:.1f} K after a day"
        if lead is not None and lead.count and lead.warm is None:
            learned.append(f"  {zone.id}: lead learned on {lead.count} warm-ups, off by {60 * lead.error_h:.0f} min{error}")
        elif lead is not None and lead.warm is not None:
            learned.append(f"  {zone.id}: lead by its learned model{error}")
        history = running.books.decisions.history(site.id, zone.id, span)
        heated = [decision for decision in history if decision.state is ZoneState.PRE_HEATING]
        if heated:
            at = heated[-1].at.astimezone(site.zoneinfo)
            reasons.append(f"  {zone.id}, {at:%a}: {heated[-1].heat_reason.text(language)}")
    lines = ["learned:", *learned[:ZONES_MOST]] if learned else []
    return lines + (["last heated:", *reasons[:ZONES_MOST]] if reasons else [])
